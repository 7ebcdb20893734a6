package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// screen is what is written on. Whoever writes holds its lock, so that nothing
// is written into something else, and so that an answer comes before what
// follows from it.
type screen struct {
	sync.Mutex
	out io.Writer
	// prompt stands in the last line and waits for somebody to type; empty
	// while nothing is awaited.
	prompt string
}

// show writes something as a whole, above the prompt if one is there.
func (s *screen) show(text string) error {
	if s.prompt != "" {
		text = "\n" + text + s.prompt
	}
	return s.write(text)
}

// write is the only place that writes. Nothing that a terminal would obey gets
// through it, wherever it comes from.
func (s *screen) write(text string) error {
	text = plain(text)
	n, err := io.WriteString(s.out, text)
	if err != nil && n < len(text) {
		return fmt.Errorf("write to the terminal: %w", err)
	}
	return nil
}

// plain leaves of a text what can be seen, and line breaks. Control characters
// move the cursor and start escape sequences; marks of direction make a text
// read as another one.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Bidi_Control, unicode.Co, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// header begins what is shown. It says where that is, and to whom.
func header(parts ...string) string { return "-- " + strings.Join(parts, ", ") }

// block is something to be shown: lines without columns or colors, to be read
// aloud in their order, then an empty line. The buttons have numbers, from first
// on.
func block(header string, text commands.Text, card *commands.CardText, emoji bool, buttons []commands.Button, first int) string {
	lines := []string{header}
	if text != "" {
		lines = append(lines, words(text))
	}
	if card != nil {
		title := words(card.Title)
		if emoji && card.Emoji != "" {
			title += " " + card.Emoji
		}
		lines = append(lines, title)
		for _, l := range card.Lines {
			lines = append(lines, words(l))
		}
	}
	if first > 0 {
		for i, b := range buttons {
			lines = append(lines, fmt.Sprintf("%d %s", first+i, oneLine(b.Label)))
		}
	}
	return strings.Join(lines, "\n") + "\n\n"
}

// words are a text's words. What a person wrote stays in its line.
func words(t commands.Text) string {
	var b strings.Builder
	for _, span := range t.Spans() {
		if span.User {
			span.Text = oneLine(span.Text)
		}
		b.WriteString(span.Text)
	}
	return b.String()
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }
