package commands

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestClaimTellsEverybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("rosa", "idioma es")
	n1 := w.posts("rosa", `pedir leche y pan tipo:compras cuándo:"jueves a las 2 de la tarde" contacto:413-555-0142`)
	w.sent()

	w.hears("sam", "claim "+n1, "You took N1: groceries, Thursday 2:00 PM. Thank you.", "I keep a record of each look", "1 See private details\n2 Give it back")
	out := w.sent()
	out.told(t, "#board", "Taken. A volunteer is helping.")
	out.told(t, "rosa", "sam tomó su N1 y ve su teléfono", "seguimiento N1")
	out.only(t, "#board", "rosa")

	if n := w.need(n1); n.Claimed != 1 || n.State != models.NeedOpen {
		t.Errorf("the need has %d claims and is %s", n.Claimed, n.State)
	}
}

func TestClaimInSpanish(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", `need milk and bread category:food when:"Thursday at 2 PM"`)
	w.hears("sam", "tomar n 1", "Usted tomó el N1: compras, jueves 2:00 p. m. Gracias.", "1 Ver datos privados\n2 Devolver")
	w.sent().told(t, "rosa", "sam took N1 and can see your name.")
	w.refused("sam", "tomar "+n1, "Usted ya tiene el N1")
}

// Who helps is named on the card by their own choice alone.
func TestClaimWithAName(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", `need two people to carry a table category:supplies slots:2 when:anytime`)
	w.sent()
	w.says("sam", "claim "+n1+" name:yes")
	w.sent().told(t, "#board", "Open. 2 volunteers needed, 1 so far.")
	w.says("dee", "claim "+n1+" name:sí")
	w.sent().told(t, "#board", "Taken. sam and dee are helping.")
	w.says("dee", "release "+n1)
	w.says("dee", "no")
	w.hears("dee", "claim "+n1+" name:no", "You took N1")
	w.sent().told(t, "#board", "Taken. 2 volunteers are helping.")
	// The choice holds for everything they took.
	w.says("sam", "claim "+w.posts("rosa", "need eggs category:food when:anytime")+" name:no")
	w.sent()
	w.says("sam", "claim "+w.posts("rosa", "need bread category:food when:anytime")+" name:yes")
	named := 0
	for _, card := range w.sent()["#board"] {
		if strings.Contains(card, "Taken. sam is helping.") {
			named++
		}
	}
	if named != 2 {
		t.Errorf("%d cards of one volunteer name sam, want 2", named)
	}
	w.refused("kofi", "claim "+n1+" name:perhaps", `"perhaps" doesn't fit name. Nothing was saved. You can write: Yes, No`)
	if other := w.says("kofi", "show "+n1); strings.Contains(other, "sam") {
		t.Errorf("a stranger reads %q", other)
	}
	holds(t, "the person helped always reads who helps", w.says("rosa", "show "+n1), "This one is yours. sam and dee are helping.")
}

func TestClaimRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	taken, done, closed, open := w.asks(), w.asks(), w.asks(), w.asks()
	w.says("dee", "claim "+taken)
	w.says("lee", "done "+done)
	w.says("lee", "close "+closed+" duplicate")
	w.becomes("rosa", models.Volunteer)
	w.sent()
	tests := []struct{ who, line, want string }{
		{"rosa", "claim " + open, "N4 is your own need. I leave it open"},
		{"sam", "claim " + taken, "N1 was taken a moment ago, so it's covered. Thank you for offering. Another one is open:\nN4: Groceries."},
		{"dee", "claim " + taken, "You have N1 already."},
		{"sam", "claim " + done, "N2 is done, so it needs no one now."},
		{"sam", "claim " + closed, "N3 is closed, so it needs no one now."},
		{"sam", "claim N5", "I can't find N5."},
		{"sam", "claim O1", "O1 is an offer, and claim works with needs."},
		{"sam", "claim", "Which need? Write its number, for example: claim N12."},
		{"sam", "claim 4", `"4" isn't a number that I know. They look like N12 or O7.`},
		{"sam", "claim N4 N1", `I don't know what to do with "N1"`},
		{"you", "claim " + open, "The admin role runs the bot."},
		{"sam", "tomar", "¿Cuál pedido?"},
	}
	w.says("sam", "language en")
	for _, test := range tests {
		if test.line == "tomar" {
			w.says("sam", "language es")
		}
		w.refused(test.who, test.line, test.want)
	}
	w.sent().only(t)
	if n := w.need(open); n.Claimed != 0 {
		t.Errorf("N4 has %d claims", n.Claimed)
	}
}

// Someone who came second can take another need at once.
func TestClaimSecondOffersOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", "need milk category:food area:Stonebridge when:anytime")
	w.posts("ana", "need eggs category:food area:Eastmeadow when:anytime")
	near := w.posts("ana", "need rice category:food area:Stonebridge when:anytime")
	w.says("sam", "claim "+n1)
	w.refused("kofi", "claim "+n1, "2 others are open:\n"+near+": Groceries, Stonebridge.", "1 Take "+near, "2 Take N2")
	w.hears("kofi", "1", "You took "+near)
}

// A new volunteer holds three at most, until the first is finished.
func TestClaimLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	for range 5 {
		w.asks()
	}
	for _, ref := range []string{"N1", "N2", "N3"} {
		w.hears("sam", "claim "+ref, "You took "+ref)
	}
	w.refused("sam", "claim N4", "You have 3 needs now. When the first one is done, you can take more. N4 stays open for others. Yours: N1, N2, N3")
	w.says("sam", "done N2")
	w.hears("sam", "claim N4", "You took N4")
	w.hears("sam", "claim N5", "You took N5")
	for _, ref := range []string{"N1", "N3", "N4", "N5"} {
		w.says("sam", "release "+ref+" note:none")
		w.hears("lee", "claim "+ref, "You took "+ref)
	}
}

// A need whose slots were raised can be taken again.
func TestClaimAfterMoreSlots(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.says("rosa", "edit "+n1+" slots:2")
	w.hears("dee", "claim "+n1, "You took N1")
	w.refused("rosa", "edit "+n1+" slots:1", "2 people are helping already, so it can't be fewer.")
}
