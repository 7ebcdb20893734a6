//go:build goolm

package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// TestMatrixKill kills the program, as a power cut does, in the middle of what it
// does with a homeserver, and looks for what was lost, shown twice or left half
// done after the next start. Each coalition is its own, in an encrypted room.
func TestMatrixKill(t *testing.T) {
	server := matrixtest.Start(t)
	var mu sync.Mutex
	var towns []*killTown
	t.Run("at", func(t *testing.T) {
		for name, story := range map[string]func(*killTown){
			"the start":        killAtTheStart,
			"random":           killAtRandom,
			"a batch":          killInABatch,
			"before the token": killBeforeTheToken,
			"a card":           killAtACard,
			"an edit":          killAtAnEdit,
			"an answer":        killAtAnAnswer,
			"a new chat":       killAtANewChat,
			"an invitation":    killAtAnInvitation,
			"a redaction":      killAtARedaction,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newKillTown(t, server)
				story(w)
				mu.Lock()
				defer mu.Unlock()
				towns = append(towns, w)
			})
		}
	})
	checkSecret(t, server, towns)
}

// Several people's commands and a reaction come with one answer to a sync. One of
// them was answered and the others were about to be.
func killInABatch(w *killTown) {
	w.found([]string{"Sam", "Dee"}, []string{"Rosa"})
	w.asks("Rosa", "soup for the grandmother", "413-555-0142")
	w.asks("Rosa", "firewood for the winter", "413-555-0142")
	second := w.onBoard("N2", "Open.")
	w.settle()
	chats := map[string]matrixtest.RoomID{}
	for name := range w.people {
		chats[name] = w.chat(name)
	}
	together := w.hold("GET", `/sync$`, false, 0)
	w.people["Ana"].Fence(w.board) // the sync that waits ends, and the next one hangs
	w.until("the sync to hang", func() bool { return together.Held() > 0 })
	w.say("Sam", "claim N1")
	w.say("Dee", "claim N1")
	w.people["Dee"].React(w.board, second.ID, "✋🏽")
	w.say("Rosa", "mine")
	w.say("Ana", "show N1")
	cut := w.hold("PUT", `/send/m.room.encrypted/`, false, 1)
	together.Remove()
	w.until("all but one answer to hang", func() bool { return cut.Held() >= 3 })
	w.kill(cut)

	w.up()
	w.onBoard("N1", "Taken.")
	w.onBoard("N2", "Taken.")
	w.answered("Sam", "Dee", "Rosa", "Ana")
	winner, other := "Sam", "Dee"
	if w.count("Dee", "You took N1") > 0 {
		winner, other = other, winner
	}
	w.told(winner, "You took N1", 1)
	w.told(other, "You took N1", 0)
	w.told(other, "N1 was taken a moment ago", 1)
	w.told("Dee", "You took N2", 1)
	w.told("Rosa", winner+" took N1", 1)
	w.told("Rosa", "Dee took N2", 1)
	// What was refused can be tried again.
	w.say(winner, "release N1")
	w.onBoard("N1", "Open.")
	w.say(other, "claim N1")
	w.onBoard("N1", "Taken.")
	w.told(other, "You took N1", 1)
	w.check()
}

// All that came was dealt with, and how far was read is not recorded: it comes
// once more.
func killBeforeTheToken(w *killTown) {
	w.found([]string{"Sam", "Dee"}, []string{"Rosa"})
	w.asks("Rosa", "soup for the grandmother", "413-555-0143")
	first := w.onBoard("N1", "Open.")
	w.settle()
	w.forgetsProgress(true)
	w.asks("Rosa", "firewood for the winter", "413-555-0143")
	second := w.onBoard("N2", "Open.")
	hand := w.people["Sam"].React(w.board, first.ID, "✋")
	w.onBoard("N1", "Taken.")
	w.people["Sam"].Redact(w.board, hand)
	w.onBoard("N1", "Open.")
	w.say("Dee", "claim N1")
	w.people["Sam"].React(w.board, second.ID, "✋")
	w.onBoard("N1", "Taken.")
	w.onBoard("N2", "Taken.")
	w.say("Dee", "done N1")
	w.onBoard("N1", "Done.")
	w.settle()
	w.kill()
	w.forgetsProgress(false)
	w.up()
	w.say("Rosa", "mine")
	w.say("Sam", "mine")
	w.say("Dee", "mine")
	w.answered("Rosa", "Sam", "Dee")
	w.told("Dee", "You took N1", 1)
	w.told("Sam", "You took N1", 1)
	w.told("Sam", "You took N2", 1)
	w.told("Rosa", "Sam took N1", 1)
	w.told("Rosa", "Dee took N1", 1)
	w.told("Rosa", "Sam took N2", 1)
	w.check()
}

// each does something once for a kill before the homeserver has a request, and
// once for one after that, before the program knows.
func (w *killTown) each(do func(after bool)) {
	do(false)
	do(true)
}

func killAtACard(w *killTown) {
	w.found(nil, []string{"Rosa"})
	w.each(func(after bool) {
		cut := w.hold("PUT", sends(w.board), after, 0)
		w.asks("Rosa", map[bool]string{false: "soup for the grandmother", true: "firewood for the winter"}[after], "413-555-0144")
		w.killAt(cut)
		w.up()
		w.settle()
	})
	w.onBoard("N1", "Open.")
	w.onBoard("N2", "Open.")
	w.check()
}

func killAtAnEdit(w *killTown) {
	w.found([]string{"Sam"}, []string{"Rosa"})
	w.asks("Rosa", "soup for the grandmother", "413-555-0145")
	w.onBoard("N1", "Open.")
	w.settle()
	w.each(func(after bool) {
		cut := w.hold("PUT", sends(w.board), after, 0)
		w.say("Sam", "claim N1")
		w.killAt(cut)
		w.up()
		w.onBoard("N1", "Taken.")
		w.settle()
		w.say("Sam", "release N1")
		w.onBoard("N1", "Open.")
		w.settle()
	})
	w.told("Sam", "You took N1", 2)
	w.told("Rosa", "Sam took N1", 2)
	w.check()
}

func killAtAnAnswer(w *killTown) {
	w.found([]string{"Sam"}, []string{"Rosa"})
	w.asks("Rosa", "soup for the grandmother", "413-555-0146")
	w.onBoard("N1", "Open.")
	w.settle()
	w.each(func(after bool) {
		for _, line := range []string{"claim N1", "details N1", "release N1"} {
			cut := w.hold("PUT", sends(w.chat("Sam")), after, 0)
			w.say("Sam", line)
			w.killAt(cut)
			w.up()
			w.settle()
		}
		cut := w.hold("PUT", sends(w.chat("Rosa")), after, 0) // that somebody takes it
		w.say("Sam", "claim N1")
		w.killAt(cut)
		w.up()
		w.settle()
		w.say("Sam", "release N1")
		w.onBoard("N1", "Open.")
	})
	w.told("Sam", "You took N1", 4)
	w.told("Rosa", "Sam took N1", 4)
	w.told("Sam", "413-555-0146", 2)
	w.check()
}

func killAtANewChat(w *killTown) {
	w.found(nil, []string{"Rosa"})
	w.each(func(after bool) {
		name := map[bool]string{false: "Lee", true: "Kim"}[after]
		p := w.newcomer(name)
		w.people["Ana"].Invite(w.board, p.ID)
		p.Join(w.board)
		cut := w.hold("POST", `/createRoom$`, after, 0)
		w.inRoom(name, "!need")
		w.killAt(cut)
		w.up()
		w.answered(name)
		w.told(name, "1 of 5.", 1)
		w.onlyChat(name)
	})
	w.asks("Rosa", "soup for the grandmother", "413-555-0147")
	w.onBoard("N1", "Open.")
	w.check()
}

// onlyChat makes sure that the bot opened one chat with somebody.
func (w *killTown) onlyChat(name string) {
	w.Helper()
	p := w.people[name]
	p.Fence(w.chat(name))
	if rooms, invites := p.Rooms(), p.Invites(); len(rooms) != 2 || len(invites) != 0 {
		w.Errorf("%s is in %v and invited to %v, and should be in the board and one chat", name, rooms, invites)
	}
}

func killAtAnInvitation(w *killTown) {
	w.found(nil, []string{"Rosa"})
	w.asks("Rosa", "soup for the grandmother", "413-555-0148")
	w.onBoard("N1", "Open.")
	w.settle()
	rosa := w.people["Rosa"]
	w.each(func(after bool) {
		w.kill()
		w.later += 15 * time.Minute // only then is somebody invited again who left
		rosa.Leave(rosa.chat)
		w.up()
		cut := w.hold("POST", `/invite$`, after, 0)
		w.inRoom("Rosa", "!mine")
		w.killAt(cut)
		w.up()
		w.accepts(rosa)
		w.answered("Rosa")
		w.onlyChat("Rosa")
	})
	w.check()
}

func killAtARedaction(w *killTown) {
	const contact = "413-555-0149"
	w.found([]string{"Sam"}, []string{"Rosa"})
	w.asks("Rosa", "soup for the grandmother", contact)
	w.onBoard("N1", "Open.")
	sam := w.people["Sam"]
	w.each(func(after bool) {
		w.say("Sam", "claim N1")
		w.onBoard("N1", "Taken.")
		w.say("Sam", "details N1")
		sam.WaitText(sam.chat, contact)
		w.say("Sam", "release N1")
		w.onBoard("N1", "Open.")
		w.settle()
		w.kill()
		for range 2 { // what was shown is noted twice: before it is sent, and after
			cut := w.hold("PUT", redacts(sam.chat), after, 0) // which it does when it starts
			w.up()
			w.killAt(cut)
		}
		w.up()
		sam.Wait("the details to be taken back", func() bool {
			for _, m := range sam.Messages(sam.chat) {
				if m.Sender == w.account.UserID && strings.Contains(m.Body, contact) {
					return false
				}
			}
			return true
		})
	})
	w.check()
}
