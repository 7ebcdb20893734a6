package discord

import (
	"strconv"
	"sync"
	"time"
)

// pacing says how fast things are done that Discord holds against a bot. Zero
// does not hold them back.
type pacing struct {
	// Edit is the time between two edits in a room, OldEdit between two of
	// messages older than an hour: Discord refuses these long before others.
	Edit, OldEdit time.Duration
	// Newcomer is the time between two people to whom the bot writes for the
	// first time, once it wrote to as many as Newcomers at once: many new direct
	// chats in a short time are what spam looks like.
	Newcomer  time.Duration
	Newcomers int
}

// usualPacing has the numbers that are used with Discord itself.
func usualPacing() pacing {
	return pacing{Edit: time.Second, OldEdit: 10 * time.Second, Newcomer: 6 * time.Second, Newcomers: 10}
}

// pace gives each thing that is to be done its turn. Nobody waits here: what is
// not its turn yet is told how long to stay away, and has its turn kept.
type pace struct {
	pacing
	mu     sync.Mutex
	rooms  map[string]*roomPace
	people *turns
	swept  time.Time
}

type roomPace struct{ all, old *turns }

func newPace(p pacing) *pace {
	return &pace{pacing: p, rooms: map[string]*roomPace{}, people: newTurns(p.Newcomer, p.Newcomers)}
}

// oldAge is the age from which Discord counts edits apart.
const oldAge = time.Hour

// edit is how long to wait before a message in a room can be edited; 0 takes
// the turn.
func (p *pace) edit(room, message string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	r := p.rooms[room]
	if r == nil {
		r = &roomPace{all: newTurns(p.Edit, 1), old: newTurns(p.OldEdit, 1)}
		p.rooms[room] = r
	}
	posted, ok := snowflakeTime(message)
	isOld := ok && now.Sub(posted) > oldAge
	if isOld {
		if wait := r.old.ask(message, now); wait > 0 {
			return wait
		}
	}
	wait := r.all.ask(message, now)
	if wait > 0 && isOld {
		r.old.held[message] = now // it had that turn already
	}
	return wait
}

// newcomer is how long to wait before somebody can be written to for the first
// time; 0 takes the turn.
func (p *pace) newcomer(account string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	return p.people.ask(account, now)
}

// keptTurns is for how long a turn is kept that nobody takes.
const keptTurns = 10 * time.Minute

// sweep forgets turns that nobody took, and rooms in which nothing happens.
func (p *pace) sweep(now time.Time) {
	if now.Sub(p.swept) < keptTurns {
		return
	}
	p.swept = now
	p.people.sweep(now)
	for id, r := range p.rooms {
		r.all.sweep(now)
		r.old.sweep(now)
		if r.all.idle(now) && r.old.idle(now) {
			delete(p.rooms, id)
		}
	}
}

// turns are handed out one each time that every has passed, and as many as
// burst at once after a pause.
type turns struct {
	every time.Duration
	burst int
	next  time.Time            // the next that is free
	held  map[string]time.Time // those that were handed out and are to come
}

func newTurns(every time.Duration, burst int) *turns {
	return &turns{every: every, burst: max(1, burst), held: map[string]time.Time{}}
}

// ask is how long until the turn of who asks; 0 takes it.
func (t *turns) ask(who string, now time.Time) time.Duration {
	if t.every <= 0 {
		return 0
	}
	at, ok := t.held[who]
	if !ok {
		if rested := now.Add(-time.Duration(t.burst-1) * t.every); t.next.Before(rested) {
			t.next = rested
		}
		at = t.next
		t.next = t.next.Add(t.every)
	}
	if at.After(now) {
		t.held[who] = at
		return at.Sub(now)
	}
	delete(t.held, who)
	return 0
}

func (t *turns) sweep(now time.Time) {
	for who, at := range t.held {
		if now.Sub(at) > keptTurns {
			delete(t.held, who)
		}
	}
}

func (t *turns) idle(now time.Time) bool { return len(t.held) == 0 && !t.next.After(now) }

// discordEpoch is the millisecond since 1970 at which snowflakes begin.
const discordEpoch = 1420070400000

// snowflakeTime is the moment at which Discord made an id.
func snowflakeTime(id string) (time.Time, bool) {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(n>>22) + discordEpoch).UTC(), true
}
