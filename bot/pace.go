package bot

import (
	"context"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// limit says how much one source may send: so much at once, and one more each
// time that Every has passed.
type limit struct {
	burst int
	every time.Duration
}

// A person who types fast, or presses what a list offers, does not reach these;
// a script does. A room is what several people write at once.
var (
	accountLimit = limit{10, 3 * time.Second}
	roomLimit    = limit{30, time.Second}
)

// full is after how long an empty bucket is full again.
func (l limit) full() time.Duration { return time.Duration(l.burst) * l.every }

// pace holds back who sends too much, by account and by room. What it knows is
// in memory alone: after a restart everybody begins anew.
type pace struct {
	mu      sync.Mutex
	buckets map[source]*bucket
	swept   time.Time
}

// source is an account on a platform, or a room there.
type source struct {
	platform, space string
	room            bool
	id              string
}

// bucket is the tokens of a source. Once it is empty it is closed until it is
// full again, so that what was done and what was not is plain to see.
type bucket struct {
	limit
	left   float64
	at     time.Time       // when left was worked out
	closed time.Time       // until when nothing passes; zero while something does
	told   map[string]bool // who was told
}

// heldBack is what somebody is told whose line was not carried out; the zero
// value tells nothing more.
type heldBack struct {
	did   int
	room  bool
	wait  time.Duration
	after time.Duration // until something passes again
}

func newPace() *pace { return &pace{buckets: map[source]*bucket{}} }

// hold reports that an invocation is not to be carried out, nil if it is. A
// reaction that was taken back always is: it only makes something less.
func (p *pace) hold(inv commands.Invocation, now time.Time) *heldBack {
	if inv.React != nil && !inv.React.Present {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	who := inv.Who
	if w := p.take(source{who.Platform, who.Space, false, who.Account}, accountLimit, inv, now); w != nil || inv.Room == "" {
		return w
	}
	w := p.take(source{who.Platform, who.Space, true, inv.Room}, roomLimit, inv, now)
	if w != nil {
		w.room = true
	}
	return w
}

func (p *pace) take(s source, l limit, inv commands.Invocation, now time.Time) *heldBack {
	b := p.buckets[s]
	if b == nil {
		b = &bucket{limit: l, left: float64(l.burst), at: now}
		p.buckets[s] = b
	}
	b.refill(now)
	if b.closed.IsZero() && b.left >= 1 {
		b.left--
		return nil
	}
	if b.closed.IsZero() {
		b.closed, b.told = now.Add(l.full()), map[string]bool{}
	}
	// Who puts a reaction somewhere sees no answer: the words are for their line.
	if inv.React != nil || b.told[inv.Who.Account] {
		return &heldBack{after: b.closed.Sub(now)}
	}
	b.told[inv.Who.Account] = true
	return &heldBack{did: l.burst, wait: b.closed.Sub(now), after: b.closed.Sub(now)}
}

func (b *bucket) refill(now time.Time) {
	switch {
	case !b.closed.IsZero() && !now.Before(b.closed):
		b.closed, b.told, b.left = time.Time{}, nil, float64(b.burst)
	case b.closed.IsZero():
		b.left = min(float64(b.burst), b.left+now.Sub(b.at).Seconds()/b.every.Seconds())
	}
	b.at = now
}

// sweep forgets the buckets that are full again, which are as good as new. So
// there are never more than sources within the time that the largest takes.
func (p *pace) sweep(now time.Time) {
	if now.Sub(p.swept) < accountLimit.full() {
		return
	}
	p.swept = now
	for s, b := range p.buckets {
		if now.Sub(b.at) >= b.full() && !now.Before(b.closed) {
			delete(p.buckets, s)
		}
	}
}

// tooFast is the answer to who is held back: once in words, then nothing.
func (e *Engine) tooFast(ctx context.Context, inv commands.Invocation, w *heldBack) *commands.Reply {
	if w.wait == 0 {
		return &commands.Reply{Mistake: true}
	}
	return e.registry.TooFast(ctx, inv, w.did, w.wait, w.room)
}
