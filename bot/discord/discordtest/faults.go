package discordtest

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Fault is what goes wrong with requests. It matches by method and path; what
// is empty matches everything.
type Fault struct {
	Method string
	Path   string // a regular expression over the path behind /api/v9
	Times  int    // how many requests; 0 is one, a negative number is all until Heal
	// After says that the request is carried out all the same, and only the
	// answer goes wrong.
	After bool
	// Status is the answer, with Code as Discord's own number for it. Without a
	// status, a delay and a hold the connection breaks.
	Status, Code int
	// HTML answers with a page, as Cloudflare does in front of Discord.
	HTML bool
	// RetryAfter, Global and Shared are what a 429 says.
	RetryAfter     time.Duration
	Global, Shared bool
	// Delay is how late the answer is, by the server's clock. Hold keeps the
	// request until the channel is closed. Both alone only slow it down.
	Delay time.Duration
	Hold  <-chan struct{}

	path *regexp.Regexp
}

type faults struct {
	list        []*Fault
	unreachable bool
}

// Fail makes requests go wrong from now on.
func (s *Server) Fail(f Fault) {
	path, err := regexp.Compile(f.Path)
	if err != nil {
		s.violate("Fail: the path %q is no regular expression", f.Path)
		return
	}
	f.path = path
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.list = append(s.faults.list, &f)
}

// Heal ends all faults of requests.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.list, s.faults.unreachable = nil, false
}

// SetUnreachable has every request and every connection to the gateway break.
func (s *Server) SetUnreachable(unreachable bool) {
	s.mu.Lock()
	s.faults.unreachable = unreachable
	s.mu.Unlock()
	if unreachable {
		s.DropConnections()
	}
}

// Revoke makes the token worthless, as an admin does who resets it: requests
// are answered with 401, and the gateway closes with 4004.
func (s *Server) Revoke() {
	s.mu.Lock()
	s.revoked = true
	s.mu.Unlock()
	s.CloseConnections(4004)
}

// Issue makes a new token, as an admin does after Revoke.
func (s *Server) Issue(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked, s.opts.Token = false, token
}

func (s *Server) nextFault(r *http.Request) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := r.URL.Path[len("/api/v9"):]
	for i, f := range s.faults.list {
		if f.Method != "" && f.Method != r.Method || !f.path.MatchString(path) {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				s.faults.list = slices.Delete(s.faults.list, i, i+1)
			}
		}
		s.change()
		return f
	}
	return nil
}

// onlySlow says that the request is answered as if nothing were wrong.
func (f *Fault) onlySlow() bool { return f.Status == 0 && (f.Delay > 0 || f.Hold != nil) }

// delay waits as long as a fault says, and reports whether somebody still waits
// for the answer.
func (s *Server) delay(ctx context.Context, f *Fault) bool {
	if f == nil {
		return true
	}
	if f.Delay > 0 {
		select {
		case <-ctx.Done():
			return false
		case <-s.clock.After(f.Delay):
		}
	}
	if f.Hold != nil {
		select {
		case <-ctx.Done():
			return false
		case <-f.Hold:
		}
	}
	return true
}

func (f *Fault) reply() *reply {
	switch {
	case f.Status == 0:
		return &reply{status: http.StatusBadGateway, header: http.Header{dropped: {"1"}}}
	case f.HTML:
		r := &reply{status: f.Status, header: http.Header{"Content-Type": {"text/html"}}}
		r.body = []byte("<!doctype html><title>Access denied | discord.com used Cloudflare to restrict access</title>")
		if f.RetryAfter > 0 {
			r.header.Set("Retry-After", strconv.Itoa(ceilSeconds(f.RetryAfter)))
		}
		return r
	case f.Status == http.StatusTooManyRequests:
		scope := "user"
		switch {
		case f.Global:
			scope = "global"
		case f.Shared:
			scope = "shared"
		}
		return tooMany(f.RetryAfter, scope)
	case f.Status >= 500 && f.Code == 0:
		return &reply{status: f.Status, header: http.Header{"Content-Type": {"text/plain"}}, body: []byte("upstream connect error")}
	}
	return jsonReply(f.Status, obj{"code": f.Code, "message": http.StatusText(f.Status)})
}

func ceilSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
