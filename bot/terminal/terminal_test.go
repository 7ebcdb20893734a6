package terminal

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

func TestPlatform(t *testing.T) {
	t.Parallel()
	for name, interactive := range map[string]bool{"pipe": false, "interactive": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platformtest.Run(t, func(t *testing.T) platformtest.Harness { return newDesk(t, interactive) })
		})
	}
}

// paper is a screen that can be read while it is written on, and that can fail.
type paper struct {
	mu     sync.Mutex
	text   strings.Builder
	failed error
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed != nil {
		return 0, p.failed
	}
	return p.text.Write(b)
}

func (p *paper) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = err
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// home is a coalition with a terminal, and an engine that runs it.
type home struct {
	*testing.T
	*Terminal
	engine *bot.Engine
	out    *paper
}

func newHome(t *testing.T, o Options) *home {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if o.Registry, err = commands.New(s, commands.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Registry.Found(t.Context(), founding(t)); err != nil {
		t.Fatal(err)
	}
	return (&home{T: t}).sit(o)
}

// sit takes a new terminal, as another run of the program does.
func (h *home) sit(o Options) *home {
	h.Helper()
	h.out = &paper{}
	o.Out, o.Space, o.Name = h.out, space, "you"
	var err error
	if h.Terminal, err = New(o); err != nil {
		h.Fatal(err)
	}
	h.engine = bot.New(o.Registry, bot.SystemClock{}, slog.New(slog.DiscardHandler), h.Terminal)
	return h
}

// script has lines carried out from a pipe, and returns what was printed.
func script(t *testing.T, lines ...string) (string, *home) {
	t.Helper()
	h := newHome(t, Options{In: strings.NewReader(strings.Join(lines, "\n") + "\n"), AsAllowed: true})
	if err := h.engine.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h.out.String(), h
}

// outline keeps what a transcript consists of: the lines typed, and where
// something is shown.
func outline(text string) string {
	var kept []string
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l, "-- ") || strings.Contains(l, "> ") || strings.HasPrefix(l, "N1:") {
			kept = append(kept, strings.TrimSpace(l))
		}
	}
	return strings.Join(kept, "\n")
}

func TestTranscript(t *testing.T) {
	t.Parallel()
	got, h := script(t, "/as Sam", "language en", "/as you", "role grant volunteer sam",
		"/as Rosa", `need what:"milk and bread" category:food`, "1", "/as sam", "/room general", "+claim N1", "/private", "1", "-claim N1")
	want := `you #board> /as Sam
Sam #board> language en
-- #board, only Sam sees this
Sam #board> /as you
you #board> role grant volunteer sam
-- #board, only you sees this
-- to Sam, in private
you #board> /as Rosa
Rosa #board> need what:"milk and bread" category:food
-- #board, only Rosa sees this
-- to Rosa, in private
Rosa #board> 1
-- #board, only Rosa sees this
-- #board
N1: Groceries
Rosa #board> /as sam
Sam #board> /room general
Sam #general> +claim N1
-- #board, changed
N1: Groceries
-- to Sam, in private
-- to Rosa, in private
-- to Sam, in private
Sam #general> /private
Sam private> 1
-- to Sam, in private
Sam private> -claim N1
-- #board, changed
N1: Groceries
-- to Rosa, in private
-- to Sam, in private`
	if outline(got) != want {
		t.Errorf("got\n%s\nwant\n%s", outline(got), want)
	}
	if h.Failed() {
		t.Errorf("a line failed:\n%s", got)
	}
	for _, sign := range []string{"\x1b", "\r", "✓", "🥫"} {
		if strings.Contains(got, sign) {
			t.Errorf("%q is in\n%s", sign, got)
		}
	}
}

func TestFailed(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"board": false, "": false, "language en": false, "/room general": false, "/quit": false, "/as Rosa": false,
		"bord": true, "claim N9": true, "+claim N9": true, "+claim": true, "😀 N1": true, "need \"": true,
		"/room nowhere": true, "/room": true, "/as": true, "/as \x07": true, "\x00": true, strings.Repeat("x", 1<<20): true,
	} {
		if _, h := script(t, line, "board"); h.Failed() != want {
			t.Errorf("%.20q: failed is %t, want %t", line, h.Failed(), want)
		}
	}
}

// What was typed while a script ran is answered to its end, and nothing more.
func TestRunEndsByItself(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{"no more lines": {"board"}, "quit": {"board", "/quit", "mine"}, "salir": {"board", "!salir", "mine"}} {
		if got, _ := script(t, lines...); strings.Count(got, "-- #board") != 1 {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestReadErrorEndsTheRun(t *testing.T) {
	t.Parallel()
	broken := errors.New("the line was cut")
	h := newHome(t, Options{In: io.MultiReader(strings.NewReader("board\n"), errReader{broken})})
	if err := h.engine.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("the run ended with %v", err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

func TestBrokenScreenEndsTheRun(t *testing.T) {
	t.Parallel()
	gone := errors.New("broken pipe")
	h := newHome(t, Options{In: strings.NewReader("board\nmine\n")})
	h.out.fail(gone)
	if err := h.engine.Run(t.Context()); !errors.Is(err, gone) {
		t.Errorf("the run ended with %v", err)
	}
}

func TestSendThatTheScreenRefusesComesLater(t *testing.T) {
	t.Parallel()
	h := newHome(t, Options{In: strings.NewReader("")})
	post := bot.Post{Key: "k", Room: space + "/#board", Text: "hello", Lang: "en"}
	h.out.fail(errors.New("full"))
	var notNow *bot.NotNowError
	if _, err := h.Send(t.Context(), post); !errors.As(err, &notNow) {
		t.Errorf("the send ended with %v, want that nothing was shown", err)
	}
	if err := h.Edit(t.Context(), post, "x"); !errors.As(err, &notNow) {
		t.Errorf("the edit ended with %v, want that nothing was shown", err)
	}
	h.out.fail(nil)
	id, err := h.Send(t.Context(), post)
	again, errAgain := h.Send(t.Context(), post)
	if err != nil || errAgain != nil || id == "" || id != again || h.out.String() != "-- #board\nhello\n\n" {
		t.Errorf("%q, %v; %q, %v: %q", id, err, again, errAgain, h.out)
	}
}

// A card that an earlier run showed is shown again when it changes, and only
// then.
func TestEdit(t *testing.T) {
	t.Parallel()
	h := newHome(t, Options{In: strings.NewReader("")})
	post := bot.Post{Key: "k", Room: space + "/#board", Card: &commands.CardText{Title: "N1: Ride", Emoji: "🚗", Lines: []commands.Text{"Open."}}, Lang: "es"}
	for range 2 {
		if err := h.Edit(t.Context(), post, "of an earlier run"); err != nil {
			t.Error(err)
		}
	}
	if want := "-- #board, cambió\nN1: Ride\nOpen.\n\n"; h.out.String() != want {
		t.Errorf("%q, want %q", h.out, want)
	}
}

func TestNewRefusesNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", " \u200b", "\x1b[2J", strings.Repeat("x", 61)} {
		if _, err := Who(space, name); err == nil {
			t.Errorf("%q is taken as a name", name)
		}
	}
	a, errA := Who(space, "María  José")
	b, errB := Who(space, "MARIA JOSE")
	if errA != nil || errB != nil || a.Account != b.Account || a.Name != "María José" {
		t.Errorf("%+v, %v; %+v, %v", a, errA, b, errB)
	}
}

// The run ends with its context, also while a line is awaited that never comes.
func TestContextEndsTheRun(t *testing.T) {
	t.Parallel()
	for _, interactive := range []bool{false, true} {
		keys := newKeyboard()
		h := newHome(t, Options{In: keys, Interactive: interactive})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- h.engine.Run(ctx) }()
		keys.enter("board")
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the run ended with %v", err)
		}
		close(keys.lines)
	}
}
