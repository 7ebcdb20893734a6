package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// restWorld is a rest with a server of the test's own behind it.
type restWorld struct {
	*rest
	clock *platformtest.Clock
	log   *syncBuffer

	mu   sync.Mutex
	seen []seenRequest
}

type seenRequest struct {
	method, path, query, body string
	header                    http.Header
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// toServer leads requests for Discord to a server of a test.
type toServer struct {
	to   *url.URL
	base http.RoundTripper
}

func (s toServer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host = s.to.Scheme, s.to.Host
	return s.base.RoundTrip(req)
}

const (
	testToken = "SECRETBOTTOKEN"
	guildA    = "100000000000000001"
	roomA     = "200000000000000001"
	cardA     = "300000000000000001"
	personA   = "400000000000000001"
	secretA   = "SECRETINTERACTIONTOKEN"
)

var restBegins = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func newRESTWorld(t *testing.T, handle http.HandlerFunc) *restWorld {
	t.Helper()
	w := &restWorld{clock: platformtest.NewClock(restBegins), log: &syncBuffer{}}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		w.mu.Lock()
		w.seen = append(w.seen, seenRequest{req.Method, req.URL.EscapedPath(), req.URL.RawQuery, string(body), req.Header.Clone()})
		w.mu.Unlock()
		handle(rw, req)
	}))
	t.Cleanup(srv.Close)
	to, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	base := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(base.CloseIdleConnections)
	w.rest = newREST(restOptions{Token: testToken, Transport: toServer{to, base}, Clock: w.clock, Log: slog.New(slog.NewTextHandler(w.log, nil))})
	return w
}

func (w *restWorld) requests() []seenRequest {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen
}

// says answers everything in one way.
func says(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that went away is part of some tests
	}
}

func TestRequestsAreWhatDiscordTakes(t *testing.T) {
	t.Parallel()
	const api = "/api/v9"
	room, card := api+"/channels/"+roomA, api+"/channels/"+roomA+"/messages/"+cardA
	hand := card + "/reactions/%E2%9C%8B"
	body := &messageBody{Content: "words", Embeds: []embed{}, Components: []component{}, AllowedMentions: allowedMentions{Parse: []string{}, Users: []string{}}}
	for _, c := range []struct {
		name, method, path, query string
		answer                    string
		do                        func(context.Context, *rest) error
	}{
		{"me", "GET", api + "/users/@me", "", "{}", func(ctx context.Context, r *rest) error { _, err := r.me(ctx); return err }},
		{"application", "GET", api + "/applications/@me", "", "{}", func(ctx context.Context, r *rest) error { _, err := r.application(ctx); return err }},
		{"gatewayInfo", "GET", api + "/gateway/bot", "", "{}", func(ctx context.Context, r *rest) error { _, err := r.gatewayInfo(ctx); return err }},
		{"guild", "GET", api + "/guilds/" + guildA, "", "{}", func(ctx context.Context, r *rest) error { _, err := r.guild(ctx, guildA); return err }},
		{"guildChannels", "GET", api + "/guilds/" + guildA + "/channels", "", "[]", func(ctx context.Context, r *rest) error { _, err := r.guildChannels(ctx, guildA); return err }},
		{"guildRoles", "GET", api + "/guilds/" + guildA + "/roles", "", "[]", func(ctx context.Context, r *rest) error { _, err := r.guildRoles(ctx, guildA); return err }},
		{"member", "GET", api + "/guilds/" + guildA + "/members/" + personA, "", "{}", func(ctx context.Context, r *rest) error { _, err := r.member(ctx, guildA, personA); return err }},
		{"channel", "GET", room, "", "{}", func(ctx context.Context, r *rest) error { _, err := r.channel(ctx, roomA); return err }},
		{"unarchive", "PATCH", room, "", "{}", func(ctx context.Context, r *rest) error { return r.unarchive(ctx, roomA) }},
		{"createMessage", "POST", room + "/messages", "", `{"id":"1"}`, func(ctx context.Context, r *rest) error { _, err := r.createMessage(ctx, roomA, body); return err }},
		{"editMessage", "PATCH", card, "", "{}", func(ctx context.Context, r *rest) error { _, err := r.editMessage(ctx, roomA, cardA, body); return err }},
		{"deleteMessage", "DELETE", card, "", "", func(ctx context.Context, r *rest) error { return r.deleteMessage(ctx, roomA, cardA) }},
		{"message", "GET", card, "", "{}", func(ctx context.Context, r *rest) error { _, err := r.message(ctx, roomA, cardA); return err }},
		{"messages", "GET", room + "/messages", "limit=50", "[]", func(ctx context.Context, r *rest) error { _, err := r.messages(ctx, roomA, 50); return err }},
		{"pin", "PUT", room + "/messages/pins/" + cardA, "", "", func(ctx context.Context, r *rest) error { return r.pin(ctx, roomA, cardA) }},
		{"react", "PUT", hand + "/@me", "", "", func(ctx context.Context, r *rest) error { return r.react(ctx, roomA, cardA, "✋") }},
		{"unreact", "DELETE", hand + "/" + personA, "", "", func(ctx context.Context, r *rest) error { return r.unreact(ctx, roomA, cardA, "✋", personA) }},
		{"unreact own", "DELETE", hand + "/@me", "", "", func(ctx context.Context, r *rest) error { return r.unreact(ctx, roomA, cardA, "✋", "@me") }},
		{"reactors", "GET", hand, "after=" + personA + "&limit=100", "[]", func(ctx context.Context, r *rest) error {
			_, err := r.reactors(ctx, roomA, cardA, "✋", personA)
			return err
		}},
		{"openDirect", "POST", api + "/users/@me/channels", "", "{}", func(ctx context.Context, r *rest) error { _, err := r.openDirect(ctx, personA); return err }},
		{"createForumPost", "POST", room + "/threads", "", `{"id":"1"}`, func(ctx context.Context, r *rest) error {
			_, err := r.createForumPost(ctx, roomA, "name", body)
			return err
		}},
		{"activeThreads", "GET", api + "/guilds/" + guildA + "/threads/active", "", "{}", func(ctx context.Context, r *rest) error { _, err := r.activeThreads(ctx, guildA); return err }},
		{"respond", "POST", api + "/interactions/" + cardA + "/" + secretA + "/callback", "", "", func(ctx context.Context, r *rest) error {
			return r.respond(ctx, cardA, secretA, &response{Type: answerNothing})
		}},
		{"editAnswer", "PATCH", api + "/webhooks/" + guildA + "/" + secretA + "/messages/@original", "", "{}", func(ctx context.Context, r *rest) error {
			return r.editAnswer(ctx, guildA, secretA, body)
		}},
		{"followUp", "POST", api + "/webhooks/" + guildA + "/" + secretA, "", "{}", func(ctx context.Context, r *rest) error {
			return r.followUp(ctx, guildA, secretA, body)
		}},
		{"commands", "GET", api + "/applications/" + guildA + "/commands", "with_localizations=true", "[]", func(ctx context.Context, r *rest) error { _, err := r.commands(ctx, guildA); return err }},
		{"overwriteCommands", "PUT", api + "/applications/" + guildA + "/commands", "", "[]", func(ctx context.Context, r *rest) error { return r.overwriteCommands(ctx, guildA, nil) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			status := http.StatusOK
			if c.answer == "" {
				status = http.StatusNoContent
			}
			w := newRESTWorld(t, says(status, c.answer))
			if err := c.do(t.Context(), w.rest); err != nil {
				t.Fatal(err)
			}
			got := w.requests()[0]
			if got.method != c.method || got.path != c.path || got.query != c.query {
				t.Errorf("sent %s %s?%s", got.method, got.path, got.query)
			}
			if got.header.Get("Authorization") != "Bot "+testToken || got.header.Get("User-Agent") != userAgent {
				t.Errorf("headers %v", got.header)
			}
			if (got.body == "") != (got.header.Get("Content-Type") == "") || got.body != "" && !json.Valid([]byte(got.body)) {
				t.Errorf("body %q with %q", got.body, got.header.Get("Content-Type"))
			}
		})
	}
}

func TestBodiesAreWhatDiscordTakes(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, says(200, `{"id":"5"}`))
	ctx := t.Context()
	body := &messageBody{Nonce: "n", EnforceNonce: true}
	if _, err := w.createForumPost(ctx, roomA, "a name", body); err != nil {
		t.Fatal(err)
	}
	if _, err := w.openDirect(ctx, personA); err != nil {
		t.Fatal(err)
	}
	if err := w.overwriteCommands(ctx, guildA, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.unarchive(ctx, roomA); err != nil {
		t.Fatal(err)
	}
	got := w.requests()
	if strings.Contains(got[0].body, "nonce") || !strings.Contains(got[0].body, `"name":"a name"`) || body.Nonce != "n" {
		t.Errorf("forum post %s", got[0].body)
	}
	for i, want := range []string{`{"recipient_id":"` + personA + `"}`, `[]`, `{"archived":false}`} {
		if got[i+1].body != want {
			t.Errorf("body %s, want %s", got[i+1].body, want)
		}
	}
}
