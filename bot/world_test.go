package bot_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

var monday = time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)

// call is one call of a platform's method.
type call struct {
	op     string // send, edit, find, unreact
	key    string
	to     string // a room or an account
	text   string // the first line
	remote string
	at     time.Time
	id     string // what it got
}

// fake is a platform that does what a test wants. Without more it shows
// everything, and recognizes no key.
type fake struct {
	name     string
	features bot.Features
	clock    *platformtest.Clock
	run      func(context.Context) error             // nil waits for the end
	on       func(ctx context.Context, c call) error // nil lets everything succeed
	onPost   func(bot.Post)                          // sees what is sent
	found    string                                  // the id of what Find finds

	mu    sync.Mutex
	calls []call
	ids   int
}

func (f *fake) Name() string           { return f.name }
func (f *fake) Features() bot.Features { return f.features }

func (f *fake) Run(ctx context.Context, _ bot.Receiver) error {
	if f.run != nil {
		return f.run(ctx)
	}
	<-ctx.Done()
	return nil
}

func (f *fake) Send(ctx context.Context, p bot.Post) (string, error) {
	return f.did(ctx, "send", p, "")
}

func (f *fake) Edit(ctx context.Context, p bot.Post, remoteID string) error {
	_, err := f.did(ctx, "edit", p, remoteID)
	return err
}

func (f *fake) Find(ctx context.Context, p bot.Post) (string, bool, error) {
	_, err := f.did(ctx, "find", p, "")
	return f.found, f.found != "", err
}

func (f *fake) Unreact(ctx context.Context, room, message, account, emoji string) error {
	_, err := f.did(ctx, "unreact", bot.Post{Room: room, Text: commands.Text(account + emoji)}, message)
	return err
}

func (f *fake) did(ctx context.Context, op string, p bot.Post, remote string) (string, error) {
	if f.onPost != nil {
		f.onPost(p)
	}
	c := call{op: op, key: p.Key, to: p.Room + p.Account, text: p.Text.Plain(), remote: remote, at: f.clock.Now()}
	if p.Card != nil {
		c.text = p.Card.Plain(false)
	}
	f.mu.Lock()
	f.ids++
	c.id = fmt.Sprintf("m%d", f.ids)
	f.calls = append(f.calls, c)
	f.mu.Unlock()
	if f.on == nil {
		return c.id, nil
	}
	return c.id, f.on(ctx, c)
}

// firstNotice begins what everybody is told once.
const firstNotice = "You're new here"

// to lists the calls for a room or an account, without that.
func (f *fake) to(whom string) []call {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []call
	for _, c := range f.calls {
		if c.to == whom && !strings.HasPrefix(c.text, firstNotice) {
			list = append(list, c)
		}
	}
	return list
}

// world is an engine on a real store in a bubble of synctest: there it is known
// when everybody waits, and so that nothing more happens.
type world struct {
	*testing.T
	*fake
	clock  *platformtest.Clock
	store  *store.Store
	reg    *commands.Registry
	engine *bot.Engine
	log    *bytes.Buffer
	events int
}

const board = "space/#board"

// inWorld runs a test in a world whose platform has the features given.
func inWorld(t *testing.T, features bot.Features, test func(w *world)) {
	t.Parallel()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		clock := platformtest.NewClock(monday)
		w := &world{T: t, clock: clock, fake: &fake{name: "fake", features: features, clock: clock}, log: &bytes.Buffer{}}
		var err error
		if w.store, err = store.Open(t.Context(), store.Options{Dir: dir, Now: clock.Now}); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = w.store.Close() }()
		if w.reg, err = commands.New(w.store, commands.Options{Now: clock.Now}); err != nil {
			t.Fatal(err)
		}
		_, err = w.reg.Found(t.Context(), commands.Founding{Who: w.who("you"), Zone: "America/New_York", Lang: models.English, Rooms: []string{"#board"}})
		if err != nil {
			t.Fatal(err)
		}
		w.engine = bot.New(w.reg, clock, slog.New(slog.NewTextHandler(w.log, nil)), w.fake)
		test(w)
	})
}

// running has the engine run during a part of a test, which ends when all of
// its goroutines have.
func (w *world) running(part func()) {
	w.Helper()
	ctx, cancel := context.WithCancel(w.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.engine.Run(ctx) }()
	synctest.Wait()
	part()
	cancel()
	if err := <-ended; err != nil {
		w.Errorf("the engine ended with %v", err)
	}
}

// pass lets time go by, and everything happen that then is due.
func (w *world) pass(d time.Duration) {
	w.clock.Advance(d)
	synctest.Wait()
}

func (w *world) who(name string) store.Who {
	return store.Who{Platform: "fake", Space: "space", Account: strings.ToLower(name), Name: name}
}

// say has a person write a line, and waits until all of what follows is done.
func (w *world) say(name, line string) *bot.Answer {
	w.Helper()
	w.events++
	answer := w.engine.Receive(w.Context(), commands.Invocation{EventID: fmt.Sprint(w.events), Who: w.who(name), Text: line})
	if answer.Failed {
		w.Fatalf("%s: %s failed: %s", name, line, w.log)
	}
	synctest.Wait()
	return answer
}

// need posts a need of Rosa's.
func (w *world) need() {
	w.Helper()
	w.say("Rosa", `need what:"milk and bread" category:food`)
	w.say("Rosa", "post it")
}

// tell has messages written to people, one after the other.
func (w *world) tell(names ...string) {
	w.Helper()
	for _, name := range names {
		err := w.store.Update(w.Context(), w.clock.Now(), func(tx *store.Tx) error {
			if err := tx.Act(w.who(name)); err != nil {
				return err
			}
			return tx.Tell(tx.Actor.Person.ID, models.Message{Key: "claim.volunteer_no"})
		})
		if err != nil {
			w.Fatal(err)
		}
	}
	synctest.Wait()
}

// react has a person put their hand up on the first card, or take it down.
func (w *world) react(name string, present bool) {
	w.Helper()
	w.reactOn(name, present, w.to(board)[0].id)
}

// reactOn does the same on a message, without saying in which room that is.
func (w *world) reactOn(name string, present bool, message string) *bot.Answer {
	w.Helper()
	w.events++
	inv := commands.Invocation{EventID: fmt.Sprint(w.events), Who: w.who(name),
		React: &commands.React{Word: commands.EmojiClaim, Present: present, Message: message}}
	answer := w.engine.Receive(w.Context(), inv)
	if answer.Failed {
		w.Fatalf("the reaction failed: %s", w.log)
	}
	synctest.Wait()
	return answer
}

// tellAboutNothing has a message written about a need that is not there.
func (w *world) tellAboutNothing(name string) {
	w.Helper()
	err := w.store.Update(w.Context(), w.clock.Now(), func(tx *store.Tx) error {
		if err := tx.Act(w.who(name)); err != nil {
			return err
		}
		return tx.Tell(tx.Actor.Person.ID, models.Message{Key: "claim.own", About: models.Entity{Kind: models.KindNeed, ID: 1}})
	})
	if err != nil {
		w.Fatal(err)
	}
}

// volunteer makes somebody a volunteer.
func (w *world) volunteer(name string) {
	w.Helper()
	w.say(name, "language en") // who never wrote is not known
	w.say("you", "role grant volunteer "+name)
}

// claimed posts a need of Rosa's and has Sam take it, of which she is told.
func (w *world) claimed() {
	w.Helper()
	w.volunteer("Sam")
	w.need()
	w.say("Sam", "claim N1")
}

// wantOps compares what was done for a room or an account.
func (w *world) wantOps(whom string, want ...string) []call {
	w.Helper()
	calls := w.fake.to(whom)
	var got []string
	for _, c := range calls {
		got = append(got, c.op)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		w.Fatalf("done for %s: %v, want %v", whom, got, want)
	}
	return calls
}
