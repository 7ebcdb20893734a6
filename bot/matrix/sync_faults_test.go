//go:build goolm

package matrix

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"maunium.net/go/mautrix"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// A homeserver that goes silent in the middle of an answer is asked anew.
func TestHomeserverIsSilent(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	proxy := server.Proxy(t)
	mara := server.User(t, "Mara")
	w := newStage(t, server)
	clock := platformtest.NewClock(time.Now()) //nolint:forbidigo // the homeserver has the real time
	w.clock, w.home.o.Homeserver = clock, proxy.URL()
	w.start()
	room := w.enter(mara, matrixtest.Room{Name: "Board"})
	silence := proxy.Fail(matrixtest.Silent().On("GET", `/sync`).Once())
	mara.Say(room, "one")
	silence.WaitHits(t, 1)
	w.until("the end of the silence", func() bool {
		clock.Advance(time.Second)
		return slices.Equal(w.heard(), []string{"one"})
	})
}

// A homeserver that does not know any more how far the bot has read is read from
// its end: nothing is heard twice.
func TestTokenOfAnotherHomeserver(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	proxy := server.Proxy(t)
	mara := server.User(t, "Mara")
	w := newStage(t, server)
	clock := platformtest.NewClock(time.Now()) //nolint:forbidigo // the homeserver has the real time
	w.clock, w.home.o.Homeserver = clock, proxy.URL()
	w.start()
	room := w.enter(mara, matrixtest.Room{Name: "Board"})
	mara.Say(room, "before")
	w.hears("before")
	unknown := matrixtest.Refused(400, "M_UNKNOWN").On("GET", `/sync`)
	unknown.Times = badTokens
	answered := func() (n int) {
		for _, r := range proxy.Requests("GET", `/sync`) {
			if r.Status == http.StatusOK {
				n++
			}
		}
		return n
	}
	fault := proxy.Fail(unknown)
	mara.Say(room, "a nudge")
	w.until("another try", func() bool {
		clock.Advance(time.Second)
		return fault.Hits() == badTokens
	})
	before := answered()
	w.until("the first answer", func() bool {
		clock.Advance(time.Second)
		return answered() > before
	})
	mara.Say(room, "after")
	w.until("what comes after", func() bool {
		clock.Advance(time.Second)
		return slices.Contains(w.heard(), "after")
	})
	if heard := w.heard(); heard[0] != "before" || slices.Index(heard[1:], "before") >= 0 {
		t.Errorf("%q", heard)
	}
}

func TestWaitFor(t *testing.T) {
	t.Parallel()
	limited := mautrix.HTTPError{RespError: &mautrix.RespError{ExtraData: map[string]any{"retry_after_ms": 90_000.0}},
		Response: &http.Response{Header: http.Header{"Retry-After": {"120"}}}}
	absurd := mautrix.HTTPError{Response: &http.Response{Header: http.Header{"Retry-After": {"99999999"}}}}
	for n, tt := range []struct {
		fails    int
		err      error
		min, max time.Duration
	}{
		{1, errors.New("x"), time.Second / 2, 3 * time.Second / 2},
		{4, errors.New("x"), 4 * time.Second, 12 * time.Second},
		{1000, errors.New("x"), longestWait / 2, 3 * longestWait / 2},
		{1, limited, 2 * time.Minute, 2 * time.Minute},
		{1, fmt.Errorf("wrapped: %w", limited), 2 * time.Minute, 2 * time.Minute},
		{1, absurd, time.Hour, time.Hour},
	} {
		for range 20 {
			if wait := waitFor(tt.fails, tt.err); wait < tt.min || wait > tt.max {
				t.Errorf("%d: %s", n, wait)
			}
		}
	}
}
