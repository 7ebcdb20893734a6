//go:build goolm

package matrix

import (
	"context"
	"errors"
	"testing"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

func TestDecryptAndLateKeys(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	s := h.open()
	room := mara.CreateRoom(matrixtest.Room{Name: "help", Encrypted: true, Invite: []id.UserID{h.account.UserID}})
	join(t, s, room)
	mara.WaitMember(room, h.account.UserID, event.MembershipJoin)
	since, e := h.find(s, "", room, mara.Say(room, "hush-one"))
	since, read := h.read(s, since, e)
	if read.Content.AsMessage().Body != "hush-one" || read.Sender != mara.ID {
		t.Fatalf("read %v", read)
	}

	mara.HoldKeys()
	if err := mara.Client.Machine().CryptoStore.RemoveOutboundGroupSession(t.Context(), room); err != nil {
		t.Fatal(err)
	}
	since, e = h.find(s, since, room, mara.Say(room, "hush-late"))
	if _, err := s.decrypt(t.Context(), e); !errors.Is(err, errNoKey) {
		t.Fatalf("without the key: %v", err)
	}
	session := e.Content.AsEncrypted().SessionID
	mara.ReleaseKeys()
	came := make(chan lateKey)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for {
			select {
			case key := <-s.late():
				if key.Session == session {
					came <- key
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	for range 30 {
		since = h.sync(s, since).NextBatch
		select {
		case key := <-came:
			if key.Room != room {
				t.Errorf("the key is for %s", key.Room)
			}
		default:
			if have, err := s.keys.GetGroupSession(t.Context(), room, session); err != nil || have == nil {
				continue
			}
			<-came
		}
		break
	}
	read, err := s.decrypt(t.Context(), e)
	if err != nil || read.Content.AsMessage().Body != "hush-late" {
		t.Errorf("with the key: %v, %v", read, err)
	}

	// The same ciphertext as somebody else's message.
	forged := *e
	forged.ID, forged.Sender = "$forged", h.account.UserID
	if read, err := s.decrypt(t.Context(), &forged); err == nil {
		t.Errorf("the copy is read as %v", read)
	}
}

// A homeserver that says that somebody else wrote a message does not get it
// taken for theirs, even if the real one never came.
func TestMessageFromSomebodyElse(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, dee := server.User(t, "Mara"), server.User(t, "Dee")
	h := newHome(t, server)
	s := h.open()
	room := mara.CreateRoom(matrixtest.Room{Name: "help", Encrypted: true, Invite: []id.UserID{h.account.UserID, dee.ID}})
	dee.Join(room)
	join(t, s, room)
	mara.WaitMember(room, h.account.UserID, event.MembershipJoin)
	said := mara.Say(room, "hush-mine")
	since, e := h.find(s, "", room, said)
	e.Sender = dee.ID
	for range 30 {
		read, err := s.decrypt(t.Context(), e)
		if errors.Is(err, errNoKey) {
			since = h.sync(s, since).NextBatch
			continue
		}
		if !errors.Is(err, errForged) {
			t.Errorf("read %v, %v", read, err)
		}
		return
	}
	t.Fatal("the key never came")
}

// What came before a kill is there after it, and a batch that comes again
// changes nothing.
func TestKeysOutliveTheSession(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	s := h.open()
	room := mara.CreateRoom(matrixtest.Room{Name: "help", Encrypted: true, Invite: []id.UserID{h.account.UserID}})
	join(t, s, room)
	mara.WaitMember(room, h.account.UserID, event.MembershipJoin)
	said := mara.Say(room, "hush-kept")
	mara.WaitEvent(room, said)
	var first *mautrix.RespSync
	since := ""
	for range 30 { // until the key has come
		answer := h.sync(s, since)
		if first == nil {
			first = answer
		}
		if since = answer.NextBatch; len(answer.ToDevice.Events) > 0 {
			break
		}
	}
	h.shut(s)

	again := h.open()
	if err := again.toDevice(t.Context(), first, ""); err != nil {
		t.Fatal(err)
	}
	e, err := again.client.GetEvent(t.Context(), room, said)
	if err != nil {
		t.Fatal(err)
	}
	e.RoomID = room
	read, err := again.decrypt(t.Context(), e)
	if err != nil || read.Content.AsMessage().Body != "hush-kept" {
		t.Errorf("read %v, %v", read, err)
	}
	mara.WaitText(room, h.say(again, room, "hush-again"))
	h.shut(again)
	h.wantSealed("hush-kept", "hush-again")
}

func TestOneTimeKeysAreKeptUp(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	s := h.open()
	count := func() int {
		answer, err := s.client.UploadKeys(t.Context(), &mautrix.ReqUploadKeys{})
		if err != nil {
			t.Fatal(err)
		}
		return answer.OneTimeKeyCounts.SignedCurve25519
	}
	if n := count(); n < 20 {
		t.Fatalf("%d one-time keys at first", n)
	}
	claim := &mautrix.ReqClaimKeys{OneTimeKeys: mautrix.OneTimeKeysRequest{h.account.UserID: {s.client.DeviceID: id.KeyAlgorithmSignedCurve25519}}}
	for range 15 {
		if _, err := mara.Client.API().ClaimKeys(t.Context(), claim); err != nil {
			t.Fatal(err)
		}
	}
	left := count()
	h.sync(s, "")
	if n := count(); n <= left {
		t.Errorf("%d one-time keys after a sync, %d before", n, left)
	}
}

func TestGarbageFromTheHomeserver(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	h := newHome(t, server)
	s := h.open()
	key := ""
	odd := []*event.Event{nil, {Type: event.StateEncryption, StateKey: &key}, {Type: event.StateMember, StateKey: &key}, {Type: event.EventMessage}}
	answer := &mautrix.RespSync{}
	answer.ToDevice.Events = []*event.Event{{Type: event.ToDeviceEncrypted, Sender: "@x:y"}, {Type: event.ToDeviceRoomKey}}
	answer.Rooms.Join = map[id.RoomID]*mautrix.SyncJoinedRoom{"!odd:homeserver.test": {}}
	answer.Rooms.Join["!odd:homeserver.test"].State.Events = odd
	answer.Rooms.Join["!odd:homeserver.test"].Timeline.Events = odd
	if err := s.toDevice(t.Context(), answer, ""); err != nil {
		t.Error(err)
	}
	for name, e := range map[string]*event.Event{
		"nothing in it": {Type: event.EventEncrypted, ID: "$1"},
		"no ciphertext": {Type: event.EventEncrypted, ID: "$2", Content: event.Content{VeryRaw: []byte(`{"algorithm":"m.megolm.v1.aes-sha2"}`)}},
		"an old way":    {Type: event.EventEncrypted, ID: "$3", Content: event.Content{VeryRaw: []byte(`{"algorithm":"m.olm.v1.curve25519-aes-sha2","ciphertext":{}}`)}},
		"no JSON":       {Type: event.EventEncrypted, ID: "$4", Content: event.Content{VeryRaw: []byte(`{`)}},
	} {
		if read, err := s.decrypt(t.Context(), e); err == nil || errors.Is(err, errNoKey) {
			t.Errorf("%s: %v, %v", name, read, err)
		}
	}
}
