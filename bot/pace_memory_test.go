package bot

import (
	"fmt"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Those who have not written for a while are forgotten.
func TestPaceForgets(t *testing.T) {
	t.Parallel()
	p := newPace()
	now := time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)
	for i := range 10_000 {
		p.hold(commands.Invocation{Who: store.Who{Account: fmt.Sprint(i)}, Room: fmt.Sprint(i)}, now)
		now = now.Add(100 * time.Millisecond)
	}
	if most := 2 * 600; len(p.buckets) > most { // those of two times 30 seconds
		t.Errorf("%d accounts and rooms are kept, want at most %d", len(p.buckets), most)
	}
}

// Taking a hand back is never held back: it only makes something less.
func TestPaceLetsReactionsGo(t *testing.T) {
	t.Parallel()
	p := newPace()
	now := time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)
	hand := commands.Invocation{Who: store.Who{Account: "sam"}, React: &commands.React{Word: commands.EmojiClaim, Present: true}}
	for range accountLimit.burst {
		if p.hold(hand, now) != nil {
			t.Fatal("held back within the limit")
		}
	}
	if p.hold(hand, now) == nil {
		t.Error("not held back beyond the limit")
	}
	hand.React.Present = false
	if p.hold(hand, now) != nil {
		t.Error("a hand that was taken back is held back")
	}
}
