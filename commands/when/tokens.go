package when

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRunes bounds what is read at all. A time is a few words and a need one
// line; anything longer is not worth the work.
const maxRunes = 200

// kind tells words, numbers and signs apart.
type kind int

const (
	word kind = iota
	number
	sign
)

// token is a word, a run of ASCII digits or a single sign.
type token struct {
	kind       kind
	text       string // lower case and without accents
	value      int    // of a number of up to four digits, else -1
	start, end int    // bytes in the text
	glued      bool   // nothing stands between it and the token before
}

// is reports whether the token is one of the words or signs.
func (t token) is(texts ...string) bool {
	for _, s := range texts {
		if t.text == s {
			return true
		}
	}
	return false
}

// textAt is the text of token i, empty outside the slice.
func textAt(ts []token, i int) string {
	if i < 0 || i >= len(ts) {
		return ""
	}
	return ts[i].text
}

// tokenize splits the text. Spaces and commas part tokens and are dropped,
// except a comma between digits; so are apostrophes inside a word (o'clock).
// A text over maxRunes gives none.
func tokenize(text string) []token {
	if utf8.RuneCountInString(text) > maxRunes {
		return nil
	}
	var ts []token
	glued := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) && r != '\n' || r == ',' && !betweenDigits(text, i) {
			glued = false
			i += size
			continue
		}
		t := token{kind: sign, text: string(r), value: -1, start: i, end: i + size, glued: glued}
		switch {
		case isDigit(r):
			t.kind, t.end = number, i+digits(text[i:])
			t.text = text[i:t.end]
			t.value = smallNumber(t.text)
		case unicode.IsLetter(r):
			var length int
			t.kind = word
			t.text, length = letters(text[i:])
			t.end = i + length
		}
		ts = append(ts, t)
		glued = r != '\n'
		i = t.end
	}
	return abbreviate(ts)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func betweenDigits(text string, i int) bool {
	return i > 0 && i+1 < len(text) && isDigit(rune(text[i-1])) && isDigit(rune(text[i+1]))
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(rune(s[n])) {
		n++
	}
	return n
}

func smallNumber(s string) int {
	if len(s) > 4 {
		return -1
	}
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}

// letters reads one word and tells how many bytes it took.
func letters(s string) (string, int) {
	var b strings.Builder
	length := 0
	for i, r := range s {
		size := utf8.RuneLen(r)
		switch {
		case unicode.IsLetter(r):
			b.WriteRune(fold(r))
		case unicode.Is(unicode.Mn, r): // an accent written on its own
		case r == '\'' || r == '’':
			next, _ := utf8.DecodeRuneInString(s[i+size:])
			if !unicode.IsLetter(next) {
				return b.String(), length
			}
		default:
			return b.String(), length
		}
		length = i + size
	}
	return b.String(), length
}

// fold makes case and accents not matter: mañana and MANANA are one word.
func fold(r rune) rune {
	switch r = unicode.ToLower(r); r {
	case 'á', 'à', 'â', 'ä', 'ª':
		return 'a'
	case 'é', 'è', 'ê', 'ë':
		return 'e'
	case 'í', 'ì', 'î', 'ï':
		return 'i'
	case 'ó', 'ò', 'ô', 'ö', 'º':
		return 'o'
	case 'ú', 'ù', 'û', 'ü':
		return 'u'
	case 'ñ':
		return 'n'
	}
	return r
}

// abbreviations are the words after which a dot ends no sentence.
var abbreviations = wordSet(`am pm h hs hr hrs min mins
	jan feb mar apr may jun jul aug sep sept oct nov dec ene abr ago dic
	mon tue tues wed weds thu thur thurs fri sat sun lun mie jue vie sab dom`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// abbreviate joins "p. m." to pm and drops the dots of abbreviations.
func abbreviate(ts []token) []token {
	out := ts[:0]
	for i := 0; i < len(ts); i++ {
		t := ts[i]
		if next, ok := meridiem(ts, i); ok {
			t.text += "m"
			t.end = ts[next-1].end
			i = next - 1
		}
		out = append(out, t)
		if abbreviations[t.text] && i+1 < len(ts) && ts[i+1].glued && ts[i+1].is(".") {
			if t.is("am", "pm") {
				out[len(out)-1].end = ts[i+1].end
			}
			i++
			if i+1 < len(ts) {
				ts[i+1].glued = false
			}
		}
	}
	return out
}

// meridiem finds "a.m", "p. m" and "p m" at token i.
func meridiem(ts []token, i int) (next int, ok bool) {
	if !ts[i].is("a", "p") {
		return 0, false
	}
	next = i + 1
	if textAt(ts, next) == "." && ts[next].glued {
		next++
	}
	return next + 1, textAt(ts, next) == "m"
}

// trim drops what stands around a sentence: a full stop, question marks.
func trim(ts []token) []token {
	for len(ts) > 0 && ts[0].is("¿", "¡") {
		ts = ts[1:]
	}
	for len(ts) > 0 && ts[len(ts)-1].is(".", "!", "?", "…", "\n") {
		ts = ts[:len(ts)-1]
	}
	return ts
}
