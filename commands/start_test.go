package commands

import "testing"

func TestStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("rosa", "idioma es")
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.sent()
	w.hears("sam", "start "+n1, "N1 is under way. When it's finished: done N1", "1 Done")
	out := w.sent()
	out.told(t, "#board", "Under way. A volunteer is helping.")
	out.told(t, "rosa", "sam ya empezó con su N1.")
	out.only(t, "#board", "rosa")
	w.refused("sam", "start "+n1, "N1 is under way already.", "1 Done")
	w.hears("sam", "1", "N1 is done. Thank you.")
}

// An organizer can say so for a need that nobody took; nobody is named then.
func TestStartByAnOrganizer(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.sent()
	w.hears("lee", "empezar "+n1, "El N1 está en marcha.")
	out := w.sent()
	out.told(t, "#board", "Under way.")
	out.only(t, "#board")
	w.hears("sam", "claim "+n1, "You took N1")
}

func TestStartRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.asks()
	w.says("lee", "close "+n2+" other")
	w.sent()
	w.refused("sam", "start "+n1, "Whoever took N1 can say that it has started. Nothing changed. To take it: claim N1")
	w.refused("rosa", "start "+n1, "Whoever took N1")
	w.refused("lee", "start "+n2, "N2 is closed, so that can't be done now.")
	w.sent().only(t)
}
