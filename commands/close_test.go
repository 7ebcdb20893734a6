package commands

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestCloseByWhoAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("rosa", "idioma es")
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.sent()
	asked := w.hears("rosa", "cerrar "+n1, "¿Por qué se cierra el N1? El aviso no lo dirá.\n1 Ya tuve ayuda\n2 Ya no hace falta")
	if strings.Contains(asked, "\n3") {
		t.Errorf("a neighbor is asked with more than two reasons: %q", asked)
	}
	w.sent().only(t)
	w.hears("rosa", "1", "El N1 está cerrado. Si es un error: reabrir N1")
	out := w.sent()
	out.told(t, "#board", "Closed.")
	out.told(t, "sam", "N1 is closed, so there is nothing more to do. Thank you.")
	out.only(t, "#board", "sam")
	w.refused("rosa", "cerrar "+n1, "El N1 ya está cerrado.")
	if n := w.need(n1); n.CloseReason != "met_elsewhere" || n.Claimed != 0 {
		t.Errorf("it was closed for %q with %d claims", n.CloseReason, n.Claimed)
	}
	if p := w.actor("sam").Person; p.LiveClaims != 0 || p.FinishedClaims != 0 {
		t.Errorf("Sam after it was closed: %+v", p)
	}
}

func TestCloseByTheTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.sent()
	asked := w.hears("lee", "close "+n1, "Why does N1 close? The card won't say.")
	if buttons := strings.Count(asked, "\n"); buttons != len(models.CloseReasons()) {
		t.Errorf("%d reasons are offered: %q", buttons, asked)
	}
	w.hears("lee", "We couldn't reach them", "N1 is closed.")
	out := w.sent()
	out.told(t, "rosa", "N1 is closed. If that's wrong: reopen N1")
	out.told(t, "#board", "Closed.")
	lacks(t, "the card never says why", out["#board"][0], "reach")
	lacks(t, "nor does the message", out["rosa"][0], "reach")
}

func TestCloseReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	for _, reason := range models.CloseReasons() {
		n := w.asks()
		w.hears("lee", "close "+n+" "+string(reason), n+" is closed.")
		if got := w.need(n).CloseReason; got != reason {
			t.Errorf("%s was kept as %s", reason, got)
		}
	}
	n := w.asks()
	w.refused("lee", "close "+n+" boring", `"boring" doesn't fit reason. Nothing was saved. You can write: Got help elsewhere`)
	w.hears("rosa", "close "+n+" duplicate", "Why does "+n+" close?", "1 Got help elsewhere\n2 No longer needed")
	w.refused("sam", "close "+n, "Whoever asked for "+n+" or an organizer can close it. Nothing changed. You can ask lee.")
	w.refused("sam", "cerrar "+n, "Puede cerrar el "+n+" quien lo pidió o el equipo organizador.")
}

func TestCloseOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	o1 := w.posts("sam", "offer two coats category:supplies")
	w.sent()
	w.refused("kofi", "close "+o1, "Whoever offers O1 or an organizer can change that. Nothing changed. You can ask lee.")
	w.hears("sam", "close "+o1, "O1 is off the board. Thank you for offering it. To put it back: reopen O1")
	w.sent().told(t, "#board", "O1: Offer, supplies\nNo longer offered. Thank you.\n\"two coats\"")
	w.refused("sam", "close "+o1, "O1 is off the board, so that can't be done now.")
	w.hears("kofi", "offers", "Nothing is offered right now.")
	w.hears("sam", "reopen "+o1, "O1 is on the board again.")
	w.sent().told(t, "#board", "Available.")
	w.refused("sam", "reopen "+o1, "O1 is available, so it doesn't have to be opened again.")
	w.refused("kofi", "reopen "+o1, "Whoever offers O1")
	w.hears("sam", "history "+o1, "You posted it.", "You took it off the board.", "You opened it again.")
}

func TestReopen(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("lee", "done "+n1)
	w.sent()
	w.hears("lee", "reopen "+n1, "N1 is open again, and back on the board.")
	out := w.sent()
	out.told(t, "rosa", "N1 is open again, and back on the board. I'll tell you when someone takes it.")
	out.told(t, "#board", "Open. 1 volunteer needed.")
	out.only(t, "rosa", "#board")
	w.refused("rosa", "reopen "+n1, "N1 is open, so it doesn't have to be opened again. To see it: show N1")
	w.refused("sam", "reopen "+n1, "Whoever asked for N1 or an organizer can reopen it.")
	w.says("rosa", "close "+n1+" no_longer_needed")
	w.hears("rosa", "reabrir "+n1, "N1 is open again")
	w.refused("rosa", "reopen N9", "I can't find N9.")
	if n := w.need(n1); n.CloseReason != "" || n.EndedAt != nil {
		t.Errorf("what ended it is still there: %+v", n)
	}
}
