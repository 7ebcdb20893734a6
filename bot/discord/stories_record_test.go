package discord

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// record keeps every request that the program sends.
type record struct {
	http.RoundTripper
	mu   sync.Mutex
	list []request
}

type request struct{ method, path, body string }

func (r *record) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	r.mu.Lock()
	r.list = append(r.list, request{req.Method, req.URL.Path, string(body)})
	r.mu.Unlock()
	return r.RoundTripper.RoundTrip(req)
}

func (r *record) all() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]request(nil), r.list...)
}

// journal is a log in memory.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}
