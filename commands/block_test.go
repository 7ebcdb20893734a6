package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestBlockEndsWhatTheyTook(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.posts("ana", "need rice category:food when:anytime")
	w.reacts("sam", "✋", true, n1)
	w.says("sam", "claim "+n2)
	w.sent()
	w.hears("lee", "block sam", "sam is blocked, and has no roles any more. What sam had taken is back on the board. To undo it: block remove sam")
	out := w.sent()
	out.told(t, "rosa", "The person who was going to help can't after all. N1 is back on the board.")
	out.told(t, "ana", "N2 is back on the board.")
	out.toldEach(t, "sam", "N1 doesn't need you after all.", "N2 doesn't need you after all.")
	if p := w.actor("sam").Person; p.LiveClaims != 0 || p.Roles != 0 || p.Welcomed || p.BlockedAt == nil || w.need(n1).Claimed+w.need(n2).Claimed != 0 {
		t.Errorf("afterwards: %+v", p)
	}
	w.refused("sam", "claim "+n1, cant)
	w.refused("sam", "volunteer "+n1+" yes", cant)
	w.reacts("sam", "✋", true, n1)
	w.sent().told(t, "sam", cant)
	w.hears("sam", "board", "N1: Groceries")
}

func TestBlockedPeopleAreAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	own := w.posts("sam", "need a coat category:supplies when:anytime contact:413-555-0199")
	foods := w.asksFor("food")
	w.says("sam", "offer a sofa category:supplies contact:413-555-0199")
	w.says("lee", "block sam")
	no := "You can't post, take needs or see private details here for now. Nothing changed. You can ask lee."
	if got := w.presses("sam", "answer post"); got != no {
		t.Errorf("the button answers %q", got)
	}
	for _, line := range []string{"/need milk", "/offer", "/edit " + own + " people:2", "/details " + foods} {
		if got := w.says("sam", line); got != no {
			t.Errorf("%s answers %q", line, got)
		}
	}
	w.hears("sam", "/mine", "a sofa", "N1: Supplies") // the draft stays
	w.hears("sam", "/details "+own, "413-555-0199")
	w.hears("sam", "/close "+own+" no_longer_needed", "N1 is closed.")
	w.refused("sam", "/reopen "+own, no)
	w.says("sam", "idioma es")
	w.refused("sam", "/pedir leche", "Por ahora no puede publicar, tomar pedidos ni ver datos privados aquí. Nada cambió. Puede preguntar a lee.")
	w.says("lee", "block remove sam")
	holds(t, "the draft", w.presses("sam", "answer post"), "O1")
}

func TestBlockIsLifted(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.hears("lee", "block", "Nobody is blocked.")
	w.hears("lee", "block sam", "sam is blocked")
	w.refused("lee", "block sam", "sam is blocked already. Nothing changed.")
	w.refused("lee", "role grant volunteer sam", "sam is blocked. Nothing changed. First: block remove sam")
	w.refused("lee", "welcome sam", "sam is blocked. Nothing changed.")
	w.hears("lee", "block", "Blocked: sam.")
	w.hears("lee", "block remove sam", "sam isn't blocked any more. For a role: role grant volunteer sam")
	w.refused("lee", "block remove sam", "sam isn't blocked. Nothing changed.")
	w.hears("sam", "claim "+n1, "To take N1, you become a volunteer here first.")
	w.says("lee", "idioma es")
	w.refused("lee", "bloquear quitar sam", "sam no tiene un bloqueo. Nada cambió.")
	w.hears("lee", "bloquear sam", "sam tiene un bloqueo y ya no tiene roles. Lo que sam había tomado volvió al tablero. Para deshacerlo: bloquear quitar sam")
	w.refused("lee", "bloquear sam", "sam ya tiene un bloqueo. Nada cambió.")
	w.refused("lee", "rol dar voluntariado sam", "sam tiene un bloqueo. Nada cambió. Primero: bloquear quitar sam")
	w.hears("lee", "bloqueo", "Con bloqueo: sam.")
	w.hears("lee", "bloquear quitar sam", "sam ya no tiene un bloqueo. Para darle un rol: rol dar voluntariado sam")
	w.hears("lee", "bloqueo", "Nadie tiene un bloqueo.")
}

// Organizers block volunteers and neighbors; an admin blocks also those who
// organize, and nobody themselves.
func TestWhoBlocksWhom(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("ana", models.Organizer)
	w.becomes("jo", models.Navigator)
	for _, whom := range []string{"ana", "you"} {
		w.refused("lee", "block "+whom, "An admin blocks organizers and admins. Nothing changed.")
	}
	w.refused("lee", "block lee", "That is your own name. Nothing changed.")
	w.refused("you", "block you", "That is your own name. Nothing changed.")
	for _, name := range []string{"sam", "rosa", "jo"} {
		w.refused(name, "block dee", "block is for the organizing team. Nothing changed.")
	}
	w.hears("lee", "block jo", "jo is blocked")
	w.hears("you", "block ana", "ana is blocked")
	w.refused("ana", "block sam", "block is for the organizing team.")
	w.becomes("boss", models.Admin)
	w.hears("you", "block boss", "boss is blocked")
	w.refused("boss", "setup numbers:911", "setup is for admins.")
	w.says("lee", "idioma es")
	w.refused("lee", "bloquear you", "Al equipo y a quien tiene el rol admin lo bloquea alguien con el rol admin. Nada cambió.")
	w.refused("lee", "bloquear lee", "Ese es su propio nombre. Nada cambió.")
}
