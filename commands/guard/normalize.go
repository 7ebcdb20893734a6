package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folded is a text as the rules read it: lower case, single blanks, no accents, figures of
// every script as ASCII, letters that look Latin as Latin, all dashes as "-".
// starts and ends give, for each of its bytes, the bytes of the original text
// that it stands for.
type folded struct {
	text         string
	starts, ends []int
}

// span turns places in the folded text into places in the original.
func (f folded) span(start, end int) (int, int) { return f.starts[start], f.ends[end-1] }

// twins are letters and signs of other scripts that are read as Latin ones or
// as figures, after lower-casing.
var twins = map[rune]rune{
	// Cyrillic; З is used for the figure, hardly for a Latin letter.
	'а': 'a', 'в': 'b', 'е': 'e', 'к': 'k', 'м': 'm', 'н': 'h', 'о': 'o', 'р': 'p', 'с': 'c', 'т': 't',
	'у': 'y', 'х': 'x', 'і': 'i', 'ј': 'j', 'ѕ': 's', 'ԁ': 'd', 'һ': 'h', 'ԛ': 'q', 'ԝ': 'w', 'ӏ': 'l', 'з': '3',
	// Greek
	'α': 'a', 'β': 'b', 'ε': 'e', 'ζ': 'z', 'η': 'h', 'ι': 'i', 'κ': 'k', 'μ': 'm', 'ν': 'v', 'ο': 'o',
	'ρ': 'p', 'τ': 't', 'υ': 'y', 'χ': 'x',
	// signs
	'ı': 'i', 'ø': 'o', 'ł': 'l', '°': 'o', '−': '-', '⁄': '/', '∕': '/', '’': '\'', '‘': '\'', 'ʼ': '\'',
	'´': '\'', '`': '\'', '。': '.', '•': '.', '·': '.',
}

// fold rewrites the text rune by rune, so that each place can be found again.
func fold(text string) folded {
	f := folder{out: make([]byte, 0, len(text)+8)}
	f.starts = make([]int, 0, len(text)+8)
	f.ends = make([]int, 0, len(text)+8)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		f.start, f.end = i, i+size
		if r < utf8.RuneSelf && !unicode.IsSpace(r) {
			f.put(unicode.ToLower(r))
		} else {
			f.rewrite(r, text[i:i+size])
		}
		i += size
	}
	return folded{string(f.out), f.starts, f.ends}
}

type folder struct {
	out          []byte
	starts, ends []int
	start, end   int // the rune at hand, in the original
}

func (f *folder) put(r rune) {
	before := len(f.out)
	if r == ' ' && before > 0 && f.out[before-1] == ' ' {
		f.ends[before-1] = f.end
		return
	}
	f.out = utf8.AppendRune(f.out, r)
	for range len(f.out) - before {
		f.starts = append(f.starts, f.start)
		f.ends = append(f.ends, f.end)
	}
}

// rewrite folds blanks and what is outside ASCII. The rune is given as a string
// too.
func (f *folder) rewrite(r rune, s string) {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		// Accents, the frames of keycaps and what is invisible belong to the
		// rune before.
		if n := len(f.ends); n > 0 {
			f.ends[n-1] = f.end
		}
		return
	case unicode.IsSpace(r):
		f.put(' ')
		return
	}
	if d, ok := digitOf(r); ok {
		f.put(d)
		return
	}
	parts := norm.NFKD.PropertiesString(s).Decomposition()
	if parts == nil {
		f.putLetter(r)
		return
	}
	fraction := strings.ContainsRune(string(parts), '⁄')
	if fraction {
		f.put(' ') // "14½" is 14 1/2, not 141/2
	}
	for _, p := range string(parts) {
		if d, ok := digitOf(p); ok {
			f.put(d)
		} else if !unicode.In(p, unicode.Mn, unicode.Me, unicode.Cf) {
			f.putLetter(p)
		}
	}
}

func (f *folder) putLetter(r rune) {
	r = unicode.ToLower(r)
	if twin, ok := twins[r]; ok {
		r = twin
	} else if unicode.Is(unicode.Pd, r) {
		r = '-'
	}
	f.put(r)
}

// digitOf gives the ASCII figure for a decimal digit of any script. Unicode
// lists those in tens, from zero to nine.
func digitOf(r rune) (rune, bool) {
	if r >= '0' && r <= '9' {
		return r, true
	}
	if r >= '❶' && r <= '➓' { // three circled rows from one to ten
		n := (r-'❶')%10 + 1
		return '0' + n, n < 10
	}
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, row := range unicode.Nd.R16 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return '0' + (r-rune(row.Lo))%10, true
		}
	}
	for _, row := range unicode.Nd.R32 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return '0' + (r-rune(row.Lo))%10, true
		}
	}
	return 0, false
}
