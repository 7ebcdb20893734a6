//go:build goolm

package matrixtest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// encrypt makes of a message what is to be sent to a room: the same where the
// room is plain. It asks the server who is in the room, and which devices they
// have, each time: nobody is left out because news of them is on its way.
func (c *Client) encrypt(ctx context.Context, room id.RoomID, kind event.Type, content any) (event.Type, any, error) {
	if err := c.learn(ctx, room); err != nil {
		return kind, nil, err
	}
	secret, err := c.state.IsEncrypted(ctx, room)
	if err != nil || !secret || kind == event.EventReaction {
		return kind, content, err
	}
	members, err := c.api.Members(ctx, room)
	if err != nil {
		return kind, nil, fmt.Errorf("who is in the room: %w", err)
	}
	for _, member := range members.Chunk {
		c.keep(ctx, room, member)
	}
	people, err := c.state.GetRoomJoinedOrInvitedMembers(ctx, room)
	if err != nil {
		return kind, nil, err
	}
	c.olm.Lock()
	defer c.olm.Unlock()
	if _, err := c.machine.FetchKeys(ctx, people, true); err != nil {
		return kind, nil, fmt.Errorf("which devices are in the room: %w", err)
	}
	slices.Sort(people)
	if !slices.Equal(people, c.shared[room]) {
		if err := c.keys.RemoveOutboundGroupSession(ctx, room); err != nil {
			return kind, nil, err
		}
		c.shared[room] = people
	}
	sealed, err := c.machine.EncryptMegolmEvent(ctx, room, kind, content)
	if crypto.IsShareError(err) {
		if err := c.machine.ShareGroupSession(ctx, room, people); err != nil {
			return kind, nil, fmt.Errorf("share the room's key: %w", err)
		}
		sealed, err = c.machine.EncryptMegolmEvent(ctx, room, kind, content)
	}
	if err != nil {
		return kind, nil, fmt.Errorf("encrypt: %w", err)
	}
	return event.EventEncrypted, sealed, nil
}

// learn asks for a room's state before the first message to it: a room that
// was just joined is not in the answers to sync yet, and may be encrypted.
func (c *Client) learn(ctx context.Context, room id.RoomID) error {
	if known, err := c.state.IsEncrypted(ctx, room); err != nil || known {
		return err
	}
	state, err := c.api.State(ctx, room)
	if err != nil {
		return fmt.Errorf("the room's state: %w", err)
	}
	for _, pieces := range state {
		for _, seen := range pieces {
			c.keep(ctx, room, seen)
		}
	}
	return nil
}

// keep notes a piece of a room's state for encryption.
func (c *Client) keep(ctx context.Context, room id.RoomID, seen *event.Event) {
	seen.RoomID = room
	mautrix.UpdateStateStore(ctx, c.state, seen)
}

// decrypt reads an event, into what it says and how it was sent.
func (c *Client) decrypt(ctx context.Context, seen *event.Event) entry {
	e := entry{sent: seen, clear: seen}
	content, ok := seen.Content.Parsed.(*event.EncryptedEventContent)
	if seen.Type != event.EventEncrypted || seen.StateKey != nil {
		return e
	}
	e.encrypted = true
	if !ok || content.Algorithm == "" {
		e.redacted = true // nothing is left of it
		return e
	}
	c.olm.Lock()
	defer c.olm.Unlock()
	read, err := c.machine.DecryptMegolmEvent(ctx, seen)
	if err != nil {
		e.unreadable = err
		if errors.Is(err, crypto.ErrNoSessionFound) {
			e.late = true
		}
		return e
	}
	e.clear, e.device = read, read.Mautrix.TrustSource
	return e
}
