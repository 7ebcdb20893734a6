//go:build goolm

package matrix

import (
	"slices"
	"strings"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// own is the bot's reaction of a kind on a message; empty if there is none.
func (w *town) own(room id.RoomID, message id.EventID, emoji string) (found id.EventID) {
	m, _ := w.people[runsIt].Message(room, message)
	for _, r := range m.Reactions {
		if r.Sender == w.account.UserID && commands.BareEmoji(r.Key) == emoji {
			found = r.ID
		}
	}
	return found
}

// A reaction of the bot's that a moderator took off is back with the next change
// of the card, and not before, whether or not the bot was started anew.
func TestSeedsThatWereTakenOff(t *testing.T) {
	t.Parallel()
	w := founded(t)
	ana, board := w.people[runsIt], w.rooms[0]
	w.asks("Rosa", "milk and bread", "413-555-0142")
	card := w.onBoard(board, "N1", "Open.").ID
	there := func(want bool) func() bool {
		return func() bool { return (w.own(board, card, commands.EmojiDetails) != "") == want }
	}
	for n, change := range []func(){func() {}, func() { w.stop(); w.start() }} {
		ana.Wait("the reactions", func() bool { return there(true)() && w.own(board, card, commands.EmojiClaim) != "" })
		w.done(ana, board, ana.Redact(board, w.own(board, card, commands.EmojiDetails)))
		change()
		w.bot()
		ana.Fence(board)
		if !there(false)() {
			t.Error("the bot put it there again by itself")
		}
		people := []string{"3", "4"}[n]
		w.Say(t, "Rosa", "edit N1 people:"+people)
		w.onBoard(board, "N1", "For "+people+" people.")
		ana.Wait("the reaction to be back", there(true))
	}
}

// The welcome is pinned where the board is, once; what people pinned stays.
func TestPinsAreKeptInOrder(t *testing.T) {
	t.Parallel()
	w := founded(t)
	ana, board, general := w.people[runsIt], w.rooms[0], w.rooms[1]
	for _, line := range []string{"setup", "keep", "keep", "keep", "Eastmeadow", "keep", "keep"} {
		w.Say(t, runsIt, line)
	}
	pins := func(room id.RoomID) []id.EventID {
		e := ana.State(room, event.StatePinnedEvents, "")
		if e == nil {
			return nil
		}
		return e.Content.AsPinnedEvents().Pinned
	}
	welcomeIn := func(room id.RoomID, not id.EventID) id.EventID {
		return ana.WaitMessage(room, "the welcome", func(m matrixtest.Message) bool {
			return m.Sender == w.account.UserID && m.ID != not && strings.Contains(unmarked(m.Body), "neighbors helping neighbors")
		}).ID
	}
	wantPins := func(room id.RoomID, want ...id.EventID) {
		t.Helper()
		ana.Wait("the pins", func() bool { return slices.Equal(pins(room), want) })
	}
	first := welcomeIn(board, "")
	wantPins(board, first)
	theirs := ana.Say(board, "Soup on Friday")
	ana.SetState(board, event.StatePinnedEvents, "", &event.PinnedEventsEventContent{Pinned: []id.EventID{first, theirs}})
	w.done(ana, board, ana.Redact(board, first))
	w.Say(t, runsIt, "setup name:Larch")
	second := welcomeIn(board, first)
	wantPins(board, theirs, second)
	w.Say(t, runsIt, "setup board:#general")
	third := welcomeIn(general, "")
	wantPins(general, third)
	wantPins(board, theirs)
}
