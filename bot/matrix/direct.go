//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// directs are the encrypted chats with one person each. What is written there
// nobody else reads: a chat with a third person in it, or one that is not
// encrypted, is none.
type directs struct {
	*posts
	mu   sync.Mutex
	busy map[id.UserID]chan struct{} // closed when nobody looks for their chat any more

	listing sync.Mutex // held while the account's list is changed
}

// directRoom is the chat with somebody.
type directRoom struct {
	Room id.RoomID
	// Invited says that they did not accept the invitation yet. They read what is
	// written meanwhile once they do.
	Invited bool
}

func newDirects(p *posts) *directs {
	return &directs{posts: p, busy: map[id.UserID]chan struct{}{}}
}

const (
	// inviteAgain is after how long somebody who left the chat is invited again
	// when the bot has something to say, and inviteAsked when they just wrote to
	// the bot themselves.
	inviteAgain = 24 * time.Hour
	inviteAsked = 10 * time.Minute
)

// errLeft says that somebody does not want to be written to.
var errLeft = errors.New("the person left the private chat")

// roomFor is the chat with somebody, which is opened if there is none. Asked says
// that they just did something and wait for an answer. Somebody who left, and was
// invited again, is closed to messages.
func (d *directs) roomFor(ctx context.Context, person id.UserID, asked bool) (directRoom, error) {
	if !isUser(person) {
		return directRoom{}, permanent(bot.CodeClosed, errors.New("nobody can have this name"))
	}
	leave, err := d.enter(ctx, person)
	if err != nil {
		return directRoom{}, notNow(err, 0)
	}
	defer leave()
	found, err := d.find(once(ctx), person, asked)
	return found, notShown(err)
}

// enter waits until nobody else looks for somebody's chat.
func (d *directs) enter(ctx context.Context, person id.UserID) (leave func(), err error) {
	for {
		d.mu.Lock()
		there, busy := d.busy[person]
		if !busy {
			mine := make(chan struct{})
			d.busy[person] = mine
			d.mu.Unlock()
			return func() {
				d.mu.Lock()
				delete(d.busy, person)
				d.mu.Unlock()
				close(mine)
			}, nil
		}
		d.mu.Unlock()
		select {
		case <-there:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (d *directs) find(ctx context.Context, person id.UserID, asked bool) (directRoom, error) {
	s, err := d.session()
	if err != nil {
		return directRoom{}, err
	}
	row, err := d.Store.DirectRoom(ctx, Name, person.String())
	switch {
	case err != nil:
		return directRoom{}, fmt.Errorf("the private chat: %w", err)
	case row == nil:
		if room, err := d.listed(ctx, s, person); err != nil || room != "" {
			return directRoom{Room: room}, err
		}
		return d.open(ctx, s, person)
	case row.Room == "":
		return d.resume(ctx, s, person, row)
	}
	return d.enterKnown(ctx, s, person, row, asked)
}

// enterKnown looks whether a chat can still be used.
func (d *directs) enterKnown(ctx context.Context, s *session, person id.UserID, row *store.DirectRoom, asked bool) (directRoom, error) {
	room := id.RoomID(row.Room)
	at, err := d.standing(ctx, s, room, person)
	if err != nil {
		return directRoom{}, err
	}
	since := d.Clock.Now().Sub(row.CreatedAt)
	mayInvite := since >= inviteAgain || asked && since >= inviteAsked
	switch {
	case at.ours != event.MembershipJoin && !mayInvite:
		return directRoom{}, permanent(bot.CodeClosed, errLeft)
	case at.ours != event.MembershipJoin, at.others > 0, !at.encrypted:
		return d.open(ctx, s, person)
	case at.theirs == event.MembershipJoin:
		return directRoom{Room: room}, nil
	case at.theirs == event.MembershipInvite:
		return directRoom{Room: room, Invited: true}, nil
	case !mayInvite:
		return directRoom{}, permanent(bot.CodeClosed, errLeft)
	}
	return d.inviteAgain(ctx, s, person, row)
}

// inviteAgain invites somebody who left. If that is refused, it is tried again as
// late as if they had left once more. Until an answer is there it is not noted:
// stopped before that, the next try invites them.
func (d *directs) inviteAgain(ctx context.Context, s *session, person id.UserID, row *store.DirectRoom) (directRoom, error) {
	if wait := d.invites.take("invite "+person.String(), rankPost, d.Clock.Now()); wait > 0 {
		return directRoom{}, notNow(errors.New("too many people are invited at once"), wait)
	}
	room := id.RoomID(row.Room)
	_, err := s.client.InviteUser(ctx, room, &mautrix.ReqInviteUser{UserID: person})
	err = d.invited(classify("invite", doesChange, err))
	var final *bot.PermanentError
	refused := errors.As(err, &final) || errors.Is(err, bot.ErrGone)
	if err != nil && !refused {
		return directRoom{}, err
	}
	row.CreatedAt = d.Clock.Now()
	noted := d.Store.SetDirectRoom(context.WithoutCancel(ctx), *row)
	switch {
	case noted != nil:
		return directRoom{}, noted
	case refused:
		return directRoom{}, permanent(bot.CodeClosed, err)
	}
	return directRoom{Room: room, Invited: true}, d.includes(ctx, s, room, person)
}

// includes makes the next message be encrypted for somebody who was invited,
// whatever the last sync said.
func (d *directs) includes(ctx context.Context, s *session, room id.RoomID, person id.UserID) error {
	if err := s.keys.state.SetMembership(ctx, room, person, event.MembershipInvite); err != nil {
		return fmt.Errorf("note who was invited: %w", err)
	}
	if err := s.keys.RemoveOutboundGroupSession(ctx, room); err != nil {
		return fmt.Errorf("take a new key for the room: %w", err)
	}
	return s.fetchDevices(ctx, []id.UserID{person}, true)
}

// invited has the pace of invitations learn from an answer.
func (d *directs) invited(err error) error {
	f := faultOf("", err)
	switch {
	case err == nil:
		d.invites.took(d.Clock.Now())
	case f != nil && f.Code == codeTooManyRequests:
		d.invites.refused(f.After, d.Clock.Now())
	}
	return err
}

// standing is who is in a chat, and whether it can be used.
type standing struct {
	ours, theirs event.Membership
	others       int // who else is there, or invited
	encrypted    bool
}

// standing looks at a room. One that we are not in has nobody in it.
func (d *directs) standing(ctx context.Context, s *session, room id.RoomID, person id.UserID) (standing, error) {
	at := standing{ours: event.MembershipLeave, theirs: event.MembershipLeave}
	encrypted, err := s.isEncrypted(ctx, room)
	if err != nil && !isForbidden(err) {
		return at, classify("look at a private chat", doesRead, err)
	}
	if err != nil || !s.keys.state.IsInRoom(ctx, room, s.client.UserID) {
		// What is known may be older than an invitation that was accepted.
		s.rooms.forget(room)
	}
	people, err := s.members(ctx, room)
	switch {
	case isForbidden(err), isMissing(err), err != nil && faultOf("", err) == nil && !s.keys.state.IsInRoom(ctx, room, s.client.UserID):
		return at, nil
	case err != nil:
		return at, classify("look at a private chat", doesRead, err)
	}
	at.ours, at.encrypted = event.MembershipJoin, encrypted
	at.others = len(slices.DeleteFunc(people, func(p id.UserID) bool { return p == person || p == s.client.UserID }))
	there, err := s.keys.state.GetMember(ctx, room, person)
	if err != nil {
		return at, fmt.Errorf("who is in a private chat: %w", err)
	}
	if there.Membership != "" {
		at.theirs = there.Membership
	}
	return at, nil
}

// safe makes sure that nobody but one person reads what is written in a room,
// the homeserver's admin included.
func (d *directs) safe(ctx context.Context, room id.RoomID, person id.UserID) error {
	s, err := d.session()
	if err != nil {
		return err
	}
	at, err := d.standing(ctx, s, room, person)
	switch {
	case err != nil:
		return notShown(err)
	case at.encrypted && at.others == 0 && at.ours == event.MembershipJoin && (at.theirs == event.MembershipJoin || at.theirs == event.MembershipInvite):
		return nil
	}
	return permanent(codeRefused, errors.New("the chat is not private"))
}

// opened is told that somebody opened a chat with the bot, which is in it now.
func (d *directs) opened(ctx context.Context, person id.UserID, room id.RoomID) error {
	_, err := d.adopt(ctx, room, person)
	return err
}

// adopt takes a chat that somebody opened for their private chat from now on,
// and reports whether it can be: see safe.
func (d *directs) adopt(ctx context.Context, room id.RoomID, person id.UserID) (bool, error) {
	ctx = once(ctx)
	var final *bot.PermanentError
	if err := d.safe(ctx, room, person); errors.As(err, &final) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	row, err := d.Store.DirectRoom(ctx, Name, person.String())
	if err != nil || row != nil && row.Room == room.String() {
		return err == nil, err
	}
	return true, d.keep(ctx, person, room)
}

func (d *directs) keep(ctx context.Context, person id.UserID, room id.RoomID) error {
	return d.Store.SetDirectRoom(ctx, store.DirectRoom{Platform: Name, Remote: person.String(), Room: room.String(), State: stateOpen, CreatedAt: d.Clock.Now()})
}

// known is the chat with somebody that there is; empty if there is none.
func (d *directs) known(ctx context.Context, person id.UserID) (id.RoomID, error) {
	row, err := d.Store.DirectRoom(ctx, Name, person.String())
	if err != nil || row == nil {
		return "", err
	}
	return id.RoomID(row.Room), nil
}

// failed says what it means that we may not write in somebody's chat. What was
// known of it is old: the next try looks again.
func (d *directs) failed(ctx context.Context, s *session, person id.UserID, room id.RoomID, err error) error {
	s.rooms.forget(room)
	at, lookErr := d.standing(ctx, s, room, person)
	if lookErr != nil {
		return notShown(lookErr)
	}
	if at.ours == event.MembershipJoin { // and may not write all the same
		return permanent(bot.CodeClosed, err)
	}
	return notNow(err, time.Second)
}
