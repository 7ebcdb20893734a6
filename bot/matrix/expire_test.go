//go:build goolm

package matrix

import (
	"context"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// coalition makes one in the store and returns its id.
func (b *wall) coalition() models.ID {
	b.Helper()
	r, err := commands.New(b.Store, commands.Options{Now: b.clock.Now})
	if err != nil {
		b.Fatal(err)
	}
	who := store.Who{Platform: Name, Space: b.room.String(), Account: b.mara.ID.String(), Name: "Mara"}
	if _, err := r.Found(b.Context(), commands.Founding{Who: who, Zone: "America/New_York", Lang: models.English, Now: []commands.RoomNow{{Remote: b.room.String(), Name: "board"}}}); err != nil {
		b.Fatal(err)
	}
	actor, err := b.Store.Actor(b.Context(), who)
	if err != nil {
		b.Fatal(err)
	}
	return actor.Coalition.ID
}

// chat is the direct chat with Rosa, who is in it.
func (b *wall) chat(rosa *matrixtest.User) id.RoomID {
	b.Helper()
	d, err := b.direct.roomFor(b.Context(), rosa.ID, true)
	if err != nil {
		b.Fatal(err)
	}
	rosa.Join(d.Room)
	b.sync()
	return d.Room
}

func (b *wall) due() []*store.DirectShown {
	b.Helper()
	list, err := b.Store.DueShown(b.Context(), Name, b.clock.Now().Add(time.Minute))
	if err != nil {
		b.Fatal(err)
	}
	return list
}

// wantNothingOf makes sure that nothing is left of messages but that they were.
func (b *wall) wantNothingOf(room id.RoomID, messages ...id.EventID) {
	b.Helper()
	for _, message := range messages {
		// The homeserver does not always read what it wrote a moment ago.
		b.until(message.String()+" to be taken back", func() bool {
			e, err := b.s.client.GetEvent(b.Context(), room, message)
			return err == nil && isRedacted(e)
		})
	}
}

func TestDetailsAreTakenBackAfterADay(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	d := details{Coalition: b.coalition(), About: models.Entity{Kind: models.KindNeed, ID: 7}}
	rosa := b.server.User(t, "Rosa")
	d.Account = rosa.ID
	room := b.chat(rosa)
	said, err := b.sayPrivate(t.Context(), room, "k", &saying{Text: "N12, private. 413-555-0142."}, d)
	if err != nil || len(said) != 1 {
		t.Fatalf("shown as %v, %v", said, err)
	}
	rosa.WaitText(room, "413-555-0142")
	edit, err := b.putEvent(t.Context(), b.s, room, "t1", event.EventMessage, editOf((&saying{Text: "413-555-0143"}).contents(true)[0], said[0]))
	if err != nil {
		t.Fatal(err)
	}
	rosa.WaitText(room, "413-555-0143")
	other, err := b.say(t.Context(), room, "k2", &saying{Text: "Thank you."})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.expireAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, there := rosa.Message(room, said[0]); !there {
		t.Fatal("it was taken back at once")
	}
	b.clock.Advance(detailsLast + time.Second)
	failing := b.proxy.Fail(matrixtest.ServerError().On("PUT", "/redact/"))
	if err := b.expireAll(t.Context()); err == nil || failing.Hits() == 0 {
		t.Errorf("taken back while nothing can be: %v", err)
	}
	failing.Remove()
	if err := b.expireAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantNothingOf(room, said[0], edit)
	rosa.Fence(room)
	if all := rosa.Messages(room); len(all) != 1 || all[0].ID != other[0] {
		t.Errorf("Rosa reads %+v", all)
	}
	if left := b.due(); len(left) > 0 {
		t.Errorf("it is to be taken back again: %v", left)
	}
}

// A message that was sent just before the program ended is taken back as well.
func TestDetailsOfWhichNobodyHeard(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	d := details{Coalition: b.coalition(), About: models.Entity{Kind: models.KindNeed, ID: 7}}
	rosa := b.server.User(t, "Rosa")
	d.Account = rosa.ID
	room := b.chat(rosa)
	ctx, cancel := context.WithCancel(t.Context())
	lost := b.proxy.Fail(matrixtest.Silent().On("PUT", "/send/").Once().Afterwards())
	go func() {
		lost.WaitHits(t, 1)
		cancel()
	}()
	if _, err := b.sayPrivate(ctx, room, "k", &saying{Text: "413-555-0142."}, d); err == nil {
		t.Fatal("it is known that it was shown")
	}
	lost.Remove()
	shown := rosa.WaitText(room, "413-555-0142")
	b.forget()
	b.clock.Advance(detailsLast + time.Second)
	if err := b.expireAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantNothingOf(room, shown.ID)
	if left := b.due(); len(left) > 0 {
		t.Errorf("it is to be taken back again: %v", left)
	}
}

func TestWhatCannotBeTakenBackIsGivenUp(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	d := details{Coalition: b.coalition(), About: models.Entity{Kind: models.KindNeed, ID: 7}}
	rosa := b.server.User(t, "Rosa")
	d.Account = rosa.ID
	room := b.chat(rosa)
	if _, err := b.sayPrivate(t.Context(), room, "k", &saying{Text: "413-555-0142."}, d); err != nil {
		t.Fatal(err)
	}
	if _, err := b.s.client.LeaveRoom(t.Context(), room); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(detailsLast + time.Second)
	rosa.WaitMember(room, b.s.client.UserID, event.MembershipLeave) // before that this homeserver stumbles
	if err := b.expireAll(t.Context()); err != nil {
		t.Error(err)
	}
	if left := b.due(); len(left) > 0 {
		t.Errorf("it is tried for ever: %v", left)
	}
}

func TestExpireGoesByTheClock(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	d := details{Coalition: b.coalition(), About: models.Entity{Kind: models.KindNeed, ID: 7}}
	rosa := b.server.User(t, "Rosa")
	d.Account = rosa.ID
	room := b.chat(rosa)
	said, err := b.sayPrivate(t.Context(), room, "k", &saying{Text: "413-555-0142."}, d)
	if err != nil {
		t.Fatal(err)
	}
	rosa.WaitEvent(room, said[0])
	b.inBackground(b.expire) // each wait moves the clock on
	rosa.Wait("it to be taken back", func() bool {
		_, there := rosa.Message(room, said[0])
		return !there
	})
}
