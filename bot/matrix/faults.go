//go:build goolm

package matrix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"maunium.net/go/mautrix"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// codeRefused is the code of a failure that nothing follows from: a mistake of
// ours, or a rule of the server's.
const codeRefused = "refused"

// effect says what a request does, and so what its failure leaves open.
type effect int

const (
	doesRead   effect = iota
	doesChange        // can be done again without harm, to a message that is there
	doesPost          // shows something new in a room
)

// Waits for what passes by itself but names no time.
const (
	waitAfter429     = 5 * time.Second
	waitForeign      = 30 * time.Second
	waitServerLimit  = time.Hour
	waitTokenRevoked = time.Minute
)

// The server's codes that the library has no names for.
const (
	codeDuplicateAnnotation = "M_DUPLICATE_ANNOTATION"
	codeResourceLimit       = "M_RESOURCE_LIMIT_EXCEEDED"
	codeUserLocked          = "M_USER_LOCKED"
	codeUserSuspended       = "M_USER_SUSPENDED"
	codeTooManyRequests     = "M_LIMIT_EXCEEDED"
)

// fault is a request that failed. What it says has neither people's names nor
// what they wrote, which the server's own words and the addresses can have.
type fault struct {
	Doing  string // what was asked, without ids
	Status int    // 0 if there was no answer
	Code   string // the server's; empty if it gave none
	After  time.Duration
	cause  error
}

// Error describes the failure.
func (f *fault) Error() string {
	switch {
	case f.Status == 0:
		return fmt.Sprintf("%s: %v", f.Doing, bare(f.cause))
	case f.Code == "":
		return fmt.Sprintf("%s: HTTP %d", f.Doing, f.Status)
	}
	return fmt.Sprintf("%s: HTTP %d, %s", f.Doing, f.Status, f.Code)
}

// Unwrap is the library's error.
func (f *fault) Unwrap() error { return f.cause }

// bare is an error without the address that was asked, which has ids in it.
func bare(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err
	}
	return err
}

// faultOf says what went wrong with a request; nil if the error is of something
// else.
func faultOf(doing string, err error) *fault {
	var known *fault
	if errors.As(err, &known) {
		return known
	}
	f := &fault{Doing: doing, cause: err}
	answer, ok := answerOf(err)
	if !ok {
		return nil
	}
	if answer.Response != nil {
		f.Status = answer.Response.StatusCode
		seconds, err := strconv.Atoi(answer.Response.Header.Get("Retry-After"))
		if err == nil && seconds > 0 {
			f.After = time.Duration(seconds) * time.Second
		}
	}
	if answer.RespError != nil {
		f.Code = answer.RespError.ErrCode
		// More exact than the header, which has whole seconds.
		if ms, ok := answer.RespError.ExtraData["retry_after_ms"].(float64); ok && ms > 0 {
			f.After = time.Duration(ms) * time.Millisecond
		}
	}
	f.After = min(f.After, time.Hour)
	return f
}

// answerOf is the library's error about a request.
func answerOf(err error) (mautrix.HTTPError, bool) {
	var answer mautrix.HTTPError
	if errors.As(err, &answer) {
		return answer, true
	}
	var pointer *mautrix.HTTPError
	if errors.As(err, &pointer) && pointer != nil {
		return *pointer, true
	}
	return mautrix.HTTPError{}, false
}

// hasCode reports whether an error is an answer of the server's with a code.
func hasCode(err error, codes ...string) bool {
	f := faultOf("", err)
	return f != nil && slices.Contains(codes, f.Code)
}

// isMissing reports whether the server says that something is not there.
func isMissing(err error) bool {
	f := faultOf("", err)
	return f != nil && f.Status == http.StatusNotFound && f.Code == mautrix.MNotFound.ErrCode
}

// isForbidden reports whether the server says that we may not, or are not there.
func isForbidden(err error) bool { return hasCode(err, mautrix.MForbidden.ErrCode) }

// isLoggedOut reports whether our login does not count any more.
func isLoggedOut(err error) bool {
	f := faultOf("", err)
	return f != nil && f.Status == http.StatusUnauthorized && f.Code != ""
}

// classify says what an error of a request means for what was to be shown, in
// the words of [bot.Platform]: bot.ErrGone, *bot.PermanentError,
// *bot.NotNowError, or an error of another kind if it is not known whether it
// was done. Whether a room that may not be written to is gone or only read-only,
// whoever asked has to find out: it is taken as read-only here.
func classify(doing string, does effect, err error) error {
	if err == nil || isClassified(err) {
		return err
	}
	f := faultOf(doing, err)
	if f == nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	foreign := f.Code == ""
	switch {
	case f.Status == 0:
		return unanswered(f, does)
	case f.Status == http.StatusTooManyRequests, f.Code == codeTooManyRequests:
		return notNow(f, cmp.Or(f.After, waitAfter429))
	case f.Status == http.StatusUnauthorized && !foreign:
		// What waits to be shown is to be shown when there is a new token.
		return notNow(f, waitTokenRevoked)
	case hasCode(f, codeResourceLimit, codeUserLocked, codeUserSuspended):
		return notNow(f, waitServerLimit)
	case f.Status < 400, f.Status >= 500, f.Status == http.StatusRequestTimeout:
		if does == doesRead {
			return notNow(f, f.After)
		}
		return f
	case foreign: // something in between answers, and the server saw nothing
		return notNow(f, max(f.After, waitForeign))
	}
	return final(f, does)
}

// unanswered says what it means that no answer came. Where no connection was
// made, nothing was done.
func unanswered(f *fault, does effect) error {
	var dial *net.OpError
	if does == doesRead && !errors.Is(f.cause, context.Canceled) || errors.As(f.cause, &dial) && dial.Op == "dial" {
		return notNow(f, 0)
	}
	return f
}

func isClassified(err error) bool {
	var permanent *bot.PermanentError
	var later *bot.NotNowError
	return errors.Is(err, bot.ErrGone) || errors.As(err, &permanent) || errors.As(err, &later)
}

func notNow(err error, after time.Duration) error { return &bot.NotNowError{After: after, Err: err} }

func permanent(code string, err error) error { return &bot.PermanentError{Code: code, Err: err} }

// notShown is an error of something that shows nothing: it cannot be unsure.
func notShown(err error) error {
	if err != nil && !isClassified(err) {
		return notNow(err, 0)
	}
	return err
}

// final says what an answer means that will not change.
func final(f *fault, does effect) error {
	missing := f.Status == http.StatusNotFound && f.Code == mautrix.MNotFound.ErrCode
	switch {
	case missing && does == doesPost:
		return permanent(bot.CodeRoomGone, f)
	case missing:
		return fmt.Errorf("%w: %w", bot.ErrGone, f)
	case f.Code == mautrix.MForbidden.ErrCode:
		return permanent(bot.CodeReadOnly, f)
	}
	return permanent(codeRefused, f)
}
