package discord

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func directly(*http.Request) (*url.URL, error) { return nil, nil }

func through(address string) func(*http.Request) (*url.URL, error) {
	return func(*http.Request) (*url.URL, error) { return url.Parse(address) }
}

// secureServer answers with TLS, and returns its address and what trusts it.
func secureServer(t *testing.T) (string, *tls.Config) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo) // some handshakes are to fail
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), server.Client().Transport.(*http.Transport).TLSClientConfig
}

func greeting(t *testing.T, conn net.Conn) string {
	t.Helper()
	if _, err := fmt.Fprint(conn, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func TestDialSecure(t *testing.T) {
	t.Parallel()
	addr, trusts := secureServer(t)
	conn, err := dialer{tls: trusts, proxy: directly}.dial(t.Context(), addr, true)
	if err != nil {
		t.Fatal(err)
	}
	conn.ended = func(error) {}
	defer func() { _ = conn.Close() }()
	if got := greeting(t, conn); !strings.HasSuffix(got, "hello") {
		t.Errorf("got %q", got)
	}
	var untrusted *tls.CertificateVerificationError
	if _, err := (dialer{proxy: directly}).dial(t.Context(), addr, true); !errors.As(err, &untrusted) {
		t.Errorf("a certificate of nobody is taken: %v", err)
	}
}

// proxyServer goes on to an address whatever it is asked for, and returns its
// address and the lines that it was asked with.
func proxyServer(t *testing.T, to string, status int) (address string, asked <-chan string) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	lines := make(chan string, 10)
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = in.Close() }()
				req, err := http.ReadRequest(bufio.NewReader(in))
				if err != nil {
					return
				}
				lines <- req.Method + " " + req.RequestURI + " " + req.Header.Get("Proxy-Authorization")
				_, _ = fmt.Fprintf(in, "HTTP/1.1 %d Whatever\r\n\r\n", status)
				if status != http.StatusOK {
					return
				}
				out, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", to)
				if err != nil {
					return
				}
				defer func() { _ = out.Close() }()
				go func() { _, _ = io.Copy(out, in) }() // ends with either side
				_, _ = io.Copy(in, out)                 // and so here
			}()
		}
	}()
	return l.Addr().String(), lines
}

func TestDialThroughProxy(t *testing.T) {
	t.Parallel()
	addr, trusts := secureServer(t)
	proxy, asked := proxyServer(t, addr, http.StatusOK)
	conn, err := dialer{tls: trusts, proxy: through("http://me:word@" + proxy)}.dial(t.Context(), addr, true)
	if err != nil {
		t.Fatal(err)
	}
	conn.ended = func(error) {}
	defer func() { _ = conn.Close() }()
	if got, want := wait(t, "the proxy", asked), "CONNECT "+addr+" Basic bWU6d29yZA=="; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
	if got := greeting(t, conn); !strings.HasSuffix(got, "hello") {
		t.Errorf("got %q", got)
	}
}

func TestDialFails(t *testing.T) {
	t.Parallel()
	refusing, _ := proxyServer(t, "", http.StatusForbidden)
	for name, d := range map[string]dialer{
		"nobody there":     {proxy: directly},
		"refusing proxy":   {proxy: through("http://" + refusing)},
		"no proxy there":   {proxy: through("http://127.0.0.1:1")},
		"proxy of socks":   {proxy: through("socks5://127.0.0.1:1")},
		"proxy of nothing": {proxy: through("http://me:word@%zz")},
	} {
		if conn, err := d.dial(t.Context(), "127.0.0.1:1", true); err == nil {
			_ = conn.Close()
			t.Errorf("%s: connected", name)
		} else if strings.Contains(err.Error(), "word") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
