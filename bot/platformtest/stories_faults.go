package platformtest

import (
	"errors"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

func eventTwice(w *world) {
	w.volunteers("Sam")
	w.need("Rosa", "milk and bread")
	w.say("Sam", "claim N1")
	again := w.engine.Receive(w.Context(), w.last())
	if !again.Repeat || again.Failed {
		w.Errorf("the repeated claim is answered %+v, want a repeat", again.Reply)
	}
	w.say("Sam", "release N1")
	release := w.last()
	w.say("Sam", "claim N1")
	w.engine.Receive(w.Context(), release)
	w.settle()
	w.wantTaken("N1")
	w.wantTold("Rosa", "Sam took N1", 2)

	w.react("Sam", true, "N1")
	w.engine.Receive(w.Context(), w.last())
	w.settle()
	w.wantTaken("N1")
}

func keyTwice(w *world) {
	w.volunteers("Sam")
	account := w.last().Who.Account // the last to write was the admin
	post := bot.Post{Key: "k1", Account: account, Text: "only once, please", Lang: models.English}
	ids := make([]string, 4)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			var err error
			if ids[i], err = w.platform.Send(w.Context(), post); err != nil {
				w.Error(err)
			}
		})
	}
	all.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			w.Errorf("one key has the ids %q", ids)
			break
		}
	}
	w.wantTold(w.h.Founding().Who.Name, string(post.Text), 1)
	other := post
	other.Key = "k2"
	if id, err := w.platform.Send(w.Context(), other); err != nil || id == ids[0] {
		w.Errorf("another key has the id %q, %v", id, err)
	}
	w.wantTold(w.h.Founding().Who.Name, string(post.Text), 2)
	if id, found, err := w.platform.Find(w.Context(), post); err != nil || found && id != ids[0] {
		w.Errorf("what was sent as %q is found as %q, %v", ids[0], id, err)
	}
	if _, found, err := w.platform.Find(w.Context(), bot.Post{Key: "k3", Account: account, Lang: models.English}); found || err != nil {
		w.Errorf("what was never sent is found: %t, %v", found, err)
	}
}

// notNow: nothing was shown, and will be later.
func notNow(w *world) {
	w.say("Rosa", `need what:"milk and bread" category:food`)
	w.platform.before = []error{&bot.NotNowError{After: time.Minute, Err: errors.New("too many requests")}}
	w.press("Rosa", "button.post")
	if got := count(w.board(), "N1:"); got != 0 {
		w.Fatalf("%d cards although nothing was sent", got)
	}
	w.clock.Advance(59 * time.Second)
	w.settle()
	if got := count(w.board(), "N1:"); got != 0 {
		w.Error("it was tried again before the time that the platform named")
	}
	w.clock.Advance(time.Second)
	w.settle()
	w.wantOpen("N1")
}

// maybeShown: it was shown, and nobody heard of it. The card has changed before
// the next try.
func maybeShown(w *world) {
	w.volunteers("Sam")
	lost := errors.New("the connection broke")
	w.say("Rosa", `need what:"milk and bread" category:food`)
	w.platform.after = []error{lost, lost}
	w.press("Rosa", "button.post")
	w.say("Sam", "claim N1")
	for range 4 {
		w.clock.Advance(5 * time.Second)
		w.settle()
	}
	w.wantTaken("N1")
	w.wantTold("Rosa", "Sam took N1", 1)
}

func deleted(w *world) {
	d, ok := w.h.(Deleter)
	if !ok {
		w.Skip("nothing can be deleted on this platform")
	}
	w.volunteers("Sam")
	w.need("Rosa", "milk and bread")
	d.Delete(w.T, "N1")
	if got := count(w.board(), "N1:"); got != 0 {
		w.Fatalf("%d cards although it was deleted", got)
	}
	w.say("Sam", "claim N1")
	w.wantTaken("N1")
	w.say("Sam", "release N1")
	w.wantOpen("N1")
}

// inert: a text full of what other programs would obey is shown as it is.
func inert(w *world) {
	const nasty = `**milk** _and_ @everyone @room @here <@1> <#2> [x](http://x.example) ~~bread~~ # > - code <b>html</b>`
	w.volunteers("Sam")
	w.need("Rosa", nasty)
	w.wantCard("N1", nasty)
	w.say("Sam", "claim N1", "show N1")
	w.wantTold("Sam", nasty, 1)
	for _, list := range [][]Shown{w.board(), w.outside(), w.h.Private("Sam"), w.h.Private("Rosa")} {
		for _, s := range list {
			if len(s.Pings) > 0 {
				w.Errorf("%q notified %q", s.Text, s.Pings)
			}
		}
	}
	// Marks of direction and such are taken out; they are no words.
	w.need("Rosa", "left\u202eright\u200b and\ufeff so on")
	w.wantCard("N2", "leftright and so on")
}

// inertPosts: not even what never went through the registry gets through.
func inertPosts(w *world) {
	w.need("Rosa", "milk and bread")
	account := w.last().Who.Account
	texts := map[string]commands.Text{
		"escape":    "a\x1b[2Jb\x9b31mc\x07\x00",
		"a forgery": commands.Text("by \uE000Sam\u202e\n\x1b]0;title\x07\uE001 and more"),
		"not UTF-8": "broken \xff\xfe text",
	}
	for key, text := range texts {
		if _, err := w.platform.Send(w.Context(), bot.Post{Key: key, Account: account, Text: text, Lang: models.English}); err != nil {
			w.Errorf("%s: %v", key, err)
		}
	}
	for _, s := range w.h.Private("Rosa") {
		for _, r := range s.Text {
			if r != '\n' && unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Co) {
				w.Errorf("%q has the character %U in it", s.Text, r)
			}
		}
		if !strings.Contains(strings.ToValidUTF8(s.Text, "\x00"), s.Text) {
			w.Errorf("%q is not UTF-8", s.Text)
		}
	}
}

func atTheLimits(w *world) {
	w.volunteers("Sam")
	long := strings.Repeat("ñandú 𝔸 ", models.MaxWhat/8) // characters of one to four bytes
	w.need("Rosa", strings.TrimSpace(long))
	w.wantCard("N1", long)

	private := strings.Repeat("y", models.MaxPrivate)
	w.say("Rosa", `need what:"bread" category:food note:"`+private+`"`)
	w.press("Rosa", "button.post")
	w.say("Sam", "claim N2", "details N2")
	w.wantTold("Sam", private, 1)

	w.say("Rosa", `need what:"`+strings.Repeat("x", models.MaxWhat+1)+`"`)
	w.wantTold("Rosa", w.text("error.too_long", map[string]any{"Length": models.MaxWhat + 1, "Limit": models.MaxWhat}), 1)
	if count(w.board(), "N3:") != 0 {
		w.Error("a need that is too long was posted")
	}
}

func unreadable(w *world) {
	w.say("Rosa", "language en")
	for _, line := range []string{"need \x1b[31mred", "a\x00b", "caf\xe9"} {
		before := len(w.h.Private("Rosa"))
		w.say("Rosa", line)
		if len(w.h.Private("Rosa")) != before+1 {
			w.Errorf("%q was not answered", line)
		}
	}
	w.wantTold("Rosa", w.text("error.control_characters", nil), 2)
	w.wantTold("Rosa", w.text("error.encoding", nil), 1)
	if len(w.board()) > 0 {
		w.Errorf("%q was posted", w.board())
	}
}

func stopped(w *world) {
	w.say("Rosa", "language en")
	w.stop() // waits for Run, and for it to return nil
}
