//go:build goolm

package matrixtest

import (
	"context"
	"errors"
	"slices"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// filter is what a client wants to know: no presence, typing or receipts.
const filter = `{"presence":{"not_types":["*"]},"account_data":{"not_types":["*"]},` +
	`"room":{"ephemeral":{"not_types":["*"]},"account_data":{"not_types":["*"]},"timeline":{"limit":20}}}`

// longest is the longest pause between two tries while the server is away.
const longest = 200 * time.Millisecond

// follow reads what happens until the client is closed or logged out.
func (c *Client) follow(ctx context.Context) {
	defer close(c.ended)
	since, wait, pause := "", 0, time.Duration(0)
	for ctx.Err() == nil {
		answer, err := c.api.FullSyncRequest(ctx, mautrix.ReqSync{Timeout: wait, Since: since, FilterID: filter})
		if errors.Is(err, mautrix.MUnknownToken) {
			c.change(func() { c.failure = err })
			return
		}
		if err != nil {
			pause = min(longest, pause+10*time.Millisecond)
			rest(ctx, pause)
			continue
		}
		c.take(ctx, answer, since)
		since, wait, pause = answer.NextBatch, 30_000, 0
	}
}

// rest waits for a while, or until the end.
func rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// take works one answer to sync in: keys first, then the rooms.
func (c *Client) take(ctx context.Context, answer *mautrix.RespSync, since string) {
	c.olm.Lock()
	c.machine.ProcessSyncResponse(ctx, answer, since)
	c.olm.Unlock()
	for room, news := range answer.Rooms.Join {
		c.takeState(ctx, room, news.State.Events)
		c.takeTimeline(ctx, room, &news.Timeline)
	}
	for room, news := range answer.Rooms.Leave {
		c.takeState(ctx, room, news.State.Events)
		c.takeTimeline(ctx, room, &news.Timeline)
		c.change(func() { delete(c.invites, room) })
	}
	for room, news := range answer.Rooms.Invite {
		c.takeInvite(ctx, room, news.State.Events)
	}
	c.retry(ctx)
	c.change(func() {})
}

// takeState works in what a room is like before its timeline.
func (c *Client) takeState(ctx context.Context, room id.RoomID, events []*event.Event) {
	for _, seen := range events {
		c.prepare(ctx, room, seen)
		c.change(func() { c.room(room).set(seen) })
	}
}

// prepare makes an event readable, and tells the keys of who came and went.
func (c *Client) prepare(ctx context.Context, room id.RoomID, seen *event.Event) {
	seen.Type.Class = event.MessageEventType
	if seen.StateKey != nil {
		seen.Type.Class = event.StateEventType
	}
	// What cannot be parsed, as after a redaction, is kept raw.
	_ = seen.Content.ParseRaw(seen.Type)
	c.keep(ctx, room, seen)
	if seen.Type == event.StateMember {
		c.olm.Lock()
		defer c.olm.Unlock()
		c.machine.HandleMemberEvent(ctx, seen)
	}
}

// takeTimeline works in what happened in a room, and fetches what the server
// left out.
func (c *Client) takeTimeline(ctx context.Context, room id.RoomID, news *mautrix.SyncTimeline) {
	events := news.Events
	if news.Limited {
		events = append(c.missing(ctx, room, news.PrevBatch), events...)
	}
	for _, seen := range events {
		if c.has(room, seen.ID) {
			continue
		}
		c.prepare(ctx, room, seen)
		e := c.decrypt(ctx, seen)
		c.change(func() { c.room(room).add(e) })
	}
	c.change(func() {
		if r := c.room(room); r.membership(c.ID) == event.MembershipJoin {
			if invite, ok := c.invites[room]; ok && invite.Direct {
				c.direct[room] = invite.From
			}
			delete(c.invites, room)
		}
	})
}

// missing pages back from where a timeline begins to what is known, oldest first.
func (c *Client) missing(ctx context.Context, room id.RoomID, from string) []*event.Event {
	var found []*event.Event
	for from != "" {
		page, err := c.api.Messages(ctx, room, from, "", mautrix.DirectionBackward, nil, 100)
		if err != nil || len(page.Chunk) == 0 {
			break
		}
		for _, seen := range page.Chunk {
			if c.has(room, seen.ID) {
				slices.Reverse(found)
				return found
			}
			found = append(found, seen)
		}
		from = page.End
	}
	slices.Reverse(found)
	return found
}

// takeInvite notes an invitation, and accepts it if told to.
func (c *Client) takeInvite(ctx context.Context, room id.RoomID, state []*event.Event) {
	invite := Invite{Room: room}
	for _, seen := range state {
		seen.Type.Class = event.StateEventType
		_ = seen.Content.ParseRaw(seen.Type) // what is not understood is not looked at
		if seen.Type == event.StateMember && seen.GetStateKey() == c.ID.String() {
			invite.From, invite.Direct = seen.Sender, seen.Content.AsMember().IsDirect
		}
		if seen.Type == event.StateRoomName {
			invite.Name = seen.Content.AsRoomName().Name
		}
	}
	var accept bool
	c.change(func() { c.invites[room], accept = invite, c.autoJoin })
	if accept {
		// An invitation that was taken back in the meantime is none.
		c.Join(ctx, room) //nolint:errcheck // see above
	}
}

// retry decrypts again what had no key.
func (c *Client) retry(ctx context.Context) {
	var late []*entry
	c.change(func() {
		for _, r := range c.rooms {
			for _, e := range r.events {
				if e.late {
					late = append(late, e)
				}
			}
		}
	})
	for _, e := range late {
		if again := c.decrypt(ctx, e.sent); again.unreadable == nil {
			c.change(func() {
				again.redacted = e.redacted
				*e = again
			})
		}
	}
}
