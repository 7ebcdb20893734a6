package discord

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
)

const (
	// perKey is how much work may wait for one key. Nobody presses so much in
	// the time that it takes to do it.
	perKey = 100
	// perQueues is how much may wait altogether: all that comes in for half a
	// minute at the rate that the program is made for.
	perQueues = 6000
)

// queues do work side by side, but work of one key in order. There is a
// goroutine only while there is work.
type queues struct {
	limit int
	log   *slog.Logger

	mu      sync.Mutex
	idle    sync.Cond // workers is 0
	lines   map[string]*line
	turns   []*line // the lines that have work and are not being worked on, in order
	workers int
	left    int // work that is waiting or being done
}

// line is the work that waits for a key, and maybe some that is being done.
type line struct {
	key  string
	jobs []job
}

type job struct {
	ctx context.Context
	do  func(context.Context)
}

// newQueues makes queues that do at most limit pieces of work at once.
func newQueues(limit int, log *slog.Logger) *queues {
	q := &queues{limit: max(limit, 1), log: log, lines: map[string]*line{}}
	q.idle.L = &q.mu
	return q
}

// do takes work in and returns at once; false says that too much is waiting,
// and that this will not be done. What is still waiting when its context ends
// is dropped.
func (q *queues) do(ctx context.Context, key string, work func(context.Context)) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[key]
	if q.left >= perQueues || l != nil && len(l.jobs) >= perKey {
		return false
	}
	if l == nil {
		l = &line{key: key}
		q.lines[key] = l
		q.turns = append(q.turns, l)
	}
	l.jobs = append(l.jobs, job{ctx, work})
	q.left++
	if len(q.turns) > 0 && q.workers < q.limit {
		q.workers++
		go q.work()
	}
	return true
}

// wait returns when all work that was taken in is done and nothing is running
// any more.
func (q *queues) wait() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.workers > 0 { // as long as anything is left
		q.idle.Wait()
	}
}

// work does one piece of the line whose turn it is, over and over, until no
// line is waiting.
func (q *queues) work() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.turns) > 0 {
		l := q.turns[0]
		q.turns[0] = nil
		q.turns = q.turns[1:]
		next := l.jobs[0]
		l.jobs[0] = job{}
		l.jobs = l.jobs[1:]
		q.mu.Unlock()
		q.one(next)
		q.mu.Lock()
		if len(l.jobs) > 0 {
			q.turns = append(q.turns, l)
		} else {
			delete(q.lines, l.key)
		}
		q.left--
	}
	if q.workers--; q.workers == 0 {
		q.idle.Broadcast()
	}
}

// one does a piece of work. A panic ends only that.
func (q *queues) one(j job) {
	if j.ctx.Err() != nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			q.log.Error("work on an event of Discord failed", "panic", panicText(p), "stack", string(debug.Stack()))
		}
	}()
	j.do(j.ctx)
}

// panicText says what a panic was about. Only the runtime's own words are
// certain to have nothing in them that somebody wrote.
func panicText(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}
