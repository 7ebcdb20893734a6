package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

const cant = "I can't give you N1. Thank you for offering. To see what is open: board"

func TestTheAddressWaitsForTheNeighbor(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asksFor("food")
	w.sent()
	w.says("sam", "claim "+n1)
	w.sent().told(t, "rosa", "sam took N1 and can see your phone number.",
		"The address can be seen at 10:15 AM, or sooner if that's fine with you.", " Not this person\n", " That's fine")
	lacks(t, "at once", w.hears("sam", "details "+n1, "rosa, 413-555-0142.", "The address comes at 10:15 AM, or sooner if whoever asked agrees."), "Mill")
	w.pass(models.AddressWait - time.Second)
	lacks(t, "a second before", w.hears("sam", "details "+n1, "413"), "Mill")
	w.pass(time.Second)
	lacks(t, "after it", w.hears("sam", "details "+n1, "rosa, 413-555-0142. 14 Mill Ln."), "The address comes")
}

func TestTheNeighborAgrees(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asksFor("food")
	w.says("sam", "claim "+n1)
	w.sent()
	for name, want := range map[string]string{"sam": "Whoever asked for N1 decides that. Nothing changed.", "kofi": "decides that", "lee": "decides that"} {
		w.refused(name, "agree "+n1+" sam", want)
	}
	w.refused("rosa", "agree "+n1+" kofi", "That person doesn't have N1. Nothing changed.")
	w.hears("rosa", "That's fine", "All right. sam can see the address of N1 now.")
	w.hears("rosa", "That's fine", "All right.")
	w.hears("sam", "details "+n1, "14 Mill Ln.")
	w.sent().only(t)
	w.says("rosa", "idioma es")
	w.hears("rosa", "agree "+n1+" sam", "Está bien. sam ya puede ver la dirección del N1.")
	w.refused("rosa", "agree "+n1+" dee", "Esa persona no tiene el N1. Nada cambió.")
	w.says("sam", "idioma es")
	w.refused("sam", "agree "+n1+" sam", "Eso lo decide quien pidió el N1. Nada cambió.")
}

// Without an address there is nothing to wait for, but the neighbor can say no.
func TestTheNeighborIsAskedWithoutAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.sent()
	w.says("sam", "claim "+n1)
	out := w.sent()
	out.told(t, "rosa", " Not this person")
	lacks(t, "to Rosa", out["rosa"][0], "address", "That's fine")
}

// One who has reacted, and is refused, reads words that say neither who nor why,
// and their ✋ is taken off. Nobody else hears of it.
func TestTheNeighborRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asksFor("food")
	w.sent()
	w.reacts("sam", "✋", true, n1)
	w.sent()
	w.hears("rosa", "Not this person", "N1 is open for others again. That person can't take your needs any more, and isn't told why. Your list: keepaway")
	out := w.sent()
	out.told(t, "#board", "Open. 1 volunteer needed.")
	out.told(t, "sam", "N1 doesn't need you after all. Thank you for offering. You can't see the private details any more. To see what is open: board")
	lacks(t, "to Sam", out["sam"][0], "rosa", "organiz", "refus")
	if taken := out["off sam ✋"]; taken == nil && !hasKey(out, "off sam") {
		t.Errorf("the ✋ was not taken off: %v", out)
	}
	for name := range out {
		if name != "#board" && name != "sam" && !strings.HasPrefix(name, "off sam") {
			t.Errorf("%s was told %q", name, out[name])
		}
	}
	w.refused("sam", "details "+n1, "Whoever takes N1 can see its private details.")
	w.refused("sam", "claim "+n1, cant)
	holds(t, "the history", w.says("lee", "history "+n1), "It went back on the board.")
	lacks(t, "the history", w.says("lee", "history "+n1), "gave it back", "refused")
	w.hears("dee", "claim "+n1, "You took N1")
	if n := w.need(n1); n.Claimed != 1 || w.actor("sam").Person.LiveClaims != 0 {
		t.Errorf("%d claims, Sam has %d", n.Claimed, w.actor("sam").Person.LiveClaims)
	}
	w.says("sam", "idioma es")
	w.says("rosa", "idioma es")
	w.sent()
	w.hears("rosa", "refuse "+n1+" dee", "El N1 está abierto otra vez. Esa persona ya no puede tomar sus pedidos, y no se le dice por qué. Su lista: distancia")
	w.refused("sam", "tomar "+n1, "No puedo darle el N1. Gracias por ofrecerse. Para ver qué hay abierto: tablero")
	w.says("kofi", "idioma es")
	w.says("kofi", "tomar "+n1)
	w.sent()
	w.says("rosa", "refuse "+n1+" kofi")
	w.sent().toldEach(t, "kofi", "Al final, el N1 no necesita su ayuda. Gracias por ofrecerse. Ya no puede ver los datos privados.")
}

func hasKey(out sent, prefix string) bool {
	for name := range out {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// Who gave it back, or had finished it, is not to take the next one.
func TestTheNeighborRefusesLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.refused("rosa", "refuse "+n1+" kofi", "That person doesn't have N1. Nothing changed.")
	for _, name := range []string{"sam", "kofi", "lee", "you"} {
		w.refused(name, "refuse "+n1+" sam", "Whoever asked for N1 decides that. Nothing changed.")
	}
	w.says("sam", "done "+n1)
	w.sent()
	w.hears("rosa", "refuse "+n1+" sam", "From now on, that person can't take what you ask for. They aren't told.")
	w.hears("rosa", "refuse "+n1+" sam", "From now on") // once more is the same
	w.sent().only(t)
	w.refused("sam", "claim "+w.asks(), "I can't give you N2. Thank you for offering.")
	w.says("rosa", "idioma es")
	w.hears("rosa", "refuse "+n1+" sam", "Desde ahora, esa persona no puede tomar lo que usted pida. No se le dice nada.")
	w.says("sam", "idioma es")
	w.refused("sam", "refuse "+n1+" sam", "Eso lo decide quien pidió el N1. Nada cambió.")
}

// Whoever typed it for somebody else can refuse as well; the pair that is kept
// apart is the person helped and the volunteer.
func TestWhoeverTypedItRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.related("ana", 0, "filer", models.NeedOpen)
	w.says("sam", "claim "+n1)
	w.hears("ana", "refuse "+n1+" sam", "N1 is open for others again. That person can't take it any more, and isn't told why.")
	w.hears("ana", "keepaway", "Your list is empty.")
	w.refused("sam", "claim "+n1, cant)
	w.says("dee", "claim "+n1)
	w.says("dee", "release "+n1+" note:x")
	w.hears("ana", "refuse "+n1+" dee", "From now on, that person can't take what you ask for. They aren't told.")
	w.says("ana", "idioma es")
	w.hears("ana", "refuse "+n1+" dee", "Desde ahora, esa persona no puede tomar lo que usted pida. No se le dice nada.")
	w.says("kofi", "claim "+n1)
	w.hears("ana", "refuse "+n1+" kofi", "El N1 está abierto otra vez. Esa persona ya no puede tomarlo, y no se le dice por qué.")
}

// A refusal and a second press of the same button by the other who was told.
func TestRefusedTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.related("ana", 0, "filer", models.NeedOpen)
	w.says("sam", "claim "+n1)
	w.says("sam", "start "+n1)
	w.says("ana", "refuse "+n1+" sam")
	w.says("ana", "refuse "+n1+" sam")
	if n := w.need(n1); n.State != models.NeedOpen || n.Claimed != 0 || w.count(&models.KeepAway{}) != 1 {
		t.Errorf("the need is %s with %d claims, %d are kept apart", n.State, n.Claimed, w.count(&models.KeepAway{}))
	}
}
