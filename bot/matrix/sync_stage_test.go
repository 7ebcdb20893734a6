//go:build goolm

package matrix

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// stage is a bot that only reads, on a real homeserver.
type stage struct {
	t       *testing.T
	home    *home
	reg     *commands.Registry
	clock   bot.Clock
	session *session
	i       *intake
	stop    func() error
	ended   chan error
	allow   []string

	mu      sync.Mutex
	changed chan struct{}
	said    []*event.Event
	unread  []id.EventID
	invs    []commands.Invocation
	deal    func(*event.Event) error // what becomes of what was said
}

// newStage is a bot that is about to begin, of a server of its own.
func newStage(t *testing.T, server *matrixtest.Server) *stage {
	t.Helper()
	w := &stage{t: t, home: newHome(t, server), clock: bot.SystemClock{}, changed: make(chan struct{})}
	reg, err := commands.New(w.home.o.Store, commands.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.reg = reg
	t.Cleanup(func() {
		if err := w.end(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *stage) note(what func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	what()
	close(w.changed)
	w.changed = make(chan struct{})
}

// until waits until something holds. It looks whenever something came, and a few
// times a second, for what is only in the database.
func (w *stage) until(what string, holds func() bool) {
	w.t.Helper()
	deadline := time.After(time.Minute)
	for {
		w.mu.Lock()
		changed := w.changed
		w.mu.Unlock()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			w.t.Fatalf("waited in vain for %s; heard %q", what, w.heard())
		}
	}
}

// heard are the words that reached the bot, in order.
func (w *stage) heard() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []string
	for _, e := range w.said {
		list = append(list, e.Content.AsMessage().Body)
	}
	return list
}

// hears waits until the bot heard some words, once each in the end.
func (w *stage) hears(words ...string) {
	w.t.Helper()
	w.until(strings.Join(words, ", "), func() bool {
		heard := w.heard()
		return !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(heard, word) })
	})
}

func (w *stage) reacts() []commands.Invocation {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.invs)
}

// Receive lets the registry deal with an invocation.
func (w *stage) Receive(ctx context.Context, inv commands.Invocation) *bot.Answer {
	reply, err := w.reg.Run(ctx, inv)
	if err != nil {
		w.t.Errorf("%+v: %v", inv, err)
	}
	w.note(func() { w.invs = append(w.invs, inv) })
	return &bot.Answer{Reply: reply, First: 1, Failed: err != nil}
}

// Settle does nothing.
func (w *stage) Settle(context.Context, string) error { return nil }

// Shown does nothing.
func (w *stage) Shown(context.Context, []models.ID) error { return nil }

// start begins to read, and returns once there was an answer.
func (w *stage) start() *stage {
	w.t.Helper()
	w.session = w.home.open()
	ready := make(chan struct{})
	once := sync.OnceFunc(func() { close(ready) })
	w.i = newIntake(intakeOptions{
		Client: w.session.client, Device: w.session, Registry: w.reg, Clock: w.clock, Log: slog.New(slog.DiscardHandler), In: w, Allow: w.allow,
		Said: func(_ context.Context, e *event.Event, _ bool) error {
			w.mu.Lock()
			deal := w.deal
			w.mu.Unlock()
			if deal != nil {
				if err := deal(e); err != nil {
					return err
				}
			}
			w.note(func() { w.said = append(w.said, e) })
			return nil
		},
		CannotRead: func(_ context.Context, e *event.Event, _ bool) error {
			w.note(func() { w.unread = append(w.unread, e.ID) })
			return nil
		},
		Ready: func(context.Context) { once() },
	})
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan error, 1)
	w.ended = ended
	go func() { ended <- w.i.run(ctx) }()
	session := w.session
	w.stop = func() error {
		cancel()
		return errors.Join(<-ended, session.close())
	}
	select {
	case <-ready:
	case err := <-ended:
		w.t.Fatal("it ended at once: ", err)
	case <-time.After(time.Minute):
		w.t.Fatal("there is no connection")
	}
	return w
}

// end stops reading.
func (w *stage) end() error {
	if w.stop == nil {
		return nil
	}
	stop := w.stop
	w.stop = nil
	return stop()
}

// away has the bot miss something.
func (w *stage) away(what func()) {
	w.t.Helper()
	w.settled()
	if err := w.end(); err != nil {
		w.t.Fatal(err)
	}
	what()
	w.start()
}

// settled waits until all that came is dealt with and recorded.
func (w *stage) settled() {
	w.t.Helper()
	mark, err := w.home.server.Mark(w.t.Context(), w.home.account.UserID)
	if err != nil {
		w.t.Fatal(err)
	}
	w.until("all to be read", func() bool {
		at, err := w.reg.Store().MatrixSync(w.t.Context(), w.home.account.UserID.String())
		if err != nil {
			w.t.Fatal(err)
		}
		passed, err := mark.Passed(at)
		if err != nil && at != "" {
			w.t.Fatal(err)
		}
		return passed
	})
}

// enter has the bot come into a room that somebody made.
func (w *stage) enter(who *matrixtest.User, o matrixtest.Room) id.RoomID {
	w.t.Helper()
	o.Invite = append(o.Invite, w.home.account.UserID)
	room := who.CreateRoom(o)
	w.comes(who, room)
	return room
}

func (w *stage) comes(who *matrixtest.User, room id.RoomID) {
	w.t.Helper()
	who.WaitMember(room, w.home.account.UserID, event.MembershipJoin)
	w.until("the room", func() bool { return slices.Contains(w.i.places.joined(), room) })
}

// found begins a coalition in a space, with somebody as its admin.
func (w *stage) found(admin *matrixtest.User, space id.RoomID) {
	w.t.Helper()
	name, now, err := w.i.rooms.in(w.t.Context(), space.String())
	if err != nil {
		w.t.Fatal(err)
	}
	who := store.Who{Platform: Name, Space: space.String(), Account: admin.ID.String(), Name: admin.Name}
	made, err := w.reg.Found(w.t.Context(), commands.Founding{Who: who, Zone: "America/New_York", Lang: models.English, SpaceName: name, Now: now})
	if err != nil || !made {
		w.t.Fatal(made, err)
	}
}

// runs has somebody type a line, past the reading.
func (w *stage) runs(who *matrixtest.User, space id.RoomID, line string) *commands.Reply {
	w.t.Helper()
	return w.carryOut(who, space, commands.Invocation{Text: line})
}

// presses has somebody press a button, past the reading.
func (w *stage) presses(who *matrixtest.User, space id.RoomID, line string) *commands.Reply {
	w.t.Helper()
	return w.carryOut(who, space, commands.Invocation{Text: line, Button: true})
}

func (w *stage) carryOut(who *matrixtest.User, space id.RoomID, inv commands.Invocation) *commands.Reply {
	w.t.Helper()
	var err error
	if inv.Member, err = w.i.rooms.memberOf(w.t.Context(), space.String(), who.ID); err != nil {
		w.t.Fatal(err)
	}
	inv.Who = store.Who{Platform: Name, Space: space.String(), Account: who.ID.String(), Name: who.Name}
	reply, err := w.reg.Run(w.t.Context(), inv)
	if err != nil {
		w.t.Fatal(err)
	}
	return reply
}
