package discord

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the coalition's zone is known everywhere

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// town is a server on the fake Discord with a coalition, and the platform over a
// real engine and database. What is due is shown when a test settles.
type town struct {
	*testing.T
	s      *discordtest.Server
	reg    *commands.Registry
	engine *bot.Engine
	d      *Discord
	gate   *gate

	guild, owner, board string
}

// gate stands before the engine: a test can have it wait, or break.
type gate struct {
	*bot.Engine
	mu     sync.Mutex
	hold   chan struct{}
	breaks bool
	after  bool // breaks after the commit
	got    []commands.Invocation
	more   chan struct{} // told of each that came
}

func (g *gate) Receive(ctx context.Context, inv commands.Invocation) *bot.Answer {
	g.mu.Lock()
	g.got = append(g.got, inv)
	hold, breaks, after := g.hold, g.breaks, g.after
	g.mu.Unlock()
	select {
	case g.more <- struct{}{}:
	default:
	}
	if hold != nil {
		<-hold
	}
	if breaks {
		panic("a handler of the test")
	}
	answer := g.Engine.Receive(ctx, inv)
	if after {
		answer.Reply = nil // which the adapter does not expect
	}
	return answer
}

// release lets go on what is held.
func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.hold != nil {
		close(g.hold)
		g.hold = nil
	}
}

func (g *gate) set(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
}

func newTown(t *testing.T, clock bot.Clock) *town {
	t.Helper()
	w := emptyTown(t, clock)
	w.found(w.guild, w.owner)
	return w
}

// emptyTown has a server that belongs to no coalition yet.
func emptyTown(t *testing.T, clock bot.Clock) *town {
	t.Helper()
	w := &town{T: t, s: discordtest.New(t, discordtest.Options{})}
	w.guild, w.owner = w.s.AddGuild("Larch County")
	w.board = w.s.AddChannel(w.guild, "board", discordtest.Text)
	db, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	if w.reg, err = commands.New(db, commands.Options{Now: clock.Now}); err != nil {
		t.Fatal(err)
	}
	w.d, err = New(Options{Token: w.s.Token(), Registry: w.reg, Clock: clock, Log: log, Transport: w.s.Transport(), EditEvery: -1, Zone: "America/New_York", Lang: models.English})
	if err != nil {
		t.Fatal(err)
	}
	w.engine = bot.New(w.reg, clock, log, w.d)
	w.gate = &gate{Engine: w.engine, more: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background()) //nolint:usetesting // it outlives the test's own, for an orderly end
	ended := make(chan error, 1)
	go func() { ended <- w.d.Run(ctx, w.gate) }()
	t.Cleanup(func() {
		w.gate.release()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the platform ended with %v", err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	w.until("the commands to be published", func() bool { return w.s.Live() > 0 && w.s.Published("need") != nil })
	return w
}

// found begins a coalition in a server.
func (w *town) found(guild, owner string) {
	w.Helper()
	f := commands.Founding{Who: store.Who{Platform: name, Space: guild, Account: owner, Name: "Ana"}, Zone: "America/New_York", Lang: models.English,
		SpaceName: guild, Now: []commands.RoomNow{{Remote: w.board, Name: "#board", Kind: models.RoomText}}}
	if _, err := w.reg.Found(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

// until waits for a condition on the fake.
func (w *town) until(what string, holds func() bool) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
	defer cancel()
	if err := w.s.Until(ctx, holds); err != nil {
		w.Fatalf("%s: %v", what, err)
	}
}

// answered waits for the answer to an interaction and returns it.
func (w *town) answered(i *discordtest.Interaction) *discordtest.Interaction {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
	defer cancel()
	if err := i.Wait(ctx); err != nil {
		w.Fatalf("%v (%s)", err, i.Reason())
	}
	return i
}

func (w *town) slash(user, place, command string, options map[string]any) *discordtest.Interaction {
	w.Helper()
	return w.answered(w.s.Slash(user, place, command, options))
}

func (w *town) press(user, message, label string) *discordtest.Interaction {
	w.Helper()
	return w.answered(w.s.Press(user, message, label))
}

func (w *town) settle() {
	w.Helper()
	if err := w.engine.Settle(w.Context(), name); err != nil {
		w.Fatal(err)
	}
}

// wants fails unless a text has all of some words in it.
func (w *town) wants(text string, words ...string) {
	w.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.Errorf("%q is not in:\n%s", word, text)
		}
	}
}

// text is a text of the catalogue.
func (w *town) text(id string, fields map[string]any) string {
	w.Helper()
	text, err := w.reg.Catalogue().Text(models.English, id, fields)
	if err != nil {
		w.Fatal(err)
	}
	return strings.TrimSpace(text)
}

// card waits for the one message in a room that begins with a reference.
func (w *town) card(room, ref string) *discordtest.Message {
	w.Helper()
	w.settle()
	for _, m := range w.s.Channel(room) {
		if strings.Contains(m.Text, ref+":") {
			return m
		}
	}
	w.Fatalf("there is no card of %s", ref)
	return nil
}

// inRooms lists all texts that stand in the rooms of a server.
func (w *town) inRooms() string {
	var all []string
	for _, m := range w.s.Channel(w.board) {
		all = append(all, m.Text)
	}
	return strings.Join(all, "\n")
}

// received counts the invocations with a line that came to the engine.
func (w *town) received(text string) int {
	w.gate.mu.Lock()
	defer w.gate.mu.Unlock()
	n := 0
	for _, inv := range w.gate.got {
		if inv.Text == text {
			n++
		}
	}
	return n
}

// receives waits until a line came to the engine so many times.
func (w *town) receives(text string, times int) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
	defer cancel()
	for w.received(text) < times {
		select {
		case <-w.gate.more:
		case <-ctx.Done():
			w.Fatalf("%q came %d times, want %d", text, w.received(text), times)
		}
	}
}

// posts has somebody ask for something with the form and post it.
func (w *town) asks(user, what, contact string) *discordtest.Interaction {
	w.Helper()
	form := w.slash(user, w.board, "need", nil)
	if form.State() != discordtest.FormShown {
		w.Fatalf("/need shows %s", form.Text())
	}
	preview := w.answered(w.s.Submit(user, map[string]string{"what": what, "category": "food", "when": "tomorrow", "contact": contact}))
	return w.press(user, preview.Message().ID, w.text("button.post", nil))
}

func (w *town) seen(user string) string {
	var all []string
	for _, m := range w.s.SeenBy(user) {
		all = append(all, m.Text)
	}
	return strings.Join(all, "\n---\n")
}

func ephemeral(list []*discordtest.Message) bool {
	return !slices.ContainsFunc(list, func(m *discordtest.Message) bool { return !m.Ephemeral })
}

func (w *town) coalition(guild string) models.ID {
	w.Helper()
	id := w.d.coalitionOf(w.Context(), store.Who{Platform: name, Space: guild, Account: w.owner})
	if id == 0 {
		w.Fatal("the server belongs to no coalition")
	}
	return id
}

func (w *town) whoIn(guild, user string) store.Who {
	return store.Who{Platform: name, Space: guild, Account: user, Name: "Ana"}
}
