package commands

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/guard"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// nowhere checks that words stand in no file of the data in the clear.
func (w *world) nowhere(words ...string) {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.reg.store.Dir(), "*"))
	if err != nil || len(files) == 0 {
		w.t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, word := range words {
			if bytes.Contains(raw, []byte(word)) {
				w.t.Errorf("%s holds %q", filepath.Base(file), word)
			}
		}
	}
}

// undecided counts what is sealed for a person's decision.
func (w *world) undecided() (n int) {
	w.t.Helper()
	err := w.database().QueryRowContext(w.t.Context(), "SELECT count(*) FROM secret WHERE kind = ?", models.KindDialog).Scan(&n)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestPhoneInAPublicLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("rosa", "pedir")
	asked := w.hears("rosa", "ida y vuelta a la clínica, llámenme al 413-555-0142")
	want := `Ahí hay un teléfono, y esa línea se verá en público. Todavía no la ha visto nadie. Quedaría así:
"ida y vuelta a la clínica, llámenme al (dato privado)"
1 Guardar el teléfono en privado
2 Escribir la línea de nuevo
3 No es un dato privado`
	if asked != want {
		t.Errorf("got\n%s\nwant\n%s", asked, want)
	}
	w.nowhere("555-0142", "llámenme")
	w.refused("rosa", "quizás", "un número de 1 a 3")
	w.refused("rosa", "saltar")
	w.hears("rosa", "mi-lista", "Borrador, guardado hasta")
	w.hears("rosa", "1", "2 de 5. ¿Qué tipo de ayuda?")
	if n := w.undecided(); n != 0 {
		t.Errorf("%d lines are still held", n)
	}
	w.says("rosa", "transporte")
	w.says("rosa", "Stonebridge")
	w.hears("rosa", "el jueves a las 2 de la tarde", `"ida y vuelta a la clínica, llámenme al (dato privado)"`, "En privado: teléfono 413-555-0142.", "1 Publicar")
	w.hears("rosa", "publicar", "su teléfono")
	w.nowhere("555-0142")
}

func TestPrivateLineIsWrittenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("rosa", "need")
	w.hears("rosa", "milk, write to rosa@example.org", "There's an e-mail address in that line", `"milk, write to (private)"`, "1 Keep the e-mail private")
	w.hears("rosa", "2", "1 of 5. What do you need?")
	if n := w.undecided(); n != 0 {
		t.Errorf("%d lines are still held", n)
	}
	w.hears("rosa", "milk at 14 Mill Lane", "There's an address in that line", `"milk at (private)"`)
	w.hears("rosa", "back", "1 of 5.")
	w.hears("rosa", "milk", "2 of 5.")
	w.hears("rosa", "back", "1 of 5.")
	w.hears("rosa", "413-555-0142", "All of that is private", "1 Keep the phone private")
	w.hears("rosa", "1", "1 of 5.")
	w.hears("rosa", "milk for 413-555-0143", "1 Keep the phone private")
	w.hears("rosa", "1", "2 of 5.")
	for _, line := range []string{"skip", "skip"} {
		w.says("rosa", line)
	}
	w.hears("rosa", "skip", `"milk for (private)"`, "413-555-0142, 413-555-0143")
}

func TestPrivateAsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("rosa", "need pick up order 413-555-0142 at the pharmacy", "There's a phone number")
	w.hears("rosa", "It isn't private", `"pick up order 413-555-0142 at the pharmacy"`, "1 Post it")
	w.hears("rosa", "1", "Posted.")
}

// However a public line is given, it is looked through.
func TestEveryWayOfWritingALineIsLookedThrough(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"a free line":       {"need a ride, call 413-555-0142"},
		"by name":           {`need what:"a ride, call 413-555-0142" category:rides`},
		"an offer":          {"offer rides, call 413-555-0142"},
		"an offer, asked":   {"offer", "rides, call 413-555-0142"},
		"an area":           {`need milk area:"14 Mill Lane, call 413-555-0142"`},
		"an area, asked":    {"need", "milk", "food", "14 Mill Lane, call 413-555-0142"},
		"edited":            {"need milk", "post it", `edit N1 what:"milk, call 413-555-0142"`},
		"edited, asked":     {"need milk", "post it", "edit N1", "What it is", "milk, call 413-555-0142"},
		"changed in a view": {"need milk", "change it", "What it is", "milk, call 413-555-0142"},
	}
	for name, lines := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i, line := range lines {
				text := w.says("rosa", line)
				if i == len(lines)-1 {
					holds(t, line, text, "Nobody has seen it yet.", "Write the line again\n3 It isn't private")
				}
			}
			w.nowhere("555-0142")
			w.says("rosa", "1")
			w.nowhere("555-0142")
			if n := w.undecided(); n != 0 {
				t.Errorf("%d lines are still held", n)
			}
			for _, message := range w.delivered() {
				lacks(t, "what others see", message, "555-0142")
			}
		})
	}
}

func TestTwoLinesHeldBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("rosa", `need what:"milk, 413-555-0142" area:"14 Mill Lane, Stonebridge" when:tomorrow`, `"milk, (private)"`)
	w.hears("rosa", "1", "There's an address in that line", `"Stonebridge"`)
	w.hears("rosa", "1", "This is what the board will show:", "Stonebridge", `"milk, (private)"`, "phone 413-555-0142", "14 Mill Lane")
}

func TestEditHeldBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.delivered()
	w.hears("rosa", "edit "+n1+` people:2 what:"milk, 413-555-0199"`, "There's a phone number")
	w.sent().told(t, "#board", `"milk and bread"`, "For 2 people.")
	w.hears("rosa", "1", n1+" is changed.")
	s := w.sent()
	s.told(t, "#board", `"milk, (private)"`)
	s.told(t, "sam", "what it is")
	w.hears("sam", "details "+n1, "413-555-0142, 413-555-0199")
	w.says("rosa", "edit "+n1)
	w.says("rosa", "What it is")
	w.hears("rosa", "bread, 413-555-0177", `"bread, (private)"`)
	w.hears("rosa", "cancel", "nothing changed")
	if n := w.undecided(); n != 0 {
		t.Errorf("%d lines are still held", n)
	}
	w.sent().only(t)
}

// The right is checked again when the question is answered.
func TestHeldEditAfterClosing(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("rosa", "edit "+n1+` what:"milk, 413-555-0199"`)
	w.says("lee", "close "+n1+" duplicate")
	w.refused("rosa", "1", n1+" is closed")
}

func TestHintAboutWhatNeedNotBeSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("rosa", "need a ride to the clinic because I have cancer",
		"You don't have to mention health, papers or drugs to get help. Without that part it would read:\n\"a ride to the clinic\"\n1 Take that part out\n2 Leave it in")
	w.nowhere("cancer")
	w.hears("rosa", "1", "\"a ride to the clinic\"\n", "1 Post it")
	w.says("rosa", "cancel")
	w.says("rosa", "need a ride to the clinic because I have cancer")
	w.hears("rosa", "Leave it in", `"a ride to the clinic because I have cancer"`)
	w.says("rosa", "cancel")
	w.says("ana", "pedir")
	w.hears("ana", "transporte, tengo cáncer, 413-555-0142", "Ahí hay un teléfono")
	w.hears("ana", "1", "Para recibir ayuda no hace falta hablar de salud, papeles ni drogas.", "1 Quitar esa parte\n2 Dejarla")
	w.hears("ana", "1", "2 de 5.")
	if n := w.undecided(); n != 0 {
		t.Errorf("%d lines are still held", n)
	}
}

// A line that nobody decides on is erased after a day, as its draft is.
func TestHeldLineIsSwept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("rosa", "need milk, 413-555-0142")
	w.hears("rosa", "need", "You have started one already.")
	w.hears("rosa", "1", "There's a phone number in that line", `"milk, (private)"`)
	w.says("rosa", "need")
	w.hears("rosa", "2", "1 of 5.")
	if n := w.undecided(); n != 0 {
		t.Errorf("%d lines are held of a draft that was begun anew", n)
	}
	w.hears("rosa", "milk, 413-555-0142", "There's a phone number")
	w.pass(25 * time.Hour)
	if err := w.reg.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := w.count(&models.Secret{}); n != 0 {
		t.Errorf("%d private values are left", n)
	}
}

func TestWithout(t *testing.T) {
	t.Parallel()
	v := newRegistry(t).vocab
	for line, want := range map[string]string{
		"a ride because I have cancer":         "a ride",
		"groceries, I'm diabetic":              "groceries",
		"transporte porque tengo diabetes":     "transporte",
		"milk, and I have cancer, for Tuesday": "milk, and I have, for Tuesday",
	} {
		if got := without(v, line); got != want {
			t.Errorf("%q becomes %q, want %q", line, got, want)
		}
	}
}

func without(v *vocabulary, line string) string { return v.without(line, hintsOf(guard.Check(line))) }
