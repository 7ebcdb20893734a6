package store

import (
	"context"
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// purgeAtOnce bounds the needs or offers of one transaction, and with it how
// long others wait.
const purgeAtOnce = 25

// Purge erases for good the words and the private values of some of what ended
// long enough ago, as each coalition says, and has the cards follow. It reports
// how much, and is called until there is none. Killed in between, it goes on
// the next time.
func (s *Store) Purge(ctx context.Context, now time.Time) (purged int, err error) {
	coalitions, err := s.Coalitions(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range coalitions {
		before := c.PurgeBefore(now)
		for _, some := range []func(*Tx, time.Time) (int, error){(*Tx).purgeNeeds, (*Tx).purgeOffers} {
			n := 0
			err := s.Update(ctx, now, func(t *Tx) error {
				t.In(c.ID)
				if err := t.batch.flush(); err != nil {
					return err
				}
				var err error
				n, err = some(t, before)
				return err
			})
			if err != nil {
				return purged, fmt.Errorf("purge: %w", err)
			}
			purged += n
		}
	}
	return purged, nil
}

// due holds for what ended before a moment and still has its words. The
// condition on the coalition has a plus before it, so that SQLite goes by the
// partial index on ended_at and not by one that begins with the coalition.
const due = "+coalition_id = ? AND ended_at IS NOT NULL AND purged_at IS NULL AND ended_at <= ?"

func (t *Tx) purgeNeeds(before time.Time) (int, error) {
	needs, err := read[models.Need](t.db, due+" ORDER BY ended_at LIMIT ?", t.coalition, before, purgeAtOnce)
	if err != nil {
		return 0, fmt.Errorf("load needs: %w", explain(err))
	}
	for _, n := range needs {
		if err := t.purgeNeed(n, t.Now); err != nil {
			return 0, err
		}
	}
	return len(needs), nil
}

func (t *Tx) purgeOffers(before time.Time) (int, error) {
	offers, err := read[models.Offer](t.db, due+" ORDER BY ended_at LIMIT ?", t.coalition, before, purgeAtOnce)
	if err != nil {
		return 0, fmt.Errorf("load offers: %w", explain(err))
	}
	for _, o := range offers {
		if err := t.purgeOffer(o, t.Now); err != nil {
			return 0, err
		}
	}
	return len(offers), nil
}

func (t *Tx) purgeNeed(n *models.Need, at time.Time) error {
	if n.PurgedAt != nil {
		return nil
	}
	if err := n.Purge(at); err != nil {
		return fmt.Errorf("purge a need: %w", err)
	}
	// Why an organizer looked says something of the need as well.
	t.erase(&models.Secret{}, "kind = ? AND row_id IN (SELECT id FROM look WHERE need_id = ?)", models.KindLook, n.ID)
	return t.purgedRow(n, n.Entity(), at)
}

func (t *Tx) purgeOffer(o *models.Offer, at time.Time) error {
	if o.PurgedAt != nil {
		return nil
	}
	if err := o.Purge(at); err != nil {
		return fmt.Errorf("purge an offer: %w", err)
	}
	return t.purgedRow(o, o.Entity(), at)
}

func (t *Tx) purgedRow(row any, e models.Entity, at time.Time) error {
	t.EraseSecrets(e)
	t.Save(row)
	t.forgets = append(t.forgets, entry{e.Kind, e.ID, at})
	return t.Show(e)
}
