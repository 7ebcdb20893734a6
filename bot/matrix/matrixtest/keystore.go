//go:build goolm

package matrixtest

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"sync"

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
		return &keyStore{Store: &memoryStore{MemoryStore: crypto.NewMemoryStore(nil)}, close: func() error { return nil }}, nil
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

// memoryStore is the library's, which writes signatures under a lock for
// reading and hands its own maps out.
type memoryStore struct {
	*crypto.MemoryStore
	mu sync.Mutex
}

// PutSignature keeps that one key signed another.
func (s *memoryStore) PutSignature(ctx context.Context, owner id.UserID, key id.Ed25519, signer id.UserID, by id.Ed25519, signature string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.MemoryStore.PutSignature(ctx, owner, key, signer, by, signature)
}

// GetSignaturesForKeyBy are somebody's signatures of a key.
func (s *memoryStore) GetSignaturesForKeyBy(ctx context.Context, owner id.UserID, key id.Ed25519, signer id.UserID) (map[id.Ed25519]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.MemoryStore.GetSignaturesForKeyBy(ctx, owner, key, signer)
	return maps.Clone(found), err
}

// IsKeySignedBy tells whether one key signed another.
func (s *memoryStore) IsKeySignedBy(ctx context.Context, owner id.UserID, key id.Ed25519, signer id.UserID, by id.Ed25519) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.MemoryStore.IsKeySignedBy(ctx, owner, key, signer, by)
}

// DropSignaturesByKey forgets what a key signed.
func (s *memoryStore) DropSignaturesByKey(ctx context.Context, signer id.UserID, by id.Ed25519) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.MemoryStore.DropSignaturesByKey(ctx, signer, by)
}

// PutCrossSigningKey keeps one of somebody's keys.
func (s *memoryStore) PutCrossSigningKey(ctx context.Context, owner id.UserID, usage id.CrossSigningUsage, key id.Ed25519) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.MemoryStore.PutCrossSigningKey(ctx, owner, usage, key)
}

// GetCrossSigningKeys are somebody's keys.
func (s *memoryStore) GetCrossSigningKeys(ctx context.Context, owner id.UserID) (map[id.CrossSigningUsage]id.CrossSigningKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.MemoryStore.GetCrossSigningKeys(ctx, owner)
	return maps.Clone(found), err
}
