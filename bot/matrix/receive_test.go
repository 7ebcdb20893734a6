//go:build goolm

package matrix

import (
	"slices"
	"strings"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// fromBot are the bot's messages in a room, as somebody reads them.
func (w *town) fromBot(u *matrixtest.User, room id.RoomID) []string {
	w.t.Helper()
	w.reads(u, room)
	var said []string
	for _, m := range u.Messages(room) {
		if m.Sender == w.account.UserID {
			said = append(said, unmarked(m.Body))
		}
	}
	return said
}

// comes has somebody come into a room without a private chat with the bot.
func (w *town) comes(name string, room id.RoomID) *matrixtest.User {
	w.t.Helper()
	u := w.newcomer(name)
	u.Join(room)
	return u
}

// What somebody writes in a room with a private value in it is taken out of the
// room where the bot may; else they are asked to.
func TestPrivateValueInARoom(t *testing.T) {
	t.Parallel()
	w := founded(t)
	board, general := w.rooms[0], w.rooms[1]
	w.people[runsIt].SetLevel(general, w.account.UserID, 0)
	rosa := w.comes("Rosa", board)
	rosa.Join(general)
	first := rosa.Say(board, `!need what:"milk" category:food contact:413-555-0142`)
	chat := rosa.DirectWith(w.account.UserID)
	rosa.WaitText(chat, "I removed it there.")
	rosa.WaitText(chat, "413-555-0142") // the preview
	rosa.Wait("the message to be taken back", func() bool { _, there := rosa.Message(board, first); return !there })

	w.until("the bot to know that it may not", func() bool {
		level := 50
		w.bot().places.view(general, func(p *place) { level = p.level(w.account.UserID) })
		return level == 0
	})
	second := rosa.Say(general, `!need what:"bread" category:food contact:413-555-0142`)
	rosa.WaitText(chat, "Please delete it there.")
	if _, there := rosa.Message(general, second); !there {
		t.Error("a message was taken back without the power to")
	}
	for _, room := range []id.RoomID{board, general} {
		for _, said := range w.fromBot(rosa, room) {
			if strings.Contains(said, "413") || strings.Contains(said, "milk") || strings.Contains(said, "bread") {
				t.Errorf("the room heard %q", said)
			}
		}
	}
}

// Nothing that people say to each other is for the bot.
func TestOnlyWhatIsForTheBot(t *testing.T) {
	t.Parallel()
	w := founded(t)
	board := w.rooms[0]
	rosa := w.comes("Rosa", board)
	self := w.account.UserID
	rosa.Say(board, "need milk")
	rosa.Say(board, "I want to kill myself")
	rosa.Say(board, "!weather tomorrow")
	rosa.Notice(board, "!help")
	talk := rosa.Say(board, "hello")
	rosa.Edit(board, talk, "!help")
	sent := rosa.Send(board, event.EventMessage, &event.MessageEventContent{MsgType: event.MsgEmote, Body: "!help"})
	w.done(rosa, board, sent)
	if said := w.fromBot(rosa, board); len(said) > 0 || len(rosa.Invites()) > 0 {
		t.Errorf("the bot said %q, and invited %v", said, rosa.Invites())
	}

	rosa.Say(board, self.String()+" nede milk")
	chat := rosa.DirectWith(self)
	rosa.WaitText(chat, "Did you mean need?")
	for range 2 {
		w.done(rosa, board, rosa.Say(board, "!help"))
	}
	said := w.fromBot(rosa, board)
	slices.Sort(said)
	said = slices.Compact(said)
	if len(said) == 0 || slices.ContainsFunc(said, func(s string) bool { return !strings.HasPrefix(s, "I've written to you in private.") }) {
		t.Errorf("the room heard %q", said)
	}
	w.done(rosa, board, rosa.Say(board, "!help"))
	before := len(w.fromBot(rosa, board))
	w.done(rosa, board, rosa.Say(board, "!help"))
	if after := len(w.fromBot(rosa, board)); after != before {
		t.Error("the room is told each time where the answer is")
	}
}

// In a chat that is not encrypted nothing is answered.
func TestChatWithoutEncryption(t *testing.T) {
	t.Parallel()
	w := founded(t)
	rosa := w.comes("Rosa", w.rooms[0])
	self := w.account.UserID
	open := rosa.CreateRoom(matrixtest.Room{Direct: true, Invite: []id.UserID{self}})
	rosa.WaitMember(open, self, event.MembershipJoin)
	w.until("the bot to know the chat", func() bool { _, private := w.bot().places.looksPrivate(open); return private })
	rosa.Say(open, "need")
	chat := rosa.DirectWith(self)
	asked := rosa.WaitText(chat, "1 of 5.")
	if !asked.Encrypted || chat == open {
		t.Errorf("the question came as %+v", asked)
	}
	rosa.WaitText(open, "This chat isn't encrypted")
	rosa.Say(chat, "milk and bread")
	rosa.WaitText(chat, "2 of 5.")
	for _, said := range w.fromBot(rosa, open) {
		if !strings.HasPrefix(said, "This chat isn't encrypted") {
			t.Errorf("the chat heard %q", said)
		}
	}
}

// Who is in several coalitions is asked which one they mean, and what they
// wanted is done then.
func TestSeveralCoalitions(t *testing.T) {
	t.Parallel()
	w := founded(t)
	ana, self := w.people[runsIt], w.account.UserID
	other := ana.CreateRoom(matrixtest.Room{Name: "Birch needs", Encrypted: true, Public: true, Invite: []id.UserID{self}})
	ana.WaitMember(other, self, event.MembershipJoin)
	w.until("the bot to know the room", func() bool { return slices.Contains(w.bot().places.joined(), other) })
	founding := commands.Founding{Who: store.Who{Platform: Name, Space: other.String(), Account: ana.ID.String(), Name: runsIt}, Zone: "America/New_York",
		Lang: models.English, SpaceName: "Birch", Now: []commands.RoomNow{{Remote: other.String(), Name: "#Birch needs", Kind: models.RoomText}}}
	if _, err := w.reg.Found(t.Context(), founding); err != nil {
		t.Fatal(err)
	}
	rosa := w.comes("Rosa", w.rooms[0])
	rosa.Join(other)
	w.done(rosa, other, rosa.Say(other, "!language en"))
	w.done(rosa, w.rooms[0], rosa.Say(w.rooms[0], "!language en"))
	chat := rosa.DirectWith(self)

	rosa.Say(chat, "need soup, please")
	which := rosa.WaitText(chat, "Which one do you mean?")
	number := ""
	for _, found := range choice.FindAllStringSubmatch(unmarked(which.Body), -1) {
		if found[2] == "Birch" {
			number = found[1]
		}
	}
	if number == "" {
		t.Fatalf("asked %q", which.Body)
	}
	rosa.Say(chat, number)
	rosa.WaitMessage(chat, "the preview", func(m matrixtest.Message) bool { return m.Sender == self && strings.Contains(m.Body, "soup, please") })
	spaces, chosen, err := w.reg.DirectSpaces(t.Context(), Name, rosa.ID.String())
	if err != nil || chosen < 0 || spaces[chosen].Name != "Birch" {
		t.Errorf("chosen is %d of %v, %v", chosen, spaces, err)
	}
	rosa.Say(chat, "cancel")
	rosa.Say(chat, "coalition")
	rosa.Wait("the question again", func() bool {
		n := 0
		for _, m := range rosa.Messages(chat) {
			if strings.Contains(m.Body, "Which one do you mean?") {
				n++
			}
		}
		return n == 2
	})
}

// Who was put out of the rooms can do nothing from the private chat that goes
// on, but have themselves forgotten.
func TestPutOut(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam")
	sam, chat := w.person("Sam")
	ana := w.people[runsIt]
	ana.Kick(w.rooms[0], sam.ID)
	w.until("the bot to know", func() bool { return w.bot().places.name(w.rooms[0], sam.ID) == "" })
	w.Say(t, "Sam", "board")
	sam.WaitText(chat, "You aren't in the rooms of")
	w.Say(t, "Sam", "privacy")
	w.Say(t, "Sam", "privacy forget")
	w.Press(t, "Sam", "Forget me")
	w.told("Sam", "You aren't in the rooms of", 1)
}
