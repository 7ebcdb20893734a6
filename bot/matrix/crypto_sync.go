//go:build goolm

package matrix

import (
	"context"
	"fmt"
	"sync"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// lateKey is a key of a room that has just come.
type lateKey struct {
	Room    id.RoomID
	Session id.SessionID
}

// lateKeys passes on which keys came, without keeping back whoever takes them
// in.
type lateKeys struct {
	*sync.Mutex
	came *[]lateKey
	wake chan struct{}
	out  chan lateKey
}

func newLateKeys() lateKeys {
	return lateKeys{&sync.Mutex{}, new([]lateKey), make(chan struct{}, 1), make(chan lateKey)}
}

func (l lateKeys) add(_ context.Context, room id.RoomID, session id.SessionID, _ uint32) {
	l.Lock()
	*l.came = append(*l.came, lateKey{room, session})
	l.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// pass hands the keys on until the context ends.
func (l lateKeys) pass(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		}
		l.Lock()
		came := *l.came
		*l.came = nil
		l.Unlock()
		for _, key := range came {
			select {
			case <-ctx.Done():
				return
			case l.out <- key:
			}
		}
	}
}

// late tells which keys of rooms have come. Our own are among them.
func (s *session) late() <-chan lateKey { return s.arrived.out }

// toDevice takes in what an answer to sync has for the keys: who is in which
// room, changes of people's devices, keys that were sent to us, and how many of
// ours are left. It comes before everything else in the answer, and can be
// given the same answer again. After an error the answer is not dealt with.
func (s *session) toDevice(ctx context.Context, answer *mautrix.RespSync, since string) (err error) {
	defer caught(&err)
	s.rooms.heard(s.o.Clock.Now())
	if err := s.learnRooms(ctx, answer); err != nil {
		return err
	}
	if err := s.changedDevices(ctx, answer.DeviceLists.Changed); err != nil {
		return err
	}
	s.process(ctx, answer, since)
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(answer.ToDevice.Events) == 0 {
		return nil
	}
	// The homeserver forgets these keys with the next sync.
	return s.keys.flush(ctx)
}

// enoughKeys is a count of one-time keys at which no more are made.
const enoughKeys = 100

func (s *session) process(ctx context.Context, answer *mautrix.RespSync, since string) {
	s.trust.Lock()
	defer s.trust.Unlock()
	left := answer.DeviceOTKCount
	untold := left.SignedCurve25519 == 0
	if untold {
		left.SignedCurve25519 = enoughKeys
	}
	s.machine.ProcessSyncResponse(ctx, &mautrix.RespSync{NextBatch: answer.NextBatch, ToDevice: answer.ToDevice, DeviceOTKCount: left,
		FallbackKeys: answer.FallbackKeys}, since)
	if !untold {
		return
	}
	// Not every homeserver counts them in the first answer. More than there is
	// room for would push out keys that it still gives to people.
	if err := s.machine.ShareKeys(ctx, -1); err != nil && ctx.Err() == nil {
		s.o.Log.Warn("could not ask how many one-time keys are left; that is tried again with the next sync", "err", err)
	}
}

// changedDevices notes whose devices have changed before it asks for them: the
// homeserver says it once, and asking may fail.
func (s *session) changedDevices(ctx context.Context, people []id.UserID) error {
	if len(people) == 0 {
		return nil
	}
	if err := s.keys.MarkTrackedUsersOutdated(ctx, people); err != nil {
		return fmt.Errorf("note whose devices have changed: %w", err)
	}
	if err := s.fetchKeys(ctx, people, false); err != nil {
		s.o.Log.Warn("could not ask for changed devices; they are asked for before the next message", "err", err)
	}
	return nil
}

// learnRooms takes in what encryption depends on.
func (s *session) learnRooms(ctx context.Context, answer *mautrix.RespSync) error {
	for room := range answer.Rooms.Leave {
		s.rooms.forget(room)
	}
	return s.keys.db.DoTxn(ctx, nil, func(ctx context.Context) error {
		for room, news := range answer.Rooms.Join {
			for _, list := range [][]*event.Event{news.State.Events, news.Timeline.Events} {
				for _, e := range list {
					if err := s.learn(ctx, room, e); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// learn takes in one event of a room's state, if encryption depends on it.
func (s *session) learn(ctx context.Context, room id.RoomID, e *event.Event) error {
	if e == nil || e.StateKey == nil {
		return nil
	}
	e.RoomID, e.Type.Class = room, event.StateEventType
	if e.Content.Parsed == nil {
		_ = e.Content.ParseRaw(e.Type) // what cannot be read is dealt with below
	}
	switch e.Type {
	case event.StateEncryption:
		content, _ := e.Content.Parsed.(*event.EncryptionEventContent)
		if e.GetStateKey() != "" {
			return nil
		}
		s.rooms.forget(room)
		if err := s.keys.state.SetEncryptionEvent(ctx, room, content); err != nil {
			return fmt.Errorf("note that a room is encrypted: %w", err)
		}
	case event.StateMember:
		content, ok := e.Content.Parsed.(*event.MemberEventContent)
		if !ok || e.GetStateKey() == "" {
			return nil
		}
		s.machine.HandleMemberEvent(ctx, e)
		if id.UserID(e.GetStateKey()) == s.client.UserID {
			s.rooms.forget(room)
		}
		if err := s.keys.state.SetMember(ctx, room, id.UserID(e.GetStateKey()), content); err != nil {
			return fmt.Errorf("note who is in a room: %w", err)
		}
	case event.StateHistoryVisibility, event.StatePowerLevels, event.StateCreate, event.StateJoinRules:
		if e.Type == event.StateHistoryVisibility {
			s.machine.HandleHistoryVisibility(ctx, e)
		}
		mautrix.UpdateStateStore(ctx, s.keys.state, e)
	}
	return nil
}
