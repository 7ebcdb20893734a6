//go:build goolm

package matrix

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// The states of a private chat. Making a room knows no transaction ids: so a
// mark is kept before, and stands in the room when it was made.
const (
	stateOpen    = "open"
	stateOpening = "opening " // and the mark
)

// markField is the field of a room's creation that has the mark.
const markField = "io.github.berkshire-mutual-aid.shirebot.mark"

// openingFor is how long a homeserver may take to make a room of which we did
// not hear.
const openingFor = 30 * time.Second

// invitePacing is how fast people are written to for the first time: many new
// chats in a short time are what spam looks like, and homeservers take few
// invitations.
func invitePacing(p pacing) pacing {
	if p.Rate <= 0 {
		return p
	}
	return pacing{Rate: 0.2, Burst: 10, Slowest: 0.01, Fastest: 1}
}

// open makes a new chat with somebody.
func (d *directs) open(ctx context.Context, s *session, person id.UserID) (directRoom, error) {
	if wait := d.invites.take("invite "+person.String(), rankPost, d.Clock.Now()); wait > 0 {
		return directRoom{}, notNow(errors.New("too many people are invited at once"), wait)
	}
	mark := rand.Text()
	row := store.DirectRoom{Platform: Name, Remote: person.String(), State: stateOpening + mark, CreatedAt: d.Clock.Now()}
	if err := d.Store.SetDirectRoom(ctx, row); err != nil {
		return directRoom{}, err
	}
	made, err := s.client.CreateRoom(ctx, newDirectRoom(person, mark))
	if err = d.invited(classify("open a private chat", doesPost, err)); err != nil {
		return directRoom{}, d.notOpened(ctx, person, err)
	}
	return d.made(ctx, s, person, made.RoomID)
}

// newDirectRoom is a room as clients make it for two.
func newDirectRoom(person id.UserID, mark string) *mautrix.ReqCreateRoom {
	none := ""
	return &mautrix.ReqCreateRoom{
		Preset: "trusted_private_chat", Visibility: "private", IsDirect: true, Invite: []id.UserID{person},
		CreationContent: map[string]any{markField: mark, "m.federate": true},
		InitialState: []*event.Event{
			{Type: event.StateEncryption, StateKey: &none, Content: event.Content{Parsed: &event.EncryptionEventContent{Algorithm: id.AlgorithmMegolmV1}}},
			// Nobody can come in without an invitation, not even as a guest.
			{Type: event.StateGuestAccess, StateKey: &none, Content: event.Content{Parsed: &event.GuestAccessEventContent{GuestAccess: event.GuestAccessForbidden}}},
			// What was written before they accept the invitation can be read then.
			{Type: event.StateHistoryVisibility, StateKey: &none, Content: event.Content{Parsed: &event.HistoryVisibilityEventContent{HistoryVisibility: event.HistoryVisibilityInvited}}},
		},
	}
}

// notOpened says what it means that a room could not be made. Where it is not
// known whether it was, the mark stays.
func (d *directs) notOpened(ctx context.Context, person id.UserID, err error) error {
	var final *bot.PermanentError
	var later *bot.NotNowError
	switch {
	case errors.As(err, &final):
		// They cannot be invited, or do not exist. It is tried again in a day.
		row := store.DirectRoom{Platform: Name, Remote: person.String(), Room: nowhere, State: stateOpen, CreatedAt: d.Clock.Now()}
		return errors.Join(permanent(bot.CodeClosed, err), d.Store.SetDirectRoom(ctx, row))
	case errors.As(err, &later):
		return errors.Join(err, d.Store.RemoveDirectRoom(ctx, Name, person.String(), ""))
	}
	return notNow(err, openingFor)
}

// nowhere is the room of somebody with whom none can be made. It is no room's
// id.
const nowhere = "!"

// made keeps a new room.
func (d *directs) made(ctx context.Context, s *session, person id.UserID, room id.RoomID) (directRoom, error) {
	// What was made is kept even if the time is over.
	if err := d.keep(context.WithoutCancel(ctx), person, room); err != nil {
		return directRoom{}, err
	}
	if err := d.list(ctx, s, person, room); err != nil { // clients show it as a chat all the same
		d.Log.Warn("a private chat was not listed as one", "room", room, "err", err)
	}
	return directRoom{Room: room, Invited: true}, nil
}

// resume goes on where opening a chat was broken off: a room with the mark was
// made, or none will be.
func (d *directs) resume(ctx context.Context, s *session, person id.UserID, row *store.DirectRoom) (directRoom, error) {
	mark := strings.TrimPrefix(row.State, stateOpening)
	room, err := d.marked(ctx, s, mark)
	switch {
	case err != nil:
		return directRoom{}, err
	case room != "":
		if _, err := d.made(ctx, s, person, room); err != nil {
			return directRoom{}, err
		}
		return d.enterKnown(ctx, s, person, &store.DirectRoom{Platform: Name, Remote: person.String(), Room: room.String(), State: stateOpen, CreatedAt: row.CreatedAt}, false)
	}
	if left := openingFor - d.Clock.Now().Sub(row.CreatedAt); left > 0 {
		return directRoom{}, notNow(errors.New("a private chat is being opened"), left)
	}
	return d.open(ctx, s, person)
}

// marked is the room of ours that has a mark; empty if none has.
func (d *directs) marked(ctx context.Context, s *session, mark string) (id.RoomID, error) {
	joined, err := s.client.JoinedRooms(ctx)
	if err != nil {
		return "", classify("look for a private chat", doesRead, err)
	}
	rows, err := d.Store.DirectRooms(ctx, Name)
	if err != nil {
		return "", err
	}
	for _, room := range joined.JoinedRooms {
		if slices.ContainsFunc(rows, func(r *store.DirectRoom) bool { return r.Room == room.String() }) {
			continue
		}
		created := map[string]any{}
		err := s.client.StateEvent(ctx, room, event.StateCreate, "", &created)
		if err != nil && !isMissing(err) && !isForbidden(err) {
			return "", classify("look at a room", doesRead, err)
		}
		if there, _ := created[markField].(string); there == mark && mark != "" {
			return room, nil
		}
	}
	return "", nil
}

// listed is a chat with somebody that the account knows of, from before this
// database or from another device; empty if there is none that can be used.
func (d *directs) listed(ctx context.Context, s *session, person id.UserID) (id.RoomID, error) {
	chats, err := d.chats(ctx, s)
	if err != nil {
		return "", err
	}
	for _, room := range slices.Backward(chats[person]) {
		at, err := d.standing(ctx, s, room, person)
		if err != nil {
			return "", err
		}
		if at.encrypted && at.others == 0 && at.ours == event.MembershipJoin && at.theirs == event.MembershipJoin {
			return room, d.keep(ctx, person, room)
		}
	}
	return "", nil
}

// chats is the account's own list of private chats.
func (d *directs) chats(ctx context.Context, s *session) (event.DirectChatsEventContent, error) {
	chats := event.DirectChatsEventContent{}
	err := s.client.GetAccountData(ctx, event.AccountDataDirectChats.Type, &chats)
	if err != nil && !isMissing(err) {
		return nil, classify("read the list of private chats", doesRead, err)
	}
	if chats == nil {
		chats = event.DirectChatsEventContent{}
	}
	return chats, nil
}

// list adds a chat to the account's own list.
func (d *directs) list(ctx context.Context, s *session, person id.UserID, room id.RoomID) error {
	d.listing.Lock()
	defer d.listing.Unlock()
	chats, err := d.chats(ctx, s)
	if err != nil || slices.Contains(chats[person], room) {
		return err
	}
	chats[person] = append(chats[person], room)
	if err := s.client.SetAccountData(ctx, event.AccountDataDirectChats.Type, chats); err != nil {
		return fmt.Errorf("write the list of private chats: %w", err)
	}
	return nil
}
