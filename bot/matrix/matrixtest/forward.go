//go:build goolm

package matrixtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// serve answers one request.
func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	seen := Request{Method: r.Method, Path: r.URL.Path, Txn: transaction(r), Token: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")}
	if in := p.fault(r); in != nil {
		seen.Fault, seen.Status = true, p.spoil(w, r, body, in)
	} else if wait := p.limited(&seen); wait > 0 {
		many := TooMany(wait)
		answer := many.answer()
		seen.Status = answer.write(w)
	} else {
		seen.Status = p.pass(w, r, body)
	}
	p.note(func() { p.requests = append(p.requests, seen) })
}

// note changes something, and lets everybody who waits look again.
func (p *Proxy) note(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
	close(p.changed)
	p.changed = make(chan struct{})
}

// fault is the first that is for a request.
func (p *Proxy) fault(r *http.Request) *Injected {
	var found *Injected
	p.note(func() {
		for _, in := range p.faults {
			if found == nil && in.fits(r) {
				found = in
			}
		}
	})
	return found
}

// transaction is the transaction id at the end of a path that has one.
func transaction(r *http.Request) string {
	if r.Method != http.MethodPut {
		return ""
	}
	for _, kind := range []string{"/send/", "/redact/", "/sendToDevice/"} {
		if strings.Contains(r.URL.Path, kind) {
			return r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		}
	}
	return ""
}

// forward asks the homeserver.
func (p *Proxy) forward(r *http.Request, body []byte) (response, error) {
	if wait := r.URL.Query().Get("timeout"); wait == "" || wait == "0" { // not for news
		p.note(func() { p.working++ })
		defer p.note(func() { p.working-- })
	}
	// Who gives up must not break off what the homeserver does: its SQLite
	// connections keep a transaction open then, and all others wait.
	out := r.Clone(context.WithoutCancel(r.Context()))
	target, err := url.Parse(p.target)
	if err != nil {
		return response{}, err
	}
	out.URL.Scheme, out.URL.Host, out.Host, out.RequestURI = target.Scheme, target.Host, target.Host, ""
	out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer, err := p.client.RoundTrip(out)
	if err != nil {
		return response{}, fmt.Errorf("ask the homeserver: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return response{status: answer.StatusCode, header: answer.Header, body: text}, err
}

// pass asks the homeserver and passes its answer on. A homeserver that is away
// is one that refuses connections.
func (p *Proxy) pass(w http.ResponseWriter, r *http.Request, body []byte) int {
	answer, err := p.forward(r, body)
	if err != nil {
		drop(w)
		return 0
	}
	return answer.write(w)
}

// write answers.
func (a *response) write(w http.ResponseWriter) int {
	for key, values := range a.header {
		w.Header()[key] = values
	}
	w.Header().Del("Content-Length") // is that of the body
	w.WriteHeader(a.status)
	if _, err := w.Write(a.body); err != nil {
		return 0
	}
	return a.status
}

// spoil does what a fault says.
func (p *Proxy) spoil(w http.ResponseWriter, r *http.Request, body []byte, in *Injected) int {
	var real response
	var err error
	if in.fault.After || in.fault.Cut {
		real, err = p.forward(r, body)
	}
	if in.fault.Hang {
		p.note(func() { in.held++ })
		defer p.note(func() { in.held-- })
		select {
		case <-in.release:
		case <-r.Context().Done():
			return 0
		}
		if !in.fault.After {
			return p.pass(w, r, body)
		}
		if err == nil {
			return real.write(w)
		}
	}
	if in.fault.Cut && err == nil {
		cut(w, &real)
		return 0
	}
	if in.fault.Drop || err != nil {
		drop(w)
		return 0
	}
	answer := in.fault.answer()
	return answer.write(w)
}

// drop closes the connection without an answer.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		err = conn.Close()
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		w.WriteHeader(http.StatusBadGateway)
	}
}

// cut promises a whole answer and gives half of it.
func cut(w http.ResponseWriter, answer *response) {
	conn, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer conn.Close() //nolint:errcheck // nobody is to read on
	half := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		answer.status, http.StatusText(answer.status), len(answer.body), answer.body[:len(answer.body)/2])
	if _, err := buffer.WriteString(half); err != nil {
		return // the client is gone, which is no worse
	}
	buffer.Flush() //nolint:errcheck // see above
}
