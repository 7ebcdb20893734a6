package discord

import (
	"slices"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// Who takes no direct messages is named where everybody sees their reaction, and
// the button there opens for them alone. Who asked is never named.
func TestClosedDirectMessages(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam, kofi := w.volunteer("Sam"), w.s.Join(w.guild, "Kofi")
	w.s.CloseDMs(sam)
	w.s.CloseDMs(w.rosa)
	w.s.React(sam, w.card.ID, hand)
	w.claimed(1)
	w.settle()
	var said []*discordtest.Message
	for _, m := range w.s.Channel(w.board) {
		if strings.Contains(m.Words, "I can't message you.") {
			said = append(said, m)
		}
		if slices.Contains(m.Pings, w.rosa) {
			t.Errorf("who asked is named: %s", m.Text)
		}
	}
	if len(said) != 1 || !slices.Equal(said[0].Pings, []string{sam}) || !strings.HasPrefix(said[0].Content, "<@"+sam+">, I can't") {
		t.Fatalf("said in the room: %+v", said)
	}
	other := w.press(kofi, said[0].ID, "See my message")
	w.wants(other.Text(), "No message is waiting for you.")
	own := w.press(sam, said[0].ID, "See my message")
	w.wants(own.Text(), "I couldn't deliver", "Here they are.")
	w.until("Sam's messages", func() bool { return strings.Contains(w.seen(sam), "You took N1") })
	if !ephemeral(append(w.s.SeenBy(sam), w.s.SeenBy(kofi)...)) {
		t.Error("others can see it")
	}
	w.eventually("that they were shown", func() bool {
		again := w.press(sam, said[0].ID, "See my message")
		return strings.Contains(again.Text(), "No message is waiting for you.")
	})
	mine := w.slash(w.rosa, w.board, "mine", nil)
	w.until("Rosa's messages", func() bool {
		return slices.ContainsFunc(mine.FollowUps(), func(m *discordtest.Message) bool { return strings.Contains(m.Text, "I couldn't deliver") })
	})
	w.wants(w.seen(w.rosa), "Sam took N1")
	if w.s.Invalid() > 20 {
		t.Errorf("%d invalid requests", w.s.Invalid())
	}
}
