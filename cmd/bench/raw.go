package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// raw writes the rows of a claim by hand: the fastest that this driver does it
// through database/sql, one prepared statement a row.
type raw struct {
	db         *sql.DB
	conn       *sql.Conn
	statements []*sql.Stmt
	coalition  int64
	w          world
	next       int64
}

// rawStatements are what a claim of the program writes, row by row. The loads
// before and the answer after are not in them: they are the program's own.
var rawStatements = []string{
	`UPDATE person SET coalition_id = ?, name = ?, language = '', roles = ?, welcomed = 0, show_name = 0, asked_need_id = 0,
		live_claims = live_claims + 1, finished_claims = 0, created_at = ?, blocked_at = NULL,
		noticed_at = noticed_at, forgotten_at = NULL, admin_asked_by = 0, forgetting = 0, version = version + 1 WHERE id = ?`,
	`UPDATE need SET coalition_id = ?, number = ?, state = 'open', what = ?, category = 'rides', area_id = 1, when_kind = 'day', when_at = ?,
		priority = 'soon', rank_at = ?, people = 2, languages = 'en,es', slots = 1, claimed = 1, person_id = ?, filer_id = ?, outcome = '',
		close_reason = '', created_at = ?, posted_at = ?, ended_at = NULL, for_other = 0, consent = '',
		consent_at = NULL, purged_at = NULL, version = 1 WHERE id = ? AND version = 0`,
	`INSERT INTO claim (id, coalition_id, need_id, person_id, account_id, by_reaction, state, end_reason, created_at, ended_at, version, address_from)
		VALUES (?1, ?2, ?3, ?4, ?5, 0, 'live', '', ?6, NULL, 0, ?6)`,
	`INSERT INTO history VALUES (?, ?, 'need', ?, 'claimed', ?, ?)`,
	`INSERT INTO outbox VALUES (?1, ?2, 'card', ?3, ?4, ?5, 0, '', '', 0, '', '', ?3, 1, 0, 'pending', ?6, ?6, 0, 0, NULL, '', '', ?6, NULL, 0)
		ON CONFLICT (dedup_key) DO UPDATE SET wanted = outbox.wanted + 1,
		due_at = CASE WHEN outbox.state = 'pending' THEN outbox.due_at ELSE excluded.due_at END,
		next_at = CASE WHEN outbox.state = 'pending' THEN outbox.next_at ELSE excluded.next_at END,
		attempts = CASE WHEN outbox.state = 'pending' THEN outbox.attempts ELSE 0 END,
		state = CASE WHEN outbox.state = 'uncertain' THEN outbox.state ELSE 'pending' END`,
	`INSERT INTO outbox VALUES (?1, ?2, 'direct', ?3, ?4, 0, ?5, 'claim.neighbor_told', 'need', ?6, ?7, '', ?8, 1, 0, 'pending', ?9, ?9, 0, 0, NULL, '', '', ?9, NULL, 0)`,
	`INSERT INTO inbox VALUES (?, ?, ?, ?, 'claim', 'claim.taken', 'need', ?, '', ?)`,
}

func openRawClaims(ctx context.Context, dir string, w world) (*raw, error) {
	db, err := openRaw(dir)
	if err != nil {
		return nil, err
	}
	r := &raw{db: db, w: w, next: time.Now().UnixMilli() << 20}
	if r.conn, err = db.Conn(ctx); err != nil {
		return nil, err
	}
	if err := r.conn.QueryRowContext(ctx, "SELECT id FROM coalition").Scan(&r.coalition); err != nil {
		return nil, err
	}
	for _, text := range rawStatements {
		s, err := r.conn.PrepareContext(ctx, text) //nolint:sqlclosecheck // Close closes them
		if err != nil {
			return nil, fmt.Errorf("prepare: %w", err)
		}
		r.statements = append(r.statements, s)
	}
	return r, nil
}

func (r *raw) Close() error {
	var errs []error
	for _, s := range r.statements {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, r.conn.Close(), r.db.Close())...)
}

func (r *raw) id() int64 { r.next++; return r.next }

// claim writes the rows of the ith helper taking the ith open need.
func (r *raw) claim(ctx context.Context, i int, event string) error {
	now := time.Now().UTC().Truncate(time.Microsecond)
	number := r.w.need(i)
	need, card := int64(needIDs+number), int64(cardIDs+number)
	helper, owner := int64(helperIDs+i%r.w.helpers+1), int64(number%r.w.neighbors+1)
	account := r.w.helper(i).Account
	id := r.id()
	args := [][]any{
		{r.coalition, account, models.Navigator, now, helper},
		{r.coalition, number, fmt.Sprintf("A ride to the doctor and back, number %d", number), now, now, owner, owner, now, now, need},
		{r.id(), r.coalition, need, helper, accountIDs + helper, now},
		{r.id(), r.coalition, need, helper, now},
		{r.id(), r.coalition, fmt.Sprintf("card:%d", card), platform, card, now},
		{id, r.coalition, fmt.Sprintf("person:%d", owner), platform, accountIDs + owner, need, fmt.Sprintf(`{"Helper":{"p":%d}}`, helper), fmt.Sprintf("direct:%d", id), now},
		{platform, account, event, r.coalition, need, now},
	}
	for j, s := range r.statements {
		result, err := s.ExecContext(ctx, args[j]...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return fmt.Errorf("statement %d changed %d rows: %w", j, n, err)
		}
	}
	return nil
}

// commit writes claims from..to in one transaction.
func (r *raw) commit(ctx context.Context, from, to int) error {
	if _, err := r.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for i := from; i < to; i++ {
		if err := r.claim(ctx, i, fmt.Sprintf("e%d", i)); err != nil {
			return err
		}
	}
	_, err := r.conn.ExecContext(ctx, "COMMIT")
	return err
}

// rowCounts is how many rows each table has that a claim adds to, to see that
// both sides wrote the same.
func rowCounts(ctx context.Context, dir string) (string, error) {
	db, err := openRaw(dir)
	if err != nil {
		return "", err
	}
	var counts string
	err = db.QueryRowContext(ctx, `SELECT format('%d claims, %d claimed needs, %d live claims of people, %d history, %d outbox rows, %d wanted, %d events',
		(SELECT count(*) FROM claim WHERE state = 'live'), (SELECT count(*) FROM need WHERE claimed = 1 AND version = 1),
		(SELECT sum(live_claims) FROM person), (SELECT count(*) FROM history), (SELECT count(*) FROM outbox),
		(SELECT sum(wanted) FROM outbox), (SELECT count(*) FROM inbox))`).Scan(&counts)
	return counts, errors.Join(err, db.Close())
}
