package commands

import (
	"cmp"
	"context"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// aboutPlace sets the name of a space or a room.
func (v *View) aboutPlace(e models.Entity) error {
	if e.Kind == models.KindSpace {
		space, err := v.reader.Space(e.ID)
		if err != nil {
			return err
		}
		v.set("Space", User(cmp.Or(space.Name, space.Remote)))
		return nil
	}
	room, err := v.reader.Room(e.ID)
	if err != nil {
		return err
	}
	v.set("Room", User(room.Name))
	return nil
}

// tellLost tells the organizing team, once, that a board is lost.
func tellLost(tx *store.Tx, room *models.Room) error {
	lost := models.Message{Key: "room.read_only", About: models.Entity{Kind: models.KindRoom, ID: room.ID}}
	if room.GoneAt != nil {
		lost.Key = "room.gone"
	}
	team, err := tx.Team(models.Organizer | models.Admin)
	if err != nil {
		return err
	}
	for _, p := range team {
		if err := tx.Tell(p.ID, lost); err != nil {
			return err
		}
	}
	return nil
}

// The codes with which a delivery reports that a room cannot be written to, as
// package bot has them.
const (
	codeRoomGone = "room gone"
	codeReadOnly = "read only"
)

// RoomFailed takes over that a delivery failed because its room is gone or
// cannot be written to, as its code says: that is known of the room from then
// on. It is called in the unit of work that records the failure.
func RoomFailed(tx *store.Tx, out *models.Out, code string) error {
	if code != codeRoomGone && code != codeReadOnly {
		return nil
	}
	id := out.RoomID
	if out.CardID != 0 {
		card, err := tx.Card(out.CardID)
		if err != nil {
			return err
		}
		id = card.RoomID
	}
	rooms, err := tx.Rooms()
	if err != nil {
		return err
	}
	tx.Rest(out)
	for _, room := range rooms {
		if room.ID != id || !room.Usable() {
			continue
		}
		if room.ReadOnly = true; code == codeRoomGone {
			now := tx.Now
			room.ReadOnly, room.GoneAt = false, &now
		}
		tx.Save(room)
		s := &syncing{tx: tx, shut: []*models.Room{room}}
		return s.finish()
	}
	return nil
}

// catchUp shows in a room what it does not show yet, in steps between which
// others are served.
func (r *Registry) catchUp(ctx context.Context, coalition, room models.ID) error {
	for {
		n := 0
		err := r.store.Update(ctx, r.now(), func(tx *store.Tx) (err error) {
			tx.In(coalition)
			n, err = tx.CatchUp(room)
			return err
		})
		if err != nil {
			return fmt.Errorf("post what a board does not show yet: %w", err)
		}
		if n == 0 {
			return nil
		}
	}
}

// catchUpAll goes on with what a stop of the program cut short.
func (r *Registry) catchUpAll(ctx context.Context) error {
	coalitions, err := r.store.Coalitions(ctx)
	if err != nil {
		return err
	}
	for _, c := range coalitions {
		rooms, err := r.store.Reader(ctx, c.ID).Behind()
		if err != nil {
			return err
		}
		for _, room := range rooms {
			if err := r.catchUp(ctx, c.ID, room.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
