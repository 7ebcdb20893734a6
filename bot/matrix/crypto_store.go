//go:build goolm

package matrix

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"go.mau.fi/util/dbutil"
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
	"maunium.net/go/mautrix/sqlstatestore"
	"modernc.org/sqlite" // the pure Go driver, registered as "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// cryptoFile is the crypto store, beside the database. It is a file of its own:
// the library writes to it by itself, and our database has one writer.
const cryptoFile = "matrix-crypto.db"

// errDamaged says that the crypto store's file is not what was written to it.
var errDamaged = errors.New("the crypto store is damaged")

// errForeignStore says that the crypto store is not this device's, or damaged.
var errForeignStore = errors.New("the crypto store is not this installation's")

// cryptoStore is what a device knows: its keys, those of others, and who is in
// which room. Another database than SQLite would be another way to open raw.
type cryptoStore struct {
	*crypto.SQLCryptoStore
	raw   *sql.DB
	db    *dbutil.Database
	state *roomState
}

// openCryptoStore opens the store in a directory for a device. An error that
// wraps errForeignStore says that the file cannot be used.
func openCryptoStore(ctx context.Context, dir string, device id.DeviceID, pickleKey []byte) (_ *cryptoStore, err error) {
	path := filepath.Join(dir, cryptoFile)
	// Made here so that it never has another mode than 0600; the files that
	// SQLite puts beside it get the same.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	if err := errors.Join(f.Chmod(0o600), f.Close()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	raw, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_txlock=immediate&_pragma=busy_timeout(10000)"+
		"&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_pragma=cache_size(-4096)")
	if err != nil {
		return nil, fmt.Errorf("crypto store: %w", err)
	}
	raw.SetMaxOpenConns(4)
	raw.SetMaxIdleConns(4)
	defer func() {
		if err != nil {
			err = errors.Join(err, raw.Close())
		}
	}()
	db, err := dbutil.NewWithDB(raw, "sqlite3")
	if err != nil {
		return nil, fmt.Errorf("crypto store: %w", err)
	}
	store := &cryptoStore{raw: raw, db: db, SQLCryptoStore: crypto.NewSQLCryptoStore(db, dbutil.NoopLogger, "", device, pickleKey),
		state: &roomState{sqlstatestore.NewSQLStateStore(db, dbutil.NoopLogger, false)}}
	store.state.DisableNameDisambiguation = true
	if err := store.prepare(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, unusable(err)
	}
	return store, nil
}

// unusable says what it means that the store could not be made ready: whether
// the file is to blame, the place where it lies, or neither.
func unusable(err error) error {
	var refused *sqlite.Error
	if errors.As(err, &refused) {
		switch refused.Code() & 0xff {
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
			return fmt.Errorf("%w: %w", ErrStore, err)
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM:
			return fmt.Errorf("crypto store: %w", err)
		}
	}
	return fmt.Errorf("%w: %w", errForeignStore, err)
}

// prepare brings the tables up to date and makes sure that the account in them
// is this device's. One of an earlier device is taken out; the keys of rooms
// stay, since what was said in them can still be read.
func (c *cryptoStore) prepare(ctx context.Context) error {
	var sound string
	if err := c.raw.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&sound); err != nil || sound != "ok" {
		return errors.Join(errDamaged, err)
	}
	if err := c.DB.Upgrade(ctx); err != nil {
		return err
	}
	if err := c.state.Upgrade(ctx); err != nil {
		return err
	}
	device, err := c.FindDeviceID(ctx)
	if err != nil {
		return err
	}
	// A key that encrypted must not do so again from an older state, which a
	// power cut can bring back, and who is in a room may have changed while
	// nobody looked: each start begins with new ones.
	forgotten := []string{"crypto_megolm_outbound_session", "crypto_megolm_outbound_session_shared"}
	if device != "" && device != c.DeviceID {
		forgotten = append(forgotten, "crypto_account", "crypto_olm_session")
	}
	for _, table := range forgotten {
		if _, err := c.DB.Exec(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	_, err = c.GetAccount(ctx) // does the key open it?
	return err
}

// flush makes what was written last through a power cut.
func (c *cryptoStore) flush(ctx context.Context) error {
	if _, err := c.raw.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return fmt.Errorf("crypto store: %w", err)
	}
	return nil
}

// isOfStore reports whether reading failed because of the store or the time, and
// not because of what was to be read.
func isOfStore(err error) bool {
	var refused *sqlite.Error
	return errors.As(err, &refused) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// asDamaged says of an error of the store's whether the file itself is damaged.
func asDamaged(err error) error {
	var refused *sqlite.Error
	if errors.As(err, &refused) && (refused.Code()&0xff == sqlite3.SQLITE_CORRUPT || refused.Code()&0xff == sqlite3.SQLITE_NOTADB) {
		return fmt.Errorf("%w: %w", errForeignStore, err)
	}
	return err
}

func (c *cryptoStore) close() error { return c.raw.Close() }

// setAside moves a store that cannot be used out of the way, in place of the
// one that was moved there before.
func setAside(dir string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		path := filepath.Join(dir, cryptoFile)
		err := os.Rename(path+suffix, path+".unusable"+suffix)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		if err != nil {
			return fmt.Errorf("move the crypto store aside: %w", err)
		}
	}
	return nil
}

// roomState is what is known of rooms. In it a room that is encrypted stays so,
// whatever the homeserver or somebody in the room says later.
type roomState struct{ *sqlstatestore.SQLStateStore }

// SetEncryptionEvent records that a room is encrypted, and how.
func (r *roomState) SetEncryptionEvent(ctx context.Context, room id.RoomID, content *event.EncryptionEventContent) error {
	if content == nil {
		content = &event.EncryptionEventContent{}
	}
	if content.Algorithm != id.AlgorithmMegolmV1 {
		if known, err := r.IsEncrypted(ctx, room); err != nil || known {
			return err
		}
	}
	return r.SQLStateStore.SetEncryptionEvent(ctx, room, content)
}
