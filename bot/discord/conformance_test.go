package discord

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
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

func TestConformance(t *testing.T) {
	t.Parallel()
	platformtest.Run(t, func(t *testing.T) platformtest.Harness { return newCrowd(t) })
}

// crowd are people on the fake Discord who write to the bot in their direct
// chats.
type crowd struct {
	t                *testing.T
	s                *discordtest.Server
	d                *Discord
	guild            string
	board, elsewhere string

	mu     sync.Mutex
	people map[string]string // ids by name
}

const runsIt = "Ana"

func newCrowd(t *testing.T) *crowd {
	c := &crowd{t: t, s: discordtest.New(t, discordtest.Options{})}
	guild, owner := c.s.AddGuild("Larch County")
	c.guild, c.people = guild, map[string]string{runsIt: owner}
	c.board = c.s.AddChannel(guild, "board", discordtest.Text)
	c.elsewhere = c.s.AddChannel(guild, "general", discordtest.Text)
	return c
}

func (c *crowd) Founding() commands.Founding {
	return commands.Founding{
		Who: store.Who{Platform: name, Space: c.guild, Account: c.person(runsIt), Name: runsIt}, Zone: "America/New_York", Lang: models.English,
		Rooms: []string{c.board, c.elsewhere},
		Now:   []commands.RoomNow{{Remote: c.board, Name: "#board", Kind: models.RoomText}, {Remote: c.elsewhere, Name: "#general", Kind: models.RoomText}},
	}
}

func (c *crowd) Start(t *testing.T, r *commands.Registry) bot.Platform {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := c.s.Until(ctx, func() bool { return c.s.Live() == 0 }); err != nil { // that of an earlier process
		t.Fatal(err)
	}
	d, err := New(Options{Token: c.s.Token(), Registry: r, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Transport: unlimited{c.s.Transport()}, EditEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	c.d = d
	return d
}

// unlimited hides Discord's limits: the suite's people do in a moment what takes
// others a minute, and its clock does not move by itself.
type unlimited struct{ http.RoundTripper }

func (u unlimited) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := u.RoundTripper.RoundTrip(r)
	if err == nil {
		maps.DeleteFunc(answer.Header, func(name string, _ []string) bool { return strings.HasPrefix(name, "X-Ratelimit") })
	}
	return answer, err
}

// person is the id of somebody, who comes to the server when they are first
// named.
func (c *crowd) person(who string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, ok := c.people[who]
	if !ok {
		id = c.s.Join(c.guild, who)
		c.people[who] = id
	}
	return id
}

// done waits until all that was done so far is dealt with: what comes in is
// taken in its order, and suggestions come last.
func (c *crowd) done(t *testing.T, user string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ready := func() bool { return c.s.Live() > 0 && c.s.Published("show") != nil }
	if err := c.s.Until(ctx, ready); err != nil {
		t.Fatal(err)
	}
	if err := c.s.Suggest(user, c.board, "show", "ref", "").Wait(ctx); err != nil {
		t.Fatal(err)
	}
	c.d.events.wait()
}

func (c *crowd) Say(t *testing.T, who, line string) {
	t.Helper()
	user := c.person(who)
	c.done(t, user) // the bot is there
	before := len(c.s.SeenBy(user))
	c.s.Type(user, line)
	c.done(t, user)
	all := c.s.SeenBy(user)
	for _, m := range all[min(before, len(all)):] {
		if see := "See it"; m.Has(see) {
			c.press(t, user, m.ID, see)
		}
	}
}

func (c *crowd) press(t *testing.T, user, message, label string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := c.s.Press(user, message, label).Wait(ctx); err != nil {
		t.Fatal(err)
	}
	c.done(t, user)
}

func (c *crowd) Press(t *testing.T, who, label string) {
	t.Helper()
	user := c.person(who)
	for _, m := range slices.Backward(slices.Concat(c.s.Channel(c.board), c.s.SeenBy(user))) {
		if m.Has(label) {
			c.press(t, user, m.ID, label)
			return
		}
		for _, menu := range m.Selects {
			if slices.ContainsFunc(menu.Options, func(o discordtest.Option) bool { return o.Label == label }) {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				if err := c.s.Select(user, m.ID, menu.Placeholder, label).Wait(ctx); err != nil {
					t.Fatal(err)
				}
				c.done(t, user)
				return
			}
		}
	}
	t.Fatalf("%s sees no button %q", who, label)
}

func (c *crowd) card(t *testing.T, ref string) *discordtest.Message {
	t.Helper()
	for _, m := range slices.Backward(c.s.Channel(c.board)) {
		if strings.Contains(m.Words, ref+":") {
			return m
		}
	}
	t.Fatalf("there is no card of %s", ref)
	return nil
}

func (c *crowd) React(t *testing.T, who, emoji string, present bool, ref string) {
	t.Helper()
	user, card := c.person(who), c.card(t, ref)
	c.done(t, user)
	if present {
		c.s.React(user, card.ID, emoji)
	} else {
		c.s.Unreact(user, card.ID, emoji)
	}
	c.done(t, user)
}

func (c *crowd) Delete(t *testing.T, ref string) {
	t.Helper()
	c.s.DeleteMessage(c.card(t, ref).ID)
	c.done(t, c.person(runsIt))
}

func (c *crowd) Private(who string) []platformtest.Shown { return shownOf(c.s.Versions(c.person(who))) }

func (c *crowd) Room(room string) []platformtest.Shown { return shownOf(c.s.Channel(room)) }

func shownOf(list []*discordtest.Message) []platformtest.Shown {
	var shown []platformtest.Shown
	for _, m := range list {
		if !m.Pending {
			shown = append(shown, platformtest.Shown{Text: m.Words, Pings: m.Pings})
		}
	}
	return shown
}
