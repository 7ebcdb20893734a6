package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestKeepAwayList(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("rosa", "mine")
	w.hears("rosa", "keepaway", "Your list is empty. To be kept apart from someone: keepaway sam")
	w.hears("rosa", "keepaway sam", "sam and you are kept apart from now on.", "I don't tell sam. To undo it: keepaway remove sam")
	w.hears("rosa", "keepaway @dee", "dee and you are kept apart")
	w.hears("rosa", "keepaway", "You and these people are kept apart: sam and dee. Only you see this list.")
	w.refused("rosa", "keepaway sam", "sam is on your list already. Nothing changed.")
	w.refused("rosa", "keepaway rosa", "That is your own name. Nothing changed.")
	w.refused("rosa", "keepaway nobody at all", `I don't know anyone called "nobody at all" here.`)
	w.hears("rosa", "keepaway remove sam", "sam isn't on your list any more. I don't tell sam.")
	w.refused("rosa", "keepaway remove sam", "sam isn't on your list. Nothing changed.")
	w.hears("rosa", "distancia", "dee. Only you")
	w.says("rosa", "idioma es")
	w.hears("rosa", "distancia sam", "Desde ahora, sam y usted quedan a distancia.", "Para deshacerlo: distancia quitar sam")
	w.refused("rosa", "mantener-lejos sam", "sam ya está en su lista. Nada cambió.")
	w.hears("rosa", "distancia", "Usted está a distancia de estas personas: dee y sam. Esta lista la ve solo usted.")
	w.hears("rosa", "distancia quitar dee", "dee ya no está en su lista. No le digo nada a dee.")
	w.refused("rosa", "distancia quitar dee", "dee no está en su lista. Nada cambió.")
	w.refused("rosa", "distancia rosa", "Ese es su propio nombre. Nada cambió.")
	w.says("rosa", "distancia quitar sam")
	w.hears("rosa", "distancia", "Su lista está vacía.")
	w.sent().only(t)
	w.hears("sam", "keepaway", "Your list is empty.")
}

func TestKeepAwayListIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range maxKeepAways + 1 {
		name := "person" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		w.becomes(name, 0)
		if i < maxKeepAways {
			w.hears("rosa", "keepaway "+name, "kept apart")
			continue
		}
		w.refused("rosa", "keepaway "+name, "Your list has 30 people, and that is the most. Nothing changed.")
		w.says("rosa", "idioma es")
		w.refused("rosa", "distancia "+name, "Su lista tiene 30 personas, y es lo más que se puede. Nada cambió.")
	}
}

// It works both ways, in every way of claiming, and the words are those that a
// blocked person reads.
func TestKeptApart(t *testing.T) {
	t.Parallel()
	for _, keeper := range []string{"rosa", "sam"} {
		w := newWorld(t).cast()
		n1 := w.asks()
		kept := map[string]string{"rosa": "sam", "sam": "rosa"}[keeper]
		w.says(keeper, "keepaway "+kept)
		w.sent()
		w.refused("sam", "claim "+n1, cant)
		if got := w.presses("sam", "claim "+n1); got != cant {
			t.Errorf("the button answers %q", got)
		}
		w.reacts("sam", "✋", true, n1)
		out := w.sent()
		out.told(t, "sam", cant)
		if !hasKey(out, "off sam") {
			t.Errorf("the ✋ was left: %v", out)
		}
		if got := w.says("sam", "board"); contains(got, "N1") {
			t.Errorf("their board has %q", got)
		}
		w.hears("dee", "board", "N1: Groceries")
		w.hears("sam", "show "+n1, "N1: Groceries") // the card is public
		w.says(keeper, "keepaway remove "+kept)
		w.hears("sam", "board", "N1: Groceries")
		w.hears("sam", "claim "+n1, "You took N1")
	}
}

// What they ask for is offered to nobody whom they keep away.
func TestKeptApartSuggestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("ana", "need eggs category:food when:anytime")
	n2 := w.asks()
	n3 := w.posts("ana", "need rice category:food when:anytime")
	w.says("rosa", "keepaway sam")
	w.says("dee", "claim "+n1)
	lacks(t, "suggestions", w.refused("sam", "claim "+n1, "Another one is open:\n"+n3), n2)
	w.refused("kofi", "claim "+n1, "2 others are open:\n"+n2)
	holds(t, "the count", w.says("sam", "board"), "Open needs: 1.")
}

// Who is new here, and who has to be welcomed first, read the same.
func TestKeptApartBeforeAWelcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	ride := w.posts("rosa", "need a ride category:rides when:anytime")
	w.says("max", "mine")
	w.says("max", "claim "+ride)
	w.hears("max", "1", "I asked the organizing team to welcome you.")
	w.says("rosa", "keepaway max")
	w.sent()
	w.refused("max", "claim "+n1, cant)
	w.refused("max", "volunteer "+n1+" yes", cant)
	w.hears("lee", "welcome max", "max is a volunteer now.")
	w.sent().toldEach(t, "max", "The organizing team welcomes you: you can help now.", "I can't give you N2.")
	if n, p := w.need(ride), w.actor("max").Person; n.Claimed != 0 || p.LiveClaims != 0 || !p.Welcomed {
		t.Errorf("N2 has %d claims; %+v", n.Claimed, p)
	}
}

// What one has taken of the other's ends with it: silently if it was the
// neighbor's wish, like a release if it was the volunteer's own.
func TestKeepAwayEndsClaims(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, other := w.asks(), w.posts("ana", "need rice category:food when:anytime")
	w.says("sam", "claim "+n1)
	w.says("sam", "claim "+other)
	w.sent()
	w.says("rosa", "keepaway sam")
	out := w.sent()
	out.told(t, "sam", "N1 doesn't need you after all.")
	out.only(t, "sam", "#board")
	if p := w.actor("sam").Person; p.LiveClaims != 1 || w.need(other).Claimed != 1 {
		t.Errorf("what he took of Ana's: %d", w.need(other).Claimed)
	}
	n3 := w.asks()
	w.says("dee", "claim "+n3)
	w.sent()
	w.hears("dee", "keepaway rosa", "rosa and you are kept apart")
	out = w.sent()
	out.told(t, "rosa", "The person who was going to help can't after all. N3 is back on the board.")
	out.only(t, "rosa", "#board")
	w.refused("dee", "details "+n3, "Whoever takes N3")
}

// No role opens what is kept apart, and the no does not say why.
func TestKeptApartFromTheTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("jo", models.Navigator)
	n1, company := w.asksFor("food"), w.asksFor("company")
	w.says("rosa", "keepaway lee")
	w.says("jo", "keepaway rosa")
	no := "I can't show you these private details. Nothing was shown. Someone else on the organizing team can look."
	w.refused("lee", "details "+n1, no)
	w.refused("lee", "details "+n1+" reason:a call", no)
	w.refused("jo", "details "+company, no)
	w.says("lee", "idioma es")
	w.refused("lee", "detalles "+n1, "No puedo mostrarle estos datos privados. No se mostró nada. Otra persona del equipo organizador puede verlos.")
	lacks(t, "what he can write", w.says("lee", "ver "+n1), "detalles")
	if n := w.count(&models.Look{}); n != 0 {
		t.Errorf("%d looks on record", n)
	}
	w.hears("rosa", "details "+n1, "N1, private.")
}
