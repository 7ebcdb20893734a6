//go:build goolm

package matrixtest_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

func TestMain(m *testing.M) { os.Exit(matrixtest.Main(m)) }

// encryptedRoom is an encrypted room with two people who know of each other.
func encryptedRoom(t *testing.T) (s *matrixtest.Server, mara, ben *matrixtest.User, room id.RoomID) {
	t.Helper()
	s = matrixtest.Start(t)
	mara, ben = s.User(t, "Mara"), s.User(t, "Ben")
	room = mara.CreateRoom(matrixtest.Room{Name: "Kitchen", Encrypted: true, Invite: []id.UserID{ben.ID}})
	ben.Join(room)
	return s, mara, ben, room
}

func TestEncryptedRoom(t *testing.T) {
	t.Parallel()
	s, mara, ben, room := encryptedRoom(t)
	sent := mara.Say(room, "soup for persimmon street")
	got := ben.WaitText(room, "persimmon")
	if got.ID != sent || got.Sender != mara.ID || !got.Encrypted || got.Type != event.MsgText || !got.HasMentions || got.Signed {
		t.Errorf("Ben reads %+v", got)
	}
	ben.Say(room, "on my way with rutabagas")
	if got := mara.WaitText(room, "rutabagas"); got.Sender != ben.ID || !got.Encrypted {
		t.Errorf("Mara reads %+v", got)
	}
	for _, stored := range s.StoredIn(t, room) {
		if stored.Type == event.EventMessage.Type {
			t.Errorf("a message is stored in plain text: %s", stored.JSON)
		}
	}
	for _, word := range []string{"persimmon", "rutabagas"} {
		files, err := s.Files(word)
		if err != nil || len(files) > 0 {
			t.Errorf("%q is in %v, %v", word, files, err)
		}
	}
}

func TestPlainRoomIsStoredInPlainText(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	mara := s.User(t, "Mara")
	room := mara.CreateRoom(matrixtest.Room{Public: true})
	mara.WaitEvent(room, mara.Say(room, "kohlrabi"))
	stored := s.StoredIn(t, room)
	if !slices.ContainsFunc(stored, func(e matrixtest.Event) bool {
		return e.Type == "m.room.message" && e.Sender == mara.ID && strings.Contains(string(e.Content), "kohlrabi")
	}) {
		t.Errorf("the message is not among %d stored events", len(stored))
	}
	files, err := s.Files("kohlrabi")
	if err != nil || len(files) == 0 {
		t.Errorf("it is in %v, %v", files, err)
	}
	if got, _ := mara.Message(room, mara.Messages(room)[0].ID); got.Encrypted {
		t.Error("a plain message counts as encrypted")
	}
}

func TestEditsRedactionsReactions(t *testing.T) {
	t.Parallel()
	for _, secret := range []bool{false, true} {
		_, mara, ben, room := encryptedRoom(t)
		if !secret {
			room = mara.CreateRoom(matrixtest.Room{Public: true})
			ben.Join(room)
		}
		first, second := mara.Say(room, "soup"), mara.Say(room, "a mistake")
		ben.WaitText(room, "a mistake")
		mara.Edit(room, first, "two soups")
		mara.Edit(room, first, "three soups")
		reaction := ben.React(room, first, "✋")
		taken := ben.React(room, first, "👍")
		ben.Redact(room, taken)
		mara.Redact(room, second)
		ben.Fence(room)
		got := ben.Messages(room)
		if len(got) != 1 || got[0].ID != first || got[0].Body != "three soups" || len(got[0].Edits) != 2 || got[0].Encrypted != secret {
			t.Fatalf("encrypted %v: Ben reads %+v", secret, got)
		}
		if want := []matrixtest.Reaction{{ID: reaction, Sender: ben.ID, Key: "✋"}}; !slices.Equal(got[0].Reactions, want) {
			t.Errorf("the reactions are %+v", got[0].Reactions)
		}
	}
}

func TestEditsOfOthersDoNotCount(t *testing.T) {
	t.Parallel()
	_, mara, ben, room := encryptedRoom(t)
	first := mara.Say(room, "soup")
	ben.WaitEvent(room, first)
	ben.Edit(room, first, "poison")
	ben.Fence(room)
	if got, _ := ben.Message(room, first); got.Body != "soup" || len(got.Edits) != 0 {
		t.Errorf("it reads %+v", got)
	}
}

func TestPlainEditInEncryptedRoomShows(t *testing.T) {
	t.Parallel()
	_, mara, ben, room := encryptedRoom(t)
	first := mara.Say(room, "soup")
	ben.WaitText(room, "soup")
	content := &event.MessageEventContent{MsgType: event.MsgText, Body: "soups"}
	content.SetEdit(first)
	mara.SendPlain(room, event.EventMessage, content)
	ben.Fence(room)
	if got, _ := ben.Message(room, first); got.Body != "soups" || got.Encrypted {
		t.Errorf("it reads %+v", got)
	}
}

func TestLateKeys(t *testing.T) {
	t.Parallel()
	_, mara, ben, room := encryptedRoom(t)
	mara.WaitEvent(room, ben.Say(room, "first"))
	ben.HoldKeys()
	late := ben.Say(room, "too early")
	mara.WaitEvent(room, late)
	mara.Fence(room)
	if got, ok := mara.Message(room, late); !ok || got.Unreadable == nil || !got.Encrypted || got.Body != "" {
		t.Fatalf("without its key it reads %+v", got)
	}
	ben.ReleaseKeys()
	if got := mara.WaitText(room, "too early"); got.ID != late || got.Unreadable != nil {
		t.Errorf("with its key it reads %+v", got)
	}
	ben.HoldKeys()
	lost := ben.Say(room, "never")
	ben.LoseKeys()
	ben.Say(room, "again")
	mara.WaitText(room, "again")
	if got, _ := mara.Message(room, lost); got.Unreadable == nil {
		t.Errorf("it was readable: %+v", got)
	}
}

func TestMentionsAndPings(t *testing.T) {
	t.Parallel()
	_, mara, ben, room := encryptedRoom(t)
	mara.SayTo(room, "are you there", ben.ID)
	mara.Say(room, "nobody is meant, not even "+ben.Name)
	content := &event.MessageEventContent{MsgType: event.MsgNotice, Body: "a notice", Mentions: &event.Mentions{UserIDs: []id.UserID{ben.ID}}}
	mara.Send(room, event.EventMessage, content)
	mara.Send(room, event.EventMessage, &event.MessageEventContent{MsgType: event.MsgText, Body: "without mentions, " + ben.Name})
	ben.Fence(room)
	got := ben.Pings(ben.ID)
	if len(got) != 2 || got[0].Body != "are you there" || !strings.HasPrefix(got[1].Body, "without mentions") {
		t.Errorf("it rings for %+v", got)
	}
	if got := ben.Pings(mara.ID); len(got) != 0 {
		t.Errorf("it rings at Mara's for %+v", got)
	}
}

func TestCrossSignedDevice(t *testing.T) {
	t.Parallel()
	_, mara, ben, room := encryptedRoom(t)
	mara.CrossSign()
	if !ben.Signed(mara.ID, mara.Client.Device) || ben.Signed(ben.ID, ben.Client.Device) {
		t.Error("the wrong device is signed")
	}
	mara.Say(room, "signed")
	if got := ben.WaitText(room, "signed"); !got.Signed {
		t.Errorf("Ben reads %+v", got)
	}
}

func TestEveryDeviceReads(t *testing.T) {
	t.Parallel()
	_, mara, ben, room := encryptedRoom(t)
	mara.Say(room, "one device")
	other := ben.SecondDevice()
	other.WaitMember(room, ben.ID, event.MembershipJoin)
	mara.Say(room, "two devices")
	other.WaitText(room, "two devices")
	devices, err := ben.Client.Account().Devices(t.Context())
	if err != nil || len(devices) != 2 {
		t.Fatalf("the devices are %v, %v", devices, err)
	}
	if err := ben.Client.Account().DeleteDevice(t.Context(), other.Client.Device); err != nil {
		t.Fatal(err)
	}
	if err := other.Client.Wait(t.Context(), "its end", func() bool { return false }); err == nil {
		t.Error("a deleted device goes on")
	}
}

func TestDirectChat(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	mara, ben := s.User(t, "Mara"), s.User(t, "Ben")
	room := mara.Direct(ben.ID)
	if invite := ben.WaitInvite(mara.ID); invite.Room != room || !invite.Direct {
		t.Errorf("the invitation is %+v", invite)
	}
	if got := ben.DirectWith(mara.ID); got != room || len(ben.Invites()) != 0 {
		t.Errorf("it is %s, and there is still %+v", got, ben.Invites())
	}
	mara.WaitMember(room, ben.ID, event.MembershipJoin)
	mara.Say(room, "between us")
	ben.WaitText(room, "between us")
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	mara, ben := s.User(t, "Mara"), s.User(t, "Ben")
	space := mara.CreateSpace("Shire")
	room := mara.CreateRoom(matrixtest.Room{Name: "Kitchen", Public: true, Parent: space, Levels: map[id.UserID]int{ben.ID: 50}})
	mara.Wait("the child", func() bool { return mara.State(space, event.StateSpaceChild, room.String()) != nil })
	ben.AutoJoin()
	mara.Invite(room, ben.ID)
	mara.WaitMember(room, ben.ID, event.MembershipJoin)
	if got := mara.State(room, event.StatePowerLevels, "").Content.AsPowerLevels().GetUserLevel(ben.ID); got != 50 {
		t.Errorf("Ben has %d", got)
	}
	ben.WaitMember(room, ben.ID, event.MembershipJoin)
	mara.Kick(room, ben.ID)
	ben.WaitMember(room, ben.ID, event.MembershipLeave)
	ben.Join(room)
	ben.Leave(room)
	mara.WaitMember(room, ben.ID, event.MembershipLeave)
	next := mara.Upgrade(room)
	mara.Wait("the tombstone", func() bool { return mara.State(room, event.StateTombstone, "") != nil })
	if next == "" || next == room {
		t.Errorf("the new room is %q", next)
	}
}

func TestLongGapIsFilled(t *testing.T) {
	t.Parallel()
	s, mara, _, room := encryptedRoom(t)
	p := s.Proxy(t)
	away := s.UserWith(t, "Away", matrixtest.ClientOptions{URL: p.URL()})
	away.AutoJoin()
	mara.Invite(room, away.ID)
	mara.WaitMember(room, away.ID, event.MembershipJoin)
	p.Down()
	for range 40 {
		mara.Say(room, "soup")
	}
	if err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	last := mara.Say(room, "the last")
	away.WaitText(room, "the last")
	got := away.Messages(room)
	if len(got) != 41 || got[40].ID != last || slices.ContainsFunc(got, func(m matrixtest.Message) bool { return m.Unreadable != nil }) {
		t.Errorf("%d messages were read", len(got))
	}
}
