package discordtest

import (
	"errors"
	"time"

	"github.com/gorilla/websocket"
)

// sendLimit is how many packets a bot may send in a minute, and packetLimit how
// long each may be.
const (
	sendLimit   = 120
	packetLimit = 4096
)

func asClose(err error, into **websocket.CloseError) bool { return errors.As(err, into) }

// take deals with a packet from a bot.
func (s *Server) take(c *conn, data []byte) {
	now := realNow()
	for len(c.sends) > 0 && now.Sub(c.sends[0]) >= time.Minute {
		c.sends = c.sends[1:]
	}
	if c.sends = append(c.sends, now); len(c.sends) > sendLimit {
		s.violated("more than %d packets to the gateway in a minute", sendLimit)
		c.closeWith(4008, "Rate limited.")
		return
	}
	var packet obj
	if err := decode(data, &packet); err != nil || len(data) > packetLimit {
		s.violated("a packet to the gateway of %d bytes: %v", len(data), err)
		c.closeWith(4002, "Error while decoding payload.")
		return
	}
	switch op := num(packet, "op"); op {
	case 1:
		c.beat = now
		if !s.gateway.zombie {
			c.send(encode(obj{"op": 11}))
		}
	case 2:
		s.identify(c, object(packet, "d"))
	case 6:
		s.takeResume(c, object(packet, "d"))
	case 3, 4, 8:
		if c.session == nil {
			c.closeWith(4003, "Not authenticated.")
		}
	default:
		s.violated("a packet to the gateway with the opcode %d", op)
		c.closeWith(4001, "Unknown opcode.")
	}
}

func (s *Server) identify(c *conn, d obj) {
	now := s.clock.Now()
	intents := int(num(d, "intents"))
	g := &s.gateway
	soon := len(g.identifies) > 0 && now.Sub(g.identifies[len(g.identifies)-1].At) < s.opts.IdentifyEvery
	g.identifies = append(g.identifies, Identify{At: now, Intents: intents})
	s.change()
	switch {
	case c.session != nil:
		s.violated("identified twice on one connection")
		c.closeWith(4005, "Already authenticated.")
		return
	case s.revoked || bare(str(d, "token")) != s.opts.Token:
		c.closeWith(4004, "Authentication failed.")
		return
	case d["intents"] == nil || intents&^intentsKnown != 0:
		s.violated("identified with the intents %v", d["intents"])
		c.closeWith(4013, "Invalid intent(s).")
		return
	case intents&intentsPrivileged&^s.opts.Privileged != 0:
		c.closeWith(4014, "Disallowed intent(s).")
		return
	case object(d, "properties") == nil:
		s.violated("identified without properties")
	}
	if soon {
		c.send(encode(obj{"op": 9, "d": false}))
		return
	}
	c.compress = boolean(d, "compress")
	switch c.fault.Kind {
	case SilentAfterIdentify:
		c.silent = true
		return
	case ReconnectBeforeReady:
		c.send([]byte(`{"op":7,"d":null}`))
		return
	case InvalidAtIdentify:
		c.send([]byte(`{"op":9,"d":false}`))
		return
	case AckBeforeReady:
		c.send([]byte(`{"op":11}`))
	case CloseAtIdentify:
		c.closeWith(c.fault.Code, "as the test wished")
		return
	}
	g.identifies[len(g.identifies)-1].Accepted = true
	s.begin(c, intents)
}

func (s *Server) takeResume(c *conn, d obj) {
	if s.revoked || bare(str(d, "token")) != s.opts.Token {
		c.closeWith(4004, "Authentication failed.")
		return
	}
	if c.fault.Kind == SilentAfterIdentify {
		c.silent = true
		return
	}
	if c.fault.Kind == CloseAtIdentify {
		c.closeWith(c.fault.Code, "as the test wished")
		return
	}
	if !s.resume(c, str(d, "session_id"), num(d, "seq")) {
		c.send([]byte(`{"op":9,"d":false}`))
	}
}

// bare is a token without the word in front that the library leaves there.
func bare(token string) string {
	const word = "Bot "
	if len(token) > len(word) && token[:len(word)] == word {
		return token[len(word):]
	}
	return token
}
