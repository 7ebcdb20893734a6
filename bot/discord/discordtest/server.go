// Package discordtest is a Discord of our own for tests and benchmarks: strict
// where Discord's documentation is, and hostile on request.
//
// A [Server] answers Discord's REST interface and its gateway on a port of this
// machine. Tests act on it as people do (write, press, react, fill in forms)
// and read back what each of them sees. A request that Discord forbids is
// answered as Discord would and is kept as a violation, which fails the test.
// It shares no code with the adapter, so that one mistake is not made twice.
package discordtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest/openapi"
)

// Options make a server. The zero value is good for most tests.
type Options struct {
	// Token is the one that the bot has to show; TestToken if empty.
	Token string
	// Clock is the time that deadlines, limits and message times go by; the
	// machine's if nil.
	Clock Clock
	// Zone is where the readers are: times in messages are rendered there. UTC
	// if nil.
	Zone *time.Location
	// Limits enforces the rate limits of routes and the one of 50 requests a
	// second. Headers are always sent.
	Limits bool
	// Privileged are the privileged intents that are switched on for the
	// application. Others are answered with the close code 4014.
	Privileged int
	// Heartbeat is the interval that the gateway asks for; 41.25 s if 0.
	Heartbeat time.Duration
	// IdentifyEvery is how far apart two identifies have to be; 5 s at Discord,
	// not looked at if 0.
	IdentifyEvery time.Duration
	// Validate looks at every REST request, beside the server's own rules. In
	// New it is Discord's own description unless it is set, where that is found.
	Validate func(r *http.Request, body []byte) error
	// Addr is where to listen; a free port of this machine if empty.
	Addr string
}

// TestToken is the token that a server takes unless told otherwise. It has a
// token's form, and the id of the bot in front.
const TestToken = "MTAwMDAwMDAwMDAwMDAwMDAw.GtestG.this-is-the-token-of-the-fake-0000000000"

// The ids of the bot and its application, which are the same at Discord too.
const (
	BotID         = "100000000000000000"
	ApplicationID = BotID
)

// Server is the fake Discord. All methods may be called at the same time.
type Server struct {
	opts  Options
	clock Clock
	http  *http.Server
	url   string
	mux   *http.ServeMux
	work  sync.WaitGroup

	mu         sync.Mutex
	changed    chan struct{} // closed and made anew at every change
	closed     bool
	violations []string
	lastID     int64
	world
	limits   limits
	faults   faults
	gateway  gateway
	sent     interactions
	commands commandSets
}

// New starts a server for a test. The test fails if the bot violates a rule,
// unless the test takes the violations.
func New(t testing.TB, opts Options) *Server {
	t.Helper()
	if opts.Validate == nil {
		opts.Validate = openapi.Optional(t)
	}
	s, err := Start(opts)
	if err != nil {
		t.Fatalf("start the fake Discord: %v", err)
	}
	t.Cleanup(func() {
		s.Close()
		for _, v := range s.TakeViolations() {
			t.Errorf("Discord's rules: %s", v)
		}
	})
	return s
}

// Start starts a server outside of a test. Close ends it.
func Start(opts Options) (*Server, error) {
	if opts.Token == "" {
		opts.Token = TestToken
	}
	if opts.Clock == nil {
		opts.Clock = wallClock{}
	}
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	if opts.Heartbeat == 0 {
		opts.Heartbeat = 41250 * time.Millisecond
	}
	if opts.Addr == "" {
		opts.Addr = "127.0.0.1:0"
	}
	var listen net.ListenConfig
	l, err := listen.Listen(context.Background(), "tcp", opts.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", opts.Addr, err)
	}
	s := &Server{opts: opts, clock: opts.Clock, changed: make(chan struct{}), url: "http://" + l.Addr().String()}
	s.world = newWorld()
	s.sent = interactions{byID: map[string]*Interaction{}, byToken: map[string]*Interaction{}, gone: map[string]bool{}}
	s.gateway.upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	s.mux = s.routes()
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: time.Minute}
	s.work.Go(func() {
		if err := s.http.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.violate("the fake's own listener ended: %v", err)
		}
	})
	return s, nil
}

// Close ends the server and every connection.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.change()
	s.mu.Unlock()
	s.DropConnections()
	_ = s.http.Close() // the listener is going away either way
	s.work.Wait()
}

// URL is the server's address, to which a Transport leads.
func (s *Server) URL() string { return s.url }

// Token is the one that the bot has to show.
func (s *Server) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opts.Token
}

// violate keeps a rule that was broken.
func (s *Server) violate(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violated(format, args...)
}

// violated is violate with the lock held.
func (s *Server) violated(format string, args ...any) {
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

// Violations are the rules that were broken so far.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// TakeViolations are the rules that were broken so far; they are forgotten.
func (s *Server) TakeViolations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.violations
	s.violations = nil
	return taken
}

// change wakes whoever waits for something to happen. The lock is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Until waits until a condition holds. It is looked at again at every change on
// the server, and may use all methods.
func (s *Server) Until(ctx context.Context, holds func() bool) error {
	for {
		s.mu.Lock()
		changed, closed := s.changed, s.closed
		s.mu.Unlock()
		if holds() {
			return nil
		}
		if closed {
			return errors.New("the fake Discord was closed before it came to that")
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it did not come to that: %w", context.Cause(ctx))
		case <-changed:
		}
	}
}

// newID makes the id of something that is made now. The lock is held.
func (s *Server) newID() string {
	s.lastID = max(s.lastID+1, (s.clock.Now().UnixMilli()-epoch)<<22)
	return fmt.Sprint(s.lastID)
}

// epoch is when Discord's ids begin, in Unix milliseconds.
const epoch = 1420070400000
