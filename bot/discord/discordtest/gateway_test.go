package discordtest

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func requestTo(t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	ok(t, err)
	return r
}

// closedWith reads until the gateway closes.
func (b *plainBot) closedWith() int {
	b.Helper()
	for {
		if packet, code := b.next(); packet == nil {
			return code
		}
	}
}

func TestIdentifies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		code    int
		packets []obj
	}{
		{"a wrong token", 4004, []obj{{"op": 2, "d": obj{"token": "x", "intents": 1, "properties": obj{}}}}},
		{"a privileged intent", 4014, []obj{{"op": 2, "d": obj{"token": TestToken, "intents": intentContent, "properties": obj{}}}}},
		{"no intents", 4013, []obj{{"op": 2, "d": obj{"token": TestToken, "properties": obj{}}}}},
		{"unknown intents", 4013, []obj{{"op": 2, "d": obj{"token": TestToken, "intents": 1 << 30, "properties": obj{}}}}},
		{"twice", 4005, many(2, obj{"op": 2, "d": obj{"token": TestToken, "intents": 1, "properties": obj{}}})},
		{"an unknown opcode", 4001, []obj{{"op": 99}}},
		{"not identified", 4003, []obj{{"op": 3, "d": obj{}}}},
		{"too long", 4002, []obj{{"op": 1, "d": strings.Repeat("x", 4096)}}},
		{"too many", 4008, many(121, obj{"op": 1, "d": 0})},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBot(t, New(t, Options{}))
			b.dial()
			b.next()
			for _, p := range c.packets {
				if b.ws.WriteJSON(p) != nil {
					break // closed by then
				}
			}
			if code := b.closedWith(); code != c.code {
				t.Errorf("closed with %d, want %d", code, c.code)
			}
			b.s.TakeViolations()
		})
	}
}

func TestPrivilegedIntents(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{Privileged: intentContent})
	w.identify(ownIntents | intentContent)
	w.event("GUILD_CREATE")
	w.s.Say(w.sam, w.room, "secret")
	if m := w.event("MESSAGE_CREATE"); str(m, "content") != "secret" {
		t.Errorf("with the intent the message says %v", m)
	}
	if got := w.s.Identifies(); len(got) != 1 || got[0].Intents != ownIntents|intentContent || !got[0].Accepted {
		t.Errorf("counted were %+v", got)
	}
	if _, app := w.ask("GET", "/applications/@me", nil); num(app, "flags") != 1<<19 {
		t.Errorf("the application is %v", app)
	}
}

func TestContentIsThereInDirectChatsOnly(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	for _, c := range []struct{ place, text, want string }{
		{w.room, "secret", ""}, {w.room, "<@" + BotID + "> hello", "<@" + BotID + "> hello"}, {"", "secret", "secret"},
	} {
		w.s.Say(w.sam, c.place, c.text)
		if m := w.event("MESSAGE_CREATE"); str(m, "content") != c.want {
			t.Errorf("%q in %q came as %v", c.text, c.place, m)
		}
	}
	w.s.Hide(w.room)
	w.s.Say(w.sam, w.room, "<@"+BotID+"> unseen")
	w.s.Type(w.sam, "last")
	if m := w.event("MESSAGE_CREATE"); str(m, "content") != "last" {
		t.Errorf("from a channel that the bot does not see came %v", m)
	}
}

func TestIntentsSelect(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.identify(intentGuilds)
	w.event("GUILD_CREATE")
	id := w.s.Type(w.sam, "x")
	w.s.React(w.sam, id, "✋")
	w.s.Join(w.guild, "new")
	w.s.RenameChannel(w.room, "y")
	if packet, _ := w.next(); str(packet, "t") != "CHANNEL_UPDATE" {
		t.Errorf("with the intent for guilds alone came %v", packet)
	}
}

func (b *plainBot) resume(session string, seq int64) {
	b.Helper()
	b.dial()
	b.next()
	b.write(obj{"op": 6, "d": obj{"token": b.token, "session_id": session, "seq": seq}})
}

func TestResume(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	session := str(w.connect(), "session_id")
	w.event("GUILD_CREATE")
	seq := w.seq
	w.s.DropConnections()
	w.closedWith()
	ok(t, w.s.Until(soon(t), func() bool { return w.s.Live() == 0 }))
	w.s.Type(w.sam, "one")
	w.s.Type(w.sam, "two")
	w.resume(session, seq)
	for _, want := range []string{"one", "two"} {
		if m := w.event("MESSAGE_CREATE"); str(m, "content") != want {
			t.Errorf("missed was %v, want %s", m, want)
		}
	}
	w.event("RESUMED")
	if w.s.Resumes() != 1 || len(w.s.Identifies()) != 1 || w.s.Connects() != 2 {
		t.Errorf("%d resumes, %d identifies, %d connections", w.s.Resumes(), len(w.s.Identifies()), w.s.Connects())
	}
	for _, wrong := range []func(){
		func() { w.resume("none", 1) }, func() { w.resume(session, 1000) }, func() { w.s.ForgetSessions(); w.resume(session, seq) },
	} {
		wrong()
		if packet, _ := w.next(); num(packet, "op") != 9 {
			t.Errorf("a resume that cannot be got %v", packet)
		}
	}
}

// TestNormalCloseEndsASession: with 1000 a bot says that it will not resume.
func TestNormalCloseEndsASession(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	session := str(w.connect(), "session_id")
	ok(t, w.ws.WriteControl(8, []byte{0x03, 0xE8}, realNow().Add(time.Second)))
	ok(t, w.s.Until(soon(t), func() bool { return w.s.Live() == 0 }))
	w.resume(session, 1)
	if packet, _ := w.next(); num(packet, "op") != 9 {
		t.Errorf("the session went on: %v", packet)
	}
}

func TestHeartbeats(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	w.event("GUILD_CREATE")
	w.write(obj{"op": 1, "d": w.seq})
	if packet, _ := w.next(); num(packet, "op") != 11 {
		t.Errorf("a heartbeat got %v", packet)
	}
	w.s.SetZombie(true)
	w.write(obj{"op": 1, "d": w.seq})
	w.s.Type(w.sam, "x")
	if packet, _ := w.next(); str(packet, "t") != "MESSAGE_CREATE" {
		t.Errorf("a zombie answered %v", packet)
	}
	deaf := newTown(t, Options{Heartbeat: 20 * time.Millisecond})
	deaf.connect()
	if code := deaf.closedWith(); code != 4009 {
		t.Errorf("without heartbeats it closed with %d, want 4009", code)
	}
}
