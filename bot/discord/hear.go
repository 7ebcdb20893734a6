package discord

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/bwmarrin/discordgo"
)

// hear decides what the library gets to see of what comes in. It runs where
// the library reads.
func (s *session) hear(m []byte) ([]byte, error) {
	p, handOn, err := readPacket(m)
	if err != nil {
		return nil, err
	}
	s.heard.Store(s.opts.Clock.Now().UnixNano())
	switch p.Op {
	case opDispatch:
		s.seq = p.Seq
		if p.Type == "READY" && s.interval.Load() > 0 {
			return handOn, nil
		}
	case opHeartbeat:
		// Answered here: the library could do so on a connection that it has
		// just given up, and end the program.
		return nil, s.conn.Load().send(frameText, fmt.Appendf(nil, `{"op":1,"d":%d}`, s.seq))
	case opReconnect:
		return nil, errReconnect
	case opInvalid:
		return nil, errInvalid
	case opHello:
		return s.greeted(p.Data, handOn)
	}
	// Before READY the library holds a lock that an answer to a heartbeat
	// would wait for.
	if (p.Op == opDispatch || p.Op == opAck) && s.isReady() {
		return handOn, nil
	}
	return nil, nil
}

// greeted takes note of the time between heartbeats. The library would not
// live through one that is not over zero.
func (s *session) greeted(data json.RawMessage, handOn []byte) ([]byte, error) {
	var hello struct {
		Interval int64 `json:"heartbeat_interval"` // milliseconds
	}
	if s.interval.Load() > 0 {
		return nil, nil
	}
	if err := json.Unmarshal(data, &hello); err != nil {
		return nil, fmt.Errorf("%w: %w", errTiming, err)
	}
	if hello.Interval < 10 || hello.Interval > 10*60*1000 {
		return nil, errTiming
	}
	s.interval.Store(hello.Interval * int64(time.Millisecond))
	s.identified.Store(s.opts.Clock.Now().UnixNano()) // it does so on seeing this
	return handOn, nil
}

// take is the library's one handler, called where it reads. It only passes
// the event on: who does more here stops the heartbeat's answers from being
// heard.
func (s *session) take(_ *discordgo.Session, e *discordgo.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead || e == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			s.opts.Log.Error("an event of Discord could not be taken in", "event", e.Type,
				"panic", panicText(p), "stack", string(debug.Stack()))
		}
	}()
	name, ok := eventNames[e.Type]
	if !ok || s.repeated(e.Sequence) {
		return
	}
	if name == eventReady {
		s.begin(e.RawData)
		return
	}
	s.opts.Handle(event{Type: name, Session: s.id, Seq: e.Sequence, Data: e.RawData})
}

// repeated reports that an event was here already: Discord may send one twice.
func (s *session) repeated(seq int64) bool {
	if seq <= 0 {
		return false
	}
	at := &s.seen[seq%int64(len(s.seen))]
	if *at == seq {
		return true
	}
	*at = seq
	return false
}

func (s *session) begin(data json.RawMessage) {
	if s.isReady() {
		return
	}
	ready, err := decodeReady(data)
	if err != nil {
		s.end(err)
		return
	}
	s.id = ready.SessionID
	close(s.ready)
	s.opts.Ready(ready)
}
