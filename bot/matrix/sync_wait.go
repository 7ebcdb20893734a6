//go:build goolm

package matrix

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"maunium.net/go/mautrix"
)

// waitFor is how long to wait after the nth failure: what the homeserver asks
// for, else twice as long each time, and never all at the same moment.
func waitFor(n int, err error) time.Duration {
	wait := min(firstWait<<min(n-1, 10), longestWait)
	return max(wait/2+rand.N(wait), retryAfter(err))
}

// retryAfter is how long the homeserver asks us to wait, 0 if it does not. It is
// believed up to an hour.
func retryAfter(err error) time.Duration {
	var failed mautrix.HTTPError
	if !errors.As(err, &failed) {
		return 0
	}
	var wait time.Duration
	if failed.RespError != nil {
		if ms, ok := failed.RespError.ExtraData["retry_after_ms"].(float64); ok && ms > 0 {
			wait = time.Duration(min(ms, 3.6e6)) * time.Millisecond
		}
	}
	if failed.Response != nil {
		if seconds, err := strconv.Atoi(failed.Response.Header.Get("Retry-After")); err == nil && seconds > 0 {
			wait = max(wait, time.Duration(min(seconds, 3600))*time.Second)
		}
	}
	return wait
}

// tokenRefused reports whether the login does not count any more.
func tokenRefused(err error) bool {
	return errors.Is(err, mautrix.MUnknownToken) || errors.Is(err, mautrix.MMissingToken) || errors.Is(err, mautrix.MUserDeactivated)
}

func statusIs(err error, status int) bool {
	var failed mautrix.HTTPError
	return errors.As(err, &failed) && failed.IsStatus(status)
}
