package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// gatewayOptions are what a gateway needs.
type gatewayOptions struct {
	Token     string
	Transport http.RoundTripper // for the requests that ask where the gateway is; nil is the usual one
	Clock     bot.Clock
	Log       *slog.Logger
	// Handle takes the events in, one at a time and in order of arrival. While
	// it works nothing else is read, so it must only enqueue.
	Handle func(event)
	// Ready is called after every READY, before the events that follow it, and
	// must return as soon. Events may have been missed before it: no session is
	// ever resumed.
	Ready func(readyEvent)
	// Lost is called when a connection ended; it may be nil.
	Lost func()
}

// gateway keeps a connection to Discord. The library makes the connection; a
// session of it that fails in any way, or falls silent, is given up and
// replaced.
type gateway struct {
	opts   gatewayOptions
	dialer dialer
	starts starts
	down   bool // that there is no connection was logged
}

func newGateway(opts gatewayOptions) *gateway {
	opts.Token = strings.TrimPrefix(strings.TrimSpace(opts.Token), "Bot ")
	if opts.Transport == nil {
		opts.Transport = http.DefaultTransport
	}
	return &gateway{opts: opts, dialer: dialer{proxy: http.ProxyFromEnvironment}, starts: starts{random: rand.Float64}}
}

// run stays connected until the context ends, and then returns nil. Any other
// end is a *finalError: trying again would be pointless.
func (g *gateway) run(ctx context.Context) error {
	for {
		wait, reason := g.starts.wait(g.opts.Clock.Now())
		if reason != "" {
			g.opts.Log.Warn("waiting with the next connection to Discord", "reason", reason, "for", wait.Round(time.Second))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-g.opts.Clock.After(wait):
		}
		err := g.connected(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var final *finalError
		if errors.As(err, &final) {
			return final
		}
		g.lost(err)
	}
}

// connected is one session, from its start to its end. It returns why it
// ended.
func (g *gateway) connected(ctx context.Context) error {
	s, err := newSession(ctx, g.opts, g.dialer)
	if err != nil {
		return err
	}
	s.opts.Ready = func(ready readyEvent) {
		g.opts.Log.Info("connected to Discord", "servers", len(ready.Guilds))
		g.opts.Ready(ready)
	}
	// Open can take for ever; it ends with the session, whose connection is
	// closed then.
	go func() {
		if err := s.open(); err != nil {
			s.end(err)
		}
	}()
	err = s.watch(ctx)
	s.abandon(err == nil && s.isReady())
	g.count(s, err)
	return meaning(err)
}

// count notes how a session went, for when the next may begin.
func (g *gateway) count(s *session, err error) {
	var lasted time.Duration
	if s.isReady() {
		g.down = false
		lasted = g.opts.Clock.Now().Sub(s.started)
	}
	at := s.identified.Load()
	if at > 0 {
		g.starts.identified(time.Unix(0, at))
	}
	g.starts.ended(lasted, at > 0, waitAsked(err))
}

// lost tells that there is no connection. It is logged once, not for each try.
func (g *gateway) lost(err error) {
	if g.opts.Lost != nil {
		g.opts.Lost()
	}
	if g.down {
		g.opts.Log.Debug("still no connection to Discord", logged(err))
		return
	}
	g.down = true
	g.opts.Log.Warn("no connection to Discord; trying again", logged(err))
}

// closedError is the gateway closing the connection with a code.
type closedError struct{ code int }

func (e *closedError) Error() string {
	return fmt.Sprintf("Discord closed the connection with code %d", e.code)
}

// finalError says that Discord will refuse every further try.
type finalError struct {
	Code    int    // of the gateway's closing, or of HTTP
	Meaning string // for an admin: what is wrong, and what to do
}

// ErrToken says that Discord takes the token no more, ErrRefused that it takes
// the bot no more for another reason, which the error's text names.
var (
	ErrToken   = errors.New("the token is not valid")
	ErrRefused = errors.New("Discord refuses the bot")
)

// Is tells [ErrToken] from other refusals.
func (e *finalError) Is(target error) bool {
	if e.Meaning == badToken {
		return target == ErrToken
	}
	return target == ErrRefused
}

// Error says what is wrong.
func (e *finalError) Error() string {
	return fmt.Sprintf("Discord refuses (%d): %s", e.Code, e.Meaning)
}

const badToken = "the bot's token is not valid, or not any more; " +
	"make a new one on the application's page (Bot, Reset Token) and set it as DISCORD_TOKEN"

// finalCodes are the codes after which Discord says not to come back.
var finalCodes = map[int]string{
	4004: badToken,
	4010: "it says that this shard does not exist; this is a mistake in shirebot, please report it",
	4011: "the bot is in so many servers that one connection is not enough any more; shirebot has only one",
	4012: "it does not speak the version of this library any more; update shirebot",
	4013: "it says that the intents are not valid; update shirebot",
	4014: "the application may not have the intents that shirebot asks for, though none is privileged; " +
		"look at the application's page (Bot)",
}

// meaning makes a *finalError of what ends for good.
func meaning(err error) error {
	var closed *closedError
	if errors.As(err, &closed) && finalCodes[closed.code] != "" {
		return &finalError{closed.code, finalCodes[closed.code]}
	}
	var rest *discordgo.RESTError
	if errors.As(err, &rest) && rest.Response != nil && rest.Response.StatusCode == http.StatusUnauthorized {
		return &finalError{http.StatusUnauthorized, badToken}
	}
	return err
}
