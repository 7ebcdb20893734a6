//go:build goolm

package matrix

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// joinCode is a code as an admin is shown it.
var joinCode = regexp.MustCompile(`[A-Z2-9]{4}(-[A-Z2-9]{4}){3}`)

// joins has one more encrypted room of Ana's join the coalition, and returns it.
func (w *town) joins(name string) id.RoomID {
	w.t.Helper()
	ana, anaChat := w.person(runsIt)
	w.Say(w.t, runsIt, "join")
	code := joinCode.FindString(ana.WaitText(anaChat, "Your code: ").Body)
	other := ana.CreateRoom(matrixtest.Room{Name: name, Encrypted: true, Public: true, Invite: []id.UserID{w.account.UserID}})
	ana.WaitMember(other, w.account.UserID, event.MembershipJoin)
	w.until("the bot to know the room", func() bool { return slices.Contains(w.bot().places.joined(), other) })
	w.done(ana, other, ana.Say(other, "!join "+code))
	w.told(runsIt, "This room is part of our coalition now.", 0)
	return other
}

// cards are the bot's messages in a room that begin with a reference.
func (w *town) cards(room id.RoomID, ref string) (found []matrixtest.Message) {
	ana := w.people[runsIt]
	w.reads(ana, room)
	for _, m := range ana.Messages(room) {
		if m.Sender == w.account.UserID && strings.HasPrefix(m.Body, ref+":") {
			found = append(found, m)
		}
	}
	return found
}

// One coalition in two rooms with languages of their own: each shows a card once,
// in its language, and whoever writes there first is answered in it. The board
// moves, and what is open is shown where it moved to.
func TestStoryTwoRoomsTwoLanguages(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam")
	ana := w.people[runsIt]
	board, general := w.rooms[0], w.rooms[1]
	norte := w.joins("norte")
	w.done(ana, norte, ana.Say(norte, "!setup room-language:es"))
	w.until("the room's language", func() bool { return w.bot().langOfRoom(t.Context(), norte) == "es" })

	w.asks("Rosa", "milk and bread", "413-555-0142")
	w.onBoard(board, "N1", "Open.")
	inSpanish := w.onBoard(norte, "N1", "Abierto.")
	if !inSpanish.Encrypted || !strings.Contains(unmarked(inSpanish.Body), "!tomar N1") || strings.Contains(inSpanish.Body, "botón") {
		t.Errorf("the Spanish card is %q", inSpanish.Body)
	}
	luz := w.newcomer("Luz")
	luz.Join(norte)
	luz.Say(norte, "!help")
	luzChat := luz.DirectWith(w.account.UserID)
	luz.WaitText(luzChat, "¿Necesita ayuda?")
	luz.WaitText(norte, "Le escribí en privado.")
	sam, _ := w.person("Sam")
	sam.Join(norte)
	sam.React(norte, inSpanish.ID, "✋")
	w.onBoard(norte, "N1", "Tomado.")
	w.onBoard(board, "N1", "Taken.")
	w.told("Sam", "You took N1", 1) // in their own language

	ana.Say(general, "!setup board:#general")
	w.onBoard(general, "N1", "Taken.")
	w.asks("Rosa", "firewood", "413-555-0142")
	w.onBoard(general, "N2", "Open.")
	w.onBoard(norte, "N2", "Abierto.")
	if n := len(w.cards(board, "N2")); n != 0 {
		t.Errorf("%d cards in the room that is no board any more", n)
	}
	w.stop()
	for room, refs := range map[id.RoomID]int{general: 1, norte: 1, board: 1} {
		if n := len(w.cards(room, "N1")); n != refs {
			t.Errorf("%d cards of N1 in %s", n, room)
		}
	}
}

// A board that is upgraded, while the bot runs and while it is away: needs go on
// in the new room, with their claims, and nothing is posted in the old one.
func TestStoryBoardIsUpgraded(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam", "Dee")
	ana, old := w.people[runsIt], w.rooms[0]
	sam, _ := w.person("Sam")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	w.asks("Rosa", "firewood", "413-555-0142")
	first := w.onBoard(old, "N1", "Open.")
	w.onBoard(old, "N2", "Open.")
	sam.React(old, first.ID, "✋")
	w.onBoard(old, "N1", "Taken.")

	next := ana.Upgrade(old)
	everybodyJoins := func(room id.RoomID) {
		t.Helper()
		for _, name := range []string{"Sam", "Dee", "Rosa"} {
			u, _ := w.person(name)
			u.Join(room)
		}
	}
	everybodyJoins(next)
	said := len(w.fromBot(ana, old))
	w.onBoard(next, "N1", "Taken.")
	w.onBoard(next, "N2", "Open.")
	w.Say(t, "Sam", "release N1")
	moved := w.onBoard(next, "N1", "Open.")
	w.asks("Rosa", "soup", "413-555-0142")
	w.onBoard(next, "N3", "Open.")
	dee, _ := w.person("Dee")
	dee.React(next, moved.ID, "✋")
	w.onBoard(next, "N1", "Taken.")

	w.stop()
	last := ana.Upgrade(next)
	everybodyJoinsAway(w, last)
	saidNext := len(w.fromBot(ana, next))
	w.start()
	w.onBoard(last, "N1", "Taken.")
	w.onBoard(last, "N2", "Open.")
	w.onBoard(last, "N3", "Open.")
	w.Say(t, "Dee", "done N1")
	w.onBoard(last, "N1", "Done.")
	w.asks("Rosa", "a blanket", "413-555-0142")
	w.onBoard(last, "N4", "Open.")
	if w.claims(1) != 0 && w.claims(2) != 0 {
		t.Errorf("%d and %d claims", w.claims(1), w.claims(2))
	}
	w.stop()
	for room, before := range map[id.RoomID]int{old: said, next: saidNext} {
		if now := len(w.fromBot(ana, room)); now != before {
			t.Errorf("%d messages in a room that was closed, and %d before", now, before)
		}
	}
	if n := len(w.cards(old, "N3")) + len(w.cards(next, "N4")); n != 0 {
		t.Errorf("%d cards in rooms that were closed", n)
	}
}

func everybodyJoinsAway(w *town, room id.RoomID) {
	w.t.Helper()
	for _, name := range []string{"Sam", "Dee", "Rosa"} {
		w.people[name].Join(room)
	}
}

// The board where the bot may not write any more, or is not any more: who runs
// the coalition is told once in private, nothing is lost, and what waited is
// shown when it may again.
func TestStoryBoardIsClosedToTheBot(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam")
	ana, board, self := w.people[runsIt], w.rooms[0], w.account.UserID
	w.Say(t, "Lee", "language es")
	w.Say(t, runsIt, "role grant organizer Lee")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	w.onBoard(board, "N1", "Open.")

	ana.SetLevels(board, func(l *event.PowerLevelsEventContent) {
		l.SetEventLevel(event.EventEncrypted, 60)
		l.SetEventLevel(event.EventMessage, 60)
	})
	w.told(runsIt, "Raise my power level there", 1)
	w.told("Lee", "Suba mi nivel de poder ahí", 1)
	w.asks("Rosa", "firewood", "413-555-0142")
	w.Say(t, "Sam", "claim N1")
	w.told("Sam", "You took N1", 1)
	w.stop()
	w.start()
	w.asks("Rosa", "soup", "413-555-0142")
	if n := len(w.cards(board, "N2")) + len(w.cards(board, "N3")); n != 0 {
		t.Errorf("%d cards where the bot may not write", n)
	}
	w.told(runsIt, "Raise my power level there", 1)
	ana.SetLevel(board, self, 60)
	w.onBoard(board, "N1", "Taken.")
	w.onBoard(board, "N2", "Open.")
	w.onBoard(board, "N3", "Open.")

	ana.Kick(board, self)
	w.told(runsIt, "Invite me again", 1)
	w.told("Lee", "Invíteme otra vez", 1)
	w.asks("Rosa", "a blanket", "413-555-0142")
	w.Say(t, "Sam", "release N1")
	ana.Invite(board, self)
	w.onBoard(board, "N4", "Open.")
	w.onBoard(board, "N1", "Open.")

	ana.Ban(board, self)
	w.told(runsIt, "Invite me again", 2)
	w.stop()
	if _, err := ana.Client.API().UnbanUser(t.Context(), board, &mautrix.ReqUnbanUser{UserID: self}); err != nil {
		t.Fatal(err)
	}
	ana.Invite(board, self)
	w.start()
	w.asks("Rosa", "a ladder", "413-555-0142")
	w.onBoard(board, "N5", "Open.")
	w.onBoard(board, "N1", "Open.")
	w.told(runsIt, "Raise my power level there", 1)
	w.told(runsIt, "Invite me again", 2)
}
