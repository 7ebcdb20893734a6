package discord

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestLaneOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, path string
		want         lane
	}{
		{"GET", "/api/v9/gateway", lane{route: "GET/gateway"}},
		{"POST", "/api/v9/channels/11/messages", lane{route: "POST/channels/:major/messages", major: "11"}},
		{"PATCH", "/api/v9/channels/11/messages/22", lane{route: "PATCH/channels/:major/messages/:id", major: "11"}},
		{"PUT", "/api/v9/channels/11/messages/22/reactions/%E2%9C%8B/@me", lane{route: "PUT/channels/:major/messages/:id/reactions/:emoji/@me", major: "11"}},
		{"PUT", "/api/v9/channels/11/messages/22/reactions/hand:33/@me", lane{route: "PUT/channels/:major/messages/:id/reactions/:emoji/@me", major: "11"}},
		{"GET", "/api/v9/guilds/11/members/22", lane{route: "GET/guilds/:major/members/:id", major: "11"}},
		{"POST", "/api/v9/interactions/11/tok/callback", lane{route: "POST/interactions/:id/:token/callback", major: "11/tok", secret: "tok", exempt: true}},
		{"PATCH", "/api/v9/webhooks/11/tok/messages/@original", lane{route: "PATCH/webhooks/:id/:token/messages/@original", major: "11/tok", secret: "tok", exempt: true}},
		{"POST", "/api/v9/webhooks/11/99", lane{route: "POST/webhooks/:id/:token", major: "11/99", secret: "99", exempt: true}},
		{"PUT", "/api/v9/applications/11/commands", lane{route: "PUT/applications/:id/commands"}},
		{"POST", "/api/v9/users/@me/channels", lane{route: "POST/users/@me/channels"}},
		{"GET", "", lane{route: "GET/"}},
		{"GET", "/api/", lane{route: "GET/"}},
	} {
		if got := laneOf(c.method, c.path); got != c.want {
			t.Errorf("%s %s: %+v", c.method, c.path, got)
		}
	}
}

var postA = laneOf("POST", "/api/v9/channels/11/messages")

// saysLeft is what an answer says about a bucket.
func saysLeft(limit, remaining int, after time.Duration) *told {
	return &told{bucket: "messages", limit: limit, remaining: remaining, resetAfter: after}
}

func mustTake(t *testing.T, l *limits, ln lane, now time.Time) *bucket {
	t.Helper()
	b, wait, _ := l.take(ln, now)
	if wait != 0 {
		t.Fatalf("it was not the turn of %s %s: %v", ln.route, ln.major, wait)
	}
	return b
}

func TestNoMoreThanSoManyInAnySecond(t *testing.T) {
	t.Parallel()
	l, now := newLimits(), restBegins
	lanes := func(i int) lane { return lane{route: fmt.Sprint("GET/", i)} }
	var sent []time.Time
	for i := range 400 { // one who tries every 7 ms
		now = now.Add(7 * time.Millisecond)
		if _, wait, _ := l.take(lanes(i), now); wait == 0 {
			sent = append(sent, now)
		}
	}
	for i := range sent {
		if i >= perSecond && sent[i].Sub(sent[i-perSecond]) < time.Second {
			t.Fatalf("%d within %v", perSecond+1, sent[i].Sub(sent[i-perSecond]))
		}
	}
	if len(sent) < 2*perSecond {
		t.Errorf("only %d were sent in 2.8 s", len(sent))
	}
	_, wait, _ := l.take(laneOf("POST", "/api/v9/interactions/1/tok/callback"), now)
	if wait != 0 {
		t.Errorf("an answer to an interaction waits %v", wait)
	}
}

func TestABucketIsLearned(t *testing.T) {
	t.Parallel()
	l, now := newLimits(), restBegins
	first := mustTake(t, l, postA, now)
	_, wait, changed := l.take(postA, now)
	if wait != untold {
		t.Fatalf("the second goes %v before anything is known", wait)
	}
	l.done(first, postA, saysLeft(5, 4, 5*time.Second), now)
	select {
	case <-changed:
	default:
		t.Fatal("who waits is not told")
	}
	for range 4 {
		b := mustTake(t, l, postA, now)
		defer l.done(b, postA, nil, now)
	}
	if _, wait, _ = l.take(postA, now); wait != 5*time.Second {
		t.Fatalf("the sixth waits %v", wait)
	}
	// Another room has the same limit to itself.
	other := postA
	other.major = "12"
	for range 5 {
		mustTake(t, l, other, now)
	}
	if _, wait, _ = l.take(other, now); wait != untold {
		t.Fatalf("the sixth of another room waits %v", wait)
	}
	mustTake(t, l, postA, now.Add(5*time.Second))
}

func TestAnswersOvertakeEachOther(t *testing.T) {
	t.Parallel()
	l, now := newLimits(), restBegins
	b := mustTake(t, l, postA, now)
	l.done(b, postA, saysLeft(5, 4, 5*time.Second), now)
	one, two, three := mustTake(t, l, postA, now), mustTake(t, l, postA, now), mustTake(t, l, postA, now)
	l.done(three, postA, saysLeft(5, 1, 5*time.Second), now)
	l.done(one, postA, saysLeft(5, 3, 5*time.Second), now)
	l.done(two, postA, saysLeft(5, 2, 5*time.Second), now)
	last := mustTake(t, l, postA, now)
	if _, wait, _ := l.take(postA, now); wait <= 0 {
		t.Error("one too many")
	}
	l.done(last, postA, saysLeft(5, 0, 4*time.Second), now.Add(time.Second))
}

func TestAFailureGivesTheTurnBack(t *testing.T) {
	t.Parallel()
	l, now := newLimits(), restBegins
	for range 10 {
		b := mustTake(t, l, postA, now)
		l.done(b, postA, nil, now) // no connection
	}
}

func TestARouteWithoutABucket(t *testing.T) {
	t.Parallel()
	l, now := newLimits(), restBegins
	ln := lane{route: "GET/gateway"}
	l.done(mustTake(t, l, ln, now), ln, &told{}, now)
	for range 10 {
		mustTake(t, l, ln, now)
	}
	if n := len(l.buckets); n != 0 {
		t.Errorf("%d buckets for nothing", n)
	}
}

func TestEachKindOf429(t *testing.T) {
	t.Parallel()
	other, answer := postA, laneOf("POST", "/api/v9/webhooks/1/tok")
	other.major = "12"
	again := laneOf("POST", "/api/v9/webhooks/1/other")
	for _, c := range []struct {
		name    string
		refused lane
		header  http.Header
		body    string
		held    map[string]time.Duration // by whom
		shared  bool
		foreign bool
	}{
		{"user", postA, http.Header{"X-Ratelimit-Scope": {"user"}, "Retry-After": {"3"}, "X-Ratelimit-Bucket": {"b"}, "X-Ratelimit-Limit": {"5"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset-After": {"2.5"}},
			`{"message":"You are being rate limited.","retry_after":2.5,"global":false}`, map[string]time.Duration{"same": 3 * time.Second}, false, false},
		{"user, without headers", postA, nil, `{"message":"m","retry_after":2.5}`, map[string]time.Duration{"same": 2500 * time.Millisecond}, false, false},
		{"global", postA, http.Header{"X-Ratelimit-Scope": {"global"}, "X-Ratelimit-Global": {"true"}, "Retry-After": {"0.5"}},
			`{"message":"m","retry_after":0.5,"global":true}`, map[string]time.Duration{"same": 500 * time.Millisecond, "other": 500 * time.Millisecond}, false, false},
		{"global, by the body only", postA, nil, `{"message":"m","retry_after":7,"global":true}`, map[string]time.Duration{"same": 7 * time.Second, "other": 7 * time.Second}, false, false},
		{"shared", postA, http.Header{"X-Ratelimit-Scope": {"shared"}, "Retry-After": {"1336"}}, `{"message":"The resource is being rate limited.","retry_after":1336.57,"global":false}`,
			map[string]time.Duration{"same": 1336570 * time.Millisecond}, true, false},
		{"of an answer", answer, nil, `{"message":"m","retry_after":4}`, map[string]time.Duration{"answer": 4 * time.Second}, false, false},
		{"of all answers", answer, nil, `{"message":"m","retry_after":4,"global":true}`, map[string]time.Duration{"answer": 4 * time.Second, "again": 4 * time.Second}, false, false},
		{"old message", postA, nil, `{"message":"m","retry_after":900,"code":30046}`, nil, false, false},
		{"no time", postA, nil, `{"message":"m"}`, map[string]time.Duration{"same": waitAfter429}, false, false},
		{"nonsense", postA, http.Header{"Retry-After": {"soon"}}, `{"message":"m","retry_after":-7}`, map[string]time.Duration{"same": waitAfter429}, false, false},
		{"endless", postA, http.Header{"Retry-After": {"1e300"}}, `{"message":"m"}`, map[string]time.Duration{"same": longestHold}, false, false},
		{"page", postA, http.Header{"Retry-After": {"120"}}, `<html>error code: 1015</html>`, map[string]time.Duration{"same": 2 * time.Minute}, false, true},
		{"page without a time", postA, nil, ``, map[string]time.Duration{"same": waitForeign}, false, true},
		{"another's JSON", postA, nil, `{"title":"Error 1015"}`, map[string]time.Duration{"same": waitForeign}, false, true},
		{"a page that calls itself shared", postA, http.Header{"X-Ratelimit-Scope": {"shared"}}, `<html>`, map[string]time.Duration{"same": waitForeign}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, now := newLimits(), restBegins
			told := readTold(429, c.header, []byte(c.body))
			if !told.refused || told.shared != c.shared || told.foreign != c.foreign {
				t.Errorf("read as %+v", told)
			}
			l.done(mustTake(t, l, c.refused, now), c.refused, told, now)
			for who, ln := range map[string]lane{"same": postA, "other": other, "answer": answer, "again": again} {
				b, wait, _ := l.take(ln, now)
				if wait == 0 {
					l.done(b, ln, nil, now)
				}
				if wait != c.held[who] {
					t.Errorf("%s waits %v, want %v", who, wait, c.held[who])
				}
				if b, wait, _ = l.take(ln, now.Add(c.held[who])); wait != 0 {
					t.Errorf("%s still waits %v", who, wait)
				} else {
					l.done(b, ln, nil, now)
				}
			}
		})
	}
}

func TestLimitsDoNotGrow(t *testing.T) {
	t.Parallel()
	l, now := newLimits(), restBegins
	busy := mustTake(t, l, postA, now)
	l.done(busy, postA, saysLeft(5, 4, time.Hour), now)
	busy = mustTake(t, l, postA, now) // under way all the time
	for i := range 20_000 {
		now = now.Add(30 * time.Millisecond)
		for _, path := range []string{"/api/v9/interactions/%d/tok%d/callback", "/api/v9/webhooks/%d/tok%d", "/api/v9/channels/%d/messages/%d"} {
			ln := laneOf("POST", fmt.Sprintf(path, i+100, i))
			b, wait, _ := l.take(ln, now)
			if wait != 0 {
				continue
			}
			told := saysLeft(5, 0, time.Hour)
			if i%2 == 0 {
				told = readTold(429, nil, []byte(`{"message":"m","retry_after":3600}`))
			}
			l.done(b, ln, told, now)
		}
		if n := len(l.buckets); n > mostBuckets {
			t.Fatalf("%d buckets after %d interactions", n, i)
		}
	}
	if n := len(l.routes); n > 10 {
		t.Errorf("%d routes", n)
	}
	if l.buckets[busy.key] != busy {
		t.Error("a bucket in use was forgotten")
	}
}

func FuzzLimits(f *testing.F) {
	f.Add(429, "b", "5", "0", "1.5", "2", "global", "true", `{"message":"m","retry_after":1.5,"global":false,"code":0}`, "/api/v9/channels/1/messages")
	f.Add(200, "b", "1", "1", "NaN", "", "", "", ``, "/api/v9/webhooks/1/t")
	f.Add(403, "", "-1", "99999999999", "1e400", "Inf", "shared", "", `<html>`, "//api//v1/interactions/")
	f.Add(400, "b", "0", "0", "0", "0", "user", "", `{"message":5,"code":"x","errors":{"a":{"_errors":[]}}}`, "")
	f.Fuzz(func(t *testing.T, status int, name, limit, remaining, reset, retry, scope, global, body, path string) {
		h := http.Header{
			"X-Ratelimit-Bucket": {name}, "X-Ratelimit-Limit": {limit}, "X-Ratelimit-Remaining": {remaining}, "X-Ratelimit-Reset-After": {reset},
			"Retry-After": {retry}, "X-Ratelimit-Scope": {scope}, "X-Ratelimit-Global": {global},
		}
		told := readTold(status, h, []byte(body))
		if told.after < 0 || told.after > longestHold || told.resetAfter < 0 || told.resetAfter > longestHold {
			t.Fatalf("read as %+v", told)
		}
		l, now := newLimits(), restBegins
		ln := laneOf("POST", path)
		l.done(mustTake(t, l, ln, now), ln, told, now)
		// Whatever was said, it ends, and the next turn comes.
		b, wait, _ := l.take(ln, now)
		switch {
		case wait < 0 || wait > longestHold:
			t.Fatalf("the next waits %v", wait)
		case wait == 0:
			l.done(b, ln, nil, now)
		}
		mustTake(t, l, ln, now.Add(longestHold))
		c := &restCall{name: "call", effect: effect(max(0, status) % 5), outcome: outcome{whole: true, status: status, body: []byte(body), after: told.after}}
		err := newAPIError(c)
		if classified := classify(err); classified == nil {
			t.Fatal("an error became none")
		}
		if strings.ContainsAny(err.Error(), "\n\r\x1b") || len(err.Fields) > mostFields {
			t.Fatalf("says %q", err)
		}
	})
}
