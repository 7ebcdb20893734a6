package discordtest

import (
	"hash/fnv"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// globalLimit is how many requests a bot may send in a second.
const globalLimit = 50

// limits counts requests.
type limits struct {
	buckets  map[string]*bucket
	global   bucket
	requests int
	invalid  int
	peak     int // of requests in one second
	second   []time.Time
	byRoute  map[string]int
}

type bucket struct {
	used int
	ends time.Time
}

// rule is how often a kind of request may come.
type rule struct {
	max int
	per time.Duration
}

// ruleOf is the limit of a route, about as Discord sets it today.
func ruleOf(pattern string) rule {
	switch {
	case strings.Contains(pattern, "/reactions/") && !strings.HasPrefix(pattern, "GET"):
		return rule{1, 250 * time.Millisecond}
	case strings.Contains(pattern, "/messages") && strings.HasPrefix(pattern, "GET"):
		return rule{5, time.Second}
	case strings.Contains(pattern, "/channels/{channel}/messages"):
		return rule{5, 5 * time.Second}
	case strings.Contains(pattern, "/pins"):
		return rule{5, 5 * time.Second}
	case strings.HasPrefix(pattern, "POST /users/@me/channels"):
		return rule{10, 5 * time.Second}
	case strings.HasPrefix(pattern, "PATCH /channels"):
		return rule{5, 5 * time.Second}
	}
	return rule{50, time.Second}
}

// take uses one of a bucket, and says how many are left and for how long.
func (b *bucket) take(now time.Time, r rule) (left int, wait time.Duration) {
	if !now.Before(b.ends) {
		b.used, b.ends = 0, now.Add(r.per)
	}
	b.used++
	return r.max - b.used, b.ends.Sub(now)
}

// limit counts a request against its bucket, and refuses it if limits are on
// and it is too many. Interactions are exempt from the global limit.
func (s *Server) limit(c *call, pattern string, exempt bool) (http.Header, *reply) {
	now := s.clock.Now()
	l := &s.limits
	if l.buckets == nil {
		l.buckets = map[string]*bucket{}
	}
	if !exempt {
		l.second = append(l.second, now)
		for now.Sub(l.second[0]) >= time.Second {
			l.second = l.second[1:]
		}
		l.peak = max(l.peak, len(l.second))
		left, wait := l.global.take(now, rule{globalLimit, time.Second})
		if left < 0 && s.opts.Limits {
			return nil, tooMany(wait, "global")
		}
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(pattern)) // a hash takes everything
	id := strconv.FormatUint(h.Sum64(), 16)
	r := ruleOf(pattern)
	key := id + ":" + major(c)
	b := l.buckets[key]
	if b == nil {
		b = &bucket{}
		l.buckets[key] = b
	}
	left, wait := b.take(now, r)
	header := http.Header{
		"X-Ratelimit-Limit": {strconv.Itoa(r.max)}, "X-Ratelimit-Remaining": {strconv.Itoa(max(left, 0))},
		"X-Ratelimit-Reset":       {strconv.FormatFloat(float64(now.Add(wait).UnixMilli())/1000, 'f', 3, 64)},
		"X-Ratelimit-Reset-After": {strconv.FormatFloat(wait.Seconds(), 'f', 3, 64)}, "X-Ratelimit-Bucket": {id},
	}
	if left >= 0 || !s.opts.Limits {
		return header, nil
	}
	refused := tooMany(wait, "user")
	for key, values := range header {
		refused.header[key] = values
	}
	return nil, refused
}

// major is what a bucket is kept for separately.
func major(c *call) string {
	return c.PathValue("channel") + c.PathValue("guild") + c.PathValue("token")
}

func tooMany(wait time.Duration, scope string) *reply {
	r := jsonReply(http.StatusTooManyRequests, obj{
		"message": "You are being rate limited.", "retry_after": wait.Seconds(), "global": scope == "global", "code": 0,
	})
	r.header.Set("Retry-After", strconv.Itoa(ceilSeconds(wait)))
	r.header.Set("X-RateLimit-Scope", scope)
	r.header.Set("X-RateLimit-Reset-After", strconv.FormatFloat(wait.Seconds(), 'f', 3, 64))
	if scope == "global" {
		r.header.Set("X-RateLimit-Global", "true")
	}
	return r
}

// digits are ids, which routes are counted without; a token is long.
var digits = regexp.MustCompile(`/(\d{15,}|[A-Za-z0-9_-]{40,})`)

// count keeps how many requests came and how many of them count against the
// ban: 401, 403, and 429 that is this bot's own.
func (s *Server) count(r *http.Request, answer *reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.limits
	l.requests++
	if l.byRoute == nil {
		l.byRoute = map[string]int{}
	}
	l.byRoute[r.Method+" "+digits.ReplaceAllString(strings.TrimPrefix(r.URL.Path, "/api/v9"), "/ID")]++
	switch answer.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		l.invalid++
	case http.StatusTooManyRequests:
		if answer.header.Get("X-RateLimit-Scope") != "shared" {
			l.invalid++
		}
	}
	s.change()
}

// Invalid counts the answers that Discord bans an address for, if there are
// 10,000 in 10 minutes.
func (s *Server) Invalid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits.invalid
}

// Peak is how many requests came in one second at most, by the server's clock,
// without those that are exempt from the global limit.
func (s *Server) Peak() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits.peak
}

// Requests counts the requests of a route so far, with ID for every id and
// token in the path: "POST /channels/ID/messages". Empty counts all.
func (s *Server) Requests(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if route == "" {
		return s.limits.requests
	}
	return s.limits.byRoute[route]
}
