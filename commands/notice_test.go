package commands

import "testing"

// Who can read what is told once, with the first thing that is kept of somebody.
func TestFirstNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.notices = true
	w.says("rosa", "board")
	w.says("rosa", "mine")
	w.sent().only(t)
	w.says("rosa", "need")
	w.sent().told(t, "rosa", "who can read what", "without your name", "Each look is recorded.", "Your own data: privacy")
	w.says("rosa", "milk")
	w.says("rosa", "cancel")
	w.says("rosa", "offer a coat category:supplies")
	w.says("rosa", "1")
	w.sent().only(t, "#board")
	n1 := w.posts("ana", "pedir pan tipo:compras")
	w.sent().told(t, "ana", "quién puede leer qué", "Sus propios datos: privacidad")
	w.says("sam", "claim "+n1)
	s := w.sent()
	s.told(t, "sam", "who can read what")
	w.says("sam", "release "+n1)
	w.says("sam", "claim "+n1)
	for _, message := range w.sent()["sam"] {
		lacks(t, "again", message, "who can read what")
	}
	w.refused("dee", "claim N99")
	w.sent().only(t, "ana")
}
