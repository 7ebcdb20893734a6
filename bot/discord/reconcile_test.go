package discord

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// What was done while the bot was away counts, once.
func TestMissedReactionsAreReadBack(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam, dee := w.volunteer("Sam"), w.volunteer("Dee")
	w.missing(1, func() { w.s.React(sam, w.card.ID, hand) })
	w.claimed(1)
	w.onCard("Taken")
	w.missing(2, func() {
		w.s.Unreact(sam, w.card.ID, hand)
		w.s.React(dee, w.card.ID, hand)
	})
	w.eventually("Dee's claim", func() bool {
		known := w.known()
		return w.need().Claimed == 1 && len(known) == 1 && known[0].Account == dee
	})
	before := w.reacted()
	w.missing(0, func() {}) // nothing was missed
	w.clock.Advance(time.Minute)
	w.missing(1, func() { w.s.Unreact(dee, w.card.ID, hand) })
	w.claimed(0)
	if n := w.reacted() - before; n != 1 {
		t.Errorf("%d differences were handed on, want one", n)
	}
}

// While a card does not show yet what holds, it is not known which of the bot's own
// reactions belong there, and so not whether a moderator took all of them off. It is
// looked at again after seconds, and what was taken back counts then.
func TestCardThatIsAboutToChangeIsReadAgainSoon(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam := w.volunteer("Sam")
	w.settle()
	w.s.React(sam, w.card.ID, hand)
	w.claimed(1) // and the card says "Open" still
	w.s.LoseEvents(1)
	w.s.Unreact(sam, w.card.ID, hand)
	w.d.reactions.lost()
	w.d.reactions.ready(t.Context(), discordtest.BotID)
	w.eventually("the card to wait", func() bool { return w.waiting(w.card.ID, 0) })
	if w.waiting(w.card.ID, whenNew+time.Second) {
		t.Error("it waits for long")
	}
	if w.need().Claimed != 1 {
		t.Error("the claim ended by a card of which nothing is known")
	}
	w.onCard("Taken")
	w.claimed(0)
}

// Nor is it given up at the first failure after it was so for long.
func TestCardThatIsLongAboutToChangeIsNotGivenUp(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam := w.volunteer("Sam")
	w.settle()
	w.s.React(sam, w.card.ID, hand)
	w.claimed(1)
	w.s.LoseEvents(1)
	w.s.Unreact(sam, w.card.ID, hand)
	w.d.reactions.lost()
	w.d.reactions.ready(t.Context(), discordtest.BotID)
	for range readTries + 1 {
		w.eventually("the card to wait", func() bool { return w.waiting(w.card.ID, time.Second) })
		w.hurry()
	}
	w.eventually("the card to wait", func() bool { return w.waiting(w.card.ID, time.Second) })
	w.s.Fail(discordtest.Fault{Method: http.MethodGet, Path: "/messages/" + w.card.ID, Status: http.StatusBadRequest})
	before, at := w.s.Requests(""), w.clock.Now()
	w.hurry()
	w.eventually("the failure", func() bool { return w.s.Requests("") > before && w.waiting(w.card.ID, time.Second) })
	if took := w.clock.Now().Sub(at); took > whenFull { // by the next session, then
		t.Errorf("it was given up, and waits again after %s", took)
	}
	w.onCard("Taken")
	w.hurry()
	w.claimed(0)
}

// Somebody who put a hand up, took it down and put it up again while the bot was
// away twice is heard each time.
func TestTheSameDifferenceCountsAgain(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam := w.volunteer("Sam")
	for range 3 {
		w.missing(1, func() { w.s.React(sam, w.card.ID, hand) })
		w.claimed(1)
		w.missing(1, func() { w.s.Unreact(sam, w.card.ID, hand) })
		w.claimed(0)
	}
}

// What somebody does while a card is read back is newer than what was read.
func TestChangesWhileACardIsRead(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam, kofi := w.volunteer("Sam"), w.volunteer("Kofi")
	hold := make(chan struct{})
	w.s.Fail(discordtest.Fault{Method: http.MethodGet, Path: "/reactions/" + commands.EmojiDetails, Hold: hold})
	before := 0
	w.missing(2, func() {
		before = w.s.Requests("")
		w.s.React(sam, w.card.ID, hand) // read first
		w.s.React(kofi, w.card.ID, commands.EmojiDetails)
	})
	w.until("the card and its first page", func() bool { return w.s.Requests("") >= before+2 })
	w.s.Unreact(sam, w.card.ID, hand)
	w.eventually("that to be heard", func() bool {
		r := w.d.reactions
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.touched[sam+" "+hand]
	})
	close(hold)
	w.levels(1)
	w.eventually("the end", w.idle)
	if n := w.need(); n.Claimed != 0 || w.reacted() != 1 {
		t.Errorf("%d claims after %d reactions, want Kofi's question alone", n.Claimed, w.reacted())
	}
}

// Clearing all, or all of one kind, ends nothing, whether it is heard of or not.
func TestClearingEndsNothing(t *testing.T) {
	for name, clear := range map[string]func(w *helpers){
		"all":         func(w *helpers) { w.s.ClearReactions(w.card.ID) },
		"one kind":    func(w *helpers) { w.s.ClearEmoji(w.card.ID, hand) },
		"all, missed": func(w *helpers) { w.missing(1, func() { w.s.ClearReactions(w.card.ID) }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newHelpers(t)
			sam := w.volunteer("Sam")
			w.s.React(sam, w.card.ID, hand)
			w.claimed(1)
			w.onCard("Taken")
			clear(w)
			w.levels(0)
			w.missing(0, func() {})
			w.eventually("the card to be read back", func() bool { return w.idle() })
			if n := w.need(); n.Claimed != 1 {
				t.Error("the claim ended")
			}
		})
	}
}

// A card that a moderator deleted takes what is known of its reactions with it.
// The claim stays, and the next change posts the card anew.
func TestDeletedCardEndsNothing(t *testing.T) {
	for name, away := range map[string]bool{"seen": false, "missed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newHelpers(t)
			sam := w.volunteer("Sam")
			w.s.React(sam, w.card.ID, hand)
			w.claimed(1)
			w.settle()
			if away {
				w.missing(1, func() { w.s.DeleteMessage(w.card.ID) })
			} else {
				w.s.DeleteMessage(w.card.ID)
			}
			w.eventually("the card to be gone", func() bool {
				card, err := w.reg.OpenCard(t.Context(), "discord", w.card.ID)
				return err == nil && card == nil
			})
			if w.need().Claimed != 1 {
				t.Error("the claim ended")
			}
			w.slash(sam, w.board, "release", map[string]any{"need": "N1"})
			w.settle()
			w.card = w.town.card(w.board, "N1")
			w.onCard("Open")
		})
	}
}

// Of somebody who has left since, a reaction that stayed grants nothing.
func TestReactionOfSomebodyWhoLeft(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam := w.volunteer("Sam")
	w.missing(1, func() {
		w.s.React(sam, w.card.ID, hand)
		w.s.Leave(w.guild, sam)
	})
	w.eventually("Sam to be heard", func() bool { return w.reacted() == 1 })
	w.eventually("the answer", func() bool { return len(w.known()) == 0 })
	if w.need().Claimed != 0 {
		t.Error("somebody who is not there took it")
	}
}

// While Discord does not say who somebody is, nothing is granted; later it is.
func TestReactionOfSomebodyUnknown(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam := w.volunteer("Sam")
	w.s.Fail(discordtest.Fault{Method: http.MethodGet, Path: "/members/", Status: http.StatusInternalServerError, Times: 5})
	w.missing(1, func() { w.s.React(sam, w.card.ID, hand) })
	w.eventually("Sam to wait", func() bool { return w.waiting(w.card.ID, 30*time.Second) })
	if w.reacted() != 0 || w.need().Claimed != 0 {
		t.Error("it was granted")
	}
	w.s.Heal()
	w.hurry()
	w.claimed(1)
}

// A longer absence is said in the board's room, once, in both languages.
func TestAbsenceIsSaid(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	said := func() (texts []string) {
		w.settle()
		for _, m := range w.s.Channel(w.board) {
			if strings.Contains(m.Text, "offline") {
				texts = append(texts, m.Text)
			}
		}
		return texts
	}
	w.missing(0, func() { w.clock.Advance(8 * time.Minute) })
	w.eventually("the beat", w.idle)
	if got := said(); len(got) != 0 {
		t.Errorf("said after eight minutes: %q", got)
	}
	w.missing(0, func() { w.clock.Advance(155 * time.Minute) })
	w.eventually("what is said", func() bool { return len(said()) == 1 })
	w.wants(said()[0], "I was offline from 10:08 AM to 12:43 PM. Reactions came through. Commands and buttons didn't: please repeat.",
		"Estuve sin conexión de 10:08 a. m. a 12:43 p. m. Las reacciones sí llegaron. Los comandos y botones no: repítalos.")
	w.missing(0, func() {})
	w.eventually("the beat", w.idle)
	if got := said(); len(got) != 1 {
		t.Errorf("said %d times", len(got))
	}
}
