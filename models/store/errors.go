package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What can be wrong with the database itself. Open and Update return them
// wrapped; the program turns each into a sentence that says what to do.
var (
	ErrNotFound = errors.New("not found")
	ErrLocked   = errors.New("the database is in use by another process")
	ErrCorrupt  = errors.New("the database file is damaged")
	ErrNewer    = errors.New("the database was written by a newer version of shirebot")
	ErrReadOnly = errors.New("the database cannot be written to")
	ErrFull     = errors.New("there is no space left for the database")
	ErrClosed   = errors.New("the store is closed")
	// ErrConflict says that a row had changed since it was loaded.
	ErrConflict = errors.New("the row has changed since it was loaded")
	// ErrLeaseLost says that somebody else holds an outbox row by now.
	ErrLeaseLost = errors.New("the lease on the outbox row is lost")
)

// explain adds the meaning of an SQLite result code to an error.
func explain(err error) error {
	var se *sqlitedriver.Error
	if err == nil || !errors.As(err, &se) {
		return err
	}
	var meaning error
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		meaning = ErrLocked
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		meaning = ErrCorrupt
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		meaning = ErrReadOnly
	case sqlite3.SQLITE_FULL:
		meaning = ErrFull
	default:
		return err
	}
	return fmt.Errorf("%w: %w", meaning, err)
}

// explainFile adds the meaning of what the file system refused to an error.
func explainFile(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// dialector is the SQLite dialector with one repair: the pure Go driver's
// errors are of another type than the one that gorm's driver looks for, so
// that a duplicate key would never be recognized.
type dialector struct{ *sqlite.Dialector }

// Translate maps constraint errors to gorm's.
func (d dialector) Translate(err error) error {
	var se *sqlitedriver.Error
	if errors.As(err, &se) {
		switch se.Code() {
		case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
			return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
		}
	}
	return err
}
