package discord

import (
	"strings"
	"sync"
	"time"
)

const (
	// perSecond is how many requests are sent in any second. Discord allows 50;
	// some arrive closer together than they were sent.
	perSecond = 45
	// mostBuckets is how many limits are remembered at once. A bot of this kind
	// uses some hundred; what is forgotten costs a refused request at worst.
	mostBuckets = 2048
	// longestHold is for how long at most a limit is believed.
	longestHold = 24 * time.Hour
	// longestName is more than Discord's names of buckets have.
	longestName = 128
)

// lane is what a request counts against.
type lane struct {
	route string // the method and the path without ids
	major string // the ids that Discord counts by: of a channel, guild or webhook
	// exempt requests answer interactions. They do not count against the limit
	// for everything, and each interaction has limits of its own.
	exempt bool
	// secret is the interaction's token.
	secret string
}

// laneOf reads what a request counts against from its method and escaped path.
func laneOf(method, path string) lane {
	if i := strings.Index(path, "/api/"); i >= 0 {
		path = path[i+len("/api/"):]
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if version := parts[0]; len(version) > 1 && version[0] == 'v' && idPart(version[1:]) != "" {
		parts = parts[1:]
	}
	var l lane
	template := make([]string, 0, len(parts)+1)
	template = append(template, method)
	for i, p := range parts {
		switch {
		case i == 1 && (parts[0] == "channels" || parts[0] == "guilds"):
			l.major = p
			p = ":major"
		case i == 2 && (parts[0] == "webhooks" || parts[0] == "interactions"):
			l.major, l.secret, l.exempt = parts[1]+"/"+p, p, true
			p = ":token"
		case idPart(p) != "":
			p = ":id"
		case i > 0 && parts[i-1] == "reactions":
			p = ":emoji"
		}
		template = append(template, p)
	}
	l.route = strings.Join(template, "/")
	return l
}

// limits keeps to Discord's limits: so many requests a second, and so many in
// each bucket. Which bucket a route belongs to, Discord says with each answer;
// a bucket counts for each major id by itself.
type limits struct {
	mu      sync.Mutex
	sent    [perSecond]time.Time // when the last requests were sent, a ring
	next    int                  // the oldest of them
	held    time.Time            // until then nothing is sent
	heldOut time.Time            // nor what is exempt
	routes  map[string]route
	buckets map[bucketKey]*bucket
}

// route is what was learned of a route. A bucket without a name is none.
type route struct {
	bucket string
	limit  int
}

type bucketKey struct{ bucket, major string }

// bucket is how many requests are left until a moment. Before an answer has
// told, the moment is zero.
type bucket struct {
	key       bucketKey
	limit     int
	remaining int
	reset     time.Time
	inFlight  int
	changed   chan struct{} // closed at the next answer, if somebody waits
}

func newLimits() *limits {
	return &limits{routes: map[string]route{}, buckets: map[bucketKey]*bucket{}}
}

// untold is the wait of those who wait for an answer to somebody else.
const untold time.Duration = -1

// take takes a request's turn. If it is not its turn, it says how long that
// lasts, or untold; changed may end the wait early. Every turn taken has to be
// given back with done.
func (l *limits) take(ln lane, now time.Time) (b *bucket, wait time.Duration, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ln.exempt {
		return l.takeExempt(ln, now)
	}
	if wait = l.held.Sub(now); wait > 0 {
		return nil, wait, nil
	}
	b = l.bucketOf(ln, now)
	if b != nil {
		if wait, changed = b.wait(now); wait != 0 {
			return nil, wait, changed
		}
	}
	if wait = l.sent[l.next].Add(time.Second).Sub(now); wait > 0 {
		return nil, min(wait, time.Second), nil
	}
	l.sent[l.next] = now
	l.next = (l.next + 1) % perSecond
	if b != nil {
		b.remaining--
		b.inFlight++
	}
	return b, 0, nil
}

// takeExempt lets through what answers an interaction. Only a bucket that was
// refused is remembered, as each interaction has its own.
func (l *limits) takeExempt(ln lane, now time.Time) (*bucket, time.Duration, <-chan struct{}) {
	if wait := l.heldOut.Sub(now); wait > 0 {
		return nil, wait, nil
	}
	if b := l.buckets[bucketKey{ln.route, ln.major}]; b != nil && b.reset.After(now) {
		return nil, b.reset.Sub(now), nil
	}
	return nil, 0, nil
}

// bucketOf is the bucket that a request counts against, or nil if its route
// has none.
func (l *limits) bucketOf(ln lane, now time.Time) *bucket {
	r, known := l.routes[ln.route]
	key := bucketKey{r.bucket, ln.major}
	switch {
	case !known:
		r.limit = 1 // one goes ahead and learns
		key.bucket = ln.route
	case r.bucket == "":
		key.bucket = ln.route
		b := l.buckets[key]
		if b == nil || !b.reset.After(now) {
			return nil
		}
		return b // it was refused
	}
	b := l.buckets[key]
	if b == nil {
		b = &bucket{key: key, limit: r.limit, remaining: r.limit}
		l.keep(b, now)
	}
	return b
}

// wait is how long a bucket makes the next request wait; 0 is not at all.
func (b *bucket) wait(now time.Time) (time.Duration, <-chan struct{}) {
	if !b.reset.IsZero() && !now.Before(b.reset) || b.reset.IsZero() && b.inFlight == 0 {
		b.remaining, b.reset = max(1, b.limit-b.inFlight), time.Time{}
	}
	if b.remaining > 0 {
		return 0, nil
	}
	if b.changed == nil {
		b.changed = make(chan struct{})
	}
	if b.reset.IsZero() {
		return untold, b.changed
	}
	return b.reset.Sub(now), b.changed
}

// keep remembers a bucket. When there are many, those go that would let
// everything through, and then any others that are not in use.
func (l *limits) keep(b *bucket, now time.Time) {
	if len(l.buckets) >= mostBuckets {
		l.forget(0, func(old *bucket) bool { return !old.reset.After(now) })
		l.forget(mostBuckets/2, func(*bucket) bool { return true })
	}
	l.buckets[b.key] = b
}

// forget drops buckets until so many are left.
func (l *limits) forget(left int, drop func(*bucket) bool) {
	for key, b := range l.buckets {
		if len(l.buckets) <= left {
			return
		}
		if b.inFlight == 0 && drop(b) {
			delete(l.buckets, key)
		}
	}
}

// done gives a turn back with what the answer told. A nil answer is none.
func (l *limits) done(b *bucket, ln lane, told *told, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b != nil {
		b.inFlight--
		if b.changed != nil {
			close(b.changed)
			b.changed = nil
		}
	}
	if told == nil {
		return
	}
	if !ln.exempt {
		l.learn(ln, told, now)
	}
	if told.refused {
		l.hold(ln, told, now)
	}
	if b != nil && b.inFlight == 0 && l.buckets[b.key] == b {
		if r := l.routes[ln.route]; r.bucket != b.key.bucket && !b.reset.After(now) {
			delete(l.buckets, b.key) // the route has its real bucket now
		}
	}
}

// learn takes over what the headers said.
func (l *limits) learn(ln lane, t *told, now time.Time) {
	r, known := l.routes[ln.route]
	if t.bucket == "" {
		if !known && !t.refused {
			l.routes[ln.route] = route{}
		}
		return
	}
	r.bucket = t.bucket
	r.limit = max(1, t.limit)
	l.routes[ln.route] = r
	key := bucketKey{t.bucket, ln.major}
	b := l.buckets[key]
	if b == nil {
		b = &bucket{key: key, remaining: r.limit}
		l.keep(b, now)
	}
	b.limit = r.limit
	// Answers overtake each other: within a bucket's time only less is left.
	b.remaining = max(0, min(b.remaining, t.remaining))
	if reset := now.Add(t.resetAfter); reset.After(b.reset) {
		b.reset = reset
	}
}

// hold keeps back what was refused until its time has passed.
func (l *limits) hold(ln lane, t *told, now time.Time) {
	until := now.Add(t.after)
	switch {
	case t.everything && ln.exempt:
		l.heldOut = later(l.heldOut, until)
	case t.everything:
		l.held = later(l.held, until)
	case t.onlyThis:
	default:
		key := bucketKey{ln.route, ln.major}
		if r := l.routes[ln.route]; r.bucket != "" && !ln.exempt {
			key.bucket = r.bucket
		}
		b := l.buckets[key]
		if b == nil {
			b = &bucket{key: key, limit: 1}
			l.keep(b, now)
		}
		b.remaining, b.reset = 0, later(b.reset, until)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
