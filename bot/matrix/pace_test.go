//go:build goolm

package matrix

import (
	"fmt"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

func paceClock() *platformtest.Clock {
	return platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
}

func TestPaceBeginsGently(t *testing.T) {
	t.Parallel()
	clock := paceClock()
	p := newPace(usualPacing())
	for i := range 9 {
		if wait := p.take("", rankPost, clock.Now()); wait != 0 {
			t.Fatalf("post %d waits %v", i, wait)
		}
	}
	if wait := p.take("", rankPost, clock.Now()); wait != 5*time.Second {
		t.Errorf("the next post waits %v", wait)
	}
	if wait := p.take("", rankAnswer, clock.Now()); wait != 0 {
		t.Errorf("an answer waits %v", wait)
	}
	clock.Advance(time.Hour)
	for i := range 10 {
		if wait := p.take("", rankAnswer, clock.Now()); wait != 0 {
			t.Errorf("after a pause answer %d waits %v", i, wait)
		}
	}
}

func TestPaceRises(t *testing.T) {
	t.Parallel()
	clock := paceClock()
	p := newPace(usualPacing())
	began := clock.Now()
	for sent := 0; sent < 400; {
		if wait := p.take("", rankPost, clock.Now()); wait > 0 {
			clock.Advance(wait)
			continue
		}
		p.took(clock.Now())
		sent++
	}
	if took := clock.Now().Sub(began); took > 20*time.Second {
		t.Errorf("400 messages take %v on a server that refuses nothing", took)
	}
}

// A server with Synapse's limits is asked too often a few times, and from then
// on hardly ever; and nearly all that it takes is used.
func TestPaceFollowsTheServer(t *testing.T) {
	t.Parallel()
	for name, every := range map[string]time.Duration{"Synapse": 5 * time.Second, "a fast one": 100 * time.Millisecond} {
		clock := paceClock()
		p := newPace(usualPacing())
		tokens, filled := 10.0, clock.Now()
		server := func() time.Duration { // as Synapse counts
			now := clock.Now()
			tokens, filled = min(10, tokens+float64(now.Sub(filled))/float64(every)), now
			if tokens < 1 {
				return time.Duration((1 - tokens) * float64(every))
			}
			tokens--
			return 0
		}
		sent, refused, late := 0, 0, 0
		began := clock.Now()
		for sent < 500 {
			if wait := p.take("", rankPost, clock.Now()); wait > 0 {
				clock.Advance(wait)
				continue
			}
			if after := server(); after > 0 {
				p.refused(after, clock.Now())
				if refused++; sent > 250 {
					late++
				}
				continue
			}
			p.took(clock.Now())
			sent++
		}
		if late > 50 || refused > 120 {
			t.Errorf("%s: %d refusals, %d of them late", name, refused, late)
		}
		if took, best := clock.Now().Sub(began), 490*every; took > 2*best {
			t.Errorf("%s: 500 messages take %v, and could take %v", name, took, best)
		}
	}
}

func TestEditsGiveWay(t *testing.T) {
	t.Parallel()
	clock := paceClock()
	p := newPace(usualPacing())
	edited := 0
	for i := 0; p.edit(fmt.Sprint(i), fmt.Sprint(i), clock.Now()) == 0; i++ {
		edited++
	}
	if edited != 7 {
		t.Errorf("%d edits at once leave the messages too little, or too much", edited)
	}
	if wait := p.take("", rankPost, clock.Now()); wait != 0 {
		t.Errorf("a message waits %v for edits", wait)
	}
	// What is written all the time does not keep a card wrong for ever.
	waited := time.Duration(0)
	for ; waited < 2*time.Minute; waited += time.Second {
		p.take("", rankAnswer, clock.Now())
		if p.edit("room", "card", clock.Now()) == 0 {
			break
		}
		clock.Advance(time.Second)
	}
	if waited > time.Minute {
		t.Errorf("an edit waits %v", waited)
	}
}

func TestEditsOfARoomHaveTurns(t *testing.T) {
	t.Parallel()
	clock := paceClock()
	p := newPace(pacing{Rate: 100, Burst: 100, Slowest: 1, Fastest: 100, Edit: time.Second})
	if p.edit("room", "1", clock.Now()) != 0 || p.edit("other", "2", clock.Now()) != 0 {
		t.Error("the first edits wait")
	}
	if wait := p.edit("room", "3", clock.Now()); wait != time.Second {
		t.Errorf("the second edit in a room waits %v", wait)
	}
	clock.Advance(time.Second)
	if wait := p.edit("room", "3", clock.Now()); wait != 0 {
		t.Errorf("after its wait it waits %v", wait)
	}
	for i := range 3 * mostWaiting {
		p.edit(fmt.Sprint(i), fmt.Sprint(i), clock.Now())
		clock.Advance(time.Millisecond)
	}
	if len(p.rooms) > mostWaiting || len(p.waited) > mostWaiting {
		t.Errorf("%d rooms and %d waiting are remembered", len(p.rooms), len(p.waited))
	}
}

func TestNoPacing(t *testing.T) {
	t.Parallel()
	clock := paceClock()
	p := newPace(pacing{})
	for range 100 {
		if p.take("", rankTidy, clock.Now()) != 0 || p.edit("room", "1", clock.Now()) != 0 {
			t.Fatal("something is held back")
		}
	}
}

// Ten quick posts on a homeserver with Synapse's limits all come, each once.
func TestPostsWithinTheServersLimits(t *testing.T) {
	t.Parallel()
	b := newWallOn(t, matrixtest.Start(t), false, usualPacing())
	b.proxy.Limit(matrixtest.Bucket{Burst: 4, Every: 5 * time.Second, Now: b.clock.Now})
	for i := range 12 {
		for try := 0; ; try++ {
			_, err := b.Send(t.Context(), b.card(fmt.Sprint(i), "Open."))
			if err == nil {
				break
			}
			wait := waitOf(err)
			if wait <= 0 || wait > time.Minute || try > 20 {
				t.Fatalf("post %d, try %d: %v", i, try, err)
			}
			b.clock.Advance(wait)
		}
	}
	b.mara.Fence(b.room)
	if cards := len(b.mara.Messages(b.room)); cards != 12 {
		t.Errorf("%d cards, want 12", cards)
	}
}
