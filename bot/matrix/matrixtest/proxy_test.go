//go:build goolm

package matrixtest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// answer is what a proxy answered.
type answer struct {
	status      int
	kind, again string
	text        string
}

// get asks a proxy for something small.
func get(ctx context.Context, t *testing.T, p *matrixtest.Proxy) (answer, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL()+"/_matrix/client/versions?x=1", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	got, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	return answer{status: got.StatusCode, kind: got.Header.Get("Content-Type"), again: got.Header.Get("Retry-After"), text: string(text)}, err
}

func TestFaults(t *testing.T) {
	t.Parallel()
	p := matrixtest.Start(t).Proxy(t)
	ctx := t.Context()
	p.Fail(matrixtest.TooMany(1500*time.Millisecond).On("GET", "/versions$").Once())
	got, err := get(ctx, t, p)
	if err != nil || got.status != 429 || got.again != "2" || !strings.Contains(got.text, `"retry_after_ms":1500`) || !strings.Contains(got.text, "M_LIMIT_EXCEEDED") {
		t.Errorf("too many: %+v %v", got, err)
	}
	html := p.Fail(matrixtest.HTML(502))
	if got, err := get(ctx, t, p); err != nil || got.status != 502 || got.kind != "text/html" || !strings.Contains(got.text, "Bad Gateway") {
		t.Errorf("HTML: %+v %v", got, err)
	}
	html.Remove()
	p.Fail(matrixtest.ServerError().On("GET", "/elsewhere"))
	skipped := matrixtest.Refused(403, "M_FORBIDDEN").Once()
	skipped.Skip = 1
	in := p.Fail(skipped)
	for i, want := range []int{200, 403, 200} {
		if got, err := get(ctx, t, p); err != nil || got.status != want {
			t.Errorf("request %d: %+v %v", i, got, err)
		}
	}
	if in.Hits() != 1 {
		t.Errorf("it was at work %d times", in.Hits())
	}
	dropped := p.Fail(matrixtest.Dropped())
	if _, err := get(ctx, t, p); err == nil {
		t.Error("a closed connection answers")
	}
	dropped.Remove()
	p.Fail(matrixtest.Fault{Cut: true, Times: 1})
	if _, err := get(ctx, t, p); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut: %v", err)
	}
	p.WaitRequests(t, 6, "GET", "/versions$")
	if got := p.Requests("", "")[0]; got.Path != "/_matrix/client/versions" || got.Status != 429 || !got.Fault {
		t.Errorf("the first request was %+v", got)
	}
}

func TestSilenceAndDown(t *testing.T) {
	t.Parallel()
	p := matrixtest.Start(t).Proxy(t)
	in := p.Fail(matrixtest.Silent())
	ctx, cancel := context.WithCancel(t.Context())
	given := make(chan error)
	go func() {
		_, err := get(ctx, t, p)
		given <- err
	}()
	in.WaitHits(t, 1)
	cancel()
	if err := <-given; !errors.Is(err, context.Canceled) {
		t.Errorf("silence ended with %v", err)
	}
	go func() {
		_, err := get(t.Context(), t, p)
		given <- err
	}()
	in.WaitHits(t, 2)
	in.Release()
	if err := <-given; err != nil {
		t.Errorf("what was released: %v", err)
	}
	p.Down()
	if _, err := get(t.Context(), t, p); err == nil {
		t.Error("it answers while it is down")
	}
	if err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := get(t.Context(), t, p); err != nil {
		t.Errorf("it is up again: %v", err)
	}
}

func TestFaultAfterTheWrite(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	p := s.Proxy(t)
	mara := s.UserWith(t, "Mara", matrixtest.ClientOptions{URL: p.URL()})
	room := mara.CreateRoom(matrixtest.Room{})
	send := func(text, key string) error {
		_, err := mara.Client.API().SendMessageEvent(t.Context(), room, event.EventMessage,
			map[string]any{"msgtype": "m.text", "body": text}, mautrix.ReqSendEvent{TransactionID: key})
		return err
	}
	p.Fail(matrixtest.ServerError().On("PUT", "/send/").Once())
	if send("before", "k1") == nil {
		t.Error("it was sent")
	}
	p.Fail(matrixtest.HTML(504).On("PUT", "/send/").Once().Afterwards())
	if send("after", "k2") == nil {
		t.Error("it was sent")
	}
	if err := send("after", "k2"); err != nil {
		t.Errorf("again: %v", err)
	}
	mara.Fence(room)
	if got := mara.Messages(room); len(got) != 1 || got[0].Body != "after" {
		t.Errorf("the room has %+v", got)
	}
	var keys []string
	for _, r := range p.Requests("PUT", "/send/m.room.message/") {
		keys = append(keys, r.Txn)
	}
	if got := strings.Join(keys, " "); got != "k1 k2 k2" {
		t.Errorf("the transactions were %s", got)
	}
}

func TestWritingTooMuch(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	p := s.Proxy(t)
	mara := s.UserWith(t, "Mara", matrixtest.ClientOptions{URL: p.URL()})
	room := mara.CreateRoom(matrixtest.Room{})
	var at atomic.Int64
	p.Limit(matrixtest.SynapseBucket(func() time.Time { return time.Unix(at.Load(), 0) }))
	for range 10 {
		mara.Say(room, "soup")
	}
	_, err := mara.Client.Say(t.Context(), room, "more soup")
	var limited mautrix.RespError
	if !errors.As(err, &limited) || limited.ErrCode != "M_LIMIT_EXCEEDED" || limited.ExtraData["retry_after_ms"] != 5000.0 {
		t.Fatalf("the eleventh: %v", err)
	}
	at.Store(5)
	mara.Say(room, "more soup")
	if _, err := mara.Client.Say(t.Context(), room, "too much soup"); err == nil {
		t.Error("two a burst later were not too many")
	}
}

func TestEcho(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	mara := s.User(t, "Mara")
	for _, file := range []string{"", t.TempDir() + "/keys.db"} {
		echo, err := matrixtest.OpenEcho(t.Context(), s, matrixtest.EchoOptions{Database: file})
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []bool{false, true} {
			room := mara.CreateRoom(matrixtest.Room{Encrypted: secret})
			mara.Invite(room, echo.ID)
			mara.WaitMember(room, echo.ID, event.MembershipJoin)
			mara.Say(room, "hello")
			got := mara.WaitText(room, matrixtest.EchoPrefix+"hello")
			if got.Encrypted != secret || got.Type != event.MsgNotice || got.Sender != echo.ID {
				t.Errorf("encrypted %v: it says %+v", secret, got)
			}
		}
		if err := echo.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestKeysInAFile(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	mara := s.UserWith(t, "Mara", matrixtest.ClientOptions{Database: t.TempDir() + "/keys.db"})
	ben := s.User(t, "Ben")
	room := mara.Direct(ben.ID)
	ben.DirectWith(mara.ID)
	mara.Say(room, "from a file")
	ben.WaitText(room, "from a file")
	ben.Say(room, "to a file")
	mara.WaitText(room, "to a file")
}
