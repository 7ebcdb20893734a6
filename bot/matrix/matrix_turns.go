//go:build goolm

package matrix

import (
	"context"
	"sync"
)

// turns lets one at a time do something of the same name.
type turns struct {
	mu   sync.Mutex
	busy map[string]chan struct{} // closed at the end of the turn
}

func newTurns() *turns { return &turns{busy: map[string]chan struct{}{}} }

// enter waits for the turn; leave ends it. The error is the context's.
func (t *turns) enter(ctx context.Context, name string) (leave func(), err error) {
	for {
		t.mu.Lock()
		there, busy := t.busy[name]
		if !busy {
			mine := make(chan struct{})
			t.busy[name] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				delete(t.busy, name)
				t.mu.Unlock()
				close(mine)
			}, nil
		}
		t.mu.Unlock()
		select {
		case <-there:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
