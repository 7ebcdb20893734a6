//go:build goolm

package matrixtest

import (
	"context"
	"database/sql"
	"fmt"

	"go.mau.fi/util/dbutil"
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/id"
)

// keyStore is where a client keeps its keys.
type keyStore struct {
	crypto.Store
	close func() error
}

// openKeyStore opens a store in a file, or in memory without one.
func openKeyStore(ctx context.Context, file string, device id.DeviceID) (*keyStore, error) {
	if file == "" {
		return &keyStore{Store: crypto.NewMemoryStore(nil), close: func() error { return nil }}, nil
	}
	raw, err := sql.Open("sqlite", "file:"+file+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)")
	if err != nil {
		return nil, err
	}
	db, err := dbutil.NewWithDB(raw, "sqlite3")
	if err != nil {
		return nil, err
	}
	db.Owner = "matrixtest"
	store := crypto.NewSQLCryptoStore(db, dbutil.NoopLogger, "", device, []byte("a test's key"))
	if err := store.DB.Upgrade(ctx); err != nil {
		return nil, fmt.Errorf("prepare %s: %w", file, err)
	}
	return &keyStore{Store: store, close: raw.Close}, nil
}
