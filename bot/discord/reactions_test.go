package discord

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

func TestReactionTakesAndGivesBack(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam := w.volunteer("Sam")
	w.s.React(sam, w.card.ID, "✋🏽")
	w.claimed(1)
	w.onCard("Taken")
	w.s.Unreact(sam, w.card.ID, "✋🏽")
	w.claimed(0)
	w.onCard("Open")
}

// In a forum the card is in a thread of its own, which is no room of ours.
func TestReactionsInAForum(t *testing.T) {
	t.Parallel()
	w := helpersIn(t, models.RoomForum)
	sam := w.volunteer("Sam")
	w.s.React(sam, w.card.ID, hand)
	w.claimed(1)
	w.onCard("Taken")
	w.missing(1, func() { w.s.Unreact(sam, w.card.ID, hand) })
	w.claimed(0)
	w.onCard("Open")
}

// Who reacts to something else, or with something else, is not made known.
func TestReactionsThatMeanNothing(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	kofi := w.s.Join(w.guild, "Kofi")
	other := w.s.Say(kofi, w.board, "hello")
	w.s.React(kofi, other, hand)
	w.s.React(kofi, w.card.ID, "🎉")
	w.s.Emit("MESSAGE_REACTION_ADD", map[string]any{"user_id": kofi, "channel_id": w.board, "message_id": w.card.ID, "guild_id": w.guild,
		"emoji": map[string]any{"id": "123", "name": hand}, "member": map[string]any{"user": map[string]any{"id": kofi, "username": "kofi"}, "roles": []string{}}})
	w.s.Emit("MESSAGE_REACTION_ADD", map[string]any{"user_id": "4711", "channel_id": w.board, "message_id": w.card.ID, "guild_id": w.guild,
		"emoji": map[string]any{"id": nil, "name": hand}, "member": map[string]any{"user": map[string]any{"id": "4711", "username": "b", "bot": true}, "roles": []string{}}})
	w.s.Emit("MESSAGE_REACTION_REMOVE", map[string]any{"user_id": kofi, "channel_id": w.board, "message_id": w.card.ID, "guild_id": w.guild, "emoji": map[string]any{"id": nil, "name": hand}})
	sam := w.volunteer("Sam")
	w.s.React(sam, w.card.ID, hand) // comes after all of these
	w.claimed(1)
	for _, account := range []string{kofi, "4711", discordtest.BotID} {
		actor, err := w.reg.Store().Actor(t.Context(), store.Who{Platform: name, Space: w.guild, Account: account})
		if err != nil || actor.Person.ID != 0 {
			t.Errorf("%s is known: %v, %v", account, actor, err)
		}
	}
	if got := w.reacted(); got != 1 {
		t.Errorf("%d reactions came to the engine, want Sam's alone", got)
	}
}

// Many at once: the first has it, nobody is lost, and all the others' hands come
// off the card in time.
func TestFiveHundredReactions(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	const crowd = 500
	people := make([]string, crowd)
	for i := range people {
		people[i] = w.volunteer(fmt.Sprintf("Helper %d", i))
	}
	for _, id := range people {
		w.s.React(id, w.card.ID, hand)
	}
	w.eventually("all to be heard", func() bool { return w.reacted() == crowd })
	w.eventually("all to be answered", func() bool { return len(w.known()) == 1 })
	if n := w.need(); n.Claimed != 1 {
		t.Errorf("%d claims, want one", n.Claimed)
	}
	if busiest := w.s.Peak(); busiest > 50 {
		t.Errorf("%d requests in a second", busiest)
	}
	if w.s.Invalid() > 0 {
		t.Errorf("%d invalid requests", w.s.Invalid())
	}
}

// Somebody who does too much at once is read back after the wait.
func TestHeldReactionsAreReadBack(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	for i := range 12 { // not all by one person: they would be held back too
		w.asks(w.s.Join(w.guild, fmt.Sprintf("Neighbor %d", i)), fmt.Sprintf("something else %d", i), "")
	}
	var cards []string
	w.eventually("all cards", func() bool {
		w.settle()
		cards = nil
		for _, m := range w.s.Channel(w.board) {
			if m.Author == discordtest.BotID && strings.HasPrefix(m.Text, "N") {
				cards = append(cards, m.ID)
			}
		}
		return len(cards) == 13
	})
	sam := w.s.Join(w.guild, "Sam")
	w.change(sam, "Sam", func(p *models.Person) { p.Roles |= models.Volunteer; p.FinishedClaims = 1 })
	for _, id := range cards {
		w.s.React(sam, id, hand)
	}
	taken := func() int {
		actor, err := w.reg.Store().Actor(t.Context(), store.Who{Platform: name, Space: w.guild, Account: sam})
		if err != nil {
			t.Fatal(err)
		}
		return actor.Person.LiveClaims
	}
	w.eventually("all to be heard", func() bool { return w.reacted() == len(cards) })
	if n := taken(); n == len(cards) {
		t.Fatal("nobody was held back")
	}
	w.clock.Advance(31 * time.Second) // when Sam can go on
	w.eventually("the rest", func() bool { return taken() == len(cards) })
}

// Reactions can be faster than the record of what was posted.
func TestReactionOnACardThatIsNotRecordedYet(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	sam := w.volunteer("Sam")
	hold := make(chan struct{})
	w.s.Fail(discordtest.Fault{Method: http.MethodPut, Path: "/reactions/", Hold: hold})
	w.asks(w.rosa, "a ladder", "")
	settled := make(chan error, 1)
	go func() { settled <- w.engine.Settle(context.WithoutCancel(t.Context()), name) }()
	var early string
	w.until("the card to be posted", func() bool {
		for _, m := range w.s.Channel(w.board) {
			if strings.Contains(m.Text, "N2:") {
				early = m.ID
			}
		}
		return early != ""
	})
	w.s.React(sam, early, hand)
	w.eventually("the reaction to wait", func() bool { return w.waiting(early, 0) })
	close(hold)
	if err := <-settled; err != nil {
		t.Fatal(err)
	}
	w.eventually("Sam's claim", func() bool {
		w.hurry()
		n, err := w.reg.Store().Reader(t.Context(), w.coalition(w.guild)).Need(models.Ref{Kind: models.KindNeed, Number: 2})
		return err == nil && n.Claimed == 1
	})
}
