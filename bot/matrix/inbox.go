//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

const (
	// workAtOnce is how many people's events are worked on at once: most of the
	// time is spent waiting for the homeserver.
	workAtOnce = 32
	// tries is how often an event is tried whose handling fails, and tryAgain
	// the wait between two tries.
	tries    = 3
	tryAgain = time.Second
	// waitAtMost is for how long an event is tried that has to wait because the
	// homeserver says so. While that is not there at all, no time passes.
	waitAtMost = 10 * time.Minute
	// doublings is how often the wait between two such tries doubles.
	doublings = 4
)

// inbox works on events side by side, but on those of one lane in their order:
// what somebody says, and what happens to the cards of a room. A lane has a
// goroutine only while it has work.
type inbox struct {
	clock bot.Clock
	log   *slog.Logger
	slots chan struct{}
	away  func() bool // whether the homeserver is; nil for never

	mu    sync.Mutex
	lanes map[string][]task
	work  sync.WaitGroup
}

// task is one event in a lane.
type task struct {
	what string // the event's id, for the log
	of   *batch
	do   func(context.Context) error
}

// batch is what came with one answer to sync. Its token counts when all of it was
// dealt with.
type batch struct {
	next  string            // empty if the token does not count
	last  map[string]string // the last event of each room
	left  atomic.Int64      // and 1 more while work is being added
	ended chan struct{}
}

func newBatch(next string) *batch {
	b := &batch{next: next, last: map[string]string{}, ended: make(chan struct{})}
	b.left.Store(1)
	return b
}

// done notes that one piece of work was dealt with, or that all was added.
func (b *batch) done() {
	if b.left.Add(-1) == 0 {
		close(b.ended)
	}
}

func newInbox(clock bot.Clock, log *slog.Logger) *inbox {
	return &inbox{clock: clock, log: log, slots: make(chan struct{}, workAtOnce), lanes: map[string][]task{}}
}

// add takes work in and returns at once. Once the context has ended nothing more
// is done, and the batch never ends.
func (q *inbox) add(ctx context.Context, lane string, t task) {
	t.of.left.Add(1)
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting, busy := q.lanes[lane]
	q.lanes[lane] = append(waiting, t)
	if !busy {
		q.work.Go(func() { q.run(ctx, lane) })
	}
}

// wait returns when nothing is being worked on any more.
func (q *inbox) wait() { q.work.Wait() }

// run works a lane off.
func (q *inbox) run(ctx context.Context, lane string) {
	for {
		q.mu.Lock()
		waiting := q.lanes[lane]
		if len(waiting) == 0 {
			delete(q.lanes, lane)
			q.mu.Unlock()
			return
		}
		next := waiting[0]
		waiting[0] = task{}
		q.lanes[lane] = waiting[1:]
		q.mu.Unlock()
		if !q.one(ctx, next) {
			return // it comes again with the next start
		}
		next.of.done()
	}
}

// one deals with an event. What fails is tried again a few times and then left
// out, so that one event holds up the others for a while only. It is false if
// the context ended before.
func (q *inbox) one(ctx context.Context, t task) bool {
	began, failed := q.clock.Now(), 0
	for try := 0; ; try++ {
		select {
		case <-ctx.Done():
			return false
		case q.slots <- struct{}{}:
		}
		err := guarded(func() error { return t.do(ctx) })
		<-q.slots // what waits for another try keeps nobody else from working
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		wait, leave := tryAgain, false
		var notNow *bot.NotNowError
		var panicked *panicError
		switch {
		case errors.As(err, &panicked):
			leave = true // it would happen again
		case errors.As(err, &notNow):
			if q.away != nil && q.away() {
				began = q.clock.Now()
			}
			wait = max(tryAgain<<min(try, doublings), notNow.After)
			leave = q.clock.Now().Add(wait).Sub(began) > waitAtMost
		default:
			failed++
			leave = failed >= tries
		}
		if leave {
			q.log.Error("an event could not be dealt with and is left out", "event", t.what, "err", err)
			return true
		}
		q.log.Warn("an event could not be dealt with yet", "event", t.what, "try", try+1, "err", err)
		select {
		case <-ctx.Done():
			return false
		case <-q.clock.After(wait):
		}
	}
}

// panicError is a panic. It quotes nothing that people wrote.
type panicError struct {
	text  string
	stack string
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %s\n%s", p.text, p.stack) }

// guarded turns a panic into an error.
func guarded(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{text: panicText(p), stack: stack()}
		}
	}()
	return run()
}

// panicText says what a panic was about. Only the runtime's own words are
// certain to have nothing in them that somebody wrote.
func panicText(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}

func stack() string {
	buffer := make([]byte, 16<<10)
	return string(buffer[:runtime.Stack(buffer, false)])
}
