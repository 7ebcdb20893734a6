package discord

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// dialer makes connections to the gateway. It does TLS and proxies itself:
// the frames have to be seen above TLS, and the library's dialer would then
// talk TLS to the proxy too.
type dialer struct {
	tls   *tls.Config
	proxy func(*http.Request) (*url.URL, error)
}

var errBadProxy = errors.New("the address of the proxy (HTTPS_PROXY) is not valid")

// dial connects to an address, with TLS if secure.
func (d dialer) dial(ctx context.Context, addr string, secure bool) (*watchedConn, error) {
	raw, err := d.reach(ctx, addr, secure)
	if err != nil {
		return nil, err
	}
	if !secure {
		return newWatchedConn(raw, raw), nil
	}
	config := d.tls.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		_ = raw.Close() // it is of no use
		return nil, fmt.Errorf("the gateway's address: %w", err)
	}
	config.ServerName = host
	top := tls.Client(raw, config)
	if err := top.HandshakeContext(ctx); err != nil {
		_ = raw.Close() // it is of no use
		return nil, fmt.Errorf("securing the connection: %w", err)
	}
	return newWatchedConn(raw, top), nil
}

// reach connects to an address, through the proxy if there is one for it.
func (d dialer) reach(ctx context.Context, addr string, secure bool) (net.Conn, error) {
	target := &url.URL{Scheme: "http", Host: addr}
	if secure {
		target.Scheme = "https"
	}
	proxy, err := d.proxy(&http.Request{URL: target})
	if err != nil {
		return nil, errBadProxy // the cause quotes the address, and with it a password
	}
	var plain net.Dialer
	if proxy == nil {
		return plain.DialContext(ctx, "tcp", addr)
	}
	if proxy.Scheme != "http" {
		return nil, fmt.Errorf("the gateway is reached through proxies of http only, not of %s", proxy.Scheme)
	}
	host := proxy.Host
	if proxy.Port() == "" {
		host = net.JoinHostPort(proxy.Hostname(), "80")
	}
	conn, err := plain.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, fmt.Errorf("reaching the proxy: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err := tunnel(conn, addr, proxy.User); err != nil {
		_ = conn.Close() // it is of no use
		return nil, fmt.Errorf("going through the proxy: %w", err)
	}
	return conn, nil
}

// tunnel asks a proxy for a connection to an address.
func tunnel(conn net.Conn, addr string, user *url.Userinfo) error {
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr, Header: http.Header{}}
	if user != nil {
		password, _ := user.Password()
		login := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		req.Header.Set("Proxy-Authorization", "Basic "+login)
	}
	if err := req.Write(conn); err != nil {
		return err
	}
	// Nothing is lost in this reader: the other side waits to be spoken to.
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("it answered %d", resp.StatusCode)
	}
	return nil
}
