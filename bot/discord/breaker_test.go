package discord

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

func TestARevokedTokenIsUsedOnce(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, says(401, `{"message":"401: Unauthorized","code":0}`))
	select {
	case <-w.revoked():
		t.Fatal("revoked before anything was asked")
	default:
	}
	_, err := w.me(t.Context())
	if !errors.Is(err, errRevoked) || !hasStatus(err, 401) {
		t.Error(err)
	}
	<-w.revoked()
	for range 10 {
		if _, err = w.createMessage(t.Context(), roomA, &messageBody{}); !errors.Is(err, errRevoked) || meaningOf(err) != "not now 24h0m0s" {
			t.Error(err)
		}
		if err = w.respond(t.Context(), cardA, secretA, &response{Type: answerNothing}); !errors.Is(err, errRevoked) {
			t.Error(err)
		}
	}
	if n := len(w.requests()); n != 1 {
		t.Errorf("%d requests were sent", n)
	}
	if n := strings.Count(w.log.String(), "\n"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, w.log)
	}
}

func TestAnInteractionThatIsOverIsLeftAlone(t *testing.T) {
	t.Parallel()
	code := unknownWebhook
	w := newRESTWorld(t, func(rw http.ResponseWriter, req *http.Request) {
		says(404, fmt.Sprintf(`{"code":%d,"message":"Unknown"}`, code))(rw, req)
	})
	code = unknownMessage
	for range 2 { // the message is gone, not the interaction
		if err := w.editAnswer(t.Context(), guildA, secretA, &messageBody{}); !hasCode(err, unknownMessage) {
			t.Error(err)
		}
	}
	code = unknownInteraction
	_ = w.respond(t.Context(), cardA, secretA, &response{Type: answerNothing}) // it is over from here
	before := len(w.requests())
	for _, err := range []error{
		w.respond(t.Context(), cardA, secretA, &response{Type: answerNothing}),
		w.editAnswer(t.Context(), guildA, secretA, &messageBody{}),
		w.followUp(t.Context(), guildA, secretA, &messageBody{}),
	} {
		if meaningOf(classify(err)) != codeExpired {
			t.Error(err)
		}
	}
	if n := len(w.requests()) - before; n != 0 {
		t.Errorf("%d requests to an interaction that is over", n)
	}
	if err := w.followUp(t.Context(), guildA, "another", &messageBody{}); !hasStatus(err, 404) {
		t.Error(err)
	}
}

func TestBuriedInteractionsDoNotGrow(t *testing.T) {
	t.Parallel()
	b, now := newBreaker(nil), restBegins
	gone := &outcome{whole: true, status: 404, body: []byte(`{"code":10062,"message":"Unknown interaction"}`)}
	for i := range 20_000 {
		ln := laneOf("POST", fmt.Sprintf("/api/v9/interactions/%d/t%d/callback", i+1, i))
		b.note(ln, gone, &told{}, now)
		if _, err := b.refuses(ln, now); !errors.Is(err, errDead) {
			t.Fatal(err)
		}
		now = now.Add(10 * time.Millisecond)
	}
	if len(b.dead) > mostDead || len(b.order) != len(b.dead) || cap(b.order) > 4*mostDead {
		t.Errorf("%d, %d of %d", len(b.dead), len(b.order), cap(b.order))
	}
	b.note(laneOf("POST", "/api/v9/webhooks/1/last"), gone, &told{}, now.Add(tokenLife))
	if len(b.dead) != 1 {
		t.Errorf("%d are kept though their time is over", len(b.dead))
	}
}

// One message that a shield in front of Discord dislikes stops nothing else.
func TestOneDislikedMessageStopsNothing(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, func(rw http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodPost {
			says(403, "<html>blocked</html>")(rw, req)
			return
		}
		says(200, `{"id":"1"}`)(rw, req)
	})
	for range 3 * fewForeign {
		if _, err := w.createMessage(t.Context(), roomA, &messageBody{}); meaningOf(classify(err)) != "not now 5m0s" {
			t.Error(err)
		}
		if _, err := w.message(t.Context(), roomA, cardA); err != nil {
			t.Fatal(err)
		}
	}
}

func TestInteractionsAreAnsweredWhileOtherRequestsAreStopped(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, func(rw http.ResponseWriter, req *http.Request) {
		if strings.Contains(req.URL.Path, "/interactions/") {
			rw.WriteHeader(http.StatusNoContent)
			return
		}
		says(403, `{"code":50013,"message":"Missing Permissions"}`)(rw, req)
	})
	for range fewInvalid {
		w.clock.Advance(25 * time.Millisecond) // 40 a second
		if _, err := w.createMessage(t.Context(), roomA, &messageBody{}); meaningOf(classify(err)) != bot.CodeReadOnly {
			t.Fatal(err)
		}
	}
	if _, err := w.createMessage(t.Context(), roomA, &messageBody{}); !errors.Is(err, errTooManyInvalid) || meaningOf(err) != "not now 10m0s" {
		t.Error(err)
	}
	if err := w.respond(t.Context(), cardA, secretA, &response{Type: answerNothing}); err != nil {
		t.Error(err)
	}
	w.clock.Advance(openFor)
	if _, err := w.createMessage(t.Context(), roomA, &messageBody{}); meaningOf(classify(err)) != bot.CodeReadOnly {
		t.Error(err)
	}
	if n := strings.Count(w.log.String(), "\n"); n != 1 {
		t.Errorf("logged %d times", n)
	}
}
