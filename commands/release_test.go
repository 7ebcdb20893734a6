package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestReleaseWithoutANote(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("rosa", "idioma es")
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.sent()
	w.hears("sam", "release "+n1, "N1 is back on the board. Thank you for letting us know. Anything the next person should know?", "1 Leave a note\n2 No")
	out := w.sent()
	out.told(t, "#board", "Open. 1 volunteer needed.")
	out.told(t, "rosa", "La persona que iba a ayudarle ya no puede. El N1 está otra vez en el tablero.")
	out.only(t, "#board", "rosa")
	lacks(t, "no word about Sam", out["rosa"][0]+out["#board"][0], "sam")
	w.hears("sam", "2", "All right. Nothing more to do.")
	w.refused("sam", "release "+n1, "You don't have N1 now, so there is nothing to give back.")
	if p := w.actor("sam").Person; p.LiveClaims != 0 || p.FinishedClaims != 0 {
		t.Errorf("Sam after giving it back: %+v", p)
	}
}

// The next volunteer reads the note with the private details, and nobody else.
func TestReleaseWithANote(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		leaves func(w *world)
	}{
		{"asked, by number", func(w *world) {
			w.says("sam", "release N1")
			w.hears("sam", "1", "What should the next person know?")
			w.hears("sam", "bring a shovel", "I keep that for the next person.")
		}},
		{"asked, by word", func(w *world) {
			w.says("sam", "release N1")
			w.hears("sam", "yes", "What should the next person know?")
			w.hears("sam", "bring a shovel", "I keep that for the next person.")
		}},
		{"asked, written at once", func(w *world) {
			w.says("sam", "release N1")
			w.hears("sam", "bring a shovel", "I keep that for the next person.")
		}},
		{"in the line", func(w *world) {
			w.hears("sam", `devolver N1 nota:"bring a shovel"`, "N1 is back on the board. Thank you for letting us know.")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).cast()
			w.asks()
			w.says("sam", "claim N1")
			test.leaves(w)
			w.says("dee", "claim N1")
			w.hears("dee", "details N1", "N1, private. rosa, 413-555-0142. From the last person: bring a shovel.\nYou can see this until")
			w.hears("dee", "detalles N1", "From the last person")
			w.refused("sam", "details N1", "Whoever takes N1 can see its private details.")
		})
	}
}

// The question about a note keeps nobody from doing something else.
func TestReleaseQuestionLetsCommandsThrough(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"board", "tablero", "mine", "help", "claim N1", "show N1", "board 1", "language en"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).cast()
			n1 := w.asks()
			w.says("sam", "claim "+n1)
			w.says("sam", "release "+n1)
			lacks(t, line, w.says("sam", line), "I keep that for the next person")
			values, err := w.reader().Private(w.need(n1).Entity())
			if err != nil || values[models.FieldHandoff] != "" {
				t.Errorf("%s was kept as a note: %v %v", line, values, err)
			}
		})
	}
}

func TestReleaseNoteCanBeCancelled(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"cancel", "skip", "saltar", "cancelar"} {
		w := newWorld(t).cast()
		n1 := w.asks()
		w.says("sam", "claim "+n1)
		w.says("sam", "release "+n1)
		w.says("sam", "1")
		w.hears("sam", word, "All right. Nothing more to do.")
		if values, err := w.reader().Private(w.need(n1).Entity()); err != nil || len(values) != 1 {
			t.Errorf("%s: %v %v", word, values, err)
		}
	}
}

// Giving back a need that is under way opens it, unless others are still on it.
func TestReleaseUnderWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", "need a table moved category:supplies slots:2 when:anytime")
	w.says("sam", "claim "+n1)
	w.says("dee", "claim "+n1)
	w.says("sam", "start "+n1)
	w.sent()
	w.says("sam", `release N1 note:"at noon"`)
	w.sent().told(t, "#board", "Under way. A volunteer is helping.")
	w.says("dee", `release N1 note:"at one"`)
	w.sent().told(t, "#board", "Open. 2 volunteers needed.")
}

func TestReleaseRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.says("sam", "done "+n1)
	w.sent()
	w.refused("sam", "release "+n1, "You don't have N1 now")
	w.refused("lee", "release "+n1, "You don't have N1 now")
	w.refused("rosa", "devolver "+n1, "N1")
	w.refused("sam", "release", "Which need?", "release N12")
	w.sent().only(t)
}
