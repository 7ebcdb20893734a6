//go:build goolm

package matrixtest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// Fault is something that a [Proxy] does wrong.
type Fault struct {
	Method string // any if empty
	Path   string // a regular expression for the path; any if empty
	Skip   int    // how many requests pass before
	Times  int    // how often; until it is removed if 0
	// After lets the homeserver do what was asked first. Only the answer is wrong.
	After bool

	// What is answered: a status, with an error code in JSON or another body.
	Status     int
	Code       string        // such as M_LIMIT_EXCEEDED
	RetryAfter time.Duration // in the header, and in the JSON in milliseconds
	Type       string        // of the body; application/json if empty
	Body       string

	Drop bool // or: the connection is closed without an answer
	Cut  bool // or: the homeserver's own answer breaks off in the middle
	Hang bool // or: silence until the fault is released; then all goes on
}

// TooMany says that requests come too fast.
func TooMany(again time.Duration) Fault {
	return Fault{Status: http.StatusTooManyRequests, Code: "M_LIMIT_EXCEEDED", RetryAfter: again}
}

// ServerError says that something is broken.
func ServerError() Fault {
	return Fault{Status: http.StatusInternalServerError, Code: "M_UNKNOWN"}
}

// HTML answers as a web server does whose homeserver is away.
func HTML(status int) Fault {
	return Fault{Status: status, Type: "text/html", Body: "<html><body><h1>" + http.StatusText(status) + "</h1></body></html>"}
}

// Refused answers with an error code of Matrix, such as M_FORBIDDEN.
func Refused(status int, code string) Fault { return Fault{Status: status, Code: code} }

// Dropped closes the connection.
func Dropped() Fault { return Fault{Drop: true} }

// Silent does not answer.
func Silent() Fault { return Fault{Hang: true} }

// On is the fault for some requests only: a method and a regular expression
// for the path.
func (f Fault) On(method, path string) Fault {
	f.Method, f.Path = method, path
	return f
}

// Once is the fault for one request only.
func (f Fault) Once() Fault {
	f.Times = 1
	return f
}

// Afterwards is the fault after the homeserver did what was asked.
func (f Fault) Afterwards() Fault {
	f.After = true
	return f
}

// answer is what the fault answers.
func (f *Fault) answer() response {
	r := response{status: f.Status, header: http.Header{}, body: []byte(f.Body)}
	kind := f.Type
	if kind == "" {
		kind = "application/json"
	}
	r.header.Set("Content-Type", kind)
	if f.RetryAfter > 0 {
		// Whole seconds, rounded up: that is all the header can say.
		r.header.Set("Retry-After", strconv.Itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
	}
	if f.Body == "" && f.Code != "" {
		text := map[string]any{"errcode": f.Code, "error": "refused by the test"}
		if f.RetryAfter > 0 {
			text["retry_after_ms"] = f.RetryAfter.Milliseconds()
		}
		r.body, _ = json.Marshal(text) // texts and a number: cannot fail
	}
	return r
}

// Injected is a fault at work.
type Injected struct {
	fault Fault
	path  *regexp.Regexp
	proxy *Proxy

	once    sync.Once
	release chan struct{}

	seen, hits, held int // guarded by the proxy
}

// Hits is how often the fault was at work.
func (in *Injected) Hits() int {
	in.proxy.mu.Lock()
	defer in.proxy.mu.Unlock()
	return in.hits
}

// Held is how many requests hang now. Of a fault afterwards they are those that
// the homeserver has dealt with.
func (in *Injected) Held() int {
	in.proxy.mu.Lock()
	defer in.proxy.mu.Unlock()
	return in.held
}

// Release lets what hangs go on, now and from now on.
func (in *Injected) Release() { in.once.Do(func() { close(in.release) }) }

// Remove ends the fault, and lets what hangs go on.
func (in *Injected) Remove() {
	in.proxy.mu.Lock()
	in.proxy.faults = without(in.proxy.faults, in)
	in.proxy.mu.Unlock()
	in.Release()
}

// without is a list without one of it.
func without(all []*Injected, gone *Injected) []*Injected {
	var kept []*Injected
	for _, in := range all {
		if in != gone {
			kept = append(kept, in)
		}
	}
	return kept
}

// fits tells whether the fault is for a request, and counts it. The caller
// holds the proxy's lock.
func (in *Injected) fits(r *http.Request) bool {
	if in.fault.Method != "" && in.fault.Method != r.Method || !in.path.MatchString(r.URL.Path) {
		return false
	}
	in.seen++
	if in.seen <= in.fault.Skip || in.fault.Times > 0 && in.hits >= in.fault.Times {
		return false
	}
	in.hits++
	return true
}
