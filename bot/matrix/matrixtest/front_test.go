//go:build goolm

package matrixtest

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// asked is a homeserver that answers as soon as it is asked.
type asked func(*http.Request) (*http.Response, error)

func (a asked) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

// TestFrontHasAllOfARequest makes sure that nothing of a request is still to be
// read when its answer may begin: else the answer can break off.
func TestFrontHasAllOfARequest(t *testing.T) {
	t.Parallel()
	const words = `{"device_keys":{}}`
	coming := strings.NewReader(words)
	through := finishing{asked(func(r *http.Request) (*http.Response, error) {
		if coming.Len() > 0 {
			t.Errorf("the homeserver was asked while %d bytes of the request were still to come", coming.Len())
		}
		got, err := io.ReadAll(r.Body)
		if err != nil || string(got) != words || r.ContentLength != int64(len(words)) {
			t.Errorf("the homeserver was asked %q, %d bytes long: %v", got, r.ContentLength, err)
		}
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	})}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://homeserver.test/keys/query", io.NopCloser(coming))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := through.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Error(err)
	}
}
