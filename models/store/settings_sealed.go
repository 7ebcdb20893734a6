package store

import (
	"bytes"
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// installationSecret is something that the installation itself keeps sealed.
type installationSecret struct {
	Name       string `gorm:"primaryKey"`
	Ciphertext []byte
}

// TableName is the table's name.
func (installationSecret) TableName() string { return "installation_secret" }

// sealedData binds what is sealed under a name to that name.
func sealedData(name string) []byte { return []byte("shirebot installation_secret " + name) }

// Sealed opens what the installation keeps sealed under a name, nil if there is
// nothing. The error wraps ErrKey if it does not open.
func (s *Store) Sealed(ctx context.Context, name string) ([]byte, error) {
	row, err := takeOrNil[installationSecret](s.read.WithContext(ctx).Where("name = ?", name), "a sealed value")
	if err != nil || row == nil {
		return nil, err
	}
	return s.seal.keys.Load().openSealed(row)
}

func (k *keys) openSealed(row *installationSecret) ([]byte, error) {
	value, err := k.aead.Decrypt(row.Ciphertext, sealedData(row.Name))
	if err != nil {
		return nil, fmt.Errorf("%w: the sealed %s: %w", ErrKey, row.Name, err)
	}
	return value, nil
}

// SetSealed seals a value under a name, in place of what was there. An empty
// value removes it.
func (s *Store) SetSealed(ctx context.Context, name string, value []byte) error {
	err := s.Update(ctx, s.now(), func(t *Tx) error {
		return t.batch.direct(func(db *gorm.DB) error {
			if len(value) == 0 {
				return db.Where("name = ?", name).Delete(&installationSecret{}).Error
			}
			// Sealed here, in the writer: the key may be changed while it waits.
			return s.putSealed(db, name, value)
		})
	})
	if err != nil {
		return fmt.Errorf("keep the sealed %s: %w", name, err)
	}
	return nil
}

func (s *Store) putSealed(db *gorm.DB, name string, value []byte) error {
	sealed, err := s.seal.keys.Load().aead.Encrypt(value, sealedData(name))
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&installationSecret{name, sealed}).Error
}

// resealInstallation seals with the newest key what the installation keeps
// sealed with older ones. They are few: one transaction does.
func (s *Store) resealInstallation(ctx context.Context, prefix []byte) (n int, err error) {
	err = s.Update(ctx, s.now(), func(t *Tx) error {
		return t.batch.direct(func(db *gorm.DB) error {
			n = 0
			rows, err := find[installationSecret](db.Order("name"), "sealed values")
			if err != nil {
				return err
			}
			for _, row := range rows {
				if bytes.HasPrefix(row.Ciphertext, prefix) {
					continue
				}
				value, err := s.seal.keys.Load().openSealed(row)
				if err != nil {
					return err
				}
				if err := s.putSealed(db, row.Name, value); err != nil {
					return err
				}
				n++
			}
			return nil
		})
	})
	return n, err
}

// Sealed opens what the installation keeps sealed under a name, nil if there is
// nothing. The error wraps ErrKey if it does not open.
func (i *Inspection) Sealed(ctx context.Context, name string) ([]byte, error) {
	k, err := loadKeys(i.options)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	row, err := takeOrNil[installationSecret](i.db.WithContext(ctx).Where("name = ?", name), "a sealed value")
	if err != nil || row == nil {
		return nil, err
	}
	return k.openSealed(row)
}
