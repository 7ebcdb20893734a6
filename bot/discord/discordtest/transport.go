package discordtest

import (
	"errors"
	"net/http"
	"net/url"
)

// Transport leads requests for Discord to this server.
func (s *Server) Transport() http.RoundTripper { return TransportTo(s.url) }

// TransportTo leads requests for Discord to the server at an address, which can
// be in another process. A request to anywhere else is an error: no test talks
// to the world.
func TransportTo(address string) http.RoundTripper {
	to, err := url.Parse(address)
	if err != nil {
		to = &url.URL{}
	}
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.MaxIdleConnsPerHost = 256
	base.DisableCompression = true
	return &transport{to: to, base: base}
}

type transport struct {
	to   *url.URL
	base http.RoundTripper
}

// dropped marks an answer that is to look like a broken connection.
const dropped = "X-Discordtest-Dropped"

var errDropped = errors.New("connection reset by the fake Discord")

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "discord.com" || r.URL.Scheme != "https" {
		if r.Body != nil {
			_ = r.Body.Close() // a RoundTripper has to
		}
		return nil, errors.New("a request to " + r.URL.Host + ", which is not Discord")
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = t.to.Scheme, t.to.Host, "discord.com"
	answer, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if answer.Header.Get(dropped) != "" {
		_ = answer.Body.Close() // nobody is to see it
		return nil, errDropped
	}
	return answer, nil
}

// CloseIdleConnections lets an http.Client end the connections that it keeps.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
