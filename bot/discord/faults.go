package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// The codes of failures that nothing follows from but what their names say.
const (
	codeRefused  = "refused"  // a mistake of ours, or a rule of Discord's
	codeExpired  = "expired"  // the interaction can no longer be answered
	codeAnswered = "answered" // the interaction was answered already
)

// Discord's codes for what went wrong.
const (
	unknownChannel     = 10003
	unknownGuild       = 10004
	unknownMessage     = 10008
	unknownUser        = 10013
	unknownWebhook     = 10015
	unknownInteraction = 10062
	botFlagged         = 20026 // as one that bothers people
	oldMessageEdits    = 30046 // too many edits of messages older than an hour
	directTooFast      = 40003 // too many new direct chats
	alreadyAnswered    = 40060
	missingAccess      = 50001
	cannotMessage      = 50007
	missingPermissions = 50013
	threadArchived     = 50083
	noMutualGuild      = 50278
	threadLocked       = 160005
	tooManyThreads     = 160006
	overloaded         = 130000
)

// apiError is what Discord answered instead of what was asked for.
type apiError struct {
	Call    string // what was asked, without ids
	Status  int
	Code    int    // Discord's; 0 if it gave none
	Message string // Discord's, in English
	// After is how long to wait, after a 429 or when Discord is not reached.
	After time.Duration
	// Fields are the paths of what was wrong in a request, without its values.
	Fields []string
	// Foreign says that the answer is not Discord's own but of something in
	// between, such as its shield against floods.
	Foreign bool

	effect effect
}

// Error describes the failure. It has neither addresses nor values.
func (e *apiError) Error() string {
	s := fmt.Sprintf("%s: HTTP %d", e.Call, e.Status)
	if e.Code != 0 {
		s += fmt.Sprintf(", code %d", e.Code)
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	return s
}

// Is makes errors.Is find errRevoked in an answer that says it.
func (e *apiError) Is(target error) bool {
	return target == errRevoked && e.Status == http.StatusUnauthorized && !e.Foreign && e.effect != doesAnswer
}

// hasCode reports whether an error is an answer of Discord's with a code.
func hasCode(err error, codes ...int) bool {
	var api *apiError
	return errors.As(err, &api) && slices.Contains(codes, api.Code)
}

const (
	// Discord's messages are short; what is longer is not Discord's.
	longestMessage = 200
	// A few wrong fields are enough to find the mistake.
	mostFields = 10
	// deepestField is deeper than anything that we send.
	deepestField = 12
)

func newAPIError(c *restCall) *apiError {
	o := &c.outcome
	e := &apiError{Call: c.name, Status: o.status, After: o.after, effect: c.effect}
	body, ours := answerFields(o.body)
	if !ours {
		e.Foreign = true
		return e
	}
	var text string
	if json.Unmarshal(body["message"], &text) == nil {
		e.Message = cleanMessage(text)
	}
	e.Code, e.Fields = wholeNumber(body["code"]), wrongFields(body["errors"])
	return e
}

// cleanMessage makes a message fit for a log line.
func cleanMessage(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
	return s[:min(len(s), longestMessage)]
}

// wrongFields are the paths in a form error, such as embeds.0.description. The
// messages beside them may quote what was sent.
func wrongFields(raw json.RawMessage) []string {
	var found []string
	var walk func(raw json.RawMessage, path string, depth int)
	walk = func(raw json.RawMessage, path string, depth int) {
		var parts map[string]json.RawMessage
		if len(found) == mostFields || depth > deepestField || json.Unmarshal(raw, &parts) != nil {
			return
		}
		names := make([]string, 0, len(parts))
		for name := range parts {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if name == "_errors" {
				found = append(found, strings.TrimPrefix(path, "."))
				return
			}
			walk(parts[name], path+"."+fieldName(name), depth+1)
		}
	}
	walk(raw, "", 0)
	return found[:min(len(found), mostFields)]
}

// fieldName is a field's name, if it is one of ours: Discord could quote a key
// that came from somebody.
func fieldName(s string) string {
	if len(s) > 40 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "?"
	}
	return s
}

// Waits for what passes by itself but names no time.
const (
	waitAfter429     = 5 * time.Second
	waitFlagged      = time.Hour
	waitDirect       = 10 * time.Minute
	waitOldEdit      = time.Minute
	waitThread       = time.Second
	waitManyThreads  = 30 * time.Minute
	waitTokenRevoked = 24 * time.Hour
)

// errRevoked says that Discord refuses the bot's token.
var errRevoked = errors.New("the bot's token is refused by Discord")

// classify says what an error of a request means for what was to be shown, in
// the words of [bot.Platform]: bot.ErrGone, *bot.PermanentError,
// *bot.NotNowError, or the error itself if it is not known whether it was done.
// The error that Discord gave is always inside.
func classify(err error) error {
	var api *apiError
	if !errors.As(err, &api) {
		return err // nil, one that was classified, or not known
	}
	if errors.Is(err, bot.ErrGone) || isClassified(err) {
		return err
	}
	switch {
	case api.Status == http.StatusRequestTimeout && api.effect != doesRead && api.effect != doesChange:
		return err
	case errors.Is(err, errRevoked):
		// What waits to be shown is to be shown when there is a new token.
		return notNow(err, waitTokenRevoked)
	case api.Status == http.StatusTooManyRequests, api.Foreign && api.Status < 500, api.Status < 400:
		return notNow(err, max(api.After, map[int]time.Duration{oldMessageEdits: waitOldEdit, directTooFast: waitDirect}[api.Code]))
	case api.Status >= 500 && api.effect != doesRead && api.effect != doesChange:
		return err
	case api.Status >= 500, api.Status == http.StatusRequestTimeout:
		return notNow(err, api.After)
	}
	if wait, ok := passing[api.Code]; ok {
		return notNow(err, wait)
	}
	return final(api, err)
}

func isClassified(err error) bool {
	var permanent *bot.PermanentError
	var later *bot.NotNowError
	return errors.As(err, &permanent) || errors.As(err, &later)
}

func notNow(err error, after time.Duration) error { return &bot.NotNowError{After: after, Err: err} }

// passing are the codes of what will pass.
var passing = map[int]time.Duration{
	botFlagged:      waitFlagged,
	directTooFast:   waitDirect,
	oldMessageEdits: waitOldEdit,
	threadArchived:  waitThread, // whoever asked reopens it
	tooManyThreads:  waitManyThreads,
	overloaded:      waitAfter429,
}

// final says what an answer means that will not change.
func final(api *apiError, err error) error {
	permanent := func(code string) error { return &bot.PermanentError{Code: code, Err: err} }
	switch api.Code {
	case cannotMessage, noMutualGuild:
		return permanent(bot.CodeClosed)
	case threadLocked:
		return permanent(bot.CodeReadOnly)
	case unknownInteraction, unknownWebhook:
		return permanent(codeExpired)
	case alreadyAnswered:
		return permanent(codeAnswered)
	}
	switch {
	case api.effect == doesChange && api.Code == unknownUser:
		return permanent(bot.CodeClosed) // nobody to open a chat with
	case api.effect == doesAnswer && api.Status == http.StatusNotFound:
		return permanent(codeExpired)
	case api.effect == doesPost && (api.Code == unknownChannel || api.Code == unknownGuild):
		return permanent(bot.CodeRoomGone)
	case api.effect != doesPost && api.effect != doesAnswer && api.Status == http.StatusNotFound:
		// A message is gone with its room; a thread can be gone from a forum that
		// is still there.
		return fmt.Errorf("%w: %w", bot.ErrGone, err)
	case api.effect != doesAnswer && (api.Code == missingAccess || api.Code == missingPermissions):
		return permanent(bot.CodeReadOnly)
	}
	return permanent(codeRefused)
}
