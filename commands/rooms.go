package commands

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// RoomNow is a room as a platform has it at the moment.
type RoomNow struct {
	Remote   string // the platform's id
	Name     string // with its #, as people write it
	Kind     models.RoomKind
	ReadOnly bool // the bot may not write there
}

// on makes a row what the platform says, and reports whether that changed it.
func (now RoomNow) on(room *models.Room) bool {
	before := *room
	room.Name = cmp.Or(placeName(now.Name), "#"+now.Remote)
	room.Kind = cmp.Or(now.Kind, models.RoomText)
	room.ReadOnly, room.GoneAt = now.ReadOnly, nil
	return before.Name != room.Name || before.Kind != room.Kind || before.ReadOnly != room.ReadOnly || before.GoneAt != nil
}

// nameWords are the words of a room's name, folded.
func nameWords(name string) []string {
	return strings.FieldsFunc(catalogue.Fold(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Founded reports whether a space belongs to a coalition.
func (r *Registry) Founded(ctx context.Context, platform, space string) (bool, error) {
	s, err := r.store.SpaceAt(ctx, platform, space)
	return s != nil, err
}

// Spaces lists the platform's ids of the spaces, of all coalitions, that the bot
// is known to be in.
func (r *Registry) Spaces(ctx context.Context, platform string) ([]string, error) {
	spaces, err := r.store.SpacesOn(ctx, platform)
	ids := make([]string, len(spaces))
	for i, s := range spaces {
		ids[i] = s.Remote
	}
	return ids, err
}

// SyncSpace takes over how a space is now: its name, and all of its rooms. A room
// that is not among them is gone. A space that the bot was sent away from is
// back. Of a space of no coalition nothing is kept.
func (r *Registry) SyncSpace(ctx context.Context, platform, space, name string, rooms []RoomNow) error {
	return r.sync(ctx, platform, space, func(s *syncing) error {
		if name := placeName(name); name != "" && s.space.Name != name || s.space.GoneAt != nil {
			s.space.Name, s.space.GoneAt = cmp.Or(name, s.space.Name), nil
			s.changed(s.space)
		}
		there := map[string]bool{}
		for _, now := range rooms {
			there[now.Remote] = true
			s.room(now)
		}
		for _, room := range s.rooms {
			if !there[room.Remote] && room.GoneAt == nil {
				s.gone(room)
			}
		}
		return nil
	})
}

// SyncRoom takes over how one room is now.
func (r *Registry) SyncRoom(ctx context.Context, platform, space string, now RoomNow) error {
	return r.sync(ctx, platform, space, func(s *syncing) error {
		if s.space.GoneAt == nil {
			s.room(now)
		}
		return nil
	})
}

// RoomGone takes over that a room was deleted.
func (r *Registry) RoomGone(ctx context.Context, platform, remote string) error {
	room, err := r.store.RoomAt(ctx, platform, remote)
	if err != nil || room == nil || room.GoneAt != nil {
		return err
	}
	space, err := r.store.Reader(ctx, room.CoalitionID).Space(room.SpaceID)
	if err != nil {
		return err
	}
	return r.sync(ctx, platform, space.Remote, func(s *syncing) error {
		for _, room := range s.rooms {
			if room.Remote == remote && room.GoneAt == nil {
				s.gone(room)
			}
		}
		return nil
	})
}

// SpaceGone takes over that the bot was sent away from a space. What is kept of
// it stays; nothing is shown there any more, and nobody is told.
func (r *Registry) SpaceGone(ctx context.Context, platform, space string) error {
	return r.sync(ctx, platform, space, func(s *syncing) error {
		if s.space.GoneAt != nil {
			return nil
		}
		s.quiet = true
		at := s.now
		s.space.GoneAt = &at
		s.changed(s.space)
		for _, room := range s.rooms {
			if room.GoneAt == nil {
				s.gone(room)
			}
		}
		return nil
	})
}

// syncing compares a space with what a platform says of it. Without a unit of
// work it finds out whether anything differs, which it hardly ever does.
type syncing struct {
	tx     *store.Tx // nil: nothing is noted
	now    time.Time
	space  *models.Space
	rooms  []*models.Room
	differ bool
	quiet  bool
	shut   []*models.Room // cannot be written to from now on
	opened []models.ID    // can be
}

func (r *Registry) sync(ctx context.Context, platform, space string, compare func(*syncing) error) error {
	row, err := r.store.SpaceAt(ctx, platform, space)
	if err != nil || row == nil {
		return err
	}
	rooms, err := r.store.Reader(ctx, row.CoalitionID).RoomsIn(platform, space)
	if err != nil {
		return err
	}
	look := &syncing{now: r.now(), space: row, rooms: rooms}
	if err := compare(look); err != nil || !look.differ {
		return err
	}
	var opened []models.ID
	err = r.store.Update(ctx, r.now(), func(tx *store.Tx) error {
		tx.In(row.CoalitionID)
		s := &syncing{tx: tx, now: tx.Now}
		if s.space, err = tx.SpaceOf(platform, space); err != nil {
			return err
		}
		if s.rooms, err = tx.RoomsIn(s.space.ID); err != nil {
			return err
		}
		if err := compare(s); err != nil {
			return err
		}
		opened = s.opened
		return s.finish()
	})
	if err != nil {
		return fmt.Errorf("take over how a space is: %w", err)
	}
	for _, room := range opened {
		if err := r.catchUp(ctx, row.CoalitionID, room); err != nil {
			return err
		}
	}
	return nil
}

func (s *syncing) changed(row any) {
	s.differ = true
	if s.tx != nil {
		s.tx.Save(row)
	}
}

func (s *syncing) room(now RoomNow) {
	for _, room := range s.rooms {
		if room.Remote != now.Remote {
			continue
		}
		before := room.Usable()
		if !now.on(room) {
			return
		}
		s.changed(room)
		switch {
		case before && !room.Usable():
			s.shut = append(s.shut, room)
		case !before && room.Usable():
			s.opened = append(s.opened, room.ID)
		}
		return
	}
	s.differ = true
	if s.tx == nil {
		return
	}
	room := models.Room{Remote: now.Remote}
	now.on(&room)
	s.tx.AddRoom(s.space, room)
}

func (s *syncing) gone(room *models.Room) {
	if room.Usable() {
		s.shut = append(s.shut, room)
	}
	at := s.now
	room.GoneAt = &at
	s.changed(room)
}

// finish ends what was to be shown in rooms that cannot be written to any more,
// and tells the organizing team where a board is among them.
func (s *syncing) finish() error {
	if err := s.tx.Shut(s.shut...); err != nil {
		return err
	}
	for _, room := range s.shut {
		if room.IsBoard && !s.quiet {
			if err := tellLost(s.tx, room); err != nil {
				return err
			}
		}
	}
	return nil
}
