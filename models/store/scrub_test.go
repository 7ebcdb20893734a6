package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// page is a page of 256 bytes full of x, with a header.
func page(at int, kind byte, cells, begin uint16) []byte {
	p := bytes.Repeat([]byte("x"), 256)
	p[at], p[at+cellCountAt], p[at+cellCountAt+1] = kind, byte(cells>>8), byte(cells)
	p[at+cellsBeginAt], p[at+cellsBeginAt+1] = byte(begin>>8), byte(begin)
	return p
}

func TestWipe(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		page     []byte
		first    bool
		from, to int // what is wiped
	}{
		{"a leaf", page(0, tableLeaf, 3, 200), false, 14, 200},
		{"a leaf of an index", page(0, indexLeaf, 0, 256), false, 8, 256},
		{"an inner page", page(0, tableInner, 2, 100), false, 16, 100},
		{"an inner page of an index", page(0, indexInner, 2, 100), false, 16, 100},
		{"the first page", page(100, tableLeaf, 1, 240), true, 110, 240},
		{"a full page", page(0, tableLeaf, 4, 16), false, 0, 0},
		{"a page that goes on from another", page(0, 0, 1, 100), false, 0, 0},
		{"a page that makes no sense", page(0, tableLeaf, 1, 300), false, 0, 0},
		{"no page", []byte("short"), false, 0, 0},
	} {
		want := bytes.Clone(tt.page)
		clear(want[tt.from:tt.to])
		if changed := wipe(tt.page, tt.first); changed != (tt.to > 0) || !bytes.Equal(tt.page, want) {
			t.Errorf("%s: changed %v, now %q", tt.name, changed, tt.page)
		}
		if wipe(tt.page, tt.first) {
			t.Errorf("%s: there is more to wipe the second time", tt.name)
		}
	}
}

// Somebody who reads keeps the log from being emptied, but nobody from writing.
func TestCheckpointWithAReader(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	w := found(t, s, "shire")
	tx, err := s.readSQL.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(t.Context(), "SELECT count(*) FROM need").Scan(&n); err != nil {
		t.Fatal(err)
	}
	w.need()
	wantErr(t, "with a reader", s.Checkpoint(t.Context()), ErrBusy)
	w.need()
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.Checkpoint(t.Context()); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(filepath.Join(s.Dir(), databaseFile+"-wal")); err != nil || info.Size() != 0 {
		t.Errorf("the log has %v bytes, %v", info.Size(), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "when it is closed", s.Checkpoint(t.Context()), ErrClosed)
}
