package discord

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// Whatever goes wrong, there is a new session, and nothing of the old one is
// left running.
func TestGatewayReplacesBrokenSessions(t *testing.T) {
	faults := []struct {
		name  string
		play  func(c *scriptedConn)
		stuck bool // nothing happens until the watchdog's time is over
	}{
		{"silent from the start", func(c *scriptedConn) { _ = c.hold() }, true},
		{"silent after hello", func(c *scriptedConn) { c.identified(); _ = c.hold() }, true},
		{"op 7 in place of hello", func(c *scriptedConn) { c.say(`{"op":7,"d":null}`); _ = c.hold() }, false},
		{"op 7 before READY", func(c *scriptedConn) { c.identified(); c.say(`{"op":7,"d":null}`); _ = c.hold() }, false},
		{"op 7 after READY", func(c *scriptedConn) { c.begin("x"); c.say(`{"op":7,"d":null}`); _ = c.hold() }, false},
		{"op 11 before READY", func(c *scriptedConn) { c.identified(); c.say(`{"op":11}`); _ = c.hold() }, true},
		{"op 11 in place of hello", func(c *scriptedConn) { c.say(`{"op":11}`); _ = c.hold() }, true},
		{"op 9 before READY", func(c *scriptedConn) { c.identified(); c.say(`{"op":9,"d":false}`); _ = c.hold() }, false},
		{"op 9 after READY", func(c *scriptedConn) { c.begin("x"); c.say(`{"op":9,"d":true}`); _ = c.hold() }, false},
		{"dropped at once", func(*scriptedConn) {}, false},
		{"dropped after hello", func(c *scriptedConn) { c.identified() }, false},
		{"dropped after READY", func(c *scriptedConn) { c.begin("x") }, false},
		{"heartbeats without time between", func(c *scriptedConn) { c.say(`{"op":10,"d":{"heartbeat_interval":0}}`); _ = c.hold() }, false},
		{"heartbeats never", func(c *scriptedConn) { c.say(`{"op":10,"d":{"heartbeat_interval":9e15}}`); _ = c.hold() }, false},
		{"READY without a session", func(c *scriptedConn) { c.identified(); c.event(1, "READY", `null`); _ = c.hold() }, false},
		{"not JSON", func(c *scriptedConn) { c.say(`{"op":10`); _ = c.hold() }, false},
		{"null", func(c *scriptedConn) { c.say(`null`); _ = c.hold() }, true},
		{"events before READY", func(c *scriptedConn) { c.identified(); c.event(1, "GUILD_CREATE", `null`); _ = c.hold() }, true},
		{"compressed though not asked for", func(c *scriptedConn) { _ = c.WriteMessage(websocket.BinaryMessage, []byte("x")); _ = c.hold() }, false},
		{"code 1000", func(c *scriptedConn) { c.begin("x"); c.closeWith(1000) }, false},
		{"code 4000", func(c *scriptedConn) { c.begin("x"); c.closeWith(4000) }, false},
		{"code 4007 before READY", func(c *scriptedConn) { c.identified(); c.closeWith(4007) }, false},
		{"code 4009", func(c *scriptedConn) { c.begin("x"); c.closeWith(4009) }, false},
		{"no code", func(c *scriptedConn) { c.begin("x"); _ = c.WriteMessage(websocket.CloseMessage, nil); _ = c.hold() }, false},
	}
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			server := newScripted(t, func(n int, c *scriptedConn) {
				if n == 1 {
					fault.play(c)
					return
				}
				c.begin("second")
				c.event(2, "GUILD_DELETE", `{}`)
				_ = c.hold()
			})
			r := runGateway(t, server, secretToken, nil)
			if fault.stuck {
				wait(t, "the fault", server.held)
				r.clock.awaited(t, starting)
				r.clock.Advance(readyWithin)
			}
			if pause := r.again(); readyWithin+pause > time.Minute {
				t.Errorf("waited for %v", pause)
			}
			if e := wait(t, "an event of the second session", r.events); e.Session != "second" {
				t.Errorf("the event is of session %q", e.Session)
			}
			if server.connections() != 2 {
				t.Errorf("%d connections", server.connections())
			}
		})
	}
}

func TestGatewayReplacesSilentSession(t *testing.T) {
	t.Parallel()
	speak := make(chan string)
	server := newScripted(t, func(n int, c *scriptedConn) {
		c.begin(fmt.Sprint(n))
		if n == 1 {
			for text := range speak {
				c.say(text)
			}
		}
		_ = c.hold()
	})
	defer close(speak)
	r := runGateway(t, server, secretToken, nil)
	wait(t, "READY", r.ready)
	r.clock.awaited(t, alive)
	for i, sign := range []string{`{"op":11}`, `{"t":"TYPING_START","s":9,"op":0,"d":{}}`, `{"op":1,"d":null}`} {
		r.clock.Advance(aliveWithin - time.Second)
		speak <- sign
		speak <- fmt.Sprintf(`{"t":"GUILD_DELETE","s":%d,"op":0,"d":{}}`, 20+i) // what came before it was heard
		wait(t, "the event", r.events)
	}
	if server.connections() != 1 {
		t.Fatal("a session that was alive was given up")
	}
	from := r.clock.Now()
	r.clock.Advance(aliveWithin)
	r.again()
	if got := wait(t, "the second READY", r.ready); got.SessionID != "2" {
		t.Errorf("session %s", got.SessionID)
	}
	if took := r.clock.Now().Sub(from); took > time.Minute {
		t.Errorf("a silent session was replaced after %v", took)
	}
}

// Not parallel: it counts goroutines.
func TestGatewayLeavesNothingBehind(t *testing.T) {
	plays := []func(c *scriptedConn){
		func(c *scriptedConn) { c.identified(); c.say(`{"op":7,"d":null}`); _ = c.hold() },
		func(c *scriptedConn) { c.identified(); c.say(`{"op":11}`); _ = c.hold() },
		func(c *scriptedConn) { c.begin("x"); c.say(`{"op":7,"d":null}`); _ = c.hold() },
		func(c *scriptedConn) { c.begin("x"); c.say(`{"op":9,"d":false}`); _ = c.hold() },
		func(c *scriptedConn) { c.begin("x"); c.closeWith(4000) },
		func(c *scriptedConn) { c.begin("x") },
		func(c *scriptedConn) { c.begin("x"); _ = c.hold() },
		func(*scriptedConn) {},
		func(c *scriptedConn) { _ = c.hold() },
	}
	for _, play := range plays {
		server := newScripted(t, func(_ int, c *scriptedConn) { play(c) })
		r := runGateway(t, server, secretToken, nil)
		for i := 0; i < 100 && server.connections() < 2; i++ {
			r.clock.Advance(aliveWithin)
			pauseALittle(t)
		}
		r.cancel()
		if err := wait(t, "the end", r.done); err != nil {
			t.Error(err)
		}
	}
	for range 500 {
		if left := libraryGoroutines(); left == "" {
			return
		}
		pauseALittle(t)
	}
	t.Errorf("still running:\n%s", libraryGoroutines())
}

// libraryGoroutines are the goroutines of the library, which ends some of its
// own after a second.
func libraryGoroutines() string {
	all := make([]byte, 4<<20)
	all = all[:runtime.Stack(all, true)]
	var left []string
	for _, one := range strings.Split(string(all), "\n\n") {
		if strings.Contains(one, "discordgo.") || strings.Contains(one, "discord.(*session)") {
			left = append(left, one)
		}
	}
	return strings.Join(left, "\n\n")
}

func pauseALittle(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(10 * time.Millisecond):
	case <-t.Context().Done():
	}
}

// What the library still has to say after a session was given up is dropped,
// with whatever number and name.
func TestSessionDropsWhatIsLate(t *testing.T) {
	t.Parallel()
	var got []string
	s, err := newSession(t.Context(), gatewayOptions{
		Token: secretToken, Transport: http.DefaultTransport, Clock: newStepClock(), Log: quiet(),
		Handle: func(e event) { got = append(got, e.id()) },
		Ready:  func(r readyEvent) { got = append(got, r.SessionID) },
	}, dialer{proxy: directly})
	if err != nil {
		t.Fatal(err)
	}
	say := func(seq int64, kind, data string) {
		s.take(nil, &discordgo.Event{Type: kind, Sequence: seq, RawData: []byte(data)})
	}
	say(1, "rEADY", `{"session_id":"x","user":{"id":"1"}}`)
	say(2, "gUILD_DELETE", `{}`)
	s.abandon(false)
	say(3, "gUILD_DELETE", `{}`)
	say(4, "rEADY", `{"session_id":"y","user":{"id":"1"}}`)
	s.take(nil, nil)
	if want := []string{"x", "x.2"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if s.ctx.Err() == nil {
		t.Error("an abandoned session goes on")
	}
}

// Whatever Discord says is a sign of life: answers to heartbeats, requests for
// one, and events that are of no use.
func TestSessionHearsSignsOfLife(t *testing.T) {
	t.Parallel()
	clock := newStepClock()
	s, err := newSession(t.Context(), gatewayOptions{
		Token: secretToken, Transport: http.DefaultTransport, Clock: clock, Log: quiet(), Ready: func(readyEvent) {},
	}, dialer{proxy: directly})
	if err != nil {
		t.Fatal(err)
	}
	defer s.abandon(false)
	raw := &bytesConn{step: 1}
	s.conn.Store(newWatchedConn(raw, raw))
	for _, sign := range []string{
		fmt.Sprintf(`{"op":10,"d":{"heartbeat_interval":%d}}`, testBeat.Milliseconds()), `{"op":11}`, `{"op":1}`, `{"op":99}`,
		`{"t":"TYPING_START","s":9,"op":0,"d":{}}`,
	} {
		clock.Advance(aliveWithin - time.Second)
		if _, err := s.hear([]byte(sign)); err != nil {
			t.Fatal(err)
		}
		if !s.isReady() {
			s.begin([]byte(`{"session_id":"x","user":{"id":"1"}}`))
		}
		if left, err := s.patience(); left != aliveWithin || err != nil {
			t.Errorf("after %s it waits %v: %v", sign, left, err)
		}
	}
	clock.Advance(aliveWithin)
	if _, err := s.patience(); !errors.Is(err, errSilent) {
		t.Errorf("after silence: %v", err)
	}
}
