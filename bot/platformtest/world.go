package platformtest

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the stories' zone is known everywhere

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// begins is when every story begins: a Monday at 10 AM in New York.
var begins = time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)

// contact is private: nobody may ever see it but who asked and who helps.
const contact = "413-555-0142 UNIQUE"

// world is a coalition on a platform, with everything real but the time.
type world struct {
	*testing.T
	h     Harness
	dir   string
	clock *Clock

	store    *store.Store
	reg      *commands.Registry
	engine   *bot.Engine
	platform *unsteady
	stop     func()

	mu     sync.Mutex
	events []commands.Invocation
}

func newWorld(t *testing.T, h Harness) *world {
	w := &world{T: t, h: h, dir: t.TempDir(), clock: NewClock(begins)}
	w.start()
	t.Cleanup(func() { w.stop() })
	return w
}

// start starts the program: first, and after stop again.
func (w *world) start() {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background()) // outlives the test's own, for an orderly end
	var err error
	if w.store, err = store.Open(ctx, store.Options{Dir: w.dir, Now: w.clock.Now}); err != nil {
		w.Fatal(err)
	}
	if w.reg, err = commands.New(w.store, commands.Options{Now: w.clock.Now}); err != nil {
		w.Fatal(err)
	}
	founding := w.h.Founding()
	if founding.Now != nil {
		founding.Rooms = nil // those of Now, by their ids
	}
	if _, err := w.reg.Found(ctx, founding); err != nil {
		w.Fatal(err)
	}
	w.platform = &unsteady{Platform: w.h.Start(w.T, w.reg)}
	w.engine = bot.New(w.reg, w.clock, slog.New(slog.DiscardHandler), w.platform)
	ended := make(chan error, 1)
	go func() { ended <- w.platform.Run(ctx, (*recorder)(w)) }()
	w.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			w.Errorf("the platform ended with %v", err)
		}
		if err := w.store.Close(); err != nil {
			w.Error(err)
		}
		w.stop = func() {}
	}
}

// recorder stands between the platform and the engine, and keeps what came in.
type recorder world

func (r *recorder) Receive(ctx context.Context, inv commands.Invocation) *bot.Answer {
	r.mu.Lock()
	if inv.EventID == "" {
		r.Error("an event without an id")
	}
	if slices.ContainsFunc(r.events, func(e commands.Invocation) bool { return e.EventID == inv.EventID && e.Who == inv.Who }) {
		r.Errorf("two events with the id %s", inv.EventID)
	}
	r.events = append(r.events, inv)
	r.mu.Unlock()
	return r.engine.Receive(ctx, inv)
}

func (r *recorder) Settle(ctx context.Context, platform string) error {
	return r.engine.Settle(ctx, platform)
}

func (r *recorder) Shown(ctx context.Context, ids []models.ID) error { return r.engine.Shown(ctx, ids) }

// last is the event that came in last.
func (w *world) last() commands.Invocation {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.events) == 0 {
		w.Fatal("no event came in")
	}
	return w.events[len(w.events)-1]
}

// settle has everything shown that is due.
func (w *world) settle() {
	w.Helper()
	if err := w.engine.Settle(w.Context(), w.platform.Name()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) say(person string, lines ...string) {
	w.Helper()
	for _, line := range lines {
		w.h.Say(w.T, person, line)
		w.settle()
	}
}

func (w *world) press(person, label string) {
	w.Helper()
	w.h.Press(w.T, person, w.text(label, nil))
	w.settle()
}

func (w *world) react(person string, present bool, ref string) {
	w.Helper()
	w.h.React(w.T, person, commands.EmojiClaim, present, ref)
	w.settle()
}

// volunteers makes people volunteers, who may take anything.
func (w *world) volunteers(names ...string) {
	w.Helper()
	admin := w.h.Founding().Who.Name
	for _, name := range names {
		w.say(name, "language en") // who never wrote is not known
		w.say(admin, "role grant volunteer "+name)
	}
}

// need files a need with a contact in one line, and posts it.
func (w *world) need(person, what string) {
	w.Helper()
	w.say(person, `need what:"`+what+`" category:food contact:"`+contact+`"`)
	w.press(person, "button.post")
}

// text is what a text of the catalogue says in English.
func (w *world) text(id string, fields map[string]any) string {
	w.Helper()
	text, err := w.reg.Catalogue().Text(models.English, id, fields)
	if err != nil {
		w.Fatal(err)
	}
	return text
}

// about is a text about a need.
func (w *world) about(id, ref string) string {
	w.Helper()
	return w.text(id, map[string]any{"Ref": ref})
}

// unsteady is a platform of which a test makes some calls fail.
type unsteady struct {
	bot.Platform
	mu sync.Mutex
	// Before and after are the errors of the next sends: instead of sending,
	// and although it was sent.
	before, after []error
}

func (u *unsteady) Send(ctx context.Context, p bot.Post) (string, error) {
	if err := u.next(&u.before); err != nil {
		return "", err
	}
	id, err := u.Platform.Send(ctx, p)
	if failed := u.next(&u.after); failed != nil {
		return "", failed
	}
	return id, err
}

func (u *unsteady) next(errs *[]error) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(*errs) == 0 {
		return nil
	}
	err := (*errs)[0]
	*errs = (*errs)[1:]
	return err
}
