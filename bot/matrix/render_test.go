//go:build goolm

package matrix

import (
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

var (
	tags     = regexp.MustCompile(`<[^>]*>?`)
	ourLink  = regexp.MustCompile(`^<a href="https://matrix\.to/#/[^"<> ]+">$`)
	pills    = regexp.MustCompile(`(?i)(^|\W)@room(\W|$)|[@#!][^ \n\x{a0}:\x{2060}][^ \n\x{a0}:]*:[^ \n\x{a0}]|matrix\.to|matrix:[^ \n\x{2060}]`)
	fewTags  = []string{"<p>", "</p>", "<br>", "<strong>", "</strong>", "</a>"}
	newLines = strings.NewReplacer("</p><p>", "\n", "<br>", "\n")
)

// readBy is what a person reads of a formatted message. Any tag that we did not
// mean is an error.
func readBy(t *testing.T, formatted string) string {
	t.Helper()
	for _, tag := range tags.FindAllString(formatted, -1) {
		if !slices.Contains(fewTags, tag) && !ourLink.MatchString(tag) {
			t.Errorf("%q is markup in %q", tag, formatted)
		}
	}
	for _, pair := range []string{"p", "strong", "a"} {
		if strings.Count(formatted, "<"+pair+">")+strings.Count(formatted, "<"+pair+" ") != strings.Count(formatted, "</"+pair+">") {
			t.Errorf("<%s> is left open in %q", pair, formatted)
		}
	}
	return html.UnescapeString(tags.ReplaceAllString(newLines.Replace(formatted), ""))
}

// wantInert makes sure that a message is what all of ours are: both bodies say
// the same, nothing in them is taken for somebody's name, and it rings for
// nobody but the one who is meant.
func wantInert(t *testing.T, content *event.MessageEventContent, meant id.UserID) {
	t.Helper()
	if content.Format != event.FormatHTML || readBy(t, content.FormattedBody) != content.Body {
		t.Errorf("one body says %q, the other %q", content.Body, content.FormattedBody)
	}
	if !utf8.ValidString(content.Body) || strings.ContainsFunc(content.Body, func(r rune) bool {
		return r != '\n' && unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Co)
	}) {
		t.Errorf("something that cannot be seen is in %q", content.Body)
	}
	words := content.Body
	if meant != "" {
		words = strings.Replace(words, meant.String(), "", 1)
	}
	if found := pills.FindString(words); found != "" {
		t.Errorf("%q can be taken for a name in %q", found, content.Body)
	}
	want, kind := "{}", event.MsgNotice
	if meant != "" {
		want, kind = `{"user_ids":["`+meant.String()+`"]}`, event.MsgText
	}
	if got, err := json.Marshal(content.Mentions); err != nil || string(got) != want || content.MsgType != kind {
		t.Errorf("a %s mentions %s, %v", content.MsgType, got, err)
	}
	if raw, err := json.Marshal(content); err != nil || len(raw) > maxContent+1<<10 {
		t.Errorf("a message has %d bytes, %v", len(raw), err)
	}
	edit, err := json.Marshal(editOf(content, "$original"))
	if sealed := len(edit) * 4 / 3; err != nil || sealed > 60<<10 {
		t.Errorf("an edit has %d bytes when it is encrypted, %v", sealed, err)
	}
}

// plainWords are what a person is to read of a text.
func plainWords(t commands.Text) string {
	var b strings.Builder
	for _, span := range t.Spans() {
		words := seen(span.Text)
		if span.User {
			words = oneLine(words)
		}
		b.WriteString(words)
	}
	return b.String()
}

func noBlanks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || string(r) == breaker {
			return -1
		}
		return r
	}, s)
}

// hostile are words that a client or a homeserver would make something of.
var hostile = []string{
	"@room", "@ROOM now", "hey @room!", "(@room)", "@rosa:example.org", "@rosa:example.org:8448", "#needs:example.org", "!abc:example.org", "!abc",
	"https://matrix.to/#/@rosa:example.org", "HTTPS://MATRIX.TO/#/%23needs%3Aexample.org", "matrix:u/rosa:example.org", "web+matrix:r/needs:example.org",
	"[x](https://matrix.to/#/@rosa:example.org)", "javascript:alert(1)", "[x](javascript:alert(1))", "https://example.org/a?b=c&d=e#f",
	"<b>bold</b>", "<script>alert(1)</script>", "<a href=\"javascript:alert(1)\">x</a>", "<img src=x onerror=alert(1)>", "</p></mx-reply>", "<mx-reply>", "&lt;b&gt; &amp;amp; &#64;room",
	"<font color='red' data-mx-spoiler>", "<", ">", "&", `"`, "'", "`code`", "**bold** _it_ # > - ||", "$x$", "<h1>x", "<table><tr><td>",
	"a@b:c", "@", "@:", "@a:", "@a: b", "rosa@example.org", "rosa@room.example.org", "#1: first", "12:30", "\u200b@room", "@\u2060room", "@room\u00a0x",
	"a\u202Eb\u2066c\u200Fd", "x\x00\x1b[31my", "in\xffvalid", "\U0001F469\u200D\U0001F692", "مرحبا", "  two  blanks ", "\n", "a\nb", "\ue000\ue006",
}

func TestWordsStayWords(t *testing.T) {
	t.Parallel()
	for _, words := range hostile {
		for _, around := range []string{"%", "\"%\"", "a%b", "%%", "When: %", "@%", "#%", "@ro%", "<%>", "matrix.%", "matrix%", "https://%", "\n%", "x\n%\n%", "&%;", "<a href=\"%\">"} {
			text := commands.Text(strings.ReplaceAll(around, "%", commands.User(words)))
			for _, content := range (&saying{Text: text}).contents(false) {
				wantInert(t, content, "")
				if got, want := noBlanks(content.Body), noBlanks(plainWords(text)); got != want {
					t.Errorf("%q reads as %q", want, got)
				}
			}
		}
	}
}

func TestHowWordsAreShown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ words, plain, html string }{
		{"Posted. Your need is N12.", "Posted. Your need is N12.", "<p>Posted. Your need is N12.</p>"},
		{"one\ntwo\n", "one\ntwo", "<p>one<br>two</p>"},
		{"write to rosa@example.org by 2:00 PM", "write to rosa@example.org by 2:00 PM", "<p>write to rosa@example.org by 2:00 PM</p>"},
		{"\uE000rosa@example.org\uE001", "rosa@example.org", "<p>rosa@example.org</p>"},
		{"\uE000@room <b>\uE001", "@\u2060room <b>", "<p>@\u2060room &lt;b&gt;</p>"},
		{"\uE000a\nb\uE001\nc", "a b\nc", "<p>a b<br>c</p>"},
		{"\uE002When:\uE003 \uE0041797015600m\uE005Thursday\uE006", "When: Thursday", "<p>When: Thursday</p>"},
		{"", "", ""},
	} {
		content := (&saying{Text: commands.Text(c.words)}).contents(false)[0]
		if content.Body != c.plain || content.FormattedBody != c.html {
			t.Errorf("%q says %q and %q", c.words, content.Body, content.FormattedBody)
		}
		wantInert(t, content, "")
	}
}

func testCard() *commands.CardText {
	return &commands.CardText{
		Title: "N12: Ride, Quarry Falls", Emoji: "🚗", Seeds: []string{commands.EmojiClaim, commands.EmojiDetails},
		Lines: []commands.Text{"Open. 1 volunteer needed.", commands.Text(`"` + commands.User("ida y vuelta <a> @room") + `"`), "\uE002Priority:\uE003 soon"},
	}
}

func TestCard(t *testing.T) {
	t.Parallel()
	content := (&saying{Card: testCard(), Buttons: []commands.Button{{Label: "I can help"}}}).contents(true)[0]
	want := "N12: Ride, Quarry Falls 🚗\nOpen. 1 volunteer needed.\n\"ida y vuelta <a> @\u2060room\"\nPriority: soon"
	if content.Body != want {
		t.Errorf("the card is %q", content.Body)
	}
	want = "<p><strong>N12: Ride, Quarry Falls</strong> 🚗<br>Open. 1 volunteer needed.<br>&quot;ida y vuelta &lt;a&gt; @\u2060room&quot;<br>Priority: soon</p>"
	if content.FormattedBody != want {
		t.Errorf("the card is %q", content.FormattedBody)
	}
	wantInert(t, content, "")
	if raw, err := json.Marshal(content); err != nil || !strings.Contains(string(raw), `"m.mentions":{}`) {
		t.Errorf("the card is sent as %s, %v", raw, err)
	}
}

func TestChoicesAndCard(t *testing.T) {
	t.Parallel()
	content := (&saying{Text: "Next:", Card: testCard(), Buttons: []commands.Button{{Label: "Post it"}, {Label: "Cancel\n@room"}}, First: 4}).contents(false)[0]
	if !strings.HasPrefix(content.Body, "Next:\nN12: ") || !strings.HasSuffix(content.Body, "\nPriority: soon\n4 Post it\n5 Cancel @\u2060room") {
		t.Errorf("the message is %q", content.Body)
	}
	if !strings.HasPrefix(content.FormattedBody, "<p>Next:</p><p><strong>") || !strings.HasSuffix(content.FormattedBody, "</p><p>4 Post it<br>5 Cancel @\u2060room</p>") {
		t.Errorf("the message is %q", content.FormattedBody)
	}
	wantInert(t, content, "")
}

func TestMention(t *testing.T) {
	t.Parallel()
	const rosa = id.UserID("@rosa/x:example.org")
	for _, c := range []struct {
		words, plain, html string
	}{
		{commands.User("Rosa @room") + ", please write to me.", "Rosa @\u2060room, please write to me.", `<p><a href="https://matrix.to/#/@rosa%2Fx:example.org">Rosa @` + "\u2060" + `room</a>, please write to me.</p>`},
		{"Please write to me.", "@rosa/x:example.org Please write to me.", `<p><a href="https://matrix.to/#/@rosa%2Fx:example.org">@rosa/x:example.org</a> Please write to me.</p>`},
	} {
		contents := (&saying{Text: commands.Text(c.words), Mention: rosa}).contents(false)
		if contents[0].Body != c.plain || contents[0].FormattedBody != c.html {
			t.Errorf("%q says %q and %q", c.words, contents[0].Body, contents[0].FormattedBody)
		}
		wantInert(t, contents[0], rosa)
	}
	for _, nobody := range []id.UserID{"", "rosa", "@rosa", "@a b:example.org/", "@\u202e:example.org", id.UserID("@" + strings.Repeat("a", 300) + ":example.org")} {
		if isUser(nobody) {
			t.Errorf("%q is nobody's id", nobody)
		}
	}
}

// An edit says whom its text mentions, and rings for nobody: m.mentions is there
// in both places, and the outer one is empty. It relates to the original alone.
func TestEditRingsForNobody(t *testing.T) {
	t.Parallel()
	const rosa = id.UserID("@rosa:example.org")
	for _, mention := range []id.UserID{"", rosa} {
		content := (&saying{Text: "Rosa, please write to me.", Mention: mention}).contents(true)[0]
		raw, err := json.Marshal(editOf(content, "$original"))
		if err != nil {
			t.Fatal(err)
		}
		var edit struct {
			Mentions *event.Mentions `json:"m.mentions"`
			New      struct {
				Mentions *event.Mentions `json:"m.mentions"`
			} `json:"m.new_content"`
			Relates map[string]any `json:"m.relates_to"`
		}
		if err := json.Unmarshal(raw, &edit); err != nil {
			t.Fatal(err)
		}
		if edit.Mentions == nil || len(edit.Mentions.UserIDs) > 0 || edit.Mentions.Room {
			t.Errorf("the edit rings: %s", raw)
		}
		if edit.New.Mentions == nil || slices.Contains(edit.New.Mentions.UserIDs, rosa) != (mention == rosa) {
			t.Errorf("the text mentions somebody else: %s", raw)
		}
		if len(edit.Relates) != 2 || edit.Relates["rel_type"] != "m.replace" || edit.Relates["event_id"] != "$original" {
			t.Errorf("it relates to %v", edit.Relates)
		}
	}
}

func TestLongTextsAreSplit(t *testing.T) {
	t.Parallel()
	for name, word := range map[string]string{"words": "ñandú 𝔸 ", "markup": "<&>\"", "lines": "a line\n", "no blanks": "x", "names": "@room #a:b "} {
		text := commands.Text(strings.Repeat(word, 200_000/len(word)))
		contents := (&saying{Text: text, Mention: "@rosa:example.org"}).contents(false)
		if len(contents) < 2 {
			t.Errorf("%s: %d messages", name, len(contents))
		}
		said := ""
		for i, content := range contents {
			meant := id.UserID("")
			if i == 0 {
				meant = "@rosa:example.org"
			}
			wantInert(t, content, meant)
			said += content.Body
		}
		if got, want := noBlanks(said), noBlanks("@rosa:example.org"+plainWords(text)); got != want {
			t.Errorf("%s: %d characters are left of %d", name, len(got), len(want))
		}
		card := &commands.CardText{Title: text[:100], Lines: []commands.Text{text, text}}
		whole := (&saying{Card: card}).contents(true)
		if len(whole) != 1 || !strings.HasSuffix(whole[0].Body, cutMark) {
			t.Errorf("%s: a card is %d messages", name, len(whole))
		}
		wantInert(t, whole[0], "")
	}
}

func FuzzRender(f *testing.F) {
	for _, words := range hostile {
		f.Add(words, "When: \"")
		f.Add("x", words)
	}
	f.Fuzz(func(t *testing.T, user, own string) {
		if len(user)+len(own) > 20_000 {
			return
		}
		text := commands.Text(own + commands.User(user) + own)
		for _, content := range (&saying{Text: text}).contents(false) {
			wantInert(t, content, "")
		}
		card := &commands.CardText{Title: text, Emoji: user, Lines: []commands.Text{text, text}}
		all := &saying{Text: text, Card: card, Buttons: []commands.Button{{Label: user}, {Label: own}}, First: 1}
		for _, content := range all.contents(false) {
			wantInert(t, content, "")
		}
		said := ""
		for _, content := range (&saying{Text: text}).contents(false) {
			said += content.Body
		}
		if got, want := noBlanks(said), noBlanks(plainWords(text)); got != want {
			t.Fatalf("%q reads as %q", want, got)
		}
	})
}
