package discordtest

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestConnectFaults(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.s.FailConnects(
		ConnectFault{Kind: ReconnectBeforeReady}, ConnectFault{Kind: InvalidAtIdentify}, ConnectFault{Kind: CloseAtIdentify, Code: 4000},
		ConnectFault{Kind: AckBeforeReady}, ConnectFault{Kind: SilentAfterIdentify}, ConnectFault{Kind: SilentFromStart},
		ConnectFault{Kind: RefuseConnection},
	)
	for _, want := range []int64{7, 9, -4000, 11} {
		w.identify(ownIntents)
		packet, code := w.next()
		if got := num(packet, "op") - int64(code); got != want {
			t.Errorf("got %v %d, want %d", packet, code, want)
		}
	}
	w.event("READY")
	w.identify(ownIntents)
	ok(t, w.s.WaitIdentified(soon(t), 5))
	w.s.Type(w.sam, "x")
	w.silent()
	w.dial()
	w.silent()
	url := "http" + strings.TrimPrefix(w.s.URL(), "http") + "/ws/?v=9&encoding=json"
	answer, err := w.client.Transport.(*transport).base.RoundTrip(requestTo(t, url))
	ok(t, err)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a refused connection answered %d", answer.StatusCode)
	}
}

// silent makes sure that nothing comes for a moment.
func (b *plainBot) silent() {
	b.Helper()
	_ = b.ws.SetReadDeadline(realNow().Add(30 * time.Millisecond))
	if _, data, err := b.ws.ReadMessage(); err == nil {
		b.Errorf("a silent gateway said %s", data)
	}
}

func TestEventFaults(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	w.event("GUILD_CREATE")
	said := func(texts ...string) {
		t.Helper()
		for _, text := range texts {
			if text != "" {
				w.s.Type(w.sam, text)
			}
		}
	}
	heard := func(want string) int64 {
		t.Helper()
		if m := w.event("MESSAGE_CREATE"); str(m, "content") != want {
			t.Errorf("came %v, want %s", m, want)
		}
		return w.seq
	}
	w.s.DuplicateEvents(1)
	said("a")
	if first, second := heard("a"), heard("a"); first != second {
		t.Error("the duplicate has another number")
	}
	w.s.RepeatEvents(1)
	said("b")
	if first, second := heard("b"), heard("b"); first == second {
		t.Error("the repetition has the same number")
	}
	w.s.SwapEvents(1)
	said("c", "d")
	heard("d")
	heard("c")
	w.s.LoseEvents(1)
	said("e", "f")
	heard("f")
	w.s.AskReconnect()
	if packet, _ := w.next(); num(packet, "op") != 7 {
		t.Errorf("got %v, want Op 7", packet)
	}
	w.s.Emit("SOMETHING_NEW", obj{"x": 1})
	w.event("SOMETHING_NEW")
	w.s.InvalidateSessions(true)
	if packet, _ := w.next(); num(packet, "op") != 9 || packet["d"] != true {
		t.Errorf("got %v, want Op 9", packet)
	}
	w.s.Hush()
	said("g")
	w.silent()
	w.connect()
	w.s.CloseConnections(4000)
	if code := w.closedWith(); code != 4000 {
		t.Errorf("closed with %d", code)
	}
}

func TestDeletionsAreTold(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	var ids []string
	for range 3 {
		ids = append(ids, str(w.want(200, 0, "POST", w.messages(), says("a")), "id"))
	}
	w.s.React(w.sam, ids[0], "✋")
	w.s.ClearEmoji(ids[0], "✋")
	if e := w.event("MESSAGE_REACTION_REMOVE_EMOJI"); str(e, "message_id") != ids[0] {
		t.Errorf("told was %v", e)
	}
	w.s.DeleteMessage(ids[0])
	if e := w.event("MESSAGE_DELETE"); str(e, "id") != ids[0] {
		t.Errorf("told was %v", e)
	}
	w.s.DeleteMessages(w.room, ids[1:]...)
	if e := w.event("MESSAGE_DELETE_BULK"); len(texts(e, "ids")) != 2 || len(w.s.Channel(w.room)) != 0 {
		t.Errorf("told was %v", e)
	}
}

func TestBigFramesAreCompressedOnRequest(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	for range 10 {
		w.s.AddChannel(w.guild, "another", Text)
	}
	w.dial()
	w.next()
	w.write(obj{"op": 2, "d": obj{"token": w.token, "intents": 1, "compress": true, "properties": obj{}}})
	w.event("READY")
	_, data, err := w.ws.ReadMessage()
	ok(t, err)
	var packet obj
	ok(t, decode(inflate(t, data), &packet))
	if str(packet, "t") != "GUILD_CREATE" || data[0] != 0x78 {
		t.Errorf("the frame is %.20q", data)
	}
}

func TestIdentifyTooSoon(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{IdentifyEvery: time.Hour})
	w.connect()
	w.identify(ownIntents)
	if packet, _ := w.next(); num(packet, "op") != 9 {
		t.Errorf("the second one got %v, want Op 9", packet)
	}
}
