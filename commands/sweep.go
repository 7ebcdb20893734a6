package commands

import (
	"context"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Sweep erases what was kept long enough: drafts and dialogs after a day,
// records of events and of what was sent after their time.
func (r *Registry) Sweep(ctx context.Context) error {
	now := r.now().UTC()
	for {
		n, err := r.store.Sweep(ctx, now, draftLasts)
		if err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
		if n == 0 {
			return nil
		}
	}
}

// TellUndelivered tells the organizing team that something could not be shown:
// it must not fail in silence. A message about that is not told of again.
func TellUndelivered(tx *store.Tx, out *models.Out) error {
	if out.Message.Key == undelivered || out.Kind == models.OutUnreact {
		return nil
	}
	about := out.Message.About
	key := undelivered
	if out.Kind == models.OutCard {
		card, err := tx.Card(out.CardID)
		if err != nil {
			return err
		}
		about, key = models.Entity{Kind: card.Kind, ID: card.EntityID}, "delivery.card_failed"
	}
	team, err := tx.Team(models.Organizer | models.Admin)
	if err != nil {
		return err
	}
	for _, p := range team {
		if err := tx.Tell(p.ID, models.Message{Key: key, About: about}); err != nil {
			return err
		}
	}
	return nil
}

const undelivered = "delivery.failed"
