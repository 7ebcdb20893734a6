package discordtest

import "time"

// Clock is the time that the server goes by.
type Clock interface {
	Now() time.Time
	// After is like time.After.
	After(d time.Duration) <-chan time.Time
}

// wallClock is the machine's clock.
type wallClock struct{}

func (wallClock) Now() time.Time                         { return time.Now().UTC() }
func (wallClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// realNow is for what has to do with the network rather than with the world.
func realNow() time.Time { return time.Now() }
