//go:build goolm

package matrix

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// What was said while the bot was away reaches it in order and once, and what
// was said before it came never does.
func TestMissedMessages(t *testing.T) {
	for name, encrypted := range map[string]bool{"plain": false, "encrypted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := matrixtest.Start(t)
			mara := server.User(t, "Mara")
			w := newStage(t, server).start()
			room := mara.CreateRoom(matrixtest.Room{Name: "Board", Encrypted: encrypted})
			mara.Say(room, "before the bot came")
			mara.Invite(room, w.home.account.UserID)
			w.comes(mara, room)
			var want []string
			for n := range 20 {
				word := fmt.Sprintf("hello %d", n)
				want = append(want, word)
				mara.Say(room, word)
			}
			w.hears(want...)
			w.away(func() {
				for n := range 200 {
					word := fmt.Sprintf("word %d", n)
					want = append(want, word)
					mara.Say(room, word)
				}
			})
			w.hears(want...)
			mara.Say(room, "the end")
			w.hears("the end")
			if heard := w.heard(); !slices.Equal(heard, append(want, "the end")) {
				t.Errorf("heard %d: %q", len(heard), heard)
			}
			w.away(func() {})
			mara.Say(room, "really")
			w.hears("really")
			if n := len(w.heard()); n != 222 {
				t.Errorf("%d messages, want 222", n)
			}
		})
	}
}

// The batch comes again after a stop between the handling and the token.
func TestStoppedBeforeTheToken(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	w := newStage(t, server).start()
	room := w.enter(mara, matrixtest.Room{Name: "Board", Encrypted: true})
	w.settled()
	hold, began := make(chan struct{}), make(chan struct{}, 1)
	w.note(func() {
		w.deal = func(*event.Event) error {
			began <- struct{}{}
			<-hold
			return errors.New("killed")
		}
	})
	mara.Say(room, "one")
	<-began
	mara.Say(room, "two") // behind it
	ended := make(chan error)
	go func() { ended <- w.end() }()
	close(hold)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	w.note(func() { w.deal = nil })
	if heard := w.heard(); len(heard) != 0 {
		t.Fatalf("%q was dealt with", heard)
	}
	w.start()
	w.hears("one", "two")
	if heard := w.heard(); !slices.Equal(heard, []string{"one", "two"}) {
		t.Errorf("%q", heard)
	}
}

// An event that cannot be dealt with is tried a few times and holds up nobody
// but its sender.
func TestEventThatFails(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, sam := server.User(t, "Mara"), server.User(t, "Sam")
	w := newStage(t, server).start()
	room := w.enter(mara, matrixtest.Room{Name: "Board", Invite: []id.UserID{sam.ID}})
	sam.Join(room)
	tried := map[string]int{}
	w.deal = func(e *event.Event) error {
		w.mu.Lock()
		body := e.Content.AsMessage().Body
		tried[body]++
		w.mu.Unlock()
		switch body {
		case "fails":
			return errors.New("always")
		case "panics":
			panic(body)
		case "second time":
			if tried[body] == 1 {
				return errors.New("once")
			}
		}
		return nil
	}
	mara.Say(room, "fails")
	mara.Say(room, "panics")
	sam.Say(room, "meanwhile")
	mara.Say(room, "second time")
	w.hears("meanwhile", "second time")
	w.settled()
	w.mu.Lock()
	defer w.mu.Unlock()
	if tried["fails"] != 3 || tried["panics"] != 1 || tried["second time"] != 2 || len(w.said) != 2 {
		t.Errorf("%v, heard %d", tried, len(w.said))
	}
}

// What other bots say, corrections and what was taken back in time are no
// commands, and in an encrypted room nothing is that is not encrypted.
func TestWhatIsNotSaidToTheBot(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	w := newStage(t, server).start()
	plain := w.enter(mara, matrixtest.Room{Name: "Board"})
	secret := w.enter(mara, matrixtest.Room{Name: "Secret", Encrypted: true})
	for _, room := range []id.RoomID{plain, secret} {
		mara.Notice(room, "a bot's")
		edited := mara.Say(room, "said in "+room.String())
		w.hears("said in " + room.String())
		mara.Edit(room, edited, "corrected")
	}
	mara.SendPlain(secret, event.EventMessage, &event.MessageEventContent{MsgType: event.MsgText, Body: "forged"})
	w.away(func() {
		for _, room := range []id.RoomID{plain, secret} {
			mara.Redact(room, mara.Say(room, "taken back"))
		}
	})
	mara.Say(plain, "the end")
	w.hears("the end")
	mara.Say(secret, "the very end")
	w.hears("the very end")
	if heard := w.heard(); len(heard) != 4 {
		t.Errorf("heard %q", heard)
	}
}

// The homeserver fails in every way, and nothing is lost or heard twice.
func TestHomeserverFails(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	proxy := server.Proxy(t)
	mara := server.User(t, "Mara")
	w := newStage(t, server)
	w.home.o.Homeserver = proxy.URL()
	w.start()
	room := w.enter(mara, matrixtest.Room{Name: "Board"})
	for n, fault := range []matrixtest.Fault{
		matrixtest.ServerError(), matrixtest.HTML(200), matrixtest.HTML(502), matrixtest.Dropped(),
		matrixtest.TooMany(10 * time.Millisecond), {Status: 200, Body: "{}"},
	} {
		proxy.Fail(fault.On("GET", `/sync`).Once())
		word := fmt.Sprintf("after fault %d", n)
		mara.Say(room, word)
		w.hears(word)
	}
	w.away(func() {
		for n := range 60 {
			mara.Say(room, fmt.Sprintf("missed %d", n))
		}
		proxy.Fail(matrixtest.ServerError().On("GET", `/messages`).Once())
		proxy.Fail(matrixtest.ServerError().On("GET", `/joined_rooms`).Once())
	})
	w.hears("missed 0", "missed 59")
	w.settled()
	if heard := w.heard(); len(heard) != 66 {
		t.Errorf("heard %d: %q", len(heard), heard)
	}
}

// The last answer of a homeserver that is being stopped may lack what was said:
// it is asked for again.
func TestLastAnswerBeforeAnOutage(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	proxy := server.Proxy(t)
	mara := server.User(t, "Mara")
	w := newStage(t, server)
	w.home.o.Homeserver = proxy.URL()
	w.start()
	room := w.enter(mara, matrixtest.Room{Name: "Board"})
	down := proxy.Fail(matrixtest.Dropped().On("GET", `/sync`))
	mara.Say(room, "the first") // ends the poll that is on its way
	down.WaitHits(t, 1)
	mara.Say(room, "the second")
	mara.Fence(room)
	now, err := mara.Client.API().FullSyncRequest(t.Context(), mautrix.ReqSync{FilterID: syncFilter})
	if err != nil {
		t.Fatal(err)
	}
	lie := proxy.Fail(matrixtest.Fault{Status: 200, Body: `{"next_batch":"` + now.NextBatch + `"}`}.On("GET", `/sync`).Once())
	again := proxy.Fail(matrixtest.ServerError().On("GET", `/sync`).Once())
	down.Remove()
	lie.WaitHits(t, 1)
	again.WaitHits(t, 1)
	w.hears("the first", "the second")
	w.settled()
	if heard := w.heard(); len(heard) != 2 {
		t.Errorf("heard %q", heard)
	}
}

// A login that was ended from elsewhere ends the reading, and says so.
func TestTokenRevoked(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	w := newStage(t, server).start()
	if err := w.home.account.Revoke(t.Context(), w.session.client.AccessToken); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-w.ended:
		if !errors.Is(err, ErrToken) {
			t.Errorf("it ended with %v", err)
		}
		w.ended <- nil // for who waits for the end
	case <-time.After(time.Minute):
		t.Fatal("it goes on")
	}
}
