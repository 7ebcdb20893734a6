package commands

import (
	"context"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Founding is how a coalition begins on a platform: with defaults that work, to
// be changed by setup.
type Founding struct {
	Who   store.Who // becomes the first admin
	Zone  string    // IANA name
	Lang  models.Lang
	Rooms []string // the platform's ids, which are their names too; the first is the board
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
	rooms := make([]models.Room, len(f.Rooms))
	for i, room := range f.Rooms {
		rooms[i] = models.Room{Remote: f.Who.Space + "/" + room, Name: room, IsBoard: i == 0}
	}
	err = r.store.Update(ctx, r.now(), func(tx *store.Tx) error {
		return tx.Found(models.Coalition{Name: name, Zone: f.Zone, Language: f.Lang, VolunteersOpen: true, CrisisNumbers: SuggestedNumbers}, f.Who, rooms...)
	})
	if err != nil {
		return false, fmt.Errorf("found a coalition: %w", err)
	}
	return true, nil
}
