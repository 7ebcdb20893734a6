package catalogue

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Number writes n in figures with a comma at every thousand. That is also how
// Spanish is written in the United States, Mexico and Central America.
func Number(n int) string {
	figures := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, figures = "-", figures[1:]
	}
	for i := len(figures) - 3; i > 0; i -= 3 {
		figures = figures[:i] + "," + figures[i:]
	}
	return sign + figures
}

// List joins the items as a sentence does: "A, B and C", "A, B y C".
func List(lang models.Lang, items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := items[len(items)-1]
	and := " and "
	if lang == models.Spanish {
		and = " y "
		if startsWithI(last) {
			and = " e "
		}
	}
	return strings.Join(items[:len(items)-1], ", ") + and + last
}

// startsWithI reports whether a Spanish word begins with the sound i, before
// which y becomes e: Inés, Hilda. A diphthong (hielo, Iago) does not count.
func startsWithI(word string) bool {
	rest, found := strings.CutPrefix(strings.TrimPrefix(Fold(word), "h"), "i")
	return found && !strings.HasPrefix(rest, "a") && !strings.HasPrefix(rest, "e") &&
		!strings.HasPrefix(rest, "o") && !strings.HasPrefix(rest, "u")
}

// Fold makes what people type comparable: lower case without accents, so that
// "Según", "SEGUN" and "segun" are equal, and ñ is n. Folding twice changes
// nothing more.
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// Capital makes the first letter a capital, for the beginning of a sentence.
func Capital(s string) string { return mapFirst(s, unicode.ToUpper) }

// lowerFirst makes the first letter a small one, for the middle of a sentence.
func lowerFirst(s string) string { return mapFirst(s, unicode.ToLower) }

func mapFirst(s string, change func(rune) rune) string {
	first, size := utf8.DecodeRuneInString(s)
	if first == utf8.RuneError {
		return s
	}
	return string(change(first)) + s[size:]
}

// stop ends s with a full stop, unless it is empty or ends a sentence already,
// as "2:00 p. m." does.
func stop(s string) string {
	// What a person wrote is marked at its end with a character for private use.
	bare := strings.TrimRightFunc(s, func(r rune) bool { return unicode.Is(unicode.Co, r) })
	if s == "" || strings.HasSuffix(bare, ".") || strings.HasSuffix(bare, "?") {
		return s
	}
	return s + "."
}
