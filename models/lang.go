package models

// Lang is a language that shirebot speaks, as an ISO 639-1 code.
type Lang string

// The languages. Every text exists in each of them.
const (
	English Lang = "en"
	Spanish Lang = "es"
)

// Langs lists the languages in the order in which they are offered.
func Langs() []Lang { return []Lang{English, Spanish} }

// ParseLang reads a language code or a locale such as es-419 or es_US.UTF-8.
// It reports false for a language that shirebot does not speak.
func ParseLang(s string) (Lang, bool) {
	for _, l := range Langs() {
		if len(s) >= 2 && (s[:2] == string(l)) && (len(s) == 2 || s[2] == '-' || s[2] == '_' || s[2] == '.') {
			return l, true
		}
	}
	return "", false
}
