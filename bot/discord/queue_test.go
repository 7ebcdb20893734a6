package discord

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestQueuesKeepOrder(t *testing.T) {
	t.Parallel()
	q := newQueues(4, quiet())
	var mu sync.Mutex
	got := map[string][]int{}
	running, most := 0, 0
	busy := map[string]bool{}
	for i := range perKey {
		for k := range 20 {
			key := fmt.Sprint(k)
			ok := q.do(t.Context(), key, func(context.Context) {
				mu.Lock()
				if busy[key] {
					t.Errorf("two pieces of work of key %s at once", key)
				}
				busy[key] = true
				running++
				most = max(most, running)
				mu.Unlock()
				runtime.Gosched()
				mu.Lock()
				got[key] = append(got[key], i)
				running--
				busy[key] = false
				mu.Unlock()
			})
			if !ok {
				t.Fatal("work was refused")
			}
		}
	}
	q.wait()
	q.mu.Lock()
	defer q.mu.Unlock()
	if most > 4 {
		t.Errorf("%d at once", most)
	}
	for key, order := range got {
		for i, n := range order {
			if i != n {
				t.Fatalf("key %s was done in the order %v", key, order)
			}
		}
	}
	if len(got) != 20 || q.left != 0 || len(q.lines) != 0 || q.workers != 0 || len(q.turns) != 0 {
		t.Errorf("%d keys done; left: %d keys, %d workers", len(got), len(q.lines), q.workers)
	}
}

// Keys do not wait for each other, and one that is always busy lets others in.
func TestQueuesAreFair(t *testing.T) {
	t.Parallel()
	q := newQueues(1, quiet())
	var order []string
	hold := make(chan bool)
	q.do(t.Context(), "first", func(context.Context) { <-hold })
	for i := range 3 {
		q.do(t.Context(), "busy", func(context.Context) { order = append(order, fmt.Sprint("busy", i)) })
	}
	q.do(t.Context(), "other", func(context.Context) { order = append(order, "other") })
	close(hold)
	q.wait()
	if got := strings.Join(order, " "); got != "busy0 other busy1 busy2" {
		t.Errorf("done in the order %s", got)
	}
}

func TestQueuesSideBySide(t *testing.T) {
	t.Parallel()
	q := newQueues(2, quiet())
	here, there := make(chan bool), make(chan bool)
	q.do(t.Context(), "a", func(context.Context) { here <- true; <-there })
	q.do(t.Context(), "b", func(context.Context) { <-here; there <- true })
	q.wait()
}

func TestQueuesAreBounded(t *testing.T) {
	t.Parallel()
	q := newQueues(1, quiet())
	hold, started := make(chan bool), make(chan bool)
	q.do(t.Context(), "held", func(context.Context) { close(started); <-hold })
	<-started
	took := 0
	for q.do(t.Context(), "one", func(context.Context) {}) {
		took++
	}
	if took != perKey {
		t.Errorf("one key took %d", took)
	}
	took++ // the one that is held
	for i := 0; q.do(t.Context(), fmt.Sprint("key", i), func(context.Context) {}); i++ {
		took++
	}
	if took != perQueues {
		t.Errorf("all keys took %d", took)
	}
	close(hold)
	q.wait()
	if !q.do(t.Context(), "one", func(context.Context) {}) {
		t.Error("nothing is taken after that")
	}
	q.wait()
}

func TestQueuesSurvivePanics(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	q := newQueues(1, slog.New(slog.NewTextHandler(&b, nil)))
	done := 0
	q.do(t.Context(), "a", func(context.Context) { panic("what somebody wrote") })
	q.do(t.Context(), "a", func(context.Context) {
		none := map[string]*event{}
		done += int(none["a"].Seq)
	})
	q.do(t.Context(), "a", func(context.Context) { done++ })
	q.wait()
	if done != 1 {
		t.Errorf("%d done", done)
	}
	if log := b.String(); strings.Count(log, "failed") != 2 || strings.Contains(log, "what somebody wrote") || !strings.Contains(log, "nil pointer") {
		t.Errorf("the log says %s", log)
	}
}

func TestQueuesDropWhatIsTooLate(t *testing.T) {
	t.Parallel()
	q := newQueues(1, quiet())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan bool, 1)
	q.do(ctx, "a", func(context.Context) { cancel() })
	q.do(ctx, "a", func(context.Context) { done <- true })
	q.wait()
	if len(done) > 0 {
		t.Error("work was done after its context had ended")
	}
}
