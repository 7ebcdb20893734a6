//go:build goolm

package matrix

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// repeating hands out each answer to sync twice, as a homeserver does that lost
// its place.
type repeating struct {
	http.RoundTripper
	mu    sync.Mutex
	again []byte
	count int
}

func (r *repeating) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "/sync") {
		return r.RoundTripper.RoundTrip(req)
	}
	r.mu.Lock()
	again := r.again
	r.again = nil
	r.mu.Unlock()
	if again != nil {
		return &http.Response{Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(again)), ContentLength: int64(len(again))}, nil
	}
	answer, err := r.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if answer.StatusCode == http.StatusOK && req.URL.Query().Get("since") != "" {
		r.mu.Lock()
		r.again = body
		r.count++
		r.mu.Unlock()
	}
	return answer, nil
}

// The same events come twice, at once and after a start at an older place: each
// acts once, and each answer is there once.
func TestStoryAllComesTwice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	twice := &repeating{RoundTripper: usualTransport()}
	w.change = func(o *Options) { o.Transport = twice }
	w.founds("Sam")
	board := w.rooms[0]
	rosa, rosaChat := w.person("Rosa")
	w.Say(t, "Rosa", "language en")
	place, err := w.store.MatrixSync(t.Context(), w.account.UserID.String())
	if err != nil {
		t.Fatal(err)
	}
	rosa.Say(rosaChat, "need")
	for _, step := range []struct{ asked, line string }{
		{"1 of 5.", "milk and bread"}, {"2 of 5.", "food"}, {"3 of 5.", "Eastmeadow"}, {"4 of 5.", "any time"}, {"5 of 5.", "413-555-0142"},
	} {
		rosa.WaitText(rosaChat, step.asked)
		rosa.Say(rosaChat, step.line)
	}
	chooses(t, rosa, rosaChat, "Post it")
	card := w.onBoard(board, "N1", "Open.")
	sam, samChat := w.person("Sam")
	hand := sam.React(board, card.ID, "✋")
	w.onBoard(board, "N1", "Taken.")
	sam.Redact(board, hand)
	w.onBoard(board, "N1", "Open.")
	sam.Say(samChat, "claim N1")
	w.onBoard(board, "N1", "Taken.")
	rosa.Say(rosaChat, "mine")
	w.told("Rosa", "Sam took N1", 2)
	seen := func() []string { return append(w.fromBot(rosa, rosaChat), w.fromBot(sam, samChat)...) }
	w.told("Sam", "You took N1", 2)
	w.Say(t, "Rosa", "board")
	before := seen()

	// It ends without having recorded how far it read, and the homeserver forgets
	// nothing of it.
	w.stop()
	back := openStore(t, w.data)
	if err := back.SetMatrixSync(t.Context(), w.account.UserID.String(), place); err != nil {
		t.Fatal(err)
	}
	if err := back.Close(); err != nil {
		t.Fatal(err)
	}
	w.start()
	w.Say(t, "Rosa", "language")
	w.onBoard(board, "N1", "Taken.")
	w.until("quiet", w.bot().intake.inbox.idle)
	if after := seen(); len(after) != len(before)+1 {
		t.Errorf("%d messages, want %d and one more: %q", len(after), len(before), after[len(before):])
	}
	if twice.count == 0 || w.claims(1) != 1 {
		t.Errorf("%d answers came twice; %d claims", twice.count, w.claims(1))
	}
	w.decent()
}
