package guard

import (
	"strings"
	"unicode"
)

// leet are figures that stand for letters inside a word.
var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t")

// compared is a run of the folded text as the lists compare it: without
// apostrophes, letters repeated more than twice once, and "k1ll" as "kill".
func compared(run string) string {
	letters := strings.ContainsFunc(run, unicode.IsLetter)
	if letters && strings.ContainsAny(run, "'") {
		run = strings.ReplaceAll(run, "'", "")
	}
	if letters && len(run) > 2 && strings.ContainsAny(run[1:len(run)-1], "013457") && !isFigure(rune(run[0])) &&
		!isFigure(rune(run[len(run)-1])) {
		run = leet.Replace(run)
	}
	if letters {
		run = calm(run)
	}
	return run
}

// calm shortens letters that stand three or more times in a row to one.
func calm(run string) string {
	var b []byte
	for i := 0; i < len(run); {
		end := i + 1
		for end < len(run) && run[end] == run[i] {
			end++
		}
		if end-i > 2 && b == nil {
			b = append(make([]byte, 0, len(run)), run[:i]...)
		}
		if b != nil {
			b = append(b, run[i:end]...)
			if end-i > 2 {
				b = b[:len(b)-(end-i)+1]
			}
		}
		i = end
	}
	if b == nil {
		return run
	}
	return string(b)
}

// sound spells a folded word as it sounds in Spanish, so that "kiero bibir" is
// found as "quiero vivir". It follows what people mix up when they type as they
// speak: b and v, s and z and c, y and ll, c and k and qu, g and j, and the
// silent h.
func sound(word string) string {
	out := make([]byte, 0, len(word)+2)
	for i := 0; i < len(word); i++ {
		next := at(word, i+1)
		switch c := word[i]; {
		case c == 'h', c == 's' && next == 's':
		case c == 'c' && next == 'h':
			out = append(out, 'x')
			i++
		case c == 'q':
			out = append(out, 'k')
			if next == 'u' {
				i++
			}
		case c == 'c' && !front(next):
			out = append(out, 'k')
		case c == 'c', c == 'z':
			out = append(out, 's')
		case c == 'v':
			out = append(out, 'b')
		case c == 'l' && next == 'l':
			out = append(out, 'y')
			i++
		case c == 'g' && front(next):
			out = append(out, 'j')
		case c == 'g' && next == 'u' && front(at(word, i+2)):
			out = append(out, 'g')
			i++
		case c == 'w':
			out = append(out, "gu"...)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// front tells whether c and g are soft before the letter.
func front(letter byte) bool { return letter == 'e' || letter == 'i' }

// at is a byte of the word, or 0 behind its end.
func at(word string, i int) byte {
	if i < len(word) {
		return word[i]
	}
	return 0
}
