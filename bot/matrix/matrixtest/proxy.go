//go:build goolm

package matrixtest

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"testing"
)

// Proxy stands in front of a homeserver. It counts what passes, and answers
// wrongly on request. All methods may be called at the same time.
type Proxy struct {
	target  string
	address string
	client  *http.Transport

	mu       sync.Mutex
	changed  chan struct{} // closed and made anew with every answer
	faults   []*Injected
	requests []Request
	working  int          // see Working
	server   *http.Server // nil while the proxy is down
	serving  chan struct{}
	limit    *Bucket
	buckets  map[string]level // by access token
}

// Request is one that reached the proxy and was answered, or that was given up.
type Request struct {
	Method string
	Path   string // without the query, decoded
	Txn    string // the transaction id, of requests that have one
	Token  string // the access token
	Status int    // what was answered; 0 if nothing was
	Fault  bool   // a fault was at work
}

// response is an answer to pass on.
type response struct {
	status int
	header http.Header
	body   []byte
}

// OpenProxy makes a proxy in front of a homeserver's URL.
func OpenProxy(ctx context.Context, target string) (*Proxy, error) {
	if _, err := url.Parse(target); err != nil {
		return nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	p := &Proxy{target: target, address: address, client: http.DefaultTransport.(*http.Transport).Clone(), changed: make(chan struct{})}
	// An answer is passed on as it is, packed or not.
	p.client.DisableCompression = true
	return p, p.Up(ctx)
}

// Proxy is a proxy in front of the server until the end of the test.
func (s *Server) Proxy(t testing.TB) *Proxy {
	t.Helper()
	p, err := OpenProxy(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// URL is where the proxy listens, or would.
func (p *Proxy) URL() string { return "http://" + p.address }

// Up makes a proxy that is down listen again, at the same address.
func (p *Proxy) Up(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		return nil
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", p.address)
	if err != nil {
		return err
	}
	server, serving := &http.Server{Handler: http.HandlerFunc(p.serve)}, make(chan struct{}) //nolint:gosec // only a test's client comes
	p.server, p.serving = server, serving
	go func() {
		defer close(serving)
		// It ends when the proxy is taken down, with an error that says so.
		server.Serve(l) //nolint:errcheck // see above
	}()
	return nil
}

// Down refuses connections, and closes those that there are.
func (p *Proxy) Down() {
	p.mu.Lock()
	server, serving := p.server, p.serving
	p.server = nil
	p.mu.Unlock()
	if server != nil {
		server.Close() //nolint:errcheck // there is nothing to save
		<-serving
	}
}

// Close ends the proxy.
func (p *Proxy) Close() {
	p.mu.Lock()
	faults := p.faults
	p.faults = nil
	p.mu.Unlock()
	for _, in := range faults {
		in.Release()
	}
	p.Down()
	p.client.CloseIdleConnections()
}

// Fail makes the proxy do something wrong. Of two faults for one request the
// older is at work. The path has to be a regular expression.
func (p *Proxy) Fail(f Fault) *Injected {
	in := &Injected{fault: f, path: regexp.MustCompile(f.Path), proxy: p, release: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, in)
	return in
}

// Requests are those of a method and a path that were answered, or given up,
// since the beginning. An empty method is any; the path is a regular expression.
func (p *Proxy) Requests(method, path string) []Request {
	wanted := regexp.MustCompile(path)
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []Request
	for _, r := range p.requests {
		if (method == "" || r.Method == method) && wanted.MatchString(r.Path) {
			found = append(found, r)
		}
	}
	return found
}

// Count is how many [Proxy.Requests] there were.
func (p *Proxy) Count(method, path string) int { return len(p.Requests(method, path)) }

// Working is how many requests the homeserver is dealing with now, not counting
// those that wait for news. While there are any, a test whose clock is faster than
// the real one should let it stand still: or a busy machine looks like a homeserver
// that is silent.
func (p *Proxy) Working() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.working
}

// Wait waits until something holds. It is asked again with every request.
func (p *Proxy) Wait(ctx context.Context, holds func() bool) error {
	for {
		p.mu.Lock()
		changed := p.changed
		p.mu.Unlock()
		if holds() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// WaitRequests waits until there were so many requests of a kind.
func (p *Proxy) WaitRequests(t testing.TB, count int, method, path string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := p.Wait(ctx, func() bool { return p.Count(method, path) >= count }); err != nil {
		t.Fatalf("there were %d requests %s %s, not %d: %v", p.Count(method, path), method, path, count, err)
	}
}

// WaitHits waits until the fault was at work so often.
func (in *Injected) WaitHits(t testing.TB, count int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := in.proxy.Wait(ctx, func() bool { return in.Hits() >= count }); err != nil {
		t.Fatalf("the fault was at work %d times, not %d: %v", in.Hits(), count, err)
	}
}
