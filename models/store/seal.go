package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// ErrKey says that a sealed value cannot be opened: the key is not the one it
// was sealed with, or the value was moved from the row it belongs to.
var ErrKey = errors.New("the key does not open this private value")

// sealVersion is the first byte of the associated data, for later changes.
const sealVersion = 1

// sealer seals the private values of rows. What it seals opens only in the
// same coalition, kind, field and row. Its keys can be changed while it is used.
type sealer struct{ keys atomic.Pointer[keys] }

func (s *sealer) seal(coalition models.ID, e models.Entity, f models.PrivateField, text string) ([]byte, error) {
	sealed, err := s.keys.Load().aead.Encrypt([]byte(text), associated(coalition, e, f))
	if err != nil {
		return nil, fmt.Errorf("seal a private value: %w", err)
	}
	return sealed, nil
}

func (s *sealer) open(coalition models.ID, row *models.Secret) (string, error) {
	e := models.Entity{Kind: row.Kind, ID: row.RowID}
	text, err := s.keys.Load().aead.Decrypt(row.Ciphertext, associated(coalition, e, row.Field))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrKey, err)
	}
	return string(text), nil
}

func associated(coalition models.ID, e models.Entity, f models.PrivateField) []byte {
	b := []byte{sealVersion}
	b = binary.BigEndian.AppendUint64(b, uint64(coalition))
	b = append(append(b, e.Kind...), 0)
	b = append(append(b, f...), 0)
	return binary.BigEndian.AppendUint64(b, uint64(e.ID))
}
