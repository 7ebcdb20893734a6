package discordtest

import (
	"context"
	"slices"
)

// ConnectFault is what goes wrong with one connection to the gateway.
type ConnectFault struct {
	Kind ConnectKind
	Code int // of CloseAtIdentify
}

// ConnectKind is a way in which a connection goes wrong.
type ConnectKind int

// The ways in which a connection goes wrong.
const (
	ConnectNormally      ConnectKind = iota
	RefuseConnection                 // the WebSocket is answered with 503
	SilentFromStart                  // not even Hello comes
	SilentAfterIdentify              // Hello comes, READY never does
	ReconnectBeforeReady             // Op 7 in place of READY
	InvalidAtIdentify                // Op 9 in place of READY
	AckBeforeReady                   // Op 11, and then READY
	CloseAtIdentify                  // closed with Code
)

// FailConnects makes the next connections go wrong, one after the other.
func (s *Server) FailConnects(faults ...ConnectFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.next = append(s.gateway.next, faults...)
}

// DropConnections breaks every connection to the gateway without a word. The
// sessions can be resumed.
func (s *Server) DropConnections() {
	s.eachConn(func(c *conn) { c.drop() })
}

// CloseConnections closes every connection with a code. Codes that end a
// session for good end it.
func (s *Server) CloseConnections(code int) {
	s.eachConn(func(c *conn) {
		c.closeWith(code, "as the test wished")
		if slices.Contains([]int{4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014}, code) && c.session != nil {
			s.forget(c.session)
		}
	})
}

// AskReconnect sends Op 7 to every connection.
func (s *Server) AskReconnect() {
	s.eachConn(func(c *conn) { c.send([]byte(`{"op":7,"d":null}`)) })
}

// InvalidateSessions sends Op 9 to every connection.
func (s *Server) InvalidateSessions(resumable bool) {
	s.eachConn(func(c *conn) {
		c.send(encode(obj{"op": 9, "d": resumable}))
		if !resumable && c.session != nil {
			s.forget(c.session)
			c.session = nil
		}
	})
}

// ForgetSessions has Discord remember no session: a resume is answered with
// Op 9. Open connections hear nothing more.
func (s *Server) ForgetSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.sessions = nil
}

// SetZombie has the gateway leave heartbeats unanswered, with the sockets open.
func (s *Server) SetZombie(zombie bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.zombie = zombie
}

// Hush has all open connections say nothing any more: neither events nor
// answers to heartbeats. New ones do.
func (s *Server) Hush() { s.eachConn(func(c *conn) { c.silent = true }) }

func (s *Server) eachConn(do func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range slices.Clone(s.gateway.conns) {
		do(c)
	}
	s.change()
}

// DuplicateEvents sends each of the next events twice with the same number.
func (s *Server) DuplicateEvents(n int) { s.locked(func() { s.gateway.duplicate = n }) }

// RepeatEvents sends each of the next events again under the next number.
func (s *Server) RepeatEvents(n int) { s.locked(func() { s.gateway.repeat = n }) }

// LoseEvents never sends the next events.
func (s *Server) LoseEvents(n int) { s.locked(func() { s.gateway.lose = n }) }

// SwapEvents sends the next event after the one that follows it, n times.
func (s *Server) SwapEvents(n int) { s.locked(func() { s.gateway.swap = n }) }

func (s *Server) locked(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// Identifies are the sessions that were asked for so far.
func (s *Server) Identifies() []Identify {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.gateway.identifies)
}

// Resumes counts the sessions that were taken up again, and Connects the
// connections that were tried.
func (s *Server) Resumes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.resumes
}

// Connects counts the connections to the gateway that were tried.
func (s *Server) Connects() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.connects
}

// Live counts the sessions that have a connection now.
func (s *Server) Live() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, session := range s.gateway.sessions {
		if session.conn != nil {
			n++
		}
	}
	return n
}

// WaitReady waits until the bot has a session.
func (s *Server) WaitReady(ctx context.Context) error {
	return s.Until(ctx, func() bool { return s.Live() > 0 })
}

// WaitIdentified waits until so many sessions were asked for.
func (s *Server) WaitIdentified(ctx context.Context, n int) error {
	return s.Until(ctx, func() bool { return len(s.Identifies()) >= n })
}

// Emit sends an event with data of the test's own to every session, whatever
// its intents.
func (s *Server) Emit(name string, data any) {
	raw := encode(data)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit(&event{intent: always, name: name, data: raw})
}
