package store

import (
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// heartbeat is when a platform was last known to be connected.
type heartbeat struct {
	Platform string `gorm:"primaryKey"`
	At       time.Time
}

// TableName is the table's name.
func (heartbeat) TableName() string { return "heartbeat" }

// Beat records that a platform is connected at the unit's moment, and returns
// when it was before; the zero time if it never was.
func (t *Tx) Beat(platform string) (before time.Time, err error) {
	err = t.batch.direct(func(db *gorm.DB) error {
		last, err := takeOrNil[heartbeat](db.Where("platform = ?", platform), "heartbeat")
		if err != nil {
			return err
		}
		if last != nil {
			before = last.At
		}
		if before.After(t.Now) {
			return nil
		}
		return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&heartbeat{platform, t.Now}).Error
	})
	return before, err
}

// Boards loads the board rooms of all coalitions on a platform in which the bot
// can write.
func (t *Tx) Boards(platform string) ([]*models.Room, error) {
	if err := t.batch.flush(); err != nil {
		return nil, err
	}
	return find[models.Room](t.db.Where("platform = ? AND is_board AND NOT read_only AND gone_at IS NULL", platform).
		Where("space_id IN (SELECT id FROM space WHERE gone_at IS NULL)").Order("id"), "boards")
}
