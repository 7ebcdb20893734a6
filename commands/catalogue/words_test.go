package catalogue

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	tests := map[int]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 999999: "999,999", 1000000: "1,000,000",
		-1: "-1", -999: "-999", -1000: "-1,000",
	}
	for n, want := range tests {
		if got := Number(n); got != want {
			t.Errorf("Number(%d) is %q, want %q", n, got, want)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	tests := []struct {
		items  []string
		en, es string
	}{
		{nil, "", ""},
		{[]string{"Ana"}, "Ana", "Ana"},
		{[]string{"Ana", "Lee"}, "Ana and Lee", "Ana y Lee"},
		{[]string{"Ana", "Lee", "Jo"}, "Ana, Lee and Jo", "Ana, Lee y Jo"},
		{[]string{"Ana", "Inés"}, "Ana and Inés", "Ana e Inés"},
		{[]string{"Ana", "Íñigo"}, "Ana and Íñigo", "Ana e Íñigo"},
		{[]string{"Ana", "Hilda"}, "Ana and Hilda", "Ana e Hilda"},
		{[]string{"español", "inglés"}, "español and inglés", "español e inglés"},
		{[]string{"leña", "hielo"}, "leña and hielo", "leña y hielo"},
		{[]string{"Ana", "Ian"}, "Ana and Ian", "Ana y Ian"},
		{[]string{"Ana", "Yolanda"}, "Ana and Yolanda", "Ana y Yolanda"},
		{[]string{"Inés", "Ana"}, "Inés and Ana", "Inés y Ana"},
		{[]string{"Ana", ""}, "Ana and ", "Ana y "},
	}
	for _, test := range tests {
		if got := List(models.English, test.items); got != test.en {
			t.Errorf("%q in English: %q, want %q", test.items, got, test.en)
		}
		if got := List(models.Spanish, test.items); got != test.es {
			t.Errorf("%q in Spanish: %q, want %q", test.items, got, test.es)
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":              "",
		"Según":         "segun",
		"CAMPAÑA":       "campana",
		"cuándo":        "cuando",
		"cua\u0301ndo":  "cuando",
		"Quarry Falls":  "quarry falls",
		"pingüino":      "pinguino",
		"İstanbul":      "istanbul",
		"mi-lista N12":  "mi-lista n12",
		"Йод":           "иод", // й counts as и with a mark
		"한국":            "한국",
		"\u212Bngstrom": "angstrom",
	}
	for s, want := range tests {
		if got := Fold(s); got != want {
			t.Errorf("Fold(%q) is %q, want %q", s, got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Según", "CAMPAÑA", "İ", "ǅ", "\u0301", "한국", "a\xffb", "ᾼ", "\u0345Α"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if !utf8.ValidString(folded) {
			t.Errorf("Fold(%q) is not valid UTF-8: %q", s, folded)
		}
		if again := Fold(folded); again != folded {
			t.Errorf("Fold(%q) is %q, and folded again %q", s, folded, again)
		}
		if upper := Fold(strings.ToUpper(s)); isASCII(s) && upper != folded {
			t.Errorf("%q and its capitals differ: %q, %q", s, folded, upper)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func TestFirstLetterAndStop(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		change    func(string) string
		text, out string
	}{
		{"capital", Capital, "mañana", "Mañana"},
		{"capital of an accent", Capital, "última", "Última"},
		{"capital of nothing", Capital, "", ""},
		{"capital of figures", Capital, "5 de mayo", "5 de mayo"},
		{"capital of a broken letter", Capital, "\xffa", "\xffa"},
		{"small", lowerFirst, "Help at home", "help at home"},
		{"small keeps the rest", lowerFirst, "Lengua de señas (ASL)", "lengua de señas (ASL)"},
		{"stop", stop, "today", "today."},
		{"stop is there", stop, "2:00 p. m.", "2:00 p. m."},
		{"stop after a question", stop, "Yes?", "Yes?"},
		{"stop of nothing", stop, "", ""},
	}
	for _, test := range tests {
		if got := test.change(test.text); got != test.out {
			t.Errorf("%s of %q is %q, want %q", test.name, test.text, got, test.out)
		}
	}
}
