package discordtest

import (
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

func TestRouteLimits(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(begins)
	w := newTown(t, Options{Clock: clock, Limits: true})
	other := w.s.AddChannel(w.guild, "other", Text)
	for range 5 {
		w.want(200, 0, "POST", w.messages(), says("a"))
	}
	status, header, _ := w.askRaw("POST", w.messages(), says("a"))
	if status != 429 || header.Get("Retry-After") != "5" || header.Get("X-RateLimit-Scope") != "user" || header.Get("X-RateLimit-Bucket") == "" ||
		header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("the sixth message got %d %v", status, header)
	}
	w.want(200, 0, "POST", "/channels/"+other+"/messages", says("a")) // another bucket
	if w.s.Invalid() != 1 {
		t.Errorf("%d invalid answers, want 1", w.s.Invalid())
	}
	clock.Advance(5 * time.Second)
	_, header, _ = w.askRaw("POST", w.messages(), says("a"))
	if header.Get("X-RateLimit-Remaining") != "4" || header.Get("X-RateLimit-Limit") != "5" || header.Get("X-RateLimit-Reset-After") != "5.000" {
		t.Errorf("after the wait the headers are %v", header)
	}
}

func TestGlobalLimit(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(begins)
	w := newTown(t, Options{Clock: clock, Limits: true})
	w.connect()
	_, came := w.asked()
	for range 25 { // half of them of each, as one route alone has a limit of its own
		w.want(200, 0, "GET", "/users/@me", nil)
		w.want(200, 0, "GET", "/guilds/"+w.guild, nil)
	}
	status, header, body := w.askRaw("GET", "/channels/"+w.room, nil)
	if status != 429 || header.Get("X-RateLimit-Global") != "true" || header.Get("X-RateLimit-Scope") != "global" {
		t.Errorf("the 51st request in a second got %d %v %s", status, header, body)
	}
	if status, _ := w.respond(came, 4, private(says("x"))); status != 204 {
		t.Errorf("an answer to an interaction got %d", status)
	}
	if w.s.Peak() != 51 {
		t.Errorf("the peak is %d, want 51", w.s.Peak())
	}
	clock.Advance(time.Second)
	w.want(200, 0, "GET", "/channels/"+w.room, nil)
	if w.s.Requests("GET /channels/ID") != 2 || w.s.Requests("") != 53 {
		t.Errorf("%d and %d requests were counted", w.s.Requests("GET /channels/ID"), w.s.Requests(""))
	}
}

func TestLimitsAreOffUnlessAskedFor(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{Clock: platformtest.NewClock(begins)})
	for range 60 {
		w.want(200, 0, "POST", w.messages(), says("a"))
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.token = "another"
	w.want(401, 0, "GET", "/users/@me", nil)
	w.want(200, 0, "GET", "/gateway", nil) // which needs none
	w.token = w.s.Token()
	w.want(200, 0, "GET", "/users/@me", nil)
	w.connect()
	w.s.Revoke()
	w.want(401, 0, "GET", "/users/@me", nil)
	for {
		if packet, code := w.next(); packet == nil {
			if code != 4004 {
				t.Errorf("the gateway closed with %d, want 4004", code)
			}
			break
		}
	}
	if w.s.Invalid() != 2 {
		t.Errorf("%d invalid answers, want 2", w.s.Invalid())
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	send := func() (int, []byte) {
		status, _, body := w.askRaw("POST", w.messages(), says("a"))
		return status, body
	}
	count := func(want int, after string) {
		t.Helper()
		if got := len(w.s.Channel(w.room)); got != want {
			t.Errorf("%s the room holds %d messages, want %d", after, got, want)
		}
	}
	w.s.Fail(Fault{Method: "POST", Path: "^/channels/.*/messages$", Status: 502})
	w.want(200, 0, "GET", "/channels/"+w.room, nil) // which it does not match
	if status, _ := send(); status != 502 {
		t.Errorf("got %d", status)
	}
	count(0, "after a 502")
	w.s.Fail(Fault{Path: "/messages", Status: 503, After: true})
	if status, _ := send(); status != 503 {
		t.Errorf("got %d", status)
	}
	count(1, "after a 503 behind the write")
	w.s.Fail(Fault{Path: "/messages", After: true})
	if status, _ := send(); status != 0 {
		t.Errorf("a broken connection answered %d", status)
	}
	count(2, "after a connection that broke behind the write")
	w.s.Fail(Fault{Status: 429, HTML: true, RetryAfter: 90 * time.Second, Times: 2})
	for range 2 {
		if status, body := send(); status != 429 || body[0] != '<' {
			t.Errorf("got %d %s", status, body)
		}
	}
	w.s.Fail(Fault{Status: 429, Shared: true, RetryAfter: time.Second})
	w.s.Fail(Fault{Status: 403, Code: 50001})
	send()
	w.want(403, 50001, "POST", w.messages(), says("a"))
	if w.s.Invalid() != 3 {
		t.Errorf("%d invalid answers, want the two of Cloudflare and the 403", w.s.Invalid())
	}
	w.s.Fail(Fault{Status: 500, Times: -1})
	for range 3 {
		w.want(500, 0, "GET", "/users/@me", nil)
	}
	w.s.Heal()
	w.want(200, 0, "GET", "/users/@me", nil)
	w.s.SetUnreachable(true)
	if status, _ := w.ask("GET", "/gateway", nil); status != 0 {
		t.Errorf("who cannot be reached answered %d", status)
	}
	w.s.SetUnreachable(false)
	w.want(200, 0, "GET", "/gateway", nil)
	if w.s.Fail(Fault{Path: "("}); len(w.s.TakeViolations()) != 1 {
		t.Error("a path that is no expression was taken")
	}
}

func TestSlowness(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(begins)
	w := newTown(t, Options{Clock: clock})
	hold := make(chan struct{})
	w.s.Fail(Fault{Path: "/messages", Hold: hold, After: true})
	done := make(chan int)
	go func() {
		status, _ := w.ask("POST", w.messages(), says("a"))
		done <- status
	}()
	ok(t, w.s.Until(soon(t), func() bool { return len(w.s.Channel(w.room)) == 1 }))
	select {
	case status := <-done:
		t.Fatalf("the answer came at once: %d", status)
	default:
	}
	close(hold)
	if status := <-done; status != 200 {
		t.Errorf("got %d", status)
	}
	w.s.Fail(Fault{Path: "/users", Delay: time.Minute})
	go func() {
		status, _ := w.ask("GET", "/users/@me", nil)
		done <- status
	}()
	ok(t, w.s.Until(soon(t), func() bool { return w.s.pendingFaults() == 0 }))
	for status := 0; status == 0; { // until it has begun to wait
		clock.Advance(time.Minute)
		select {
		case status = <-done:
			if status != 200 {
				t.Errorf("got %d", status)
			}
		case <-time.After(time.Millisecond):
		}
	}
}

// pendingFaults counts the faults that have not struck yet.
func (s *Server) pendingFaults() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults.list)
}

func TestRequestsThatAreWrong(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.wantWrong("is not known here", "GET", "/no/such/thing", nil)
	w.wantWrong("is not known here", "PUT", "/gateway", nil)
	w.wantWrong("read JSON", "POST", w.messages(), `{"content":`)
	w.wantWrong("something follows", "POST", w.messages(), `{} {}`)
	w.wantWrong(`the field "extra"`, "POST", "/users/@me/channels", obj{"recipient_id": w.rosa, "extra": 1})
	r, err := w.s.Transport().RoundTrip(requestTo(t, "https://example.org/"))
	if err == nil {
		_ = r.Body.Close()
		t.Error("a request went to another host")
	}
	r, err = w.s.Transport().RoundTrip(requestTo(t, "https://discord.com/api/v9/gateway"))
	ok(t, err)
	_ = r.Body.Close()
	if got := w.s.TakeViolations(); len(got) != 1 {
		t.Errorf("a request without a User-Agent made the violations %q", got)
	}
}
