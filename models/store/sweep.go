package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

const (
	// inboxLasts is for how long a repeated event is recognized.
	inboxLasts = 30 * 24 * time.Hour
	// sentLasts is for how long the record of what was sent is kept.
	sentLasts = 7 * 24 * time.Hour
	// sweepAtOnce bounds the rows of one transaction, and with it how long
	// others wait.
	sweepAtOnce = 200
)

// Sweep erases some of what was kept long enough, and reports how many rows;
// it is called until there are none. Drafts go with their private values and
// dialogs; deletion is physical (secure_delete).
func (s *Store) Sweep(ctx context.Context, now time.Time, draftLasts time.Duration) (int64, error) {
	var erased int64
	err := s.Update(ctx, now, func(t *Tx) error {
		return t.batch.direct(func(db *gorm.DB) error {
			erased = 0
			for _, step := range append(sweepSteps(db, t.Now, draftLasts), matrixSteps(db, t.Now)...) {
				tx := step()
				if tx.Error != nil {
					return fmt.Errorf("erase: %w", tx.Error)
				}
				erased += tx.RowsAffected
			}
			return nil
		})
	})
	return erased, err
}

func sweepSteps(db *gorm.DB, now time.Time, draftLasts time.Duration) []func() *gorm.DB {
	drafted := now.Add(-draftLasts)
	old := func(model any) *gorm.DB {
		return db.Model(model).Select("id").Where("state = 'draft' AND created_at < ?", drafted)
	}
	return []func() *gorm.DB{
		func() *gorm.DB {
			return db.Where("kind = ? AND row_id IN (?)", models.KindNeed, old(&models.Need{})).Delete(&models.Secret{})
		},
		func() *gorm.DB {
			return db.Where("kind = ? AND row_id IN (?)", models.KindOffer, old(&models.Offer{})).Delete(&models.Secret{})
		},
		func() *gorm.DB {
			return db.Where("id IN (?)", old(&models.Need{}).Limit(sweepAtOnce)).Delete(&models.Need{})
		},
		func() *gorm.DB {
			return db.Where("id IN (?)", old(&models.Offer{}).Limit(sweepAtOnce)).Delete(&models.Offer{})
		},
		func() *gorm.DB { return db.Where("updated_at < ?", drafted).Delete(&models.Dialog{}) },
		func() *gorm.DB {
			return db.Where("kind = ? AND created_at < ?", models.KindDialog, drafted).Delete(&models.Secret{})
		},
		func() *gorm.DB { return db.Where("at < ?", drafted).Delete(&models.Choice{}) },
		func() *gorm.DB {
			return db.Where("used_at IS NULL AND expires_at <= ?", now).Delete(&models.JoinCode{})
		},
		func() *gorm.DB {
			some := db.Model(&models.Out{}).Select("id").Where("state = 'sent' AND sent_at < ?", now.Add(-sentLasts)).Limit(sweepAtOnce)
			return db.Where("id IN (?)", some).Delete(&models.Out{})
		},
		func() *gorm.DB {
			some := db.Model(&models.Out{}).Select("id").Where("state = 'waiting' AND created_at < ?", now.Add(-waitingLasts)).Limit(sweepAtOnce)
			return db.Where("id IN (?)", some).Delete(&models.Out{})
		},
		func() *gorm.DB {
			some := db.Model(&models.Inbox{}).Select("platform", "account", "event_id").Where("at < ?", now.Add(-inboxLasts)).Limit(sweepAtOnce)
			return db.Where("(platform, account, event_id) IN (?)", some).Delete(&models.Inbox{})
		},
	}
}
