//go:build goolm

package matrix

import (
	"regexp"
	"testing"
	"time"

	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// in is a fault for all that is done in one room.
func in(room id.RoomID, f matrixtest.Fault, method, rest string) matrixtest.Fault {
	return f.On(method, "/rooms/"+regexp.QuoteMeta(room.String())+rest)
}

// A homeserver that does not answer at all when a card changes, whether it changed
// it or not, holds up nobody else, and the card shows in the end what holds.
func TestStorySilence(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds("Sam")
	board := w.rooms[0]
	sam, samChat := w.person("Sam")
	rosa, rosaChat := w.person("Rosa")
	w.Say(t, "Rosa", "language en")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	card := w.cardSays(board, "N1", "Open.")
	for n, fault := range []matrixtest.Fault{matrixtest.Silent(), matrixtest.Silent().Afterwards()} {
		silence := w.proxy.Fail(in(board, fault.Once(), "PUT", "/send/"))
		hand := sam.React(board, card.ID, "✋")
		w.passes("the silence", func() bool { return silence.Held() == 1 })
		rosa.Say(rosaChat, "mine")
		w.passes("what Rosa asked for", func() bool { return w.heardOf(rosa, rosaChat, "You asked for") == n+1 })
		w.passes("what Sam is told", func() bool { return w.heardOf(sam, samChat, "You took N1") == n+1 })
		if silence.Held() != 1 {
			t.Error("it was silent for too short a time to show anything")
		}
		w.cardSays(board, "N1", "Taken.")
		silence.Remove()
		sam.Redact(board, hand)
		w.cardSays(board, "N1", "Open.")
	}
	w.decent()
}

// One room in which nothing works for hours holds up no other, and what was to be
// shown there comes once when it works again.
func TestStoryRoomThatAlwaysFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ chat bool }{"somebody's chat": {true}, "the board": {false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t).slow().founds("Sam")
			board := w.rooms[0]
			sam, samChat := w.person("Sam")
			rosa, rosaChat := w.person("Rosa")
			w.Say(t, "Rosa", "language en")
			w.asks("Rosa", "milk and bread", "413-555-0142")
			card := w.cardSays(board, "N1", "Open.")
			broken := board
			if c.chat {
				broken = rosaChat
			}
			fails := w.proxy.Fail(in(broken, matrixtest.ServerError(), "", "/"))
			sam.React(board, card.ID, "✋")
			rosa.Say(rosaChat, "mine")
			w.hearsOnce(sam, samChat, "You took N1")
			sam.Say(samChat, "mine")
			w.hearsOnce(sam, samChat, "You took:")
			if c.chat {
				w.cardSays(board, "N1", "Taken.")
			} else {
				w.hearsOnce(rosa, rosaChat, "Sam took N1")
				w.hearsOnce(rosa, rosaChat, "You asked for")
			}
			w.rest(3 * time.Hour)
			if fails.Hits() < 3 {
				t.Errorf("it was tried %d times in three hours", fails.Hits())
			}
			fails.Remove()
			w.cardSays(board, "N1", "Taken.")
			w.hearsOnce(rosa, rosaChat, "Sam took N1")
			w.hearsOnce(rosa, rosaChat, "You asked for")
			w.decent()
		})
	}
}
