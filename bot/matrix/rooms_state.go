//go:build goolm

package matrix

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// place is a room or a space that the bot is in, as its state says.
type place struct {
	id        id.RoomID
	name      string
	alias     bool // it has an address, so that it is nobody's private chat
	create    *event.Event
	levels    *event.PowerLevelsEventContent
	encrypted bool
	children  map[id.RoomID]id.UserID // of a space, and who put each there
	spaces    map[id.RoomID]bool      // that it says it is in
	// replacement is where the room went on, once it was closed for that.
	replacement id.RoomID
	members     map[id.UserID]inhabitant
}

// inhabitant is somebody who is in a room, or invited.
type inhabitant struct {
	joined bool
	name   string
}

// places knows how the rooms are that the bot is in. What the homeserver says
// of them comes with sync, so that it is as fresh as what people do there.
type places struct {
	self id.UserID

	mu    sync.RWMutex
	all   map[id.RoomID]*place
	known bool // all rooms are there
}

func newPlaces(self id.UserID) *places {
	return &places{self: self, all: map[id.RoomID]*place{}}
}

// loaded notes that all rooms that the bot is in are known.
func (p *places) loaded() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known = true
}

// none reports whether it is not known yet where the bot is.
func (p *places) none() bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return !p.known
}

// set takes a room's state in, in place of what was known.
func (p *places) set(room id.RoomID, state []*event.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, room)
	for _, e := range state {
		p.apply(room, e)
	}
}

// take takes one change of a room in. It reports whether it may make a
// difference to what the registry knows of rooms.
func (p *places) take(room id.RoomID, e *event.Event) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.apply(room, e)
}

// leave forgets a room that the bot is not in any more.
func (p *places) leave(room id.RoomID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, was := p.all[room]
	delete(p.all, room)
	return was
}

func (p *places) apply(room id.RoomID, e *event.Event) bool {
	now := p.all[room]
	if now == nil {
		now = &place{id: room, children: map[id.RoomID]id.UserID{}, spaces: map[id.RoomID]bool{}, members: map[id.UserID]inhabitant{}}
		p.all[room] = now
	}
	key := e.GetStateKey()
	switch e.Type {
	case event.StateMember:
		return now.member(id.UserID(key), e.Content.AsMember()) && id.UserID(key) == p.self
	case event.StateSpaceChild:
		// Without a server to ask it is no child any more.
		if child := id.RoomID(key); len(e.Content.AsSpaceChild().Via) > 0 {
			now.children[child] = e.Sender
		} else {
			delete(now.children, child)
		}
		return true
	case event.StateSpaceParent:
		if space := id.RoomID(key); len(e.Content.AsSpaceParent().Via) > 0 {
			now.spaces[space] = true
		} else {
			delete(now.spaces, space)
		}
		return true
	}
	if key != "" {
		return false
	}
	switch e.Type {
	case event.StateRoomName:
		now.name = strings.TrimSpace(e.Content.AsRoomName().Name)
	case event.StateCanonicalAlias:
		now.alias = e.Content.AsCanonicalAlias().Alias != ""
	case event.StateCreate:
		now.create = e
		if now.levels != nil {
			now.levels.CreateEvent = e
		}
	case event.StatePowerLevels:
		now.levels = e.Content.AsPowerLevels().Clone()
		now.levels.CreateEvent = now.create // who made the room may have all power
	case event.StateEncryption:
		now.encrypted = true // nothing turns it off again
	case event.StateTombstone:
		now.replacement = e.Content.AsTombstone().ReplacementRoom
	default:
		return false
	}
	return true
}

// member takes over whether somebody is there, and reports whether that changed.
func (p *place) member(user id.UserID, now *event.MemberEventContent) bool {
	before, was := p.members[user]
	switch now.Membership {
	case event.MembershipJoin, event.MembershipInvite:
		next := inhabitant{joined: now.Membership == event.MembershipJoin, name: now.Displayname}
		p.members[user] = next
		return !was || before.joined != next.joined
	}
	delete(p.members, user)
	return was
}

// isSpace reports whether it is a space, which holds rooms and is none to talk
// in.
func (p *place) isSpace() bool {
	return p.create != nil && p.create.Content.AsCreate().Type == event.RoomTypeSpace
}

// level is somebody's power level.
func (p *place) level(user id.UserID) int {
	if p.levels == nil { // then whoever made the room has all power
		if p.create != nil && p.create.Sender == user {
			return 100
		}
		return 0
	}
	return p.levels.GetUserLevel(user)
}

// canSend reports whether somebody may send events of a kind there.
func (p *place) canSend(user id.UserID, kind event.Type) bool {
	if _, in := p.members[user]; !in {
		return false
	}
	return p.levels == nil || p.level(user) >= p.levels.GetEventLevel(kind)
}

// readOnly reports whether somebody may not write there.
func (p *place) readOnly(user id.UserID) bool {
	kind := event.EventMessage
	if p.encrypted {
		kind = event.EventEncrypted
	}
	return p.replacement != "" || !p.canSend(user, kind)
}

// view calls a function with a room as it is now, and reports whether the bot is
// there. The function keeps nothing of it.
func (p *places) view(room id.RoomID, look func(*place)) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	now := p.all[room]
	if now == nil || !now.members[p.self].joined {
		return false
	}
	look(now)
	return true
}

// joined lists where the bot is, in order.
func (p *places) joined() []id.RoomID {
	p.mu.RLock()
	defer p.mu.RUnlock()
	list := slices.Sorted(maps.Keys(p.all))
	return slices.DeleteFunc(list, func(room id.RoomID) bool { return !p.all[room].members[p.self].joined })
}

// lineageAtMost bounds how often a room went on in another one.
const lineageAtMost = 20

// former is the room that a room replaces, empty if it is the first. Both have to
// say so: else whoever opens a room could take another's place.
func (p *places) former(room id.RoomID) id.RoomID {
	now := p.all[room]
	if now == nil || now.create == nil || !now.members[p.self].joined {
		return ""
	}
	former := now.create.Content.AsCreate().GetPredecessor().RoomID
	if before := p.all[former]; before == nil || before.replacement != room {
		return ""
	}
	return former
}

// latest is the room in which a room went on, itself if it did not.
func (p *places) latest(room id.RoomID) id.RoomID {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.newest(room)
}

// newest is latest, for who holds the lock.
func (p *places) newest(room id.RoomID) id.RoomID {
	for range lineageAtMost {
		now := p.all[room]
		if now == nil || now.replacement == "" || p.former(now.replacement) != room {
			break
		}
		room = now.replacement
	}
	return room
}

// name is how somebody calls themselves in a room; empty if it is not known.
func (p *places) name(room id.RoomID, user id.UserID) string {
	var name string
	p.view(room, func(now *place) { name = now.members[user].name })
	return name
}

// isEncrypted reports whether what is said in a room is encrypted.
func (p *places) isEncrypted(room id.RoomID) bool {
	encrypted := false
	p.view(room, func(now *place) { encrypted = now.encrypted })
	return encrypted
}

// alone is the one person who is in a room, or invited, beside the bot; empty if
// there are more, or nobody.
func (p *places) alone(room id.RoomID) id.UserID {
	var other id.UserID
	p.view(room, func(now *place) {
		if len(now.members) != 2 {
			return
		}
		for user := range now.members {
			if user != p.self {
				other = user
			}
		}
	})
	return other
}

// looksPrivate reports whether a room looks like somebody's chat with the bot:
// nobody else is there, it has no name and no address, and is in no space.
func (p *places) looksPrivate(room id.RoomID) (id.UserID, bool) {
	other := p.alone(room)
	if other == "" || len(p.parents(room)) > 0 {
		return "", false
	}
	private := false
	p.view(room, func(now *place) { private = now.name == "" && !now.alias && !now.isSpace() && now.replacement == "" })
	return other, private
}
