//go:build goolm

package matrix

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

func join(t *testing.T, s *session, room id.RoomID) {
	t.Helper()
	if _, err := s.client.JoinRoomByID(t.Context(), room); err != nil {
		t.Fatal(err)
	}
}

// wantCipher makes sure that the homeserver never saw a text.
func wantCipher(t *testing.T, server *matrixtest.Server, room id.RoomID, texts ...string) {
	t.Helper()
	wantRare(t, texts)
	for _, e := range server.StoredIn(t, room) {
		for _, text := range texts {
			if strings.Contains(e.JSON, text) {
				t.Errorf("the homeserver has %q in plain", text)
			}
		}
	}
}

// The first message goes out before any sync: the room's state is asked for.
func TestFirstMessageIsEncrypted(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, dee := server.User(t, "Mara"), server.User(t, "Dee")
	h := newHome(t, server)
	s := h.open()
	room := mara.CreateRoom(matrixtest.Room{Name: "help", Encrypted: true, Invite: []id.UserID{dee.ID, h.account.UserID}})
	dee.Join(room)
	join(t, s, room)
	sent := h.send(s, room, "hush-one")
	for _, u := range []*matrixtest.User{mara, dee} {
		m := u.WaitMessage(room, "the bot's", func(m matrixtest.Message) bool { return m.ID == sent && m.Unreadable == nil })
		if m.Body != "hush-one" || !m.Encrypted || !m.Signed {
			t.Errorf("%s reads %+v", u.Name, m)
		}
	}
	wantCipher(t, server, room, "hush-one")
}

func TestWhoComesAndGoes(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, dee, lee := server.User(t, "Mara"), server.User(t, "Dee"), server.User(t, "Lee")
	h := newHome(t, server)
	s := h.open()
	room := mara.CreateRoom(matrixtest.Room{Name: "help", Encrypted: true, Invite: []id.UserID{dee.ID, h.account.UserID}})
	dee.Join(room)
	join(t, s, room)
	since := h.sync(s, "").NextBatch
	mara.WaitText(room, h.say(s, room, "hush-before"))

	// Somebody comes: they read what follows. Somebody goes: they have no key for
	// it, and a new device of somebody has.
	mara.Invite(room, lee.ID)
	lee.Join(room)
	mara.Kick(room, dee.ID)
	phone := mara.SecondDevice()
	since = h.syncUntil(s, since, room, lee.ID, event.MembershipJoin)
	since = h.syncUntil(s, since, room, dee.ID, event.MembershipLeave)
	h.syncUntilDevices(s, since, mara, 2)
	sent := h.send(s, room, "hush-after")
	for _, u := range []*matrixtest.User{mara, lee, phone} {
		if m := u.WaitMessage(room, "the bot's", func(m matrixtest.Message) bool { return m.ID == sent && m.Unreadable == nil }); m.Body != "hush-after" {
			t.Errorf("%s reads %+v", u.Name, m)
		}
	}
	key, err := s.keys.GetOutboundGroupSession(t.Context(), room)
	if err != nil || key == nil {
		t.Fatal(key, err)
	}
	if have, err := dee.Client.Machine().CryptoStore.GetGroupSession(t.Context(), room, key.ID()); err != nil || have != nil {
		t.Errorf("who was sent away has the key: %v", err)
	}
	wantCipher(t, server, room, "hush-before", "hush-after")
}

func TestPlainRoomThatIsEncryptedLater(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 14, 0, 0, 0, time.UTC))
	h.o.Clock = clock
	s := h.open()
	room := mara.CreateRoom(matrixtest.Room{Name: "open", Invite: []id.UserID{h.account.UserID}})
	join(t, s, room)
	kind, content, err := s.encrypt(t.Context(), room, event.EventMessage, map[string]any{"body": "x"})
	if err != nil || kind != event.EventMessage || content.(map[string]any)["body"] != "x" {
		t.Errorf("in a plain room: %v, %v, %v", kind, content, err)
	}
	mara.Encrypt(room)
	// No sync has told it: it is asked for again after a moment.
	clock.Advance(plainLasts)
	sent := h.send(s, room, "hush-later")
	if m := mara.WaitMessage(room, "the bot's", func(m matrixtest.Message) bool { return m.ID == sent && m.Unreadable == nil }); m.Body != "hush-later" || !m.Encrypted {
		t.Errorf("reads %+v", m)
	}
	// It stays encrypted, whatever the room says later.
	mara.SetState(room, event.StateEncryption, "", map[string]any{"algorithm": "none"})
	h.sync(s, "")
	h.send(s, room, "hush-last")
	mara.WaitText(room, "hush-last")
	wantCipher(t, server, room, "hush-later", "hush-last")
}

func TestUnknownEncryptionIsRefused(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	proxy := server.Proxy(t)
	h.o.Homeserver = proxy.URL()
	s := h.open()
	secret := mara.CreateRoom(matrixtest.Room{Name: "help", Encrypted: true, Invite: []id.UserID{h.account.UserID}})
	odd := mara.CreateRoom(matrixtest.Room{Name: "odd", Invite: []id.UserID{h.account.UserID}})
	mara.SetState(odd, event.StateEncryption, "", map[string]any{"algorithm": "m.megolm.v9"})
	garbled := mara.CreateRoom(matrixtest.Room{Name: "garbled", Invite: []id.UserID{h.account.UserID}})
	mara.SetState(garbled, event.StateEncryption, "", map[string]any{"algorithm": 7})
	for _, room := range []id.RoomID{secret, odd, garbled} {
		join(t, s, room)
	}
	for name, fault := range map[string]matrixtest.Fault{
		"error": matrixtest.ServerError(), "HTML": matrixtest.HTML(200), "not found as HTML": matrixtest.HTML(404), "forbidden": matrixtest.Refused(403, "M_FORBIDDEN"),
		"too many": matrixtest.TooMany(time.Second), "dropped": matrixtest.Dropped(),
	} {
		injected := proxy.Fail(fault.On(http.MethodGet, `/state`))
		if _, err := h.trySend(t.Context(), s, secret, "hush-hush"); err == nil {
			t.Errorf("%s: sent", name)
		}
		injected.Remove()
	}
	for _, room := range []id.RoomID{odd, garbled} {
		for range 2 {
			if _, err := h.trySend(t.Context(), s, room, "hush-hush"); !errors.Is(err, errUnknownEncryption) {
				t.Errorf("sent to a room that is encrypted in another way: %v", err)
			}
			h.sync(s, "")
		}
		wantCipher(t, server, room, "hush-hush")
	}
	// And when who is in the room, or which devices they have, cannot be asked.
	for _, path := range []string{`/state$`, `/keys/query`, `/keys/claim`, `/sendToDevice`} {
		injected := proxy.Fail(matrixtest.ServerError().On("", path))
		if _, err := h.trySend(t.Context(), s, secret, "hush-hush"); err == nil {
			t.Errorf("%s fails: sent", path)
		}
		injected.Remove()
	}
	h.send(s, secret, "hush-at-last")
	mara.WaitText(secret, "hush-at-last")
	if n := proxy.Count(http.MethodPut, `/send/m.room.message`); n > 0 {
		t.Errorf("%d plain messages left", n)
	}
	wantCipher(t, server, secret, "hush-hush", "hush-at-last")
}
