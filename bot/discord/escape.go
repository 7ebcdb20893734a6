package discord

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Discord shows a punctuation mark that stands after a backslash as it is. So
// each character that can begin or end something there has a backslash put
// before it: bold and its like, code, spoilers, masked links, mentions,
// timestamps, emoji and links. What does so only at the start of a line, such
// as a heading or a list, has one only there: people see notifications with
// the backslashes in them.

// escaper writes words that Discord shows as they are. The zero value stands at
// the start of a line.
type escaper struct {
	b strings.Builder
	// inside says that something else than blanks stands in the line already,
	// and numbered that only digits do.
	inside, numbered bool
	last             rune // 0 at the start of a line
}

// always are the characters that mean something anywhere.
const always = "\\*_~`|<>[]@"

// words writes a stretch. What is invisible and could hide or reorder words goes.
func (e *escaper) words(s string) {
	s = seen(s)
	for i, r := range s {
		if r == '\n' {
			e.newLine()
			continue
		}
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		if e.means(r, next) {
			e.b.WriteByte('\\')
		}
		e.b.WriteRune(r)
		digit := '0' <= r && r <= '9'
		e.numbered = digit && (!e.inside || e.numbered)
		e.inside = e.inside || !unicode.IsSpace(r)
		e.last = r
	}
}

// means reports whether a character could be taken for more than itself. Next
// is the one after it, utf8.RuneError at the end of the stretch: what follows
// there is not known.
func (e *escaper) means(r, next rune) bool {
	switch r {
	case ':': // ends a label, or begins an emoji or what comes after https
		return next != ' ' && next != '\n'
	case '/': // a command begins with it; within a word it may be a link
		return e.last != 0 && e.last != ' '
	case '#', '-', '+':
		return !e.inside
	case '.', ')':
		return e.numbered
	}
	return strings.ContainsRune(always, r)
}

// mark writes markup on purpose.
func (e *escaper) mark(s string) { e.b.WriteString(s) }

// shown writes a mark that is seen as words, such as a time.
func (e *escaper) shown(s string) {
	e.mark(s)
	e.inside, e.numbered, e.last = true, false, '>'
}

func (e *escaper) newLine() {
	e.b.WriteByte('\n')
	e.inside, e.numbered, e.last = false, false, 0
}

// seen leaves of a text what can be seen, and line breaks. Marks of direction
// make a text read as another one, and Discord's clients differ in what they
// make of control characters.
func seen(s string) string {
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
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// lineStart makes what stood within a line fit to begin one.
func lineStart(rest string) string {
	head := strings.TrimPrefix(rest, bold)
	words := strings.TrimLeft(head, " ")
	at := len(rest) - len(words)
	digits := len(words) - len(strings.TrimLeft(words, "0123456789"))
	after, _ := utf8.DecodeRuneInString(words[digits:])
	if digits == 0 && strings.ContainsRune("#-+", after) || digits > 0 && (after == '.' || after == ')') {
		return rest[:at+digits] + `\` + words[digits:]
	}
	return rest
}
