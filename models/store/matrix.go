package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// undecryptableLasts is for how long an event that cannot be read waits for its
// key. Whoever wrote it has long said it again by then.
const undecryptableLasts = 7 * 24 * time.Hour

// matrixSync is how far the events of an account of the bot are dealt with.
type matrixSync struct {
	Account   string `gorm:"primaryKey"`
	NextBatch string
	At        time.Time
}

// TableName is the table's name.
func (matrixSync) TableName() string { return "matrix_sync" }

// direct carries out one statement of the store's own through the writer.
func (s *Store) direct(ctx context.Context, what string, run func(db *gorm.DB, now time.Time) error) error {
	err := s.Update(ctx, s.now(), func(t *Tx) error {
		return t.batch.direct(func(db *gorm.DB) error { return run(db, t.Now) })
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// MatrixSync is the token from which an account goes on reading, empty at first.
func (s *Store) MatrixSync(ctx context.Context, account string) (nextBatch string, err error) {
	row, err := takeOrNil[matrixSync](s.read.WithContext(ctx).Where("account = ?", account), "how far was read")
	if err != nil || row == nil {
		return "", err
	}
	return row.NextBatch, nil
}

// SetMatrixSync records that everything before a token was dealt with.
func (s *Store) SetMatrixSync(ctx context.Context, account, nextBatch string) error {
	return s.direct(ctx, "record how far was read", func(db *gorm.DB, now time.Time) error {
		return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&matrixSync{account, nextBatch, now}).Error
	})
}

// DirectRoom is the private chat with somebody on a platform where the bot has
// to open one.
type DirectRoom struct {
	Platform string `gorm:"primaryKey"`
	Remote   string `gorm:"primaryKey"` // the platform's id of the person
	Room     string // empty while it is being opened
	State    string // what the platform makes of it
	// CreatedAt is when it was opened, or begun to be. GORM leaves a column of
	// this name as it was in an update, unless it is told not to.
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

// TableName is the table's name.
func (DirectRoom) TableName() string { return "direct_room" }

// DirectRoom is the private chat with somebody, nil if there is none.
func (s *Store) DirectRoom(ctx context.Context, platform, remote string) (*DirectRoom, error) {
	return takeOrNil[DirectRoom](s.read.WithContext(ctx).Where("platform = ? AND remote = ?", platform, remote), "a private chat")
}

// DirectRooms lists the private chats on a platform.
func (s *Store) DirectRooms(ctx context.Context, platform string) ([]*DirectRoom, error) {
	return find[DirectRoom](s.read.WithContext(ctx).Where("platform = ?", platform).Order("remote"), "private chats")
}

// SetDirectRoom keeps a private chat, in place of the one before.
func (s *Store) SetDirectRoom(ctx context.Context, d DirectRoom) error {
	d.CreatedAt = d.CreatedAt.UTC()
	return s.direct(ctx, "keep a private chat", func(db *gorm.DB, _ time.Time) error {
		return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&d).Error
	})
}

// RemoveDirectRoom forgets a private chat, if it still is that room.
func (s *Store) RemoveDirectRoom(ctx context.Context, platform, remote, room string) error {
	return s.direct(ctx, "forget a private chat", func(db *gorm.DB, _ time.Time) error {
		return db.Where("platform = ? AND remote = ? AND room = ?", platform, remote, room).Delete(&DirectRoom{}).Error
	})
}

// Undecryptable is an event whose key is not here yet.
type Undecryptable struct {
	Event   string `gorm:"primaryKey"`
	Room    string
	Session string // the id of the key
	Sender  string
	Raw     string // the event as it came, still encrypted
	At      time.Time
	Told    bool // the room was told
}

// TableName is the table's name.
func (Undecryptable) TableName() string { return "undecryptable" }

// KeepUndecryptable keeps an event until its key comes. One that is there
// already changes only in that the room was told.
func (s *Store) KeepUndecryptable(ctx context.Context, u Undecryptable) error {
	u.At = u.At.UTC()
	return s.direct(ctx, "keep an event without its key", func(db *gorm.DB, _ time.Time) error {
		return db.Clauses(clause.OnConflict{Columns: columns("event"), DoUpdates: clause.Assignments(map[string]any{
			"told": gorm.Expr("told OR excluded.told"),
		})}).Create(&u).Error
	})
}

// Undecryptable lists the events that wait for a key, oldest first; all of them
// if no key is named.
func (s *Store) Undecryptable(ctx context.Context, session string) ([]*Undecryptable, error) {
	db := s.read.WithContext(ctx).Order("at, event")
	if session != "" {
		db = db.Where("session = ?", session)
	}
	return find[Undecryptable](db, "events without a key")
}

// DropUndecryptable forgets events that were read, or will not be.
func (s *Store) DropUndecryptable(ctx context.Context, events ...string) error {
	if len(events) == 0 {
		return nil
	}
	return s.direct(ctx, "forget events without a key", func(db *gorm.DB, _ time.Time) error {
		return db.Where("event IN ?", events).Delete(&Undecryptable{}).Error
	})
}

// forgetChat forgets the private chat with an account and what it wrote that
// could not be read, unless another coalition knows the account as well: both
// are the installation's and no coalition's.
func (t *Tx) forgetChat(a *models.Account) {
	const nobodyElse = " AND NOT EXISTS (SELECT 1 FROM account WHERE platform = ? AND remote = ? AND coalition_id <> ?)"
	others := []any{a.Platform, a.Remote, t.coalition}
	t.buffer.erased = append(t.buffer.erased,
		erasure{table: "direct_room", where: "platform = ? AND remote = ?" + nobodyElse, args: append([]any{a.Platform, a.Remote}, others...)},
		erasure{table: "undecryptable", where: "sender = ?" + nobodyElse, args: append([]any{a.Remote}, others...)})
}

// matrixSteps are the sweep's steps for what this file keeps.
func matrixSteps(db *gorm.DB, now time.Time) []func() *gorm.DB {
	return []func() *gorm.DB{
		func() *gorm.DB { return db.Where("at < ?", now.Add(-undecryptableLasts)).Delete(&Undecryptable{}) },
		func() *gorm.DB {
			return db.Where("card_id NOT IN (?)", db.Model(&models.Card{}).Select("id")).Delete(&reactionEvent{})
		},
	}
}
