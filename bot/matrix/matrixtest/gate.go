//go:build goolm

package matrixtest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"

	"maunium.net/go/mautrix/event"
)

// gate is a client's transport. It can hold back the keys that the client
// sends to other devices, so that they come late or never.
type gate struct {
	next http.RoundTripper

	mu      sync.Mutex
	holding bool
	held    []heldKeys
}

// heldKeys is one message to devices that was not sent yet.
type heldKeys struct {
	request *http.Request
	body    []byte
}

// RoundTrip passes a request on, or answers it as if it had.
func (g *gate) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.Contains(req.URL.Path, "/sendToDevice/"+event.ToDeviceEncrypted.Type+"/") || !g.hold(req) {
		return g.next.RoundTrip(req)
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader("{}")), ContentLength: 2,
	}, nil
}

// hold keeps a request, if requests are being held.
func (g *gate) hold(req *http.Request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.holding {
		return false
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return false
	}
	g.held = append(g.held, heldKeys{request: req.Clone(context.WithoutCancel(req.Context())), body: body})
	return true
}

// open lets everything pass again, and returns what was held.
func (g *gate) open() []heldKeys {
	g.mu.Lock()
	defer g.mu.Unlock()
	held := g.held
	g.holding, g.held = false, nil
	return held
}

// HoldKeys keeps the keys of what is said from now on back: others get the
// messages and cannot read them.
func (c *Client) HoldKeys(ctx context.Context) error {
	c.gate.mu.Lock()
	c.gate.holding = true
	c.gate.mu.Unlock()
	return c.newSessions(ctx)
}

// ReleaseKeys sends the keys that were held back.
func (c *Client) ReleaseKeys(ctx context.Context) error {
	for _, kept := range c.gate.open() {
		req := kept.request.WithContext(ctx)
		req.Body = io.NopCloser(bytes.NewReader(kept.body))
		answer, err := c.gate.next.RoundTrip(req)
		if err != nil {
			return err
		}
		if err := answer.Body.Close(); err != nil {
			return err
		}
	}
	return nil
}

// LoseKeys throws the keys that were held back away. What is said next has
// new ones.
func (c *Client) LoseKeys(ctx context.Context) error {
	c.gate.open()
	return c.newSessions(ctx)
}

// newSessions makes the client encrypt what it says next with new keys.
func (c *Client) newSessions(ctx context.Context) error {
	c.sending.Lock()
	defer c.sending.Unlock()
	clear(c.shared)
	c.mu.Lock()
	defer c.mu.Unlock()
	for room := range c.rooms {
		if err := c.keys.RemoveOutboundGroupSession(ctx, room); err != nil {
			return err
		}
	}
	return nil
}
