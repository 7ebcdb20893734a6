package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Founding is how a coalition begins on a platform: with defaults that work, to
// be changed by setup.
type Founding struct {
	Who  store.Who // becomes the first admin
	Zone string    // IANA name
	Lang models.Lang
	// Rooms are the platform's ids, which are their names too; the first is the
	// board. This is for a platform that has no rooms but these, the terminal.
	Rooms []string
	// SpaceName is what the space calls itself, Now its rooms as they are: of
	// those the board is the first that is named like one, else the first that
	// can be written to.
	SpaceName string
	Now       []RoomNow
}

func (f Founding) rooms() []models.Room {
	var rooms []models.Room
	for i, room := range f.Rooms {
		rooms = append(rooms, models.Room{Remote: f.Who.Space + "/" + room, Name: room, Kind: models.RoomText, IsBoard: i == 0})
	}
	now := make([]*models.Room, len(f.Now))
	for i, room := range f.Now {
		now[i] = &models.Room{Remote: room.Remote}
		room.on(now[i])
	}
	if board := likelyBoard(now); board != nil {
		board.IsBoard = true
	}
	for _, room := range now {
		rooms = append(rooms, *room)
	}
	return rooms
}

// Found makes the coalition of a space, unless there is one. It reports whether
// it made it.
func (r *Registry) Found(ctx context.Context, f Founding) (bool, error) {
	_, err := r.store.Actor(ctx, f.Who)
	if err == nil || !store.IsNotFound(err) {
		return false, err
	}
	name, err := r.cat.Text(f.Lang, "setup.default_name", nil)
	if err != nil {
		return false, err
	}
	spaceName := placeName(f.SpaceName)
	// On a platform that strangers can come to, an organizer welcomes who wants
	// to help.
	coalition := models.Coalition{Name: cmp.Or(spaceName, name), Zone: f.Zone, Language: f.Lang, VolunteersOpen: f.Now == nil, CrisisNumbers: SuggestedNumbers}
	made := false
	err = r.store.Update(ctx, r.now(), func(tx *store.Tx) error {
		there, err := tx.AnySpace(f.Who.Platform, f.Who.Space)
		if made = err == nil && there == nil; !made {
			return err // somebody else was faster
		}
		return tx.FoundNamed(coalition, f.Who, spaceName, f.rooms()...)
	})
	if err != nil {
		return false, fmt.Errorf("found a coalition: %w", err)
	}
	return made, nil
}

// placeName is what a platform says a space or a room is called, without what
// must not stay; empty if nothing of it can.
func placeName(name string) string {
	runes := []rune(name)
	name, err := Clean(string(runes[:min(len(runes), models.MaxName)]), models.MaxName)
	if err != nil {
		return ""
	}
	return name
}

// boardWords are in the names of rooms that are meant for needs.
var boardWords = []string{"board", "needs", "tablero", "pedidos"}

// likelyBoard is the room where needs are probably to be posted: one that is
// named like it, else the first; nil if none can be written to.
func likelyBoard(rooms []*models.Room) *models.Room {
	usable := slices.DeleteFunc(slices.Clone(rooms), func(r *models.Room) bool { return !r.Usable() })
	for _, word := range boardWords {
		for _, room := range usable {
			if slices.Contains(nameWords(room.Name), word) {
				return room
			}
		}
	}
	if len(usable) == 0 {
		return nil
	}
	return usable[0]
}
