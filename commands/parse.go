package commands

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// The mistakes that make a line unreadable.
var (
	ErrEmpty  = errors.New("the line has no command word")
	ErrQuotes = errors.New("a quotation mark in the line is not closed")
)

// Line is a typed command, taken apart but not yet understood.
type Line struct {
	Prefixed bool   // "/", "//" or "!" stood before the name
	Name     string // the command word as typed, without its prefix
	Args     []Arg  // in the order typed
	// Rest is what follows the command word, as typed, without the named
	// arguments: the free text of a command that takes one. Quotation marks of
	// positional words are still in it.
	Rest string
}

// Arg is one argument of a line: a pair such as people:2, or a single word.
type Arg struct {
	Name       string // as typed; empty for a positional word
	Value      string // without its quotation marks; empty for "when:" alone
	Start, End int    // the whole argument in the line, in bytes
}

// ParseLine takes a typed line apart: an optional prefix, the command word,
// then words and name:value pairs.
//
//   - Only a name for which known reports true, given it as typed, makes a
//     pair, and only then may a space follow its colon. So 2:00, https://x and
//     "note: call first" stay text where there is no such parameter.
//   - A value of several words stands in "", “” or «». A mark opens only at the
//     start of a word or right after the colon, and closes only where no letter
//     or digit follows, so that o'clock and 5'10" stay text. There is no escape:
//     a value that holds one kind of mark stands in another.
//   - A prefix counts only directly before a letter or digit: "!" alone is a
//     word.
//
// Text has normally been through [Clean]; any other is read too. Errors:
// ErrEmpty, ErrQuotes, and a *TextError for more than models.MaxLine
// characters.
func ParseLine(text string, known func(name string) bool) (Line, error) {
	if n := utf8.RuneCountInString(text); n > models.MaxLine {
		return Line{}, &TextError{Code: TextTooLong, Limit: models.MaxLine, Length: n}
	}
	start := skipSpace(text, 0)
	if start == len(text) {
		return Line{}, ErrEmpty
	}
	end := wordEnd(text, start)
	var line Line
	line.Name, line.Prefixed = cutCommandPrefix(text[start:end])

	var free []string // the stretches between the pairs
	from := end
	for at := skipSpace(text, end); at < len(text); {
		arg, err := parseArg(text, at, known)
		if err != nil {
			return Line{}, err
		}
		line.Args = append(line.Args, arg)
		if arg.Name != "" {
			free = append(free, text[from:arg.Start])
			from = arg.End
		}
		at = skipSpace(text, arg.End)
	}
	line.Rest = joinTrimmed(append(free, text[from:]))
	return line, nil
}

func cutCommandPrefix(word string) (name string, prefixed bool) {
	for _, prefix := range []string{"//", "/", "!"} {
		name, ok := strings.CutPrefix(word, prefix)
		if r, _ := utf8.DecodeRuneInString(name); ok && isWordRune(r) {
			return name, true
		}
	}
	return word, false
}

// parseArg reads the argument that starts at the byte given.
func parseArg(text string, at int, known func(string) bool) (Arg, error) {
	arg := Arg{Start: at, Name: pairName(text, at, known)}
	if arg.Name != "" {
		at += len(arg.Name) + len(":")
		value := skipSpace(text, at)
		if value > at && pairName(text, value, known) != "" {
			arg.End = at // "when: people:2" gives no time
			return arg, nil
		}
		at = value
	}
	var err error
	arg.Value, arg.End, err = parseValue(text, at)
	return arg, err
}

// pairName is the parameter that the word at the byte given names, empty if it
// names none.
func pairName(text string, at int, known func(string) bool) string {
	name, _, found := strings.Cut(text[at:wordEnd(text, at)], ":")
	if !found || !known(name) {
		return ""
	}
	return name
}

// quotes are the marks that open a value, each with the one that closes it.
var quotes = map[rune]string{'"': `"`, '“': "”", '«': "»"}

// parseValue reads one word or one quoted value, and where it ends.
func parseValue(text string, at int) (value string, end int, err error) {
	opening, size := utf8.DecodeRuneInString(text[at:])
	closing, quoted := quotes[opening]
	if !quoted {
		end = wordEnd(text, at)
		return text[at:end], end, nil
	}
	start := at + size
	for from := start; ; {
		i := strings.Index(text[from:], closing)
		if i < 0 {
			return "", 0, ErrQuotes
		}
		end = from + i + len(closing)
		if r, _ := utf8.DecodeRuneInString(text[end:]); !isWordRune(r) {
			return text[start : from+i], end, nil
		}
		from = end
	}
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// skipSpace is the first byte from at on that is not part of a space.
func skipSpace(text string, at int) int {
	return len(text) - len(strings.TrimLeftFunc(text[at:], unicode.IsSpace))
}

// wordEnd is the first byte from at on that begins a space.
func wordEnd(text string, at int) int {
	if i := strings.IndexFunc(text[at:], unicode.IsSpace); i >= 0 {
		return at + i
	}
	return len(text)
}

// joinTrimmed joins with single spaces what is left of the parts without the
// spaces around them.
func joinTrimmed(parts []string) string {
	var kept []string
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, " ")
}
