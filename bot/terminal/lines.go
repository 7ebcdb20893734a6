package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// maxBytes is how much of a line is kept: room for the longest that can be
// answered, in the longest characters there are, and for a line end.
const maxBytes = models.MaxLine*utf8.UTFMax + 2

// line is a typed line without its end.
type line struct {
	text string
	long bool // more was typed than is kept
	// length counts the characters of all that was typed.
	length int
}

// lines reads lines of any length in bounded memory.
type lines struct{ in *bufio.Reader }

func newLines(in io.Reader) *lines { return &lines{bufio.NewReader(in)} }

// next waits for a line. It returns io.EOF after the last one, and the
// context's error as soon as that ends. After an error it must not be called
// again.
//
// The goroutine that reads ends with its line. Nothing can interrupt a read
// from a terminal, so if the context ends first, it stays until a line comes or
// the program ends; what it then reads goes nowhere.
func (l *lines) next(ctx context.Context) (line, error) {
	type result struct {
		line
		err error
	}
	read := make(chan result, 1) // with room, so that the goroutine can always end
	go func() {
		ln, err := l.read()
		read <- result{ln, err}
	}()
	select {
	case <-ctx.Done():
		return line{}, ctx.Err()
	case r := <-read:
		return r.line, r.err
	}
}

func (l *lines) read() (line, error) {
	var ln line
	var kept []byte
	for {
		part, err := l.in.ReadSlice('\n')
		ln.length += characters(part)
		room := min(len(part), maxBytes-len(kept))
		ln.long = ln.long || room < len(part)
		kept = append(kept, part[:room]...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && ln.length == 0 && len(part) == 0:
			return line{}, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return line{}, fmt.Errorf("read a line: %w", err)
		}
		ln.text = strings.TrimSuffix(strings.TrimSuffix(string(kept), "\n"), "\r")
		return ln, nil
	}
}

// characters counts the characters of a part of a line, which may begin and end
// within one, without a line end.
func characters(part []byte) int {
	n := 0
	for _, b := range part {
		if utf8.RuneStart(b) && b != '\n' && b != '\r' {
			n++
		}
	}
	return n
}
