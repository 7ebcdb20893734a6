//go:build goolm

package matrixtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
)

// front stands before a homeserver that many tests share and has it finish what
// it began: where a client gives up in the middle, as every client does at the
// end of its test, the homeserver's SQLite can keep a transaction open. All
// others wait then, and in the end it gives up altogether.
type front struct {
	address string
	server  *http.Server
	done    chan struct{}
}

func openFront(ctx context.Context, target string) (*front, error) {
	to, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	through := http.DefaultTransport.(*http.Transport).Clone()
	through.DisableCompression = true // an answer is passed on as it is
	forward := &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport:    finishing{through},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { drop(w) },
	}
	f := &front{address: l.Addr().String(), server: &http.Server{Handler: forward, ReadHeaderTimeout: patience}, done: make(chan struct{})}
	go func() { // ends with close
		defer close(f.done)
		if err := f.server.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			panic(err)
		}
	}()
	return f, nil
}

func (f *front) close() error {
	err := f.server.Close()
	<-f.done
	return err
}

// finishing goes on with a request when nobody waits for it any more. It has all
// of the request before it asks: a Go server closes what is left of a request when
// it begins to answer, and the transport that still looks for its end then breaks
// the homeserver's answer off.
type finishing struct{ http.RoundTripper }

func (f finishing) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(context.WithoutCancel(r.Context()))
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		out.TransferEncoding = nil
	}
	return f.RoundTripper.RoundTrip(out)
}
