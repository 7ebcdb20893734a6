//go:build goolm

package matrix

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const (
	// managesFrom is the power level from which somebody may manage a space.
	managesFrom = 100
	// levelPrefix begins the name of a power level as a role: "pl50".
	levelPrefix = "pl"
)

// usualLevels are the power levels that rooms have by themselves: they are known
// of everybody before an admin says what they stand for.
var usualLevels = []int{50, 100}

// memberOf is what Matrix says of somebody's place in a space right now: which
// power levels they reach in the space itself, and whether they are in any of
// its rooms. Levels of the rooms inside do not count, because anybody can have
// one of their own added.
func (r *rooms) memberOf(ctx context.Context, space string, user id.UserID) (*commands.Member, error) {
	levels, err := r.linked(ctx, space)
	if err != nil {
		return nil, err
	}
	return r.placeOf(ctx, space, user, levels)
}

// placeOf is seen, but for whoever may be in a room that the bot was put out of:
// of them nobody can say that they left.
func (r *rooms) placeOf(ctx context.Context, space string, user id.UserID, levels []int) (*commands.Member, error) {
	member := r.seen(space, user, levels)
	if !member.Absent {
		return member, nil
	}
	row, err := r.reg.Store().SpaceAt(ctx, Name, space)
	if err != nil || row == nil {
		return member, err
	}
	known, err := r.reg.Store().Reader(ctx, row.CoalitionID).RoomsIn(Name, space)
	if err != nil {
		return nil, err
	}
	inside := r.places.inside(id.RoomID(space))
	for _, room := range known {
		if remote := id.RoomID(room.Remote); room.GoneAt != nil && slices.Contains(inside, remote) && !r.places.view(remote, func(*place) {}) {
			return &commands.Member{Unknown: true}, nil
		}
	}
	return member, nil
}

func (r *rooms) seen(space string, user id.UserID, levels []int) *commands.Member {
	level, present := 0, false
	there := r.places.view(id.RoomID(space), func(p *place) {
		level, present = p.level(user), p.members[user].joined
	})
	if !there {
		return &commands.Member{Unknown: true}
	}
	for _, child := range r.places.inside(id.RoomID(space)) {
		if present {
			break
		}
		r.places.view(child, func(p *place) { present = p.members[user].joined })
	}
	if !present {
		return &commands.Member{Absent: true}
	}
	member := &commands.Member{Manages: level >= managesFrom}
	for _, l := range levels {
		if level >= l {
			member.Roles = append(member.Roles, levelPrefix+strconv.Itoa(l))
		}
	}
	return member
}

// linked lists the power levels that stand for something in a space, and those
// that are usual.
func (r *rooms) linked(ctx context.Context, space string) ([]int, error) {
	levels := slices.Clone(usualLevels)
	links, err := r.reg.Links(ctx, Name, space)
	if err != nil {
		return nil, fmt.Errorf("what power levels stand for: %w", err)
	}
	for _, l := range links {
		number, ok := strings.CutPrefix(l.Remote, levelPrefix)
		if level, err := strconv.Atoi(number); ok && err == nil {
			levels = append(levels, level)
		}
	}
	slices.Sort(levels)
	return slices.Compact(levels), nil
}

// recheck has the registry know how people stand in a space now, after a change
// of power levels or after they left: what a level gave somebody goes with it,
// whether or not they write again. Who is not known to the coalition stays so.
func (r *rooms) recheck(ctx context.Context, space string, people []id.UserID) error {
	founded, err := r.reg.Founded(ctx, Name, space)
	if err != nil || !founded {
		return err
	}
	levels, err := r.linked(ctx, space)
	if err != nil {
		return err
	}
	for _, user := range people {
		who := store.Who{Platform: Name, Space: space, Account: user.String()}
		known, err := r.reg.Store().Sighted(ctx, who)
		if err != nil {
			return fmt.Errorf("somebody's power level: %w", err)
		}
		if known.AccountID == 0 {
			continue
		}
		member, err := r.placeOf(ctx, space, user, levels)
		if err == nil {
			err = r.reg.TakeMember(ctx, who, member)
		}
		if err != nil {
			return fmt.Errorf("somebody's power level: %w", err)
		}
	}
	return nil
}

// peopleOf lists who is in a space or in one of its rooms.
func (r *rooms) peopleOf(space string) []id.UserID {
	people := map[id.UserID]bool{}
	note := func(p *place) {
		for user, m := range p.members {
			if m.joined && user != r.places.self {
				people[user] = true
			}
		}
	}
	r.places.view(id.RoomID(space), note)
	for _, room := range r.places.inside(id.RoomID(space)) {
		r.places.view(room, note)
	}
	list := make([]id.UserID, 0, len(people))
	for user := range people {
		list = append(list, user)
	}
	return list
}
