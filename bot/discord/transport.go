package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// requestFor is for how long a request may take once it is its turn.
const requestFor = 15 * time.Second

var (
	errLimited = errors.New("no room is left in Discord's limits")
	errTooLong = errors.New("the answer is too long")
)

// restTransport is what every request to Discord goes through. It keeps to the
// limits, refuses what would do harm, and reads answers whole, so that no more
// than is expected is ever kept. What it refuses is a *bot.NotNowError: nothing
// was sent.
type restTransport struct {
	base    http.RoundTripper
	clock   bot.Clock
	limits  *limits
	breaker *breaker
}

func newRESTTransport(o restOptions) *restTransport {
	t := &restTransport{base: o.Transport, clock: o.Clock, limits: newLimits(), breaker: newBreaker(o.Log)}
	if t.base == nil {
		t.base = usualTransport()
	}
	if !sendable(o.Token) {
		t.breaker.refuseToken()
	}
	return t
}

// sendable reports whether a token can be sent in a header.
func sendable(token string) bool {
	return token != "" && !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// usualTransport keeps its connections for the next request. Interactions come
// in waves, and a new connection takes longer than an answer.
func usualTransport() http.RoundTripper {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  requestFor,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// RoundTrip sends a request when it is its turn.
func (t *restTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	c := callOf(req.Context())
	if c == nil {
		c = &restCall{name: "request"} // of the library itself
	}
	ln := laneOf(req.Method, req.URL.EscapedPath())
	b, err := t.admit(req.Context(), ln)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // a RoundTripper has to
		}
		return nil, err
	}
	resp, err := t.send(req, c)
	now := t.clock.Now()
	if c.outcome.status == 0 {
		t.limits.done(b, ln, nil, now)
		return nil, err
	}
	told := readTold(c.outcome.status, c.outcome.header, c.outcome.body)
	c.outcome.after = told.after
	t.breaker.note(ln, &c.outcome, told, now)
	t.limits.done(b, ln, told, now)
	return resp, err
}

// CloseIdleConnections lets an http.Client end the connections that are kept.
func (t *restTransport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// admit waits for a request's turn. It fails at once if that would take longer
// than whoever asks can wait.
func (t *restTransport) admit(ctx context.Context, ln lane) (*bucket, error) {
	now := t.clock.Now()
	until := now.Add(patienceOf(ctx))
	for {
		if err := ctx.Err(); err != nil {
			return nil, &bot.NotNowError{Err: err}
		}
		if wait, err := t.breaker.refuses(ln, now); errors.Is(err, errDead) {
			return nil, &bot.PermanentError{Code: codeExpired, Err: err}
		} else if err != nil {
			return nil, &bot.NotNowError{After: wait, Err: err}
		}
		b, wait, changed := t.limits.take(ln, now)
		if wait == 0 {
			return b, nil
		}
		left := until.Sub(now)
		if wait > left || left <= 0 {
			return nil, &bot.NotNowError{After: max(wait, time.Second), Err: errLimited}
		}
		if wait == untold {
			wait = left
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-t.clock.After(wait):
		}
		now = t.clock.Now()
	}
}

// send sends a request and reads the answer whole. What came of it is noted in
// the call, so that nothing depends on what the library makes of it.
func (t *restTransport) send(req *http.Request, c *restCall) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), requestFor)
	defer cancel()
	var dialed, connected atomic.Bool // a dial can outlast the request
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { dialed.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	resp, err := t.base.RoundTrip(req.WithContext(ctx))
	// A transport that does not say whether there was a connection may have had
	// one.
	c.outcome.maybeSent = connected.Load() || !dialed.Load()
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	limit := c.limit
	if limit == 0 {
		limit = answerBytes
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	c.outcome.status, c.outcome.header = resp.StatusCode, resp.Header
	if err == nil && int64(len(body)) > limit {
		err = errTooLong
	}
	if err != nil && resp.StatusCode < 300 {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	c.outcome.whole, c.outcome.body = true, body[:min(int64(len(body)), limit)]
	return forLibrary(resp, c.outcome.body), nil
}

// forLibrary is an answer without what the library would act upon.
func forLibrary(resp *http.Response, body []byte) *http.Response {
	plain := *resp
	plain.Header = http.Header{}
	for name, values := range resp.Header {
		if !strings.HasPrefix(name, "X-Ratelimit-") {
			plain.Header[name] = values
		}
	}
	plain.Body, plain.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return &plain
}
