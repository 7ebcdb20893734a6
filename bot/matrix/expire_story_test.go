//go:build goolm

package matrix

import (
	"fmt"
	"strings"
	"testing"
)

// Private details go with the claim for which they were shown, whichever way it
// ends, and whoever ends it; those of others stay.
func TestStoryDetailsEndWithTheClaim(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam", "Dee", "Kofi", "Max", "Kim")
	board := w.rooms[0]
	w.Say(t, "Lee", "language en")
	w.Say(t, runsIt, "role grant organizer Lee")
	things := strings.Fields("milk bread soup firewood blankets candles batteries apples diapers socks rice")
	n := 0
	// claimed has Rosa ask and somebody take it, who then sees the number.
	claimed := func(asks, helper string) (ref, contact string) {
		t.Helper()
		n++
		ref, contact = fmt.Sprintf("N%d", n), fmt.Sprintf("413-555-01%02d", 40+n)
		w.asks(asks, things[n], contact)
		w.onBoard(board, ref, "Open.")
		w.Say(t, helper, "claim "+ref)
		w.Say(t, helper, "details "+ref)
		u, chat := w.person(helper)
		u.WaitText(chat, contact)
		return ref, contact
	}
	gone := func(helper, contact string) {
		t.Helper()
		u, chat := w.person(helper)
		w.expired(u, chat, contact)
	}
	_, kept := claimed("Rosa", "Max")
	for _, way := range []struct {
		name, asks, helper string
		by, line           string
	}{
		{"given back", "Rosa", "Sam", "Sam", "release"},
		{"done", "Ines", "Dee", "Dee", "done"},
		{"done by who asked", "Rosa", "Sam", "Rosa", "done"},
		{"done by the team", "Ines", "Dee", "Lee", "done"},
		{"not needed any more", "Omar", "Sam", "Omar", "close %s no_longer_needed"},
		{"closed by the team", "Omar", "Dee", "Lee", "close %s met_elsewhere"},
		{"refused", "Ines", "Max", "Ines", "press"},
	} {
		ref, contact := claimed(way.asks, way.helper)
		switch {
		case way.line == "press":
			w.Press(t, way.by, "Not this person")
		case strings.Contains(way.line, "%s"):
			w.Say(t, way.by, fmt.Sprintf(way.line, ref))
		default:
			w.Say(t, way.by, way.line+" "+ref)
		}
		w.until(way.name, func() bool { return w.claims(int64(n)) == 0 })
		gone(way.helper, contact)
	}
	_, blocked := claimed("Luz", "Kofi")
	w.Say(t, "Lee", "block Kofi")
	gone("Kofi", blocked)

	// Who looks without a claim has no claim that could end; the need can.
	ref, contact := claimed("Luz", "Kim")
	w.Say(t, "Lee", "details "+ref+" reason:checking")
	lee, leeChat := w.person("Lee")
	lee.WaitText(leeChat, contact)
	w.Say(t, "Luz", "privacy forget")
	w.Press(t, "Luz", "Forget me")
	gone("Kim", contact)
	gone("Lee", contact)

	helper, chat := w.person("Max")
	helper.WaitText(chat, kept)
}
