//go:build goolm

package matrixtest

import (
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// room is what a client knows of a room.
type room struct {
	events []*entry // as they happened
	index  map[id.EventID]*entry
	state  map[stateKey]*event.Event
	gone   map[id.EventID]bool // redacted, also what is not known yet
}

// stateKey names a piece of a room's state.
type stateKey struct{ kind, key string }

// entry is one event, as it was sent and as it was read.
type entry struct {
	sent       *event.Event
	clear      *event.Event // the same if it was plain or is unreadable
	encrypted  bool
	device     *id.Device // that sent it; nil if plain or unknown
	unreadable error
	late       bool // has no key yet
	redacted   bool
}

// room is the room with an id, which may be new. The caller holds the lock.
func (c *Client) room(name id.RoomID) *room {
	r, ok := c.rooms[name]
	if !ok {
		r = &room{index: map[id.EventID]*entry{}, state: map[stateKey]*event.Event{}, gone: map[id.EventID]bool{}}
		c.rooms[name] = r
	}
	return r
}

// change changes something under the lock, and lets everybody who waits look again.
func (c *Client) change(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
	close(c.changed)
	c.changed = make(chan struct{})
}

// has tells whether an event is known.
func (c *Client) has(name id.RoomID, wanted id.EventID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rooms[name]
	return r != nil && r.index[wanted] != nil
}

// set works a piece of state in.
func (r *room) set(seen *event.Event) {
	if seen.StateKey != nil {
		r.state[stateKey{seen.Type.Type, *seen.StateKey}] = seen
	}
}

// add works the next event of the timeline in.
func (r *room) add(e entry) {
	r.set(e.sent)
	if e.sent.Unsigned.RedactedBecause != nil || r.gone[e.sent.ID] {
		e.redacted = true
	}
	r.events = append(r.events, &e)
	r.index[e.sent.ID] = &e
	if e.sent.Type != event.EventRedaction {
		return
	}
	target := e.sent.Redacts
	if content, ok := e.sent.Content.Parsed.(*event.RedactionEventContent); ok && content.Redacts != "" {
		target = content.Redacts
	}
	r.gone[target] = true
	if known := r.index[target]; known != nil {
		known.redacted = true
	}
}

// membership is somebody's place in the room.
func (r *room) membership(user id.UserID) event.Membership {
	seen := r.state[stateKey{event.StateMember.Type, user.String()}]
	if seen == nil {
		return event.MembershipLeave
	}
	return seen.Content.AsMember().Membership
}

// State is a piece of a room's state; nil if it is not set.
func (c *Client) State(room id.RoomID, kind event.Type, key string) *event.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.rooms[room]; r != nil {
		return r.state[stateKey{kind.Type, key}]
	}
	return nil
}

// Members are the people who are or were in a room, or are invited.
func (c *Client) Members(room id.RoomID) map[id.UserID]event.Membership {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := map[id.UserID]event.Membership{}
	if r := c.rooms[room]; r != nil {
		for key, seen := range r.state {
			if key.kind == event.StateMember.Type {
				found[id.UserID(key.key)] = seen.Content.AsMember().Membership
			}
		}
	}
	return found
}

// Encrypted tells whether a room is encrypted, as far as the client knows.
func (c *Client) Encrypted(room id.RoomID) bool {
	secret, err := c.state.IsEncrypted(c.life, room)
	return err == nil && secret
}

// Timeline is everything that happened in a room, decrypted where it could be.
func (c *Client) Timeline(room id.RoomID) []*event.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []*event.Event
	if r := c.rooms[room]; r != nil {
		for _, e := range r.events {
			found = append(found, e.clear)
		}
	}
	return found
}
