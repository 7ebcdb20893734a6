//go:build goolm

package matrix

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/id"
)

// newClient makes a connection to a homeserver that nobody is logged in on. It
// tries nothing again by itself: whoever asks has a back-off of their own, and
// what is sent is sent again from the outbox.
func newClient(ctx context.Context, homeserver string, transport http.RoundTripper) (*mautrix.Client, error) {
	if transport == nil {
		transport = usualTransport()
	}
	web := &http.Client{Transport: limited{transport}, Timeout: wholeRequestFor,
		// A redirect would take the token somewhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	address, err := discover(ctx, web, homeserver)
	if err != nil {
		return nil, err
	}
	client, err := mautrix.NewClient(address, "", "")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	client.Client, client.ResponseSizeLimit = web, longestAnswer
	client.UserAgent = deviceName
	return client, nil
}

func usualTransport() http.RoundTripper {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// requestFor is for how long a request is waited for that the homeserver can answer
// at once. One that takes longer was mostly lost on the way: whoever asked tries
// again, while somebody waits.
const requestFor = 30 * time.Second

// limited ends what takes longer than requestFor, but for what waits for news.
type limited struct{ next http.RoundTripper }

// RoundTrip asks and limits the time until the end of the answer.
func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/sync") {
		return l.next.RoundTrip(r)
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestFor)
	answer, err := l.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	answer.Body = &limitedBody{answer.Body, cancel}
	return answer, nil
}

// CloseIdleConnections is for the client that closes them.
func (l limited) CloseIdleConnections() {
	if next, ok := l.next.(interface{ CloseIdleConnections() }); ok {
		next.CloseIdleConnections()
	}
}

// limitedBody gives the limit's timer back when the answer was read.
type limitedBody struct {
	io.ReadCloser
	done context.CancelFunc
}

// Close ends the answer.
func (b *limitedBody) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}

// discover finds a homeserver's address. A name is looked up as the
// specification says; a server that says nothing is where its name is.
func discover(ctx context.Context, web *http.Client, homeserver string) (string, error) {
	homeserver = strings.TrimSpace(homeserver)
	if strings.Contains(homeserver, "://") {
		return checkAddress(homeserver)
	}
	if homeserver == "" || strings.ContainsAny(homeserver, "/@ \t") {
		return "", fmt.Errorf("%w: the homeserver's address begins with https://", ErrConfig)
	}
	known, err := mautrix.DiscoverClientAPIWithClient(ctx, web, homeserver)
	if err != nil {
		return "", fmt.Errorf("find the homeserver %s: %w", homeserver, err)
	}
	if known == nil || known.Homeserver.BaseURL == "" {
		return "https://" + homeserver, nil
	}
	return checkAddress(known.Homeserver.BaseURL)
}

// checkAddress refuses an address over which tokens would travel in the open:
// without TLS only this computer and its own network are spoken to.
func checkAddress(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("%w: the homeserver's address is not one", ErrConfig)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !near(u.Hostname())) {
		return "", fmt.Errorf("%w: the homeserver's address has to begin with https://", ErrConfig)
	}
	return strings.TrimSuffix(address, "/"), nil
}

// near reports whether a host is this computer or in its own network: a name
// without dots is another container.
func near(host string) bool {
	if host == "localhost" || !strings.ContainsAny(host, ".:") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.IsPrivate())
}

// checkUser refuses a name that cannot be an account's.
func checkUser(user string) error {
	if user == "" {
		return nil // a token says whose it is
	}
	if strings.ContainsAny(user, " \t\r\n") {
		return fmt.Errorf("%w: the account's name has spaces in it", ErrConfig)
	}
	if !strings.HasPrefix(user, "@") && !strings.Contains(user, ":") {
		return nil
	}
	if _, _, err := id.UserID(user).Parse(); err != nil {
		return fmt.Errorf("%w: the account's name is @name:server, or the name alone", ErrConfig)
	}
	return nil
}

// sameUser reports whether an account is the one that is configured, by its
// whole name or what stands before the colon. Without one, any is.
func sameUser(have id.UserID, want string) bool {
	if want == "" || have == id.UserID(want) {
		return true
	}
	return !strings.HasPrefix(want, "@") && strings.EqualFold(have.Localpart(), want)
}
