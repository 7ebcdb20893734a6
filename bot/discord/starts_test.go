package discord

import (
	"errors"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
)

// A day of the worst that can happen, with luck that always makes the pauses
// short: never near the thousand identifies after which Discord takes the
// token back.
func TestStartsInADay(t *testing.T) {
	t.Parallel()
	for name, life := range map[string]func(n int) (lasts, sound time.Duration, identified bool){
		"dies at identify":     func(int) (time.Duration, time.Duration, bool) { return 0, 0, true },
		"never READY":          func(int) (time.Duration, time.Duration, bool) { return readyWithin, 0, true },
		"dies young":           func(int) (time.Duration, time.Duration, bool) { return time.Second, time.Second, true },
		"dies when just sound": func(int) (time.Duration, time.Duration, bool) { return soundAfter, soundAfter, true },
		"now and then sound": func(n int) (time.Duration, time.Duration, bool) {
			if n%8 == 0 {
				return soundAfter, soundAfter, true
			}
			return 0, 0, true
		},
		"every other one unheard": func(n int) (time.Duration, time.Duration, bool) { return 0, 0, n%2 == 0 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := starts{random: func() float64 { return 0 }}
			var identifies []time.Time
			now := gatewayNow
			for n := 0; now.Before(gatewayNow.Add(72 * time.Hour)); n++ {
				wait, _ := s.wait(now)
				now = now.Add(max(wait, 0))
				lasts, sound, identified := life(n)
				if identified {
					identifies = append(identifies, now)
					s.identified(now)
				}
				now = now.Add(lasts)
				s.ended(sound, identified, 0)
			}
			for i, at := range identifies {
				if i >= startsPerDay && at.Sub(identifies[i-startsPerDay]) < 24*time.Hour {
					t.Fatalf("over %d identifies in the day before %v", startsPerDay, at)
				}
				if i > 0 && at.Sub(identifies[i-1]) < startEvery {
					t.Fatalf("two identifies %v apart", at.Sub(identifies[i-1]))
				}
			}
			if len(s.made) > startsPerDay {
				t.Errorf("%d are remembered", len(s.made))
			}
		})
	}
}

func TestStartsWarn(t *testing.T) {
	t.Parallel()
	s := starts{random: func() float64 { return 1 }}
	if wait, reason := s.wait(gatewayNow); wait != 0 || reason != "" {
		t.Errorf("the first waits %v: %q", wait, reason)
	}
	for i := range startsPerDay {
		s.identified(gatewayNow.Add(time.Duration(i) * time.Second))
	}
	s.ended(time.Hour, true, 0)
	wait, reason := s.wait(gatewayNow.Add(time.Hour))
	if wait != 23*time.Hour || reason == "" {
		t.Errorf("after many the next waits %v: %q", wait, reason)
	}
	if wait, reason = s.wait(gatewayNow.Add(25 * time.Hour)); wait > startEvery || reason != "" {
		t.Errorf("a day later the next waits %v: %q", wait, reason)
	}
}

func TestStartsPauses(t *testing.T) {
	t.Parallel()
	for _, random := range []float64{0, 0.5, 1} {
		s := starts{random: func() float64 { return random }}
		s.ended(0, false, 0)
		for range 100 {
			if p := s.pause(); p < 2*time.Second || p > slowestUnheard {
				t.Fatalf("a pause of %v", p)
			}
			s.ended(0, false, 0)
		}
		for range 100 {
			s.ended(0, true, 0)
		}
		if p := s.pause(); p < slowest/2 || p > slowest {
			t.Errorf("the longest pause is %v", p)
		}
		s.ended(soundAfter, true, 0)
		if p := s.pause(); p > startEvery {
			t.Errorf("after a sound session a pause of %v", p)
		}
	}
}

func TestStartsDoAsDiscordAsks(t *testing.T) {
	t.Parallel()
	limited := &discordgo.RateLimitError{RateLimit: &discordgo.RateLimit{TooManyRequests: &discordgo.TooManyRequests{RetryAfter: time.Hour}}}
	for _, c := range []struct {
		err  error
		want time.Duration
	}{
		{nil, 0},
		{errors.New("something"), 0},
		{limited, time.Hour},
		{&laterError{2 * time.Hour}, 2 * time.Hour},
		{&laterError{1000 * time.Hour}, 24 * time.Hour},
	} {
		s := starts{random: func() float64 { return 1 }}
		s.ended(soundAfter, true, waitAsked(c.err))
		if got, _ := s.wait(gatewayNow); got != max(c.want, startEvery) {
			t.Errorf("after %v it waits %v", c.err, got)
		}
	}
	if err := allowed(discordgo.SessionInformation{Total: 1000, Remaining: startsKept + 1}); err != nil {
		t.Errorf("refused with enough left: %v", err)
	}
	if err := allowed(discordgo.SessionInformation{}); err != nil {
		t.Errorf("refused without being told: %v", err)
	}
	var later *laterError
	if err := allowed(discordgo.SessionInformation{Total: 1000, ResetAfter: 5000}); !errors.As(err, &later) || later.after != 5*time.Second {
		t.Errorf("with none left: %v", err)
	}
}
