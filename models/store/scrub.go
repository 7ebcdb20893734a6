package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
)

// scrubAtOnce is how many pages are looked through in one transaction, and with
// it how long others wait: about 5 ms on a small machine.
const scrubAtOnce = 128

// pagesAtMost is below where the first byte of an overflow page could look like
// that of a tree's page: such a page begins with the number of another.
const pagesAtMost = 1 << 24

// Scrub wipes what SQLite leaves behind of rows that moved to another page and
// were erased there. secure_delete overwrites what is deleted, but the copy that
// stays in the unused middle of a page when it is split or merged is no longer
// known to it. The pages are gone through in steps, and then the log is emptied.
func (s *Store) Scrub(ctx context.Context) error {
	for next := 1; next > 0; {
		c := chore{done: make(chan error, 1), run: func() (err error) { //nolint:contextcheck // it is the writer's, and not to be cut short
			next, err = s.scrubSome(next)
			return err
		}}
		select {
		case s.chores <- c:
		case <-s.closed:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := <-c.done; err != nil {
			return fmt.Errorf("scrub: %w", explain(err))
		}
	}
	return s.Checkpoint(ctx)
}

// scrubSome looks through some pages and returns the next, 0 at the end.
func (s *Store) scrubSome(first int) (next int, err error) {
	ctx := context.Background() // the writer's own: it is not to be cut short
	var pages int
	if err := s.conn.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return 0, err
	}
	if pages >= pagesAtMost {
		return 0, errors.New("the database is too big to be looked through")
	}
	if _, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return 0, err
	}
	last := min(first+scrubAtOnce-1, pages)
	for number := first; number <= last && err == nil; number++ {
		var page []byte
		if err = s.conn.QueryRowContext(ctx, "SELECT data FROM sqlite_dbpage WHERE pgno = ?", number).Scan(&page); err != nil {
			break
		}
		if wipe(page, number == 1) {
			_, err = s.conn.ExecContext(ctx, "UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?", page, number)
		}
	}
	if err == nil {
		_, err = s.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		s.rollback()
		return 0, err
	}
	if last == pages {
		return 0, nil
	}
	return last + 1, nil
}

// The file format is described at https://www.sqlite.org/fileformat2.html,
// section 1.6: a tree's page has a header, an array of two bytes for each cell,
// an unused stretch, and the cells.
const (
	fileHeader   = 100 // before the header of the first page
	leafHeader   = 8
	innerHeader  = 12
	indexInner   = 0x02
	tableInner   = 0x05
	indexLeaf    = 0x0a
	tableLeaf    = 0x0d
	cellCountAt  = 3
	cellsBeginAt = 5
)

// wipe overwrites the unused stretch of a tree's page with zeros, and reports
// whether there was anything else in it. Other pages are left alone.
func wipe(page []byte, isFirst bool) bool {
	header := 0
	if isFirst {
		header = fileHeader
	}
	if len(page) < header+innerHeader {
		return false
	}
	length := leafHeader
	switch page[header] {
	case indexInner, tableInner:
		length = innerHeader
	case indexLeaf, tableLeaf:
	default:
		return false
	}
	cells := int(binary.BigEndian.Uint16(page[header+cellCountAt:]))
	begin := header + length + 2*cells
	end := int(binary.BigEndian.Uint16(page[header+cellsBeginAt:]))
	if end == 0 { // 65536, in pages of that size
		end = len(page)
	}
	if begin >= end || end > len(page) {
		return false
	}
	unused := page[begin:end]
	if len(bytes.TrimLeft(unused, "\x00")) == 0 {
		return false
	}
	clear(unused)
	return true
}
