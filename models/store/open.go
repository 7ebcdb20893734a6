// Package store keeps the domain in a database through GORM. It is the only
// package that does.
//
// Writing goes through [Store.Update]: a unit of work that loads rows, applies
// the rules of package models and notes what changed. One goroutine carries
// them out, several to a transaction where several wait, and answers when that
// transaction is on disk. Reading goes through [Store.Reader], which sees one
// coalition only.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // the pure Go driver, registered as "sqlite"
)

// Options say how to open a store.
type Options struct {
	// Dir is the data directory; it is made with mode 0700.
	Dir string
	// Key is the text of a key file, and KeyFile the path of one; without
	// either it is the file "key" in Dir, which is made if it is not there.
	Key     string
	KeyFile string
	// Log gets what no person is told; nil discards it.
	Log *slog.Logger
	// Now is the clock for ids and copies; nil is the wall clock in UTC.
	Now func() time.Time
	// MaxPages bounds the database's size (SQLite's max_page_count); 0 is no
	// bound.
	MaxPages int
	// NoMigrate refuses a database that needs migrations instead of carrying
	// them out.
	NoMigrate bool
	// migrations are the steps of the schema; nil is the program's own.
	migrations fs.FS
}

// Files in the data directory.
const (
	databaseFile = "shirebot.db"
	keyFile      = "key"
	lockFile     = "lock"
	// forgottenFile lists what was forgotten, for a database that is put back
	// from an older copy.
	forgottenFile = "forgotten"
)

const (
	readers = 4
	// busyTimeout is how many milliseconds the writer waits for a lock.
	busyTimeout = 5000
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dir   string
	steps fs.FS // the migrations
	log   *slog.Logger
	now   func() time.Time
	ids   *ids
	lock  *flock.Flock
	seal  sealer

	// keyPath is the key file; empty if the key was given as a text.
	keyPath      string
	pseudonymKey []byte
	forgotten    *forgottenList
	// KeyMade says that this Open made the key for private values.
	KeyMade bool

	writeSQL *sql.DB
	conn     *sql.Conn
	write    *gorm.DB
	readSQL  *sql.DB
	read     *gorm.DB

	memory memory // the writer's own

	jobs   chan *job
	wake   chan struct{}
	chores chan chore
	closed chan struct{}
	once   sync.Once
	done   chan struct{} // the writer has ended
}

// Open opens the store in a data directory, makes it if it is not there, and
// brings its schema up to date. It fails with ErrLocked, ErrCorrupt, ErrNewer,
// ErrReadOnly, ErrFull or ErrKey, each wrapped with what happened. Close has to
// be called in the end.
func Open(ctx context.Context, o Options) (_ *Store, err error) {
	s := &Store{dir: o.Dir, steps: o.migrations, log: o.Log, now: o.Now, ids: newIDs(), memory: memory{}, jobs: make(chan *job, 1024), chores: make(chan chore), wake: make(chan struct{}, 1),
		closed: make(chan struct{}), done: make(chan struct{})}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.steps == nil {
		s.steps = migrationFiles
	}
	if s.now == nil {
		s.now = WallClock
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", explainFile(err))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.release())
		}
	}()
	if err := s.takeLock(); err != nil {
		return nil, err
	}
	if err := s.openWriter(ctx, o.MaxPages); err != nil {
		return nil, explain(err)
	}
	if err := s.migrate(ctx, o.NoMigrate); err != nil {
		return nil, explain(err)
	}
	if err := s.openKeys(ctx, o); err != nil {
		return nil, err
	}
	if err := s.freeLeases(ctx); err != nil {
		return nil, explain(err)
	}
	if err := s.openReaders(ctx); err != nil {
		return nil, explain(err)
	}
	if s.forgotten, err = openForgotten(filepath.Join(s.dir, forgottenFile)); err != nil {
		return nil, err
	}
	go s.writeLoop() //nolint:contextcheck // the writer outlives this call and ends with Close
	if err := s.forgetAgain(ctx); err != nil {
		close(s.closed)
		<-s.done
		return nil, err
	}
	return s, nil
}

// takeLock holds the directory for this process: a second one would not see
// what this one has in memory.
func (s *Store) takeLock() error {
	s.lock = flock.New(filepath.Join(s.dir, lockFile), flock.SetPermissions(0o600))
	ok, err := s.lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock the data directory: %w", explainFile(err))
	}
	if !ok {
		return fmt.Errorf("%w: %s", ErrLocked, s.dir)
	}
	return nil
}

// Dir is the data directory.
func (s *Store) Dir() string { return s.dir }

// timeSettings make the driver keep times as UTC texts that sort.
const timeSettings = "&_time_format=sqlite&_timezone=UTC&_dqs=0"

func fileURL(path, mode string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + mode + timeSettings
}

// statementsLast is GORM's own value for prepared statements that are kept
// until they are closed. With any other, each Open would leave two goroutines
// behind for good.
const statementsLast = 10 * 365 * 24 * time.Hour

func gormConfig() *gorm.Config {
	return &gorm.Config{SkipDefaultTransaction: true, TranslateError: true, DisableNestedTransaction: true,
		PrepareStmt: true, PrepareStmtTTL: statementsLast, DisableAutomaticPing: true, Logger: logger.Discard, NowFunc: func() time.Time { return time.Time{} }}
}

func (s *Store) openWriter(ctx context.Context, maxPages int) error {
	path := filepath.Join(s.dir, databaseFile)
	// The file is made here so that it never has another mode than 0600.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	dsn := fileURL(path, "_txlock=immediate") + fmt.Sprintf("&_pragma=busy_timeout(%d)", busyTimeout) + "&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(FULL)&_pragma=temp_store(2)&_pragma=cache_size(-16384)&_pragma=secure_delete(1)"
	if maxPages > 0 {
		dsn += fmt.Sprintf("&_pragma=max_page_count(%d)", maxPages)
	}
	if s.writeSQL, err = sql.Open("sqlite", dsn); err != nil {
		return err
	}
	s.writeSQL.SetMaxOpenConns(1)
	if s.conn, err = s.writeSQL.Conn(ctx); err != nil {
		return err
	}
	// GORM gets the connection itself: BEGIN and COMMIT are then plain
	// statements on it, and prepared statements live as long as it does.
	s.write, err = gorm.Open(dialector{sqlite.New(sqlite.Config{Conn: s.conn}).(*sqlite.Dialector)}, gormConfig())
	return err
}

func (s *Store) openReaders(ctx context.Context) error {
	dsn := fileURL(filepath.Join(s.dir, databaseFile), "mode=ro") +
		"&_pragma=busy_timeout(5000)&_pragma=query_only(1)&_pragma=cache_size(-8192)"
	var err error
	if s.readSQL, err = sql.Open("sqlite", dsn); err != nil {
		return err
	}
	s.readSQL.SetMaxOpenConns(readers)
	s.readSQL.SetMaxIdleConns(readers)
	if err := s.readSQL.PingContext(ctx); err != nil {
		return err
	}
	s.read, err = gorm.Open(dialector{sqlite.New(sqlite.Config{Conn: s.readSQL}).(*sqlite.Dialector)}, gormConfig())
	return err
}

// Close ends the writer after what it is carrying out, and closes the files.
// Updates that come later fail with ErrClosed.
func (s *Store) Close() error {
	var err error
	s.once.Do(func() {
		close(s.closed)
		<-s.done
		err = s.release()
	})
	return err
}

// closeStatements closes the statements that GORM prepared on the writer's
// connection. database/sql does not know of them, and SQLite leaves a database
// open, its last pages in a file beside it, while one is left.
func closeStatements(db *gorm.DB) error {
	if db == nil {
		return nil
	}
	prepared, ok := db.ConnPool.(*gorm.PreparedStmtDB)
	if !ok {
		return nil
	}
	var errs []error
	for _, query := range prepared.Stmts.Keys() {
		if stmt, ok := prepared.Stmts.Get(query); ok {
			errs = append(errs, stmt.Close())
		}
	}
	return errors.Join(errs...)
}

func (s *Store) release() error {
	var errs []error
	if s.readSQL != nil {
		errs = append(errs, s.readSQL.Close())
	}
	if s.conn != nil {
		errs = append(errs, closeStatements(s.write), s.conn.Close())
	}
	if s.writeSQL != nil {
		errs = append(errs, s.writeSQL.Close())
	}
	if s.forgotten != nil {
		errs = append(errs, s.forgotten.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}
