//go:build goolm

package matrix

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// to is a private message to somebody.
func (b *wall) to(person id.UserID, key, words string) bot.Post {
	return bot.Post{Key: key, Account: person.String(), Since: b.clock.Now(), Text: commands.Text(words), Buttons: []commands.Button{{Label: "Give it back"}}, First: 3}
}

func (b *wall) wantClosed(what string, err error) {
	b.Helper()
	var final *bot.PermanentError
	if !errors.As(err, &final) || final.Code != bot.CodeClosed {
		b.Errorf("%s: %v, want %s", what, err, bot.CodeClosed)
	}
}

func TestDirectChatIsOpenedOnce(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	rosa := b.server.User(t, "Rosa")
	var all sync.WaitGroup
	for _, key := range []string{"1.0", "2.0", "3.0", "4.0"} {
		all.Go(func() {
			if _, err := b.Send(t.Context(), b.to(rosa.ID, key, "Sam took N1.")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	invite := rosa.WaitInvite(b.s.client.UserID)
	if !invite.Direct || len(rosa.Invites()) != 1 {
		t.Fatalf("Rosa was invited to %v", rosa.Invites())
	}
	if d, err := b.direct.roomFor(t.Context(), rosa.ID, false); err != nil || d.Room != invite.Room || !d.Invited {
		t.Errorf("the chat is %+v, %v", d, err)
	}
	// What was written before she came in can be read then.
	rosa.Join(invite.Room)
	b.room, b.mara = invite.Room, rosa
	rosa.Wait("four messages, and the keys for them", func() bool {
		read := rosa.Messages(invite.Room)
		return len(read) == 4 && !slices.ContainsFunc(read, func(m matrixtest.Message) bool { return m.Unreadable != nil })
	})
	for _, m := range rosa.Messages(invite.Room) {
		if m.Body != "Sam took N1.\n3 Give it back" || !m.Encrypted || m.Unreadable != nil || !m.Signed || m.Type != event.MsgNotice {
			t.Errorf("Rosa reads %+v", m)
		}
	}
	b.syncUntil("Rosa to be there", func() bool {
		d, err := b.direct.roomFor(t.Context(), rosa.ID, false)
		return err == nil && d.Room == invite.Room && !d.Invited
	})
	wantSealed(t, b.server, invite.Room, "Sam took", "Give it back")
	// The account's own list has it, and is enough to find it again.
	if err := b.Store.RemoveDirectRoom(t.Context(), Name, rosa.ID.String(), invite.Room.String()); err != nil {
		t.Fatal(err)
	}
	if d, err := b.direct.roomFor(t.Context(), rosa.ID, false); err != nil || d.Room != invite.Room {
		t.Errorf("the chat is %+v, %v", d, err)
	}
}

func TestDirectChatAfterACrash(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	rosa := b.server.User(t, "Rosa")
	made := b.proxy.Fail(matrixtest.Dropped().On("POST", "/createRoom").Once().Afterwards())
	var later *bot.NotNowError
	if _, err := b.Send(t.Context(), b.to(rosa.ID, "1.0", "Hello.")); !errors.As(err, &later) || made.Hits() != 1 {
		t.Fatalf("sent while the answer was lost: %v", err)
	}
	invite := rosa.WaitInvite(b.s.client.UserID)
	b.forget()
	b.send(b.to(rosa.ID, "1.0", "Hello."))
	rosa.Join(invite.Room)
	rosa.WaitText(invite.Room, "Hello.")
	if opened := b.proxy.Count("POST", "/createRoom"); opened != 1 || len(rosa.Invites()) > 0 {
		t.Errorf("%d rooms were made, and Rosa is invited to %v", opened, rosa.Invites())
	}

	// One that was never made is made later.
	dee := b.server.User(t, "Dee")
	b.proxy.Fail(matrixtest.Dropped().On("POST", "/createRoom").Once())
	for range 2 {
		if _, err := b.Send(t.Context(), b.to(dee.ID, "2.0", "Hello.")); !errors.As(err, &later) || later.After <= 0 || later.After > openingFor {
			t.Fatalf("sent while it is not known whether there is a chat: %v", err)
		}
	}
	b.clock.Advance(openingFor)
	b.send(b.to(dee.ID, "2.0", "Hello."))
	dee.WaitInvite(b.s.client.UserID)

	// One that was refused for now leaves no mark.
	kofi := b.server.User(t, "Kofi")
	b.proxy.Fail(matrixtest.TooMany(time.Second).On("POST", "/createRoom").Once())
	if _, err := b.Send(t.Context(), b.to(kofi.ID, "3.0", "Hello.")); !errors.As(err, &later) || later.After != time.Second {
		t.Fatalf("sent too fast: %v", err)
	}
	b.send(b.to(kofi.ID, "3.0", "Hello."))
}

func TestWhoLeftIsInvitedOnceADay(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	rosa := b.server.User(t, "Rosa")
	b.send(b.to(rosa.ID, "1.0", "Hello."))
	room := rosa.DirectWith(b.s.client.UserID)
	left := func() {
		t.Helper()
		rosa.Leave(room)
		b.syncUntil("Rosa to be gone", func() bool {
			at, err := b.direct.standing(t.Context(), b.s, room, rosa.ID)
			return err == nil && at.theirs == event.MembershipLeave
		})
	}
	left()
	_, err := b.Send(t.Context(), b.to(rosa.ID, "2.0", "Hello."))
	b.wantClosed("to who left the same day", err)
	b.clock.Advance(inviteAgain)
	b.send(b.to(rosa.ID, "3.0", "Hello again."))
	if invite := rosa.WaitInvite(b.s.client.UserID); invite.Room != room {
		t.Errorf("Rosa is invited to %v", invite)
	}
	left() // she declines
	_, err = b.Send(t.Context(), b.to(rosa.ID, "4.0", "Hello."))
	b.wantClosed("to who declined", err)
	if d, err := b.direct.roomFor(t.Context(), rosa.ID, true); err == nil {
		t.Errorf("she was invited at once: %+v", d)
	}
	b.clock.Advance(inviteAsked)
	if d, err := b.direct.roomFor(t.Context(), rosa.ID, true); err != nil || d.Room != room || !d.Invited {
		t.Errorf("who asks for it is not invited: %+v, %v", d, err)
	}
	rosa.Join(room)
	b.send(b.to(rosa.ID, "5.0", "Once more."))
	rosa.WaitText(room, "Once more.")
}

func TestNobodyElseIsInTheChat(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	rosa, dee := b.server.User(t, "Rosa"), b.server.User(t, "Dee")
	b.send(b.to(rosa.ID, "1.0", "Hello."))
	room := rosa.DirectWith(b.s.client.UserID)
	b.sync()
	if err := b.direct.safe(t.Context(), room, rosa.ID); err != nil {
		t.Errorf("a chat of two: %v", err)
	}
	if err := b.direct.safe(t.Context(), room, dee.ID); err == nil {
		t.Error("it is taken for another's chat")
	}
	rosa.Invite(room, dee.ID)
	b.syncUntil("Dee to be invited", func() bool { return b.direct.safe(t.Context(), room, rosa.ID) != nil })
	d, err := b.direct.roomFor(t.Context(), rosa.ID, false)
	if err != nil || d.Room == room || !d.Invited {
		t.Errorf("it goes on in %+v, %v", d, err)
	}
}

func TestChatThatSomebodyOpened(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	rosa, dee := b.server.User(t, "Rosa"), b.server.User(t, "Dee")
	room := rosa.Direct(b.s.client.UserID)
	if _, err := b.s.client.JoinRoomByID(t.Context(), room); err != nil {
		t.Fatal(err)
	}
	if err := b.direct.opened(t.Context(), rosa.ID, room); err != nil {
		t.Fatal(err)
	}
	b.send(b.to(rosa.ID, "1.0", "Hello."))
	rosa.WaitText(room, "Hello.")
	if made := b.proxy.Count("POST", "/createRoom"); made != 0 {
		t.Errorf("%d rooms were made", made)
	}

	// One that is not encrypted is no private chat.
	open := dee.CreateRoom(matrixtest.Room{Direct: true, Invite: []id.UserID{b.s.client.UserID}})
	if _, err := b.s.client.JoinRoomByID(t.Context(), open); err != nil {
		t.Fatal(err)
	}
	if ok, err := b.direct.adopt(t.Context(), open, dee.ID); ok || err != nil {
		t.Errorf("a plain chat is taken: %t, %v", ok, err)
	}
	if _, err := b.sayPrivate(t.Context(), open, "k", &saying{Text: "413-555-0142"}, details{Account: dee.ID}); err == nil {
		t.Error("private values are shown in a plain chat")
	}
	b.send(b.to(dee.ID, "2.0", "Hello."))
	if invite := dee.WaitInvite(b.s.client.UserID); invite.Room == open {
		t.Error("Dee is written to in the plain chat")
	}
	dee.Fence(open)
	if all := dee.Messages(open); len(all) > 0 {
		t.Errorf("the plain chat has %v", all)
	}
}

func TestWhoCannotBeWrittenTo(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	for _, nobody := range []id.UserID{"rosa", "@rosa", "@\u202erosa:example.org"} {
		_, err := b.Send(t.Context(), b.to(nobody, "1.0", "Hello."))
		b.wantClosed(string(nobody), err)
	}
	rosa := b.server.User(t, "Rosa")
	b.proxy.Fail(matrixtest.Refused(403, "M_FORBIDDEN").On("POST", "/createRoom").Once())
	for _, key := range []string{"1.0", "2.0"} {
		_, err := b.Send(t.Context(), b.to(rosa.ID, key, "Hello."))
		b.wantClosed("who may not be invited", err)
	}
	if tries := b.proxy.Count("POST", "/createRoom"); tries != 1 {
		t.Errorf("it was tried %d times on one day", tries)
	}
	b.clock.Advance(inviteAgain)
	b.send(b.to(rosa.ID, "3.0", "Hello."))
}

func TestChatThatWeLeft(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	rosa := b.server.User(t, "Rosa")
	room := rosa.CreateRoom(matrixtest.Room{Direct: true, Encrypted: true, Invite: []id.UserID{b.s.client.UserID}})
	if _, err := b.s.client.JoinRoomByID(t.Context(), room); err != nil {
		t.Fatal(err)
	}
	if err := b.direct.opened(t.Context(), rosa.ID, room); err != nil {
		t.Fatal(err)
	}
	b.send(b.to(rosa.ID, "1.0", "Hello."))
	if _, err := b.s.client.LeaveRoom(t.Context(), room); err != nil { // by another device of ours
		t.Fatal(err)
	}
	var later *bot.NotNowError
	_, err := b.Send(t.Context(), b.to(rosa.ID, "2.0", "Hello."))
	if !errors.As(err, &later) { // found out by being refused
		b.wantClosed("where we are not", err)
	}
	_, err = b.Send(t.Context(), b.to(rosa.ID, "2.0", "Hello."))
	b.wantClosed("where we are not", err)
	b.clock.Advance(inviteAgain)
	b.send(b.to(rosa.ID, "2.0", "Hello."))
	if invite := rosa.WaitInvite(b.s.client.UserID); invite.Room == room {
		t.Error("Rosa is invited to a room that we are not in")
	}
}

func TestLookingOpensNoChat(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	rosa := b.server.User(t, "Rosa")
	if _, found, err := b.Find(t.Context(), b.to(rosa.ID, "1.0", "Hello.")); found || err != nil {
		t.Errorf("found: %t, %v", found, err)
	}
	row := store.DirectRoom{Platform: Name, Remote: rosa.ID.String(), Room: "!gone:" + b.server.Name(), State: stateOpen, CreatedAt: b.clock.Now()}
	if err := b.Store.SetDirectRoom(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	if _, found, err := b.Find(t.Context(), b.to(rosa.ID, "1.0", "Hello.")); found || err != nil {
		t.Errorf("found where we are not: %t, %v", found, err)
	}
	if made := b.proxy.Count("POST", "/createRoom"); made != 0 {
		t.Errorf("%d rooms were made", made)
	}
}
