package discord

import (
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	// Discord bans an address after 10,000 invalid requests in ten minutes. A
	// program that works has a handful; at fewInvalid something is wrong that
	// more requests do not mend, and at manyInvalid not even people who wait for
	// an answer are worth the ban.
	fewInvalid    = 200
	manyInvalid   = 2000
	invalidWithin = 10 * time.Minute
	// openFor is for how long nothing is sent then: the window has passed.
	openFor = invalidWithin
	// waitForeign is for how long nothing is sent when something in front of
	// Discord turned us away without naming a time.
	waitForeign = 5 * time.Minute
	// fewForeign is after how many such answers in a row it is not about one
	// request.
	fewForeign = 5
	// tokenLife is for how long an interaction can be answered at all.
	tokenLife = 15 * time.Minute
	// mostDead is how many interactions are remembered that are over.
	mostDead = 4096
)

var (
	errTooManyInvalid = errors.New("too many requests were refused, so none is sent for a while")
	errTurnedAway     = errors.New("requests were turned away before they reached Discord")
	errDead           = errors.New("the interaction can no longer be answered")
)

// breaker stops requests that would do harm: it counts those that Discord
// holds against us, and remembers that the token is refused and which
// interactions are over.
type breaker struct {
	log     *slog.Logger
	revoked chan struct{} // closed when the token is refused

	mu        sync.Mutex
	slots     [60]slot // of the last ten minutes
	open      time.Time
	reason    error // why it is open
	openToAll bool  // for answers to interactions too
	foreign   int   // how many answers in a row were not Discord's own
	dead      map[[sha256.Size]byte]time.Time
	order     [][sha256.Size]byte // of dead, the oldest first
}

// slot counts the invalid requests of ten seconds.
type slot struct {
	number int64 // of the ten seconds, since 1970
	count  int
}

const slotFor = invalidWithin / 60

func newBreaker(log *slog.Logger) *breaker {
	return &breaker{log: log, revoked: make(chan struct{}), dead: map[[sha256.Size]byte]time.Time{}}
}

// refuses says why a request must not be sent, and for how long; nil lets it
// through.
func (b *breaker) refuses(ln lane, now time.Time) (time.Duration, error) {
	select {
	case <-b.revoked:
		return waitTokenRevoked, errRevoked
	default:
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if wait := b.open.Sub(now); wait > 0 && (b.openToAll || !ln.exempt) {
		return wait, b.reason
	}
	if ln.exempt {
		if until, ok := b.dead[sha256.Sum256([]byte(ln.secret))]; ok && until.After(now) {
			return 0, errDead
		}
	}
	return 0, nil
}

// note counts an answer, and draws the conclusions.
func (b *breaker) note(ln lane, o *outcome, t *told, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t.foreign {
		b.foreign++
	} else {
		b.foreign = 0
	}
	switch o.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		b.count(now)
		switch {
		case t.foreign:
			// One message can be what a shield dislikes: that stops nothing else.
			if b.foreign >= fewForeign {
				b.turnedAway(t.after, now)
			}
		case o.status == http.StatusForbidden:
		case ln.exempt:
			b.bury(ln.secret, now)
		default:
			b.refuseToken()
		}
	case http.StatusTooManyRequests:
		if !t.shared {
			b.count(now)
		}
		if t.foreign {
			b.turnedAway(t.after, now)
		}
	case http.StatusNotFound:
		if ln.exempt && codeOf(o.body) != unknownMessage {
			b.bury(ln.secret, now)
		}
	}
}

func codeOf(body []byte) int {
	fields, _ := answerFields(body)
	return wholeNumber(fields["code"])
}

// count counts an invalid request, and stops all others when there are many.
func (b *breaker) count(now time.Time) {
	number := now.UnixNano() / int64(slotFor)
	s := &b.slots[number%int64(len(b.slots))]
	if s.number != number {
		*s = slot{number: number}
	}
	s.count++
	n := b.invalid(now)
	if n >= fewInvalid && !b.open.After(now) {
		b.stop(openFor, errTooManyInvalid, false, now)
		b.log.Error("Discord refused many requests; only interactions are answered for a while", "count", n, "minutes", openFor.Minutes())
	}
	if n >= manyInvalid && !b.shut(now) {
		b.stop(openFor, errTooManyInvalid, true, now)
		b.log.Error("Discord refused very many requests; nothing is sent for a while", "count", n, "minutes", openFor.Minutes())
	}
}

// invalid is how many there were in the last ten minutes.
func (b *breaker) invalid(now time.Time) int {
	oldest := now.UnixNano()/int64(slotFor) - int64(len(b.slots))
	n := 0
	for _, s := range b.slots {
		if s.number > oldest {
			n += s.count
		}
	}
	return n
}

// turnedAway stops everything: what is in front of Discord does not tell
// requests apart, and each one makes it worse.
func (b *breaker) turnedAway(wait time.Duration, now time.Time) {
	first := !b.shut(now)
	b.stop(wait, errTurnedAway, true, now)
	if first {
		b.log.Error("requests do not reach Discord: something in front of it turns them away", "seconds", wait.Seconds())
	}
}

func (b *breaker) stop(wait time.Duration, reason error, all bool, now time.Time) {
	b.openToAll = all || b.shut(now)
	b.open, b.reason = later(b.open, now.Add(wait)), reason
}

// shut reports whether nothing at all is sent.
func (b *breaker) shut(now time.Time) bool { return b.openToAll && b.open.After(now) }

func (b *breaker) refuseToken() {
	select {
	case <-b.revoked:
	default:
		close(b.revoked)
		b.log.Error("Discord refuses the bot's token; nothing more is sent with it")
	}
}

// bury remembers that an interaction is over. Discord holds requests to it
// against us.
func (b *breaker) bury(secret string, now time.Time) {
	for len(b.order) > 0 && (len(b.order) >= mostDead || !b.dead[b.order[0]].After(now)) {
		delete(b.dead, b.order[0])
		b.order = b.order[1:]
	}
	key := sha256.Sum256([]byte(secret))
	if _, there := b.dead[key]; !there {
		b.order = append(b.order, key)
	}
	b.dead[key] = now.Add(tokenLife)
}
