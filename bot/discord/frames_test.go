package discord

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

// bytesConn is a connection that says what is in a buffer, a few bytes at a
// time, and keeps what is written.
type bytesConn struct {
	net.Conn
	in    *bytes.Reader
	step  int
	wrote bytes.Buffer
}

func (c *bytesConn) Read(p []byte) (int, error)  { return c.in.Read(p[:min(len(p), c.step)]) }
func (c *bytesConn) Write(p []byte) (int, error) { return c.wrote.Write(p) }
func (c *bytesConn) Close() error                { return nil }

const upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"

// serverFrame is a frame as a server sends it.
func serverFrame(first byte, payload string) string {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return string(b) + payload
}

type watched struct {
	*watchedConn
	messages []string
	codes    []int
	ends     []error
}

func watch(in string, step int, hear func([]byte) ([]byte, error)) *watched {
	raw := &bytesConn{in: bytes.NewReader([]byte(in)), step: step}
	w := &watched{watchedConn: newWatchedConn(raw, raw)}
	w.hear = func(m []byte) ([]byte, error) {
		w.messages = append(w.messages, string(m))
		return hear(m)
	}
	w.closed = func(code int) { w.codes = append(w.codes, code) }
	w.ended = func(err error) { w.ends = append(w.ends, err) }
	return w
}

func keep(m []byte) ([]byte, error) { return m, nil }

func TestFramesAreHandedOn(t *testing.T) {
	t.Parallel()
	long, longer := strings.Repeat("l", 300), strings.Repeat("m", 70_000)
	in := upgraded +
		serverFrame(0x81, "one") + serverFrame(0x89, "ping") + serverFrame(0x81, long) +
		serverFrame(0x01, "two ") + serverFrame(0x00, "and ") + serverFrame(0x8a, "") + serverFrame(0x80, "three") +
		serverFrame(0x81, "dropped") + serverFrame(0x81, longer) + serverFrame(0x81, "other") +
		serverFrame(0x88, "\x0f\xa4bye")
	want := upgraded +
		serverFrame(0x81, "one") + serverFrame(0x89, "ping") + serverFrame(0x81, long) +
		serverFrame(0x8a, "") + serverFrame(0x81, "two and three") +
		serverFrame(0x81, longer) + serverFrame(0x81, strings.Repeat("another", 30)) +
		serverFrame(0x88, "\x0f\xa4bye")
	for _, step := range []int{1, 2, 7, 1 << 20} {
		w := watch(in, step, func(m []byte) ([]byte, error) {
			switch string(m) {
			case "dropped":
				return nil, nil
			case "other":
				return bytes.Repeat([]byte("another"), 30), nil
			}
			return m, nil
		})
		got, err := io.ReadAll(w)
		if err != nil || string(got) != want {
			t.Fatalf("%d at a time: read %d bytes, want %d: %v", step, len(got), len(want), err)
		}
		if len(w.codes) != 1 || w.codes[0] != 4004 {
			t.Errorf("close codes %v", w.codes)
		}
		if len(w.ends) != 1 || !errors.Is(w.ends[0], io.EOF) {
			t.Errorf("ended with %v", w.ends)
		}
	}
}

func TestFramesRefused(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"masked":                     "\x81\x83abcdxyz",
		"compressed":                 serverFrame(0xc1, "x"),
		"binary":                     serverFrame(0x82, "x"),
		"continues nothing":          serverFrame(0x80, "x"),
		"begins within another":      serverFrame(0x01, "x") + serverFrame(0x81, "y"),
		"close in pieces":            serverFrame(0x08, "x"),
		"long ping":                  serverFrame(0x89, strings.Repeat("x", 126)),
		"longer than there is":       "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff",
		"longer than there is again": "\x81\x7f\x00\x00\x00\x00\x01\x00\x00\x01",
		"unknown kind":               serverFrame(0x83, "x"),
	} {
		w := watch(upgraded+in, 1<<20, keep)
		_, err := io.ReadAll(w)
		if !errors.Is(err, errFrames) || len(w.ends) != 1 || len(w.messages) != 0 {
			t.Errorf("%s: %v, told %v", name, err, w.ends)
		}
		if _, again := w.Read(make([]byte, 10)); !errors.Is(again, errFrames) || len(w.ends) != 1 {
			t.Errorf("%s: then %v", name, again)
		}
	}
}

func TestFramesEndEarly(t *testing.T) {
	t.Parallel()
	whole := upgraded + serverFrame(0x01, "some") + serverFrame(0x80, strings.Repeat("x", 200)) + serverFrame(0x88, "\x03\xe8")
	for cut := range len(whole) {
		w := watch(whole[:cut], 5, keep)
		if _, err := io.ReadAll(w); len(w.ends) != 1 || err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: %v, told %v", cut, err, w.ends)
		}
	}
}

// An answer that is no upgrade is not looked at.
func TestFramesNotUpgraded(t *testing.T) {
	t.Parallel()
	in := "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 12\r\n\r\n\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff.."
	w := watch(in, 3, keep)
	if got, err := io.ReadAll(w); err != nil || string(got) != in {
		t.Errorf("read %q: %v", got, err)
	}
}

func TestFrameSent(t *testing.T) {
	t.Parallel()
	raw := &bytesConn{step: 1}
	if err := newWatchedConn(raw, raw).send(frameText, []byte(`{"op":1,"d":17}`)); err != nil {
		t.Fatal(err)
	}
	b := raw.wrote.Bytes()
	for i := range b[6:] {
		b[6+i] ^= b[2+i%4]
	}
	if b[0] != 0x81 || b[1] != 0x80|15 || string(b[6:]) != `{"op":1,"d":17}` {
		t.Errorf("sent %x", b)
	}
}

// Whatever comes, reading ends, and what is handed on are frames that the
// library can read.
func FuzzFrames(f *testing.F) {
	f.Add([]byte(serverFrame(0x81, `{"t":"READY","s":1,"op":0,"d":null}`)), 3)
	f.Add([]byte(serverFrame(0x01, "a")+serverFrame(0x80, "b")), 1)
	f.Add([]byte(serverFrame(0x88, "\x0f\xa4")), 100)
	f.Fuzz(func(t *testing.T, in []byte, step int) {
		w := watch(upgraded+string(in), max(step, 1), keep)
		got, err := io.ReadAll(w)
		if err != nil && !errors.Is(err, errFrames) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("read: %v", err)
		}
		again := watch(string(got), 1<<20, keep)
		if _, err := io.ReadAll(again); err != nil {
			t.Fatalf("what was handed on cannot be read: %v", err)
		}
		if strings.Join(again.messages, "") != strings.Join(w.messages, "") {
			t.Fatalf("handed on %q, read again %q", w.messages, again.messages)
		}
	})
}
