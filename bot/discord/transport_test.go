package discord

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/bwmarrin/discordgo"
)

// waitClock tells when somebody begins to wait, so that a test moves it then.
type waitClock struct {
	*platformtest.Clock
	waits chan time.Duration
}

func (c *waitClock) After(d time.Duration) <-chan time.Time {
	fires := c.Clock.After(d)
	c.waits <- d
	return fires
}

func waiting(w *restWorld) *waitClock {
	c := &waitClock{Clock: w.clock, waits: make(chan time.Duration, 100)}
	w.guarded.clock = c
	return c
}

// goOn moves the clock whenever somebody waits for it, until the test ends it.
// Who waits for an answer to somebody else has hours of patience in such tests.
func (c *waitClock) goOn(t *testing.T) (end func()) {
	t.Helper()
	stop := make(chan struct{})
	var mover sync.WaitGroup
	mover.Go(func() {
		for {
			select {
			case <-stop:
				return
			case d := <-c.waits:
				if d < time.Minute {
					c.Advance(d)
				}
			}
		}
	})
	return func() {
		close(stop)
		mover.Wait()
	}
}

func TestARequestWaitsForItsTurn(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, says(200, `{"id":"1"}`, "X-RateLimit-Bucket", "b", "X-RateLimit-Limit", "1", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "1.5"))
	clock := waiting(w)
	if _, err := w.createMessage(t.Context(), roomA, &messageBody{}); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := w.createMessage(t.Context(), roomA, &messageBody{})
		done <- err
	}()
	if d := <-clock.waits; d != 1500*time.Millisecond {
		t.Errorf("waits %v", d)
	}
	if n := len(w.requests()); n != 1 {
		t.Errorf("%d requests were sent before their time", n)
	}
	clock.Advance(1500 * time.Millisecond)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWhatWouldWaitTooLongIsNotSent(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, says(429, `{"message":"m","retry_after":30.5,"global":false}`))
	_, first := w.createMessage(t.Context(), roomA, &messageBody{})
	_, second := w.createMessage(t.Context(), roomA, &messageBody{})
	for _, err := range []error{first, second} {
		if got := meaningOf(classify(err)); got != "not now 30.5s" {
			t.Error(got)
		}
	}
	if n := len(w.requests()); n != 1 {
		t.Errorf("%d requests were sent", n)
	}
	if _, err := w.createMessage(t.Context(), personA, &messageBody{}); !hasStatus(err, 429) {
		t.Errorf("another room: %v", err)
	}
}

func hasStatus(err error, status int) bool {
	var api *apiError
	return errors.As(err, &api) && api.Status == status
}

func TestWhoGivesUpWaitingHasSentNothing(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, says(429, `{"message":"m","retry_after":1}`))
	clock := waiting(w)
	if _, err := w.createMessage(t.Context(), roomA, &messageBody{}); !hasStatus(err, 429) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := w.createMessage(ctx, roomA, &messageBody{})
		done <- err
	}()
	<-clock.waits
	cancel()
	if err := <-done; meaningOf(err) != "not now 0s" || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n := len(w.requests()); n != 1 {
		t.Errorf("%d requests were sent", n)
	}
}

// An interaction cannot wait for the outbox: what was refused for a moment is
// tried once more.
func TestAnAnswerIsTriedAgainAfterA429(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	w := newRESTWorld(t, func(rw http.ResponseWriter, req *http.Request) {
		if n.Add(1) == 1 {
			says(429, `{"message":"m","retry_after":0.4}`)(rw, req)
			return
		}
		says(204, "")(rw, req)
	})
	clock := waiting(w)
	done := make(chan error)
	go func() { done <- w.respond(t.Context(), cardA, secretA, &response{Type: answerNothing}) }()
	if d := <-clock.waits; d != 400*time.Millisecond {
		t.Errorf("waits %v", d)
	}
	clock.Advance(400 * time.Millisecond)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// The library gives up at a header that it cannot read, though the request was
// carried out, and sleeps when a header says so.
func TestOddHeadersChangeNothing(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, says(200, `{"id":"9","url":"wss://gateway"}`, "X-RateLimit-Remaining", "many", "X-RateLimit-Reset-After", "soon", "X-RateLimit-Reset", "x", "X-RateLimit-Global", "perhaps"))
	for range 3 {
		if m, err := w.createMessage(t.Context(), roomA, &messageBody{}); err != nil || m.ID != "9" {
			t.Fatalf("%v %v", m, err)
		}
	}
	own, err := discordgo.New("Bot " + testToken)
	if err != nil {
		t.Fatal(err)
	}
	own.Client.Transport = w.transport()
	if address, err := own.Gateway(); err != nil || !strings.HasPrefix(address, "wss://gateway") {
		t.Errorf("%q %v", address, err)
	}
}

func TestAllRequestsShareTheTransport(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, says(429, "<html>", "Retry-After", "90"))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://discord.com/api/v9/gateway", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := w.transport().RoundTrip(req)
	if err != nil || resp.StatusCode != 429 {
		t.Fatal(err)
	}
	resp.Body.Close()
	// Something in front of Discord turned us away: nothing else is tried, not
	// even answers.
	if err = w.respond(t.Context(), cardA, secretA, &response{Type: answerNothing}); meaningOf(err) != "not now 1m30s" {
		t.Error(err)
	}
	if _, err = w.me(t.Context()); meaningOf(err) != "not now 1m30s" {
		t.Error(err)
	}
	if n := len(w.requests()); n != 1 {
		t.Errorf("%d requests were sent", n)
	}
	w.clock.Advance(90 * time.Second)
	if _, err = w.me(withPatience(t.Context(), 0)); !hasStatus(err, 429) {
		t.Errorf("afterwards: %v", err)
	}
	if n := strings.Count(w.log.String(), "\n"); n != 2 {
		t.Errorf("logged %d times:\n%s", n, w.log)
	}
}

// Many at once, of all kinds, while time goes on.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newRESTWorld(t, func(rw http.ResponseWriter, req *http.Request) {
		switch rand.IntN(6) {
		case 0:
			says(429, `{"message":"m","retry_after":0.2}`, "X-RateLimit-Scope", "shared")(rw, req)
		case 1:
			says(502, "<html>")(rw, req)
		default:
			says(200, `{"id":"1"}`, "X-RateLimit-Bucket", "b", "X-RateLimit-Limit", "5", "X-RateLimit-Remaining", fmt.Sprint(rand.IntN(5)), "X-RateLimit-Reset-After", "0.3")(rw, req)
		}
	})
	end := waiting(w).goOn(t)
	ctx := withPatience(t.Context(), time.Hour)
	var callers sync.WaitGroup
	for i := range 32 {
		callers.Go(func() {
			for n := range 20 {
				_, err := w.createMessage(ctx, fmt.Sprint(roomA, i%3), &messageBody{})
				_ = classify(err)
				_ = w.respond(ctx, cardA, fmt.Sprint("t", i, "n", n), &response{Type: answerNothing})
				_ = w.react(ctx, roomA, cardA, "✋") // some of each fail
			}
		})
	}
	callers.Wait()
	end()
	l := w.guarded.limits
	for key, b := range l.buckets {
		if b.inFlight != 0 {
			t.Errorf("%v: %d turns were not given back", key, b.inFlight)
		}
	}
}
