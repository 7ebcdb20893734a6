package commands

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// What a person can mend is answered with what happened and what to do, in
// their language, and nothing is kept of it.
func TestMistakesInALine(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.asks()
	w.sent()
	long := strings.Repeat("a", models.MaxWhat+1)
	tests := []struct {
		name, line, en, es string
	}{
		{"unknown", "nede", `I don't know "nede". Did you mean need?` + "\n1 Yes, need\n2 Show all commands", `No conozco "nede". ¿Quiso decir pedir?`},
		{"unknown, in Spanish", "pedri", `Did you mean need?`, `No conozco "pedri". ¿Quiso decir pedir?` + "\n1 Sí, pedir\n2 Ver los comandos"},
		{"unknown, prefixed", "/clam N1", "Did you mean claim?", "¿Quiso decir tomar?"},
		{"nothing near", "xyzzy", `I don't know "xyzzy". To see all commands: help`, `No conozco "xyzzy". Para ver los comandos: ayuda`},
		{"option", "board cattegory:food", `I don't know "cattegory" here. Did you mean category?`, `Aquí no conozco "cattegory". ¿Quiso decir`},
		{"option of another command", "board note:x", `I don't know "note" here. Nothing was saved. To see what fits: help board`, "ayuda tablero"},
		{"missing", "claim", "Which need? Write its number, for example: claim N12. To see them: board", "¿Cuál pedido? Escriba su número, por ejemplo: tomar N12. Para verlos: tablero"},
		{"malformed", "claim twelve", `"twelve" isn't a number that I know.`, `"twelve"`},
		{"not there", "claim N99", "I can't find N99.", "N99"},
		{"far too large", "claim N99999999999999999999", "isn't a number that I know", "N99999999999999999999"},
		{"too much", "claim N1 N2 N3", `I don't know what to do with "N2".`, `"N2"`},
		{"too long", "need what:" + long, "That text has 201 characters, and 200 fit here.", "201"},
		{"line too long", "need " + strings.Repeat("b ", models.MaxLine), "characters, and", "caracteres"},
		{"quotes", `need what:"milk`, "A quotation mark is open in that line. Nothing was saved.", "comillas sin cerrar"},
		{"control", "need milk\x1b[31m red", "There are hidden characters in that text", "caracteres ocultos"},
		{"invalid UTF-8", "need milk \xff\xfe", "Some letters in that text didn't reach me", "letras de ese texto no me llegaron"},
		{"empty", "", "That line is empty.", "vacía"},
		{"invisible only", "\u200b\u200e", "That line is empty.", "vacía"},
		{"spaces only", " \t\n", "That line is empty.", "vacía"},
	}
	w.says("inés", "idioma es")
	w.says("max", "language en")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w.refused("max", test.line, test.en)
			w.refused("inés", test.line, test.es)
		})
	}
	if n := w.count(&models.Need{}); n != 1 {
		t.Errorf("%d needs are there", n)
	}
	w.sent().only(t)
}

// The word that was meant can be chosen.
func TestNearestCommandCanBeChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refused("rosa", "nede", "1 Yes, need")
	w.hears("rosa", "1", "Hi, rosa.")
	w.says("rosa", "cancel")
	w.refused("rosa", "bord", "1 Yes, board")
	w.hears("rosa", "1", "No needs are open")
	w.refused("rosa", "xyzzy", "1 Show all commands")
	w.hears("rosa", "show all commands", "Need help yourself?")
}

// What cannot be seen goes, and what looks like a mention is somebody's words.
func TestTextsAreInert(t *testing.T) {
	t.Parallel()
	tests := []struct{ typed, kept string }{
		{"milk @everyone and @room", "milk @everyone and @room"},
		{"milk <@123> <@&456> <#789>", "milk <@123> <@&456> <#789>"},
		{"**bold** _it_ `code` [a](https://x.org) <b>b</b>", "**bold** _it_ `code` [a](https://x.org) <b>b</b>"},
		{"mi\u200blk\u202e dna\u202c bread\ufeff", "milk dna bread"},
		{"milk {{.Ref}} %s %d", "milk {{.Ref}} %s %d"},
		{"milk \ue000forged\ue001", "milk forged"},
		{"o'clock 5'10\" tall", "o'clock 5'10\" tall"},
	}
	for _, test := range tests {
		t.Run(test.typed, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			n1 := w.posts("rosa", "need "+test.typed+" category:food when:anytime")
			n := w.need(n1)
			if n.What != test.kept {
				t.Errorf("kept as %q", n.What)
			}
			card, err := w.reg.Card(t.Context(), w.actor("you").Coalition, n.Entity(), "terminal", models.English)
			if err != nil {
				t.Fatal(err)
			}
			var theirs []string
			for _, line := range append(card.Lines, card.Title) {
				for _, span := range line.Spans() {
					if span.User {
						theirs = append(theirs, span.Text)
					}
				}
			}
			if len(theirs) != 1 || theirs[0] != test.kept {
				t.Errorf("marked as their own words: %q", theirs)
			}
		})
	}
}

// A name can be anything, too.
func TestNamesAreInert(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n1 := w.asks()
	who := w.who("sam")
	who.Name = "@everyone\u202e **x**"
	if _, err := w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: who, Text: "claim " + n1}); err != nil {
		t.Fatal(err)
	}
	w.presses("sam", "volunteer N1 yes")
	text := Text(strings.Join(w.sent()["rosa"], ""))
	holds(t, "to Rosa", string(text), "@everyone **x** took N1")
	reply := w.reply("rosa", "show "+n1)
	for _, span := range reply.Text.Spans() {
		if strings.Contains(span.Text, "@everyone") && !span.User {
			t.Errorf("a name stands in our own words: %q", span.Text)
		}
	}
}

func TestEventTwice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, first, line string
		refused           bool
	}{
		{"done", "", "claim N1", false},
		{"refused", "claim N1", "claim N1", true},
		{"refused for the words", "", "claim N99", true},
		{"a mistake with words", "", "claim never", true},
		{"a reading command", "", "board", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).cast()
			w.asks()
			if test.first != "" {
				w.says("sam", test.first)
			}
			w.sent()
			inv := Invocation{EventID: "same", Who: w.who("sam"), Text: test.line}
			first, err := w.reg.Run(t.Context(), inv)
			if err != nil {
				t.Fatal(err)
			}
			w.sent()
			again, err := w.reg.Run(t.Context(), inv)
			if err != nil {
				t.Fatal(err)
			}
			if shown(again) != shown(first) || first.Mistake != test.refused {
				t.Errorf("first %q (refused: %v), again %q", shown(first), first.Mistake, shown(again))
			}
			w.sent().only(t)
			if n := w.need("N1"); n.Claimed > 1 {
				t.Errorf("claimed %d times", n.Claimed)
			}
		})
	}
}

// The same id from another account is another event.
func TestEventOfSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", "need a table moved category:supplies slots:2 when:anytime")
	for _, name := range []string{"sam", "dee"} {
		if _, err := w.reg.Run(t.Context(), Invocation{EventID: "same", Who: w.who(name), Text: "claim " + n1}); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.need(n1); n.Claimed != 2 {
		t.Errorf("%d claims", n.Claimed)
	}
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := openWorld(t, store.Options{Dir: t.TempDir(), MaxPages: 130}, nil)
	var reply *Reply
	var err error
	for i := range 2000 {
		before := w.tables()
		reply, err = w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: w.who("rosa"), Text: fmt.Sprintf("need %d %s", i, strings.Repeat("milk ", 30))})
		if err == nil {
			reply, err = w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: w.who("rosa"), Text: "answer post", Button: true})
			continue
		}
		if after := w.tables(); after != before {
			t.Errorf("half of it is there: %s, before %s", after, before)
		}
		break
	}
	if !errors.Is(err, store.ErrFull) {
		t.Fatalf("the disk never filled up: %v", err)
	}
	if shown(reply) != "The disk is full, so I can't save anything. Nothing was saved or posted. Please tell an admin." {
		t.Errorf("the answer is %q", shown(reply))
	}
	w.hears("rosa", "board", "Open needs,")
	w.hears("max", "board", "Open needs,")
}
