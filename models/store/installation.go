package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// installation is the one row about the installation itself.
type installation struct {
	OnlyRow int `gorm:"primaryKey;autoIncrement:false"`
	// PseudonymKey is sealed like a private value. It outlasts a change of the
	// key that seals it, so that a pseudonym stays the same.
	PseudonymKey []byte
	// Forgotten is how many bytes of the file "forgotten" are carried out here.
	Forgotten int64
}

// TableName is the table's name.
func (installation) TableName() string { return "installation" }

// pseudonymData binds the sealed pseudonym key to its place.
var pseudonymData = []byte("shirebot installation pseudonym_key")

// openInstallation opens the pseudonym key, or makes it. It is what shows at
// once that a key is another installation's.
func (s *Store) openInstallation(ctx context.Context) error {
	db := s.write.WithContext(ctx)
	k := s.seal.keys.Load()
	key, err := s.openPseudonymKey(ctx, s.write, k)
	if errors.Is(err, gorm.ErrRecordNotFound) || s.KeyMade {
		if err := s.tryOneSecret(db); err != nil {
			return err
		}
		if key, err = s.makePseudonymKey(db); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	s.pseudonymKey = key
	return nil
}

// tryOneSecret opens one private value, for a database that is older than the
// pseudonym key.
func (s *Store) tryOneSecret(db *gorm.DB) error {
	row, err := takeOrNil[models.Secret](db.Order("id"), "a private value")
	if err == nil && row != nil {
		_, err = s.seal.open(row.CoalitionID, row)
	}
	return err
}

func (s *Store) makePseudonymKey(db *gorm.DB) ([]byte, error) {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails, by its own documentation
	sealed, err := s.seal.keys.Load().aead.Encrypt(key, pseudonymData)
	if err == nil {
		err = db.Exec("INSERT INTO installation (only_row, pseudonym_key, forgotten) VALUES (1, ?, 0) ON CONFLICT DO UPDATE SET pseudonym_key = excluded.pseudonym_key", sealed).Error
	}
	if err != nil {
		return nil, fmt.Errorf("make the key for pseudonyms: %w", explain(err))
	}
	return key, nil
}

func (s *Store) openPseudonymKey(ctx context.Context, db *gorm.DB, k *keys) ([]byte, error) {
	var row installation
	if err := db.WithContext(ctx).Take(&row).Error; err != nil {
		return nil, fmt.Errorf("read the installation's row: %w", err)
	}
	key, err := k.aead.Decrypt(row.PseudonymKey, pseudonymData)
	if err != nil {
		return nil, fmt.Errorf("%w: it belongs to another database: %w", ErrKey, err)
	}
	return key, nil
}

func (s *Store) resealPseudonymKey(ctx context.Context) error {
	sealed, err := s.seal.keys.Load().aead.Encrypt(s.pseudonymKey, pseudonymData)
	if err != nil {
		return fmt.Errorf("seal the key for pseudonyms: %w", err)
	}
	return s.Update(ctx, s.now(), func(t *Tx) error {
		return t.batch.direct(func(db *gorm.DB) error {
			return db.Exec("UPDATE installation SET pseudonym_key = ?", sealed).Error
		})
	})
}

// pseudonym stands for something that says who a person is. The same always has
// the same one, and without the installation's key nobody can work it out, not
// even by trying all names.
func (s *Store) pseudonym(parts ...any) string {
	mac := hmac.New(sha256.New, s.pseudonymKey)
	for _, part := range parts {
		mac.Write(fmt.Appendf(nil, "%v\x00", part)) // a hash never fails to take something in
	}
	return "~" + hex.EncodeToString(mac.Sum(nil)[:12])
}
