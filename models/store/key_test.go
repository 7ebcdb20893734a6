package store

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestFilesAreOurOwn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "shirebot")
	s := openSQLite(t, in(dir))
	w := found(t, s, "shire")
	w.need()
	if _, _, err := w.reader().Board(Filter{}, 0, 1); err != nil {
		t.Fatal(err)
	}
	modes := map[string]fs.FileMode{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			modes[filepath.Base(path)] = info.Mode().Perm()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{databaseFile, databaseFile + "-wal", keyFile, lockFile} {
		if _, ok := modes[name]; !ok {
			t.Errorf("there is no file %s", name)
		}
	}
	for name, mode := range modes {
		want := fs.FileMode(0o600)
		if name == "shirebot" {
			want = 0o700
		}
		if mode != want {
			t.Errorf("%s has the mode %o, want %o", name, mode, want)
		}
	}
}

// Whoever copies the database of a program that was stopped copies one file.
func TestClosedDatabaseIsOneFile(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	w := found(t, s, "shire")
	n := w.need()
	w.act(everything)
	if _, _, err := w.reader().Board(Filter{}, 0, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(s.Dir(), databaseFile+"*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, databaseFile), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(s.Dir(), keyFile), filepath.Join(dir, keyFile)); err != nil {
		t.Fatal(err)
	}
	w.Store = openSQLite(t, in(dir))
	if got, err := w.reader().NeedByID(n.ID); err != nil || got.What != n.What {
		t.Errorf("the copy has %+v, %v", got, err)
	}
}

// closedWithSecret is the directory of a closed store with one private value,
// and what opens it.
func closedWithSecret(t *testing.T) (dir string, look func(s *Store) (map[models.PrivateField]string, error)) {
	t.Helper()
	s := openSQLite(t, in(t.TempDir()))
	if !s.KeyMade {
		t.Error("a fresh store does not say that it made a key")
	}
	w := found(t, s, "shire")
	e := w.need().Entity()
	w.seal(e, map[models.PrivateField]string{models.FieldContact: "413-555-0142"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s.Dir(), func(s *Store) (map[models.PrivateField]string, error) {
		return s.Reader(t.Context(), w.coalition).Private(e)
	}
}

func TestKeyIsKept(t *testing.T) {
	t.Parallel()
	dir, look := closedWithSecret(t)
	s := openSQLite(t, in(dir))
	if s.KeyMade {
		t.Error("the key was made anew")
	}
	if private, err := look(s); err != nil || private[models.FieldContact] != "413-555-0142" {
		t.Errorf("%q, %v", private, err)
	}
}

func TestMissingKeyIsRefused(t *testing.T) {
	t.Parallel()
	dir, look := closedWithSecret(t)
	path := filepath.Join(dir, keyFile)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for range 2 { // refused again: no new key was put in its place
		s, err := Open(t.Context(), Options{Dir: dir})
		if err == nil {
			t.Fatal(s.Close())
		}
		wantErr(t, "without the key", err, ErrKey)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if private, err := look(openSQLite(t, in(dir))); err != nil || len(private) != 1 {
		t.Errorf("with the key back: %q, %v", private, err)
	}
}

func TestMissingKeyWithoutPrivateValuesIsMade(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(s.Dir(), keyFile)); err != nil {
		t.Fatal(err)
	}
	if again := openSQLite(t, in(s.Dir())); !again.KeyMade {
		t.Error("no key was made")
	}
}

func TestOtherKeyIsRefused(t *testing.T) {
	t.Parallel()
	dir, look := closedWithSecret(t)
	own, err := os.ReadFile(filepath.Join(dir, keyFile))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	if err := openSQLite(t, in(elsewhere)).Close(); err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(filepath.Join(elsewhere, keyFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, keyFile), other, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{Dir: dir})
	if err == nil {
		t.Fatal(s.Close())
	}
	wantErr(t, "with another installation's key", err, ErrKey)
	if err := os.WriteFile(filepath.Join(dir, keyFile), own, 0o600); err != nil {
		t.Fatal(err)
	}
	if private, err := look(openSQLite(t, in(dir))); err != nil || len(private) != 1 {
		t.Errorf("with its own key back: %q, %v", private, err)
	}
}

func TestDamagedKeyIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"", "{}", "not a key"} {
		dir, _ := closedWithSecret(t)
		path := filepath.Join(dir, keyFile)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), Options{Dir: dir})
		if err == nil {
			t.Error(s.Close(), "a damaged key was taken")
		}
		wantErr(t, "a damaged key", err, ErrKey)
		if raw, err := os.ReadFile(path); err != nil || !bytes.Equal(raw, []byte(content)) {
			t.Errorf("the file now holds %q, %v", raw, err)
		}
	}
}
