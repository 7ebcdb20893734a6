//go:build goolm

package matrix

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// town is a crowd with the whole program on the homeserver.
type town struct {
	*crowd
	data  string
	proxy *matrixtest.Proxy // between the bot and the homeserver
	store *store.Store
	reg   *commands.Registry
	clock bot.Clock // nil is the system's
	stop  func()

	gap    int            // see intakeOptions.GapAtMost
	change func(*Options) // of the program that starts next; nil for none
	ended  chan error     // what the program ended with
}

func newTown(t *testing.T) *town {
	t.Helper()
	return newTownOf(t, newCrowd(t, true))
}

func newTownOf(t *testing.T, c *crowd) *town {
	t.Helper()
	w := &town{crowd: c, data: t.TempDir(), stop: func() {}}
	w.proxy = w.s.Proxy(t)
	t.Cleanup(func() { w.stop() })
	return w
}

// start starts the program, and stop ends it in order.
func (w *town) start() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background()) // outlives the test's own, for an orderly end
	if w.clock == nil {
		w.clock = bot.SystemClock{}
	}
	var err error
	if w.store, err = store.Open(ctx, store.Options{Dir: w.data, Now: w.clock.Now}); err != nil {
		w.t.Fatal(err)
	}
	if w.reg, err = commands.New(w.store, commands.Options{Now: w.clock.Now}); err != nil {
		w.t.Fatal(err)
	}
	ready := make(chan struct{})
	up := sync.OnceFunc(func() { close(ready) })
	log := slog.New(slog.NewTextHandler(w.t.Output(), nil))
	o := Options{
		Homeserver: w.proxy.URL(), User: w.account.UserID.String(), Password: w.account.Password, Dir: w.dir, Registry: w.reg, Log: log,
		EditEvery: -1, Zone: "America/New_York", Clock: w.clock, Connected: func(string) { up() },
	}
	if w.change != nil {
		w.change(&o)
	}
	m, err := New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	m.gap = w.gap
	w.m, w.ready = m, ready
	w.mu.Unlock()
	engine := bot.New(w.reg, w.clock, log, m)
	ended := make(chan error, 1)
	w.ended = ended
	go func() { ended <- engine.Run(ctx) }()
	w.stop = func() {
		w.stop = func() {}
		cancel()
		if err := <-ended; err != nil {
			w.t.Errorf("the program ended with %v", err)
		}
		if err := w.store.Close(); err != nil {
			w.t.Error(err)
		}
	}
}

// founded is a town that has a coalition, with volunteers.
func founded(t *testing.T, volunteers ...string) *town {
	t.Helper()
	return newTown(t).founds(volunteers...)
}

// founds starts the program and begins the coalition.
func (w *town) founds(volunteers ...string) *town {
	t := w.t
	t.Helper()
	w.start()
	w.bot() // what is said before it reads is not for it
	founding := w.Founding()
	founding.Rooms = nil
	if _, err := w.reg.Found(t.Context(), founding); err != nil {
		t.Fatal(err)
	}
	for _, name := range volunteers {
		w.Say(t, name, "language en")
		w.Say(t, runsIt, "role grant volunteer "+name)
	}
	return w
}

// asks has somebody post a need with a contact.
func (w *town) asks(who, what, contact string) {
	w.t.Helper()
	w.private = append(w.private, what, contact)
	w.Say(w.t, who, `need what:"`+what+`" category:food contact:"`+contact+`"`)
	w.Press(w.t, who, "Post it")
}

// onBoard waits for the one card of a need to say something, as an onlooker
// sees it.
func (w *town) onBoard(room id.RoomID, ref, words string) matrixtest.Message {
	w.t.Helper()
	ana := w.people[runsIt]
	var found matrixtest.Message
	ana.Wait(ref+": "+words, func() bool {
		var cards []matrixtest.Message
		for _, m := range ana.Messages(room) {
			if m.Sender == w.account.UserID && strings.HasPrefix(m.Body, ref+":") {
				cards = append(cards, m)
			}
		}
		if len(cards) != 1 || !strings.Contains(unmarked(cards[0].Body), words) {
			return false
		}
		found = cards[0]
		return true
	})
	return found
}

// told waits until somebody was told something so many times in their chat.
func (w *town) told(who, words string, times int) {
	w.t.Helper()
	u, chat := w.person(who)
	count := func() (n int) {
		for _, m := range u.Messages(chat) {
			if m.Sender == w.account.UserID && strings.Contains(unmarked(m.Body), words) {
				n++
			}
		}
		return n
	}
	if times > 0 {
		u.Wait(fmt.Sprintf("%q, %d times", words, times), func() bool { return count() >= times })
	}
	w.reads(u, chat)
	if n := count(); n != times {
		w.t.Errorf("%s was told %q %d times, want %d", who, words, n, times)
	}
}

func (w *town) claims(ref int64) int {
	w.t.Helper()
	actor, err := w.store.Actor(w.t.Context(), w.Founding().Who)
	if err != nil {
		w.t.Fatal(err)
	}
	n, err := w.store.Reader(w.t.Context(), actor.Coalition.ID).Need(models.Ref{Kind: models.KindNeed, Number: ref})
	if err != nil {
		w.t.Fatal(err)
	}
	return n.Claimed
}

// chooses presses the choice of a label in a chat that the bot opened.
func chooses(t *testing.T, u *matrixtest.User, chat id.RoomID, label string) {
	t.Helper()
	number := ""
	u.WaitMessage(chat, "the choice "+label, func(m matrixtest.Message) bool {
		for _, found := range choice.FindAllStringSubmatch(unmarked(m.Body), -1) {
			if found[2] == label {
				number = found[1]
			}
		}
		return number != ""
	})
	u.Say(chat, number)
}

// newcomer is somebody who is in no room yet.
func (w *town) newcomer(name string) *matrixtest.User {
	w.t.Helper()
	u := w.s.UserWith(w.t, name, matrixtest.ClientOptions{URL: w.url})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.newcomers = append(w.newcomers, u)
	return u
}

// expired takes back what is due, and waits until nothing with the words can be
// read in a chat.
func (w *town) expired(u *matrixtest.User, chat id.RoomID, words string) {
	w.t.Helper()
	if err := w.bot().posts.expireAll(w.t.Context()); err != nil {
		w.t.Error(err)
	}
	u.Wait("the details to be taken back", func() bool {
		return !slices.ContainsFunc(u.Messages(chat), func(m matrixtest.Message) bool {
			return m.Sender == w.account.UserID && strings.Contains(m.Body, words)
		})
	})
}

// secret makes sure that the homeserver has no word of some, and that all that
// anybody wrote in these rooms is encrypted.
func (w *town) secret(rooms []id.RoomID, words ...string) {
	w.t.Helper()
	wantRare(w.t, words)
	stored, err := w.s.Stored(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	encrypted, open := 0, []string{event.EventReaction.Type, event.EventRedaction.Type, "test.fence"}
	for _, e := range stored {
		for _, word := range words {
			escaped, _ := json.Marshal(word) //nolint:errchkjson // a text always can be
			if strings.Contains(e.JSON, word) || strings.Contains(e.JSON, strings.Trim(string(escaped), `"`)) {
				w.t.Errorf("the homeserver has %q in an event of type %s", word, e.Type)
			}
		}
		if !slices.Contains(rooms, e.Room) || e.StateKey != nil {
			continue
		}
		if e.Type == event.EventEncrypted.Type {
			encrypted++
		} else if !slices.Contains(open, e.Type) {
			w.t.Errorf("the homeserver has an event of type %s in an encrypted room: %s", e.Type, e.Content)
		}
	}
	if encrypted < 10 {
		w.t.Errorf("%d encrypted events are stored: that is not the whole story", encrypted)
	}
	for _, word := range words {
		if files, err := w.s.Files(word); err != nil || len(files) > 0 {
			w.t.Errorf("the homeserver has %q in %v, %v", word, files, err)
		}
	}
}
