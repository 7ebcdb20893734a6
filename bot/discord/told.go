package discord

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"
)

// told is what an answer says about limits.
type told struct {
	bucket     string // empty if it says nothing
	limit      int
	remaining  int
	resetAfter time.Duration

	refused    bool // it is a 429
	foreign    bool // and not Discord's own
	shared     bool // somebody else used the limit up: not our fault
	everything bool // it is about all requests
	onlyThis   bool // it is about one message, not about the bucket
	after      time.Duration
}

// readTold reads the headers and, of a 429, the body of an answer. It trusts
// neither: what is missing or odd counts as not said.
func readTold(status int, h http.Header, body []byte) *told {
	t := &told{}
	if name := h.Get("X-Ratelimit-Bucket"); len(name) <= longestName {
		t.bucket = name
	}
	var ok [3]bool
	t.limit, ok[0] = count(h.Get("X-Ratelimit-Limit"))
	t.remaining, ok[1] = count(h.Get("X-Ratelimit-Remaining"))
	t.resetAfter, ok[2] = seconds(h.Get("X-Ratelimit-Reset-After"))
	if !ok[0] || !ok[1] || !ok[2] {
		t.bucket, t.limit, t.remaining = "", 0, 0
	}
	switch status {
	case http.StatusTooManyRequests:
		t.readRefusal(h, body)
	case http.StatusUnauthorized, http.StatusForbidden:
		if _, ours := answerFields(body); !ours {
			t.foreign, t.after = true, waitForeign
		}
	}
	return t
}

func (t *told) readRefusal(h http.Header, body []byte) {
	t.refused = true
	b, ours := answerFields(body)
	t.foreign = !ours
	t.shared = !t.foreign && h.Get("X-Ratelimit-Scope") == "shared"
	t.everything = string(b["global"]) == "true" || h.Get("X-Ratelimit-Global") != "" || h.Get("X-Ratelimit-Scope") == "global"
	t.onlyThis = wholeNumber(b["code"]) == oldMessageEdits
	inHeader, headerSays := seconds(h.Get("Retry-After"))
	inBody, bodySays := seconds(string(b["retry_after"]))
	switch {
	case headerSays || bodySays:
		t.after = max(inHeader, inBody)
	case t.foreign:
		t.after = waitForeign
	case t.resetAfter > 0:
		t.after = t.resetAfter
	default:
		t.after = waitAfter429
	}
}

// count reads how many there are.
func count(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil
}

// seconds reads a time in seconds, with a fraction.
func seconds(s string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 {
		return 0, false
	}
	if f >= longestHold.Seconds() {
		return longestHold, true
	}
	return time.Duration(math.Ceil(f*1000)) * time.Millisecond, true
}

// answerFields reads Discord's own form of an error. It is false for what
// something in between says, which may be a web page or some other form.
func answerFields(body []byte) (map[string]json.RawMessage, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields["message"] == nil {
		return nil, false
	}
	return fields, true
}

func wholeNumber(raw json.RawMessage) int {
	n, _ := count(string(raw))
	return n
}
