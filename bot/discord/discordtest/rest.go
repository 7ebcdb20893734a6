package discordtest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// call is one REST request.
type call struct {
	*http.Request
	raw  []byte
	body obj
}

// failure is Discord's answer to a request that cannot be done.
type failure struct {
	status, code int
	message      string
	details      []string
}

func fail(status, code int, message string) *failure {
	return &failure{status: status, code: code, message: message}
}

func (f *failure) json() obj {
	o := obj{"code": f.code, "message": f.message}
	if len(f.details) > 0 {
		list := []obj{}
		for _, d := range f.details {
			list = append(list, obj{"code": "INVALID", "message": d})
		}
		o["errors"] = obj{"_errors": list}
	}
	return o
}

// handler does what a request asks for, with the lock held. A nil answer is 204.
type handler func(*call) (any, *failure)

// reply is what goes back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func jsonReply(status int, body any) *reply {
	r := &reply{status: status, header: http.Header{}}
	if body != nil {
		r.header.Set("Content-Type", "application/json")
		r.body = encode(body)
	}
	return r
}

// routes are the requests that are answered.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", s.notFound)
	mux.HandleFunc("/", s.notFound)
	mux.HandleFunc("GET /ws/", s.serveGateway)
	mux.HandleFunc("GET /resume/", s.serveGateway)
	on := func(pattern string, h handler) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /api/v9"+path, func(w http.ResponseWriter, r *http.Request) { s.rest(w, r, pattern, h) })
	}
	s.accountRoutes(on)
	s.guildRoutes(on)
	s.channelRoutes(on)
	s.messageRoutes(on)
	s.reactionRoutes(on)
	s.interactionRoutes(on)
	s.commandRoutes(on)
	return mux
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	s.violate("%s %s is not known here", r.Method, r.URL.Path)
	s.write404(w)
}

func (s *Server) write404(w http.ResponseWriter) {
	send(w, jsonReply(http.StatusNotFound, obj{"code": 0, "message": "404: Not Found"}))
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	unreachable := s.faults.unreachable
	s.mu.Unlock()
	if unreachable {
		w.Header().Set(dropped, "1")
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	// The new path of pins looks like that of a message to the router.
	if at := strings.Index(r.URL.Path, "/messages/pins/"); at > 0 {
		r.URL.Path = r.URL.Path[:at] + strings.TrimPrefix(r.URL.Path[at:], "/messages")
	}
	s.mux.ServeHTTP(w, r)
}

// rest answers one request: faults, token, limits and form first.
func (s *Server) rest(w http.ResponseWriter, r *http.Request, pattern string, h handler) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 10<<20))
	if err != nil {
		return // the one who asked has gone
	}
	fault := s.nextFault(r)
	c := &call{Request: r, raw: raw}
	var answer *reply
	if fault != nil && fault.After {
		answer = s.answer(c, pattern, h)
	}
	if !s.delay(r.Context(), fault) {
		return
	}
	switch {
	case fault != nil && !fault.onlySlow():
		answer = fault.reply()
	case answer == nil:
		answer = s.answer(c, pattern, h)
	}
	s.count(r, answer)
	send(w, answer)
}

func send(w http.ResponseWriter, answer *reply) {
	for key, values := range answer.header {
		w.Header()[key] = values
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body) // who has gone needs no answer
}

func (s *Server) answer(c *call, pattern string, h handler) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := strings.Contains(pattern, "/interactions/") || strings.Contains(pattern, "/webhooks/") || strings.HasSuffix(pattern, "/gateway")
	if f := s.authorize(c, open); f != nil {
		return jsonReply(f.status, f.json())
	}
	header, limited := s.limit(c, pattern, open)
	if limited != nil {
		return limited
	}
	var body any
	f := s.parse(c)
	if f == nil {
		body, f = h(c)
	}
	status := http.StatusOK
	switch {
	case f != nil:
		status, body = f.status, f.json()
		if len(f.details) > 0 {
			s.violated("%s %s: %s", c.Method, c.URL.Path, strings.Join(f.details, "; "))
		}
	case body == nil:
		status = http.StatusNoContent
	}
	answer := jsonReply(status, body)
	for key, values := range header {
		answer.header[key] = values
	}
	return answer
}

func (s *Server) authorize(c *call, open bool) *failure {
	if agent := c.Header.Get("User-Agent"); !strings.HasPrefix(agent, "DiscordBot (") {
		s.violated("%s %s with the User-Agent %q; it has to be DiscordBot (URL, VERSION)", c.Method, c.URL.Path, agent)
	}
	if open {
		return nil
	}
	if s.revoked || c.Header.Get("Authorization") != "Bot "+s.opts.Token {
		return fail(401, 0, "401: Unauthorized")
	}
	return nil
}

// parse reads the body and has the request looked at as a whole.
func (s *Server) parse(c *call) *failure {
	if s.opts.Validate != nil {
		copied := *c.Request
		copied.Body = io.NopCloser(bytes.NewReader(c.raw))
		if err := s.opts.Validate(&copied, c.raw); err != nil {
			s.violated("%s %s does not fit Discord's description: %v", c.Method, c.URL.Path, err)
		}
	}
	if len(c.raw) == 0 {
		return nil
	}
	if kind := c.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		s.violated("%s %s with the content type %q", c.Method, c.URL.Path, kind)
		return fail(400, 50035, "Invalid Form Body")
	}
	var err error
	if c.raw[0] == '[' {
		var list []any
		err = decode(c.raw, &list)
		c.body = obj{"": list}
	} else {
		err = decode(c.raw, &c.body)
	}
	if err != nil {
		return fail(400, 50109, "The request body contains invalid JSON.").with(fmt.Sprint(err))
	}
	return nil
}

// with says what was wrong with a request, which makes it a violation.
func (f *failure) with(details ...string) *failure {
	f.details = append(f.details, details...)
	return f
}
