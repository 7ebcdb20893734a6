//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"maunium.net/go/mautrix"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// waitOf is how long an error says to wait; 0 if it is of another kind.
func waitOf(err error) time.Duration {
	var later *bot.NotNowError
	if errors.As(err, &later) {
		return later.After
	}
	return 0
}

// kindOf is what an error means, in a word.
func kindOf(err error) string {
	var final *bot.PermanentError
	var later *bot.NotNowError
	switch {
	case err == nil:
		return "none"
	case errors.Is(err, bot.ErrGone):
		return "gone"
	case errors.As(err, &final):
		return final.Code
	case errors.As(err, &later):
		return fmt.Sprintf("not now %v", later.After)
	}
	return "unsure"
}

// answered is the library's error for an answer.
func answered(status int, code string, extra map[string]any) mautrix.HTTPError {
	e := mautrix.HTTPError{Response: &http.Response{StatusCode: status, Header: http.Header{}}, ResponseBody: "@rosa:example.org wrote this"}
	if code != "" {
		e.RespError = &mautrix.RespError{ErrCode: code, Err: "@rosa:example.org is not in room !x:example.org", ExtraData: extra, StatusCode: status}
	}
	return e
}

func TestClassify(t *testing.T) {
	t.Parallel()
	address := func(err error) error {
		return mautrix.HTTPError{Message: "request error", WrappedError: &url.Error{Op: "Put", URL: "https://example.org/!x:example.org/@rosa:example.org", Err: err}}
	}
	limited := answered(429, "M_LIMIT_EXCEEDED", map[string]any{"retry_after_ms": 1500.0})
	header := answered(429, "", nil)
	header.Response.Header.Set("Retry-After", "7")
	for name, c := range map[string]struct {
		err                error
		read, change, post string
	}{
		"none":                {nil, "none", "none", "none"},
		"too many":            {limited, "not now 1.5s", "not now 1.5s", "not now 1.5s"},
		"too many, a shield":  {header, "not now 7s", "not now 7s", "not now 7s"},
		"too many, no time":   {answered(429, "M_LIMIT_EXCEEDED", nil), "not now 5s", "not now 5s", "not now 5s"},
		"for ever":            {answered(429, "M_LIMIT_EXCEEDED", map[string]any{"retry_after_ms": 1e15}), "not now 1h0m0s", "not now 1h0m0s", "not now 1h0m0s"},
		"not there":           {answered(404, "M_NOT_FOUND", nil), "gone", "gone", bot.CodeRoomGone},
		"no such thing":       {answered(404, "M_UNRECOGNIZED", nil), codeRefused, codeRefused, codeRefused},
		"forbidden":           {answered(403, "M_FORBIDDEN", nil), bot.CodeReadOnly, bot.CodeReadOnly, bot.CodeReadOnly},
		"too large":           {answered(413, "M_TOO_LARGE", nil), codeRefused, codeRefused, codeRefused},
		"revoked":             {answered(401, "M_UNKNOWN_TOKEN", nil), "not now 1m0s", "not now 1m0s", "not now 1m0s"},
		"suspended":           {answered(403, "M_USER_SUSPENDED", nil), "not now 1h0m0s", "not now 1h0m0s", "not now 1h0m0s"},
		"500":                 {answered(500, "M_UNKNOWN", nil), "not now 0s", "unsure", "unsure"},
		"502":                 {answered(502, "", nil), "not now 0s", "unsure", "unsure"},
		"a page":              {answered(404, "", nil), "not now 30s", "not now 30s", "not now 30s"},
		"an answer in HTML":   {answered(200, "", nil), "not now 0s", "unsure", "unsure"},
		"no connection":       {address(&net.OpError{Op: "dial", Err: errors.New("refused")}), "not now 0s", "not now 0s", "not now 0s"},
		"connection broke":    {address(&net.OpError{Op: "read", Err: errors.New("reset")}), "not now 0s", "unsure", "unsure"},
		"time is over":        {address(context.DeadlineExceeded), "not now 0s", "unsure", "unsure"},
		"something else":      {errors.New("disk full"), "unsure", "unsure", "unsure"},
		"classified":          {notNow(errors.New("x"), time.Second), "not now 1s", "not now 1s", "not now 1s"},
		"a fault, once more":  {classify("send", doesPost, answered(500, "M_UNKNOWN", nil)), "not now 0s", "unsure", "unsure"},
		"wrapped":             {fmt.Errorf("who is in the room: %w", limited), "not now 1.5s", "not now 1.5s", "not now 1.5s"},
		"wrapped, as pointer": {fmt.Errorf("x: %w", &limited), "not now 1.5s", "not now 1.5s", "not now 1.5s"},
	} {
		for does, want := range map[effect]string{doesRead: c.read, doesChange: c.change, doesPost: c.post} {
			got := classify("send", does, c.err)
			if kindOf(got) != want {
				t.Errorf("%s, effect %d: %v, want %s", name, does, got, want)
			}
			if got != nil && strings.ContainsAny(got.Error(), "@!") {
				t.Errorf("%s: %q names somebody", name, got)
			}
			if c.err != nil && !errors.Is(got, bot.ErrGone) && faultOf("", c.err) != nil && faultOf("", got) == nil {
				t.Errorf("%s: the server's answer is lost in %v", name, got)
			}
		}
	}
	if !errors.Is(classify("send", doesPost, answered(401, "M_UNKNOWN_TOKEN", nil)), mautrix.MUnknownToken) {
		t.Error("a revoked token cannot be told")
	}
	if kindOf(notShown(errors.New("x"))) != "not now 0s" || notShown(nil) != nil || kindOf(notShown(bot.ErrGone)) != "gone" {
		t.Error("what shows nothing is not sure")
	}
}
