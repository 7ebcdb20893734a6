package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// writes has somebody write a line in a room, and returns the answer's words.
func (w *world) writes(name, room, line string) string {
	w.Helper()
	w.events++
	answer := w.engine.Receive(w.Context(), commands.Invocation{EventID: fmt.Sprint(w.events), Who: w.who(name), Room: room, Text: line})
	if answer.Failed {
		w.Fatalf("%s: %s failed: %s", name, line, w.log)
	}
	return answer.Text.Plain()
}

func TestTooFast(t *testing.T) {
	inWorld(t, bot.Features{OnDemand: true}, func(w *world) {
		for i := range 10 {
			if got := w.writes("Rosa", "", "board"); !strings.HasPrefix(got, "Nothing is open") && !strings.Contains(got, "open") {
				w.Fatalf("line %d is answered %q", i, got)
			}
		}
		if got, want := w.writes("Rosa", "", "board"), "That's a lot at once. I did the first 10 and skipped the rest. Ready again in 30 seconds."; got != want {
			w.Errorf("the eleventh is answered %q, want %q", got, want)
		}
		if got := w.writes("Rosa", "", "language es"); got != "" {
			w.Errorf("the twelfth is answered %q", got)
		}
		if got := w.writes("Sam", "", "board"); got == "" {
			w.Error("somebody else is held back")
		}
		if got := w.writes("Rosa", "", "I want to kill myself"); !strings.Contains(got, "988") {
			w.Errorf("danger is answered %q", got)
		}
		w.clock.Advance(29 * time.Second)
		if got := w.writes("Rosa", "", "board"); got != "" {
			w.Errorf("too early: %q", got)
		}
		w.clock.Advance(time.Second)
		if got := w.writes("Rosa", "", "language es"); !strings.Contains(got, "español") {
			w.Errorf("after 30 seconds: %q", got)
		}
		for range 9 {
			w.writes("Rosa", "", "tablero")
		}
		if got := w.writes("Rosa", "", "tablero"); got != "Fueron muchos a la vez. Hice los primeros 10 y no los demás. En 30 segundos puede seguir." {
			w.Errorf("in Spanish: %q", got)
		}
	})
}

// What was carried out before the program ended is answered once more, however
// much comes again at once.
func TestRepeatIsNeverTooFast(t *testing.T) {
	inWorld(t, bot.Features{OnDemand: true}, func(w *world) {
		again := func(event, line string) *bot.Answer {
			return w.engine.Receive(w.Context(), commands.Invocation{EventID: event, Who: w.who("Rosa"), Text: line})
		}
		first := again("first", "language es")
		for range 10 {
			again("", "board")
		}
		if answer := again("new", "language en"); !answer.Held {
			t.Errorf("a new line passes: %q", answer.Text.Plain())
		}
		if answer := again("first", "language es"); answer.Held || !answer.Repeat || answer.Text.Plain() != first.Text.Plain() {
			t.Errorf("the line that was done already: %+v", answer)
		}
	})
}

// Who writes a line now and then is never held back, however long it goes on.
func TestPaceRefills(t *testing.T) {
	inWorld(t, bot.Features{OnDemand: true}, func(w *world) {
		for i := range 60 {
			if got := w.writes("Rosa", "", "board"); got == "" || strings.Contains(got, "a lot at once") {
				w.Fatalf("line %d is answered %q", i, got)
			}
			w.clock.Advance(3 * time.Second)
		}
	})
}

func TestRoomIsTooLively(t *testing.T) {
	inWorld(t, bot.Features{OnDemand: true}, func(w *world) {
		for i := range 30 {
			w.writes(fmt.Sprint("p", i/5), board, "board")
		}
		for _, name := range []string{"Dee", "Kofi"} {
			if got := w.writes(name, board, "board"); !strings.HasPrefix(got, "There's a lot going on in this room") {
				w.Errorf("%s is answered %q", name, got)
			}
		}
		if got := w.writes("Dee", "", "board"); strings.Contains(got, "a lot") || got == "" {
			w.Errorf("in private: %q", got)
		}
		w.clock.Advance(30 * time.Second)
		if got := w.writes("Dee", board, "board"); strings.Contains(got, "a lot") || got == "" {
			w.Errorf("after 30 seconds: %q", got)
		}
	})
}

func TestLocalIsNeverTooFast(t *testing.T) {
	inWorld(t, bot.Features{OnDemand: true, Local: true}, func(w *world) {
		for i := range 100 {
			if got := w.writes("Rosa", board, "board"); got == "" || strings.Contains(got, "a lot") {
				w.Fatalf("line %d is answered %q", i, got)
			}
		}
	})
}

// A reaction that is held back is answered with nothing that anybody sees: the
// words are left for the next line.
func TestHeldReactionLeavesTheWords(t *testing.T) {
	inWorld(t, bot.Features{OnDemand: true}, func(w *world) {
		for range 10 {
			w.writes("Rosa", "", "board")
		}
		held := w.engine.Receive(w.Context(), commands.Invocation{EventID: "hand", Who: w.who("Rosa"), React: &commands.React{Word: "✋", Present: true}})
		if !held.Held || held.HeldFor <= 0 {
			t.Errorf("the reaction is answered with %+v", held)
		}
		if got := w.writes("Rosa", "", "board"); !strings.HasPrefix(got, "That's a lot at once.") {
			t.Errorf("the next line is answered %q", got)
		}
	})
}
