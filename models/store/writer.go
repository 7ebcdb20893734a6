package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// job is one unit of work on its way through the writer.
type job struct {
	now  time.Time
	run  func(*Tx) error
	done chan error
	// begun and given up exclude each other: a caller who no longer waits
	// withdraws the job unless the writer has taken it.
	state atomic.Int32
}

const (
	jobWaiting int32 = iota
	jobTaken
	jobGivenUp
)

// maxBatch bounds how many units of work share a transaction, and with it how
// long the first of them waits.
const maxBatch = 64

// Update carries out one unit of work and returns when it is on disk. The
// function may run more than once (if a transaction fails it is tried again
// with fewer units in it), so that it must change nothing but through tx. If
// it returns an error, none of what it noted is kept. A context that ends
// before the writer began withdraws the work. Later it changes nothing: the
// writer does not stop half-way, and whoever asked learns how it ended.
func (s *Store) Update(ctx context.Context, now time.Time, run func(tx *Tx) error) error {
	j := &job{now: now.UTC().Truncate(time.Microsecond), run: run, done: make(chan error, 1)}
	select {
	case <-s.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	select {
	case s.jobs <- j:
	case <-s.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-j.done:
		return err
	case <-s.done:
	case <-ctx.Done():
		if j.state.CompareAndSwap(jobWaiting, jobGivenUp) {
			return ctx.Err()
		}
	}
	return s.outcome(j)
}

// outcome waits for the end of a unit of work. One that the writer did not come
// to before it ended was not done.
func (s *Store) outcome(j *job) error {
	select {
	case err := <-j.done:
		return err
	case <-s.done:
	}
	select {
	case err := <-j.done:
		return err
	default:
		return ErrClosed
	}
}

// writeLoop is the only goroutine that writes. It ends when the store closes.
func (s *Store) writeLoop() {
	defer close(s.done)
	for {
		select {
		case <-s.closed:
			return
		case j := <-s.jobs:
			s.commit(s.gather(j))
		case c := <-s.chores:
			c.done <- c.run()
		}
	}
}

// gather takes what is queued, without waiting for more: one caller alone is
// not delayed, and many share a transaction.
func (s *Store) gather(first *job) []*job {
	runtime.Gosched() // lets callers who were just answered queue up again
	batch := []*job{first}
	for len(batch) < maxBatch {
		select {
		case j := <-s.jobs:
			batch = append(batch, j)
		default:
			return s.take(batch)
		}
	}
	return s.take(batch)
}

func (s *Store) take(batch []*job) []*job {
	taken := batch[:0]
	for _, j := range batch {
		if j.state.CompareAndSwap(jobWaiting, jobTaken) {
			taken = append(taken, j)
		}
	}
	return taken
}

// commit runs a batch in one transaction. If that fails, each half is tried
// alone, so that one impossible unit of work takes no other with it.
func (s *Store) commit(jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	answers := make([]error, len(jobs))
	urgent, err := s.transact(jobs, answers)
	// A database that somebody else holds is not tried again in parts: each of
	// them would wait as long.
	if err != nil && len(jobs) > 1 && !errors.Is(explain(err), ErrLocked) {
		s.log.Warn("a batch failed and is halved", "units", len(jobs), "err", err)
		s.commit(jobs[:len(jobs)/2])
		s.commit(jobs[len(jobs)/2:])
		return
	}
	if err == nil && urgent {
		s.Wake()
	}
	for i, j := range jobs {
		if err != nil {
			answers[i] = explain(err)
		}
		j.done <- answers[i]
	}
}

func (s *Store) transact(jobs []*job, answers []error) (urgent bool, err error) {
	// The writer's own context: a caller who gives up must not roll back others.
	ctx := context.Background()
	if _, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return false, fmt.Errorf("begin: %w", err)
	}
	b := newBatch(ctx, s)
	for i, j := range jobs {
		tx := b.begin(j.now)
		if answers[i] = runJob(j, tx); answers[i] == nil {
			b.keep(tx)
		}
		if err = b.failed; err != nil {
			break
		}
	}
	if err == nil {
		err = b.flush()
	}
	if err == nil {
		err = b.listForgotten()
	}
	if err == nil {
		_, err = s.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		s.rollback()
		err = errors.Join(err, b.unlistForgotten())
		clear(s.memory) // it may have met what is gone again
		return false, err
	}
	if b.listed > 0 {
		s.forgotten.size = b.listed
	}
	return b.urgent, nil
}

// runJob turns a panic into an error: it must not take the writer down, and
// with it everybody.
func runJob(j *job, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a unit of work: %v\n%s", p, debug.Stack())
		}
	}()
	return j.run(tx)
}

// Wake tells the delivery loop to look at the outbox.
func (s *Store) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Woken is signaled after a commit that left something to be sent now.
func (s *Store) Woken() <-chan struct{} { return s.wake }
