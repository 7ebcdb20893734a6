package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver that the store uses

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const platform = "bench"

// world says what a database is filled with. People are numbered from 1;
// neighbors ask for needs, helpers take them. Helpers are navigators, so that
// neither a welcome nor the limit for new volunteers comes in between.
type world struct {
	neighbors int
	helpers   int
	needs     int // of which the last are open
	open      int
	future    int // outbox rows that are not due
}

// neighbor and helper are the platform's ids of the people.
func (w world) neighbor(i int) store.Who { return who(fmt.Sprintf("n%d", i%w.neighbors+1)) }
func (w world) helper(i int) store.Who   { return who(fmt.Sprintf("h%d", i%w.helpers+1)) }

func who(account string) store.Who {
	return store.Who{Platform: platform, Space: platform, Account: account, Name: account}
}

// need is the number of the ith open need, from 0.
func (w world) need(i int) int { return w.needs - w.open + i + 1 }

// Row ids of what is filled in: far below those that the store gives, which
// begin with a time.
const (
	helperIDs  = 1_000_000
	accountIDs = 2_000_000
	needIDs    = 10_000_000
	cardIDs    = 20_000_000
	outIDs     = 30_000_000
)

// build makes a data directory with a world in it.
func (w world) build(ctx context.Context, dir string) error {
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	r, err := commands.New(s, commands.Options{})
	if err == nil {
		_, err = r.Found(ctx, commands.Founding{Who: who("admin"), Zone: "America/New_York", Lang: models.English, Rooms: []string{"#board"}})
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	db, err := openRaw(dir)
	if err != nil {
		return err
	}
	return errors.Join(w.fill(ctx, db), db.Close())
}

// openRaw opens a database with the driver and the settings of the store's
// writer.
func openRaw(dir string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "shirebot.db")+"?_txlock=immediate&_time_format=sqlite&_timezone=UTC&_dqs=0"+
		"&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=temp_store(2)&_pragma=cache_size(-16384)&_pragma=secure_delete(1)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// upTo counts rows, for INSERT ... SELECT.
const upTo = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) `

func (w world) fill(ctx context.Context, db *sql.DB) error {
	now := time.Now().UTC().Truncate(time.Microsecond)
	type step struct {
		rows int
		sql  string
		args []any
	}
	steps := []step{
		{1, `INSERT INTO area SELECT 1, (SELECT id FROM coalition), 'Lee', 'lee', 0 FROM n`, nil},
		{w.neighbors, people("0", "n", 0), []any{now}},
		{w.helpers, people(fmt.Sprint(helperIDs), "h", models.Navigator), []any{now}},
		{w.neighbors, accounts("0", "n"), []any{now}},
		{w.helpers, accounts(fmt.Sprint(helperIDs), "h"), []any{now}},
		{w.needs, fmt.Sprintf(`INSERT INTO need (id, coalition_id, number, state, what, category, area_id, when_kind, when_at, priority, rank_at, people, languages, slots,
			claimed, person_id, filer_id, outcome, close_reason, created_at, posted_at, ended_at, version)
			SELECT %d + i, (SELECT id FROM coalition), i, iif(i > %d, 'open', 'done'),
			'A ride to the doctor and back, number ' || i, 'rides', 1, 'day', ?1, 'soon', strftime('%%Y-%%m-%%d %%H:%%M:%%S+00:00', ?1, '-' || (i %% 1000000) || ' seconds'),
			2, 'en,es', 1, 0, i %% %d + 1, i %% %d + 1, '', '', ?1, ?1, iif(i > %d, NULL, ?1), 0 FROM n`,
			needIDs, w.needs-w.open, w.neighbors, w.neighbors, w.needs-w.open), []any{now}},
		{w.needs, fmt.Sprintf(`INSERT INTO card SELECT %d + i, (SELECT id FROM coalition), 'need', %d + i, (SELECT id FROM room), '%s', 'm' || i, ?1 FROM n`,
			cardIDs, needIDs, platform), []any{now}},
		{w.needs, fmt.Sprintf(`INSERT INTO outbox SELECT %d + i, (SELECT id FROM coalition), 'card', 'card:' || (%d + i), '%s', %d + i, 0, '', '', 0, '', '',
			'card:' || (%d + i), 1, 1, 'sent', ?1, ?1, 0, 1, NULL, 'm' || i, '', ?1, ?1, 0 FROM n`,
			outIDs, cardIDs, platform, cardIDs, cardIDs), []any{now}},
		{1, `INSERT INTO ref_counter SELECT id, 'need', ?1 FROM coalition`, []any{w.needs}},
		{w.future, fmt.Sprintf(`INSERT INTO outbox SELECT 100000000 + i, (SELECT id FROM coalition), 'direct', 'later:' || i, '%s', 0, %d + i %% %d + 1,
			'welcome.told', '', 0, '', '', 'later:' || i, 1, 0, 'pending', ?1, ?1, 0, 0, NULL, '', '', ?2, NULL, 0 FROM n`,
			platform, accountIDs, w.neighbors), []any{now.AddDate(1, 0, 0), now}},
	}
	if _, err := db.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	for _, s := range steps {
		if s.rows == 0 {
			continue
		}
		if _, err := db.ExecContext(ctx, fmt.Sprintf(upTo, s.rows)+s.sql, s.args...); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
	}
	for _, s := range []string{"COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
	}
	return nil
}

func people(base, letter string, roles models.Roles) string {
	return fmt.Sprintf(`INSERT INTO person (id, coalition_id, name, language, roles, welcomed, show_name, asked_need_id, live_claims, finished_claims, created_at, version, noticed_at)
		SELECT %s + i, (SELECT id FROM coalition), '%s' || i, '', %d, 0, 0, 0, 0, 0, ?1, 0, ?1 FROM n`, base, letter, roles)
}

func accounts(base, letter string) string {
	return fmt.Sprintf(`INSERT INTO account SELECT %d + %s + i, (SELECT id FROM coalition), %s + i, '%s', '%s' || i, ?1 FROM n`,
		accountIDs, base, base, platform, letter)
}

// temp makes a directory for a measurement. Where the system keeps temporary
// files in memory, TMPDIR has to name a place on a disk: there a commit costs
// what it costs.
func temp() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", "shirebot-bench-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

// clone copies a data directory that nobody has open.
func clone(from, to string) error { return os.CopyFS(to, os.DirFS(from)) }

// started is a program over a data directory.
type started struct {
	*store.Store
	registry *commands.Registry
}

func start(ctx context.Context, dir string) (*started, error) {
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	r, err := commands.New(s, commands.Options{})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &started{s, r}, nil
}

// say runs a line as somebody and fails if it could not be carried out.
func (p *started) say(ctx context.Context, w store.Who, event, line string) (*commands.Reply, error) {
	return p.registry.Run(ctx, commands.Invocation{EventID: event, Who: w, Text: line})
}
