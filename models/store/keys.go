package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// KeyPath is the file with the key for private values; empty if the key is
// given as a text.
func (o Options) KeyPath() string {
	switch {
	case o.Key != "":
		return ""
	case o.KeyFile != "":
		return o.KeyFile
	}
	return filepath.Join(o.Dir, keyFile)
}

// openKeys loads the keys, or makes one if there is none and nothing is sealed
// yet, and checks that they are this database's.
func (s *Store) openKeys(ctx context.Context, o Options) error {
	k, err := loadKeys(o)
	if errors.Is(err, fs.ErrNotExist) {
		var sealed int64
		if err := s.write.WithContext(ctx).Raw("SELECT (SELECT count(*) FROM secret) + (SELECT count(*) FROM installation_secret)").Scan(&sealed).Error; err != nil {
			return fmt.Errorf("look for private values: %w", err)
		}
		if sealed > 0 {
			return fmt.Errorf("%w: the file %s is missing, put its copy back", ErrKey, o.KeyPath())
		}
		s.KeyMade = true
		k, err = makeKeyFile(o.KeyPath())
	}
	if err != nil {
		return err
	}
	s.keyPath = o.KeyPath()
	s.seal.keys.Store(k)
	return s.openInstallation(ctx)
}

func loadKeys(o Options) (*keys, error) {
	if o.Key != "" {
		k, err := readKeys([]byte(o.Key))
		if err != nil {
			return nil, fmt.Errorf("the key that was given as a text: %w", err)
		}
		return k, nil
	}
	return readKeyFile(o.KeyPath())
}

// ErrKeyGiven says that keys cannot be changed, since they are in no file.
var ErrKeyGiven = errors.New("the key is given as a text and not in a file")

// RotateKey adds a new key to the key file and makes it the one that is sealed
// with. The older ones stay in it until a running store has sealed everything
// anew (see [Store.Reseal]). It needs no store, and one may be open meanwhile.
// The error wraps fs.ErrNotExist if there is no key yet, or ErrKeyGiven.
func RotateKey(o Options) (id uint32, err error) {
	path := o.KeyPath()
	if path == "" {
		return 0, ErrKeyGiven
	}
	k, err := readKeyFile(path)
	if err != nil {
		return 0, err
	}
	manager := keyset.NewManagerFromHandle(k.handle)
	if id, err = manager.Add(aead.AES256GCMKeyTemplate()); err == nil {
		err = manager.SetPrimary(id)
	}
	if err != nil {
		return 0, fmt.Errorf("make a key: %w", err)
	}
	handle, err := manager.Handle()
	if err != nil {
		return 0, fmt.Errorf("make a key: %w", err)
	}
	_, err = writeKeyFile(path, handle)
	return id, err
}

// resealAtOnce bounds the values of one transaction, and with it how long
// others wait.
const resealAtOnce = 50

// Reseal looks whether the key file has a new key. If it has, it seals with that
// what is sealed with older ones, in steps, and then takes those out of the
// file. It reports how many values it sealed anew. Killed anywhere, it leaves
// both keys, and goes on the next time.
func (s *Store) Reseal(ctx context.Context) (resealed int, err error) {
	if err := s.reloadKeys(ctx); err != nil {
		return 0, err
	}
	k := s.seal.keys.Load()
	if len(k.ids()) == 1 {
		return 0, nil
	}
	for after := models.ID(0); ; {
		n, last, err := s.resealSome(ctx, prefixOf(k.primary()), after)
		if resealed += n; err != nil {
			return resealed, fmt.Errorf("seal anew: %w", err)
		}
		if n < resealAtOnce {
			break
		}
		after = last
	}
	n, err := s.resealInstallation(ctx, prefixOf(k.primary()))
	if resealed += n; err != nil {
		return resealed, fmt.Errorf("seal anew: %w", err)
	}
	if err := s.resealPseudonymKey(ctx); err != nil {
		return resealed, err
	}
	return resealed, s.dropOldKeys(k)
}

// reloadKeys takes over what is in the key file by now, if it opens what is in
// the database.
func (s *Store) reloadKeys(ctx context.Context) error {
	if s.keyPath == "" {
		return nil
	}
	raw, err := os.ReadFile(s.keyPath)
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	if bytes.Equal(raw, s.seal.keys.Load().raw) {
		return nil
	}
	k, err := readKeys(raw)
	if err != nil {
		return fmt.Errorf("key file %s: %w", s.keyPath, err)
	}
	if _, err := s.openPseudonymKey(ctx, s.read, k); err != nil {
		return err
	}
	s.seal.keys.Store(k)
	s.log.Info("the key file has changed", "keys", len(k.ids()))
	return nil
}

func (s *Store) resealSome(ctx context.Context, prefix []byte, after models.ID) (n int, last models.ID, err error) {
	err = s.Update(ctx, s.now(), func(t *Tx) error {
		return t.batch.direct(func(db *gorm.DB) error {
			rows, err := find[models.Secret](db.Where("id > ? AND substr(ciphertext, 1, ?) <> ?", after, keyPrefix, prefix).Order("id").Limit(resealAtOnce), "private values")
			if err != nil {
				return err
			}
			n = len(rows)
			for _, row := range rows {
				text, err := s.seal.open(row.CoalitionID, row)
				if err != nil {
					return err
				}
				sealed, err := s.seal.seal(row.CoalitionID, models.Entity{Kind: row.Kind, ID: row.RowID}, row.Field, text)
				if err != nil {
					return err
				}
				if err := db.Model(&models.Secret{}).Where("id = ?", row.ID).Update("ciphertext", sealed).Error; err != nil {
					return err
				}
				last = row.ID
			}
			return nil
		})
	})
	return n, last, err
}

// dropOldKeys takes the keys that nothing is sealed with any more out of the
// file, unless it has changed meanwhile: then the next Reseal does it.
func (s *Store) dropOldKeys(k *keys) error {
	if s.keyPath == "" {
		return nil // whoever gives the text takes them out
	}
	raw, err := os.ReadFile(s.keyPath)
	if err != nil || !bytes.Equal(raw, k.raw) {
		return err
	}
	manager := keyset.NewManagerFromHandle(k.handle)
	for _, id := range k.ids() {
		if id == k.primary() {
			continue
		}
		if err := manager.Delete(id); err != nil {
			return fmt.Errorf("take out an old key: %w", err)
		}
	}
	handle, err := manager.Handle()
	if err != nil {
		return fmt.Errorf("take out old keys: %w", err)
	}
	left, err := writeKeyFile(s.keyPath, handle)
	if err != nil {
		return err
	}
	s.seal.keys.Store(left)
	s.log.Info("everything is sealed with the new key, and older ones are out of the file")
	return nil
}
