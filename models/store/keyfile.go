package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// keys are what private values are sealed with (the primary one) and opened
// with (any of them).
type keys struct {
	aead   tink.AEAD
	handle *keyset.Handle
	raw    []byte // as they were read
}

// keyPrefix is how many bytes of a sealed value say which key it was sealed
// with: Tink writes a 1 and the key's id before it.
const keyPrefix = 5

func prefixOf(id uint32) []byte { return binary.BigEndian.AppendUint32([]byte{1}, id) }

func (k *keys) primary() uint32 { return k.handle.KeysetInfo().GetPrimaryKeyId() }

// ids lists all keys, the primary one among them.
func (k *keys) ids() []uint32 {
	var ids []uint32
	for _, info := range k.handle.KeysetInfo().GetKeyInfo() {
		ids = append(ids, info.GetKeyId())
	}
	return ids
}

// readKeys understands the text of a key file, which is a Tink keyset in JSON.
// The keys lie in it in the clear: whoever copies both the file and the
// database can read everything, which is why the file belongs in a safe place
// of its own.
func readKeys(raw []byte) (*keys, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, fmt.Errorf("%w: it does not hold a key: %w", ErrKey, err)
	}
	a, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return &keys{aead: a, handle: handle, raw: raw}, nil
}

// readKeyFile reads the keys from a file. The error is fs.ErrNotExist if there
// is none, or ErrKey if it holds none.
func readKeyFile(path string) (*keys, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	k, err := readKeys(raw)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return k, nil
}

// makeKeyFile makes a key, and the file for it (mode 0600).
func makeKeyFile(path string) (*keys, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return writeKeyFile(path, handle)
}

// writeKeyFile puts keys in a file in place of what is there. It is written
// beside and renamed, so that a crash leaves the old keys or the new ones,
// whole.
func writeKeyFile(path string, handle *keyset.Handle) (*keys, error) {
	var buf bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&buf)); err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // gone already if all went well
	_, err = tmp.Write(buf.Bytes())
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	return readKeys(buf.Bytes())
}

// syncDir makes a rename in a directory last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrInvalid) {
		err = nil // a system that does not do this for directories
	}
	return errors.Join(err, d.Close())
}
