package guard

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word or a number of the text; what stands between is in the gap.
type token struct {
	text       string // folded, without apostrophes
	gap        string // folded, between the token before and this one
	digits     string // the value of a number in figures: "0177" of "OI77"
	start, end int    // in the original text
	ordinal    bool   // "2nd", "3ra"
	capital    bool   // begins with an upper-case letter
	taken      bool   // belongs to a finding already made; all else but the place is empty
}

// runs calls back for each run of letters and figures, with its place in the
// folded text. An apostrophe between letters belongs to the run.
func runs(text string, yield func(start, end int)) {
	start := -1
	for i, r := range text {
		inside := isFigure(r) || unicode.IsLetter(r)
		if r == '\'' && start >= 0 && i > start {
			next, _ := utf8.DecodeRuneInString(text[i+1:])
			inside = unicode.IsLetter(next)
		}
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			yield(start, i)
			start = -1
		}
	}
	if start >= 0 {
		yield(start, len(text))
	}
}

func isFigure(r rune) bool { return r >= '0' && r <= '9' }

// tokenize splits the text into tokens. Runs that mix letters and figures are
// split where they change ("16B", "ph413"), unless they are an ordinal or a
// number with letters in disguise.
func tokenize(original string, f folded) []token {
	tokens := make([]token, 0, len(f.text)/4+8)
	last := 0
	add := func(start, end int, digits string, ordinal bool) {
		text := f.text[start:end]
		if strings.Contains(text, "'") {
			text = strings.ReplaceAll(text, "'", "")
		}
		from, to := f.span(start, end)
		first, _ := utf8.DecodeRuneInString(original[from:])
		tokens = append(tokens, token{
			text: text, gap: f.text[last:start], digits: digits, start: from, end: to,
			ordinal: ordinal, capital: unicode.IsUpper(first),
		})
		last = end
	}
	runs(f.text, func(start, end int) {
		run := f.text[start:end]
		if digits, ok := disguised(run); ok {
			add(start, end, digits, false)
			return
		}
		if isOrdinal(run) {
			add(start, end, "", true)
			return
		}
		for run != "" {
			n := sameKind(run)
			digits := ""
			if isFigure(rune(run[0])) {
				digits = run[:n]
			}
			add(end-len(run), end-len(run)+n, digits, false)
			run = run[n:]
		}
	})
	return tokens
}

// sameKind is the length of the figures, or of all else, that s begins with.
func sameKind(s string) int {
	first := isFigure(rune(s[0]))
	n := strings.IndexFunc(s, func(r rune) bool { return isFigure(r) != first })
	if n < 0 {
		return len(s)
	}
	return n
}

// disguised reads a number in which letters stand for figures, as in "O142".
// At least one figure must be there.
func disguised(run string) (string, bool) {
	known := false
	for i := range len(run) {
		switch c := run[i]; {
		case isFigure(rune(c)):
			known = true
		case c != 'o' && c != 'l' && c != 'i':
			return "", false
		}
	}
	if !known || isOrdinal(run) {
		return "", false
	}
	return figures.Replace(run), true
}

var figures = strings.NewReplacer("o", "0", "l", "1", "i", "1")

var ordinalEndings = []string{"st", "nd", "rd", "th", "er", "ero", "ra", "ro", "do", "da", "to", "ta"}

// isOrdinal tells whether a run is a number of order, such as 2nd, 2º or 5ta.
func isOrdinal(run string) bool {
	n := strings.IndexFunc(run, func(r rune) bool { return !isFigure(r) })
	if n > 0 && run[n:] == "o" {
		return n == 1 // "41o" is rather a number in disguise
	}
	return n > 0 && n <= 3 && slices.Contains(ordinalEndings, run[n:])
}
