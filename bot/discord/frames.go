package discord

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// The kinds of websocket frames (RFC 6455, 5.2).
const (
	frameContinued = 0x0
	frameText      = 0x1
	frameClose     = 0x8 // it and everything above it are about the connection
)

const (
	// maxMessage is far over what Discord sends about the largest servers.
	maxMessage = 16 << 20
	// keptBuffer is how much room for messages is kept: the big ones come at the
	// beginning, once.
	keptBuffer = 256 << 10
	// headerRoom is the longest header of a frame without a mask.
	headerRoom = 10
)

var errFrames = errors.New("what came is not what a gateway sends")

// watchedConn reads the gateway's websocket frames before the library does.
// The library keeps close codes to itself, and some messages make it wait for
// ever or end the program; no lock of its own can be taken to find out. So
// each whole message is looked at here first, and only what the library deals
// with well is handed on.
type watchedConn struct {
	net.Conn
	raw net.Conn // what is below, TLS or not: closing it ends everything
	in  *bufio.Reader

	hear   func(message []byte) (handOn []byte, err error)
	closed func(code int)
	ended  func(error) // told once why nothing more comes

	phase   phase
	message []byte // after headerRoom; grows while a message comes in pieces
	out     []byte // what the library has yet to read
	err     error
}

type phase int

const (
	phaseStatus phase = iota // the answer to the upgrade
	phaseHeaders
	phaseFrames
	phaseRefused // no upgrade: whatever follows is the library's
)

func newWatchedConn(raw, top net.Conn) *watchedConn {
	return &watchedConn{Conn: top, raw: raw, in: bufio.NewReaderSize(top, 16<<10)}
}

// Read hands on what may be handed on, at most one message at a time: so the
// library has dealt with one before the next is looked at.
func (c *watchedConn) Read(p []byte) (int, error) {
	for len(c.out) == 0 {
		if c.err == nil {
			if c.err = c.next(); c.err != nil {
				c.ended(c.err)
			}
		}
		if c.err != nil {
			return 0, c.err
		}
	}
	n := copy(p, c.out)
	c.out = c.out[n:]
	return n, nil
}

// Close ends the connection without waiting for anything.
func (c *watchedConn) Close() error { return c.raw.Close() }

// next reads one piece and puts what is to be handed on into out.
func (c *watchedConn) next() error {
	switch c.phase {
	case phaseFrames:
		return c.frame()
	case phaseRefused:
		c.out = make([]byte, 1024)
		n, err := c.in.Read(c.out)
		c.out = c.out[:n]
		return err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return fmt.Errorf("reading the answer to the upgrade: %w", err)
	}
	c.out = line
	switch {
	case c.phase == phaseStatus && bytes.Contains(line, []byte(" 101 ")):
		c.phase = phaseHeaders
	case c.phase == phaseStatus:
		c.phase = phaseRefused
	case len(bytes.TrimSpace(line)) == 0:
		c.phase = phaseFrames
	}
	return nil
}

func (c *watchedConn) frame() error {
	var head [2]byte
	if _, err := io.ReadFull(c.in, head[:]); err != nil {
		return err
	}
	final, kind := head[0]&0x80 != 0, head[0]&0x0f
	size, err := c.size(head[1])
	if err != nil {
		return err
	}
	switch {
	case head[0]&0x70 != 0, head[1]&0x80 != 0: // compressed or masked: neither was agreed on
		return errFrames
	case kind >= frameClose:
		return c.control(head, size, final)
	case kind == frameText && len(c.message) == 0, kind == frameContinued && len(c.message) > 0:
		return c.data(size, final)
	}
	return errFrames
}

// size reads the rest of a frame's length.
func (c *watchedConn) size(short byte) (uint64, error) {
	var more [8]byte
	n := 0
	switch short & 0x7f {
	case 126:
		n = 2
	case 127:
		n = 8
	default:
		return uint64(short & 0x7f), nil
	}
	if _, err := io.ReadFull(c.in, more[8-n:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(more[:]), nil
}

// control hands on a ping, a pong or a close as it is.
func (c *watchedConn) control(head [2]byte, size uint64, final bool) error {
	if size > 125 || !final {
		return errFrames
	}
	frame := make([]byte, 2+size)
	copy(frame, head[:])
	if _, err := io.ReadFull(c.in, frame[2:]); err != nil {
		return err
	}
	if head[0]&0x0f == frameClose {
		code := 1005 // "no code was given"
		if size >= 2 {
			code = int(binary.BigEndian.Uint16(frame[2:]))
		}
		c.closed(code)
	}
	c.out = frame
	return nil
}

// data adds to the message, and hands it on once it is whole.
func (c *watchedConn) data(size uint64, final bool) error {
	if len(c.message) == 0 {
		c.message = append(c.message, make([]byte, headerRoom)...)
	}
	if size > maxMessage || uint64(len(c.message))+size > maxMessage {
		return fmt.Errorf("%w: a message of over %d bytes", errFrames, maxMessage)
	}
	if err := c.grow(int(size)); err != nil {
		return err
	}
	if !final {
		return nil
	}
	whole := c.message
	if cap(whole) > keptBuffer {
		c.message = nil
	} else {
		c.message = whole[:0]
	}
	pass, err := c.hear(whole[headerRoom:])
	if err != nil || len(pass) == 0 {
		return err
	}
	c.out = framed(whole, pass)
	return nil
}

// grow reads so much more of a message. Room is made as it comes, not as it
// was announced.
func (c *watchedConn) grow(size int) error {
	for size > 0 {
		step := min(size, 64<<10)
		at := len(c.message)
		c.message = append(c.message, make([]byte, step)...)
		if _, err := io.ReadFull(c.in, c.message[at:]); err != nil {
			return err
		}
		size -= step
	}
	return nil
}

// framed puts a header before a message: into the room that whole has for it,
// if the message is the one that is there.
func framed(whole, message []byte) []byte {
	if len(whole) == headerRoom || &whole[headerRoom] != &message[0] {
		whole = append(make([]byte, headerRoom, headerRoom+len(message)), message...)
	}
	head := [headerRoom]byte{0x80 | frameText}
	n := 2
	switch size := len(message); {
	case size < 126:
		head[1] = byte(size)
	case size < 1<<16:
		head[1] = 126
		binary.BigEndian.PutUint16(head[2:], uint16(size))
		n = 4
	default:
		head[1] = 127
		binary.BigEndian.PutUint64(head[2:], uint64(size))
		n = 10
	}
	copy(whole[headerRoom-n:], head[:n])
	return whole[headerRoom-n : headerRoom+len(message)]
}

// send writes one short frame beside the library: each of its frames and of
// these is one write.
func (c *watchedConn) send(kind byte, payload []byte) error {
	frame := make([]byte, 6, 6+len(payload))
	frame[0], frame[1] = 0x80|kind, 0x80|byte(len(payload))
	mask := frame[2:6]
	rand.Read(mask)
	for i, b := range payload {
		frame = append(frame, b^mask[i%4])
	}
	_, err := c.Write(frame)
	return err
}
