package store

import "time"

// WallClock is the machine's clock, in UTC. It is where the program gets the
// time from if nothing else is given; tests give another.
func WallClock() time.Time { return time.Now().UTC() }
