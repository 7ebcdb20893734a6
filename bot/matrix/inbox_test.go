//go:build goolm

package matrix

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// What has to wait for the homeserver is tried for ten minutes, whatever the
// homeserver says, and the next in the lane comes after it.
func TestInboxWaits(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		err      error
		min, max int
	}{
		"fails":      {errors.New("x"), tries, tries},
		"not now":    {&bot.NotNowError{After: 30 * time.Second, Err: errors.New("x")}, 18, 21},
		"never":      {&bot.NotNowError{After: time.Hour, Err: errors.New("x")}, 1, 1},
		"not so now": {&bot.NotNowError{Err: errors.New("x")}, 38, 45},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := platformtest.NewClock(began)
			q := newInbox(clock, slog.New(slog.DiscardHandler))
			b := newBatch("next")
			var mu sync.Mutex
			tried := 0
			q.add(t.Context(), "lane", task{what: "$1", of: b, do: func(context.Context) error {
				mu.Lock()
				defer mu.Unlock()
				tried++
				return tt.err
			}})
			second := false
			q.add(t.Context(), "lane", task{what: "$2", of: b, do: func(context.Context) error { second = true; return nil }})
			b.done()
			for over := false; !over; {
				select {
				case <-b.ended:
					over = true
				case <-time.After(time.Millisecond):
					clock.Advance(time.Second)
				}
			}
			if q.wait(); tried < tt.min || tried > tt.max || !second {
				t.Errorf("tried %d times, want %d to %d; the next one: %v", tried, tt.min, tt.max, second)
			}
		})
	}
}

// While the homeserver is away nothing is left out, however long that is.
func TestInboxOutlastsAnOutage(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)
	clock := platformtest.NewClock(began)
	q := newInbox(clock, slog.New(slog.DiscardHandler))
	back := began.Add(5 * time.Hour)
	q.away = func() bool { return clock.Now().Before(back) }
	b, done := newBatch("next"), false
	q.add(t.Context(), "lane", task{what: "$1", of: b, do: func(context.Context) error {
		if q.away() {
			return notNow(errors.New("nobody answers"), 0)
		}
		done = true
		return nil
	}})
	b.done()
	for over := false; !over; {
		select {
		case <-b.ended:
			over = true
		case <-time.After(time.Millisecond):
			clock.Advance(time.Minute)
		}
	}
	if !done || clock.Now().Before(back) {
		t.Errorf("it was left out after %s", clock.Now().Sub(began))
	}
}

// Once the context has ended nothing more is done, and the batch does not count.
func TestInboxStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	q := newInbox(platformtest.NewClock(time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)), slog.New(slog.DiscardHandler))
	b := newBatch("next")
	q.add(ctx, "lane", task{what: "$1", of: b, do: func(context.Context) error {
		cancel()
		return context.Canceled
	}})
	q.add(ctx, "lane", task{what: "$2", of: b, do: func(context.Context) error { t.Error("it was done"); return nil }})
	b.done()
	q.wait()
	select {
	case <-b.ended:
		t.Error("the batch counts")
	default:
	}
}
