package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestHistoryNamesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("jo", models.Navigator)
	n1 := w.asks()
	w.pass(time.Hour)
	w.says("sam", "claim "+n1)
	w.says("sam", "start "+n1)
	w.says("sam", `release N1 note:"ring twice"`)
	w.pass(24 * time.Hour)
	w.says("dee", "claim "+n1)
	w.says("rosa", "followup "+n1)
	w.says("lee", "reopen "+n1)

	got := w.hears("rosa", "history "+n1)
	want := strings.Join([]string{"N1, what happened so far:",
		"Monday, December 7, 10:00 AM: You posted it.",
		"Monday, December 7, 11:00 AM: A volunteer took it.",
		"Monday, December 7, 11:00 AM: A volunteer started on it.",
		"Monday, December 7, 11:00 AM: A volunteer gave it back.",
		"Tuesday, December 8, 11:00 AM: A volunteer took it.",
		"Tuesday, December 8, 11:00 AM: You called for another look.",
		"Tuesday, December 8, 11:00 AM: An organizer opened it again."}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, name := range []string{"rosa", "lee", "dee"} {
		lacks(t, name, w.says(name, "history "+n1), "rosa", "sam", "dee", "lee", "ring twice", "413")
	}
	holds(t, "to the team", w.says("jo", "historial "+n1), "Quien lo pidió lo publicó.", "Alguien del voluntariado lo tomó.")
}

// Of a long history the newest entries are shown.
func TestHistoryIsCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	for range 5 {
		w.says("sam", "claim "+n1)
		w.says("sam", "release "+n1+" note:x")
	}
	got := w.hears("rosa", "history "+n1, "N1, what happened so far:\nThe newest entries:\n")
	if lines := strings.Count(got, "\n") + 1; lines != historyShown+2 || strings.Contains(got, "posted") {
		t.Errorf("%d lines: %q", lines, got)
	}
}

func TestHistoryRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	o1 := w.posts("rosa", "offer two coats category:supplies")
	w.refused("kofi", "history "+n1, "The history of N1 is for whoever asked, whoever took it and the team. You can ask lee.")
	w.refused("kofi", "history "+o1, "The history of O1 is for")
	w.refused("kofi", "history N9", "I can't find N9.")
	w.refused("kofi", "history", "Which one? Write its number, for example: history N12.")
	w.refused("you", "history "+n1, "The history of N1")
}

// What somebody answered once stays in the history when the need was opened
// again.
func TestHistoryKeepsTheOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("lee", "done "+n1)
	w.presses("rosa", "outcome N1 met")
	w.says("lee", "reopen "+n1)
	w.hears("lee", "history "+n1, "Whoever asked answered: it worked out.")
}
