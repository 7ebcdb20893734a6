//go:build goolm

package matrix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// rooms keeps the registry up to what places know.
type rooms struct {
	places *places
	reg    *commands.Registry
	mu     sync.Mutex // one comparison at a time: an older one must not win
}

// spaceOf is the space in which what happens in a room counts: the outermost
// Matrix space that the room is in, if the bot is in it too, else the room itself.
// Where a coalition has begun, or the room belongs to one already, that counts
// before what somebody makes a space of later.
func (r *rooms) spaceOf(ctx context.Context, room id.RoomID) (string, error) {
	parents := r.places.parents(room)
	if len(parents) == 0 {
		return room.String(), nil
	}
	known, err := r.registered(ctx, room)
	if err != nil {
		return "", err
	}
	if known == room.String() || slices.Contains(parents, id.RoomID(known)) {
		return known, nil
	}
	// From here on it takes the room's consent: what is asked in it would be read
	// by whoever runs the space.
	parents = r.places.agreed(room)
	for _, space := range append([]id.RoomID{room}, parents...) {
		founded, err := r.reg.Founded(ctx, Name, space.String())
		if err != nil || founded {
			return space.String(), err
		}
	}
	if len(parents) == 0 {
		return room.String(), nil
	}
	return r.places.top(parents).String(), nil
}

// registered is the space that a room belongs to as far as the registry knows;
// empty if it knows none, or the room is gone from it.
func (r *rooms) registered(ctx context.Context, room id.RoomID) (string, error) {
	row, err := r.reg.Store().RoomAt(ctx, Name, room.String())
	if err != nil || row == nil || row.GoneAt != nil {
		return "", err
	}
	space, err := r.reg.Store().Reader(ctx, row.CoalitionID).Space(row.SpaceID)
	if err != nil {
		return "", err
	}
	return space.Remote, nil
}

// in lists the rooms of a space as they are now, by name, and how the space is
// called. It is what a coalition begins with.
func (r *rooms) in(ctx context.Context, space string) (name string, now []commands.RoomNow, err error) {
	list := []id.RoomID{id.RoomID(space)}
	isSpace := false
	there := r.places.view(id.RoomID(space), func(p *place) { name, isSpace = p.name, p.isSpace() })
	if !there {
		return "", nil, nil
	}
	if isSpace {
		list = r.places.inside(id.RoomID(space))
	}
	for n, child := range list {
		list[n] = r.places.latest(child)
	}
	slices.Sort(list)
	for _, room := range slices.Compact(list) {
		belongs, err := r.spaceOf(ctx, room)
		if err != nil {
			return "", nil, err
		}
		if belongs != space {
			continue
		}
		if room, ok := r.now(room); ok {
			now = append(now, room)
		}
	}
	slices.SortStableFunc(now, func(a, b commands.RoomNow) int { return cmp.Compare(a.Name, b.Name) })
	return name, now, nil
}

// now is how one room is; false if the bot is not there, or if it is a space.
func (r *rooms) now(room id.RoomID) (commands.RoomNow, bool) {
	var now commands.RoomNow
	isRoom := false
	r.places.view(room, func(p *place) {
		isRoom = !p.isSpace()
		now = commands.RoomNow{Remote: room.String(), Name: "#" + cmp.Or(p.name, room.String()), Kind: models.RoomText, ReadOnly: p.readOnly(r.places.self)}
	})
	return now, isRoom
}

// settle compares all spaces that are known with how they are now. It is called
// after every change that may make a difference; the registry writes only what
// differs.
func (r *rooms) settle(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	joined := r.places.joined()
	var errs error
	for _, room := range joined {
		errs = errors.Join(errs, r.follow(ctx, room))
	}
	known, err := r.reg.Spaces(ctx, Name)
	if err != nil {
		return fmt.Errorf("list the spaces that are known: %w", err)
	}
	for _, space := range known {
		if !slices.Contains(joined, id.RoomID(space)) {
			errs = errors.Join(errs, r.reg.SpaceGone(ctx, Name, space))
		}
	}
	for _, room := range joined {
		space := room.String()
		founded, err := r.reg.Founded(ctx, Name, space)
		if err != nil || !founded {
			errs = errors.Join(errs, err)
			continue
		}
		name, now, err := r.in(ctx, space)
		if err == nil {
			err = r.reg.SyncSpace(ctx, Name, space, name, now)
		}
		errs = errors.Join(errs, err)
	}
	if errs != nil {
		return fmt.Errorf("take over how the rooms are: %w", errs)
	}
	return nil
}

// settleEvery is how often all spaces are compared without a reason. What was sent
// before a change can fail after it, and make a room look closed that is not.
const settleEvery = 5 * time.Minute

// settle compares all spaces now and then, until the context ends.
func (m *Matrix) settle(ctx context.Context) {
	for m.pause(ctx, settleEvery) {
		if m.places.none() {
			continue
		}
		if err := guarded(func() error { return m.rooms.settle(ctx) }); err != nil && ctx.Err() == nil {
			m.o.Log.Warn("how the rooms are was not compared", "err", err)
		}
	}
}

// follow has the registry know that a room went on in another one, once the bot
// is there.
func (r *rooms) follow(ctx context.Context, room id.RoomID) error {
	former := r.former(room)
	if former == "" {
		return nil
	}
	return r.reg.RoomMoved(ctx, Name, former.String(), room.String())
}

// former is the room that a room replaces.
func (r *rooms) former(room id.RoomID) id.RoomID {
	r.places.mu.RLock()
	defer r.places.mu.RUnlock()
	return r.places.former(room)
}

// replacements lists the rooms that others of ours went on in and where the bot
// is not yet, with the former ones.
func (r *rooms) replacements() map[id.RoomID]id.RoomID {
	list := map[id.RoomID]id.RoomID{}
	for _, room := range r.places.joined() {
		r.places.view(room, func(p *place) {
			if p.replacement != "" {
				list[p.replacement] = room
			}
		})
	}
	for _, room := range r.places.joined() {
		delete(list, room)
	}
	return list
}

// langOfRoom is the language that was chosen for a room by itself; empty if none
// was. Whoever first writes there is answered in it.
func (m *Matrix) langOfRoom(ctx context.Context, room id.RoomID) models.Lang {
	row, err := m.o.Registry.Store().RoomAt(ctx, Name, room.String())
	if err != nil || row == nil {
		return ""
	}
	return row.Language
}
