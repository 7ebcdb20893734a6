//go:build goolm

package matrix

import (
	"fmt"
	"strings"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// The whole life of a need, from an empty room on: nobody but those concerned
// reads anything private, neither in the room nor on the homeserver's disk.
func TestStoryLifeOfANeed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	const contact, what = "413-555-0187", "ida y vuelta a la clínica del lago"
	self := w.account.UserID
	ana, sam, rosa := w.people[runsIt], w.newcomer("Sam"), w.newcomer("Rosa")
	board := ana.CreateRoom(matrixtest.Room{Name: "needs", Encrypted: true, Invite: []id.UserID{self, sam.ID, rosa.ID}})
	sam.Join(board)
	rosa.Join(board)
	ana.WaitMember(board, self, event.MembershipJoin)

	ana.Say(board, "!setup")
	anaChat := ana.DirectWith(self)
	ana.WaitText(anaChat, "1 of 6.")
	ana.Say(anaChat, "Larch")
	ana.WaitText(anaChat, "2 of 6.")
	ana.Say(anaChat, "cancel")

	sam.Say(board, "/language en")
	samChat := sam.DirectWith(self)
	sam.WaitText(samChat, "English")
	ana.Say(anaChat, "role grant volunteer "+sam.ID.String())
	ana.WaitText(anaChat, "Sam has the role volunteer now.")

	rosa.Say(board, "!pedir")
	rosa.WaitText(board, "Le escribí en privado.")
	rosaChat := rosa.DirectWith(self)
	for _, step := range []struct{ asked, line string }{
		{"1 de 5.", what}, {"2 de 5.", "transporte"}, {"3 de 5.", "Quarry Falls"}, {"4 de 5.", "sin prisa"}, {"5 de 5.", contact},
	} {
		rosa.WaitText(rosaChat, step.asked)
		rosa.Say(rosaChat, step.line)
	}
	chooses(t, rosa, rosaChat, "Publicar")
	card := w.onBoard(board, "N1", "Open.")
	if card.Type != event.MsgNotice || !card.Encrypted || !card.Signed || !card.HasMentions || len(card.Mentions) > 0 || !strings.Contains(unmarked(card.Body), what) {
		t.Errorf("the card is %+v", card)
	}

	hand := sam.React(board, card.ID, "✋🏽")
	w.onBoard(board, "N1", "Taken.")
	chooses(t, sam, samChat, "See private details")
	details := sam.WaitText(samChat, contact)
	if !details.Encrypted || details.Type != event.MsgNotice {
		t.Errorf("the details are %+v", details)
	}
	sam.Redact(board, hand)
	w.onBoard(board, "N1", "Open.")
	w.expired(sam, samChat, contact)

	sam.Say(samChat, "!claim N1")
	w.onBoard(board, "N1", "Taken.")
	sam.Say(samChat, "details N1")
	sam.WaitText(samChat, contact)
	sam.Say(samChat, "done N1")
	w.onBoard(board, "N1", "Done.")
	w.expired(sam, samChat, contact)
	rosa.WaitText(rosaChat, "¿Salió bien el N1?")
	w.stop()
	w.secret([]id.RoomID{board, anaChat, samChat, rosaChat}, contact, what, "clínica del lago")
	for _, u := range []*matrixtest.User{ana, sam, rosa} {
		if pings := u.Pings(u.ID); len(pings) > 0 {
			t.Errorf("%s was notified by name: %v", u.Name, pings)
		}
	}
}

// What happens while the bot is away is taken up when it is back, more of it
// than the homeserver tells by itself.
func TestStoryAwayAndBack(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam", "Dee")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	w.asks("Rosa", "firewood", "413-555-0142")
	w.asks("Rosa", "soup", "413-555-0142")
	board := w.rooms[0]
	first, second := w.onBoard(board, "N1", "Open."), w.onBoard(board, "N2", "Open.")
	w.onBoard(board, "N3", "Open.")
	sam, samChat := w.person("Sam")
	dee, _ := w.person("Dee")
	rosa, rosaChat := w.person("Rosa")
	fickle := dee.React(board, second.ID, "✋")
	w.onBoard(board, "N2", "Taken.")
	w.stop()

	sam.React(board, first.ID, "✋")
	dee.Redact(board, fickle)
	for i := range 70 {
		sam.Say(board, fmt.Sprintf("so much to say, %d", i))
	}
	rosa.Say(rosaChat, "!mine")
	sam.Say(samChat, "!claim N3")
	w.start()
	w.onBoard(board, "N1", "Taken.")
	w.onBoard(board, "N2", "Open.")
	w.onBoard(board, "N3", "Taken.")
	w.told("Rosa", "Sam took N1", 1)
	w.told("Sam", "You took N1", 1)
	w.told("Sam", "You took N3", 1)
	rosa.WaitText(rosaChat, "N2")
	if w.claims(1) != 1 || w.claims(2) != 0 || w.claims(3) != 1 {
		t.Errorf("%d, %d and %d claims, want one, none and one", w.claims(1), w.claims(2), w.claims(3))
	}
}

// The bot ends between what it has done and the record that it was done, with
// the answer lost on its way or shown already: it is there once in the end.
func TestStoryCutInABatch(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]matrixtest.Fault{"before the answer": matrixtest.Dropped(), "after the answer": matrixtest.Dropped().Afterwards()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := founded(t, "Sam")
			w.asks("Rosa", "milk and bread", "413-555-0142")
			w.onBoard(w.rooms[0], "N1", "Open.")
			sam, samChat := w.person("Sam")
			lost := w.proxy.Fail(fault.On("PUT", `/send/`))
			sam.Say(samChat, "claim N1")
			lost.WaitHits(t, 2)
			w.until("the claim", func() bool { return w.claims(1) == 1 })
			w.stop()
			lost.Remove()
			w.start()
			w.onBoard(w.rooms[0], "N1", "Taken.")
			w.told("Sam", "You took N1", 1)
			w.told("Rosa", "Sam took N1", 1)
			if n := w.claims(1); n != 1 {
				t.Errorf("%d claims", n)
			}
		})
	}
}
