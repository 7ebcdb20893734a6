package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

func TestSlowLaneHoldsUpNoOther(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 2}, func(w *world) {
		release := make(chan struct{})
		w.on = func(_ context.Context, c call) error {
			if c.to == "rosa" {
				<-release
			}
			return nil
		}
		w.running(func() {
			w.tell("Rosa", "Rosa", "Sam", "Dee", "Sam")
			w.wantOps("rosa", "send") // the next waits for it
			w.wantOps("sam", "send", "send")
			w.wantOps("dee", "send")
			close(release)
			w.pass(0)
			w.wantOps("rosa", "send", "send")
		})
	})
}

func TestLanesKeepTheirOrder(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 8}, func(w *world) {
		var mu sync.Mutex
		busy := map[string]bool{}
		turns := 0
		w.on = func(_ context.Context, c call) error {
			mu.Lock()
			if busy[c.to] {
				w.Errorf("two things are shown at once to %s", c.to)
			}
			busy[c.to] = true
			turns++
			failed := turns%3 == 0
			mu.Unlock()
			defer func() {
				mu.Lock()
				busy[c.to] = false
				mu.Unlock()
			}()
			if failed {
				return &bot.NotNowError{Err: errors.New("429")}
			}
			return nil
		}
		people := []string{"Ana", "Ben", "Cyd", "Dee", "Eli"}
		w.running(func() {
			for range 4 {
				w.tell(people...)
			}
			for range 100 {
				w.pass(5 * time.Second)
			}
		})
		for _, name := range people {
			var keys []string
			for _, c := range w.to(strings.ToLower(name)) {
				keys = append(keys, c.key)
			}
			keys = slices.Compact(keys) // tries of one
			if len(keys) != 4 || !slices.IsSorted(keys) {
				t.Errorf("%s was shown %v, want four in their order", name, keys)
			}
		}
	})
}

// Ten changes while the first is being shown make one edit.
func TestCardsConverge(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 2}, func(w *world) {
		w.volunteer("Sam")
		release := make(chan struct{})
		w.on = func(_ context.Context, c call) error {
			if c.to == board {
				<-release
			}
			return nil
		}
		w.running(func() {
			w.need()
			for range 5 {
				w.say("Sam", "claim N1")
				w.say("Sam", "release N1")
			}
			w.say("Sam", "claim N1")
			w.wantOps(board, "send")
			close(release)
			w.pass(0)
			calls := w.wantOps(board, "send", "edit")
			if !strings.Contains(calls[1].text, "Taken") {
				w.Errorf("the card says %q in the end", calls[1].text)
			}
		})
	})
}
