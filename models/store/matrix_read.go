package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// SetMatrixRead records that everything before a token was dealt with, and which
// event of each room was the last. Homeservers do not all stop at a token when
// they are asked for what they left out, so that the event has to be known.
func (s *Store) SetMatrixRead(ctx context.Context, account, nextBatch string, last map[string]string) error {
	return s.direct(ctx, "record how far was read", func(db *gorm.DB, now time.Time) error {
		rows := []*matrixSync{{account, nextBatch, now}}
		for _, room := range slices.Sorted(maps.Keys(last)) {
			rows = append(rows, &matrixSync{inRoom(account, room), last[room], now})
		}
		return db.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(rows, 100).Error
	})
}

// MatrixLast is the last event of a room that was dealt with, empty if none was.
func (s *Store) MatrixLast(ctx context.Context, account, room string) (string, error) {
	return s.MatrixSync(ctx, inRoom(account, room))
}

// inRoom names how far an account has read in one room. There is no blank in the
// name of either.
func inRoom(account, room string) string { return account + " " + room }
