package store

import (
	"context"
	"slices"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// SpacesOn lists the spaces of a platform, of all coalitions, that the bot was
// not sent away from.
func (s *Store) SpacesOn(ctx context.Context, platform string) ([]*models.Space, error) {
	return find[models.Space](s.read.WithContext(ctx).Where("platform = ? AND gone_at IS NULL", platform).Order("id"), "spaces")
}

// RoomAt finds a room of any coalition by the platform's id, nil if it is none
// of ours.
func (s *Store) RoomAt(ctx context.Context, platform, remote string) (*models.Room, error) {
	return takeOrNil[models.Room](s.read.WithContext(ctx).Where("platform = ? AND remote = ?", platform, remote), "room")
}

// Space loads a space.
func (r Reader) Space(id models.ID) (*models.Space, error) {
	return one[models.Space](r.query, "space", "id = ?", id)
}

// RoomsIn loads the rooms of a space by the platform's id of it.
func (r Reader) RoomsIn(platform, space string) ([]*models.Room, error) {
	return all[models.Room](r.query, "rooms", "space_id IN (SELECT id FROM space WHERE platform = ? AND remote = ?) ORDER BY id", platform, space)
}

// AnySpace finds a space of whichever coalition, nil if it belongs to none.
func (t *Tx) AnySpace(platform, remote string) (*models.Space, error) {
	if err := t.batch.settle(key{what: "spaces"}); err != nil {
		return nil, err
	}
	return takeOrNil[models.Space](t.db.Where("platform = ? AND remote = ?", platform, remote), "space")
}

// RoomsIn loads the rooms of a space of the coalition.
func (t *Tx) RoomsIn(space models.ID) ([]*models.Room, error) {
	all, err := t.Rooms()
	return slices.DeleteFunc(slices.Clone(all), func(r *models.Room) bool { return r.SpaceID != space }), err
}

// addSpace notes a space of the unit's coalition, and its rooms.
func (t *Tx) addSpace(who Who, name string, rooms []models.Room) *models.Space {
	space := &models.Space{ID: t.ID(), CoalitionID: t.coalition, Platform: who.Platform, Remote: who.Space, Name: name, CreatedAt: t.Now}
	t.Add(space)
	for _, room := range rooms {
		t.AddRoom(space, room)
	}
	return space
}

// AddRoom notes a new room of a space.
func (t *Tx) AddRoom(space *models.Space, room models.Room) *models.Room {
	room.ID, room.CoalitionID, room.SpaceID, room.Platform = t.ID(), space.CoalitionID, space.ID, space.Platform
	t.Add(&room)
	return &room
}

// places are the rooms of a coalition as far as posting goes by them.
type places struct {
	boards []*models.Room     // those that can be written to
	shut   map[models.ID]bool // rooms that cannot
}

func placesOf(rooms []*models.Room) *places {
	p := &places{shut: map[models.ID]bool{}}
	for _, room := range rooms {
		switch {
		case !room.Usable():
			p.shut[room.ID] = true
		case room.IsBoard:
			p.boards = append(p.boards, room)
		}
	}
	return p
}

// without lists the boards where none of the cards is.
func (p *places) without(cards []*models.Card) []*models.Room {
	var missing []*models.Room
	for _, room := range p.boards {
		if !slices.ContainsFunc(cards, func(c *models.Card) bool { return c.RoomID == room.ID }) {
			missing = append(missing, room)
		}
	}
	return missing
}

// places are asked for with nearly every command and change hardly ever, so
// that the writer remembers them.
func (t *Tx) places() (*places, error) {
	if rooms, ok := t.loaded[key{"coalition", t.coalition, "rooms"}].([]*models.Room); ok {
		return placesOf(rooms), nil // with what this unit of work changed
	}
	if err := t.batch.settle(key{what: "spaces"}); err != nil {
		return nil, err
	}
	return recall(t, key{"places", t.coalition, ""}, func() (*places, error) {
		rooms, err := t.query.Rooms()
		return placesOf(rooms), err
	})
}

// over reports whether a need or an offer has ended, so that nothing new is
// posted about it.
func (t *Tx) over(e models.Entity) (bool, error) {
	switch e.Kind {
	case models.KindNeed:
		n := noted(&t.buffer.need, func(n *models.Need) bool { return n.ID == e.ID })
		if n == nil {
			var err error
			if n, err = t.NeedByID(e.ID); err != nil {
				return false, err
			}
		}
		return n.EndedAt != nil, nil
	case models.KindOffer:
		o := noted(&t.buffer.offer, func(o *models.Offer) bool { return o.ID == e.ID })
		if o == nil {
			var err error
			if o, err = t.OfferByID(e.ID); err != nil {
				return false, err
			}
		}
		return o.EndedAt != nil, nil
	}
	return false, nil
}

// noted finds a row among those that are to be written.
func noted[T any](r *rows[T], is func(*T) bool) *T {
	for _, row := range slices.Concat(r.added, r.saved) {
		if is(row) {
			return row
		}
	}
	return nil
}
