package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestDoneByWhoHelps(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("rosa", "idioma es")
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.sent()
	w.hears("sam", "done "+n1, "N1 is done. Thank you. I'll ask the neighbor once whether it worked out. You can't see the private details any more.")
	out := w.sent()
	out.told(t, "#board", "Done. Thank you.")
	out.told(t, "rosa", "¿Salió bien el N1? Pregunto una vez; no se publica.\n6 Sí\n7 En parte\n8 No, todavía lo necesito\n9 No, ya no hace falta")
	out.only(t, "#board", "rosa")
	w.refused("sam", "details "+n1, "N1 is done. Private details are no longer shown.")
	w.refused("sam", "done "+n1, "Nothing changed.")
	if p := w.actor("sam").Person; p.LiveClaims != 0 || p.FinishedClaims != 1 {
		t.Errorf("Sam afterwards: %+v", p)
	}
}

// Whoever asked is not asked whether what they say themselves is so.
func TestDoneByWhoAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("rosa", "idioma es")
	w.says("sam", "claim "+n1)
	w.sent()
	w.hears("rosa", "hecho "+n1, "El N1 está hecho. Gracias por avisar.")
	out := w.sent()
	out.told(t, "sam", "N1 is marked done. Thank you.")
	out.only(t, "#board", "sam")
	w.refused("rosa", "hecho "+n1, "El N1 ya está hecho. Nada cambió.")
}

func TestDoneByTheTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.sent()
	w.hears("lee", "done "+n1, "N1 is done. I'll ask the neighbor once whether it worked out. If that's wrong: reopen N1")
	out := w.sent()
	out.told(t, "sam", "N1 is marked done.")
	out.told(t, "rosa", "Did N1 work out?")
	out.only(t, "#board", "sam", "rosa")
}

func TestDoneByAStranger(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.refused("kofi", "done "+n1, "Thank you. Whoever asked or an organizer marks N1 done. Nothing changed.")
	w.says("sam", "claim "+n1)
	w.refused("kofi", "done "+n1, "Whoever asked or an organizer marks N1 done.")
	w.says("sam", "release "+n1+" note:x")
	w.says("sam", "claim "+n1+" name:yes")
	w.refused("kofi", "done "+n1, "Thank you. sam or an organizer marks N1 done. Nothing changed.")
	w.refused("inés", "hecho "+n1, "Gracias. sam o el equipo organizador marca el N1 como hecho.")
	w.refused("you", "done "+n1, "marks N1 done")
	if s := w.need(n1).State; s != models.NeedOpen {
		t.Errorf("it is %s", s)
	}
}

func TestDoneRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("lee", "close "+n1+" other")
	w.sent()
	w.refused("lee", "done "+n1, "N1 is closed, so that can't be done now.")
	w.refused("lee", "done O1", "O1 is an offer, and done works with needs.")
	w.sent().only(t)
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	tests := []struct {
		answer, said string
		outcome      models.Outcome
		state        models.NeedState
	}{
		{"Yes", "Thank you for telling us. N1 stays done.", models.OutcomeMet, models.NeedDone},
		{"Partly", "For the rest: reopen N1, or ask again with need", models.OutcomePartly, models.NeedDone},
		{"No, I still need it", "N1 is open again, and the organizing team will look at it today.", "", models.NeedOpen},
		{"No, not needed now", "N1 stays as it is. If you need it again: reopen N1", models.OutcomeNotMet, models.NeedDone},
	}
	for _, test := range tests {
		t.Run(test.answer, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).cast()
			n1 := w.asks()
			w.says("sam", "claim "+n1)
			w.says("sam", "done "+n1)
			w.sent()
			w.hears("rosa", test.answer, test.said)
			out := w.sent()
			if test.state == models.NeedOpen {
				out.told(t, "lee", "N1 needs another look: groceries.", "1 More details")
				out.told(t, "you", "N1 needs another look")
				out.told(t, "#board", "Open. 1 volunteer needed.")
				out.only(t, "lee", "you", "#board")
			} else {
				out.only(t)
			}
			if n := w.need(n1); n.State != test.state || n.Outcome != test.outcome {
				t.Errorf("it is %s, with the outcome %q", n.State, n.Outcome)
			}
			// The buttons still stand there; a second press changes nothing.
			again := w.refused("rosa", "Yes")
			if test.state == models.NeedDone {
				holds(t, "second answer", again, "I have your answer about N1 already.")
			}
			w.hears("rosa", "history "+n1, "You answered: ")
			w.hears("lee", "historial "+n1, "contestó: ")
		})
	}
}

func TestOutcomeIsForWhoAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.refused("rosa", "outcome "+n1+" met", "N1 is open, so that can't be done now.")
	w.says("lee", "done "+n1)
	w.refused("sam", "outcome "+n1+" met", "Whoever asked for N1 answers that question.")
	w.refused("lee", "outcome "+n1+" met", "Whoever asked for N1 answers that question.")
	w.refused("rosa", "outcome "+n1+" perhaps", "doesn't fit")
}
