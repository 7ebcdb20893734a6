package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// opener opens a fresh database that is closed when the test ends.
type opener func(t *testing.T, change ...func(*Options)) *Store

// databases are the kinds of database that the store works on.
var databases = []struct {
	name string
	open opener
}{
	{"SQLite", openSQLite},
}

// eachDatabase runs a test on every kind of database. Tests of files, keys and
// SQLite's own faults open SQLite themselves.
func eachDatabase(t *testing.T, test func(t *testing.T, open opener)) {
	t.Helper()
	t.Parallel()
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			test(t, d.open)
		})
	}
}

func openSQLite(t *testing.T, change ...func(*Options)) *Store {
	t.Helper()
	o := Options{Now: func() time.Time { return noon }}
	for _, c := range change {
		c(&o)
	}
	if o.Dir == "" {
		o.Dir = freshDir(t)
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	// Opened again at the same moment, it must not happen to make the same ids.
	s.ids.node = opened.Add(1) % (1 << idNodeBits)
	// No test here survives a power cut, so none has to wait for the disk.
	if _, err := s.conn.ExecContext(t.Context(), "PRAGMA synchronous=OFF"); err != nil {
		t.Fatal(err)
	}
	return s
}

var opened atomic.Int64 // how many times

// freshFiles are those of a store that was just made and closed. Most tests
// begin with a copy, since each making waits for the disk seven times.
var freshFiles = sync.OnceValues(func() (files map[string][]byte, err error) {
	dir, err := os.MkdirTemp("", "fresh")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := Open(context.Background(), Options{Dir: dir, Now: func() time.Time { return noon }})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	files = map[string][]byte{}
	for _, name := range []string{databaseFile, keyFile} {
		if files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return files, nil
})

func freshDir(t *testing.T) string {
	t.Helper()
	files, err := freshFiles()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, raw := range files {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// noon is the moment at which most tests happen: noon in New England.
var noon = time.Date(2026, 12, 7, 17, 0, 0, 0, time.UTC)

// town is a coalition in a store, with one board room and one person.
type town struct {
	*Store
	t         *testing.T
	coalition models.ID
	who       Who
	person    models.ID
	account   models.ID
}

// found makes a coalition whose space has its name.
func found(t *testing.T, s *Store, name string) town {
	t.Helper()
	w := town{Store: s, t: t, who: Who{Platform: "terminal", Space: name, Account: "ann", Name: "Ann"}}
	w.do(func(tx *Tx) error {
		err := tx.Found(models.Coalition{Name: name, Zone: "America/New_York", Language: models.English}, w.who,
			models.Room{Remote: name + "/#board", Name: "#board", IsBoard: true})
		if err != nil {
			return err
		}
		w.coalition, w.person, w.account = tx.coalition, tx.Actor.Person.ID, tx.Actor.Account.ID
		return nil
	})
	return w
}

// do carries a unit of work out and fails the test if it fails.
func (w town) do(run func(tx *Tx) error) {
	w.t.Helper()
	if err := w.Update(w.t.Context(), noon, run); err != nil {
		w.t.Fatal(err)
	}
}

// as is a unit of work in which somebody of the town acts.
func (w town) as(account string, run func(tx *Tx) error) func(*Tx) error {
	return func(tx *Tx) error {
		who := w.who
		who.Account = account
		if err := tx.Act(who); err != nil {
			return err
		}
		return run(tx)
	}
}

// act carries out a unit of work of the town's first person.
func (w town) act(run func(tx *Tx) error) {
	w.t.Helper()
	w.do(w.as(w.who.Account, run))
}

// reader reads the town's rows.
func (w town) reader() Reader { return w.Reader(w.t.Context(), w.coalition) }

// newNeed is an open need of the actor's, still to be added.
func newNeed(tx *Tx, change ...func(*models.Need)) (*models.Need, error) {
	p := tx.Actor.Person.ID
	n := &models.Need{ID: tx.ID(), CoalitionID: tx.Actor.Coalition.ID, State: models.NeedDraft, What: "Groceries for two", Category: "food",
		Priority: models.PriorityUrgent, People: 2, Slots: 1, PersonID: p, FilerID: p, CreatedAt: tx.Now}
	number, err := tx.NextNumber(models.KindNeed)
	if err != nil {
		return nil, err
	}
	if err := n.Post(number, tx.Now); err != nil {
		return nil, err
	}
	for _, c := range change {
		c(n)
	}
	return n, nil
}

// need puts a need on the board.
func (w town) need(change ...func(*models.Need)) *models.Need {
	w.t.Helper()
	var need *models.Need
	w.act(func(tx *Tx) error {
		n, err := newNeed(tx, change...)
		if err != nil {
			return err
		}
		tx.Add(n)
		need = n
		return nil
	})
	return need
}

// inOneBatch carries units of work out in one transaction where the database
// shares one: they queue up while the writer is held inside another. It
// returns what each was answered.
func inOneBatch(t *testing.T, s *Store, units ...func(*Tx) error) []error {
	t.Helper()
	if len(units) > maxBatch {
		t.Fatalf("%d units do not fit one batch", len(units))
	}
	held, free := make(chan struct{}), make(chan struct{})
	enqueue := func(run func(*Tx) error) *job {
		j := &job{now: noon, run: run, done: make(chan error, 1)}
		s.jobs <- j
		return j
	}
	first := enqueue(func(*Tx) error { close(held); <-free; return nil })
	<-held
	jobs := make([]*job, len(units))
	for i, run := range units {
		jobs[i] = enqueue(run)
	}
	close(free)
	errs := make([]error, len(units))
	for i, j := range jobs {
		errs[i] = <-j.done
	}
	if err := <-first.done; err != nil {
		t.Fatal(err)
	}
	return errs
}

// count counts the rows of a table that a condition holds for.
func count(t *testing.T, s *Store, table, where string, args ...any) int {
	t.Helper()
	var n int
	query := fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", table, where)
	if err := s.readSQL.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// total counts the rows of every table but the schema's own.
func total(t *testing.T, s *Store) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, name := range tableNames(t, s) {
		counts[name] = count(t, s, name, "true")
	}
	return counts
}

func tableNames(t *testing.T, s *Store) []string {
	t.Helper()
	rows, err := s.readSQL.QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}

// wantErr fails the test unless err is the one that is wanted.
func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

var errOwn = errors.New("the unit's own error")
