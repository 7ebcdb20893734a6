package store

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// pages is how large a database is, in pages.
func pages(t *testing.T, s *Store) int {
	t.Helper()
	var n int
	if err := s.readSQL.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// large is a unit that writes so many rows of a page each, after a small one.
func large(w town, verb string, rows int) func(*Tx) error {
	return w.as("ann", func(tx *Tx) error {
		tx.Record(models.Entity{Kind: models.KindNeed, ID: 1}, verb)
		for range rows {
			n, err := newNeed(tx, func(n *models.Need) { n.What = strings.Repeat("x", 3000) })
			if err != nil {
				return err
			}
			tx.Add(n)
		}
		return nil
	})
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	const room = 20 // pages
	fresh := openSQLite(t)
	found(t, fresh, "elsewhere")
	limit := pages(t, fresh) + room
	s := openSQLite(t, func(o *Options) { o.MaxPages = limit })
	w := found(t, s, "shire")
	before := total(t, s)

	wantErr(t, "more than fits", s.Update(t.Context(), noon, large(w, "too much", 2*room)), ErrFull)
	if after := total(t, s); !maps.Equal(before, after) {
		t.Errorf("rows before %v, after %v", before, after)
	}
	// What fits is written, beside what does not.
	errs := inOneBatch(t, s, mark(w, "a"), large(w, "too much", 2*room), mark(w, "b"), large(w, "fits", 2))
	for i, want := range []error{nil, ErrFull, nil, nil} {
		wantErr(t, fmt.Sprint("unit ", i), errs[i], want)
	}
	wantMarks(t, w, map[string]int{"a": 1, "b": 1, "fits": 1, "too much": 0})
	if _, total, err := w.reader().Board(Filter{}, 0, 10); err != nil || total != 2 {
		t.Errorf("the board has %d needs, %v", total, err)
	}

	// Filled to the last page, it still reads, and says what is wrong.
	filled := 0
	for ; filled < 4*room; filled++ {
		if err := s.Update(t.Context(), noon, large(w, "filling", 1)); err != nil {
			wantErr(t, "the last", err, ErrFull)
			break
		}
	}
	if got := pages(t, s); got != limit {
		t.Errorf("it is full with %d pages of %d", got, limit)
	}
	wantMarks(t, w, map[string]int{"filling": filled})
	if _, total, err := w.reader().Board(Filter{}, 0, 10); err != nil || total != int64(2+filled) {
		t.Errorf("the board has %d needs of %d, %v", total, 2+filled, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}

	// With more room all goes on, and the numbers have no gap.
	w.Store = openSQLite(t, in(s.Dir()), func(o *Options) { o.MaxPages = 2 * limit })
	w.do(large(w, "room again", room))
	last := models.Ref{Kind: models.KindNeed, Number: int64(2 + filled + room)}
	if _, err := w.reader().Need(last); err != nil {
		t.Error(err)
	}
}

func TestFullWhenItIsMade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	err := refused(t, in(dir), func(o *Options) { o.MaxPages = 10 })
	wantErr(t, "no room for the schema", err, ErrFull)
	if errors.Is(err, ErrCorrupt) {
		t.Errorf("it is told as %v", err)
	}
	openSQLite(t, in(dir)) // nothing half done stands in the way
}
