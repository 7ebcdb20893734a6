package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// onFake runs a gateway against the fake Discord, both by one clock.
func onFake(t *testing.T, prepare func(*discordtest.Server)) (*discordtest.Server, *running) {
	t.Helper()
	clock := newStepClock()
	s := discordtest.New(t, discordtest.Options{Clock: clock.Clock, IdentifyEvery: 5 * time.Second})
	prepare(s)
	r := runGatewayBy(t, clock, s.Transport(), s.Token(), nil)
	return s, r
}

func TestGatewayOnFakeConnects(t *testing.T) {
	t.Parallel()
	for kind, silent := range map[discordtest.ConnectKind]bool{
		discordtest.RefuseConnection: false, discordtest.SilentFromStart: true, discordtest.SilentAfterIdentify: true,
		discordtest.ReconnectBeforeReady: false, discordtest.InvalidAtIdentify: false,
	} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			t.Parallel()
			s, r := onFake(t, func(s *discordtest.Server) { s.FailConnects(discordtest.ConnectFault{Kind: kind}) })
			from := r.clock.Now()
			if silent {
				there := func() bool {
					return s.Connects() == 1 && (kind == discordtest.SilentFromStart || len(s.Identifies()) == 1)
				}
				if err := s.Until(t.Context(), there); err != nil {
					t.Fatal(err)
				}
				r.clock.awaited(t, starting)
				r.clock.Advance(readyWithin)
			}
			r.again()
			wait(t, "READY", r.ready)
			if took := r.clock.Now().Sub(from); took > time.Minute {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// The answer to a heartbeat comes before READY: nothing waits for ever.
func TestGatewayOnFakeEarlyAck(t *testing.T) {
	t.Parallel()
	s, r := onFake(t, func(s *discordtest.Server) {
		s.FailConnects(discordtest.ConnectFault{Kind: discordtest.AckBeforeReady})
	})
	wait(t, "READY", r.ready)
	if s.Connects() != 1 {
		t.Errorf("%d connections", s.Connects())
	}
}

func TestGatewayOnFakeLosesSessions(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(*discordtest.Server){
		"drop": (*discordtest.Server).DropConnections, "op 7": (*discordtest.Server).AskReconnect,
		"op 9":       func(s *discordtest.Server) { s.InvalidateSessions(false) },
		"op 9, true": func(s *discordtest.Server) { s.InvalidateSessions(true) },
		"close 4000": func(s *discordtest.Server) { s.CloseConnections(4000) },
		"close 1001": func(s *discordtest.Server) { s.CloseConnections(1001) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, r := onFake(t, func(*discordtest.Server) {})
			first := wait(t, "READY", r.ready)
			fault(s)
			r.again()
			second := wait(t, "the second READY", r.ready)
			if first.SessionID == second.SessionID || s.Resumes() != 0 || len(s.Identifies()) != 2 {
				t.Errorf("sessions %s and %s, %d identifies", first.SessionID, second.SessionID, len(s.Identifies()))
			}
			s.Emit("GUILD_DELETE", map[string]any{"id": "77"})
			if e := wait(t, "an event", r.events); e.Session != second.SessionID && e.Type != "GUILD_CREATE" {
				t.Errorf("%s is of session %s", e.Type, e.Session)
			}
		})
	}
}

func TestGatewayOnFakeZombie(t *testing.T) {
	t.Parallel()
	s, r := onFake(t, func(s *discordtest.Server) { s.SetZombie(true) })
	wait(t, "READY", r.ready)
	r.clock.awaited(t, alive)
	from := r.clock.Now()
	s.SetZombie(false)
	s.Hush()
	r.clock.Advance(aliveWithin)
	r.again()
	wait(t, "the second READY", r.ready)
	if took := r.clock.Now().Sub(from); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

func TestGatewayOnFakeEndsForGood(t *testing.T) {
	t.Parallel()
	s, r := onFake(t, func(*discordtest.Server) {})
	wait(t, "READY", r.ready)
	s.Revoke()
	s.CloseConnections(4004)
	var final *finalError
	if err := wait(t, "the end", r.done); !errors.As(err, &final) || final.Code != 4004 {
		t.Errorf("ended with %v", err)
	}
	again := runGateway(t, s.Transport(), s.Token(), nil)
	if err := wait(t, "the end", again.done); !errors.As(err, &final) || final.Code != 401 {
		t.Errorf("ended with %v", err)
	}
	if s.Connects() != 1 || s.Invalid() != 1 {
		t.Errorf("%d connections, %d invalid requests", s.Connects(), s.Invalid())
	}
}

// Events come twice, in another order, or again under another number.
func TestGatewayOnFakeEvents(t *testing.T) {
	t.Parallel()
	s, r := onFake(t, func(*discordtest.Server) {})
	wait(t, "READY", r.ready)
	emit := func(id string) { s.Emit("GUILD_DELETE", map[string]any{"id": id}) }
	s.DuplicateEvents(2)
	emit("1")
	emit("2")
	s.RepeatEvents(1)
	emit("3")
	emit("4")
	got := ""
	for len(got) < 5 {
		var gone guildGone
		if err := json.Unmarshal(wait(t, "an event", r.events).Data, &gone); err != nil {
			t.Fatal(err)
		}
		got += gone.ID
	}
	if got != "12334" {
		t.Errorf("got %s", got)
	}
}

// Discord is away for two hours: it is tried all the time, without any
// request that counts against the bot, and the bot is back within a minute.
func TestGatewayOnFakeUnreachable(t *testing.T) {
	t.Parallel()
	s, r := onFake(t, func(s *discordtest.Server) { s.SetUnreachable(true) })
	from := r.clock.Now()
	tries := 0
	for ; r.clock.Now().Sub(from) < 2*time.Hour; tries++ {
		r.again()
	}
	pause := r.clock.awaited(t, pausing)
	s.SetUnreachable(false)
	r.clock.Advance(pause)
	wait(t, "READY", r.ready)
	if pause > time.Minute || tries < 200 || s.Invalid() != 0 || len(s.Identifies()) != 1 {
		t.Errorf("%d tries, the last pause %v, %d invalid requests, %d identifies", tries, pause, s.Invalid(), len(s.Identifies()))
	}
}
