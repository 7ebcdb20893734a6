package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSealedSettings(t *testing.T) {
	t.Parallel()
	w, values, id := rotated(t)
	get := func(name, want string) {
		t.Helper()
		if got, err := w.Sealed(t.Context(), name); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v; want %q", name, got, err, want)
		}
	}
	set := func(name, value string) {
		t.Helper()
		if err := w.SetSealed(t.Context(), name, []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	get("token", "")
	set("token", "planted-first")
	set("token", "planted-token")
	set("recovery", "planted-recovery")
	set("gone", "planted-gone")
	set("gone", "")
	get("token", "planted-token")
	get("gone", "")
	if bytes.Contains(rawFiles(t, w.Dir()), []byte("planted-token")) {
		t.Error("it is not sealed")
	}

	// A new key seals them too, before the old one is dropped.
	old := w.Store.seal.keys.Load().primary()
	if n, err := w.Reseal(t.Context()); err != nil || n != len(values)+2 {
		t.Errorf("sealed %d anew, %v", n, err)
	}
	if n := count(t, w.Store, "installation_secret", "substr(ciphertext, 1, 5) = ?", prefixOf(id)); n != 2 {
		t.Errorf("%d are sealed with %d instead of %d", n, id, old)
	}
	get("token", "planted-token")
	look, err := Inspect(t.Context(), Options{Dir: w.Dir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := look.Close(); err != nil {
			t.Error(err)
		}
	}()
	if uses, err := look.Keys(); err != nil || len(uses) != 1 || uses[0].Values != int64(len(values)+2) {
		t.Errorf("keys %+v, %v", uses, err)
	}
	if got, err := look.Sealed(t.Context(), "recovery"); err != nil || string(got) != "planted-recovery" {
		t.Errorf("looked at: %q, %v", got, err)
	}
	if got, err := look.Sealed(t.Context(), "gone"); err != nil || got != nil {
		t.Errorf("looked at what is gone: %q, %v", got, err)
	}

	// What is moved to another name does not open.
	if _, err := w.conn.ExecContext(t.Context(), "UPDATE installation_secret SET name = 'moved' WHERE name = 'token'"); err != nil {
		t.Fatal(err)
	}
	if got, err := w.Sealed(t.Context(), "moved"); !errors.Is(err, ErrKey) {
		t.Errorf("moved: %q, %v", got, err)
	}
}

// A key that is missing is not made anew while something is sealed with it.
func TestMissingKeyWithSealedSettings(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	if err := s.SetSealed(t.Context(), "token", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(s.Dir(), keyFile)); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), Options{Dir: s.Dir()})
	if err == nil {
		t.Fatal(again.Close())
	}
	wantErr(t, "without the key", err, ErrKey)
}
