package discord

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const hand = commands.EmojiClaim

// helpers is a town with a need of Rosa's, of which anybody's own yes makes a
// volunteer, and volunteers.
type helpers struct {
	*town
	clock *platformtest.Clock
	rosa  string
	card  *discordtest.Message
}

// tick is how much the clock of these tests runs in five milliseconds: fast, but
// not so fast that a connection seems to be silent.
const tick = 20 * time.Millisecond

func newHelpers(t *testing.T) *helpers {
	t.Helper()
	return helpersIn(t, models.RoomText)
}

// helpersIn is one whose board is of a kind.
func helpersIn(t *testing.T, kind models.RoomKind) *helpers {
	t.Helper()
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
	ctx, stop := context.WithCancel(context.Background()) //nolint:usetesting // the platform's orderly end needs a clock that runs
	var ticking sync.WaitGroup
	ticking.Go(func() {
		for ctx.Err() == nil {
			<-bot.SystemClock{}.After(5 * time.Millisecond)
			clock.Advance(tick)
		}
	})
	t.Cleanup(func() { stop(); ticking.Wait() })
	w := &helpers{town: emptyTown(t, clock), clock: clock}
	chat := w.board
	if kind == models.RoomForum {
		w.board = w.s.AddChannel(w.guild, "needs", discordtest.Forum)
	}
	w.begins(kind)
	w.rosa = w.s.Join(w.guild, "Rosa")
	forum := w.board
	w.board = chat // where people write
	w.asks(w.rosa, "milk and bread", "")
	if w.board = forum; kind == models.RoomForum {
		w.settle()
		w.board = w.s.Threads(forum)[0].ID
	}
	w.card = w.town.card(w.board, "N1")
	w.eventually("the first look at the cards", func() bool { return w.d.reactions.isSelf(discordtest.BotID) })
	return w
}

// begins founds the coalition with the board alone.
func (w *helpers) begins(kind models.RoomKind) {
	w.Helper()
	f := commands.Founding{Who: store.Who{Platform: name, Space: w.guild, Account: w.owner, Name: "Ana"}, Zone: "America/New_York", Lang: models.English,
		SpaceName: "Larch County", Now: []commands.RoomNow{{Remote: w.board, Name: "#needs", Kind: kind}}}
	if _, err := w.reg.Found(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

// volunteer is somebody new who may take what asks for no welcome.
func (w *helpers) volunteer(name string) string {
	w.Helper()
	id := w.s.Join(w.guild, name)
	w.change(id, name, func(p *models.Person) { p.Roles |= models.Volunteer })
	return id
}

// change makes somebody known and changes what they are.
func (w *helpers) change(id, as string, change func(*models.Person)) {
	w.Helper()
	err := w.reg.Store().Update(w.Context(), w.clock.Now(), func(tx *store.Tx) error {
		if err := tx.Act(store.Who{Platform: name, Space: w.guild, Account: id, Name: as}); err != nil {
			return err
		}
		change(tx.Actor.Person)
		tx.Save(tx.Actor.Person)
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

// eventually waits for something that the fake does not see.
func (w *helpers) eventually(what string, holds func() bool) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 20*time.Second)
	defer cancel()
	for !holds() {
		select {
		case <-ctx.Done():
			w.Fatal("waited in vain for " + what)
		case <-bot.SystemClock{}.After(2 * time.Millisecond):
		}
	}
}

// hurry has the cards read back that are to be later.
func (w *helpers) hurry() {
	r := w.d.reactions
	r.mu.Lock()
	for _, b := range r.due {
		b.at = w.clock.Now()
	}
	r.mu.Unlock()
	r.wake()
}

// waiting reports whether a card is to be read back, at least so much later.
func (w *helpers) waiting(message string, wait time.Duration) bool {
	r := w.d.reactions
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.due[message]
	return b != nil && b.at.Sub(w.clock.Now()) >= wait
}

func (w *helpers) need() *models.Need {
	w.Helper()
	n, err := w.reg.Store().Reader(w.Context(), w.coalition(w.guild)).Need(models.Ref{Kind: models.KindNeed, Number: 1})
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// known are the reactions that are known to be on the card.
func (w *helpers) known() []commands.KnownReaction {
	w.Helper()
	card, err := w.reg.OpenCard(w.Context(), name, w.card.ID)
	if err != nil || card == nil {
		w.Fatalf("the open card: %v, %v", card, err)
	}
	return card.Known
}

func (w *helpers) claimed(n int) {
	w.Helper()
	w.eventually(fmt.Sprintf("%d claims", n), func() bool { return w.need().Claimed == n })
}

// levels waits until so many reactions are known.
func (w *helpers) levels(n int) {
	w.Helper()
	w.eventually(fmt.Sprintf("%d levels", n), func() bool { return len(w.known()) == n })
}

// missing has something happen of which the bot hears nothing, and then a new
// session.
func (w *helpers) missing(events int, happens func()) {
	w.Helper()
	w.settle()
	w.s.LoseEvents(events)
	happens()
	w.d.reactions.lost()
	w.d.reactions.ready(w.Context(), discordtest.BotID)
}

func (w *helpers) onCard(words ...string) {
	w.Helper()
	w.settle()
	w.wants(w.s.Message(w.card.ID).Text, words...)
}

func (w *helpers) reacted() (n int) {
	w.gate.mu.Lock()
	defer w.gate.mu.Unlock()
	for _, inv := range w.gate.got {
		if inv.React != nil {
			n++
		}
	}
	return n
}

// idle reports that no card is being read back or is to be.
func (w *helpers) idle() bool {
	r := w.d.reactions
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reading == "" && len(r.backlog) == 0 && r.all > 0
}
