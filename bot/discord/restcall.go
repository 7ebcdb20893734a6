package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// effect says what a request does, and with it what a failure means.
type effect int

const (
	doesRead   effect = iota // changes nothing, and can be tried again
	doesChange               // done twice it is done once, and it shows nothing new
	doesEdit                 // changes a message that is there
	doesPost                 // shows something new
	doesAnswer               // answers an interaction
)

// restCall is one request: what is asked, and what came of it. The transport
// finds it in the request's context.
type restCall struct {
	name   string // for logs and errors
	effect effect
	method string
	path   string // escaped, below the API's address
	body   any
	limit  int64 // bytes of the answer; 0 is answerBytes

	outcome outcome // of the last try
}

// outcome is what the transport noted about a request.
type outcome struct {
	maybeSent bool // it reached a connection, or nobody can tell
	whole     bool // the answer was read to its end
	status    int
	header    http.Header
	body      []byte
	after     time.Duration // to wait after a 429
}

type callKey struct{}

func callOf(ctx context.Context) *restCall {
	c, _ := ctx.Value(callKey{}).(*restCall)
	return c
}

type patienceKey struct{}

// withPatience lets requests wait for their turn for another time than usual.
func withPatience(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, d)
}

func patienceOf(ctx context.Context) time.Duration {
	if d, ok := ctx.Value(patienceKey{}).(time.Duration); ok {
		return d
	}
	if c := callOf(ctx); c != nil && c.effect != doesRead {
		return patience
	}
	return readPatience
}

// ask carries out a call on a path and decodes the answer into a value, if
// there is one.
func (r *rest) ask(ctx context.Context, c *restCall, into any, path ...part) error {
	var b strings.Builder
	for i, p := range path {
		switch {
		case p == "":
			return c.bad()
		case i > 0 && p[0] != '?':
			b.WriteByte('/')
		}
		b.WriteString(string(p))
	}
	c.path = b.String()
	return r.do(ctx, c, into)
}

// bad is the error for what cannot be sent.
func (c *restCall) bad() error {
	return &bot.PermanentError{Code: codeRefused, Err: fmt.Errorf("%s: %w", c.name, errBadPart)}
}

// fetch is ask for an answer of one kind.
func fetch[T any](ctx context.Context, r *rest, c *restCall, path ...part) (*T, error) {
	var into T
	if err := r.ask(ctx, c, &into, path...); err != nil {
		return nil, err
	}
	return &into, nil
}

// part is a part of a path, escaped. An empty one is what cannot be a part: a
// request with it is not sent.
type part string

var errBadPart = errors.New("an id, emoji or token is none")

// idPart is a snowflake.
func idPart(id string) part {
	if len(id) > 20 || strings.Trim(id, "0123456789") != "" {
		return ""
	}
	return part(id)
}

// longestEmoji is more than any emoji has, in bytes; a guild's own is its name
// and id.
const longestEmoji = 80

func emojiPart(emoji string) part {
	if emoji == "" || len(emoji) > longestEmoji || !utf8.ValidString(emoji) || strings.ContainsAny(emoji, "./\\") {
		return ""
	}
	return part(url.PathEscape(emoji))
}

// longestToken is several times what an interaction's token has.
const longestToken = 1024

func tokenPart(token string) part {
	odd := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("/\\?#%", r) }
	if token == "" || len(token) > longestToken || strings.Trim(token, ".") == "" || strings.ContainsFunc(token, odd) {
		return ""
	}
	return part(token)
}

func queryPart(q url.Values) part { return part("?" + q.Encode()) }
