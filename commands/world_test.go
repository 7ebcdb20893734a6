package commands

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	_ "time/tzdata"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// monday is the moment at which the stories of these tests begin: Monday,
// December 7, 2026, 10:00 in New York.
var monday = time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)

// world is a coalition on a real database, with people who talk to it.
type world struct {
	t   *testing.T
	reg *Registry

	space   string // empty: the terminal's
	notices bool   // whether delivered lists what is told once to everybody
	mu      sync.Mutex
	now     time.Time
	events  int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return openWorld(t, store.Options{Dir: t.TempDir()}, nil)
}

// openWorld opens the store as the options say and founds a coalition in it,
// unless it has one.
func openWorld(t *testing.T, o store.Options, log *slog.Logger) *world {
	t.Helper()
	w := &world{t: t, now: monday}
	o.Now, o.Log = w.clock, log
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if w.reg, err = New(s, Options{Now: w.clock, Log: log}); err != nil {
		t.Fatal(err)
	}
	_, err = w.reg.Found(t.Context(), Founding{Who: w.who("you"), Zone: "America/New_York", Lang: models.English, Rooms: []string{"#board", "#general"}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) who(name string) store.Who {
	return store.Who{Platform: "terminal", Space: cmp.Or(w.space, "terminal"), Account: strings.ToLower(name), Name: name}
}

func (w *world) event() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events++
	return fmt.Sprint(w.events)
}

// says has a person type a line, and returns the answer as it is read.
func (w *world) says(name, line string) string {
	w.t.Helper()
	return shown(w.reply(name, line))
}

func (w *world) reply(name, line string) *Reply {
	w.t.Helper()
	reply, err := w.reg.Run(w.t.Context(), Invocation{EventID: w.event(), Who: w.who(name), Text: line})
	if err != nil {
		w.t.Fatalf("%s: %s: %v", name, line, err)
	}
	if len(reply.Buttons) > 0 || reply.Ended || reply.Asking && !reply.Mistake {
		if err := w.reg.NumberAnswer(w.t.Context(), w.who(name), reply.Buttons); err != nil {
			w.t.Fatal(err)
		}
	}
	return reply
}

// reacts has a person put a reaction on a card, or take it back.
func (w *world) reacts(name, word string, present bool, ref string) *Reply {
	w.t.Helper()
	r, ok := models.ParseRef(ref)
	if !ok {
		w.t.Fatalf("%s is no reference", ref)
	}
	reply, err := w.reg.Run(w.t.Context(), Invocation{EventID: w.event(), Who: w.who(name), React: &React{Word: word, Present: present, Ref: r}})
	if err != nil {
		w.t.Fatalf("%s: %s %s: %v", name, word, ref, err)
	}
	return reply
}

func shown(r *Reply) string { return numbered(r.Text.Plain(), r.Buttons, 1) }

func numbered(text string, buttons []Button, first int) string {
	for i, b := range buttons {
		text += fmt.Sprintf("\n%d %s", first+i, b.Label)
	}
	return text
}

// delivered shows what is due, and returns it: "#board" or a person's name,
// and the text, in the order in which it was sent.
func (w *world) delivered() []string {
	w.t.Helper()
	var list []string
	for {
		outs, err := w.reg.store.Claim(w.t.Context(), w.clock(), "terminal", 1, time.Minute)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(outs) == 0 {
			return list
		}
		d, err := w.reg.Prepare(context.Background(), outs[0])
		if err != nil {
			w.t.Fatalf("prepare %+v: %v", outs[0], err)
		}
		switch {
		case outs[0].Message.Key == keyNotice && !w.notices:
		case d.Emoji != "":
			list = append(list, "off "+d.Account+" "+d.Emoji)
		case d.Card != nil:
			list = append(list, strings.TrimPrefix(d.Room, "terminal/")+": "+d.Card.Plain(false))
		default:
			first, err := w.reg.NumberMessage(w.t.Context(), outs[0].CoalitionID, outs[0].AccountID, d.Buttons)
			if err != nil {
				w.t.Fatal(err)
			}
			list = append(list, d.Account+": "+numbered(d.Text.Plain(), d.Buttons, first))
		}
		if err := w.reg.store.Finish(w.t.Context(), outs[0], w.clock(), store.Result{State: models.OutSent, RemoteID: "m" + fmt.Sprint(outs[0].CardID)}); err != nil {
			w.t.Fatal(err)
		}
	}
}
