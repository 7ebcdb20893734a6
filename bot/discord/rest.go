package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/bwmarrin/discordgo"
)

// userAgent says who asks, in the form that Discord demands.
const userAgent = "DiscordBot (https://github.com/berkshire-mutual-aid/shirebot, v1)"

// Answers longer than these are not read: nothing that is asked for has as
// much, but for all channels or roles of a big server.
const (
	answerBytes = 1 << 20
	listBytes   = 8 << 20
)

// For how long a request waits for its turn. What would have to wait longer is
// refused before anything is sent: the outbox tries again later, and meanwhile
// shows something else. An interaction has to be answered within three seconds.
// Nobody waits for what is only read.
const (
	patience     = 2 * time.Second
	readPatience = 10 * time.Second
)

type restOptions struct {
	Token     string
	Transport http.RoundTripper // nil is the usual one
	Clock     bot.Clock
	Log       *slog.Logger
}

// rest asks and tells Discord things over HTTP. Its methods return
// [apiError] for what Discord answered, *bot.NotNowError for what was not done
// for certain, and other errors; classify says what they mean for a post.
type rest struct {
	session *discordgo.Session
	guarded *restTransport
	log     *slog.Logger
}

func newREST(o restOptions) *rest {
	r := &rest{log: o.Log, guarded: newRESTTransport(o)}
	// New has no way to fail: its error is left from older versions.
	s, _ := discordgo.New("Bot " + o.Token)
	s.StateEnabled = false
	s.UserAgent = userAgent
	s.MaxRestRetries = 0
	s.ShouldRetryOnRateLimit = false
	s.LogLevel = -1 // it writes to the standard error, addresses included
	s.Client = &http.Client{
		Transport: r.guarded,
		// A redirected POST would become a GET; Discord's API redirects nothing.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	r.session = s
	return r
}

// transport is what all requests to Discord go through, so that together they
// keep to its limits.
func (r *rest) transport() http.RoundTripper { return r.guarded }

// revoked is closed when Discord has refused the token: nothing will succeed
// with it any more.
func (r *rest) revoked() <-chan struct{} { return r.guarded.breaker.revoked }

// do carries out a call and decodes the answer into a value, if there is one.
func (r *rest) do(ctx context.Context, c *restCall, into any) error {
	var body []byte
	if c.body != nil {
		var err error
		if body, err = json.Marshal(c.body); err != nil {
			return &bot.PermanentError{Code: codeRefused, Err: fmt.Errorf("%s: %w", c.name, err)}
		}
	}
	err := r.try(ctx, c, body)
	if err != nil && again(ctx, c, err) {
		err = r.try(ctx, c, body)
	}
	if err != nil {
		return err
	}
	if into == nil {
		return nil
	}
	if err = json.Unmarshal(c.outcome.body, into); err != nil {
		// The error may quote what somebody wrote.
		return c.failed(errors.New("the answer is not what was expected"))
	}
	return nil
}

// again reports whether a call is to be tried a second time: a question that
// was not answered, and whatever was certainly not done because of a limit that
// passes soon. The transport then waits for that.
func again(ctx context.Context, c *restCall, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	var api *apiError
	if errors.As(err, &api) {
		if api.Status == http.StatusTooManyRequests {
			return (c.effect == doesRead || c.effect == doesAnswer) && !api.Foreign && api.Code == 0 && api.After <= patienceOf(ctx)
		}
		return c.effect == doesRead && api.Status >= 500
	}
	// What the transport refused would be refused again.
	return c.effect == doesRead && c.outcome.maybeSent && !errors.Is(err, errTooLong)
}

// try sends a call once.
//
// The library keeps a bucket for each address for ever, holds its lock while a
// request is under way, sleeps without regard to the context, and stops at a
// header that it cannot read after the request was carried out. So each request
// gets a bucket of its own, from a Ratelimiter of its own, which knows of no
// limit; the limits are kept by the transport, which hides their headers from
// the library.
func (r *rest) try(ctx context.Context, c *restCall, body []byte) error {
	c.outcome = outcome{}
	ctx = context.WithValue(ctx, callKey{}, c)
	bucket := discordgo.NewRatelimiter().LockBucket(c.name)
	_, err := r.session.RequestWithLockedBucket(c.method, discordgo.EndpointAPI+c.path, "application/json", body, bucket, 0, discordgo.WithContext(ctx))
	switch status := c.outcome.status; {
	case !c.outcome.whole:
		return c.failed(err)
	case status >= 200 && status < 300:
		return nil // the library takes some of them for errors
	}
	return r.answered(c)
}

// answered makes an error of what Discord answered.
func (r *rest) answered(c *restCall) error {
	api := newAPIError(c)
	if len(api.Fields) > 0 {
		// The names of what we got wrong; the values may be people's words.
		r.log.Error("Discord refused a request of ours", "call", c.name, "status", api.Status, "code", api.Code, "fields", strings.Join(api.Fields, " "))
	}
	return api
}

// failed makes an error of a request that was not answered.
func (c *restCall) failed(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err // without the address, which may have a token in it
	}
	var notNow *bot.NotNowError
	switch {
	case errors.As(err, &notNow):
		return &bot.NotNowError{After: notNow.After, Err: fmt.Errorf("%s: %w", c.name, notNow.Err)}
	case !c.outcome.maybeSent, c.effect == doesRead, c.effect == doesChange:
		return &bot.NotNowError{Err: fmt.Errorf("%s: %w", c.name, err)}
	}
	return fmt.Errorf("%s: %w", c.name, err)
}
