//go:build goolm

package matrix

import (
	"math"
	"sync"
	"time"
)

// pacing says how fast an account writes. Homeservers count messages, edits,
// reactions and what is taken back alike.
type pacing struct {
	// Rate is how many of them a second to begin with, and Burst how many at
	// once after a pause. A Rate of 0 holds nothing back.
	Rate, Burst float64
	// Slowest and Fastest are the bounds within which the rate follows the
	// server's answers.
	Slowest, Fastest float64
	// Edit is the time between two edits in a room.
	Edit time.Duration
}

// usualPacing begins with what Synapse allows by default, 0.2 a second with a
// burst of 10. Most servers allow more, which shows soon.
func usualPacing() pacing {
	return pacing{Rate: 0.2, Burst: 10, Slowest: 0.05, Fastest: 50, Edit: time.Second}
}

// rank says how urgent something is: how much of the burst it leaves to others.
type rank float64

const (
	rankAnswer rank = 0 // somebody waits for it
	rankPost   rank = 1
	rankEdit   rank = 3
	rankTidy   rank = 4 // the bot's own reactions, and what is taken back
)

// pace is a token bucket for one account that learns from the server. Nobody
// waits here: what is not its turn yet is told how long to stay away.
type pace struct {
	pacing
	mu     sync.Mutex
	rate   float64 // a second
	level  float64 // tokens left
	at     time.Time
	held   time.Time // until then the server takes nothing
	slow   bool      // the server refused once: the limit is near
	rooms  map[string]time.Time
	waited map[string]time.Time // since when something less urgent waits
	// overdue is until when one is kept for something that waited too long.
	overdue time.Time
}

func newPace(p pacing) *pace {
	return &pace{pacing: p, rate: p.Rate, level: p.Burst, rooms: map[string]time.Time{}, waited: map[string]time.Time{}}
}

const (
	// patience is how long something less urgent gives way to the rest.
	patience = 30 * time.Second
	// overdueFor is for how long after that its turn is kept.
	overdueFor = 5 * time.Second
	// mostWaiting is how many are remembered to be waiting.
	mostWaiting = 5000
)

// take takes a turn for something, or says how long to wait for it. What names
// it, for what comes back after that wait; an empty name is not remembered.
func (p *pace) take(what string, r rank, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Rate <= 0 {
		return 0
	}
	p.fill(now)
	if wait := p.held.Sub(now); wait > 0 {
		return wait
	}
	reserve := float64(r)
	since, waits := p.waited[what]
	late := waits && now.Sub(since) >= patience
	switch {
	case late: // what is written all the time must not keep a card wrong
		reserve = 0
	case p.overdue.After(now):
		reserve = max(reserve, 1)
	}
	if short := 1 + reserve - p.level; short > 0 {
		p.wait(what, now)
		wait := max(time.Millisecond, seconds(short/p.rate))
		if late {
			p.overdue = now.Add(wait + overdueFor)
		}
		return wait
	}
	if late {
		p.overdue = time.Time{}
	}
	delete(p.waited, what)
	p.level--
	return 0
}

func (p *pace) wait(what string, now time.Time) {
	if _, ok := p.waited[what]; ok || what == "" {
		return
	}
	if len(p.waited) >= mostWaiting {
		p.waited = map[string]time.Time{}
	}
	p.waited[what] = now
}

// edit is take for an edit of a message in a room, of which there is one at a
// time.
func (p *pace) edit(room, message string, now time.Time) time.Duration {
	p.mu.Lock()
	next := p.rooms[room]
	p.mu.Unlock()
	if wait := next.Sub(now); wait > 0 {
		return wait
	}
	if wait := p.take("edit "+message, rankEdit, now); wait > 0 {
		return wait
	}
	if p.Edit > 0 {
		p.mu.Lock()
		defer p.mu.Unlock()
		for id, at := range p.rooms {
			if !at.After(now) {
				delete(p.rooms, id)
			}
		}
		p.rooms[room] = now.Add(p.Edit)
	}
	return 0
}

// fill adds what came in since the last time.
func (p *pace) fill(now time.Time) {
	if passed := now.Sub(p.at); passed > 0 {
		if !p.at.IsZero() {
			p.level = min(p.Burst, p.level+passed.Seconds()*p.rate)
		}
		p.at = now
	}
}

// took notes that the server took something: it may take more.
func (p *pace) took(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fill(now)
	faster := 1.3
	if p.slow {
		faster = 1.02
	}
	p.rate = min(p.rate*faster, p.Fastest)
}

// refused notes that the server took nothing and named a time. What it names is
// mostly how long one thing takes.
func (p *pace) refused(after time.Duration, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Rate <= 0 {
		return
	}
	p.fill(now)
	fresh := !p.held.After(now) // several at once are refused for one reason
	if until := now.Add(after); until.After(p.held) {
		p.held = until
	}
	p.level = min(p.level, 0)
	if !fresh {
		return
	}
	p.slow = true
	if after > 0 {
		p.rate = min(p.rate/2, 1/after.Seconds())
	} else {
		p.rate /= 2
	}
	p.rate = max(p.rate, p.Slowest)
	p.level = 1 // what comes when the time has passed may go
}

func seconds(s float64) time.Duration {
	return time.Duration(math.Ceil(s * float64(time.Second)))
}
