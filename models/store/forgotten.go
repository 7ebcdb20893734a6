package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// forgottenList is the file that lists what was forgotten for good: kind, id and
// time, a line each. It lies beside the database and is only added to, so that
// an older copy of the database that is put back forgets again. The database
// knows how much of it is carried out.
type forgottenList struct {
	file *os.File
	size int64 // what is committed
}

// entry is one line of the list.
type entry struct {
	kind models.Kind
	id   models.ID
	at   time.Time
}

// kindPerson is the kind of a person in the list.
const kindPerson models.Kind = "person"

func (e entry) line() string {
	return fmt.Sprintf("%s %d %s\n", e.kind, e.id, e.at.UTC().Format(time.RFC3339Nano))
}

func parseEntry(line string) (entry, error) {
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return entry{}, fmt.Errorf("the line %q has not three fields", line)
	}
	id, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return entry{}, err
	}
	at, err := time.Parse(time.RFC3339Nano, fields[2])
	return entry{models.Kind(fields[0]), models.ID(id), at}, err
}

// openForgotten opens the list, and makes it if it is not there. What a crash
// left of a line is cut off.
func openForgotten(path string) (*forgottenList, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("list of what was forgotten: %w", explainFile(err))
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("list of what was forgotten: %w", err), f.Close())
	}
	list := &forgottenList{f, int64(bytes.LastIndexByte(raw, '\n') + 1)}
	return list, nil
}

func (l *forgottenList) close() error { return l.file.Close() }

// add puts entries at the end, on disk when it returns.
func (l *forgottenList) add(entries []entry) (size int64, err error) {
	var text strings.Builder
	for _, e := range entries {
		text.WriteString(e.line())
	}
	if _, err := l.file.WriteAt([]byte(text.String()), l.size); err != nil {
		return 0, err
	}
	size = l.size + int64(text.Len())
	return size, errors.Join(l.file.Truncate(size), l.file.Sync())
}

// listForgotten lists what a batch forgets, before it is committed: a commit
// that is answered is in the list.
func (b *batch) listForgotten() error {
	if len(b.forgets) == 0 {
		return nil
	}
	size, err := b.store.forgotten.add(b.forgets)
	if err != nil {
		return fmt.Errorf("list what is forgotten: %w", explainFile(err))
	}
	if err := b.db.Exec("UPDATE installation SET forgotten = ?", size).Error; err != nil {
		return fmt.Errorf("note the list's size: %w", err)
	}
	b.listed = size
	return nil
}

// unlistForgotten takes back what was listed for a batch that failed.
func (b *batch) unlistForgotten() error {
	if len(b.forgets) == 0 {
		return nil
	}
	return b.store.forgotten.file.Truncate(b.store.forgotten.size)
}

// forgetAgain carries out what is in the list and not in the database: it is an
// older copy that was put back.
func (s *Store) forgetAgain(ctx context.Context) error {
	var row installation
	if err := s.write.WithContext(ctx).Take(&row).Error; err != nil {
		return fmt.Errorf("read the installation's row: %w", explain(err))
	}
	if row.Forgotten > s.forgotten.size {
		s.log.Warn("the list of what was forgotten is shorter than the database says", "have", s.forgotten.size, "want", row.Forgotten)
		row.Forgotten = s.forgotten.size
	}
	raw := make([]byte, s.forgotten.size-row.Forgotten)
	if _, err := s.forgotten.file.ReadAt(raw, row.Forgotten); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("list of what was forgotten: %w", err)
	}
	done := row.Forgotten
	for line := range strings.Lines(string(raw)) {
		e, err := parseEntry(line)
		if err != nil {
			return fmt.Errorf("list of what was forgotten: %w", err)
		}
		done += int64(len(line))
		for more := true; more; {
			err := s.Update(ctx, s.now(), func(t *Tx) error {
				var err error
				if more, err = t.again(e); err != nil || more {
					return err
				}
				t.forgets = nil // it is in the list
				return t.batch.direct(func(db *gorm.DB) error { return db.Exec("UPDATE installation SET forgotten = ?", done).Error })
			})
			if err != nil {
				return fmt.Errorf("forget %s %d again: %w", e.kind, e.id, err)
			}
		}
	}
	if len(raw) > 0 {
		s.log.Warn("an older copy of the database was put back, and has forgotten again", "bytes", len(raw))
		return s.Checkpoint(ctx)
	}
	return nil
}

// again forgets one thing, wherever it stands in this copy; more says that there
// is more to do. What is not there at all is fine.
func (t *Tx) again(e entry) (more bool, err error) {
	var coalition models.ID
	err = t.batch.direct(func(db *gorm.DB) error {
		return db.Raw("SELECT coalition_id FROM "+string(e.kind)+" WHERE id = ?", e.id).Scan(&coalition).Error
	})
	if err != nil || coalition == 0 {
		return false, err
	}
	t.In(coalition)
	switch e.kind {
	case models.KindNeed:
		n, err := t.NeedByID(e.id)
		if err != nil {
			return false, err
		}
		_, err = t.endNeed(n, "other", e.at)
		return false, err
	case models.KindOffer:
		o, err := t.OfferByID(e.id)
		if err != nil {
			return false, err
		}
		return false, t.endOffer(o, e.at)
	case kindPerson:
		p, err := t.Person(e.id)
		if err != nil {
			return false, err
		}
		_, err = t.Forget(p, e.at)
		return p.Forgetting, err
	}
	return false, fmt.Errorf("%q is no kind of what is forgotten", e.kind)
}
