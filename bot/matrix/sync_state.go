//go:build goolm

package matrix

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// loadAtOnce is how many rooms are asked about at once at the start.
const loadAtOnce = 8

// load asks how all rooms are now: what changes later comes with sync.
func (i *intake) load(ctx context.Context) error {
	ask, cancel := i.within(ctx, askFor)
	joined, err := i.client.JoinedRooms(ask)
	cancel()
	if err != nil {
		return fmt.Errorf("ask which rooms the bot is in: %w", err)
	}
	var work sync.WaitGroup
	slots := make(chan struct{}, loadAtOnce)
	errs := make(chan error, len(joined.JoinedRooms))
	for _, room := range joined.JoinedRooms {
		slots <- struct{}{}
		work.Go(func() {
			defer func() { <-slots }()
			errs <- guarded(func() error { return i.loadRoom(ctx, room) })
		})
	}
	work.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	i.places.loaded()
	if err := i.rooms.settle(ctx); err != nil {
		return err
	}
	i.invites.replaced(i.rooms.replacements())
	return nil
}

// loadRoom asks how one room is now.
func (i *intake) loadRoom(ctx context.Context, room id.RoomID) error {
	ctx, cancel := i.within(ctx, firstFor)
	defer cancel()
	state, err := i.client.State(ctx, room)
	if refused(err) {
		i.log.Warn("a room cannot be asked about", "room", room, "err", err)
		return nil // the bot was sent away in the meantime; sync says so
	}
	if err != nil {
		return fmt.Errorf("ask how a room is: %w", err)
	}
	var events []*event.Event
	for _, list := range state {
		events = slices.AppendSeq(events, maps.Values(list))
	}
	i.places.set(room, events)
	return nil
}

// change is what an answer to sync changes about rooms.
type change struct {
	rooms bool // something that the registry may want to know
	left  map[id.RoomID][]id.UserID
	power []id.RoomID // whose power levels changed
}

// state takes in how the rooms are now.
func (i *intake) state(ctx context.Context, answer *mautrix.RespSync) error {
	first := i.places.none()
	c := &change{left: map[id.RoomID][]id.UserID{}}
	spaces, err := i.spacesOf(ctx, answer)
	if err != nil {
		return err
	}
	for room, news := range answer.Rooms.Join {
		i.takeState(c, room, news.State.Events)
		i.takeState(c, room, news.Timeline.Events)
	}
	for room, news := range answer.Rooms.Leave {
		i.takeState(c, room, news.State.Events)
		i.takeState(c, room, news.Timeline.Events)
		if i.places.leave(room) {
			c.rooms = true
		}
	}
	i.places.loaded()
	if c.rooms || first {
		if err := i.rooms.settle(ctx); err != nil {
			return err
		}
		i.invites.replaced(i.rooms.replacements())
	}
	return i.recheck(ctx, c, spaces)
}

// takeState takes state events of a room in; others are passed over.
func (i *intake) takeState(c *change, room id.RoomID, events []*event.Event) {
	for _, e := range events {
		if e.StateKey == nil {
			continue
		}
		e.RoomID = room
		parse(e)
		if e.Type == event.StateMember {
			if m := e.Content.AsMember().Membership; m != event.MembershipJoin && m != event.MembershipInvite {
				c.left[room] = append(c.left[room], id.UserID(e.GetStateKey()))
			}
		}
		if e.Type == event.StatePowerLevels {
			c.power = append(c.power, room)
		}
		if i.places.take(room, e) {
			c.rooms = true
		}
	}
}

// spacesOf says to which spaces the rooms of an answer belonged before it, as far
// as somebody may have left one of them.
func (i *intake) spacesOf(ctx context.Context, answer *mautrix.RespSync) (map[id.RoomID]string, error) {
	spaces := map[id.RoomID]string{}
	for room := range answer.Rooms.Join {
		space, err := i.rooms.spaceOf(ctx, room)
		if err != nil {
			return nil, fmt.Errorf("to which space a room belongs: %w", err)
		}
		spaces[room] = space
	}
	return spaces, nil
}

// recheck has the registry know how people stand whom a change may concern.
func (i *intake) recheck(ctx context.Context, c *change, spaces map[id.RoomID]string) error {
	for room, people := range c.left {
		if err := i.rooms.recheck(ctx, spaces[room], people); err != nil {
			return err
		}
	}
	for _, room := range c.power {
		// The levels that count are those of the space itself.
		if err := i.rooms.recheck(ctx, room.String(), i.rooms.peopleOf(room.String())); err != nil {
			return err
		}
	}
	return nil
}
