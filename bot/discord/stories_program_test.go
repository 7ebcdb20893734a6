package discord

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// county is a Discord and a program that runs on it by itself, as it does for
// people: nothing here pushes it on. It can be stopped, and started again on
// the same data.
type county struct {
	*testing.T
	s     *discordtest.Server
	clock *platformtest.Clock
	still bool // the clock moves only when a test moves it, and Discord has no limits
	dir   string
	sent  *record
	log   *journal
	reg   *commands.Registry
	stop  func()        // ends the program and waits for it
	ends  error         // with which the program is expected to end
	over  chan struct{} // closed when it has ended

	guild, owner, board string
}

// monday is the day of the stories.
var monday = time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)

// newCounty has a server with a coalition that its owner set up, in English.
func newCounty(t *testing.T) *county {
	t.Helper()
	c := emptyCounty(t)
	c.setUp(c.owner, c.board, "Larch County Mutual Aid", "")
	return c
}

// emptyCounty has a server in which nobody began anything yet.
func emptyCounty(t *testing.T) *county {
	t.Helper()
	clock := platformtest.NewClock(monday)
	ctx, stop := context.WithCancel(context.Background()) //nolint:usetesting // the program's orderly end needs a clock that runs
	var ticking sync.WaitGroup
	ticking.Go(func() {
		for ctx.Err() == nil {
			<-bot.SystemClock{}.After(5 * time.Millisecond)
			clock.Advance(5 * time.Millisecond)
		}
	})
	t.Cleanup(func() { stop(); ticking.Wait() })
	return countyAt(t, clock, false)
}

// countyAt is a county by a clock, which stands still or goes by itself.
func countyAt(t *testing.T, clock *platformtest.Clock, still bool) *county {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	c := &county{T: t, clock: clock, still: still, dir: t.TempDir(), log: &journal{},
		s: discordtest.New(t, discordtest.Options{Clock: clock, Zone: zone, Heartbeat: 10 * time.Minute})}
	c.sent = &record{RoundTripper: c.s.Transport()}
	if still {
		c.sent.RoundTripper = unlimited{c.s.Transport()}
	}
	c.guild, c.owner = c.s.AddGuild("Larch County")
	c.s.SetNick(c.guild, c.owner, "Ana")
	c.board = c.s.AddChannel(c.guild, "board", discordtest.Text)
	c.start()
	return c
}

// start starts the program, and waits until it is connected.
func (c *county) start() {
	c.Helper()
	c.launch()
	c.until("the program to be there", func() bool { return c.s.Live() > 0 && c.s.Published("need") != nil })
}

func (c *county) launch() {
	c.Helper()
	db, err := store.Open(c.Context(), store.Options{Dir: c.dir, Now: c.clock.Now})
	if err != nil {
		c.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.MultiWriter(c.log, c.Output()), &slog.HandlerOptions{Level: slog.LevelDebug}))
	if c.reg, err = commands.New(db, commands.Options{Log: log, Now: c.clock.Now}); err != nil {
		c.Fatal(err)
	}
	every := 100 * time.Millisecond
	if c.still {
		every = -1
	}
	d, err := New(Options{Token: c.s.Token(), Registry: c.reg, Clock: c.clock, Log: log, Transport: c.sent,
		EditEvery: every, Zone: "America/New_York", Lang: models.English})
	if err != nil {
		c.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	over := make(chan struct{})
	c.over = over
	go func() {
		defer close(over)
		ended <- bot.New(c.reg, c.clock, log, d).Run(ctx)
	}()
	end := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; !errors.Is(err, c.ends) {
			c.Errorf("the program ended with %v", err)
		}
		if err := db.Close(); err != nil {
			c.Error(err)
		}
	})
	c.Cleanup(end)
	c.stop = func() {
		end()
		if c.Context().Err() != nil {
			return // the test is over
		}
		// Or what happens next is told on the connection that was closed.
		c.until("the connection to be gone", func() bool { return c.s.Live() == 0 })
	}
}

// rest lets so much time pass that nobody is held back for having done much.
func (c *county) rest() {
	c.Helper()
	if c.still {
		c.quiet()
	}
	c.clock.Advance(time.Minute)
}

// quiet waits until all that is to be sent was sent: a clock that stands still
// lets nothing be tried again.
func (c *county) quiet() {
	c.Helper()
	c.eventually("all to be sent", func() bool {
		_, more, err := c.reg.Store().NextDue(c.Context(), name)
		return err == nil && !more
	})
}

func (c *county) until(what string, holds func() bool) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 15*time.Second)
	defer cancel()
	if err := c.s.Until(ctx, holds); err != nil {
		c.Fatalf("waited in vain for %s: %v", what, err)
	}
}

func (c *county) answered(i *discordtest.Interaction) *discordtest.Interaction {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 15*time.Second)
	defer cancel()
	if err := i.Wait(ctx); err != nil {
		c.Fatalf("%v (%s)", err, i.Reason())
	}
	if m := i.Message(); m != nil && !m.Ephemeral {
		c.Errorf("everybody sees the answer %q", m.Text)
	}
	return i
}

func (c *county) slash(user, place, command string, options map[string]any) *discordtest.Interaction {
	c.Helper()
	return c.answered(c.s.Slash(user, place, command, options))
}

func (c *county) press(user, message, label string) *discordtest.Interaction {
	c.Helper()
	return c.answered(c.s.Press(user, message, label))
}

func (c *county) submit(user string, values map[string]string) *discordtest.Interaction {
	c.Helper()
	return c.answered(c.s.Submit(user, values))
}

// wants fails unless a text has all of some words in it.
func (c *county) wants(text string, words ...string) {
	c.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			c.Errorf("%q is not in:\n%s", word, text)
		}
	}
}

// told waits for a message that somebody alone sees, and returns the latest one
// with some words in it.
func (c *county) told(user, words string) *discordtest.Message {
	c.Helper()
	var found *discordtest.Message
	c.until("a message with "+words, func() bool {
		for _, m := range c.s.SeenBy(user) {
			if strings.Contains(m.Text, words) {
				found = m
			}
		}
		return found != nil
	})
	return found
}

// card waits until the card of a need or an offer in a room says something.
func (c *county) card(room, ref, words string) *discordtest.Message {
	c.Helper()
	var found *discordtest.Message
	c.until("the card "+ref+" with "+words, func() bool {
		for _, m := range c.s.Channel(room) {
			if strings.HasPrefix(m.Words, ref+":") && strings.Contains(m.Text, words) {
				found = m
			}
		}
		return found != nil
	})
	c.eventually("the record of the card "+ref, func() bool {
		card, err := c.reg.Store().CardOn(c.Context(), name, found.ID)
		return err == nil && card != nil
	})
	return found
}

// eventually waits for what the fake does not see.
func (c *county) eventually(what string, holds func() bool) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 15*time.Second)
	defer cancel()
	for !holds() {
		select {
		case <-ctx.Done():
			c.Fatalf("waited in vain for %s", what)
		case <-bot.SystemClock{}.After(2 * time.Millisecond):
		}
	}
}

// inRoom lists all that stands in a room.
func (c *county) inRoom(room string) string {
	var all []string
	for _, m := range c.s.Channel(room) {
		all = append(all, m.Text)
	}
	return strings.Join(all, "\n---\n")
}

// asks has somebody ask for food with the form, and post it.
func (c *county) asks(user, room, what string) {
	c.Helper()
	c.slash(user, room, "need", nil)
	preview := c.submit(user, map[string]string{"what": what, "category": "food", "when": "tomorrow"})
	posted := c.press(user, preview.Message().ID, "Post it")
	c.wants(posted.Text(), "Posted. Your need is N")
	c.rest()
}

// volunteer is somebody new to whom the owner gave the role.
func (c *county) volunteer(name string) string {
	c.Helper()
	user := c.s.Join(c.guild, name)
	c.grants(user, "volunteer")
	return user
}

func (c *county) grants(user, role string) {
	c.Helper()
	i := c.slash(c.owner, c.board, "role", map[string]any{"action": "grant", "role": role, "person": user})
	c.wants(i.Text(), "has the role "+role+" now")
	c.rest()
}
