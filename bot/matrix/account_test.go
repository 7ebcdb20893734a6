//go:build goolm

package matrix

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// home is where the bot keeps what it knows: its data directory and its account
// on the homeserver.
type home struct {
	t       *testing.T
	server  *matrixtest.Server
	account *matrixtest.Account
	o       sessionOptions
	shown   []string // recovery keys that were shown
}

// newHome is a data directory for an account of its own.
func newHome(t *testing.T, server *matrixtest.Server) *home {
	t.Helper()
	h := &home{t: t, server: server, account: server.Account(t, "bot")}
	h.o = sessionOptions{Homeserver: server.URL(), User: h.account.UserID.String(), Password: h.account.Password, Dir: t.TempDir(),
		ShowRecoveryKey: func(key string) { h.shown = append(h.shown, key) }}
	h.o.Store = openStore(t, h.o.Dir)
	return h
}

func openStore(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// open opens a session that the test closes, at its end at the latest.
func (h *home) open() *session {
	h.t.Helper()
	s, err := openSession(h.t.Context(), h.o)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		if err := s.close(); err != nil && !strings.Contains(err.Error(), "closed") {
			h.t.Error(err)
		}
	})
	return s
}

// refused is the error with which no session opens.
func (h *home) refused() error {
	h.t.Helper()
	s, err := openSession(h.t.Context(), h.o)
	if err == nil {
		_ = s.close()
		h.t.Fatal("the session opened")
	}
	return err
}

func (h *home) shut(s *session) {
	h.t.Helper()
	if err := s.close(); err != nil {
		h.t.Fatal(err)
	}
}

func (h *home) devices() []id.DeviceID {
	h.t.Helper()
	all, err := h.account.Devices(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// signed reports whether others see the session's device as signed.
func (h *home) signed(s *session, by *matrixtest.User) bool {
	h.t.Helper()
	return by.Signed(s.client.UserID, s.client.DeviceID)
}

func TestSessionIsKept(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	h.o.User = h.account.UserID.Localpart()

	first := h.open()
	if first.client.UserID != h.account.UserID || !strings.HasPrefix(first.client.DeviceID.String(), "SHIRE") {
		t.Errorf("logged in as %s on %s", first.client.UserID, first.client.DeviceID)
	}
	if !h.signed(first, mara) {
		t.Error("the device is not signed")
	}
	if len(h.shown) != 1 || len(strings.Fields(h.shown[0])) != 12 {
		t.Errorf("recovery keys shown: %d", len(h.shown))
	}
	token, key := first.client.AccessToken, first.machine.GetAccount().SigningKey()
	h.shut(first)

	again := h.open()
	if again.client.AccessToken != token || again.client.DeviceID != first.client.DeviceID || again.machine.GetAccount().SigningKey() != key {
		t.Error("the second start made another login, device or key")
	}
	if !h.signed(again, mara) || len(h.shown) != 1 {
		t.Errorf("signed: %v, recovery keys shown: %d", h.signed(again, mara), len(h.shown))
	}
	if all := h.devices(); len(all) != 1 {
		t.Errorf("devices %v", all)
	}
	h.shut(again)
	h.wantSealed(token, h.shown[0], h.account.Password)
}

// wantSealed makes sure that secrets are in no file, and that the files are the
// owner's alone.
func (h *home) wantSealed(secrets ...string) {
	h.t.Helper()
	wantRare(h.t, secrets)
	err := filepath.WalkDir(h.o.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm() != 0o600 {
			h.t.Errorf("%s has the mode %o", d.Name(), info.Mode().Perm())
		}
		raw, err := os.ReadFile(path)
		for _, secret := range secrets {
			if bytes.Contains(raw, []byte(secret)) {
				h.t.Errorf("%s holds a secret", d.Name())
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestRevokedToken(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	first := h.open()
	h.shut(first)
	if err := h.account.Revoke(t.Context(), first.client.AccessToken); err != nil {
		t.Fatal(err)
	}

	password := h.o.Password
	h.o.Password = ""
	if err := h.refused(); !errors.Is(err, ErrToken) {
		t.Errorf("without a password: %v", err)
	}
	h.o.Password = "wrong"
	if err := h.refused(); !errors.Is(err, ErrPassword) {
		t.Errorf("with a wrong password: %v", err)
	}
	h.o.Password = password
	again := h.open()
	if again.client.DeviceID == first.client.DeviceID || again.machine.GetAccount().SigningKey() == first.machine.GetAccount().SigningKey() {
		t.Error("the device that was logged out is used again")
	}
	if !h.signed(again, mara) || len(h.shown) != 1 {
		t.Errorf("signed: %v, recovery keys shown: %d", h.signed(again, mara), len(h.shown))
	}
}

func TestDeletedDevice(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	first := h.open()
	h.shut(first)
	if err := h.account.DeleteDevice(t.Context(), first.client.DeviceID); err != nil {
		t.Fatal(err)
	}
	again := h.open()
	if again.client.DeviceID == first.client.DeviceID || !h.signed(again, mara) {
		t.Errorf("device %s after %s, signed: %v", again.client.DeviceID, first.client.DeviceID, h.signed(again, mara))
	}
}

func TestCryptoStoreIsLost(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(h *home) error{
		"removed": func(h *home) error { return os.Remove(filepath.Join(h.o.Dir, cryptoFile)) },
		"damaged": func(h *home) error {
			return os.WriteFile(filepath.Join(h.o.Dir, cryptoFile), bytes.Repeat([]byte("no database "), 1000), 0o600)
		},
		"another's": func(h *home) error {
			other := newHome(h.t, matrixtest.Start(h.t))
			other.shut(other.open())
			return os.Rename(filepath.Join(other.o.Dir, cryptoFile), filepath.Join(h.o.Dir, cryptoFile))
		},
		"sealed with another key": func(h *home) error {
			return h.o.Store.SetSealed(h.t.Context(), sealedPickle, []byte("another"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := matrixtest.Start(t)
			mara := server.User(t, "Mara")
			h := newHome(t, server)
			first := h.open()
			h.shut(first)
			if err := lose(h); err != nil {
				t.Fatal(err)
			}
			password := h.o.Password
			h.o.Password = ""
			if err := h.refused(); !errors.Is(err, ErrDevice) {
				t.Errorf("without a password: %v", err)
			}
			h.o.Password = password
			again := h.open()
			if again.client.DeviceID == first.client.DeviceID || !h.signed(again, mara) {
				t.Errorf("device %s after %s, signed: %v", again.client.DeviceID, first.client.DeviceID, h.signed(again, mara))
			}
			if all := h.devices(); len(all) != 1 || all[0] != again.client.DeviceID {
				t.Errorf("devices %v", all)
			}
			if len(h.shown) != 1 {
				t.Errorf("recovery keys shown: %d", len(h.shown))
			}
		})
	}
}
