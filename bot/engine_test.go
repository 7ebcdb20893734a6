package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// A run leaves nothing behind, also when something is being shown at its end:
// synctest fails a test that ends before all of its goroutines.
func TestRunEndsWithAllOfItsGoroutines(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 4}, func(w *world) {
		w.on = func(ctx context.Context, c call) error {
			if c.to == "rosa" {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}
		w.running(func() { w.tell("Rosa", "Sam") })
		w.wantOps("rosa", "send")
	})
}

func TestPlatformThatEndsTakesTheOthersAlong(t *testing.T) {
	broken := errors.New("the token is wrong")
	for name, c := range map[string]struct {
		run  func(context.Context) error
		want string
	}{
		"in order":          {func(context.Context) error { return nil }, ""},
		"with an error":     {func(context.Context) error { return broken }, "other: the token is wrong"},
		"with a panic":      {func(context.Context) error { panic("a mistake") }, "panic: a mistake"},
		"because it had to": {func(context.Context) error { return context.Canceled }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, bot.Features{Parallel: 1}, func(w *world) {
				other := &fake{name: "other", features: bot.Features{OnDemand: true}, clock: w.clock, run: c.run}
				e := bot.New(w.reg, w.clock, slog.New(slog.DiscardHandler), w.fake, other)
				err := e.Run(w.Context())
				if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
					w.Errorf("the engine ended with %v, want %q", err, c.want)
				}
			})
		})
	}
}

func TestOnDemandShowsNothingByItself(t *testing.T) {
	inWorld(t, bot.Features{OnDemand: true}, func(w *world) {
		w.running(func() {
			w.tell("Rosa", "Rosa", "Sam")
			w.wantOps("rosa")
			if err := w.engine.Settle(w.Context(), "fake"); err != nil {
				w.Error(err)
			}
			w.wantOps("rosa", "send", "send")
			w.wantOps("sam", "send")
		})
	})
}

// A platform shows what is its own.
func TestPlatformsShareNothing(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1}, func(w *world) {
		other := &fake{name: "other", features: bot.Features{Parallel: 1}, clock: w.clock}
		w.engine = bot.New(w.reg, w.clock, slog.New(slog.DiscardHandler), w.fake, other)
		w.running(func() {
			w.tell("Rosa")
			w.wantOps("rosa", "send")
			if len(other.calls) > 0 {
				w.Errorf("the other platform was given %v", other.calls)
			}
		})
	})
}

func TestReceive(t *testing.T) {
	inWorld(t, bot.Features{OnDemand: true}, func(w *world) {
		if answer := w.say("Rosa", "need"); !answer.Asking || answer.Mistake {
			w.Errorf("%+v", answer.Reply)
		}
		w.say("Rosa", "cancel")
		if answer := w.say("Rosa", "nede"); !answer.Mistake || len(answer.Buttons) == 0 || answer.First != 1 {
			w.Errorf("a mistake is answered %+v", answer.Reply)
		}
		inv := commands.Invocation{EventID: "once", Who: w.who("Rosa"), Text: "language es"}
		w.engine.Receive(w.Context(), inv)
		if again := w.engine.Receive(w.Context(), inv); !again.Repeat || again.Failed {
			w.Errorf("a repeat is answered %+v", again.Reply)
		}
		if err := w.store.Close(); err != nil {
			w.Fatal(err)
		}
		failed := w.engine.Receive(w.Context(), commands.Invocation{EventID: "late", Who: w.who("Rosa"), Text: "language en"})
		if !failed.Failed || failed.Empty() {
			w.Errorf("what cannot be saved is answered %+v", failed.Reply)
		}
	})
}

func TestButtonsGetNumbersThatGoOn(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1}, func(w *world) {
		var firsts []int
		w.onPost = func(p bot.Post) {
			if p.Account == "rosa" && len(p.Buttons) > 0 {
				firsts = append(firsts, p.First)
			}
		}
		w.running(func() {
			w.volunteer("Sam")
			w.need()
			w.say("Sam", "claim N1")
			answer := w.say("Rosa", "need")
			if answer.First != 1 {
				w.Errorf("the answer's buttons begin at %d", answer.First)
			}
			w.say("Rosa", "cancel")
			w.say("Sam", "done N1") // asks Rosa how it was
			answer = w.say("Rosa", "1")
			if answer.Mistake || !strings.Contains(answer.Text.Plain(), "N1") {
				w.Errorf("the number is answered %q", answer.Text.Plain())
			}
		})
		if len(firsts) != 2 || firsts[0] != 1 || firsts[1] != 1 { // the claim, and after an answer the question
			t.Errorf("the messages' buttons begin at %v", firsts)
		}
	})
}
