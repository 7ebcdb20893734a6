//go:build goolm

package matrixtest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// fence is the type of an event that says nothing.
var fence = event.NewEventType("test.fence")

// Wait waits until something holds. It is asked again whenever the client
// has learned something.
func (c *Client) Wait(ctx context.Context, what string, holds func() bool) error {
	for {
		c.mu.Lock()
		changed, failure := c.changed, c.failure
		c.mu.Unlock()
		if holds() {
			return nil
		}
		if failure != nil {
			return fmt.Errorf("%s waits for %s: %w", c.Name, what, failure)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%s waits for %s: %w", c.Name, what, ctx.Err())
		case <-c.ended:
			return fmt.Errorf("%s waits for %s: %w", c.Name, what, errors.New("the client was closed"))
		}
	}
}

// WaitMessage waits for the first message that fits.
func (c *Client) WaitMessage(ctx context.Context, room id.RoomID, what string, fits func(Message) bool) (Message, error) {
	var found Message
	err := c.Wait(ctx, what, func() bool {
		for _, m := range c.Messages(room) {
			if fits(m) {
				found = m
				return true
			}
		}
		return false
	})
	return found, err
}

// WaitText waits for the first message whose body has a text in it.
func (c *Client) WaitText(ctx context.Context, room id.RoomID, text string) (Message, error) {
	return c.WaitMessage(ctx, room, fmt.Sprintf("%q", text), func(m Message) bool { return strings.Contains(m.Body, text) })
}

// WaitEvent waits until an event is known, readable or not.
func (c *Client) WaitEvent(ctx context.Context, room id.RoomID, wanted id.EventID) error {
	return c.Wait(ctx, "the event "+wanted.String(), func() bool { return c.has(room, wanted) })
}

// WaitMember waits until somebody has a place in a room.
func (c *Client) WaitMember(ctx context.Context, room id.RoomID, user id.UserID, place event.Membership) error {
	return c.Wait(ctx, fmt.Sprintf("%s to be in %s: %s", user, room, place), func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.rooms[room] != nil && c.rooms[room].membership(user) == place
	})
}

// WaitInvite waits for an invitation from somebody.
func (c *Client) WaitInvite(ctx context.Context, from id.UserID) (Invite, error) {
	var found Invite
	err := c.Wait(ctx, "an invitation from "+from.String(), func() bool {
		for _, invite := range c.Invites() {
			if invite.From == from {
				found = invite
				return true
			}
		}
		return false
	})
	return found, err
}

// DirectWith waits for the direct chat that somebody opened with this person,
// and accepts the invitation to it.
func (c *Client) DirectWith(ctx context.Context, user id.UserID) (id.RoomID, error) {
	var found id.RoomID
	tried := map[id.RoomID]error{}
	err := c.Wait(ctx, "a direct chat with "+user.String(), func() bool {
		for _, invite := range c.Invites() {
			if _, done := tried[invite.Room]; invite.From == user && invite.Direct && !done {
				tried[invite.Room] = c.Join(ctx, invite.Room)
			}
		}
		var ok bool
		found, ok = c.DirectFrom(user)
		return ok
	})
	for _, failed := range tried {
		if err != nil {
			err = errors.Join(err, failed)
		}
	}
	return found, err
}

// Fence waits until all that was sent to a room before is known here. Then it
// can be said that something was not sent. The room sees an event of a type
// that nobody knows.
func (c *Client) Fence(ctx context.Context, room id.RoomID) error {
	mark, err := c.SendPlain(ctx, room, fence, map[string]any{})
	if err != nil {
		return err
	}
	return c.WaitEvent(ctx, room, mark)
}
