package discord

import (
	"errors"
	"fmt"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// startEvery is how far apart Discord wants two identifies.
	startEvery = 5 * time.Second
	// startsPerDay is half of what Discord allows in a day. Past that it takes
	// the token back.
	startsPerDay = 500
	// startsKept is how many of those that Discord still allows are not used:
	// somebody may want to start a repaired program.
	startsKept = 50
	// soundAfter is how long a session has to last for its end not to count as
	// a failure to connect.
	soundAfter = 5 * time.Minute
	// slowest and slowestUnheard are the longest waits: between tries that
	// identify, and between those that do not get so far.
	slowest        = 5 * time.Minute
	slowestUnheard = 30 * time.Second
)

// starts says when the next session may begin. Its zero value with a source
// of randomness is ready.
type starts struct {
	random func() float64 // from 0 to 1

	failed  int // sessions in a row that identified and did not last
	unheard int // tries in a row that did not get so far
	any     bool
	asked   time.Duration // the wait that Discord named
	made    []time.Time   // the identifies of the last day
}

// wait is how long to wait before the next session, and why if that is not
// plain.
func (s *starts) wait(now time.Time) (time.Duration, string) {
	if !s.any {
		return 0, ""
	}
	wait := max(s.pause(), s.asked)
	if n := len(s.made); n > 0 {
		wait = max(wait, s.made[n-1].Add(startEvery).Sub(now))
	}
	s.forget(now)
	if len(s.made) >= startsPerDay {
		return max(wait, s.made[0].Add(24*time.Hour).Sub(now)), fmt.Sprintf("%d sessions began within a day", len(s.made))
	}
	if s.asked > time.Minute {
		return wait, "Discord allows no more sessions for now"
	}
	return wait, ""
}

// pause grows with each session that did not last. There is always one, and
// it is never the same: many bots lose their connections at the same moment.
func (s *starts) pause() time.Duration {
	pause := min(startEvery<<min(max(s.failed-1, 0), 10), slowest)
	pause = max(pause, min(startEvery<<min(max(s.unheard-1, 0), 10), slowestUnheard))
	return time.Second + time.Duration((0.5+s.random()/2)*float64(pause-time.Second))
}

// identified counts an identify.
func (s *starts) identified(now time.Time) {
	s.forget(now)
	s.made = append(s.made, now)
}

func (s *starts) forget(now time.Time) {
	for len(s.made) > 0 && now.Sub(s.made[0]) >= 24*time.Hour {
		s.made = s.made[1:]
	}
}

// ended counts how a session went: how long it lasted after READY (zero if it
// did not come), whether it identified, and how long Discord said to wait.
func (s *starts) ended(lasted time.Duration, identified bool, asked time.Duration) {
	s.any, s.asked = true, asked
	switch {
	case lasted >= soundAfter:
		s.failed, s.unheard = 0, 0
	case identified:
		s.failed, s.unheard = s.failed+1, 0
	default:
		s.unheard++
	}
}

// laterError says that Discord named a time before which nothing is to be
// tried.
type laterError struct{ after time.Duration }

func (e *laterError) Error() string {
	return fmt.Sprintf("Discord allows few more sessions for the next %v", e.after.Round(time.Second))
}

// allowed says no while Discord has few identifies left for this token.
func allowed(left discordgo.SessionInformation) error {
	if left.Total == 0 || left.Remaining > startsKept {
		return nil
	}
	return &laterError{time.Duration(left.ResetAfter) * time.Millisecond}
}

// waitAsked is the wait that Discord named, at most a day.
func waitAsked(err error) time.Duration {
	var later *laterError
	var limited *discordgo.RateLimitError
	switch {
	case errors.As(err, &later):
		return min(later.after, 24*time.Hour)
	case errors.As(err, &limited):
		return min(limited.RetryAfter, 24*time.Hour)
	}
	return 0
}
