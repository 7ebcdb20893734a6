package discordtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// plainBot is the simplest bot there can be: it sends what a test says.
type plainBot struct {
	*testing.T
	s      *Server
	client *http.Client
	ws     *websocket.Conn
	seq    int64
	token  string
}

const ownIntents = intentGuilds | intentMessages | intentReactions | intentDirect | intentDirectReactions

// quiet is for events of which a test waits that they do not come.
const patience = 10 * time.Second

func newBot(t *testing.T, s *Server) *plainBot {
	return &plainBot{T: t, s: s, client: &http.Client{Transport: s.Transport()}, token: s.Token()}
}

// ask sends a request and returns the status and the answer.
func (b *plainBot) ask(method, path string, body any) (int, obj) {
	b.Helper()
	status, _, raw := b.askRaw(method, path, body)
	var answer obj
	if len(raw) > 0 && raw[0] == '{' {
		if err := decode(raw, &answer); err != nil {
			b.Fatal(err)
		}
	} else if len(raw) > 0 && raw[0] == '[' {
		var list []any
		if err := decode(raw, &list); err != nil {
			b.Fatalf("%v in %s", err, raw)
		}
		answer = obj{"": list}
	}
	return status, answer
}

func (b *plainBot) askRaw(method, path string, body any) (int, http.Header, []byte) {
	b.Helper()
	var raw io.Reader
	switch v := body.(type) {
	case nil:
	case string:
		raw = strings.NewReader(v)
	default:
		raw = bytes.NewReader(encode(v))
	}
	r, err := http.NewRequestWithContext(b.Context(), method, "https://discord.com/api/v9"+path, raw)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bot "+b.token)
	r.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
	if raw != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := b.client.Do(r)
	if err != nil {
		return 0, nil, nil
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	return answer.StatusCode, answer.Header, got
}

// want sends a request and makes sure of the status and of Discord's own code.
func (b *plainBot) want(status, code int, method, path string, body any) obj {
	b.Helper()
	got, answer := b.ask(method, path, body)
	if got != status || code != 0 && num(answer, "code") != int64(code) {
		b.Fatalf("%s %s answered %d %v, want %d %d; violations: %q", method, path, got, answer, status, code, b.s.Violations())
	}
	return answer
}

// wantWrong makes sure that a request is a violation that says some words.
func (b *plainBot) wantWrong(words, method, path string, body any) {
	b.Helper()
	b.ask(method, path, body)
	if got := strings.Join(b.s.TakeViolations(), "\n"); !strings.Contains(got, words) {
		b.Errorf("%s %s with %s made the violations %q; want one with %q", method, path, encode(body), got, words)
	}
}

func (b *plainBot) dial() {
	b.Helper()
	url := "ws" + strings.TrimPrefix(b.s.URL(), "http") + "/ws/?v=9&encoding=json"
	ws, answer, err := websocket.DefaultDialer.DialContext(b.Context(), url, nil)
	if err != nil {
		b.Fatal(err)
	}
	_ = answer.Body.Close()
	if b.ws != nil {
		_ = b.ws.UnderlyingConn().Close()
	}
	b.ws = ws
	b.Cleanup(func() { _ = ws.Close() })
}

func (b *plainBot) write(packet obj) {
	b.Helper()
	if err := b.ws.WriteJSON(packet); err != nil {
		b.Fatal(err)
	}
}

// next is the next packet, or the code with which the socket was closed.
func (b *plainBot) next() (packet obj, code int) {
	b.Helper()
	_ = b.ws.SetReadDeadline(realNow().Add(patience))
	kind, data, err := b.ws.ReadMessage()
	if e := (*websocket.CloseError)(nil); asClose(err, &e) {
		return nil, e.Code
	}
	if err != nil {
		return nil, -1
	}
	if kind == websocket.BinaryMessage {
		data = inflate(b.T, data)
	}
	if err := decode(data, &packet); err != nil {
		b.Fatal(err)
	}
	if n := num(packet, "s"); n > 0 {
		b.seq = n
	}
	return packet, 0
}

func (b *plainBot) identify(intents int) {
	b.Helper()
	b.dial()
	if hello, _ := b.next(); num(hello, "op") != 10 {
		b.Fatalf("got %v, want Hello", hello)
	}
	b.write(obj{"op": 2, "d": obj{"token": b.token, "intents": intents, "properties": obj{"os": "x", "browser": "x", "device": "x"}}})
}

// connect makes a session and returns READY.
func (b *plainBot) connect() obj {
	b.Helper()
	b.identify(ownIntents)
	return b.event("READY")
}

// event is the data of the next event of a name; others are passed over.
func (b *plainBot) event(name string) obj {
	b.Helper()
	for {
		packet, code := b.next()
		if packet == nil {
			b.Fatalf("the gateway closed with %d before %s", code, name)
		}
		if str(packet, "t") == name {
			return object(packet, "d")
		}
	}
}

// respond answers an interaction that came, and returns the status.
func (b *plainBot) respond(event obj, kind int, data any) (int, obj) {
	b.Helper()
	return b.ask("POST", "/interactions/"+str(event, "id")+"/"+str(event, "token")+"/callback", obj{"type": kind, "data": data})
}

// says is a message body.
func says(content string, rows ...obj) obj {
	return obj{"content": content, "components": orEmpty(rows), "embeds": []obj{}, "allowed_mentions": obj{"parse": []string{}, "users": []string{}}}
}

func private(body obj) obj {
	body["flags"] = 64
	return body
}

func button(label, id string) obj { return obj{"type": 2, "style": 1, "label": label, "custom_id": id} }
func row(inside ...obj) obj       { return obj{"type": 1, "components": inside} }

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func raw(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
