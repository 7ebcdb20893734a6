package terminal

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// wantSaid looks for a text of the catalogue in what was printed.
func (h *home) wantSaid(lang models.Lang, id string, f fields) {
	h.Helper()
	want, err := h.cat.Text(lang, id, f)
	if err != nil {
		h.Fatal(err)
	}
	if !strings.Contains(h.out.String(), strings.TrimSpace(want)) {
		h.Errorf("%q is not in\n%s", want, h.out)
	}
}

func TestOwnCommands(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line   string
		id     string
		fields fields
	}{
		{"/as maria", "terminal.now", fields{"Name": "maria", "Room": "#board"}},
		{"!AS maria", "terminal.now", fields{"Name": "maria", "Room": "#board"}},
		{`/como "María José"`, "terminal.now", fields{"Name": "María José", "Room": "#board"}},
		{"/as  ", "terminal.as_usage", nil},
		{"/as " + strings.Repeat("x", 61), "error.too_long", fields{"Limit": 60, "Length": 61}},
		{"/as \x1b[31m", "error.control_characters", nil},
		{"/room #general", "terminal.now", fields{"Name": "you", "Room": "#general"}},
		{"/sala General", "terminal.now", fields{"Name": "you", "Room": "#general"}},
		{"/room", "terminal.room_usage", fields{"Room": "#board"}},
		{"/room kitchen", "terminal.room_unknown", fields{"Room": "kitchen", "Rooms": "#board and #general"}},
		{"/privado", "terminal.now_private", fields{"Name": "you"}},
		{"+claim", "terminal.reaction_usage", nil},
		{"✋", "terminal.reaction_usage", nil},
		{"-tomar mañana", "terminal.reaction_usage", nil},
		{"+sing N1", "terminal.reaction_unknown", fields{"Word": "sing"}},
		{"🎉 N1", "terminal.reaction_unknown", fields{"Word": "🎉"}},
		{"+claim N1", "error.not_found", fields{"Ref": "N1"}},
		{"help", "terminal.help", nil},
		{"/ayuda", "terminal.help", nil},
		{"room general", "error.unknown_none", fields{"Word": "room"}},
		{strings.Repeat("é", 9000), "error.too_long", fields{"Limit": models.MaxLine, "Length": 9000}},
		{strings.Repeat("é", models.MaxLine+1), "error.too_long", fields{"Limit": models.MaxLine, "Length": models.MaxLine + 1}},
	} {
		_, h := script(t, c.line)
		lang := models.English
		if c.line == "/ayuda" { // asked in Spanish, answered in Spanish
			lang = models.Spanish
		}
		h.wantSaid(lang, c.id, c.fields)
	}
}

func TestAsIsRefusedWhereOthersCouldBeMeant(t *testing.T) {
	t.Parallel()
	h := newHome(t, Options{In: strings.NewReader("/as maria\nboard\n")})
	if err := h.engine.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.wantSaid(models.English, "terminal.as_refused", fields{"Name": "you"})
	if got := h.out.String(); strings.Contains(got, "maria #board>") || !h.Failed() {
		t.Error(got)
	}
}

// An empty line leaves what is asked as it is suggested; else it is nothing. In
// a question also what looks like a reaction is an answer.
func TestEmptyLine(t *testing.T) {
	t.Parallel()
	_, h := script(t, "", "   ", "setup", "Larch County", "", "")
	h.wantSaid(models.English, "setup.ask.areas", nil)
	if got := strings.Count(h.out.String(), "-- "); got != 4 {
		t.Errorf("%d answers, want that of setup and three more:\n%s", got, h.out)
	}
	_, h = script(t, "need", "🎉 N1")
	h.wantSaid(models.English, "need.ask.category", nil)
}

func TestScriptRepeatsLongLinesShortened(t *testing.T) {
	t.Parallel()
	got, _ := script(t, strings.Repeat("x", 1<<20), "b\tc\xff")
	first, _, _ := strings.Cut(got, "\n")
	if len(first) > 300 || !strings.HasSuffix(first, " ...") {
		t.Errorf("%d bytes are repeated: %.300s", len(first), first)
	}
	if !strings.Contains(got, "you #board> b c\uFFFD\n") {
		t.Errorf("the second line is repeated otherwise:\n%s", got)
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ñ", maxBytes)
	for in, want := range map[string][]string{
		"":                       nil,
		"\n":                     {""},
		"a\nb":                   {"a", "b"},
		"a\r\n\r\nb\n":           {"a", "", "b"},
		"a\rb\n":                 {"a\rb"},
		"\xff\x00\n":             {"\xff\x00"},
		long + "\nafter\n":       {long[:maxBytes], "after"},
		long[:maxBytes-2] + "\n": {long[:maxBytes-2]},
	} {
		for name, reader := range map[string]io.Reader{"whole": strings.NewReader(in), "byte by byte": iotest.OneByteReader(strings.NewReader(in)), "with its end": iotest.DataErrReader(strings.NewReader(in))} {
			l := newLines(reader)
			for i, w := range want {
				ln, err := l.next(t.Context())
				if err != nil || ln.text != w || ln.long != (w == long[:maxBytes]) || ln.long && ln.length != utf8.RuneCountInString(long) {
					t.Errorf("%.10q, %s, line %d: %.20q, %t, %d characters, %v", in, name, i, ln.text, ln.long, ln.length, err)
				}
			}
			if ln, err := l.next(t.Context()); !errors.Is(err, io.EOF) {
				t.Errorf("%.10q, %s: more than expected: %q, %v", in, name, ln.text, err)
			}
		}
	}
}

func TestInteractive(t *testing.T) {
	t.Parallel()
	keys := newKeyboard()
	h := newHome(t, Options{In: keys, Interactive: true, AsAllowed: true, First: true, Version: "0.1", DataDir: "/data"})
	ended := make(chan error, 1)
	go func() { ended <- h.engine.Run(t.Context()) }()
	keys.enter("/as Rosa")
	h.wantSaid(models.English, "terminal.banner", fields{"Version": "0.1", "Data": "/data", "Name": "you", "Room": "#board"})
	if got := h.out.String(); !strings.HasSuffix(got, "\n\nRosa #board> ") {
		t.Errorf("no prompt at the end of %q", got)
	}
	// Something arrives while she types: the prompt stands below it again.
	if _, err := h.Send(t.Context(), bot.Post{Key: "k", Account: "you", Text: "news", Lang: models.Spanish}); err != nil {
		t.Fatal(err)
	}
	if got := h.out.String(); !strings.HasSuffix(got, "\n\nRosa #board> \n-- para you, en privado\nnews\n\nRosa #board> ") {
		t.Errorf("after the news the screen ends with %q", got[max(0, len(got)-100):])
	}
	close(keys.lines)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := h.out.String(); !strings.HasSuffix(got, "Rosa #board> \n"+h.text(models.English, "terminal.bye", nil)+"\n") {
		t.Errorf("the screen ends with %q", got[max(0, len(got)-100):])
	}
}

func TestBanners(t *testing.T) {
	t.Parallel()
	for id, o := range map[string]Options{"terminal.banner_again": {AsAllowed: true}, "terminal.banner_no_as": {Lang: models.Spanish}} {
		o.In, o.Interactive, o.Version = strings.NewReader("/quit\n"), true, "0.1"
		h := newHome(t, o)
		if err := h.engine.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		lang := models.English
		if o.Lang != "" {
			lang = o.Lang
		}
		h.wantSaid(lang, id, fields{"Version": "0.1", "Coalition": h.text(models.English, "setup.default_name", nil), "Name": "you", "Room": "#board"})
		h.wantSaid(models.English, "terminal.bye", nil)
	}
}

func TestEveryOwnCommandHasWords(t *testing.T) {
	t.Parallel()
	h := newHome(t, Options{In: strings.NewReader("")})
	for _, id := range []string{as, room, private, quit} {
		if !h.cat.Has("terminal." + id + ".words") {
			t.Errorf("no words for %s", id)
		}
	}
}
