package platformtest

import (
	"slices"
	"sync"
	"time"
)

// Clock is a bot.Clock that stands still until a test moves it.
type Clock struct {
	mu     sync.Mutex
	now    time.Time
	timers []timer
}

type timer struct {
	at    time.Time
	fires chan time.Time
}

// NewClock makes a clock that shows a moment, in UTC.
func NewClock(now time.Time) *Clock { return &Clock{now: now.UTC()} }

// Now is the moment that the clock shows, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// After is like time.After, by this clock.
func (c *Clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := timer{at: c.now.Add(d), fires: make(chan time.Time, 1)}
	if d <= 0 {
		t.fires <- c.now
	} else {
		c.timers = append(c.timers, t)
	}
	return t.fires
}

// Advance moves the clock on, and lets everything fire that is due by then.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.timers = slices.DeleteFunc(c.timers, func(t timer) bool {
		due := !t.at.After(c.now)
		if due {
			t.fires <- c.now // has room: nothing else is ever sent on it
		}
		return due
	})
}
