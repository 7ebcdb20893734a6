//go:build goolm

package matrix

import (
	"net/http"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// The homeserver is restarted, killed and away for long in the middle of the
// five questions: each is asked once, and the need has one card.
func TestStoryHomeserverRestarts(t *testing.T) {
	t.Parallel()
	w := newFaulty(t).founds("Sam")
	rosa, chat := w.person("Rosa")
	restart := func() {
		if err := w.s.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	kill := func() {
		w.s.Kill()
		if err := w.s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	nothing := func() {}
	rosa.Say(chat, "language en")
	w.hearsOnce(rosa, chat, "English")
	rosa.Say(chat, "need")
	for _, step := range []struct {
		asked string
		fails func()
		line  string
		after func()
	}{
		{"1 of 5.", restart, "milk and bread", nothing},
		{"2 of 5.", kill, "food", kill},
		{"3 of 5.", nothing, "Eastmeadow", restart},
		{"4 of 5.", w.proxy.Down, "any time", w.comesBack},
		{"5 of 5.", kill, "413-555-0142", kill},
	} {
		w.hearsOnce(rosa, chat, step.asked)
		step.fails()
		sent := rosa.Say(chat, step.line)
		rosa.WaitEvent(chat, sent) // what the homeserver itself loses is not the bot's to find
		step.after()
	}
	w.hearsOnce(rosa, chat, "Post it")
	chooses(t, rosa, chat, "Post it")
	kill()
	w.cardSays(w.rooms[0], "N1", "Open.")
	w.hearsOnce(rosa, chat, "N1")
	w.decent()
}

// comesBack ends an outage that takes an hour.
func (w *town) comesBack() {
	w.t.Helper()
	w.rest(time.Hour)
	if err := w.proxy.Up(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// What is typed elsewhere while the homeserver is away for hours, and what it took
// and did not say so, is there once when it is back.
func TestStoryHomeserverIsAway(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds("Sam")
	board := w.rooms[0]
	sam, samChat := w.person("Sam")
	rosa, rosaChat := w.person("Rosa")
	w.Say(t, "Rosa", "language en")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	w.cardSays(board, "N1", "Open.")

	// The answers to these are on their way when it goes away.
	lost := w.proxy.Fail(matrixtest.Dropped().On("PUT", `/send/`).Afterwards())
	sam.Say(samChat, "claim N1")
	lost.WaitHits(t, 1)
	w.proxy.Down()
	lost.Remove()
	who := store.Who{Platform: Name, Space: w.space.String(), Account: rosa.ID.String(), Name: "Rosa"}
	for _, inv := range []commands.Invocation{
		{EventID: "elsewhere 1", Who: who, Text: `need what:"firewood" category:food contact:"413-555-0142"`}, {EventID: "elsewhere 2", Who: who, Text: "answer post", Button: true},
	} {
		if _, err := w.reg.Run(t.Context(), inv); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.reg.TakeMember(t.Context(), who, &commands.Member{}); err != nil {
		t.Fatal(err)
	}
	rosa.Say(rosaChat, "mine")
	w.rest(3 * time.Hour)
	if err := w.proxy.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.cardSays(board, "N1", "Taken.")
	w.cardSays(board, "N2", "Open.")
	w.hearsOnce(sam, samChat, "You took N1")
	w.hearsOnce(rosa, rosaChat, "Sam took N1")
	w.decent()
}

// rest lets time pass while nobody waits for anything.
func (w *town) rest(long time.Duration) {
	w.t.Helper()
	end := w.clock.Now().Add(long)
	step := func() bool { return w.clock.Now().After(end) }
	for !step() {
		w.advance(time.Minute)
		w.pause()
	}
}

// every is what a homeserver, or something before it, can do wrong.
func every() []matrixtest.Fault {
	return []matrixtest.Fault{
		matrixtest.ServerError(), matrixtest.HTML(http.StatusBadGateway), matrixtest.HTML(http.StatusOK), matrixtest.HTML(http.StatusNotFound), matrixtest.HTML(http.StatusForbidden),
		matrixtest.TooMany(1500 * time.Millisecond), {Status: http.StatusTooManyRequests, Code: "M_LIMIT_EXCEEDED"}, {Status: http.StatusTooManyRequests, RetryAfter: 2 * time.Second, Type: "text/html", Body: "slow down"},
		{Status: http.StatusOK, Body: `{"next_batch":"s1`}, {Cut: true}, matrixtest.Dropped(),
	}
}

// Each kind of request fails in every way, one after the other, and what people
// see is as if it had not.
func TestStoryEverythingFails(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds("Sam")
	board, self := w.rooms[0], w.account.UserID
	sam, samChat := w.person("Sam")
	rosa, rosaChat := w.person("Rosa")
	w.Say(t, "Rosa", "language en")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	card := w.cardSays(board, "N1", "Open.")
	fail := func(method, path string) (end func()) {
		var all []*matrixtest.Injected
		for _, f := range every() {
			all = append(all, w.proxy.Fail(f.On(method, path).Once()))
		}
		return func() {
			t.Helper()
			hits := 0
			for _, in := range all {
				hits += in.Hits()
				in.Remove()
			}
			if hits == 0 {
				t.Errorf("%s %s did not fail once", method, path)
			}
		}
	}
	times := 0
	for _, path := range []struct{ method, path string }{{"PUT", `/send/`}, {"GET", `/sync$`}, {"POST", `/keys/query`}, {"GET", `/event/`}, {"GET", `/state`}} {
		if path.path == `/state` || path.path == `/keys/query` { // what was known of rooms is doubted
			for _, room := range []string{board.String(), samChat.String(), rosaChat.String()} {
				w.bot().session.rooms.forget(idOf(room))
			}
		}
		end := fail(path.method, path.path)
		times++
		hand := sam.React(board, card.ID, "✋")
		w.cardSays(board, "N1", "Taken.")
		sam.Redact(board, hand)
		w.cardSays(board, "N1", "Open.")
		w.passes("what they are told", func() bool {
			return w.heardOf(sam, samChat, "You took N1") == times && w.heardOf(rosa, rosaChat, "Sam took N1") == times
		})
		end()
	}
	w.detailsGo(card, fail)
	end := fail("POST", `/createRoom`)
	lee := w.comes("Lee", board)
	lee.Say(board, "!help")
	w.passes("an invitation", func() bool { return len(lee.Invites()) > 0 })
	chat := lee.DirectWith(self)
	w.passes("the help", func() bool { return w.heardOf(lee, chat, "") > 0 })
	end()
	if n := len(lee.Invites()); n != 0 {
		t.Errorf("%d invitations more", n)
	}
	w.decent()
}

// detailsGo has details be shown and taken back through failures.
func (w *town) detailsGo(card matrixtest.Message, fail func(method, path string) func()) {
	w.t.Helper()
	sam, samChat := w.person("Sam")
	hand := sam.React(w.rooms[0], card.ID, "✋")
	w.cardSays(w.rooms[0], "N1", "Taken.")
	sam.Say(samChat, "details N1")
	w.passes("the details", func() bool { return w.heardOf(sam, samChat, "413-555-0142") == 1 })
	redacts, reads := fail("PUT", `/redact/`), fail("GET", `/relations/`)
	sam.Redact(w.rooms[0], hand)
	w.cardSays(w.rooms[0], "N1", "Open.")
	w.passes("the details to be taken back", func() bool { return w.heardOf(sam, samChat, "413-555-0142") == 0 })
	redacts()
	reads()
}

// What the bot missed, it reads back through failures, too.
func TestStoryGapFails(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds("Sam")
	board := w.rooms[0]
	sam, samChat := w.person("Sam")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	card := w.cardSays(board, "N1", "Open.")
	w.stop()
	sam.React(board, card.ID, "✋")
	for range 60 {
		sam.Send(board, event.EventMessage, &event.MessageEventContent{MsgType: event.MsgText, Body: "so much to say"})
	}
	for _, path := range []string{`/messages$`, `/joined_rooms$`, `/login$`, `/whoami$`, `/keys/upload$`} {
		for _, f := range every() {
			w.proxy.Fail(f.On("", path).Once())
		}
	}
	w.start()
	w.cardSays(board, "N1", "Taken.")
	w.hearsOnce(sam, samChat, "You took N1")
	w.decent()
}
