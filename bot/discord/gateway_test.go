package discord

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestGatewayHandsOnEvents(t *testing.T) {
	t.Parallel()
	server := newScripted(t, func(_ int, c *scriptedConn) {
		c.begin("first")
		c.event(2, "MESSAGE_REACTION_ADD", `{"n":1}`)
		c.event(4, "MESSAGE_REACTION_ADD", `{"n":2}`)
		c.event(3, "MESSAGE_REACTION_ADD", `{"n":3}`)
		c.event(3, "MESSAGE_REACTION_ADD", `{"n":3}`)                                     // twice
		c.event(2, "MESSAGE_REACTION_ADD", `{"n":1}`)                                     // twice, late
		c.event(5, "TYPING_START", `{}`)                                                  // of no use
		c.say(`{"op":0,"d":{"n":4},"s":6,"t":"GUILD_CREATE"}`)                            // in another order
		c.say("{\n\"t\": \"INTERACTION_CREATE\", \"s\": 7, \"op\": 0, \"d\": {\"n\":5}}") // written otherwise
		c.event(8, "INTERACTION_CREATE", `{"n":6,"t":"READY","op":7}`)
		_ = c.hold()
	})
	r := runGateway(t, server, secretToken, func(e event) {
		if e.Seq == 4 {
			panic("somebody's words")
		}
	})
	if got := wait(t, "READY", r.ready); got.SessionID != "first" || got.User.ID != "1" {
		t.Errorf("READY is %+v", got)
	}
	for _, want := range []string{
		`MESSAGE_REACTION_ADD first.2 {"n":1}`, `MESSAGE_REACTION_ADD first.3 {"n":3}`, `GUILD_CREATE first.6 {"n":4}`,
		`INTERACTION_CREATE first.7 {"n":5}`, `INTERACTION_CREATE first.8 {"n":6,"t":"READY","op":7}`,
	} {
		e := wait(t, want, r.events)
		if got := fmt.Sprintf("%s %s %s", e.Type, e.id(), e.Data); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if log := r.log.String(); !strings.Contains(log, "could not be taken in") || strings.Contains(log, "somebody's words") {
		t.Errorf("the panic is not in the log, or too much of it: %s", log)
	}
	if server.connections() != 1 {
		t.Errorf("%d connections", server.connections())
	}
}

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

// Op 1 is answered, before READY too.
func TestGatewayAnswersHeartbeatRequest(t *testing.T) {
	t.Parallel()
	answers := make(chan string, 10)
	server := newScripted(t, func(_ int, c *scriptedConn) {
		c.identified()
		c.say(`{"op":1,"d":null}`)
		_, m, _ := c.ReadMessage()
		answers <- string(m)
		c.event(7, "READY", `{"session_id":"x","user":{"id":"1"}}`)
		_, m, _ = c.ReadMessage() // the library's own
		answers <- string(m)
		c.say(`{"op":1,"d":null}`)
		_, m, _ = c.ReadMessage()
		answers <- string(m)
		_ = c.hold()
	})
	runGateway(t, server, secretToken, nil)
	for _, want := range []string{`{"op":1,"d":0}`, `{"op":1,"d":7}`, `{"op":1,"d":7}`} {
		if got := strings.TrimSpace(wait(t, "a heartbeat", answers)); got != want {
			t.Errorf("heartbeat %s, want %s", got, want)
		}
	}
}

func TestGatewayEndsForGood(t *testing.T) {
	t.Parallel()
	for _, code := range []int{4004, 4010, 4011, 4012, 4013, 4014} {
		for _, ready := range []bool{false, true} {
			t.Run(fmt.Sprint(code, ready), func(t *testing.T) {
				t.Parallel()
				server := newScripted(t, func(_ int, c *scriptedConn) {
					if c.identified(); ready {
						c.event(1, "READY", `{"session_id":"x","user":{"id":"1"}}`)
					}
					c.closeWith(code)
				})
				r := runGateway(t, server, secretToken, nil)
				var final *finalError
				if err := wait(t, "the end", r.done); !errors.As(err, &final) || final.Code != code || final.Meaning == "" {
					t.Errorf("ended with %v", err)
				}
				if server.connections() != 1 {
					t.Errorf("%d connections", server.connections())
				}
			})
		}
	}
}

func TestGatewayRevokedToken(t *testing.T) {
	t.Parallel()
	server := newScripted(t, func(int, *scriptedConn) { t.Error("connected") })
	server.asked = func(w http.ResponseWriter) bool {
		http.Error(w, `{"message":"401: Unauthorized","code":0}`, http.StatusUnauthorized)
		return true
	}
	r := runGateway(t, server, secretToken, nil)
	var final *finalError
	if err := wait(t, "the end", r.done); !errors.As(err, &final) || final.Code != 401 || !strings.Contains(final.Error(), "token") {
		t.Errorf("ended with %v", err)
	}
	if server.requests() != 1 {
		t.Errorf("%d requests", server.requests())
	}
}

// What keeps it from connecting at all is tried again, slower and slower, and
// logged once.
func TestGatewayUnreachable(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(w http.ResponseWriter) bool{
		"502":       func(w http.ResponseWriter) bool { w.WriteHeader(502); return true },
		"HTML 429":  func(w http.ResponseWriter) bool { w.WriteHeader(429); _, _ = fmt.Fprint(w, "<html>"); return true },
		"null":      func(w http.ResponseWriter) bool { _, _ = fmt.Fprint(w, "null"); return true },
		"no server": func(w http.ResponseWriter) bool { _, _ = fmt.Fprint(w, `{"url":"ws://127.0.0.1:1"}`); return true },
		"no upgrade": func(w http.ResponseWriter) bool {
			_, _ = fmt.Fprintf(w, `{"url":"ws%s"}`, strings.TrimPrefix(notUpgrading(t), "http"))
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newScripted(t, func(_ int, c *scriptedConn) {
				c.begin("at last")
				_ = c.hold()
			})
			server.asked = answer
			r := runGateway(t, server, secretToken, nil)
			last := time.Duration(0)
			for range 6 {
				pause := r.again()
				if pause < 2*time.Second || pause > slowestUnheard {
					t.Errorf("a pause of %v", pause)
				}
				last = pause
			}
			if last < slowestUnheard/2 {
				t.Errorf("the sixth pause is %v", last)
			}
			pause := r.clock.awaited(t, pausing)
			server.mu.Lock()
			server.asked = nil
			server.mu.Unlock()
			r.clock.Advance(pause)
			wait(t, "READY", r.ready)
			if n := strings.Count(r.log.String(), "level=WARN"); n != 1 {
				t.Errorf("%d warnings: %s", n, r.log)
			}
			if n := strings.Count(r.log.String(), "level=INFO"); n != 1 {
				t.Errorf("connecting was logged %d times", n)
			}
		})
	}
}

// notUpgrading is the address of a server that speaks no websocket, and whose
// answers look a little like frames.
func notUpgrading(t *testing.T) string {
	server := newScripted(t, nil)
	server.asked = func(w http.ResponseWriter) bool {
		_, _ = fmt.Fprint(w, "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff")
		return true
	}
	return server.http.URL + "/api/v9/gateway"
}

func TestGatewayWithoutNetwork(t *testing.T) {
	t.Parallel()
	r := runGateway(t, roundTrip(func(*http.Request) (*http.Response, error) { return nil, errTest }), secretToken, nil)
	for range 3 {
		r.again()
	}
	r.clock.awaited(t, pausing)
	if n := strings.Count(r.log.String(), "level=WARN"); n != 1 {
		t.Errorf("%d warnings", n)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A session that dies young is followed by longer and longer pauses.
func TestGatewaySlowsDown(t *testing.T) {
	t.Parallel()
	server := newScripted(t, func(_ int, c *scriptedConn) { c.begin("x"); c.closeWith(4000) })
	r := runGateway(t, server, secretToken, nil)
	var last time.Duration
	for range 8 {
		pause := r.again()
		if pause < startEvery || pause > slowest {
			t.Errorf("a pause of %v", pause)
		}
		last = pause
	}
	if last < slowest/2 {
		t.Errorf("the eighth pause is %v", last)
	}
}

func TestGatewaySparesLastSessions(t *testing.T) {
	t.Parallel()
	server := newScripted(t, func(_ int, c *scriptedConn) { c.begin("x"); _ = c.hold() })
	server.asked = func(w http.ResponseWriter) bool {
		_, _ = fmt.Fprint(w, `{"url":"ws://127.0.0.1:1","session_start_limit":{"total":1000,"remaining":3,"reset_after":7200000,"max_concurrency":1}}`)
		return true
	}
	r := runGateway(t, server, secretToken, nil)
	r.clock.awaited(t, func(d time.Duration) bool { return d == 2*time.Hour })
	if !strings.Contains(r.log.String(), "no more sessions for now") {
		t.Errorf("no warning: %s", r.log)
	}
	server.mu.Lock()
	server.asked = nil
	server.mu.Unlock()
	if server.requests() != 1 {
		t.Errorf("%d requests", server.requests())
	}
	r.clock.Advance(2 * time.Hour)
	wait(t, "READY", r.ready)
}

// The end of the context ends everything, whatever is going on.
func TestGatewayStops(t *testing.T) {
	t.Parallel()
	reached := func(c chan<- error, play func(*scriptedConn)) func(int, *scriptedConn) {
		return func(_ int, conn *scriptedConn) {
			play(conn)
			c <- nil
			c <- conn.hold()
		}
	}
	for name, play := range map[string]func(c *scriptedConn){
		"before hello": func(*scriptedConn) {},
		"before READY": func(c *scriptedConn) { c.identified() },
		"ready":        func(c *scriptedConn) { c.begin("x"); _, _, _ = c.ReadMessage() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			there := make(chan error, 2)
			r := runGateway(t, newScripted(t, reached(there, play)), secretToken, nil)
			if err := wait(t, "that state", there); err != nil {
				t.Fatal(err)
			}
			r.cancel()
			if err := wait(t, "the end", r.done); err != nil {
				t.Errorf("ended with %v", err)
			}
			err := wait(t, "the connection's end", there)
			if closed := websocket.IsCloseError(err, websocket.CloseNormalClosure); closed != (name == "ready") {
				t.Errorf("the connection ended with %v", err)
			}
		})
	}
	t.Run("asking", func(t *testing.T) {
		t.Parallel()
		there := make(chan bool, 1)
		r := runGateway(t, roundTrip(func(req *http.Request) (*http.Response, error) {
			there <- true
			<-req.Context().Done()
			return nil, req.Context().Err()
		}), secretToken, nil)
		wait(t, "the request", there)
		r.cancel()
		if err := wait(t, "the end", r.done); err != nil {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("pausing", func(t *testing.T) {
		t.Parallel()
		r := runGateway(t, roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.EOF }), secretToken, nil)
		r.clock.awaited(t, pausing)
		r.cancel()
		if err := wait(t, "the end", r.done); err != nil {
			t.Errorf("ended with %v", err)
		}
	})
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
