//go:build goolm

package matrix

import (
	"context"
	"fmt"
	"testing"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// helped is a coalition with a card that somebody can react to.
type helped struct {
	*stage
	mara *matrixtest.User // the admin, of level 100
	room id.RoomID
	card id.EventID
}

func newHelped(t *testing.T, server *matrixtest.Server, encrypted bool) *helped {
	t.Helper()
	w := &helped{stage: newStage(t, server).start(), mara: server.User(t, "Mara")}
	w.room = w.enter(w.mara, matrixtest.Room{Name: "Board", Encrypted: encrypted})
	w.found(w.mara, w.room)
	w.runs(w.mara, w.room, "linkrole add volunteer pl50")
	w.runs(w.mara, w.room, "need milk and bread category:food when:anytime contact:413-555-0142")
	w.presses(w.mara, w.room, "answer post")
	w.post()
	return w
}

// post shows the need's card: any message of the bot's does.
func (w *helped) post() {
	w.t.Helper()
	engine := bot.New(w.reg, w.clock, w.i.log, &poster{w})
	if err := engine.Settle(w.t.Context(), Name); err != nil {
		w.t.Fatal(err)
	}
	if w.card == "" {
		w.t.Fatal("there is no card")
	}
}

// volunteer is somebody in the room whose power level stands for a volunteer.
func (w *helped) volunteer(server *matrixtest.Server, name string) *matrixtest.User {
	w.t.Helper()
	u := server.User(w.t, name)
	w.mara.Invite(w.room, u.ID)
	u.Join(w.room)
	w.mara.SetLevel(w.room, u.ID, 50)
	w.until("the level", func() bool {
		member, err := w.i.rooms.memberOf(w.t.Context(), w.room.String(), u.ID)
		return err == nil && len(member.Roles) == 1
	})
	return u
}

func (w *helped) need() *models.Need {
	w.t.Helper()
	actor, err := w.reg.Store().Actor(w.t.Context(), who(w.mara, w.room))
	if err != nil {
		w.t.Fatal(err)
	}
	n, err := w.reg.Store().Reader(w.t.Context(), actor.Coalition.ID).Need(models.Ref{Kind: models.KindNeed, Number: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *helped) claimed(want int) {
	w.t.Helper()
	w.until(fmt.Sprintf("%d claims", want), func() bool { return w.need().Claimed == want })
}

func (w *helped) known() []commands.KnownReaction {
	w.t.Helper()
	card, err := w.reg.OpenCard(w.t.Context(), Name, w.card.String())
	if err != nil || card == nil {
		w.t.Fatal(card, err)
	}
	return card.Known
}

// poster posts cards, and says nothing else.
type poster struct{ w *helped }

func (p *poster) Name() string { return Name }
func (p *poster) Features() bot.Features {
	return bot.Features{Parallel: 1, OnDemand: true, Buttons: true}
}
func (p *poster) Run(context.Context, bot.Receiver) error { return nil }

func (p *poster) Send(ctx context.Context, post bot.Post) (string, error) {
	if post.Card == nil || post.Room == "" {
		return "$nothing", nil
	}
	kind, content, err := p.w.session.encrypt(ctx, id.RoomID(post.Room), event.EventMessage, &event.MessageEventContent{MsgType: event.MsgNotice, Body: "a card"})
	if err != nil {
		return "", err
	}
	sent, err := p.w.session.client.SendMessageEvent(ctx, id.RoomID(post.Room), kind, content)
	if err != nil {
		return "", err
	}
	p.w.card = sent.EventID
	return sent.EventID.String(), nil
}

func (p *poster) Edit(context.Context, bot.Post, string) error                  { return nil }
func (p *poster) Find(context.Context, bot.Post) (string, bool, error)          { return "", false, nil }
func (p *poster) Unreact(context.Context, string, string, string, string) error { return nil }

const hand = commands.EmojiClaim

// A hand claims, in whichever skin and however it is written, and taking it back
// releases.
func TestReactionsAreLevels(t *testing.T) {
	for name, encrypted := range map[string]bool{"plain": false, "encrypted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := matrixtest.Start(t)
			w := newHelped(t, server, encrypted)
			sam := w.volunteer(server, "Sam")
			for _, key := range []string{hand, hand + "\ufe0f", hand + "\U0001f3fd"} {
				put := sam.React(w.room, w.card, key)
				w.claimed(1)
				sam.Redact(w.room, put)
				w.claimed(0)
			}
			first := sam.React(w.room, w.card, hand)
			second := sam.React(w.room, w.card, hand+"\U0001f3fd")
			w.claimed(1)
			sam.Redact(w.room, first)
			sam.Say(w.room, "one is left")
			w.hears("one is left")
			w.settled()
			w.claimed(1)
			sam.Redact(w.room, second)
			w.claimed(0)
			sam.React(w.room, w.card, "🎉")
			sam.React(w.room, sam.Say(w.room, "no card"), hand)
			w.settled()
			if n := w.need().Claimed; n != 0 {
				t.Errorf("%d claims", n)
			}
		})
	}
}

// What a moderator takes off, or the bot itself, ends nothing, and neither does
// a card that was taken back.
func TestOthersTakeOffNothing(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	w := newHelped(t, server, true)
	sam := w.volunteer(server, "Sam")
	put := sam.React(w.room, w.card, hand)
	w.claimed(1)
	w.mara.Redact(w.room, put)
	w.until("the level to go", func() bool { return len(w.known()) == 0 })
	w.claimed(1)
}

func TestCardThatWasTakenBackEndsNothing(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	w := newHelped(t, server, true)
	w.volunteer(server, "Sam").React(w.room, w.card, hand)
	w.claimed(1)
	w.mara.Redact(w.room, w.card)
	w.until("the card to go", func() bool {
		card, err := w.reg.OpenCard(t.Context(), Name, w.card.String())
		return err == nil && card == nil
	})
	w.claimed(1)
}

// A reaction in one room on a card in another means nothing.
func TestReactionFromAnotherRoom(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	w := newHelped(t, server, false)
	sam := w.volunteer(server, "Sam")
	other := w.enter(sam, matrixtest.Room{Name: "Other"})
	sam.Send(other, event.EventReaction, &event.ReactionEventContent{RelatesTo: event.RelatesTo{Type: event.RelAnnotation, EventID: w.card, Key: hand}})
	sam.Say(other, "there")
	w.hears("there")
	w.settled()
	if n := w.need().Claimed; n != 0 || len(w.reacts()) != 0 {
		t.Errorf("%d claims, %d reactions", n, len(w.reacts()))
	}
}

// Of 200 changes that came while the bot was away only what is left of them counts.
func TestMissedReactions(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	w := newHelped(t, server, true)
	sam, dee := w.volunteer(server, "Sam"), w.volunteer(server, "Dee")
	first := sam.React(w.room, w.card, hand)
	w.claimed(1)
	w.settled()
	before := len(w.reacts())
	w.away(func() {
		sam.Redact(w.room, first)
		for range 99 {
			sam.Redact(w.room, sam.React(w.room, w.card, hand))
		}
		dee.React(w.room, w.card, hand)
	})
	w.until("Dee's claim", func() bool {
		known := w.known()
		return w.need().Claimed == 1 && len(known) == 1 && known[0].Account == dee.ID.String()
	})
	w.settled()
	if n := len(w.reacts()) - before; n != 2 {
		t.Errorf("%d changes were handed on, want two", n)
	}
	w.away(func() {})
	w.settled()
	if n := len(w.reacts()) - before; n != 2 {
		t.Errorf("%d changes after another start, want two", n)
	}
}

// What sync never said is read back from the card at the start.
func TestReactionsAreReadBack(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	w := newHelped(t, server, true)
	sam, dee := w.volunteer(server, "Sam"), w.volunteer(server, "Dee")
	put := sam.React(w.room, w.card, hand)
	w.claimed(1)
	w.away(func() {
		sam.Redact(w.room, put)
		dee.React(w.room, w.card, hand)
		w.forgetEvents()
	})
	w.until("Dee's claim", func() bool {
		known := w.known()
		return w.need().Claimed == 1 && len(known) == 1 && known[0].Account == dee.ID.String()
	})
}

// forgetEvents makes the bot go on reading where things are now, so that sync
// says nothing of what happened before.
func (w *helped) forgetEvents() {
	w.t.Helper()
	s := w.home.open()
	answer, err := s.client.FullSyncRequest(w.t.Context(), mautrix.ReqSync{FilterID: syncFilter})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.reg.Store().SetMatrixSync(w.t.Context(), w.home.account.UserID.String(), answer.NextBatch); err != nil {
		w.t.Fatal(err)
	}
	w.home.shut(s)
}

func who(u *matrixtest.User, space id.RoomID) store.Who {
	return store.Who{Platform: Name, Space: space.String(), Account: u.ID.String(), Name: u.Name}
}
