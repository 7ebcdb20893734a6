package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// While the data are slow a form comes from memory, and with the least that it
// needs when there is none.
func TestSlowForms(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
	asked, slow := make(chan string, 10), make(chan struct{})
	defer close(slow)
	whole := &commands.FormText{Name: formNeed, Title: "Ask for help", Lang: models.English, Fields: []commands.FormField{{Name: "what", Label: "What?"}, {Name: "when", Label: "When?"}}}
	var blocks atomic.Bool
	d := newTown(t, clock).d
	d.forms.ask = func(_ context.Context, _ store.Who, _ models.Lang, name string) (*commands.FormText, error) {
		waits := blocks.Load()
		asked <- name
		if waits {
			<-slow
		}
		return whole, nil
	}
	who := store.Who{Platform: name, Space: "1", Account: "2"}
	form := func(name string) *commands.FormText {
		got := make(chan *commands.FormText, 1)
		go func() {
			f, err := d.form(t.Context(), who, models.English, name)
			if err != nil {
				t.Error(err)
			}
			got <- f
		}()
		for {
			select {
			case f := <-got:
				return f
			case <-asked:
				clock.Advance(formWait)
			case <-t.Context().Done():
				t.Fatal("no form came")
			}
		}
	}
	if got := form(formNeed); got != whole {
		t.Errorf("the first is %+v", got)
	}
	blocks.Store(true)
	clock.Advance(formFresh / 2)
	if got := form(formNeed); got != whole {
		t.Errorf("half a minute later it is %+v", got)
	}
	clock.Advance(2 * formFresh)
	if got := form(formNeed); got != whole {
		t.Errorf("what is kept is not shown while the data are slow: %+v", got)
	}
	if got := form(formOffer); got == whole || len(got.Fields) != 1 {
		t.Errorf("with nothing in memory it is %+v", got)
	}
}

// The same line twice, as Discord may send it, is answered once.
func TestTypedTwice(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa := w.s.Join(w.guild, "Rosa")
	w.slash(rosa, w.board, "help", nil)
	w.types(rosa, "language en")
	before := len(w.s.SeenBy(rosa))
	w.s.RepeatEvents(1)
	w.s.Type(rosa, "board")
	w.receives("board", 2)
	w.d.events.wait()
	if got := len(w.s.SeenBy(rosa)) - before; got != 1 {
		t.Errorf("it is answered %d times", got)
	}
}

// A flood of one person is refused in words, and holds up nobody else.
func TestFlood(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa, sam := w.s.Join(w.guild, "Rosa"), w.s.Join(w.guild, "Sam")
	w.gate.set(func() { w.gate.hold = make(chan struct{}) })
	var all []*discordtest.Interaction
	for range perKey + 2 {
		all = append(all, w.s.Slash(rosa, w.board, "board", nil))
	}
	last := all[len(all)-1]
	w.until("the refusal", func() bool { return last.State() == discordtest.Shown })
	w.wants(last.Text(), "100")
	// The others are announced in time, and somebody else is not kept waiting.
	w.until("the announcements", func() bool { return all[0].State() == discordtest.Deferred && all[50].State() == discordtest.Deferred })
	i := w.s.Slash(sam, w.board, "board", nil)
	w.gate.release()
	w.answered(i)
	w.d.events.wait()
}

// A token that was revoked ends the platform with what to do.
func TestRevoked(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	db, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, db)
	reg, err := commands.New(db, commands.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(Options{Token: s.Token(), Registry: reg, Transport: s.Transport()})
	if err != nil {
		t.Fatal(err)
	}
	s.Revoke()
	err = d.Run(t.Context(), nil)
	var final *finalError
	if !errors.As(err, &final) || !strings.Contains(err.Error(), "DISCORD_TOKEN") {
		t.Errorf("it ends with %v", err)
	}
	if s.Invalid() > 5 {
		t.Errorf("%d requests with a token that was refused", s.Invalid())
	}
	if _, err := New(Options{Token: " \n"}); err == nil || strings.Contains(fmt.Sprint(err), "\n") {
		t.Errorf("an empty token: %v", err)
	}
}

// Discord that cannot be reached at the start is tried until it can.
func TestUnreachableAtStart(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.SetUnreachable(true)
	db, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, db)
	reg, err := commands.New(db, commands.Options{})
	if err != nil {
		t.Fatal(err)
	}
	connected, tried := make(chan string, 1), make(chan struct{}, 100)
	d, err := New(Options{Token: s.Token(), Registry: reg, Transport: spied{s.Transport(), tried}, Connected: func(name string) { connected <- name }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx, nil) }()
	select {
	case <-tried:
	case err := <-ended:
		t.Fatalf("it ends with %v", err)
	}
	if _, err := d.Send(t.Context(), bot.Post{Key: "k", Room: "1", Text: "x", Lang: models.English}); err == nil {
		t.Error("something was sent to a Discord that cannot be reached")
	}
	s.SetUnreachable(false)
	select {
	case <-connected:
	case err := <-ended:
		t.Fatalf("it ends with %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
}

// spied tells of each request.
type spied struct {
	http.RoundTripper
	tried chan struct{}
}

func (s spied) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.RoundTripper.RoundTrip(r)
	select {
	case s.tried <- struct{}{}:
	default:
	}
	return answer, err
}

func shut(t *testing.T, db *store.Store) {
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
