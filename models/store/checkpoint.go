package store

import (
	"context"
	"errors"
	"fmt"
)

// chore is something that the writer does between transactions.
type chore struct {
	run  func() error
	done chan error
}

// ErrBusy says that somebody was reading for too long.
var ErrBusy = errors.New("readers are in the way")

const (
	// checkpointWaits is for how many milliseconds the writer waits for readers,
	// and others for it.
	checkpointWaits = 20
	// checkpointTries is how often that is done, with others' turns in between.
	checkpointTries = 10
)

// Checkpoint moves everything from the write-ahead log into the database and
// empties the log: only then is gone what was erased, for the log still has
// the pages as they were. ErrBusy says that it has to be tried again.
func (s *Store) Checkpoint(ctx context.Context) (err error) {
	for range checkpointTries {
		if err = s.tryCheckpoint(ctx); !errors.Is(err, ErrBusy) {
			break
		}
	}
	return err
}

func (s *Store) tryCheckpoint(ctx context.Context) error {
	c := chore{run: s.checkpoint, done: make(chan error, 1)}
	select {
	case s.chores <- c:
	case <-s.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	return <-c.done
}

func (s *Store) checkpoint() error {
	ctx := context.Background()
	if _, err := s.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", checkpointWaits)); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	var busy, log, moved int
	err := s.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	if _, restored := s.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", busyTimeout)); restored != nil {
		err = errors.Join(err, restored)
	}
	if err != nil {
		return fmt.Errorf("checkpoint: %w", explain(err))
	}
	if busy != 0 {
		return fmt.Errorf("checkpoint: %w", ErrBusy)
	}
	return nil
}
