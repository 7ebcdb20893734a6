package discordtest

import (
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

// conn is one WebSocket of a bot.
type conn struct {
	ws       *websocket.Conn
	wake     chan struct{}
	done     chan struct{}
	out      []outgoing // what is to be sent; under the server's lock
	session  *session
	fault    ConnectFault
	silent   bool
	compress bool
	closing  bool
	sends    []time.Time
	beat     time.Time
}

type outgoing struct {
	data []byte
	code int // of a close
	text string
	drop bool // the socket ends without a word
}

// squeezed is from what size on frames are compressed for a bot that asks for
// it.
const squeezed = 1024

// sendFrame queues an event. A nil connection loses it, until a resume.
func (c *conn) sendFrame(f frame) { c.send(f.data) }

func (c *conn) send(data []byte) {
	if c == nil || c.silent || c.closing {
		return
	}
	c.out = append(c.out, outgoing{data: data})
	c.rouse()
}

func (c *conn) closeWith(code int, text string) {
	if c == nil || c.closing {
		return
	}
	c.closing = true
	c.out = append(c.out, outgoing{code: code, text: text})
	c.rouse()
}

// drop ends the socket as a broken line would.
func (c *conn) drop() {
	c.closing = true
	c.out = append(c.out, outgoing{drop: true})
	c.rouse()
}

func (c *conn) rouse() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// serveGateway answers a bot that dials the gateway.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.gateway.connects++
	var fault ConnectFault
	if len(s.gateway.next) > 0 {
		fault = s.gateway.next[0]
		s.gateway.next = s.gateway.next[1:]
	}
	if v := r.URL.Query().Get("v"); v != "9" && v != "10" {
		s.violated("the gateway was dialed with the version %q", v)
	}
	if e := r.URL.Query().Get("encoding"); e != "json" {
		s.violated("the gateway was dialed with the encoding %q", e)
	}
	closed := s.closed
	s.change()
	s.mu.Unlock()
	if fault.Kind == RefuseConnection || closed {
		http.Error(w, "the gateway is down", http.StatusServiceUnavailable)
		return
	}
	ws, err := s.gateway.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the library has answered
	}
	c := &conn{ws: ws, wake: make(chan struct{}, 1), done: make(chan struct{}), fault: fault, silent: fault.Kind == SilentFromStart}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		_ = ws.Close() // nobody is there any more
		return
	}
	c.beat = realNow()
	s.gateway.conns = append(s.gateway.conns, c)
	c.send(encode(obj{"op": 10, "s": nil, "t": nil, "d": obj{"heartbeat_interval": s.opts.Heartbeat.Milliseconds(), "_trace": []string{}}}))
	s.work.Go(func() { s.write(c) })
	s.work.Go(func() { s.watch(c) })
	s.mu.Unlock()
	s.read(c)
}

// write sends what is queued, in order.
func (s *Server) write(c *conn) {
	for {
		select {
		case <-c.done:
			return
		case <-c.wake:
		}
		s.mu.Lock()
		out, compress := c.out, c.compress
		c.out = nil
		s.mu.Unlock()
		for _, o := range out {
			if !s.writeOne(c.ws, o, compress) {
				_ = c.ws.Close() // the reader then ends
				return
			}
		}
	}
}

func (s *Server) writeOne(ws *websocket.Conn, o outgoing, compress bool) bool {
	_ = ws.SetWriteDeadline(realNow().Add(10 * time.Second)) // a bot that does not read is not waited for
	switch {
	case o.drop:
		return false
	case o.code != 0:
		message := websocket.FormatCloseMessage(o.code, o.text)
		if err := ws.WriteControl(websocket.CloseMessage, message, realNow().Add(time.Second)); err != nil {
			return false
		}
		return ws.SetReadDeadline(realNow().Add(2*time.Second)) == nil // time for the bot to read it
	case compress && len(o.data) >= squeezed:
		return ws.WriteMessage(websocket.BinaryMessage, squeeze(o.data)) == nil
	}
	return ws.WriteMessage(websocket.TextMessage, o.data) == nil
}

// watch closes the connection of a bot whose heart does not beat. It goes by
// the machine's clock: a test that moves its own by an hour at once leaves a bot
// no time to beat.
func (s *Server) watch(c *conn) {
	for {
		select {
		case <-c.done:
			return
		case <-wallClock{}.After(s.opts.Heartbeat):
		}
		s.mu.Lock()
		if realNow().Sub(c.beat) > 2*s.opts.Heartbeat {
			c.closeWith(4009, "Session timed out.")
		}
		s.mu.Unlock()
	}
}

// read takes in what a bot sends until the socket ends.
func (s *Server) read(c *conn) {
	code := 0
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			if e := (*websocket.CloseError)(nil); asClose(err, &e) {
				code = e.Code
			}
			break
		}
		s.mu.Lock()
		if !c.closing {
			s.take(c, data)
		}
		s.mu.Unlock()
	}
	close(c.done)
	_ = c.ws.Close() // it has ended
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &s.gateway
	g.conns = slices.DeleteFunc(g.conns, func(other *conn) bool { return other == c })
	if n := c.session; n != nil && n.conn == c {
		n.conn = nil
		if code == websocket.CloseNormalClosure || code == websocket.CloseGoingAway {
			s.forget(n) // these two end a session for good
		}
	}
	s.change()
}

func (s *Server) forget(n *session) {
	s.gateway.sessions = slices.DeleteFunc(s.gateway.sessions, func(other *session) bool { return other == n })
}
