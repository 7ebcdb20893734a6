//go:build goolm

package matrix

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// scriptedWeb is a transport that answers each address with what is set for it.
type scriptedWeb map[string]scripted

type scripted struct {
	status int
	body   string
}

// errFollowed says that somebody asked for what the web does not have.
var errFollowed = errors.New("no such address")

func (w scriptedWeb) RoundTrip(req *http.Request) (*http.Response, error) {
	found, ok := w[req.URL.String()]
	if !ok {
		return nil, errFollowed
	}
	return &http.Response{StatusCode: found.status, Header: http.Header{"Location": {"https://elsewhere.example/"}}, Request: req,
		Body: io.NopCloser(strings.NewReader(found.body)), ContentLength: int64(len(found.body))}, nil
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	web := func(name string) string { return "https://" + name + "/.well-known/matrix/client" }
	transport := scriptedWeb{
		web("told.example"):   {200, `{"m.homeserver":{"base_url":"https://matrix.told.example/"}}`},
		web("silent.example"): {404, "<html>"},
		web("html.example"):   {200, "<html>"},
		web("open.example"):   {200, `{"m.homeserver":{"base_url":"http://matrix.open.example"}}`},
		web("moved.example"):  {302, ""},
	}
	for name, want := range map[string]string{
		"told.example":          "https://matrix.told.example",
		"silent.example":        "https://silent.example",
		"https://x.example/":    "https://x.example",
		"http://localhost:8008": "http://localhost:8008",
		"http://synapse:8008":   "http://synapse:8008",
		"http://[::1]:8008":     "http://[::1]:8008",
		"http://10.0.0.2:8008":  "http://10.0.0.2:8008",
		"html.example":          "",
		"open.example":          "",
		"moved.example":         "",
		"nobody.example":        "",
		"http://8.8.8.8":        "",
		"ftp://x.example":       "",
		"https://x.example/?a":  "",
	} {
		client, err := newClient(t.Context(), name, transport)
		if want == "" {
			if err == nil {
				t.Errorf("%s is taken for %s", name, client.HomeserverURL)
			}
			continue
		}
		if err != nil || client.HomeserverURL.String() != want {
			t.Errorf("%s: %v, %v", name, client, err)
		}
	}
}

// The token goes to nobody whom the homeserver points at.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	transport := scriptedWeb{"https://x.example/_matrix/client/v3/account/whoami": {307, ""}}
	client, err := newClient(t.Context(), "https://x.example", transport)
	if err != nil {
		t.Fatal(err)
	}
	client.AccessToken = "secret"
	if me, err := client.Whoami(t.Context()); err == nil || errors.Is(err, errFollowed) {
		t.Errorf("answered %v, %v", me, err)
	}
}

func TestSameUser(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		have id.UserID
		want string
		same bool
	}{
		{"@bot:x", "@bot:x", true}, {"@bot:x", "bot", true}, {"@bot:x", "Bot", true}, {"@bot:x", "", true},
		{"@bot:x", "@bot:y", false}, {"@bot:x", "other", false}, {"@bot:x", "@bot", false},
	} {
		if got := sameUser(tt.have, tt.want); got != tt.same {
			t.Errorf("%s as %q: %v", tt.have, tt.want, got)
		}
	}
}

// A homeserver that ended only the token gets the same device back.
func TestSoftLogout(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"errcode":"M_UNKNOWN_TOKEN","error":"x","soft_logout":true}`:  true,
		`{"errcode":"M_UNKNOWN_TOKEN","error":"x","soft_logout":false}`: false,
		`{"errcode":"M_UNKNOWN_TOKEN","error":"x"}`:                     false,
	} {
		client, err := newClient(t.Context(), "https://x.example", scriptedWeb{"https://x.example/_matrix/client/v3/account/whoami": {401, body}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Whoami(t.Context())
		if !errors.Is(err, mautrix.MUnknownToken) || softLogout(err) != want {
			t.Errorf("%s: %v, soft %v", body, err, softLogout(err))
		}
	}
}

// Nothing is known of a room after a long silence.
func TestSilenceForgetsRooms(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 7, 14, 0, 0, 0, time.UTC)
	k := newKnownRooms()
	if k.current("!1", now) {
		t.Error("known before it was asked for")
	}
	k.asked["!1"] = now
	for _, step := range []time.Duration{30 * time.Second, syncLasts, syncLasts} {
		now = now.Add(step)
		k.heard(now)
		if !k.current("!1", now.Add(syncLasts-1)) || k.current("!1", now.Add(syncLasts)) {
			t.Errorf("after %v: %v", step, k.asked)
		}
	}
	now = now.Add(syncLasts + 1)
	k.heard(now)
	if k.current("!1", now) {
		t.Error("known after a silence")
	}
	k.asked["!1"] = now
	k.forget("!1")
	if k.current("!1", now) {
		t.Error("known after it was forgotten")
	}
}

// A login that was begun and not finished goes on with the same device.
func TestLoginThatWasStopped(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	h := newHome(t, server)
	proxy := server.Proxy(t)
	h.o.Homeserver = proxy.URL()
	stopped := proxy.Fail(matrixtest.Dropped().On(http.MethodPost, `/login`).Afterwards())
	for range 3 {
		if err := h.refused(); errors.Is(err, ErrPassword) {
			t.Errorf("taken for %v", err)
		}
	}
	stopped.Remove()
	s := h.open()
	if all := h.devices(); len(all) != 1 || all[0] != s.client.DeviceID {
		t.Errorf("devices %v", all)
	}
}

// hungWeb is a transport that answers nothing, or begins an answer and never ends
// it, until whoever asked gives up.
type hungWeb struct{ begins bool }

func (w hungWeb) RoundTrip(req *http.Request) (*http.Response, error) {
	if w.begins {
		return &http.Response{StatusCode: http.StatusOK, Request: req, Body: io.NopCloser(hung{req})}, nil
	}
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// hung is a body that never comes.
type hung struct{ req *http.Request }

func (h hung) Read([]byte) (int, error) {
	<-h.req.Context().Done()
	return 0, h.req.Context().Err()
}

// A request that the homeserver does not answer is given up after a while, so that
// it is tried again, but what waits for news may wait.
func TestSilentRequestIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path   string
		begins bool
		after  time.Duration
	}{
		"no answer":            {"/_matrix/client/v3/rooms/!1/state", false, requestFor},
		"half an answer":       {"/_matrix/client/v3/rooms/!1/state", true, requestFor},
		"what waits for news":  {"/_matrix/client/v3/sync", false, wholeRequestFor},
		"news that never ends": {"/_matrix/client/v3/sync", true, wholeRequestFor},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, err := newClient(t.Context(), "https://homeserver.test", hungWeb{c.begins})
				if err != nil {
					t.Fatal(err)
				}
				clock := bot.SystemClock{}
				began := clock.Now()
				_, err = client.MakeRequest(once(t.Context()), http.MethodGet, "https://homeserver.test"+c.path, nil, nil)
				if took := clock.Now().Sub(began); !errors.Is(err, context.DeadlineExceeded) || took != c.after {
					t.Errorf("given up after %v with %v, want after %v", took, err, c.after)
				}
			})
		})
	}
}
