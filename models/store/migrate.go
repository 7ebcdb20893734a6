package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations
var migrationFiles embed.FS

// Level is this program's place in the order of versions that changed what the
// database means. A database whose min_program is higher is refused.
const Level = 1

// minProgram is the lowest Level that can work with the schema as the newest
// migration leaves it. It is raised when a migration takes something away that
// the level before still used.
const minProgram = 1

// Migration is one step of the schema, forward only.
type Migration struct {
	Version int
	Name    string
	// AppliedAt is when it was carried out here, UTC; nil while it was not.
	AppliedAt *time.Time
	sql       string
}

func loadMigrations(steps fs.FS, dialect string) ([]Migration, error) {
	files, err := fs.Glob(steps, "migrations/"+dialect+"/*.sql")
	if err != nil {
		return nil, err
	}
	list := make([]Migration, 0, len(files)) // Glob sorts, and the names begin with the number
	for _, file := range files {
		text, err := fs.ReadFile(steps, file)
		if err != nil {
			return nil, err
		}
		number, name, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != len(list)+1 {
			return nil, fmt.Errorf("migration %s: its number does not follow", file)
		}
		list = append(list, Migration{Version: version, Name: strings.ReplaceAll(name, "_", " "), sql: string(text)})
	}
	return list, nil
}

const migrationTables = `
CREATE TABLE IF NOT EXISTS schema_migration (version integer PRIMARY KEY, name text NOT NULL, applied_at datetime NOT NULL);
CREATE TABLE IF NOT EXISTS schema_info (only_row integer PRIMARY KEY CHECK (only_row = 1), min_program integer NOT NULL);
INSERT OR IGNORE INTO schema_info (only_row, min_program) VALUES (1, 0);`

// Migrations lists all steps with when they were applied here.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	list, err := loadMigrations(s.steps, "sqlite")
	if err != nil {
		return nil, err
	}
	rows, err := s.conn.QueryContext(ctx, "SELECT version, applied_at FROM schema_migration")
	if err != nil {
		return nil, fmt.Errorf("read the schema's version: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var version int
		var at time.Time
		if err := rows.Scan(&version, &at); err != nil {
			return nil, fmt.Errorf("read the schema's version: %w", err)
		}
		if version > len(list) {
			continue // a newer program's, allowed by min_program
		}
		list[version-1].AppliedAt = &at
	}
	return list, rows.Err()
}

// ErrMigrationsPending says that the schema is behind and was left so, as
// Options.NoMigrate asks.
type ErrMigrationsPending struct{ Pending int }

// Error says how many steps are missing.
func (e *ErrMigrationsPending) Error() string {
	return fmt.Sprintf("%d migrations have not been applied", e.Pending)
}

// migrate brings the schema up to date, step by step, each in a transaction of
// its own and after a copy of the database.
func (s *Store) migrate(ctx context.Context, refuse bool) error {
	if _, err := s.conn.ExecContext(ctx, migrationTables); err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	var needed int
	if err := s.conn.QueryRowContext(ctx, "SELECT min_program FROM schema_info").Scan(&needed); err != nil {
		return fmt.Errorf("read min_program: %w", err)
	}
	if needed > Level {
		return fmt.Errorf("%w: it needs level %d, this program has %d; install the newer version again", ErrNewer, needed, Level)
	}
	list, err := s.Migrations(ctx)
	if err != nil {
		return err
	}
	var pending []Migration
	for _, m := range list {
		if m.AppliedAt == nil {
			pending = append(pending, m)
		}
	}
	if len(pending) == 0 {
		return nil
	}
	if refuse {
		return &ErrMigrationsPending{len(pending)}
	}
	fresh := pending[0].Version == 1 // there is nothing to copy yet
	for _, m := range pending {
		if err := s.apply(ctx, m, !fresh); err != nil {
			return fmt.Errorf("migration %d (%s): %w", m.Version, m.Name, err)
		}
	}
	return nil
}

func (s *Store) apply(ctx context.Context, m Migration, copyFirst bool) error {
	now := s.now()
	if copyFirst {
		if err := s.copyTo(ctx, fmt.Sprintf("before-%04d-%s.db", m.Version, now.Format("20060102-150405"))); err != nil {
			return fmt.Errorf("copy the database first: %w", err)
		}
	}
	if _, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := func() error {
		if _, err := s.conn.ExecContext(ctx, m.sql); err != nil {
			return err
		}
		if _, err := s.conn.ExecContext(ctx, "INSERT INTO schema_migration (version, name, applied_at) VALUES (?, ?, ?)", m.Version, m.Name, now); err != nil {
			return err
		}
		_, err := s.conn.ExecContext(ctx, "UPDATE schema_info SET min_program = max(min_program, ?)", minProgram)
		return err
	}()
	if err != nil {
		s.rollback() //nolint:contextcheck // the caller's context may be why it is rolled back
		return err
	}
	_, err = s.conn.ExecContext(ctx, "COMMIT")
	if err == nil {
		s.log.Info("migration applied", "version", m.Version, "name", m.Name)
	}
	return err
}

// copyTo writes a whole copy of the database beside it, readable only by us.
func (s *Store) copyTo(ctx context.Context, name string) error {
	dir := filepath.Join(s.dir, "copies")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(dir, name)
	if _, err := s.conn.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return err
	}
	return os.Chmod(path, 0o600)
}

func (s *Store) rollback() {
	// Its own context: the caller's may be the reason for rolling back.
	if _, err := s.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		s.log.Error("rollback failed", "err", err)
	}
}
