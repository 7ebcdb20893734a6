package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Inspection looks at a database without changing it, also while a program
// works with it.
type Inspection struct {
	options Options
	sql     *sql.DB
	db      *gorm.DB
}

// Inspect opens a database to look at it. The error wraps fs.ErrNotExist if
// there is none. Close has to be called in the end.
func Inspect(ctx context.Context, o Options) (*Inspection, error) {
	path := filepath.Join(o.Dir, databaseFile)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	conn, err := sql.Open("sqlite", fileURL(path, "mode=ro")+"&_pragma=busy_timeout(5000)&_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	if err := conn.PingContext(ctx); err != nil {
		return nil, errors.Join(explain(err), conn.Close())
	}
	db, err := gorm.Open(dialector{sqlite.New(sqlite.Config{Conn: conn}).(*sqlite.Dialector)}, gormConfig())
	if err != nil {
		return nil, errors.Join(explain(err), conn.Close())
	}
	return &Inspection{o, conn, db.WithContext(ctx)}, nil
}

// Close ends the look.
func (i *Inspection) Close() error { return i.sql.Close() }

// Pending is how many steps of the schema are not applied yet.
func (i *Inspection) Pending() (int, error) {
	list, err := loadMigrations(migrationFiles, "sqlite")
	if err != nil {
		return 0, err
	}
	var applied int64
	if err := i.db.Raw("SELECT count(*) FROM schema_migration").Scan(&applied).Error; err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", explain(err))
	}
	return max(0, len(list)-int(applied)), nil
}

// KeyUse is a key and how many private values are sealed with it.
type KeyUse struct {
	ID      uint32
	Primary bool // it is sealed with this one
	InFile  bool // false: what is sealed with it does not open
	Values  int64
}

// Keys lists the keys that are there or used, the primary one first.
func (i *Inspection) Keys() ([]KeyUse, error) {
	k, err := loadKeys(i.options)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	if err != nil {
		return nil, err
	}
	uses := map[uint32]*KeyUse{}
	for _, id := range k.ids() {
		uses[id] = &KeyUse{ID: id, Primary: id == k.primary(), InFile: true}
	}
	var rows []struct {
		Prefix []byte
		N      int64
	}
	sealed, err := i.sealedTables()
	if err != nil {
		return nil, err
	}
	if err := i.db.Raw("SELECT substr(ciphertext, 1, ?) AS prefix, count(*) AS n FROM ("+sealed+") GROUP BY 1", keyPrefix).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("count private values: %w", explain(err))
	}
	for _, row := range rows {
		if len(row.Prefix) < keyPrefix {
			continue // damaged
		}
		id := binary.BigEndian.Uint32(row.Prefix[1:])
		if uses[id] == nil {
			uses[id] = &KeyUse{ID: id}
		}
		uses[id].Values = row.N
	}
	list := make([]KeyUse, 0, len(uses))
	for _, use := range uses {
		list = append(list, *use)
	}
	slices.SortFunc(list, func(a, b KeyUse) int {
		if a.Primary != b.Primary {
			if a.Primary {
				return -1
			}
			return 1
		}
		return int(int64(a.ID) - int64(b.ID))
	})
	return list, nil
}

// sealedTables selects all that is sealed. A database whose schema lacks a step
// is looked at as it is.
func (i *Inspection) sealedTables() (string, error) {
	var there int64
	if err := i.db.Raw("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'installation_secret'").Scan(&there).Error; err != nil {
		return "", fmt.Errorf("look for sealed values: %w", explain(err))
	}
	if there == 0 {
		return "SELECT ciphertext FROM secret", nil
	}
	return "SELECT ciphertext FROM secret UNION ALL SELECT ciphertext FROM installation_secret", nil
}

// DueCounts is how much is to be erased by now, by kind.
type DueCounts struct {
	Needs  int64 // over for long enough
	Offers int64
	Values int64 // private values of those
	Drafts int64 // older than a draft is kept
}

// Due counts what a purge would erase at a moment.
func (i *Inspection) Due(now time.Time, draftLasts time.Duration) (DueCounts, error) {
	var sum DueCounts
	coalitions, err := find[models.Coalition](i.db.Order("id"), "coalitions")
	if err != nil {
		return sum, err
	}
	drafted := now.UTC().Add(-draftLasts)
	for _, c := range coalitions {
		before := c.PurgeBefore(now.UTC())
		for _, ask := range []struct {
			into *int64
			sql  string
			args []any
		}{
			{&sum.Needs, "SELECT count(*) FROM need WHERE " + due, []any{c.ID, before}},
			{&sum.Offers, "SELECT count(*) FROM offer WHERE " + due, []any{c.ID, before}},
			{&sum.Values, "SELECT count(*) FROM secret WHERE kind = 'need' AND row_id IN (SELECT id FROM need WHERE " + due + ")", []any{c.ID, before}},
			{&sum.Values, "SELECT count(*) FROM secret WHERE kind = 'offer' AND row_id IN (SELECT id FROM offer WHERE " + due + ")", []any{c.ID, before}},
			{&sum.Drafts, "SELECT count(*) FROM need WHERE coalition_id = ? AND state = 'draft' AND created_at < ?", []any{c.ID, drafted}},
			{&sum.Drafts, "SELECT count(*) FROM offer WHERE coalition_id = ? AND state = 'draft' AND created_at < ?", []any{c.ID, drafted}},
		} {
			var n int64
			if err := i.db.Raw(ask.sql, ask.args...).Scan(&n).Error; err != nil {
				return sum, fmt.Errorf("count what is due: %w", explain(err))
			}
			*ask.into += n
		}
	}
	return sum, nil
}

// Undelivered is how many messages were given up, and how many may have been
// shown or not.
func (i *Inspection) Undelivered() (failed, uncertain int64, err error) {
	for state, into := range map[models.OutState]*int64{models.OutFailed: &failed, models.OutUncertain: &uncertain} {
		if err := i.db.Model(&models.Out{}).Where("state = ?", state).Count(into).Error; err != nil {
			return 0, 0, fmt.Errorf("count messages: %w", explain(err))
		}
	}
	return failed, uncertain, nil
}

// LongestValue is how many bytes the longest sealed value has.
func (i *Inspection) LongestValue() (n int, err error) {
	if err := i.db.Raw("SELECT coalesce(max(length(ciphertext)), 0) FROM secret").Scan(&n).Error; err != nil {
		return 0, fmt.Errorf("measure private values: %w", explain(err))
	}
	return n, nil
}

// Coalitions lists the coalitions.
func (i *Inspection) Coalitions() ([]*models.Coalition, error) {
	return find[models.Coalition](i.db.Order("id"), "coalitions")
}
