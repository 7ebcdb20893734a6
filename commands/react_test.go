package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

func TestReactionClaimsAndReleases(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("sam", "idioma es")
	n1 := w.asks()
	w.sent()
	w.reacts("sam", "✋", true, n1)
	out := w.sent()
	out.told(t, "#board", "Taken. A volunteer is helping.")
	out.told(t, "sam", "Usted tomó el N1: compras", "Ver datos privados", "Devolver")
	out.told(t, "rosa", "sam took N1")
	out.only(t, "#board", "sam", "rosa")

	w.reacts("sam", "✋", false, n1)
	out = w.sent()
	out.told(t, "#board", "Open. 1 volunteer needed.")
	out.told(t, "sam", "El N1 volvió al tablero.")
	out.told(t, "rosa", "The person who was going to help can't after all.")
	out.only(t, "#board", "sam", "rosa")
}

// A level that holds already changes nothing, however often it is told.
func TestReactionIsALevel(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.reacts("sam", "✋🏽", false, n1)
	if n := w.need(n1); n.Claimed != 0 {
		t.Fatal("taking off what was never there did something")
	}
	w.reacts("sam", "✋🏽", true, n1)
	w.sent()
	for _, word := range []string{"✋", "claim", "tomar"} {
		if reply := w.reacts("sam", word, true, n1); !reply.Unchanged || reply.Mistake {
			t.Errorf("%s once more: %+v", word, reply)
		}
	}
	w.sent().only(t)
	if n := w.need(n1); n.Claimed != 1 {
		t.Fatalf("%d claims", n.Claimed)
	}
	w.reacts("sam", "tomar", false, n1)
	w.reacts("sam", "✋", false, n1)
	if n := w.need(n1); n.Claimed != 0 {
		t.Errorf("%d claims after taking it off", n.Claimed)
	}
	w.sent().told(t, "#board", "Open.")
}

func TestReactionEventTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.sent()
	inv := Invocation{EventID: "twice", Who: w.who("sam"), React: &React{Word: "✋", Present: true, Ref: models.Ref{Kind: models.KindNeed, Number: 1}}}
	for range 3 {
		if _, err := w.reg.Run(t.Context(), inv); err != nil {
			t.Fatal(err)
		}
	}
	out := w.sent()
	out.told(t, "sam", "You took "+n1)
	out.told(t, "rosa", "sam took "+n1)
}

// Taking ✋ back releases only what ✋ claimed.
func TestReactionOffAClaimByCommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.reacts("sam", "✋", true, n1)
	out := w.sent()
	holds(t, "to Sam", out["sam"][0], "You have N1 already.")
	w.reacts("sam", "✋", false, n1)
	if n := w.need(n1); n.Claimed != 1 {
		t.Error("a claim by command was released by a reaction")
	}
}

// Giving it back by command takes the hand off the card, so that the card stays
// true; and a hand put there again claims again.
func TestReleaseTakesTheHandOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.reacts("sam", "✋", true, n1)
	w.sent()
	w.says("sam", "release "+n1+" note:x")
	out := w.sent()
	if len(out["off sam ✋"])+len(out) == 0 {
		t.Error("the hand stays on the card")
	}
	w.reacts("sam", "✋", true, n1)
	if n := w.need(n1); n.Claimed != 1 {
		t.Error("the hand that was put there again claims nothing")
	}
}

func TestSecondHandGetsAKindAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	n2 := w.posts("ana", "need rice category:food when:anytime")
	w.reacts("dee", "✋", true, n1)
	w.sent()
	w.reacts("kofi", "✋", true, n1)
	list := w.delivered()
	if len(list) != 2 || list[0] != "off kofi ✋" && list[1] != "off kofi ✋" {
		t.Fatalf("sent: %q", list)
	}
	holds(t, "to Kofi", list[0]+list[1], "kofi: N1 was taken a moment ago, so it's covered. Thank you for offering. Another one is open:", "1 Take "+n2)
	// The bot took the hand off: when the platform tells so, nothing happens.
	w.reacts("kofi", "✋", false, n1)
	w.sent().only(t)
	w.says("dee", "release "+n1+" note:x")
	w.reacts("kofi", "✋", true, n1)
	if n := w.need(n1); n.Claimed != 1 {
		t.Error("the next hand claims nothing")
	}
}

func TestNeighborsFirstHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.sent()
	w.reacts("max", "✋", true, n1)
	out := w.sent()
	out.told(t, "max", "To take N1, you become a volunteer here first.", "1 Yes, I'd like to help\n2 No, thanks")
	out.only(t, "max")
	w.says("max", "1")
	w.sent()
	w.reacts("max", "✋", false, n1)
	w.sent().told(t, "max", "N1 is back on the board.")

	w.reacts("ana", "✋", true, n1)
	w.sent()
	w.hears("ana", "2", "All right, nothing changed.")
	if list := w.delivered(); len(list) != 1 || list[0] != "off ana ✋" {
		t.Errorf("after a no: %q", list)
	}
}

func TestReactionDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.reacts("sam", "✋", true, n1)
	w.sent()
	w.reacts("kofi", "✅", true, n1)
	list := w.delivered()
	holds(t, "a stranger's", list[0]+list[1], "off kofi ✅", "kofi: Thank you. Whoever asked or an organizer marks N1 done. Nothing changed.")
	w.reacts("sam", "✅", true, n1)
	out := w.sent()
	out.told(t, "#board", "Done. Thank you.")
	out.told(t, "sam", "N1 is done. Thank you.")
	out.told(t, "rosa", "Did N1 work out?")
	w.reacts("sam", "✅", false, n1)
	w.reacts("sam", "✋", false, n1)
	w.sent().only(t)
	if s := w.need(n1).State; s != models.NeedDone {
		t.Errorf("taking ✅ back made it %s", s)
	}
}

// ❓ names the command that shows private details, and never the details.
func TestReactionDetails(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := privateNeed(w)
	w.says("sam", "claim "+n1)
	w.sent()
	w.reacts("sam", "❓", true, n1)
	out := w.sent()
	out.told(t, "sam", "N1: Groceries", "You can write: details N1")
	out.only(t, "sam")
	lacks(t, "pushed", out["sam"][0], "413", "Mill", "rosa")
	w.reacts("sam", "❓", false, n1)
	w.sent().only(t)
}

func TestReactionOnAnOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	o1 := w.posts("sam", "offer two coats category:supplies")
	w.sent()
	w.reacts("rosa", "✋", true, o1)
	w.sent().told(t, "rosa", "O1: Offer, supplies", "mention O1")
	w.reacts("rosa", "✋", false, o1)
	w.sent().only(t)
}

// The second account of somebody is the same person.
func TestReactionFromASecondAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	sam := w.actor("sam").Person
	err := w.reg.store.Update(t.Context(), w.clock(), func(tx *store.Tx) error {
		tx.In(sam.CoalitionID)
		tx.Add(&models.Account{ID: tx.ID(), CoalitionID: sam.CoalitionID, PersonID: sam.ID, Platform: "terminal", Remote: "sam2", CreatedAt: tx.Now})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.reacts("sam", "✋", true, n1)
	w.sent()
	w.reacts("sam2", "✋", true, n1)
	w.reacts("sam2", "✋", false, n1)
	if n := w.need(n1); n.Claimed != 1 {
		t.Errorf("%d claims: the second account counted on its own", n.Claimed)
	}
	w.reacts("sam", "✋", false, n1)
	if n := w.need(n1); n.Claimed != 0 {
		t.Error("the account that claimed it could not give it back")
	}
}

// What is no reaction of ours does nothing, on whatever message.
func TestReactionsThatDoNotAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("you", "setup areas:Stonebridge")
	w.settings(func(c *models.Coalition) { now := w.clock(); c.SetUpAt = &now })
	w.says("you", "setup name:Larch")
	w.sent()
	for _, word := range []string{"👍", "board", "help", ""} {
		w.reacts("sam", word, true, n1)
	}
	welcome := models.Entity{Kind: models.KindWelcome, ID: w.actor("you").Coalition.ID}
	cards, err := w.reader().Cards(welcome)
	if err != nil || len(cards) != 1 {
		t.Fatalf("the welcome has %d cards, %v", len(cards), err)
	}
	on := []React{
		{Word: "✋", Present: true, Room: "terminal/#board", Message: cards[0].RemoteID},
		{Word: "❓", Present: true, Room: "terminal/#board", Message: cards[0].RemoteID},
		{Word: "✅", Present: true, Room: "terminal/#board", Message: "somebody's own message"},
		{Word: "✋", Present: true, Room: "terminal/#elsewhere", Message: "m1"},
	}
	for _, r := range on {
		if _, err := w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: w.who("sam"), React: &r}); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	}
	w.sent().only(t)
	w.reacts("sam", "✋", true, "N9")
	w.sent().told(t, "sam", "I can't find N9.")
}
