//go:build goolm

package matrixtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// Device is one device of somebody that does something only when it is told,
// and one thing at a time: the library's client with keys. A benchmark measures
// with it what others do, since it takes no time of its own in between.
type Device struct {
	*bare
	since string
	last  map[id.RoomID]id.EventID // what was read last
}

// Heard is something that was said in a room, decrypted.
type Heard struct {
	ID     id.EventID
	Room   id.RoomID
	Sender id.UserID
	Type   string
	Body   string // of a message, also of an edit
	Edit   bool
}

// OpenDevice registers somebody and logs a device in.
func OpenDevice(ctx context.Context, s *Server, name string) (*Device, error) {
	account, err := s.Register(ctx, name)
	if err != nil {
		return nil, err
	}
	return account.OpenDevice(ctx, "")
}

// OpenDevice logs a new device in. Its keys are kept in a file, or in memory
// without one.
func (a *Account) OpenDevice(ctx context.Context, database string) (*Device, error) {
	b, err := openBare(ctx, a, database)
	if err != nil {
		return nil, err
	}
	return &Device{bare: b, last: map[id.RoomID]id.EventID{}}, nil
}

// Close ends the connection. The device stays logged in.
func (d *Device) Close() error { return d.close() }

// CreateRoom makes a room and enters it.
func (d *Device) CreateRoom(ctx context.Context, r Room) (id.RoomID, error) {
	// Nothing else of a client is needed for that.
	return (&Client{ID: d.ID, api: d.api}).CreateRoom(ctx, r)
}

// Join enters a room, invited or not.
func (d *Device) Join(ctx context.Context, room id.RoomID) error {
	if _, err := d.api.JoinRoomByID(ctx, room); err != nil {
		return fmt.Errorf("join %s: %w", room, err)
	}
	return nil
}

// React puts an emoji under a message.
func (d *Device) React(ctx context.Context, room id.RoomID, message id.EventID, emoji string) error {
	return d.send(ctx, room, event.EventReaction, &event.ReactionEventContent{
		RelatesTo: event.RelatesTo{Type: event.RelAnnotation, EventID: message, Key: emoji},
	})
}

// Say writes to a room, encrypted where the room is, as far as was heard.
func (d *Device) Say(ctx context.Context, room id.RoomID, text string) error {
	kind, content, err := d.seal(ctx, room, said(text))
	if err != nil {
		return fmt.Errorf("write to %s: %w", room, err)
	}
	return d.send(ctx, room, kind, content)
}

// Ask writes to a room and waits for the answer. It says how long that took:
// from when the homeserver was given the message, which is encrypted by then,
// until the answer is read.
func (d *Device) Ask(ctx context.Context, room id.RoomID, text string, answers func(Heard) bool) (time.Duration, error) {
	kind, content, err := d.seal(ctx, room, said(text))
	if err != nil {
		return 0, fmt.Errorf("write to %s: %w", room, err)
	}
	began := now()
	if err := d.send(ctx, room, kind, content); err != nil {
		return 0, fmt.Errorf("write to %s: %w", room, err)
	}
	_, err = d.Wait(ctx, answers)
	return now().Sub(began), err
}

// Wait reads until something is said, and returns it.
func (d *Device) Wait(ctx context.Context, is func(Heard) bool) (Heard, error) {
	for {
		list, err := d.listen(ctx, 10*time.Second)
		if err != nil {
			return Heard{}, err
		}
		if i := slices.IndexFunc(list, is); i >= 0 {
			return list[i], nil
		}
	}
}

// Read is what was said since the last time, as far as the homeserver knows of it
// by now. In each room it is in order.
func (d *Device) Read(ctx context.Context) ([]Heard, error) { return d.listen(ctx, 0) }

// listen asks what is new, and waits for something for a while.
func (d *Device) listen(ctx context.Context, wait time.Duration) ([]Heard, error) {
	answer, err := d.api.FullSyncRequest(ctx, mautrix.ReqSync{Timeout: int(wait.Milliseconds()), Since: d.since, FilterID: filter})
	if err != nil {
		return nil, fmt.Errorf("ask what is new: %w", err)
	}
	d.machine.ProcessSyncResponse(ctx, answer, d.since)
	var list []Heard
	for room, news := range answer.Rooms.Join {
		for _, seen := range news.State.Events {
			if _, err := d.take(ctx, room, seen); err != nil {
				return nil, err
			}
		}
		events := news.Timeline.Events
		if news.Timeline.Limited && d.since != "" {
			before, err := d.between(ctx, room, news.Timeline.PrevBatch)
			if err != nil {
				return nil, err
			}
			events = append(before, events...)
		}
		for _, seen := range events {
			heard, err := d.take(ctx, room, seen)
			if err != nil {
				return nil, err
			}
			list = append(list, heard)
			d.last[room] = heard.ID
		}
	}
	d.since = answer.NextBatch
	return list, nil
}

// between pages back from where a timeline begins to what was read before, and
// returns it oldest first. Dendrite goes on past a token that it is given.
func (d *Device) between(ctx context.Context, room id.RoomID, from string) ([]*event.Event, error) {
	var found []*event.Event
	for {
		page, err := d.api.Messages(ctx, room, from, "", mautrix.DirectionBackward, nil, 100)
		if err != nil {
			return nil, fmt.Errorf("read what was left out: %w", err)
		}
		for _, seen := range page.Chunk {
			if seen.ID == d.last[room] {
				slices.Reverse(found)
				return found, nil
			}
			found = append(found, seen)
		}
		if len(page.Chunk) == 0 || page.End == "" || page.End == from {
			slices.Reverse(found)
			return found, nil
		}
		from = page.End
	}
}

// take works an event in and decrypts it. What cannot be decrypted, as what was
// said before this device, has no words.
func (d *Device) take(ctx context.Context, room id.RoomID, seen *event.Event) (Heard, error) {
	seen.RoomID, seen.Type.Class = room, event.MessageEventType
	if seen.StateKey != nil {
		seen.Type.Class = event.StateEventType
	}
	_ = seen.Content.ParseRaw(seen.Type) // what cannot be parsed has no words
	if seen.StateKey != nil {
		mautrix.UpdateStateStore(ctx, d.state, seen)
		d.machine.HandleMemberEvent(ctx, seen)
		return Heard{ID: seen.ID, Room: room, Sender: seen.Sender, Type: seen.Type.Type}, nil
	}
	heard := Heard{ID: seen.ID, Room: room, Sender: seen.Sender, Type: seen.Type.Type}
	if seen.Type == event.EventEncrypted {
		clear, err := d.machine.DecryptMegolmEvent(ctx, seen)
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return heard, err
		}
		if err != nil {
			return heard, nil
		}
		seen = clear
	}
	if content, ok := seen.Content.Parsed.(*event.MessageEventContent); ok {
		heard.Type, heard.Body, heard.Edit = seen.Type.Type, content.Body, content.RelatesTo.GetReplaceID() != ""
	}
	return heard, nil
}
