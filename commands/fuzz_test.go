package commands

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// FuzzRun throws lines at a coalition: none panics or is answered with "our
// fault", and no answer holds what could hide or forge something.
func FuzzRun(f *testing.F) {
	r, err := New(nil, Options{})
	if err != nil {
		f.Fatal(err)
	}
	for _, lang := range models.Langs() {
		for _, c := range r.Commands() {
			text, err := r.cat.Text(lang, "command."+c.Name+".examples", nil)
			if err != nil {
				continue // only buttons name it
			}
			for _, example := range strings.Split(strings.TrimSpace(text), "\n") {
				f.Add(strings.ReplaceAll(strings.ReplaceAll(example, "N12", "N1"), "O7", "O1"), "1")
			}
		}
	}
	for _, pair := range [][2]string{
		{"need", "milk"}, {"pedir", "atrás"}, {"offer", "skip"}, {"setup", ""}, {"setup", "back"}, {"edit N1", "5"}, {"edit O1", "when"},
		{"release N1", "2"}, {"release N1", "a note"}, {"claim N1 name:yes", "claim n 1"}, {"need milk tomorrow at 3", "3"}, {"answer ?", "answer post"},
		{"outcome N1 met", "outcome N1 still"}, {"volunteer N1 yes", "volunteer N1 no"}, {"welcome ~1 reply:no", "role grant admin ~2"},
		{"need when: people:2", `need what:"`}, {"!!", "//"}, {"\u200b", "\xff"}, {"need \ue000x\ue001", "post"}, {"board 1000 area:é", "board page:1"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		w := newWorld(t)
		w.becomes("you", everyRole)
		w.asks()
		w.posts("you", "offer two coats category:supplies")
		for _, name := range []string{"you", "rosa"} {
			for _, line := range []string{first, second} {
				inert(t, w.reply(name, line).Text)
			}
		}
		w.delivered()
	})
}

// FuzzUserText lets anything be what somebody asks for: on the card it stays
// their own words, in marks that nobody can forge.
func FuzzUserText(f *testing.F) {
	for _, s := range []string{
		"milk", "@everyone", "<@123>", "\ue000x\ue001", "\ue001\ue000", "a\nb\tc", "\x1b[31m", "ab\u202ecd", "👩‍👩‍👧", "é́́́́́", "{{.Ref}}", "</p>", "`*_~|>#", `"`, "",
	} {
		f.Add(s)
	}
	w := &world{}
	r, err := New(nil, Options{Now: w.clock})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, what string) {
		for _, lang := range models.Langs() {
			n := &models.Need{State: models.NeedOpen, Number: 1, What: what, Category: "food", Priority: models.PrioritySoon, People: 1, Slots: 1, Languages: "en"}
			v := &View{reg: r, viewer: viewer{actor: &models.Actor{Coalition: &models.Coalition{Zone: "UTC"}, Person: &models.Person{}}, lang: lang, now: monday}, fields: map[string]any{}}
			if err := v.aboutNeed(n); err != nil {
				t.Fatal(err)
			}
			card, err := v.cardText()
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range append(card.Lines, card.Title) {
				inert(t, line)
			}
			inert(t, Text(quoted(what)))
			if spans := card.Lines[1].Spans(); n.PublicWords() != "" && (len(spans) > 3 || len(spans) > 1 && (spans[0] != (Span{Text: `"`}) || spans[len(spans)-1].User)) {
				t.Errorf("%q is shown as %+v", what, spans)
			}
		}
	})
}

// pairs are the marks that close what another opens.
var pairs = map[string]string{userStart: userEnd, labelStart: labelEnd, timeStart: timeWords, timeWords: timeEnd}

// inert checks a text that is shown: one level of marks, each closed by its own,
// and nothing that hides or steers.
func inert(t *testing.T, text Text) {
	t.Helper()
	closes := "" // the mark that closes what is open
	for _, r := range string(text) {
		switch mark := string(r); {
		case closes != "" && mark == closes:
			closes = ""
			if mark == timeWords {
				closes = timeEnd
			}
		case strings.Contains(marks, mark):
			if closes != "" || pairs[mark] == "" || mark == timeWords {
				t.Fatalf("marks are not balanced in %q", string(text))
			}
			closes = pairs[mark]
		case unicode.Is(unicode.Co, r):
			t.Fatalf("a private character in %q", string(text))
		case unicode.IsControl(r) && (r != '\n' || closes != ""), unicode.Is(unicode.Bidi_Control, r):
			t.Fatalf("%s in %q", fmt.Sprintf("%U", r), string(text))
		}
	}
	if closes != "" {
		t.Fatalf("a mark is open in %q", string(text))
	}
	if plain := text.Plain(); strings.ContainsAny(plain, marks) {
		t.Fatalf("marks in the plain text %q", plain)
	}
}
