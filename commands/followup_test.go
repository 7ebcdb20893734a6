package commands

import "testing"

func TestFollowup(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("lee", "language es")
	n1 := w.posts("rosa", "need milk category:food area:Stonebridge when:anytime")
	w.says("sam", "claim "+n1)
	w.sent()
	w.hears("rosa", "followup "+n1, "The organizing team can see now that N1 needs another look.")
	out := w.sent()
	out.told(t, "#board", "Needs another look.")
	out.told(t, "sam", "The organizing team looks at N1 again.", "You can still give it back any time.")
	out.told(t, "lee", "Hay que revisar el N1: compras, Stonebridge. Para verlo: ver N1", "1 Más detalles")
	out.told(t, "you", "N1 needs another look: groceries, Stonebridge.")
	out.only(t, "#board", "sam", "lee", "you")
	w.hears("lee", "1", "N1: Compras, Stonebridge", "Hay que revisarlo.", "reabrir N1")
	w.refused("rosa", "followup "+n1, "N1 is marked for another look already.")
	w.refused("kofi", "claim "+n1, "N1 is marked for another look, so it needs no one now.")

	w.hears("lee", "reabrir "+n1, "El N1 está abierto otra vez")
	out = w.sent()
	out.told(t, "#board", "Taken. A volunteer is helping.")
	out.told(t, "rosa", "N1 is open again")
}

func TestFollowupRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.sent()
	w.refused("kofi", "followup "+n1, "Whoever asked for N1, whoever took it or an organizer can ask for another look. Nothing changed. You can ask lee.")
	w.says("rosa", "close "+n1+" no_longer_needed")
	w.refused("rosa", "seguimiento "+n1, "N1 is closed, so that can't be done now.")
	w.sent().only(t, "#board")
}
