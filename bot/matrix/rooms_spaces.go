//go:build goolm

package matrix

import (
	"slices"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// parents lists the spaces that a room is in and the bot as well, nearest first
// and in order: those that list it, then the spaces that those are in. A room
// that replaces another is in that one's spaces, too.
func (p *places) parents(room id.RoomID) []id.RoomID { return p.above(room, false) }

// agreed is parents without those spaces that somebody put the room into who has
// no say in it: anybody's space can list any room.
func (p *places) agreed(room id.RoomID) []id.RoomID { return p.above(room, true) }

func (p *places) above(room id.RoomID, agreed bool) []id.RoomID {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var list []id.RoomID
	for near, depth := []id.RoomID{room}, 0; len(near) > 0 && depth < depthAtMost; depth++ {
		var next []id.RoomID
		for _, one := range near {
			for _, space := range p.listing(one, agreed) {
				if space != room && !slices.Contains(list, space) && !slices.Contains(next, space) {
					next = append(next, space)
				}
			}
		}
		slices.Sort(next)
		list, near = append(list, next...), next
	}
	return list
}

// listing are the spaces that list a room, or one that it replaces.
func (p *places) listing(room id.RoomID, agreed bool) []id.RoomID {
	var list []id.RoomID
	for one, hops := room, 0; one != "" && hops < lineageAtMost; one, hops = p.former(one), hops+1 {
		for space, now := range p.all {
			by, lists := now.children[one]
			if now.isSpace() && lists && space != one && now.members[p.self].joined && (!agreed || p.agrees(one, space, by)) {
				list = append(list, space)
			}
		}
	}
	return list
}

// agrees reports whether a room is in a space with its own consent: it names the
// space itself, or whoever put it there could have made it do so.
func (p *places) agrees(room, space id.RoomID, by id.UserID) bool {
	now := p.all[room]
	if now == nil {
		return false
	}
	needed := 50 // of rooms without levels of their own, by the specification
	if now.levels != nil {
		needed = now.levels.GetEventLevel(event.StateSpaceParent)
	}
	return now.spaces[space] || now.level(by) >= needed
}

// inside lists the rooms of a space, and of the spaces in it that the bot is in,
// as deep as spaces are followed; not those spaces themselves. A room that went on
// in another one is in the list with it.
func (p *places) inside(space id.RoomID) []id.RoomID {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var rooms []id.RoomID
	seen := map[id.RoomID]bool{space: true}
	for near, depth := []id.RoomID{space}, 0; len(near) > 0 && depth < depthAtMost; depth++ {
		var next []id.RoomID
		for _, one := range near {
			now := p.all[one]
			if now == nil || !now.members[p.self].joined {
				continue
			}
			for child := range now.children {
				if seen[child] {
					continue
				}
				seen[child] = true
				if there := p.all[child]; there != nil && there.isSpace() {
					next = append(next, child)
					continue
				}
				rooms = append(rooms, child)
				if now := p.newest(child); !seen[now] { // whether or not somebody lists it
					seen[now] = true
					rooms = append(rooms, now)
				}
			}
		}
		near = next
	}
	slices.Sort(rooms)
	return rooms
}

// top is the outermost of the spaces that a room agreed to be in: the first of those
// farthest away, which are the last.
func (p *places) top(parents []id.RoomID) id.RoomID {
	for _, space := range parents {
		if len(p.agreed(space)) == 0 {
			return space
		}
	}
	return parents[0] // they are in each other
}

// depthAtMost bounds how many spaces in each other are followed.
const depthAtMost = 5
