//go:build goolm

package matrix

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// soon waits until the bot has said something in a room so many times.
func (w *town) soon(u *matrixtest.User, room id.RoomID, words string, times int) []matrixtest.Message {
	w.t.Helper()
	var found []matrixtest.Message
	u.Wait(fmt.Sprintf("%q, %d times", words, times), func() bool {
		found = nil
		for _, m := range u.Messages(room) {
			if m.Sender == w.account.UserID && strings.Contains(unmarked(m.Body), words) {
				found = append(found, m)
			}
		}
		return len(found) >= times
	})
	return found
}

// Each way in which clients send a command is understood, in a room and in the
// private chat.
func TestWaysToWriteACommand(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds()
	board, self := w.rooms[0], w.account.UserID
	rosa := w.comes("Rosa", board)
	talk := rosa.Say(board, "hello")
	rosa.Say(board, "!mine")
	chat := rosa.DirectWith(self)
	const answer = "Nothing here yet."
	pill := func(words, name string) func() id.EventID {
		html := `<a href="` + self.URI().MatrixToURL() + `">` + name + `</a>` + words
		return func() id.EventID { return rosa.SayHTML(board, name+words, html) }
	}
	for i, way := range []func() id.EventID{
		func() id.EventID { return rosa.Say(board, "/mine") },
		func() id.EventID { return rosa.Say(board, "//mine") },
		func() id.EventID { return rosa.SayTo(board, "shirebot mine", self) },
		func() id.EventID { return rosa.Say(board, "shirebot: mine") },
		pill(": mine", "shirebot"),
		pill(" mine", "The bot of Larch"),
		func() id.EventID { return rosa.Reply(board, talk, "> <"+rosa.ID.String()+"> hello\n\n!mine") },
		func() id.EventID { return rosa.Reply(board, talk, "!mine") },
		func() id.EventID { return rosa.Thread(board, talk, "!mine") },
		func() id.EventID { return rosa.Say(chat, "//mine") },
		func() id.EventID { return rosa.Say(chat, "/mi-lista") },
		func() id.EventID { return rosa.Thread(chat, rosa.Messages(chat)[0].ID, "mine") },
		func() id.EventID {
			return rosa.Reply(chat, rosa.Messages(chat)[0].ID, "> <"+self.String()+"> Nothing\n\nmine")
		},
	} {
		w.advance(10 * time.Second) // nobody writes faster
		way()
		w.soon(rosa, chat, answer, i+2)
	}
}

// What the room hears of a command in a thread stands in that thread.
func TestCommandInAThread(t *testing.T) {
	t.Parallel()
	w := founded(t)
	rosa := w.comes("Rosa", w.rooms[0])
	talk := rosa.Say(w.rooms[0], "who has firewood?")
	asked := rosa.Thread(w.rooms[0], talk, "!need firewood")
	chat := rosa.DirectWith(w.account.UserID)
	rosa.WaitText(chat, "This is what the board will show:")
	told := rosa.WaitText(w.rooms[0], "I've written to you in private.")
	if told.Thread != talk || told.ReplyTo != asked || told.Type != event.MsgNotice || !told.HasMentions || len(told.Mentions) > 0 {
		t.Errorf("the room heard %+v", told)
	}
}

// Who does not accept the invitation is told in the room, and invited again
// when they ask for it later; who left the chat and takes a need by ✋ is named
// in the room, and nobody else.
func TestInviteRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds("Sam")
	board, self := w.rooms[0], w.account.UserID
	rosa := w.comes("Rosa", board)
	w.done(rosa, board, rosa.Say(board, "!need"))
	rosa.WaitText(board, "Please accept my invitation.")
	chat := rosa.WaitInvite(self).Room
	rosa.Leave(chat)
	refused := func(u *matrixtest.User, chat id.RoomID) {
		w.until("the bot to know", func() bool { return w.bot().places.name(chat, u.ID) == "" })
	}
	refused(rosa, chat)
	w.done(rosa, board, rosa.Say(board, "!need"))
	rosa.WaitText(board, "I couldn't open a private chat with you.")
	w.advance(inviteAsked)
	rosa.Say(board, "!need")
	w.passes("another invitation", func() bool {
		return slices.ContainsFunc(rosa.Invites(), func(i matrixtest.Invite) bool { return i.Room == chat })
	})
	rosa.Join(chat)
	rosa.WaitText(chat, "1 of 5.")

	w.asks("Dee", "milk and bread", "413-555-0142")
	card := w.onBoard(board, "N1", "Open.")
	sam, samChat := w.person("Sam")
	sam.Leave(samChat)
	refused(sam, samChat)
	sam.React(board, card.ID, "✋")
	w.passes("Sam to be named", func() bool { return w.heardOf(sam, board, "I can't message you.") == 1 })
	named := sam.WaitText(board, "I can't message you.")
	if named.Type != event.MsgText || !slices.Equal(named.Mentions, []id.UserID{sam.ID}) || named.MentionsRoom || !strings.Contains(named.Body, "!mine") || strings.Contains(named.Body, "milk") {
		t.Errorf("the room reads %+v", named)
	}
	for _, u := range []*matrixtest.User{rosa, w.people[runsIt]} {
		u.WaitEvent(board, named.ID)
		if rung := u.Pings(u.ID); len(rung) > 0 {
			t.Errorf("it rang at %s's: %v", u.Name, rung)
		}
	}
}

// The five questions outlive the bot, can be gone back in and canceled, and are
// erased after a day.
func TestQuestionsAcrossARestart(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds()
	rosa, chat := w.person("Rosa")
	w.Say(t, "Rosa", "need")
	rosa.WaitText(chat, "1 of 5.")
	w.stop()
	rosa.Say(chat, "milk and bread")
	w.start()
	rosa.WaitText(chat, "2 of 5.")
	w.Say(t, "Rosa", "back")
	w.soon(rosa, chat, "1 of 5.", 2)
	w.Say(t, "Rosa", "milk and bread")
	w.Say(t, "Rosa", "cancel")
	rosa.WaitText(chat, "Cancelled. Nothing was posted")
	w.Say(t, "Rosa", "need")
	w.Say(t, "Rosa", "milk and bread")
	w.soon(rosa, chat, "2 of 5.", 3)
	w.stop()
	w.advance(25 * time.Hour)
	rosa.Say(chat, "food")
	w.start()
	rosa.WaitText(chat, `I don't know "food". To see all commands: help`) // nothing of it is there any more
	ana := w.people[runsIt]
	w.reads(ana, w.rooms[0])
	for _, m := range ana.Messages(w.rooms[0]) {
		if strings.Contains(m.Body, "milk") {
			t.Errorf("the room reads %q", m.Body)
		}
	}
}

// Who takes a need in the private chat leaves nothing on the homeserver that
// says so.
func TestClaimWithoutATrace(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	board := w.rooms[0]
	w.onBoard(board, "N1", "Open.")
	sam, _ := w.person("Sam")
	before := len(w.traces(sam.ID, board))
	w.Say(t, "Sam", "!claim N1")
	card := w.onBoard(board, "N1", "Taken.")
	if !card.Encrypted || len(card.Edits) == 0 {
		t.Errorf("the card is %+v", card)
	}
	if after := w.traces(sam.ID, board); len(after) != before {
		t.Errorf("the homeserver knows of Sam: %v", after)
	}
	for _, r := range card.Reactions {
		if r.Sender != w.account.UserID {
			t.Errorf("a reaction is %+v", r)
		}
	}
	w.Say(t, "Sam", "release N1")
	w.onBoard(board, "N1", "Open.")
}

// traces are the events of a room on the homeserver's disk that are somebody's or
// name them.
func (w *town) traces(of id.UserID, room id.RoomID) []string {
	w.t.Helper()
	stored, err := w.s.Stored(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var found []string
	for _, e := range stored {
		if e.Room == room && (e.Sender == of || strings.Contains(string(e.Content), of.String())) {
			found = append(found, string(e.ID))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
