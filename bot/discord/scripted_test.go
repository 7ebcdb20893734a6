package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

const secretToken = "MTAwMDAwMDAwMDAwMDAwMDAw.secret.never-in-a-log"

var gatewayNow = time.Date(2026, 11, 2, 15, 0, 0, 0, time.UTC)

// stepClock is a clock that a test moves, and that tells for what it is asked.
type stepClock struct {
	*platformtest.Clock
	mu    sync.Mutex
	asked []time.Duration
	more  chan struct{}
}

func newStepClock() *stepClock {
	return &stepClock{Clock: platformtest.NewClock(gatewayNow), more: make(chan struct{})}
}

func (c *stepClock) After(d time.Duration) <-chan time.Time {
	fires := c.Clock.After(d)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, d)
	close(c.more)
	c.more = make(chan struct{})
	return fires
}

// awaited returns the first wait after the ones that were returned before for
// which is holds. It is then certain that moving the clock is noticed.
func (c *stepClock) awaited(t *testing.T, is func(time.Duration) bool) time.Duration {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		c.mu.Lock()
		for len(c.asked) > 0 {
			d := c.asked[0]
			c.asked = c.asked[1:]
			if is(d) {
				c.mu.Unlock()
				return d
			}
		}
		more := c.more
		c.mu.Unlock()
		select {
		case <-more:
		case <-late:
			t.Fatal("nobody waits for that")
		}
	}
}

func pausing(d time.Duration) bool  { return d > time.Second && d != readyWithin && d != aliveWithin }
func starting(d time.Duration) bool { return d == readyWithin }
func alive(d time.Duration) bool    { return d == aliveWithin }

const (
	testBeat    = 41250 * time.Millisecond
	aliveWithin = testBeat + ackWithin
)

// scripted is a gateway that does what a test says, however wrong it is.
type scripted struct {
	t     testing.TB
	http  *httptest.Server
	play  func(n int, c *scriptedConn) // the n-th connection, from 1
	asked func(w http.ResponseWriter) bool
	mu    sync.Mutex
	conns int
	gets  int
	held  chan bool // a connection has nothing more to say
}

type scriptedConn struct {
	*websocket.Conn
	t    testing.TB
	held chan<- bool
}

// newScripted starts a gateway. What it is asked first can be answered by
// asked, which then returns true.
func newScripted(t testing.TB, play func(n int, c *scriptedConn)) *scripted {
	t.Helper()
	s := &scripted{t: t, play: play, held: make(chan bool, 1000)}
	upgrader := websocket.Upgrader{}
	mux := http.NewServeMux()
	info := func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		s.gets++
		asked := s.asked
		s.mu.Unlock()
		if asked != nil && asked(w) {
			return
		}
		_, _ = fmt.Fprintf(w, `{"url":"ws%s/ws","shards":1,"session_start_limit":{"total":1000,"remaining":900,"reset_after":1000,"max_concurrency":1}}`,
			strings.TrimPrefix(s.http.URL, "http"))
	}
	mux.HandleFunc("/api/v9/gateway", info)
	mux.HandleFunc("/api/v9/gateway/bot", info)
	mux.HandleFunc("/ws/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.conns++
		n := s.conns
		s.mu.Unlock()
		c, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		s.play(n, &scriptedConn{c, t, s.held})
	})
	s.http = httptest.NewServer(mux)
	t.Cleanup(func() {
		s.http.CloseClientConnections()
		s.http.Close()
	})
	return s
}

func (s *scripted) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

func (s *scripted) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gets
}

// RoundTrip leads requests to the scripted gateway.
func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	to, err := url.Parse(s.http.URL)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = to.Scheme, to.Host
	return http.DefaultTransport.RoundTrip(r)
}

func (c *scriptedConn) say(text string) {
	_ = c.WriteMessage(websocket.TextMessage, []byte(text)) // the other side may be gone
}

func (c *scriptedConn) greet() {
	c.say(fmt.Sprintf(`{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":%d}}`, testBeat.Milliseconds()))
}

// identified greets and waits for the identify.
func (c *scriptedConn) identified() {
	c.greet()
	_, m, err := c.ReadMessage()
	if err == nil && !strings.Contains(string(m), `"op":2`) {
		c.t.Errorf("expected an identify, got %s", m)
	}
}

// begin greets, waits for the identify and says READY.
func (c *scriptedConn) begin(id string) {
	c.identified()
	c.say(fmt.Sprintf(`{"t":"READY","s":1,"op":0,"d":{"v":9,"session_id":%q,"user":{"id":"1"},"guilds":[]}}`, id))
}

func (c *scriptedConn) event(seq int, kind, data string) {
	c.say(fmt.Sprintf(`{"t":%q,"s":%d,"op":0,"d":%s}`, kind, seq, data))
}

// hold reads until the other side ends the connection, and returns how.
func (c *scriptedConn) hold() error {
	c.held <- true
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			return err
		}
	}
}

func (c *scriptedConn) closeWith(code int) {
	_ = c.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(code, "because")) // the other side may be gone
	_ = c.hold()
}

// running is a gateway under test.
type running struct {
	t      *testing.T
	clock  *stepClock
	cancel context.CancelFunc
	events chan event
	ready  chan readyEvent
	done   chan error
	log    *gatewayLog
}

type gatewayLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *gatewayLog) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *gatewayLog) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// runGateway runs a gateway against a transport until the test ends. Each
// event goes through handle first, if there is one.
func runGateway(t *testing.T, transport http.RoundTripper, token string, handle func(event)) *running {
	t.Helper()
	return runGatewayBy(t, newStepClock(), transport, token, handle)
}

// runGatewayBy is runGateway by a clock that others go by too.
func runGatewayBy(t *testing.T, clock *stepClock, transport http.RoundTripper, token string, handle func(event)) *running {
	t.Helper()
	r := &running{
		t: t, clock: clock, events: make(chan event, 1000), ready: make(chan readyEvent, 100), done: make(chan error, 1), log: &gatewayLog{},
	}
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel = cancel
	g := newGateway(gatewayOptions{
		Token: token, Transport: transport, Clock: r.clock,
		Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Handle: func(e event) {
			if handle != nil {
				handle(e)
			}
			r.events <- e
		},
		Ready: func(e readyEvent) { r.ready <- e },
	})
	go func() {
		r.done <- g.run(ctx)
		close(r.done)
	}()
	t.Cleanup(func() {
		cancel()
		_ = wait(t, "the gateway to end", r.done) // the test has seen to how it ended
		if strings.Contains(r.log.String(), token) {
			t.Error("the token is in the log")
		}
	})
	return r
}

// wait receives from a channel.
func wait[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(20 * time.Second):
		t.Fatalf("waited for %s in vain", what)
		panic("not reached")
	}
}

// again lets the pause before the next session pass.
func (r *running) again() time.Duration {
	r.t.Helper()
	pause := r.clock.awaited(r.t, pausing)
	r.clock.Advance(pause)
	return pause
}

var errTest = errors.New("no network")
