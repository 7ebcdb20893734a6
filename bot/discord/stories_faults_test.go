package discord

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// weather is a county over which things go wrong: Rosa asks, and Sam and Dee
// help.
type weather struct {
	*county
	rosa, sam, dee string
}

func newWeather(t *testing.T) *weather {
	t.Helper()
	w := &weather{county: newCounty(t)}
	w.rosa, w.sam, w.dee = w.s.Join(w.guild, "Rosa"), w.volunteer("Sam"), w.volunteer("Dee")
	w.quiet()
	w.Cleanup(w.harmless)
	return w
}

// harmless looks at what every fault has to leave behind: hardly a request that
// Discord counts against the bot, and no secret in the log.
func (w *weather) harmless() {
	w.stop()
	if n := w.s.Invalid(); n > 25 {
		w.Errorf("%d invalid requests", n)
	}
	log := w.log.String()
	for _, secret := range []string{w.s.Token(), rosasPhone, rosasAddress} {
		if strings.Contains(log, secret) {
			w.Errorf("%q is in the log", secret)
		}
	}
	for _, r := range w.sent.all() {
		if rest, ok := strings.CutPrefix(r.path, "/api/v9/interactions/"); ok {
			if token := strings.Split(rest, "/")[1]; strings.Contains(log, token) {
				w.Errorf("the token of an interaction is in the log")
			}
		}
	}
}

// soon lets time pass until something holds: a hundred times as fast as it does, so
// nobody may be waiting for an answer.
func (w *weather) soon(what string, holds func() bool) {
	w.Helper()
	w.hurry(what, 15*time.Minute, 2*time.Millisecond, holds)
}

// within is soon for what must not take longer than some time. Time passes more
// slowly, so that it is not the machine that takes longer.
func (w *weather) within(what string, limit time.Duration, holds func() bool) {
	w.Helper()
	w.hurry(what, limit, 20*time.Millisecond, holds)
}

func (w *weather) hurry(what string, limit, step time.Duration, holds func() bool) {
	w.Helper()
	for until := w.clock.Now().Add(limit); !holds(); w.clock.Advance(200 * time.Millisecond) {
		if w.clock.Now().After(until) {
			w.Fatalf("waited in vain for %s", what)
		}
		<-bot.SystemClock{}.After(step)
	}
}

// passes lets time pass in which nobody does anything.
func (w *weather) passes(d time.Duration) {
	for ; d > 0; d -= time.Second {
		w.clock.Advance(time.Second)
		<-bot.SystemClock{}.After(2 * time.Millisecond)
	}
}

// quiet lets time pass until nothing waits to be shown.
func (w *weather) quiet() {
	w.Helper()
	w.soon("all to be shown", func() bool {
		_, waits, err := w.reg.Store().NextDue(w.Context(), name)
		if err != nil {
			w.Fatal(err)
		}
		return !waits
	})
}

// posts has somebody ask for something and post it, and waits only for the
// answer.
func (w *weather) posts(user, room, what string) {
	w.Helper()
	preview := w.slash(user, room, "need", map[string]any{"what": what, "category": "food", "when": "tomorrow"})
	w.wants(w.press(user, preview.Message().ID, "Post it").Text(), "Posted. Your need is N")
}

// cardsOf are the messages in a room that show a need.
func (w *weather) cardsOf(room, ref string) (found []*discordtest.Message) {
	for _, m := range w.s.Channel(room) {
		if strings.HasPrefix(m.Words, ref+":") {
			found = append(found, m)
		}
	}
	return found
}

// one lets time pass until a need has its card, and fails if it has two.
func (w *weather) one(ref, words string) *discordtest.Message {
	w.Helper()
	w.soon("the card "+ref+" with "+words, func() bool {
		list := w.cardsOf(w.board, ref)
		return len(list) > 0 && strings.Contains(list[len(list)-1].Text, words)
	})
	list := w.cardsOf(w.board, ref)
	if len(list) != 1 {
		w.Errorf("%d cards of %s", len(list), ref)
	}
	return list[0]
}

// times counts the messages in somebody's direct chat that say something.
func (w *weather) times(user, words string) (n int) {
	for _, m := range w.s.SeenBy(user) {
		if !m.Ephemeral && strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}

// lostAnswers are the faults after which nobody can tell whether something was
// written, and it was.
var lostAnswers = map[string]discordtest.Fault{
	"502":                   {Status: http.StatusBadGateway, After: true},
	"503":                   {Status: http.StatusServiceUnavailable, After: true},
	"504, three times":      {Status: http.StatusGatewayTimeout, After: true, Times: 3},
	"the connection breaks": {After: true},
}

// A card and a direct message of which it is not known whether they were
// written stand there once.
func TestStoryOfLostAnswers(t *testing.T) {
	for name, fault := range lostAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWeather(t)
			fault.Method, fault.Path = http.MethodPost, "/channels/"+w.board+"/messages$"
			w.s.Fail(fault)
			w.posts(w.rosa, w.board, "milk")
			card := w.one("N1", "Open.")
			w.s.Heal()
			w.quiet()
			fault.Path = "/channels/" + w.s.Direct(w.sam) + "/messages$"
			w.s.Fail(fault)
			w.s.React(w.sam, card.ID, hand)
			w.soon("the message", func() bool { return w.times(w.sam, "You took N1") > 0 })
			w.quiet()
			w.one("N1", "Taken.")
			if n := w.times(w.sam, "You took N1"); n != 1 {
				t.Errorf("Sam is told %d times", n)
			}
		})
	}
}

// An edit of which nobody can tell whether it was written is written again.
func TestStoryOfALostEdit(t *testing.T) {
	t.Parallel()
	w := newWeather(t)
	w.posts(w.rosa, w.board, "milk")
	card := w.one("N1", "Open.")
	w.s.Fail(discordtest.Fault{Method: http.MethodPatch, Path: "/messages/", Status: 502, Times: 2})
	w.s.Fail(discordtest.Fault{Method: http.MethodPatch, Path: "/messages/", After: true})
	w.press(w.dee, card.ID, "I can help")
	if again := w.one("N1", "Taken."); again.ID != card.ID {
		t.Error("it was posted anew")
	}
}

// What was written long ago, without an answer, is found among the messages and
// not written again.
func TestStoryOfAnAnswerLostForLong(t *testing.T) {
	t.Parallel()
	w := newWeather(t)
	w.s.Fail(discordtest.Fault{Method: http.MethodPost, Path: "/channels/" + w.board + "/messages$", Status: 502, After: true})
	w.s.Fail(discordtest.Fault{Path: "/channels/" + w.board + "/messages", Status: 503, Times: -1})
	w.posts(w.rosa, w.board, "milk")
	w.passes(5 * time.Minute) // the nonce is forgotten
	sent := w.s.Requests("POST /channels/ID/messages")
	w.s.Heal()
	card := w.one("N1", "Open.")
	w.quiet()
	w.press(w.dee, card.ID, "I can help")
	if again := w.one("N1", "Taken."); again.ID != card.ID {
		t.Error("it was posted anew")
	}
	if w.s.Requests("GET /channels/ID/messages") == 0 {
		t.Error("nothing was looked up")
	}
	if n := w.s.Requests("POST /channels/ID/messages") - sent; n > 3 { // Sam's, Rosa's and hers
		t.Errorf("%d messages were sent", n)
	}
}
