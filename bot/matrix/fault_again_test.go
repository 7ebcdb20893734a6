//go:build goolm

package matrix

import (
	"errors"
	"slices"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// A homeserver that was restarted knows no transaction again: what it took is
// looked for, in the same run of the bot and in another.
func TestAnswerIsKnownAgain(t *testing.T) {
	t.Parallel()
	server := matrixtest.StartPrivate(t, matrixtest.Options{})
	b := newWallOn(t, server, true, pacing{})
	restart := func() {
		t.Helper()
		server.Kill()
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	lost := b.proxy.Fail(matrixtest.Dropped().On("PUT", `/send/`).Afterwards())
	blind := b.proxy.Fail(matrixtest.ServerError().On("GET", `/messages`))
	if _, err := b.say(t.Context(), b.room, "k", &saying{Text: "Posted."}); err == nil {
		t.Fatal("it is said to be shown")
	}
	lost.Remove()
	blind.Remove()
	b.mara.WaitText(b.room, "Posted.")
	restart()
	first, err := b.say(t.Context(), b.room, "k", &saying{Text: "Posted."})
	if err != nil {
		t.Fatal(err)
	}
	restart()
	b.forget()
	second, err := b.say(t.Context(), b.room, "k", &saying{Text: "Posted.", Again: true})
	if err != nil || !slices.Equal(first, second) {
		t.Errorf("shown as %v, then %v, %v", first, second, err)
	}
	b.mara.Fence(b.room)
	if shown := len(b.mara.Messages(b.room)); shown != 1 {
		t.Errorf("it is shown %d times", shown)
	}
}

// A card that the homeserver does not find right after it took it is not posted
// anew; one that it does not find for long is.
func TestFreshCardIsLookedForAgain(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	card := b.send(b.card("1.0", "Open."))
	b.proxy.Fail(matrixtest.Refused(404, "M_NOT_FOUND").On("GET", `/event/`))
	var later *bot.NotNowError
	if err := b.Edit(t.Context(), b.card("1.1", "Taken."), card.String()); !errors.As(err, &later) || errors.Is(err, bot.ErrGone) {
		t.Errorf("at once: %v", err)
	}
	b.clock.Advance(freshFor)
	if err := b.Edit(t.Context(), b.card("1.1", "Taken."), card.String()); !errors.Is(err, bot.ErrGone) {
		t.Errorf("later: %v", err)
	}
}

// Whatever fails in showing an answer passes, but what the homeserver refuses for
// good: nobody's answer is given up after some tries.
func TestUnsureAnswerComesAgain(t *testing.T) {
	t.Parallel()
	var later *bot.NotNowError
	for _, err := range []error{errors.New("cut off"), &fault{Doing: "send", Status: 502, cause: errors.New("x")}, notNow(errors.New("x"), 0)} {
		if !errors.As(passing(err), &later) {
			t.Errorf("%v is given up", err)
		}
	}
	for _, err := range []error{nil, bot.ErrGone, permanent(bot.CodeClosed, errors.New("x"))} {
		if passing(err) != nil {
			t.Errorf("%v is tried again", err)
		}
	}
}

// A key that begins behind the message, as a new device gets it, is no key for
// it: the message waits, and its sender is told.
func TestKeyThatComesTooLate(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	s := h.open()
	room := mara.CreateRoom(matrixtest.Room{Name: "help", Encrypted: true, Invite: []id.UserID{h.account.UserID}})
	join(t, s, room)
	mara.WaitMember(room, s.client.UserID, event.MembershipJoin)
	since := h.sync(s, "").NextBatch
	sent := []id.EventID{mara.Say(room, "one"), mara.Say(room, "two")}
	since, first := h.find(s, since, room, sent[0])
	if _, err := s.decrypt(t.Context(), first); err != nil && !errors.Is(err, errNoKey) {
		t.Fatal(err)
	}
	_, _ = h.read(s, since, first)
	key, err := s.keys.GetGroupSession(t.Context(), room, first.Content.AsEncrypted().SessionID)
	if err != nil {
		t.Fatal(err)
	}
	if err := key.RatchetTo(1); err != nil {
		t.Fatal(err)
	}
	if err := s.keys.PutGroupSession(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if _, err := s.decrypt(t.Context(), first); !errors.Is(err, errNoKey) {
		t.Errorf("with a key that begins behind it: %v", err)
	}
}
