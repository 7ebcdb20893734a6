package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// rearm is what a further change does to the one row that a card has: it wants
// one more revision. While somebody holds the row, or it waits for its next
// try, its time stays; the result of that try sees that more is wanted.
func rearm() *clause.OnConflict {
	return &clause.OnConflict{
		Columns: columns("dedup_key"),
		DoUpdates: clause.Assignments(map[string]any{
			"wanted":   gorm.Expr("outbox.wanted + 1"),
			"due_at":   gorm.Expr("CASE WHEN outbox.state = 'pending' THEN outbox.due_at ELSE excluded.due_at END"),
			"next_at":  gorm.Expr("CASE WHEN outbox.state = 'pending' THEN outbox.next_at ELSE excluded.next_at END"),
			"attempts": gorm.Expr("CASE WHEN outbox.state = 'pending' THEN outbox.attempts ELSE 0 END"),
			"state":    gorm.Expr("CASE WHEN outbox.state = 'uncertain' THEN outbox.state ELSE excluded.state END"),
		}),
	}
}

// firstOfLane holds for the earliest row of a lane that is not finished.
const firstOfLane = "NOT EXISTS (SELECT 1 FROM outbox e WHERE e.lane = outbox.lane AND e.state = 'pending' AND (e.due_at, e.id) < (outbox.due_at, outbox.id))"

// Claim takes outbox rows that are due on a platform under a lease, at most one
// of each lane: the earliest that is not finished.
func (s *Store) Claim(ctx context.Context, now time.Time, platform string, limit int, lease time.Duration) ([]*models.Out, error) {
	now = now.UTC().Truncate(time.Microsecond)
	var claimed []*models.Out
	err := s.Update(ctx, now, func(t *Tx) error {
		return t.batch.direct(func(db *gorm.DB) error {
			claimed = nil
			due := db.Model(&models.Out{}).Select("id").
				Where("state = 'pending' AND platform = ? AND next_at <= ?", platform, now).
				Where(firstOfLane).
				Order("next_at, id").Limit(limit).Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})
			return db.Model(&claimed).Clauses(clause.Returning{}).Where("id IN (?)", due).Updates(map[string]any{
				"token":           gorm.Expr("token + 1"),
				"attempts":        gorm.Expr("attempts + 1"),
				"next_at":         now.Add(lease),
				"uncertain_since": gorm.Expr("coalesce(uncertain_since, ?)", now),
			}).Error
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim outbox rows: %w", err)
	}
	return claimed, nil
}

// Holds reports whether an outbox row is still held under the token with which
// it was claimed: to be asked right before sending.
func (s *Store) Holds(ctx context.Context, out *models.Out, now time.Time) (bool, error) {
	var n int64
	err := s.read.WithContext(ctx).Model(&models.Out{}).
		Where("id = ? AND token = ? AND state = 'pending' AND next_at > ?", out.ID, out.Token, now.UTC()).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("check a lease: %w", explain(err))
	}
	return n == 1, nil
}

// Result is how one try to show an outbox row ended.
type Result struct {
	State    models.OutState // OutPending: to be tried again at NextAt
	NextAt   time.Time
	RemoteID string
	Error    string // a code or a library's message, never a person's text
	// NotShown says that the try certainly showed nothing.
	NotShown bool
	// Gone says that the card's message is no longer there: it is posted anew.
	Gone bool
	// Also is done in the same unit of work: what follows from a failure.
	Also func(*Tx) error
}

// Finish records how a try ended. ErrLeaseLost says that the result came too
// late to count.
func (s *Store) Finish(ctx context.Context, out *models.Out, now time.Time, r Result) error {
	now = now.UTC().Truncate(time.Microsecond)
	set := map[string]any{"state": r.State, "last_error": r.Error}
	switch {
	case r.State == models.OutSent:
		set["shown"], set["sent_at"], set["uncertain_since"] = out.Wanted, now, nil
		set["remote_id"] = r.RemoteID
		// More was wanted meanwhile: once more, at once.
		set["state"] = gorm.Expr("CASE WHEN wanted > ? THEN 'pending' ELSE 'sent' END", out.Wanted)
		set["next_at"], set["attempts"] = now, 0
		set["due_at"] = gorm.Expr("CASE WHEN wanted > ? THEN ? ELSE due_at END", out.Wanted, now)
	case r.State == models.OutPending:
		set["next_at"] = r.NextAt.UTC().Truncate(time.Microsecond)
	}
	if r.NotShown {
		set["uncertain_since"] = nil
	}
	if r.Gone {
		set["remote_id"] = ""
	}
	var lost bool
	err := s.Update(ctx, now, func(t *Tx) error {
		if r.Also != nil {
			t.In(out.CoalitionID)
			if err := r.Also(t); err != nil {
				return err
			}
		}
		err := t.batch.direct(func(db *gorm.DB) error {
			tx := db.Model(&models.Out{}).Where("id = ? AND token = ?", out.ID, out.Token).Updates(set)
			lost = tx.Error == nil && tx.RowsAffected == 0
			if tx.Error == nil && !lost && out.Kind == models.OutCard && (r.State == models.OutSent || r.Gone) {
				tx = db.Model(&models.Card{}).Where("id = ?", out.CardID).Update("remote_id", set["remote_id"])
			}
			if tx.Error == nil && !lost && r.Gone {
				return forgetReactions(db, out.CardID) // they went with the message
			}
			return tx.Error
		})
		if err == nil && lost {
			return ErrLeaseLost // what also was to be done is not done either
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("finish an outbox row: %w", err)
	}
	return nil
}

// NextDue is when the next outbox row of a platform can be claimed, false if
// there is none. Rows behind another in their lane are not looked at: the first
// of them comes up when that one is finished.
func (s *Store) NextDue(ctx context.Context, platform string) (time.Time, bool, error) {
	var list []models.Out
	err := s.read.WithContext(ctx).Select("next_at").Where("platform = ? AND state = 'pending'", platform).Where(firstOfLane).
		Order("next_at, id").Limit(1).Find(&list).Error
	if err != nil {
		return time.Time{}, false, fmt.Errorf("look for the next outbox row: %w", explain(err))
	}
	if len(list) == 0 {
		return time.Time{}, false, nil
	}
	return list[0].NextAt, true, nil
}

// freeLeases lets go of what a process held that is no longer there: the lock
// on the directory says that there is no other. That its tries may have shown
// something stays known.
func (s *Store) freeLeases(ctx context.Context) error {
	err := s.write.WithContext(ctx).Model(&models.Out{}).Where("state = 'pending' AND attempts > 0").
		Update("next_at", gorm.Expr("due_at")).Error
	if err != nil {
		return fmt.Errorf("free leases: %w", err)
	}
	return nil
}
