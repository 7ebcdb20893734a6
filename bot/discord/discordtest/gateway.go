package discordtest

import (
	"bytes"
	"compress/zlib"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// The gateway's intents that there are events for here.
const (
	intentGuilds          = 1 << 0
	intentMembers         = 1 << 1 // privileged
	intentPresences       = 1 << 8 // privileged
	intentMessages        = 1 << 9
	intentReactions       = 1 << 10
	intentDirect          = 1 << 12
	intentDirectReactions = 1 << 13
	intentContent         = 1 << 15 // privileged
	intentsPrivileged     = intentMembers | intentPresences | intentContent
	intentsKnown          = 1<<26 - 1
	always                = 0 // an event that needs no intent
)

// replayed is how many events a session keeps for a resume.
const replayed = 4096

// gateway is the state of the event side.
type gateway struct {
	upgrader   websocket.Upgrader
	sessions   []*session
	conns      []*conn
	identifies []Identify
	resumes    int
	connects   int
	next       []ConnectFault
	zombie     bool
	duplicate  int
	repeat     int
	lose       int
	swap       int
	held       *event
}

// Identify is a session that a bot asked for.
type Identify struct {
	At       time.Time
	Intents  int
	Accepted bool
}

type event struct {
	intent, full int
	name         string
	data, bare   []byte
	guild        string
}

type frame struct {
	seq  int64
	data []byte
}

type session struct {
	id      string
	intents int
	seq     int64
	log     []frame
	conn    *conn
}

// dispatch sends an event to the sessions that have the intent. The lock is
// held, here and below.
func (s *Server) dispatch(intent int, name string, data obj) {
	s.dispatchEither(intent, intent, name, data, nil)
}

// dispatchEither sends one form of an event to the sessions that have a second
// intent too, and the bare form to the others.
func (s *Server) dispatchEither(intent, full int, name string, data, bare obj) {
	if len(s.gateway.sessions) == 0 {
		return
	}
	e := &event{intent: intent, full: full, name: name, data: encode(data), guild: str(data, "guild_id")}
	if bare != nil {
		e.bare = encode(bare)
	}
	if g := s.guilds[e.guild]; g != nil && (g.members[BotID] == nil || g.unavailable) {
		return
	}
	g := &s.gateway
	switch {
	case g.lose > 0:
		g.lose--
		return
	case g.swap > 0 && g.held == nil:
		g.swap--
		g.held = e
		return
	}
	s.emit(e)
	if g.held != nil {
		late := g.held
		g.held = nil
		s.emit(late)
	}
}

func (s *Server) emit(e *event) {
	g := &s.gateway
	times := 1
	if g.repeat > 0 {
		g.repeat--
		times = 2
	}
	again := g.duplicate > 0
	if again {
		g.duplicate--
	}
	for _, to := range g.sessions {
		if e.intent != always && to.intents&e.intent == 0 {
			continue
		}
		data := e.data
		if e.bare != nil && to.intents&e.full == 0 {
			data = e.bare
		}
		for range times {
			f := to.note(e.name, data)
			to.conn.sendFrame(f)
			if again {
				to.conn.sendFrame(f)
			}
		}
	}
}

// note gives an event its number in a session and keeps it for a resume.
func (n *session) note(name string, data []byte) frame {
	n.seq++
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"t":%q,"s":%d,"op":0,"d":`, name, n.seq)
	b.Write(data)
	b.WriteByte('}')
	f := frame{seq: n.seq, data: b.Bytes()}
	n.log = append(n.log, f)
	if len(n.log) > 2*replayed {
		n.log = append([]frame(nil), n.log[len(n.log)-replayed:]...)
	}
	return f
}

// begin makes a session and greets it.
func (s *Server) begin(c *conn, intents int) {
	n := &session{id: strings.ToLower(rand.Text()), intents: intents, conn: c}
	c.session = n
	s.gateway.sessions = append(s.gateway.sessions, n)
	guilds := []obj{}
	var there []*guild
	for _, id := range s.order {
		if g := s.guilds[id]; g.members[BotID] != nil {
			guilds = append(guilds, obj{"id": id, "unavailable": true})
			there = append(there, g)
		}
	}
	ready := obj{
		"v": 9, "user": s.users[BotID].json(), "guilds": guilds, "session_id": n.id, "session_type": "normal", "private_channels": []obj{},
		"resume_gateway_url": "ws" + strings.TrimPrefix(s.url, "http") + "/resume", "application": obj{"id": ApplicationID, "flags": 0},
		"shard": []int{0, 1}, "relationships": []obj{}, "presences": []obj{}, "guild_join_requests": []obj{}, "_trace": []string{"discordtest"},
	}
	c.sendFrame(n.note("READY", encode(ready)))
	for _, g := range there {
		if intents&intentGuilds != 0 && !g.unavailable {
			c.sendFrame(n.note("GUILD_CREATE", encode(s.guildCreate(g))))
		}
	}
	s.change()
}

// resume puts a connection on an old session and sends what it missed.
func (s *Server) resume(c *conn, id string, seq int64) bool {
	n := s.session(id)
	if n == nil || seq > n.seq || seq < n.seq-replayed {
		return false
	}
	if n.conn != nil && n.conn != c {
		n.conn.session = nil
		n.conn.closeWith(4000, "resumed elsewhere")
	}
	n.conn, c.session = c, n
	for _, f := range n.log {
		if f.seq > seq {
			c.sendFrame(f)
		}
	}
	c.sendFrame(n.note("RESUMED", []byte(`{"_trace":["discordtest"]}`)))
	s.gateway.resumes++
	s.change()
	return true
}

func (s *Server) session(id string) *session {
	for _, n := range s.gateway.sessions {
		if n.id == id {
			return n
		}
	}
	return nil
}

// squeeze compresses a frame as a whole, as Discord does for who asks.
func squeeze(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data) // a buffer takes everything
	_ = z.Close()        // and so here
	return b.Bytes()
}
