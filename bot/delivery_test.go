package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

var errLost = errors.New("the connection broke")

// failing makes the next calls for a room or an account fail, one after the
// other; nil lets one succeed, and so does what comes after the last.
func failing(whom string, errs ...error) func(context.Context, call) error {
	var mu sync.Mutex
	return func(_ context.Context, c call) error {
		mu.Lock()
		defer mu.Unlock()
		if c.to != whom || len(errs) == 0 {
			return nil
		}
		err := errs[0]
		errs = errs[1:]
		return err
	}
}

// always makes every call for a room or an account fail.
func always(whom string, err error) func(context.Context, call) error {
	return func(_ context.Context, c call) error {
		if c.to == whom {
			return err
		}
		return nil
	}
}

// wantAdminTold looks at how often the admin was told that something about N1
// could not be shown.
func (w *world) wantAdminTold(times int) {
	w.Helper()
	calls := w.to("you")
	if len(calls) != times {
		w.Errorf("the admin was told %v, want %d messages", calls, times)
	}
	for _, c := range calls {
		if !strings.Contains(c.text, "N1") {
			w.Errorf("the admin was told %q, which does not say of what", c.text)
		}
	}
}

func TestPermanentFailureIsToldTheTeamOnce(t *testing.T) {
	for whom, act := range map[string]func(*world){
		"rosa": func(w *world) { w.claimed() }, // closed messages
		board:  func(w *world) { w.need() },    // a room that may not be written to
	} {
		t.Run(whom, func(t *testing.T) {
			inWorld(t, bot.Features{Parallel: 4}, func(w *world) {
				w.on = always(whom, &bot.PermanentError{Code: "forbidden", Err: errors.New("50007")})
				w.running(func() {
					act(w)
					w.pass(48 * time.Hour)
					w.wantOps(whom, "send")
					w.wantAdminTold(1)
				})
			})
		})
	}
}

// What says that something could not be shown may be impossible to show too.
func TestNobodyIsToldOfWhatTells(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 4}, func(w *world) {
		permanent := &bot.PermanentError{Code: "forbidden", Err: errors.New("50007")}
		w.running(func() {
			w.volunteer("Sam")
			w.on = func(context.Context, call) error { return permanent }
			w.need() // the card, and that it could not be shown
			w.pass(48 * time.Hour)
			w.wantAdminTold(2)
		})
	})
}

// Not every message is about a need or an offer.
func TestTeamIsToldOfAnyMessage(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 4}, func(w *world) {
		w.on = always("rosa", &bot.PermanentError{Code: "forbidden", Err: errors.New("50007")})
		w.running(func() {
			w.tell("Rosa")
			w.pass(time.Hour)
			w.wantOps("rosa", "send")
			w.wantOps("you", "send")
		})
	})
}

func TestNotNowWaitsAsLongAsItSays(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1}, func(w *world) {
		w.on = failing("rosa", &bot.NotNowError{After: 10 * time.Minute, Err: errors.New("429")})
		w.running(func() {
			w.tell("Rosa", "Rosa")
			w.pass(10*time.Minute - time.Second)
			w.wantOps("rosa", "send")
			w.tell("Sam") // another lane does not wait
			w.wantOps("sam", "send")
			w.pass(time.Second)
			calls := w.wantOps("rosa", "send", "send", "send")
			if calls[0].key != calls[1].key || calls[1].key == calls[2].key {
				w.Errorf("the keys are %v, want the first repeated, then another", calls)
			}
		})
	})
}

// Each failure doubles the wait, up to five minutes, give or take a half.
func TestFailuresWaitLongerAndLonger(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1}, func(w *world) {
		w.on = always("rosa", &bot.NotNowError{Err: errors.New("no connection")})
		w.running(func() {
			w.tell("Rosa")
			for range 3600 {
				w.pass(time.Second)
			}
		})
		calls := w.to("rosa")
		for i := 1; i < len(calls); i++ {
			gap := calls[i].at.Sub(calls[i-1].at)
			mean := min(5*time.Minute, 2*time.Second<<min(i-1, 10))
			if gap < mean/2 || gap > mean*3/2+time.Second {
				t.Errorf("wait %d is %s, want about %s", i, gap, mean)
			}
		}
		if len(calls) < 12 {
			t.Errorf("%d tries in an hour", len(calls))
		}
	})
}

func TestWhatNeverSucceedsIsGivenUp(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1, SameKey: 100 * time.Hour}, func(w *world) {
		w.running(func() { w.claimed() })
		before := len(w.to("rosa"))
		w.on = always("rosa", errLost)
		w.running(func() {
			w.say("Sam", "release N1")
			for range 30 * 12 {
				w.pass(5 * time.Minute)
			}
			tries := len(w.to("rosa"))
			w.pass(time.Hour)
			w.wantAdminTold(1)
			if now := len(w.to("rosa")); now != tries || tries < before+100 {
				w.Errorf("%d tries in 30 hours, and %d after that", tries-before, now-tries)
			}
		})
	})
}

// Nobody knows whether it was shown: within the platform's window it is sent
// again under its key.
func TestUncertainIsRepeatedUnderItsKey(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1, SameKey: time.Hour}, func(w *world) {
		w.on = failing("rosa", errLost, errLost, &bot.NotNowError{Err: errors.New("429")}, errLost)
		w.running(func() {
			w.tell("Rosa")
			for range 60 {
				w.pass(5 * time.Second)
			}
			calls := w.wantOps("rosa", "send", "send", "send", "send", "send")
			for _, c := range calls {
				if c.key != calls[0].key || len(c.key) > 25 || c.key == "" {
					w.Errorf("the keys are %v, want one", calls)
					break
				}
			}
		})
	})
}

// A try that the end of the program breaks off is repeated by the next start at
// once, however long the pauses between the tries were by then.
func TestBrokenOffByTheEnd(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1, SameKey: time.Hour}, func(w *world) {
		begun, tries := make(chan struct{}), 0
		w.on = func(ctx context.Context, c call) error {
			if c.to != "rosa" {
				return nil
			}
			if tries++; tries <= 6 {
				return errLost
			}
			if tries == 7 {
				close(begun)
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}
		w.running(func() {
			w.tell("Rosa")
			for range 60 {
				w.pass(10 * time.Second)
			}
			<-begun
		})
		before := len(w.to("rosa"))
		w.running(func() {
			w.pass(0)
			if now := len(w.to("rosa")); now != before+1 {
				w.Errorf("the next start tried %d times", now-before)
			}
		})
	})
}

// Later than that it is looked for, and not sent again if it is not found. The
// first try ends without an answer; the second, in time, was told to wait.
func TestForgottenIsLookedUp(t *testing.T) {
	for found, wantTold := range map[string]int{"m1": 0, "": 1} {
		t.Run("found "+found, func(t *testing.T) {
			inWorld(t, bot.Features{Parallel: 1, SameKey: time.Minute}, func(w *world) {
				w.running(func() { w.claimed() })
				w.fake.found = found
				w.calls = nil
				w.on = failing("rosa", errLost, &bot.NotNowError{After: 2 * time.Minute, Err: errors.New("429")}, errLost)
				w.running(func() {
					w.say("Sam", "release N1")
					w.pass(10 * time.Second)
					w.wantOps("rosa", "send", "send")
					w.pass(2 * time.Minute)
					w.wantOps("rosa", "send", "send", "find") // which fails
					w.pass(10 * time.Minute)
					w.wantOps("rosa", "send", "send", "find", "find")
					w.pass(48 * time.Hour)
					w.wantOps("rosa", "send", "send", "find", "find")
					w.wantAdminTold(wantTold)
				})
			})
		})
	}
}

// A platform that says when it can look is asked again then, and neither before nor
// as late as after a failure that says nothing.
func TestLookUpWaitsAsLongAsToldTo(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1, SameKey: time.Minute}, func(w *world) {
		w.fake.found = "m1"
		later := func(after time.Duration) error {
			return &bot.NotNowError{After: after, Err: errors.New("429")}
		}
		w.on = failing("rosa", errLost, later(2*time.Minute), later(20*time.Minute))
		w.running(func() {
			w.tell("Rosa")
			w.pass(10 * time.Second)
			w.pass(2 * time.Minute)
			w.wantOps("rosa", "send", "send", "find") // which is told to wait
			for range 19 {
				w.pass(time.Minute)
			}
			w.wantOps("rosa", "send", "send", "find")
			w.pass(time.Minute)
			w.wantOps("rosa", "send", "send", "find", "find")
			w.pass(48 * time.Hour)
			w.wantOps("rosa", "send", "send", "find", "find")
		})
	})
}

// A repeat of a card that was recognized left the old card there: it is brought
// up to date.
func TestRepeatedCardIsBroughtUpToDate(t *testing.T) {
	for name, window := range map[string]time.Duration{"repeated": time.Hour, "looked up": time.Second} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, bot.Features{Parallel: 1, SameKey: window}, func(w *world) {
				w.volunteer("Sam")
				w.on = failing(board, errLost)
				w.fake.found = "m1"
				w.running(func() {
					w.need()
					w.say("Sam", "claim N1")
					w.pass(time.Minute)
					calls := w.to(board)
					last := calls[len(calls)-1]
					if len(calls) != 3 || last.op != "edit" || !strings.Contains(last.text, "Taken") {
						w.Errorf("done in the room: %v, want the card edited in the end", calls)
					}
				})
			})
		})
	}
}

func TestGoneCardIsPostedAnew(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1, SameKey: time.Hour}, func(w *world) {
		w.volunteer("Sam")
		w.running(func() {
			w.need()
			w.on = failing(board, fmt.Errorf("edit: %w", bot.ErrGone))
			w.say("Sam", "claim N1")
			calls := w.wantOps(board, "send", "edit", "send")
			if calls[0].key == calls[2].key {
				w.Error("the new card has the key of the old one, so that the platform will not show it")
			}
			w.say("Sam", "release N1")
			calls = w.wantOps(board, "send", "edit", "send", "edit")
			if calls[3].remote == "" || calls[3].remote == calls[1].remote {
				w.Errorf("the message %q is edited, want the new one", calls[3].remote)
			}
		})
	})
}

func TestReactionOnGoneCardIsGone(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1}, func(w *world) {
		w.running(func() {
			w.need()
			w.on = failing(board, bot.ErrGone)
			w.react("Rosa", true) // her own need: it is taken off
			w.pass(time.Hour)
			w.wantOps(board, "send", "unreact")
		})
	})
}

func TestPanicIsAFailedTry(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1, SameKey: time.Hour}, func(w *world) {
		broken := true
		w.on = func(_ context.Context, c call) error {
			if c.to == "rosa" && broken {
				broken = false
				panic("a mistake in the adapter")
			}
			return nil
		}
		w.running(func() {
			w.tell("Rosa", "Sam")
			w.wantOps("rosa", "send")
			w.wantOps("sam", "send")
			w.pass(10 * time.Second)
			calls := w.wantOps("rosa", "send", "send")
			if calls[0].key != calls[1].key {
				w.Error("it is not known whether it was shown, and sent under another key")
			}
			if !strings.Contains(w.log.String(), "a mistake in the adapter") {
				w.Error("the log does not say so")
			}
		})
	})
}

// A try that takes longer than its lease: by then another one has the row, and
// what became of the first no longer counts.
func TestResultAfterTheLeaseIsIgnored(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 2, SameKey: time.Hour}, func(w *world) {
		release := make(chan struct{})
		first := true
		w.on = func(_ context.Context, c call) error {
			if c.to != "rosa" || !first {
				return nil
			}
			first = false
			<-release // whatever the context says
			return &bot.PermanentError{Code: "late", Err: errors.New("late")}
		}
		w.running(func() {
			w.tell("Rosa")
			w.pass(61 * time.Second)
			w.wantOps("rosa", "send", "send")
			close(release)
			w.pass(48 * time.Hour)
			w.wantOps("rosa", "send", "send")
			w.wantAdminTold(0)
		})
	})
}

// A row that speaks of what is gone by now is finished without being shown.
func TestNothingToShow(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1}, func(w *world) {
		w.running(func() {
			w.need()
			w.calls = nil
			w.tellAboutNothing("Rosa")
			w.tell("Rosa")
			w.wantOps("rosa", "send")
		})
	})
}
