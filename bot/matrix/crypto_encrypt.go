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
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// errUnknownEncryption says that it is not known whether and how a room is
// encrypted, so that nothing is sent there.
var errUnknownEncryption = errors.New("it is not known how the room is encrypted")

const (
	// plainLasts is for how long a room is taken for plain without asking again:
	// that somebody encrypted it may be on its way.
	plainLasts = 10 * time.Second
	// syncLasts is after how long without an answer to a sync it is not known
	// any more who is in a room.
	syncLasts = 90 * time.Second
)

// knownRooms is what was asked of the homeserver about rooms, in this run.
type knownRooms struct {
	*sync.Mutex
	plain  map[id.RoomID]time.Time // when a room was last found to be plain
	asked  map[id.RoomID]time.Time // when its members were asked for
	synced time.Time               // when a sync was last answered
}

func newKnownRooms() knownRooms {
	return knownRooms{Mutex: &sync.Mutex{}, plain: map[id.RoomID]time.Time{}, asked: map[id.RoomID]time.Time{}}
}

// forget makes the room be asked about again.
func (k *knownRooms) forget(room id.RoomID) {
	k.Lock()
	defer k.Unlock()
	delete(k.plain, room)
	delete(k.asked, room)
}

// heard notes that a sync was answered. After a long silence nothing that was
// known before is relied on.
func (k *knownRooms) heard(now time.Time) {
	k.Lock()
	defer k.Unlock()
	if !k.synced.IsZero() && now.Sub(k.synced) > syncLasts {
		clear(k.plain)
		clear(k.asked)
	}
	k.synced = now
}

// current reports whether a room's members are known: they were asked for, and
// changes have been coming since.
func (k *knownRooms) current(room id.RoomID, now time.Time) bool {
	k.Lock()
	defer k.Unlock()
	asked, ok := k.asked[room]
	if !ok {
		return false
	}
	if k.synced.After(asked) {
		asked = k.synced
	}
	return now.Sub(asked) < syncLasts
}

// encrypt makes of a message what is to be sent to a room: the same in a plain
// room, and for reactions, which are never encrypted. Where the room is
// encrypted, or may be, there is an error and never the plain message.
func (s *session) encrypt(ctx context.Context, room id.RoomID, kind event.Type, content any) (_ event.Type, _ any, err error) {
	defer caught(&err)
	if kind.Type == event.EventReaction.Type || kind.Type == event.EventRedaction.Type {
		return kind, content, nil
	}
	secret, err := s.isEncrypted(ctx, room)
	if err != nil {
		return kind, nil, err
	}
	if !secret {
		return kind, content, nil
	}
	people, err := s.members(ctx, room)
	if err != nil {
		return kind, nil, err
	}
	// A change of who is in the room can take the key away in between.
	for range 3 {
		sealed, err := s.machine.EncryptMegolmEvent(ctx, room, kind, content)
		if err == nil {
			return event.EventEncrypted, sealed, nil
		}
		if !crypto.IsShareError(err) {
			return kind, nil, fmt.Errorf("encrypt: %w", err)
		}
		if err := s.share(ctx, room, people); err != nil {
			return kind, nil, fmt.Errorf("share the room's key: %w", err)
		}
	}
	return kind, nil, errors.New("encrypt: the room changes all the time")
}

// share gives the key of a room to everybody's devices.
func (s *session) share(ctx context.Context, room id.RoomID, people []id.UserID) error {
	s.trust.Lock()
	defer s.trust.Unlock()
	return s.machine.ShareGroupSession(ctx, room, people)
}

// fetchKeys asks for people's devices.
func (s *session) fetchKeys(ctx context.Context, people []id.UserID, untracked bool) error {
	s.trust.Lock()
	defer s.trust.Unlock()
	_, err := s.machine.FetchKeys(ctx, people, untracked)
	return err
}

// isEncrypted tells whether a room is encrypted. What is not known for certain
// is asked of the homeserver.
func (s *session) isEncrypted(ctx context.Context, room id.RoomID) (bool, error) {
	known, err := s.keys.state.GetEncryptionEvent(ctx, room)
	if err != nil {
		return false, fmt.Errorf("%w: %w", errUnknownEncryption, err)
	}
	if known != nil {
		if known.Algorithm != id.AlgorithmMegolmV1 {
			return false, fmt.Errorf("%w: in a way that this version does not know", errUnknownEncryption)
		}
		return true, nil
	}
	now := s.o.Clock.Now()
	s.rooms.Lock()
	at, plain := s.rooms.plain[room]
	s.rooms.Unlock()
	if plain && now.Sub(at) < plainLasts {
		return false, nil
	}
	return s.askEncryption(ctx, room, now)
}

func (s *session) askEncryption(ctx context.Context, room id.RoomID, now time.Time) (bool, error) {
	var told struct {
		event.EncryptionEventContent
	}
	// Not by the library's own methods: they take what they cannot read for
	// nothing.
	address := s.client.BuildClientURL("v3", "rooms", room, "state", event.StateEncryption.Type, "")
	_, err := s.client.MakeRequest(ctx, "GET", address, nil, &told)
	if errors.Is(err, mautrix.MNotFound) {
		s.rooms.Lock()
		s.rooms.plain[room] = now
		s.rooms.Unlock()
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%w: %w", errUnknownEncryption, err)
	}
	if err := s.keys.state.SetEncryptionEvent(ctx, room, &told.EncryptionEventContent); err != nil {
		return false, fmt.Errorf("%w: %w", errUnknownEncryption, err)
	}
	if told.Algorithm != id.AlgorithmMegolmV1 {
		return false, fmt.Errorf("%w: in a way that this version does not know", errUnknownEncryption)
	}
	return true, nil
}

// members are the people for whom a message is encrypted. Before the first one
// in this run the homeserver is asked who is in the room, and which devices
// they have.
func (s *session) members(ctx context.Context, room id.RoomID) ([]id.UserID, error) {
	current := s.rooms.current(room, s.o.Clock.Now())
	if !current {
		asked := s.o.Clock.Now()
		if _, err := s.client.State(ctx, room); err != nil {
			return nil, fmt.Errorf("who is in the room: %w", err)
		}
		if err := s.keys.RemoveOutboundGroupSession(ctx, room); err != nil {
			return nil, fmt.Errorf("take a new key for the room: %w", err)
		}
		s.rooms.Lock()
		s.rooms.asked[room] = asked
		s.rooms.Unlock()
	}
	people, err := s.keys.state.GetRoomJoinedOrInvitedMembers(ctx, room)
	if err != nil {
		return nil, fmt.Errorf("who is in the room: %w", err)
	}
	if !slices.Contains(people, s.client.UserID) {
		s.rooms.forget(room)
		return nil, errors.New("who is in the room: the bot is not")
	}
	return people, s.fetchDevices(ctx, people, !current)
}

// fetchDevices asks for the devices of people of whom it is not known which
// they have by now.
func (s *session) fetchDevices(ctx context.Context, people []id.UserID, all bool) error {
	if !all {
		outdated, err := s.keys.GetOutdatedTrackedUsers(ctx)
		if err != nil {
			return fmt.Errorf("whose devices have changed: %w", err)
		}
		people = slices.DeleteFunc(slices.Clone(people), func(p id.UserID) bool { return !slices.Contains(outdated, p) })
	}
	if len(people) == 0 {
		return nil
	}
	if err := s.fetchKeys(ctx, people, true); err != nil {
		return fmt.Errorf("which devices are in the room: %w", err)
	}
	return nil
}
