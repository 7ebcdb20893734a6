//go:build goolm

package matrix

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// 200 messages and 200 reactions came while the bot was away, commands and claims
// that were given back among them: each counts once, in a room of which it reads
// only the end as well.
func TestStoryMuchWhileAway(t *testing.T) {
	for name, c := range map[string]struct {
		gap     int
		running bool
	}{"all is read": {}, "only the end is read": {gap: 60}, "only the end is read, without a start": {gap: 60, running: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.gap = c.gap
			w.founds("Sam", "Dee", "Lee")
			board := w.rooms[0]
			var cards []id.EventID
			for n := range 4 {
				w.asks("Rosa", fmt.Sprintf("soup for %d", n+1), "413-555-0142")
				cards = append(cards, w.onBoard(board, fmt.Sprintf("N%d", n+1), "Open.").ID)
			}
			sam, samChat := w.person("Sam")
			dee, deeChat := w.person("Dee")
			lee, _ := w.person("Lee")
			rosa, rosaChat := w.person("Rosa")
			held := lee.React(board, cards[2], "✋")
			w.onBoard(board, "N3", "Taken.")
			w.leaves(c.running)

			sam.React(board, cards[0], "✋")
			lee.Redact(board, held)
			for range 99 {
				dee.Redact(board, dee.React(board, cards[1], "✋🏾"))
			}
			dee.React(board, cards[1], "👍")
			for n := range 190 {
				sam.Say(board, fmt.Sprintf("so much to say, %d", n))
			}
			for range 2 {
				rosa.Say(rosaChat, "hm")
			}
			dee.Say(deeChat, "claim N4")
			rosa.Say(rosaChat, `need what:"firewood" category:food contact:"413-555-0142"`)

			w.returns(c.running)
			w.onBoard(board, "N1", "Taken.")
			w.onBoard(board, "N2", "Open.")
			w.onBoard(board, "N3", "Open.")
			w.onBoard(board, "N4", "Taken.")
			w.told("Sam", "You took N1", 1)
			w.told("Dee", "You took N4", 1)
			w.told("Rosa", "Sam took N1", 1)
			w.told("Rosa", "Dee took N4", 1)
			chooses(t, rosa, rosaChat, "Post it")
			w.onBoard(board, "N5", "Open.")
			sam.Fence(samChat)
			for n, want := range []int{1, 0, 0, 1, 0} {
				if have := w.claims(int64(n + 1)); have != want {
					t.Errorf("N%d has %d claims, want %d", n+1, have, want)
				}
			}
			w.decent()
		})
	}
}

// Who wrote much while the bot was away wrote it over hours: all of it is
// answered, though it comes at once, whatever the bot's clock says beside the
// homeserver's.
func TestStoryMuchOfOneWhileAway(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]time.Duration{"the clock is slow": -time.Hour, "the clock is fast": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.clock = platformtest.NewClock(time.Now().Add(wrong)) //nolint:forbidigo // the homeserver has the real time
			w.founds("Sam")
			rosa, rosaChat := w.person("Rosa")
			w.asks("Rosa", "milk and bread", "413-555-0142")
			w.onBoard(w.rooms[0], "N1", "Open.")
			w.stop()
			const lines = 25 // more than two times what may come at once
			before := w.heardOf(rosa, rosaChat, "You asked for")
			for range lines {
				rosa.Say(rosaChat, "mine")
			}
			rosa.Say(rosaChat, "board")
			w.start()
			w.hearsOnce(rosa, rosaChat, "Open needs: 1.")
			if n := w.heardOf(rosa, rosaChat, "You asked for") - before; n != lines {
				t.Errorf("%d of %d lines are answered", n, lines)
			}
			w.decent()
		})
	}
}

// What is taken back before it is read does nothing; what is taken back after it
// goes on to hold. A card that is taken back comes anew with its next change, and
// what a moderator takes off ends nothing.
func TestStoryTakenBack(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds("Sam")
	board, ana := w.rooms[0], w.people[runsIt]
	rosa, rosaChat := w.person("Rosa")
	sam, samChat := w.person("Sam")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	first := w.cardSays(board, "N1", "Open.")

	held := w.proxy.Fail(silentSync())
	w.until("sync to be held", func() bool { return held.Hits() > 0 })
	gone := sam.Say(samChat, "claim N1")
	sam.Redact(samChat, gone)
	lost := sam.React(board, first.ID, "✋")
	sam.Redact(board, lost)
	held.Remove()
	w.calmly("Sam", "mine")
	if n := w.claims(1); n != 0 {
		t.Errorf("%d claims by what was taken back in time", n)
	}

	claimed := sam.Say(samChat, "claim N1")
	w.cardSays(board, "N1", "Taken.")
	sam.Redact(samChat, claimed)
	w.calmly("Sam", "mine")
	if n := w.claims(1); n != 1 {
		t.Errorf("%d claims after the command was taken back", n)
	}
	w.calmly("Sam", "release N1")
	w.cardSays(board, "N1", "Open.")
	hand := sam.React(board, first.ID, "✋")
	w.cardSays(board, "N1", "Taken.")
	ana.Redact(board, hand)
	w.calmly("Sam", "mine")
	if n := w.claims(1); n != 1 {
		t.Errorf("%d claims after a moderator took the hand off", n)
	}

	for _, away := range []bool{false, true} {
		card := w.cardSays(board, "N1", "Taken.")
		if away {
			w.stop()
		}
		ana.Redact(board, card.ID)
		if away {
			w.start()
			w.bot()
		}
		w.passes("the card to be known to be gone", func() bool {
			open, err := w.reg.OpenCard(t.Context(), Name, card.ID.String())
			return err == nil && open == nil
		})
		if n := w.claims(1); n != 1 {
			t.Errorf("%d claims after the card was taken back", n)
		}
		w.calmly("Sam", "release N1")
		w.calmly("Sam", "claim N1")
		if again := w.cardSays(board, "N1", "Taken."); again.ID == card.ID {
			t.Error("the card that was taken back is still there")
		}
	}
	w.reads(rosa, rosaChat)
	w.decent()
}

// Every way to write a hand is one hand; other signs are nothing. A correction is
// no command, whoever makes it.
func TestStoryHandsAndCorrections(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam")
	board := w.rooms[0]
	sam, samChat := w.person("Sam")
	rosa, _ := w.person("Rosa")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	card := w.onBoard(board, "N1", "Open.")
	taken := func(n int, why string) {
		t.Helper()
		w.Say(t, "Sam", "board")
		w.until("quiet", w.bot().intake.inbox.idle)
		if have := w.claims(1); have != n {
			t.Errorf("%s: %d claims, want %d", why, have, n)
		}
	}
	for _, key := range []string{"👍", "👍🏽", "🎉", "✊", "✋x", "hand", "🖐️", "<b>✋</b>", strings.Repeat("✋", 1000)} {
		put := sam.React(board, card.ID, key)
		taken(0, key)
		sam.Redact(board, put)
	}
	for _, key := range []string{"✋", "✋\ufe0f", "✋🏻", "✋🏼", "✋🏽", "✋🏾", "✋🏿"} {
		put := sam.React(board, card.ID, key)
		w.onBoard(board, "N1", "Taken.")
		sam.Redact(board, put)
		w.onBoard(board, "N1", "Open.")
	}
	light, dark := sam.React(board, card.ID, "✋🏻"), sam.React(board, card.ID, "✋🏿")
	w.onBoard(board, "N1", "Taken.")
	sam.Redact(board, light)
	taken(1, "one of two hands is left")
	sam.Redact(board, dark)
	w.onBoard(board, "N1", "Open.")

	said := sam.Say(samChat, "claim N99")
	w.until("quiet", func() bool {
		_, seen := w.bot().intake.seen.get(said.String())
		return seen && w.bot().intake.inbox.idle()
	})
	before := len(w.fromBot(sam, samChat))
	sam.Edit(samChat, said, "claim N1")
	rosa.Edit(board, card.ID, "N1: Free money")
	forged := &event.MessageEventContent{MsgType: event.MsgText, Body: "!claim N1"}
	forged.SetEdit(card.ID)
	sam.Send(board, event.EventMessage, forged)
	taken(0, "a correction")
	if after := len(w.fromBot(sam, samChat)); after != before+1 { // the board
		t.Errorf("%d answers to a correction", after-before-1)
	}
	w.onBoard(board, "N1", "Open.")
	w.decent()
}
