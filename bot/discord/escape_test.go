package discord

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

var (
	escapes    = regexp.MustCompile(`\\[^0-9A-Za-z\s]`)
	timeCodes  = regexp.MustCompile(`<t:-?\d+:[FRD]>`)
	ourMention = regexp.MustCompile(`^<@\d+>`)
)

// markup are the rules by which Discord finds markup, as loose as they can be:
// a text that fits none of them stays a text.
var markup = map[string]*regexp.Regexp{
	"escape":      regexp.MustCompile(`\\`),
	"heading":     regexp.MustCompile(`(?m)^\s*#`),
	"small print": regexp.MustCompile(`(?m)^\s*-#`),
	"list":        regexp.MustCompile(`(?m)^\s*([-*+]|\d+[.)])`),
	"quote":       regexp.MustCompile(`>`),
	"emphasis":    regexp.MustCompile(`[*_]`),
	"strike":      regexp.MustCompile(`~`),
	"code":        regexp.MustCompile("`"),
	"spoiler":     regexp.MustCompile(`\|`),
	"angle":       regexp.MustCompile(`<`),
	"masked link": regexp.MustCompile(`[\[\]]`),
	"mention":     regexp.MustCompile(`@`),
	"link":        regexp.MustCompile(`\w+:/`),
	"invitation":  regexp.MustCompile(`(?i)discord(app)?\.(gg|com|me)/\w`),
	"emoji":       regexp.MustCompile(`:[^\s:]+:`),
}

// readBy is what a person reads of something rendered: the escapes without
// their backslashes, and a ⏰ for each time. Anything that would be markup and
// that we did not mean is an error.
func readBy(t *testing.T, rendered string) string {
	t.Helper()
	if strings.Count(escapes.ReplaceAllString(rendered, "x"), bold)%2 != 0 {
		t.Errorf("bold is left open in %q", rendered)
	}
	bare := timeCodes.ReplaceAllString(ourMention.ReplaceAllString(rendered, "M"), "T")
	bare = escapes.ReplaceAllString(bare, "x")
	if strings.Contains(bare, "****") {
		t.Errorf("nothing is in bold in %q", rendered)
	}
	bare = strings.ReplaceAll(bare, bold, "")
	for name, rule := range markup {
		if found := rule.FindString(bare); found != "" {
			t.Errorf("%s: %q is markup in %q", name, found, rendered)
		}
	}
	words := timeCodes.ReplaceAllString(ourMention.ReplaceAllString(rendered, "@somebody"), "⏰")
	var b strings.Builder
	for rest := words; rest != ""; {
		switch {
		case strings.HasPrefix(rest, bold):
			rest = rest[len(bold):]
			continue
		case rest[0] == '\\' && len(rest) > 1:
			rest = rest[1:]
		}
		_, n := utf8.DecodeRuneInString(rest)
		b.WriteString(rest[:n])
		rest = rest[n:]
	}
	return b.String()
}

// plainWords are a text's words without what cannot be seen.
func plainWords(t commands.Text) string {
	var b strings.Builder
	for _, span := range t.Spans() {
		words := seen(span.Text)
		if span.User {
			words = strings.ReplaceAll(words, "\n", " ")
		}
		b.WriteString(words)
	}
	return b.String()
}

// hostile are words that Discord would make something else of.
var hostile = []string{
	"**bold** __under__ *it* _it_ ~~gone~~ ||hidden||", "`code` ```block```", "# heading", "## heading", "-# small", "- item", "* item", "+ item",
	"1. item", "23) item", "> quote", ">>> quote", "[words](https://example.com)", "[words](<https://example.com>)", "https://example.com/a_b_c",
	"HTTP://EXAMPLE.COM", "<https://example.com>", "steam://run/1", "discord.gg/abc", "https://discord.gg/abc", "discord.com/invite/abc",
	"@everyone @here", "<@123456789012345678>", "<@!123456789012345678>", "<@&123456789012345678>", "<#123456789012345678>", "<id:customize>",
	"<t:0:R>", "<:name:123456789012345678>", "<a:name:123456789012345678>", "</need:123456789012345678>", ":smile: :+1: a:b:c", `\`, `\\`, `\*\*x\*\*`,
	`¯\_(ツ)_/¯`, "a|b||c", "*", "**", "_", "<", ">", "@", "<mailto:a@example.com>", "<tel:+15550100>", "half 1/2 and 3/4", "  # blanks first",
	"12:30", "12.5 kg", "3.", "a - b # c + d", "ends with \\", "\U0001F469\u200D\U0001F692 ok", "ña\u0301", "مرحبا - # x", "a\u202Eb\u2066c\u200Fd", "😀",
}

func TestWordsStayWords(t *testing.T) {
	t.Parallel()
	for _, words := range hostile {
		for _, around := range []string{"%", "\"%\"", "a%b", "%%", "When: %", "1%", "-%", "#%", "\n%", "x\n%\n%", "*%*", "<%>", "[%](%)", "@%", ":%:", "/%", "https:%", "https://%", "\\%", "`%`"} {
			text := commands.Text(strings.ReplaceAll(around, "%", commands.User(words)))
			if got, want := readBy(t, renderText(text)), plainWords(text); got != want {
				t.Errorf("%q reads as %q", want, got)
			}
		}
	}
}

func TestHowWordsAreEscaped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ words, want string }{
		{"need a ride, N12: 413-555-0142 at 2:00 PM", `need a ride, N12: 413-555-0142 at 2\:00 PM`},
		{"To help: press \"I can help\", write claim N12, or add ✋", "To help: press \"I can help\", write claim N12, or add ✋"},
		{"1. It's on the board\n2. I'll tell you", "1\\. It's on the board\n2\\. I'll tell you"},
		{"Write /need", "Write /need"},
		{"https://example.com", `https\:\/\/example.com`},
		{"- [a](b)", `\- \[a\](b)`},
		{"#board", `\#board`},
		{"see #board", "see #board"},
		{"a\r\n\tb\x1b[31m", "a\n b\\[31m"},
		{"in\xffvalid", "in\uFFFDvalid"},
	} {
		if got := renderText(commands.Text(c.words)); got != c.want {
			t.Errorf("%q is rendered as %q, not %q", c.words, got, c.want)
		}
	}
}

func TestTimesAndLabels(t *testing.T) {
	t.Parallel()
	moment := commands.Text("\uE002When:\uE003 \uE0041797015600m\uE005Thursday, December 10, 2:00 PM (in 3 days)\uE006")
	day := commands.Text("\uE002When:\uE003 \uE0041797004800d\uE005Thursday, December 10 (in 3 days)\uE006")
	if got, want := renderCard([]commands.Text{moment, day}), "**When:** <t:1797015600:F> (<t:1797015600:R>)\n**When:** <t:1797004800:D>"; got != want {
		t.Errorf("in a card: %q, not %q", got, want)
	}
	if got, want := renderText(moment), `**When:** Thursday, December 10, 2\:00 PM (in 3 days)`; got != want {
		t.Errorf("in a message: %q, not %q", got, want)
	}
	for _, odd := range []string{"\uE002\uE003", "\uE002 \uE003x", "\uE002a\nb\uE003", "\uE002**\uE003", "\uE002\\\uE003*", "\uE004zz\uE005x\uE006", "\uE0041m"} {
		text := commands.Text(odd)
		if got := readBy(t, renderText(text)); got != plainWords(text) {
			t.Errorf("%q reads as %q", odd, got)
		}
		readBy(t, renderCard([]commands.Text{text, text}))
	}
}

func TestTitle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		title commands.Text
		emoji string
		want  string
	}{
		{"N12: Ride, Quarry Falls", "🚗", "**N12: Ride, Quarry Falls** 🚗"},
		{commands.Text("N12: Ride, " + commands.User("**Q** <@1>")), "", `**N12: Ride, \*\*Q\*\* \<\@1\>**`},
		{commands.Text("- " + commands.User("x") + "\ny"), "", `**\- x y**`},
		{"", "🚗", " 🚗"},
		{" ", "", ""},
	} {
		if got := renderTitle(c.title, c.emoji); got != c.want {
			t.Errorf("%q is rendered as %q, not %q", c.title, got, c.want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, words := range hostile {
		f.Add(words, "When: \"", 40)
		f.Add("x", words, 30)
	}
	f.Fuzz(func(t *testing.T, user, own string, limit int) {
		if len(user)+len(own) > 5000 {
			return
		}
		text := commands.Text(own + commands.User(user) + own)
		rendered := renderText(text)
		if got, want := readBy(t, rendered), plainWords(text); got != want {
			t.Fatalf("%q reads as %q", want, got)
		}
		readBy(t, renderCard([]commands.Text{text, text}))
		limit = 30 + int(uint(limit)%200)
		var read []string
		for _, part := range split(rendered, limit) {
			if size(part) > limit && size(part) > 3*maxPiece {
				t.Fatalf("a part has %d characters, not %d: %q", size(part), limit, part)
			}
			read = append(read, readBy(t, part))
		}
		if got, want := noBlanks(strings.Join(read, "")), noBlanks(plainWords(text)); got != want {
			t.Fatalf("cut to %d, %q reads as %q", limit, want, got)
		}
		if short := shorten(rendered, limit); limit > 100 && size(short) > limit {
			t.Fatalf("shortened to %d, it has %d", limit, size(short))
		}
	})
}

func noBlanks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestSnowflakeTime(t *testing.T) {
	t.Parallel()
	at, ok := snowflakeTime("175928847299117063") // Discord's own example
	if want := time.Date(2016, 4, 30, 11, 18, 25, 796e6, time.UTC); !ok || !at.Equal(want) {
		t.Errorf("it is of %v, not %v", at, want)
	}
	for _, id := range []string{"", "x", "-1", "99999999999999999999999"} {
		if _, ok := snowflakeTime(id); ok {
			t.Errorf("%q is no id", id)
		}
	}
}
