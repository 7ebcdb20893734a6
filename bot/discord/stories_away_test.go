package discord

import (
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// busy is a board on which four needs stand: Sam, Kofi and Uma have taken three
// of them by ✋, and N2 is open.
type busy struct {
	*county
	rosa, sam, kofi, uma, dee string
	cards                     map[string]*discordtest.Message
}

func newBusy(t *testing.T) *busy {
	t.Helper()
	b := &busy{county: newCounty(t), cards: map[string]*discordtest.Message{}}
	b.rosa = b.s.Join(b.guild, "Rosa")
	b.sam, b.kofi, b.uma, b.dee = b.volunteer("Sam"), b.volunteer("Kofi"), b.volunteer("Uma"), b.volunteer("Dee")
	for _, what := range []string{"milk", "bread", "soup", "rice"} {
		b.asks(b.rosa, b.board, what)
	}
	for _, ref := range []string{"N1", "N2", "N3", "N4"} {
		b.cards[ref] = b.card(b.board, ref, "Open.")
	}
	for _, card := range b.cards { // where none of the bot's own is, somebody took all off
		b.until("the bot's own reactions", func() bool { return len(b.s.Message(card.ID).Reactions) == 2 })
	}
	for ref, who := range map[string]string{"N1": b.sam, "N3": b.kofi, "N4": b.uma} {
		b.s.React(who, b.cards[ref].ID, hand)
		b.card(b.board, ref, "Taken.")
	}
	return b
}

// goesOn is what people do while nobody listens: Sam takes the ✋ back, Dee gives
// one, a moderator deletes one card and clears another.
func (b *busy) goesOn() {
	b.s.Unreact(b.sam, b.cards["N1"].ID, hand)
	b.s.React(b.dee, b.cards["N2"].ID, hand)
	b.s.DeleteMessage(b.cards["N3"].ID)
	b.s.ClearReactions(b.cards["N4"].ID)
}

// caughtUp waits until what went on counts, and nothing else.
func (b *busy) caughtUp() {
	b.Helper()
	b.card(b.board, "N1", "Open. 1 volunteer needed.")
	b.card(b.board, "N2", "Taken. A volunteer is helping.")
	b.told(b.dee, "You took N2")
	b.told(b.sam, "N1 is back on the board.")
	// What a moderator did ended nothing: both still have theirs.
	b.wants(b.slash(b.uma, b.board, "mine", nil).Text(), "N4")
	b.wants(b.slash(b.kofi, b.board, "mine", nil).Text(), "N3")
	b.wants(b.card(b.board, "N4", "Taken.").Text, "A volunteer is helping.")
	b.slash(b.kofi, b.board, "release", map[string]any{"need": "N3"})
	if anew := b.card(b.board, "N3", "Open."); anew.ID == b.cards["N3"].ID {
		b.Error("the card that was deleted is there")
	}
}

// absences are what the board says about the bot having been away.
func (b *busy) absences() (said []string) {
	for _, m := range b.s.Channel(b.board) {
		if strings.Contains(m.Text, "I was offline") {
			said = append(said, m.Text)
		}
	}
	return said
}

// The program is stopped, and started again half an hour later.
func TestStoryWhileTheProgramWasStopped(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	b.stop()
	b.goesOn()
	b.clock.Advance(35 * time.Minute)
	b.start()
	b.caughtUp()
	b.until("that it was away", func() bool { return len(b.absences()) == 1 })
	b.wants(b.absences()[0], "I was offline from ", "Reactions came through. Commands and buttons didn't: please repeat.", "Estuve sin conexión de ")
	b.stop()
	b.start() // within a minute: there is nothing to say
	b.asks(b.rosa, b.board, "tea")
	b.card(b.board, "N5", "Open.")
	if said := b.absences(); len(said) != 1 {
		t.Errorf("it was said %d times: %q", len(said), said)
	}
}

// The program runs on, and Discord cannot be reached for half an hour.
func TestStoryWhileDiscordWasUnreachable(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	b.s.SetUnreachable(true)
	b.s.ForgetSessions()
	b.s.DropConnections()
	b.until("the connection to be lost", func() bool { return b.s.Live() == 0 })
	b.goesOn()
	for range 35 {
		b.clock.Advance(time.Minute)
	}
	b.s.SetUnreachable(false)
	b.until("a new connection", func() bool { return b.s.Live() > 0 })
	b.caughtUp()
	b.until("that it was away", func() bool { return len(b.absences()) == 1 })
	if b.s.Invalid() > 100 {
		t.Errorf("%d invalid requests", b.s.Invalid())
	}
}
