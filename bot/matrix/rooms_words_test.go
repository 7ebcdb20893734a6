//go:build goolm

package matrix

import (
	"regexp"
	"strings"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// foreign are words for what there is elsewhere.
var foreign = regexp.MustCompile(`(?i)\b(discord|servers?|channel|slash|buttons?|servidor|canal|barra|bot[oó]n|presion\pL+)\b|press "|(^|\s)/[a-z]`)

// An admin goes through what runs a coalition, in both languages, and reads of
// nothing that is not on Matrix. Power levels give roles, and take them.
func TestStoryRunByPowerLevels(t *testing.T) {
	t.Parallel()
	w := founded(t)
	ana, anaChat := w.person(runsIt)
	board := w.rooms[0]
	for _, lang := range []string{"es", "en"} {
		for _, line := range []string{
			"language " + lang, "help", "help setup", "help join", "help linkrole", "help claim", "help role", "help need", "setup language:" + lang, "join", "join ABCD-EFGH-JKLM-NPQR",
			"linkrole list", "linkrole add volunteer", "linkrole add volunteer <@&7>", "linkrole add navigator pl30", "linkrole add navigator pl30", "linkrole list",
			"linkrole remove navigator pl30", "linkrole remove navigator pl30", "role list", "privacy", "setup board:#nowhere", "setup room-language:" + lang, "answer yes",
		} {
			inv := commands.Invocation{EventID: lang + line, Who: w.Founding().Who, Room: board.String(), Text: line}
			reply, err := w.reg.Run(t.Context(), inv) // past the limit of lines at once
			if err != nil || reply.Text == "" {
				t.Fatalf("%s: %+v, %v", line, reply, err)
			}
			for _, content := range (&saying{Text: reply.Text, Card: reply.Card, Buttons: reply.Buttons, First: 1}).contents(false) {
				if found := foreign.FindString(unmarked(content.Body)); found != "" {
					t.Errorf("%s: %q in %q", line, found, content.Body)
				}
			}
		}
	}
	w.Say(t, runsIt, "linkrole add volunteer power-level:pl30")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	w.onBoard(board, "N1", "Open.")
	sam, _ := w.person("Sam")
	sam.Join(w.space)
	w.Say(t, "Sam", "mine")
	role := func(want models.Roles) {
		t.Helper()
		w.until("the roles", func() bool {
			who := w.Founding().Who
			who.Account = sam.ID.String()
			actor, err := w.store.Actor(t.Context(), who)
			return err == nil && actor.Person.Roles == want
		})
	}
	ana.SetLevel(w.space, sam.ID, 30)
	role(models.Volunteer)
	w.Say(t, "Sam", "claim N1")
	w.onBoard(board, "N1", "Taken.")
	w.Say(t, runsIt, "role remove volunteer Sam")
	ana.WaitText(anaChat, "because of a power level")
	ana.SetLevel(w.space, sam.ID, 0)
	role(0)
}

// In a room that is in a space, it is the space that has to be run: that is said.
func TestFoundingInASpaceOfOthers(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	w.bot()
	lee := w.comes("Lee", w.rooms[0])
	w.people[runsIt].SetLevel(w.rooms[0], lee.ID, 100)
	lee.WaitMember(w.rooms[0], w.account.UserID, event.MembershipJoin)
	lee.Say(w.rooms[0], "!setup")
	lee.WaitText(lee.DirectWith(w.account.UserID), "power level 100 in that space can begin one: !setup")
}

// Whoever runs the coalition leaves the board: it goes on, and they come back.
func TestStoryTheAdminLeaves(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam")
	ana, _ := w.person(runsIt)
	board := w.joins("alone") // a room by itself, in no space
	sam, _ := w.person("Sam")
	sam.Join(board)
	ana.SetLevel(board, w.account.UserID, 100)
	sam.WaitMember(board, w.account.UserID, event.MembershipJoin)
	ana.Leave(board)
	w.asks("Rosa", "milk and bread", "413-555-0142")
	card := sam.WaitMessage(board, "the card", func(m matrixtest.Message) bool { return strings.HasPrefix(m.Body, "N1:") })
	sam.React(board, card.ID, "✋")
	taken := func(room id.RoomID) func() bool {
		return func() bool {
			for _, m := range sam.Messages(room) {
				if strings.HasPrefix(m.Body, "N1:") && strings.Contains(unmarked(m.Body), "Taken.") {
					return true
				}
			}
			return false
		}
	}
	sam.Wait("it to be taken there", taken(board))
	sam.Wait("and on the other board", taken(w.rooms[0]))
	ana.Join(board)
	w.Say(t, runsIt, "show N1")
	w.told(runsIt, "N1: ", 1)
}
