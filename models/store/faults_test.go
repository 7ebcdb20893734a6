package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// warnings counts what is logged as a warning.
type warnings struct{ n atomic.Int64 }

func (w *warnings) Enabled(context.Context, slog.Level) bool { return true }
func (w *warnings) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w *warnings) WithGroup(string) slog.Handler            { return w }
func (w *warnings) Handle(_ context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		w.n.Add(1)
	}
	return nil
}

// A backup tool, or somebody with a database shell, holds the database.
func TestLockedBySomebodyElse(t *testing.T) {
	t.Parallel()
	logged := &warnings{}
	s := openSQLite(t, func(o *Options) { o.Log = slog.New(logged) })
	w := found(t, s, "shire")
	n := w.need()
	if _, err := s.conn.ExecContext(t.Context(), "PRAGMA busy_timeout=0"); err != nil { // not to wait five seconds
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", fileURL(filepath.Join(s.Dir(), databaseFile), "_txlock=exclusive"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	})
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantErr(t, "a unit", s.Update(t.Context(), noon, mark(w, "locked")), ErrLocked)
	batch := make([]*job, maxBatch)
	for i := range batch {
		batch[i] = &job{now: noon, run: mark(w, "locked"), done: make(chan error, 1)}
	}
	s.commit(batch) // the writer itself is idle
	for i, j := range batch {
		wantErr(t, fmt.Sprint("unit ", i, " of a batch"), <-j.done, ErrLocked)
	}
	if got := logged.n.Load(); got != 0 {
		t.Errorf("%d warnings: a batch was tried again in parts, each of which waits", got)
	}
	if got, err := w.reader().NeedByID(n.ID); err != nil || got.ID != n.ID {
		t.Errorf("readers do not go on: %v, %v", got, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	w.act(mark(w, "free"))
	wantMarks(t, w, map[string]int{"locked": 0, "free": 1})
}

func TestFileThatIsNoDatabase(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	path := filepath.Join(dir, databaseFile)
	content := strings.Repeat("This is no database. ", 1000)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "a text", refused(t, in(dir)), ErrCorrupt)
	if raw, err := os.ReadFile(path); err != nil || string(raw) != content {
		t.Errorf("the file was changed: %d bytes, %v", len(raw), err)
	}
}

// damage overwrites the first page of a table in a closed database.
func damage(t *testing.T, dir, table string) {
	t.Helper()
	path := filepath.Join(dir, databaseFile)
	db, err := sql.Open("sqlite", fileURL(path, "mode=rw"))
	if err != nil {
		t.Fatal(err)
	}
	var page, size int64
	err = errors.Join(
		db.QueryRowContext(t.Context(), "SELECT rootpage FROM sqlite_master WHERE name = ?", table).Scan(&page),
		db.QueryRowContext(t.Context(), "PRAGMA page_size").Scan(&size), db.Close())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte(strings.Repeat("\xa5", int(size))), (page-1)*size)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedPage(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	w := found(t, s, "shire")
	n := w.need()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, s.Dir(), "need")
	w.Store = openSQLite(t, in(s.Dir()))
	_, err := w.reader().NeedByID(n.ID)
	wantErr(t, "reading it", err, ErrCorrupt)
	load := w.as("ann", func(tx *Tx) error { _, err := tx.NeedByID(n.ID); return err })
	write := w.as("ann", func(tx *Tx) error {
		n, err := newNeed(tx)
		tx.Add(n)
		return err
	})
	wantErr(t, "loading it in a unit", w.Update(t.Context(), noon, load), ErrCorrupt)
	wantErr(t, "writing to it", w.Update(t.Context(), noon, write), ErrCorrupt)
	// What does not need the page goes on, beside what does.
	errs := inOneBatch(t, w.Store, mark(w, "a"), load, mark(w, "b"), write, mark(w, "c"))
	for i, want := range []error{nil, ErrCorrupt, nil, ErrCorrupt, nil} {
		wantErr(t, fmt.Sprint("unit ", i), errs[i], want)
	}
	wantMarks(t, w, map[string]int{"a": 1, "b": 1, "c": 1})
}

func TestDamagedSchema(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"schema_migration", "schema_info"} {
		dir, _ := closedTown(t)
		damage(t, dir, table)
		wantErr(t, "with "+table+" damaged", refused(t, in(dir)), ErrCorrupt)
	}
}

func TestFilesThatAreDirectories(t *testing.T) {
	t.Parallel()
	for _, name := range []string{databaseFile, databaseFile + "-wal"} {
		dir := freshDir(t)
		path := filepath.Join(dir, name)
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(path, "inside"), 0o700); err != nil {
			t.Fatal(err)
		}
		wantErr(t, name+" is a directory", refused(t, in(dir)), ErrReadOnly)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := refused(t, in(file)); err == nil {
		t.Error("a file was taken for the data directory")
	}
}

func TestExplainKeepsOtherErrors(t *testing.T) {
	t.Parallel()
	if explain(nil) != nil || !errors.Is(explain(errOwn), errOwn) {
		t.Error("an error that is not SQLite's is changed")
	}
	s := openSQLite(t)
	w := found(t, s, "shire")
	err := s.Update(t.Context(), noon, w.as("ann", func(tx *Tx) error {
		n, err := newNeed(tx, func(n *models.Need) { n.Claimed = 7 })
		tx.Add(n)
		return err
	}))
	for _, known := range []error{ErrLocked, ErrCorrupt, ErrReadOnly, ErrFull} {
		if err == nil || errors.Is(err, known) {
			t.Errorf("a broken rule is told as %v", err)
		}
	}
}
