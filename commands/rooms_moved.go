package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// RoomMoved takes over that a room went on as another one of the platform's, and
// a space with it whose only room that is. What is open is posted anew there: the
// old cards stay as they are, and no claim ends by it. Of a room that is none of
// ours, or that moved already, nothing is changed.
func (r *Registry) RoomMoved(ctx context.Context, platform, from, to string) error {
	old, err := r.store.RoomAt(ctx, platform, from)
	if err != nil || old == nil || from == to {
		return err
	}
	space, err := r.store.Reader(ctx, old.CoalitionID).Space(old.SpaceID)
	if err != nil || old.GoneAt != nil && space.Remote != from {
		return err
	}
	var opened models.ID
	err = r.store.Update(ctx, r.now(), func(tx *store.Tx) (err error) {
		tx.In(old.CoalitionID)
		opened, err = move(tx, space.Remote, old, to)
		return err
	})
	if err != nil {
		return fmt.Errorf("take over that a room moved: %w", err)
	}
	if opened == 0 {
		return nil
	}
	return r.catchUp(ctx, old.CoalitionID, opened)
}

// move makes one room of another, and returns its id if there is something to be
// posted there.
func move(tx *store.Tx, spaceRemote string, from *models.Room, to string) (models.ID, error) {
	rooms, err := tx.Rooms()
	if err != nil {
		return 0, err
	}
	at := func(remote string) *models.Room {
		i := slices.IndexFunc(rooms, func(r *models.Room) bool { return r.Platform == from.Platform && r.Remote == remote })
		if i < 0 {
			return nil
		}
		return rooms[i]
	}
	here, there := at(from.Remote), at(to)
	if here == nil {
		return 0, nil
	}
	space, err := tx.SpaceOf(from.Platform, spaceRemote)
	if err != nil {
		return 0, err
	}
	if space.Remote == from.Remote {
		space.Remote, space.GoneAt = to, nil
		tx.Save(space)
	}
	if there == nil {
		there = tx.AddRoom(space, models.Room{Remote: to, Name: here.Name, Kind: here.Kind, Language: here.Language, IsBoard: here.IsBoard})
	} else {
		there.IsBoard, there.Language = there.IsBoard || here.IsBoard, cmp.Or(there.Language, here.Language)
		tx.Save(there)
	}
	now := tx.Now
	here.IsBoard, here.GoneAt = false, &now
	tx.Save(here)
	return there.ID, tx.Shut(here)
}
