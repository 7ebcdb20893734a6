package discord

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// The most that Discord takes, in characters. It does not say what it counts as
// one; UTF-16, as here, counts the most.
const (
	maxContent     = 2000
	maxDescription = 4096
)

// bold is the mark around words in bold.
const bold = "**"

// cutMark stands where words were left out.
const cutMark = "…"

// renderText makes a text that Discord shows with the same words: labels are in
// bold, and nothing else is markup. Times are written out.
func renderText(t commands.Text) string { return renderSpans(t.Spans()) }

func renderSpans(spans []commands.Span) string {
	var e escaper
	e.spans(spans, style{labels: true})
	return e.b.String()
}

// renderNaming is renderText for a text that notifies one person. If it begins
// with their name, the mention stands for it.
func renderNaming(t commands.Text, person string) string {
	mention, spans := "<@"+person+">", t.Spans()
	if len(spans) > 0 && spans[0].User {
		return mention + renderSpans(spans[1:])
	}
	return mention + " " + renderSpans(spans)
}

// renderCard makes the lines of a card. Times there are shown in each reader's
// own zone and language.
func renderCard(lines []commands.Text) string {
	var e escaper
	for i, l := range lines {
		if i > 0 {
			e.newLine()
		}
		e.spans(l.Spans(), style{labels: true, times: true})
	}
	return e.b.String()
}

// renderTitle makes a card's first line: all of it in bold, then the emoji.
func renderTitle(title commands.Text, emoji string) string {
	var e escaper
	if words := strings.TrimSpace(oneLine(seen(title.Plain()))); words != "" {
		e.mark(bold)
		e.words(words)
		e.mark(bold)
	}
	if emoji != "" {
		e.words(" " + emoji)
	}
	return e.b.String()
}

// style says what is made of the marks in a text.
type style struct{ labels, times bool }

func (e *escaper) spans(spans []commands.Span, s style) {
	for _, span := range spans {
		words := span.Text
		switch {
		case span.User:
			e.words(oneLine(words)) // a line of theirs never becomes one of ours
		case span.Label && s.labels && !strings.Contains(words, "\n") && strings.TrimSpace(words) != "":
			e.mark(bold)
			e.words(strings.TrimSuffix(words, ":"))
			if strings.HasSuffix(words, ":") {
				e.shown(":")
			}
			e.mark(bold)
		case span.At != nil && s.times:
			e.shown(timestamp(*span.At, span.Day))
		default:
			e.words(words)
		}
	}
}

// timestamp is the code of a moment, with how far away it is, or of a day.
func timestamp(at time.Time, day bool) string {
	unix := strconv.FormatInt(at.Unix(), 10)
	if day {
		return "<t:" + unix + ":D>"
	}
	return "<t:" + unix + ":F> (<t:" + unix + ":R>)"
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

// size counts characters as Discord may.
func size(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// split cuts what was rendered into parts that are short enough: between lines,
// else between words, and never within an escape or a mark.
func split(rendered string, limit int) []string {
	var parts []string
	rest := strings.Trim(rendered, "\n")
	for size(rest) > limit {
		at, inBold := cutAt(rest, limit-len(bold))
		head := strings.TrimRight(rest[:at], " \n")
		rest = strings.TrimLeft(rest[at:], " \n")
		if inBold {
			head, rest = head+bold, bold+rest
		}
		rest = lineStart(rest)
		parts = append(parts, head)
	}
	if rest != "" || len(parts) == 0 {
		parts = append(parts, rest)
	}
	return parts
}

// shorten keeps what was rendered within a limit. What is left out at the end
// has a mark in its place.
func shorten(rendered string, limit int) string {
	if size(rendered) <= limit {
		return rendered
	}
	return split(rendered, limit-1-len(cutMark))[0] + "\n" + cutMark
}

// cutAt finds where to cut so that the head is not longer than the limit, and
// whether that is within bold words.
func cutAt(s string, limit int) (at int, inBold bool) {
	var line, word, any place
	used, isBold, fresh := 0, false, true // fresh: nothing stands in the head, or in the bold words
	for i := 0; i < len(s); {
		n := piece(s[i:])
		now := place{i, isBold, !fresh && (!isBold || s[i:i+n] != bold)}
		switch {
		case !now.fits:
		case s[i] == '\n':
			line, word, any = now, now, now
		case s[i] == ' ':
			word, any = now, now
		default:
			any = now
		}
		if used += size(s[i : i+n]); used > limit {
			break
		}
		fresh = false
		if s[i:i+n] == bold {
			isBold = !isBold
			fresh = isBold
		}
		i += n
	}
	for _, p := range []place{line, word, any} {
		if p.fits {
			return p.at, p.inBold
		}
	}
	return piece(s), false // one piece that is too long by itself
}

// place is where a text can be cut.
type place struct {
	at     int
	inBold bool
	fits   bool
}

// piece is the length of what cannot be cut at the start of a rendered text: an
// escape, a mark of ours, or a letter with what stands on it.
func piece(s string) int {
	switch {
	case strings.HasPrefix(s, bold):
		return len(bold)
	case s[0] == '<':
		return max(1, strings.IndexByte(s, '>')+1)
	}
	n := 0
	if s[0] == '\\' {
		n = 1
	}
	r, width := utf8.DecodeRuneInString(s[n:])
	n += width
	for n < len(s) && n < maxPiece {
		next, width := utf8.DecodeRuneInString(s[n:])
		if r != zeroWidthJoiner && next != zeroWidthJoiner && !unicode.IsMark(next) && !unicode.Is(unicode.Sk, next) {
			break
		}
		if next == '\\' || next == '<' || next == '*' || next == '\n' {
			break
		}
		n += width
		r = next
	}
	return n
}

// plainPiece is the same for words that were not rendered.
func plainPiece(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	return piece(s)
}

// maxPiece bounds what counts as one letter: a family of four with skin tones
// has 41 bytes.
const maxPiece = 64

const zeroWidthJoiner = '\u200D'
