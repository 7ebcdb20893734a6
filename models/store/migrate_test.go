package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// with adds steps to the program's own migrations.
func with(t *testing.T, steps map[string]string) func(*Options) {
	t.Helper()
	files := fstest.MapFS{}
	own, err := fs.Glob(migrationFiles, "migrations/sqlite/*.sql")
	if err != nil || len(own) == 0 {
		t.Fatalf("own migrations %q, %v", own, err)
	}
	for _, name := range own {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	for name, text := range steps {
		files["migrations/sqlite/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return func(o *Options) { o.migrations = files }
}

func in(dir string) func(*Options) { return func(o *Options) { o.Dir = dir } }

// closedTown is the directory of a closed store with some rows, and what they
// are.
func closedTown(t *testing.T) (dir string, rows map[string]int) {
	t.Helper()
	s := openSQLite(t)
	w := found(t, s, "shire")
	w.act(everything)
	rows = total(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s.Dir(), rows
}

// refused opens what must not open.
func refused(t *testing.T, change ...func(*Options)) error {
	t.Helper()
	o := Options{Now: func() time.Time { return noon }}
	for _, c := range change {
		c(&o)
	}
	s, err := Open(t.Context(), o)
	if err == nil {
		t.Fatal("it was opened", s.Close())
	}
	return err
}

func copies(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "copies", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// ours is how many migrations the program itself has.
func ours(t *testing.T) int {
	t.Helper()
	list, err := loadMigrations(migrationFiles, "sqlite")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// step is the file name of a migration that comes n after our own.
func step(t *testing.T, n int, name string) string {
	t.Helper()
	return fmt.Sprintf("%04d_%s.sql", ours(t)+n, name)
}

const addPantry = "CREATE TABLE pantry (id integer PRIMARY KEY, shelf text NOT NULL); INSERT INTO pantry VALUES (1, 'beans');"

func TestFreshDatabaseHasAllMigrations(t *testing.T) {
	t.Parallel()
	s := openSQLite(t, in(t.TempDir()))
	list, err := s.Migrations(t.Context())
	if err != nil || len(list) == 0 {
		t.Fatalf("%v, %v", list, err)
	}
	for i, m := range list {
		if m.Version != i+1 || m.Name == "" || m.AppliedAt == nil || !m.AppliedAt.Equal(noon) {
			t.Errorf("migration %+v", m)
		}
	}
	if list[0].Name != "needs and offers" {
		t.Errorf("the first is called %q", list[0].Name)
	}
	var needed int
	if err := s.readSQL.QueryRowContext(t.Context(), "SELECT min_program FROM schema_info").Scan(&needed); err != nil || needed != minProgram {
		t.Errorf("min_program is %d, %v", needed, err)
	}
	if found := copies(t, s.Dir()); len(found) > 0 {
		t.Errorf("a fresh database was copied to %q", found)
	}
}

func TestCopyBeforeAMigration(t *testing.T) {
	t.Parallel()
	dir, rows := closedTown(t)
	s := openSQLite(t, in(dir), with(t, map[string]string{step(t, 1, "the_pantry"): addPantry}))
	list, err := s.Migrations(t.Context())
	if err != nil || len(list) != ours(t)+1 || list[ours(t)].Name != "the pantry" || list[ours(t)].AppliedAt == nil {
		t.Errorf("%+v, %v", list, err)
	}
	if got := count(t, s, "pantry", "true"); got != 1 {
		t.Error("the migration was not carried out")
	}

	found := copies(t, dir)
	if len(found) != 1 || filepath.Base(found[0]) != "before-"+step(t, 1, "")[:4]+"-20261207-170000.db" {
		t.Fatalf("copies %q", found)
	}
	for path, want := range map[string]fs.FileMode{found[0]: 0o600, filepath.Dir(found[0]): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v; want %o", path, info, err, want)
		}
	}
	// The copy is a database that the program before can go on with.
	before := t.TempDir()
	for from, to := range map[string]string{found[0]: databaseFile, filepath.Join(dir, keyFile): keyFile} {
		if err := os.Link(from, filepath.Join(before, to)); err != nil {
			t.Fatal(err)
		}
	}
	if got := total(t, openSQLite(t, in(before))); !maps.Equal(got, rows) {
		t.Errorf("the copy has %v, want %v", got, rows)
	}
}

func TestFailedMigrationLeavesTheOldSchema(t *testing.T) {
	t.Parallel()
	dir, rows := closedTown(t)
	err := refused(t, in(dir), with(t, map[string]string{
		step(t, 1, "the_pantry"): addPantry,
		step(t, 2, "fails"):      "CREATE TABLE attic (id integer PRIMARY KEY); DELETE FROM history; ALTER TABLE nowhere ADD COLUMN x;",
	}))
	for _, known := range []error{ErrLocked, ErrCorrupt, ErrNewer, ErrReadOnly, ErrFull, ErrKey} {
		if errors.Is(err, known) {
			t.Errorf("a mistake in a migration is told as %v", known)
		}
	}
	// Each step is its own: the one before the failure stays.
	s := openSQLite(t, in(dir), with(t, map[string]string{step(t, 1, "the_pantry"): addPantry}))
	got := total(t, s)
	rows["pantry"], rows["schema_migration"] = 1, rows["schema_migration"]+1
	if !maps.Equal(got, rows) {
		t.Errorf("after the failure %v, want %v", got, rows)
	}
	if found := copies(t, dir); len(found) != 2 {
		t.Errorf("copies %q, want one before each step", found)
	}
}

func TestNoCopyNoMigration(t *testing.T) {
	t.Parallel()
	dir, rows := closedTown(t)
	if err := os.WriteFile(filepath.Join(dir, "copies"), nil, 0o600); err != nil { // where the directory should be
		t.Fatal(err)
	}
	if err := refused(t, in(dir), with(t, map[string]string{step(t, 1, "the_pantry"): addPantry})); err == nil {
		t.Fatal("migrated without a copy")
	}
	if got := total(t, openSQLite(t, in(dir))); !maps.Equal(got, rows) {
		t.Errorf("rows %v, want %v", got, rows)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	dir, _ := closedTown(t)
	set := func(level int) {
		t.Helper()
		db, err := sql.Open("sqlite", fileURL(filepath.Join(dir, databaseFile), "mode=rw"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.ExecContext(t.Context(), "UPDATE schema_info SET min_program = ?", level)
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	set(Level + 1)
	wantErr(t, "a newer database", refused(t, in(dir)), ErrNewer)
	// Refused before anything else, migrations included.
	wantErr(t, "a newer database", refused(t, in(dir), with(t, map[string]string{step(t, 1, "the_pantry"): addPantry})), ErrNewer)
	if found := copies(t, dir); len(found) > 0 {
		t.Errorf("it was copied to %q", found)
	}
	set(Level)
	openSQLite(t, in(dir))
}

// While replicas are upgraded one by one, the old program works on what the
// new one has expanded, unless min_program says that it must not.
func TestNewerMigrationThatIsAllowed(t *testing.T) {
	t.Parallel()
	dir, _ := closedTown(t)
	newer := openSQLite(t, in(dir), with(t, map[string]string{step(t, 1, "the_pantry"): addPantry}))
	if err := newer.Close(); err != nil {
		t.Fatal(err)
	}
	s := openSQLite(t, in(dir), func(o *Options) { o.NoMigrate = true })
	list, err := s.Migrations(t.Context())
	if err != nil || len(list) != ours(t) || list[0].AppliedAt == nil {
		t.Errorf("%+v, %v", list, err)
	}
	w := town{Store: s, t: t, who: Who{Platform: "terminal", Space: "shire", Account: "ann"}}
	w.act(func(tx *Tx) error { return tx.Tell(tx.Actor.Person.ID, models.Message{Key: "hello"}) })
}

func TestNoMigrate(t *testing.T) {
	t.Parallel()
	refuse := func(o *Options) { o.NoMigrate = true }
	var pending *ErrMigrationsPending
	fresh := t.TempDir()
	if err := refused(t, in(fresh), refuse); !errors.As(err, &pending) || pending.Pending != ours(t) {
		t.Errorf("a fresh database: %v", err)
	}
	openSQLite(t, in(fresh))

	dir, rows := closedTown(t)
	steps := with(t, map[string]string{step(t, 1, "the_pantry"): addPantry, step(t, 2, "the_attic"): "CREATE TABLE attic (id integer PRIMARY KEY);"})
	if err := refused(t, in(dir), steps, refuse); !errors.As(err, &pending) || pending.Pending != 2 || pending.Error() == "" {
		t.Errorf("two steps behind: %v", err)
	}
	if found := copies(t, dir); len(found) > 0 {
		t.Errorf("it was copied to %q", found)
	}
	if got := total(t, openSQLite(t, in(dir), refuse)); !maps.Equal(got, rows) {
		t.Errorf("rows %v, want %v", got, rows)
	}
}

func TestMigrationsFollowEachOther(t *testing.T) {
	t.Parallel()
	for _, name := range []string{step(t, 2, "a_gap"), "0001_twice.sql", "second.sql", "x.sql"} {
		if err := refused(t, in(t.TempDir()), with(t, map[string]string{name: addPantry})); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
