//go:build goolm

package matrix

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// Whoever copies the bot's files without the installation's key has neither its
// login nor its keys: not the token, the password, the pickle key or the recovery
// key, and not in the database the name of its device.
func TestNothingSecretInTheFiles(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	h := newHome(t, server)
	s := h.open()
	pickle, err := h.o.Store.Sealed(t.Context(), sealedPickle)
	if err != nil || len(pickle) == 0 {
		t.Fatalf("the pickle key is %d bytes, %v", len(pickle), err)
	}
	secrets := []string{s.client.AccessToken, h.account.Password, string(pickle), hex.EncodeToString(pickle),
		base64.StdEncoding.EncodeToString(pickle), base64.RawStdEncoding.EncodeToString(pickle)}
	for _, key := range h.shown {
		secrets = append(secrets, key, strings.ReplaceAll(key, " ", ""))
	}
	kept, err := h.o.Store.Sealed(t.Context(), sealedLogin)
	if err != nil || !strings.Contains(string(kept), s.client.AccessToken) || !strings.Contains(string(kept), s.client.DeviceID.String()) {
		t.Errorf("the sealed login has not the token and the device, %v", err)
	}
	device := s.client.DeviceID.String()
	h.wantSealed(secrets...) // while the files are open, logs of the databases included
	h.shut(s)
	h.wantSealed(secrets...)
	files, err := filepath.Glob(filepath.Join(h.o.Dir, "*"))
	if err != nil || len(files) < 3 {
		t.Fatalf("the files are %v, %v", files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), device) && !strings.HasPrefix(filepath.Base(file), cryptoFile) {
			t.Errorf("%s has the name of the device", filepath.Base(file))
		}
	}
}
