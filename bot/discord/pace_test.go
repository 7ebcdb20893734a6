package discord

import (
	"fmt"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// madeAt is an id that Discord makes at a moment.
func madeAt(at time.Time) string { return fmt.Sprint((at.UnixMilli() - discordEpoch) << 22) }

func TestEditsHaveTurns(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
	p := newPace(usualPacing())
	fresh := func(n int) string { return madeAt(clock.Now().Add(time.Duration(n) * time.Millisecond)) }
	one, two, three := fresh(-1), fresh(-2), fresh(-3)
	for i, message := range []string{one, two, three} {
		if got, want := p.edit("room", message, clock.Now()), time.Duration(i)*time.Second; got != want {
			t.Errorf("message %d waits %v, not %v", i, got, want)
		}
	}
	if got := p.edit("another room", one, clock.Now()); got != 0 {
		t.Errorf("another room waits %v", got)
	}
	if got := p.edit("room", three, clock.Now()); got != 2*time.Second {
		t.Errorf("asking again costs a turn: %v", got)
	}
	clock.Advance(time.Second)
	if got := p.edit("room", three, clock.Now()); got != time.Second {
		t.Errorf("the third is served before its turn: %v", got)
	}
	if got := p.edit("room", two, clock.Now()); got != 0 {
		t.Errorf("the second's turn has come, and it waits %v", got)
	}
	if got := p.edit("room", two, clock.Now()); got != 2*time.Second {
		t.Errorf("the next of the second waits %v", got)
	}
}

func TestOldMessagesAreEditedSlowly(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
	p := newPace(usualPacing())
	one, two := madeAt(clock.Now().Add(-2*time.Hour)), madeAt(clock.Now().Add(-3*time.Hour))
	if got := p.edit("room", one, clock.Now()); got != 0 {
		t.Errorf("the first waits %v", got)
	}
	if got := p.edit("room", two, clock.Now()); got != 10*time.Second {
		t.Errorf("the second waits %v", got)
	}
	if got := p.edit("room", madeAt(clock.Now()), clock.Now()); got != time.Second {
		t.Errorf("a new one is held up by the old ones: %v", got)
	}
	clock.Advance(10 * time.Second)
	if got := p.edit("room", madeAt(clock.Now()), clock.Now()); got != 0 {
		t.Errorf("after a pause a new one waits %v", got)
	}
	if got := p.edit("room", two, clock.Now()); got != time.Second {
		t.Errorf("an old one whose turn is now is not within the room's pace: %v", got)
	}
	clock.Advance(time.Second)
	if got := p.edit("room", two, clock.Now()); got != 0 {
		t.Errorf("it lost its turn: %v", got)
	}
}

func TestNewcomers(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
	p := newPace(usualPacing())
	for i := range 10 {
		if got := p.newcomer(fmt.Sprint(i), clock.Now()); got != 0 {
			t.Fatalf("person %d waits %v", i, got)
		}
	}
	if got := p.newcomer("10", clock.Now()); got != 6*time.Second {
		t.Errorf("the eleventh waits %v", got)
	}
	if got := p.newcomer("11", clock.Now()); got != 12*time.Second {
		t.Errorf("the twelfth waits %v", got)
	}
	within := 0
	for range 60 {
		clock.Advance(time.Second)
		for who := range 30 {
			if p.newcomer(fmt.Sprint("later", who, clock.Now()), clock.Now()) == 0 {
				within++
			}
		}
	}
	if within > 10 {
		t.Errorf("%d new people in a minute", within)
	}
}

func TestPaceForgets(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
	p := newPace(usualPacing())
	for room := range 1000 {
		p.edit(fmt.Sprint(room), "1", clock.Now())
		p.edit(fmt.Sprint(room), "2", clock.Now()) // never comes back
	}
	clock.Advance(keptTurns + time.Minute)
	p.edit("room", "1", clock.Now())
	clock.Advance(keptTurns + time.Minute)
	p.edit("room", "1", clock.Now())
	if len(p.rooms) != 1 {
		t.Errorf("%d rooms are remembered", len(p.rooms))
	}
}

func TestNoPacing(t *testing.T) {
	t.Parallel()
	p, now := newPace(pacing{}), time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)
	for i := range 50 {
		if p.edit("room", "1", now) != 0 || p.newcomer(fmt.Sprint(i), now) != 0 {
			t.Fatal("something is held back")
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m := newMemory[int](10)
	m.put("kept", 7)
	for i := range 1000 {
		m.put(fmt.Sprint(i), i)
		if v, ok := m.get("kept"); !ok || v != 7 {
			t.Fatal("what is asked for is forgotten")
		}
	}
	if n := len(m.young) + len(m.former); n > 20 {
		t.Errorf("%d are remembered", n)
	}
	m.forget("kept")
	if _, ok := m.get("kept"); ok {
		t.Error("it is remembered still")
	}
}
