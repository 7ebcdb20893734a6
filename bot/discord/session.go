package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// readyWithin is how long a session may take from its start to READY.
	readyWithin = 30 * time.Second
	// ackWithin is how long the answer to a heartbeat may take.
	ackWithin = 10 * time.Second
)

// The intents. None is privileged: no lists of members, no presences, and no
// texts but those written to the bot. Messages in servers are there for one
// thing alone, to learn that a card was deleted.
const intents = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentGuildMessageReactions |
	discordgo.IntentDirectMessages | discordgo.IntentDirectMessageReactions

var (
	errSilent    = errors.New("nothing was heard for too long")
	errNotReady  = errors.New("no READY came")
	errReconnect = errors.New("Discord asked to connect anew")
	errInvalid   = errors.New("Discord does not accept the session")
	errTiming    = errors.New("Discord named an impossible time between heartbeats")
)

// session is one try of the library at a connection, from its start to its
// end. It is never used again: what the library does to connect anew is what
// goes wrong most.
type session struct {
	opts   gatewayOptions
	ctx    context.Context // ends with the session
	cancel context.CancelFunc
	lib    *discordgo.Session
	dialer dialer

	ends     chan error    // the first reason to end
	ready    chan struct{} // closed at READY
	started  time.Time
	conn     atomic.Pointer[watchedConn]
	heard    atomic.Int64 // when the last message came, in nanoseconds
	interval atomic.Int64 // between heartbeats, in nanoseconds; 0 before hello
	// identified is when the session identified, in nanoseconds; 0 before.
	identified atomic.Int64
	seq        int64 // of the last event; only on the reading side

	mu   sync.Mutex // held while an event is handed on
	dead bool       // what comes late is dropped
	id   string
	seen [1024]int64 // numbers of the latest events, each at its remainder
}

func newSession(ctx context.Context, opts gatewayOptions, d dialer) (*session, error) {
	lib, err := discordgo.New("Bot " + opts.Token)
	if err != nil {
		return nil, fmt.Errorf("making a session: %w", err)
	}
	s := &session{opts: opts, lib: lib, dialer: d, ends: make(chan error, 1), ready: make(chan struct{}), started: opts.Clock.Now()}
	// abandon ends it, after the good-bye.
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	// Below every level: its lines have what people wrote, and the token.
	lib.LogLevel = -1
	lib.StateEnabled = false
	lib.SyncEvents = true
	lib.ShouldReconnectOnError = false
	lib.ShouldReconnectVoiceOnSessionError = false
	lib.ShouldRetryOnRateLimit = false
	lib.MaxRestRetries = 0
	lib.Compress = false
	lib.Identify.Compress = false
	lib.Identify.LargeThreshold = 50
	lib.Identify.Intents = intents
	lib.Client = &http.Client{Transport: endingWith{s.ctx, opts.Transport}}
	web := *lib.Dialer // the library's is everybody's
	web.Proxy = nil
	web.NetDialContext = func(ctx context.Context, _, addr string) (net.Conn, error) { return s.dial(ctx, addr, false) }
	web.NetDialTLSContext = func(ctx context.Context, _, addr string) (net.Conn, error) { return s.dial(ctx, addr, true) }
	lib.Dialer = &web
	lib.AddHandler(s.take)
	return s, nil
}

// open connects. It returns nil once the library is reading by itself, and an
// error if it gave up.
func (s *session) open() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while connecting: %v", p)
		}
	}()
	info, err := s.lib.GatewayBot()
	if err != nil {
		return fmt.Errorf("asking for the gateway: %w", err)
	}
	if err := allowed(info.SessionStartLimit); err != nil {
		return err
	}
	if err := s.lib.Open(); err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	return nil
}

// watch returns why the session is over: nil if the context ended.
func (s *session) watch(ctx context.Context) error {
	ready := s.ready
	for {
		wait, err := s.patience()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-s.ends:
			return err
		case <-ready:
			ready = nil // from now on it is silence that counts
		case <-s.opts.Clock.After(wait):
		}
	}
}

// patience is how much longer to wait for a sign of life. It takes no lock:
// the library's may be held for ever.
func (s *session) patience() (time.Duration, error) {
	now := s.opts.Clock.Now()
	until, err := s.started.Add(readyWithin), errNotReady
	if s.isReady() {
		silence := time.Duration(s.interval.Load()) + ackWithin
		until, err = time.Unix(0, s.heard.Load()).Add(silence), errSilent
	}
	if !now.Before(until) {
		return 0, err
	}
	return until.Sub(now), nil
}

func (s *session) isReady() bool {
	select {
	case <-s.ready:
		return true
	default:
		return false
	}
}

// end says why the session is over; the first reason counts.
func (s *session) end(err error) {
	select {
	case s.ends <- err:
	default:
	}
}

// abandon ends the session whatever the library is doing: reads and writes
// fail from now on, which ends its goroutines. Nothing is handed on any more
// when it returns. A session that works is told good-bye, so that the bot is
// not shown as present for another minute.
func (s *session) abandon(polite bool) {
	s.mu.Lock()
	s.dead = true
	s.mu.Unlock()
	if conn := s.conn.Load(); conn != nil && polite {
		late := time.AfterFunc(time.Second, func() { _ = conn.Close() }) // nobody may be reading
		const normally = "\x03\xe8"                                      // 1000
		if err := conn.send(frameClose, []byte(normally)); err != nil {
			s.opts.Log.Debug("could not say good-bye to Discord", "err", err)
		}
		late.Stop()
	}
	s.cancel() // closes the connection, and ends requests and dialing
}

func (s *session) dial(ctx context.Context, addr string, secure bool) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(s.ctx, cancel) //nolint:contextcheck // dialing ends with the session too
	defer stop()
	conn, err := s.dialer.dial(ctx, addr, secure)
	if err != nil {
		return nil, err
	}
	conn.hear = s.hear
	conn.closed = func(code int) { s.end(&closedError{code}) }
	conn.ended = func(err error) { s.end(fmt.Errorf("the connection ended: %w", err)) }
	s.conn.Store(conn)
	context.AfterFunc(s.ctx, func() { _ = conn.Close() }) //nolint:contextcheck // and so does the connection
	return conn, nil
}

// endingWith makes requests end with a session.
type endingWith struct {
	ctx  context.Context
	next http.RoundTripper
}

// RoundTrip is what http.RoundTripper says.
func (t endingWith) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.next.RoundTrip(req.Clone(t.ctx))
}

// logged is an error as it is logged: Discord's answers can be whole pages.
func logged(err error) slog.Attr {
	text := []rune(err.Error())
	return slog.String("err", string(text[:min(len(text), 300)]))
}
