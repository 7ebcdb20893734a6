package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// rotated is a store with more private values than one step seals anew, after
// its key file got a new key.
func rotated(t *testing.T) (w town, values map[models.ID]string, id uint32) {
	t.Helper()
	w = found(t, openSQLite(t), "shire")
	values = map[models.ID]string{}
	for i := range resealAtOnce + 5 {
		n := w.need()
		values[n.ID] = fmt.Sprint("413-555-0", 100+i)
		w.seal(n.Entity(), map[models.PrivateField]string{models.FieldContact: values[n.ID]})
	}
	id, err := RotateKey(Options{Dir: w.Dir()})
	if err != nil {
		t.Fatal(err)
	}
	return w, values, id
}

func (w town) wantAll(values map[models.ID]string) {
	w.t.Helper()
	for id, text := range values {
		w.wantPrivate(fmt.Sprint(id), models.Entity{Kind: models.KindNeed, ID: id}, map[models.PrivateField]string{models.FieldContact: text})
	}
}

// sealedWith counts the private values that are sealed with a key.
func (w town) sealedWith(id uint32) int {
	w.t.Helper()
	return count(w.t, w.Store, "secret", "substr(ciphertext, 1, 5) = ?", prefixOf(id))
}

func TestRotation(t *testing.T) {
	t.Parallel()
	w, values, id := rotated(t)
	before := w.pseudonym("somebody")
	old := w.Store.seal.keys.Load().primary()
	n, err := w.Reseal(t.Context())
	if err != nil || n != len(values) {
		t.Errorf("sealed %d anew, %v", n, err)
	}
	if w.sealedWith(id) != len(values) || w.sealedWith(old) != 0 {
		t.Error("something is not sealed with the new key")
	}
	w.wantAll(values)
	k, err := readKeyFile(filepath.Join(w.Dir(), keyFile))
	if err != nil || len(k.ids()) != 1 || k.primary() != id {
		t.Errorf("the file holds %v, %v", k.ids(), err)
	}
	if info, err := os.Stat(filepath.Join(w.Dir(), keyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if n, err := w.Reseal(t.Context()); err != nil || n != 0 {
		t.Errorf("the second time %d, %v", n, err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w.Store = openSQLite(t, in(w.Dir()))
	w.wantAll(values)
	if w.pseudonym("somebody") != before {
		t.Error("a pseudonym has changed with the key")
	}
}

// Stopped anywhere, both keys are there and everything opens; the next start
// goes on.
func TestRotationIsStopped(t *testing.T) {
	t.Parallel()
	for name, until := range map[string]func(w town) error{
		"before it began":        func(town) error { return nil },
		"after the key was read": func(w town) error { return w.reloadKeys(w.t.Context()) },
		"in the middle": func(w town) error {
			if err := w.reloadKeys(w.t.Context()); err != nil {
				return err
			}
			_, _, err := w.resealSome(w.t.Context(), prefixOf(w.Store.seal.keys.Load().primary()), 0)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, values, id := rotated(t)
			w.t = t
			if err := until(w); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			w.Store = openSQLite(t, in(w.Dir()))
			w.wantAll(values)
			if _, err := w.Reseal(t.Context()); err != nil || w.sealedWith(id) != len(values) {
				t.Errorf("%d are sealed with the new key, %v", w.sealedWith(id), err)
			}
			w.wantAll(values)
		})
	}
}

// A file with another installation's key is not taken over while it runs.
func TestForeignKeyIsNotTakenOver(t *testing.T) {
	t.Parallel()
	w, values, _ := rotated(t)
	if _, err := makeKeyFile(filepath.Join(w.Dir(), keyFile)); err != nil {
		t.Fatal(err)
	}
	_, err := w.Reseal(t.Context())
	wantErr(t, "a foreign key", err, ErrKey)
	w.wantAll(values)
}

func TestKeyFromElsewhere(t *testing.T) {
	t.Parallel()
	dir, look := closedWithSecret(t)
	raw, err := os.ReadFile(filepath.Join(dir, keyFile))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "mykey")
	if err := os.Rename(filepath.Join(dir, keyFile), elsewhere); err != nil {
		t.Fatal(err)
	}
	for name, set := range map[string]func(*Options){
		"a file":   func(o *Options) { o.KeyFile = elsewhere },
		"the text": func(o *Options) { o.Key = string(raw) },
	} {
		s := openSQLite(t, in(dir), set)
		if private, err := look(s); err != nil || len(private) != 1 {
			t.Errorf("%s: %q, %v", name, private, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, keyFile)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a key was made beside the data: %v", name, err)
		}
	}
	for name, o := range map[string]Options{
		"a missing file": {Dir: dir, KeyFile: elsewhere + "2"}, "a bad text": {Dir: dir, Key: "{}"},
	} {
		s, err := Open(t.Context(), o)
		if err == nil {
			t.Fatal(s.Close())
		}
		wantErr(t, name, err, ErrKey)
	}
	_, err = RotateKey(Options{Dir: dir, Key: string(raw)})
	wantErr(t, "rotating a key that is given as a text", err, ErrKeyGiven)
	_, err = RotateKey(Options{Dir: dir})
	wantErr(t, "rotating a key that is not there", err, fs.ErrNotExist)
}
