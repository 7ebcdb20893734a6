package discord

import (
	"errors"
	"fmt"
	"io"
	"net/http"
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
