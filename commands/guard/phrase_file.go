package guard

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Mistakes in a phrase file.
var (
	errGap    = errors.New(`"..." must stand between two words`)
	errPrefix = fmt.Errorf(`at least %d letters must stand before "*"`, minPrefix)
	errWord   = errors.New("a word holds signs that no text is compared by")
	errNeeded = errors.New("the first word must not be in brackets")
	errGroup  = errors.New("a group of words is not defined above")
)

// parsePhrases reads a phrase file. The error names the line.
func parsePhrases(content string, kind Kind, lang models.Lang) ([]*phrase, error) {
	var phrases []*phrase
	groups := map[string][]pattern{}
	for n, line := range strings.Split(content, "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		var err error
		if name, members, ok := strings.Cut(line, "="); ok {
			groups[strings.TrimSpace(name)], err = parseWords(members, groups, lang)
		} else {
			p := &phrase{kind: kind}
			line, p.exception = strings.CutPrefix(line, "!")
			p.elements, err = parseElements(line, groups, lang)
			phrases = append(phrases, p)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return phrases, nil
}

func parseElements(line string, groups map[string][]pattern, lang models.Lang) ([]element, error) {
	var elements []element
	for _, field := range strings.Fields(line) {
		if field == "..." {
			elements = append(elements, element{gap: true})
			continue
		}
		inner, optional := strings.CutPrefix(field, "(")
		words, err := parseWords(strings.TrimSuffix(inner, ")"), groups, lang)
		if err != nil {
			return nil, err
		}
		elements = append(elements, element{words: words, optional: optional})
	}
	last := len(elements) - 1
	switch {
	case last < 0 || elements[0].gap || elements[last].gap:
		return nil, errGap
	case elements[0].optional:
		return nil, errNeeded
	}
	return elements, nil
}

// parseWords reads one word or several with "|" between them; "@name" stands
// for the words of a group.
func parseWords(field string, groups map[string][]pattern, lang models.Lang) ([]pattern, error) {
	var patterns []pattern
	for _, w := range strings.FieldsFunc(field, func(r rune) bool { return r == '|' || unicode.IsSpace(r) }) {
		if strings.HasPrefix(w, "@") {
			group, ok := groups[w]
			if !ok {
				return nil, fmt.Errorf("%s: %w", w, errGroup)
			}
			patterns = append(patterns, group...)
			continue
		}
		text, prefix := strings.CutSuffix(w, "*")
		text = compared(fold(text).text)
		if lang == models.Spanish {
			text = sound(text)
		}
		if text == "" || strings.ContainsFunc(text, func(r rune) bool { return !isAlphanumeric(r) }) {
			return nil, fmt.Errorf("%q: %w", w, errWord)
		}
		if prefix && len(text) < minPrefix {
			return nil, fmt.Errorf("%q: %w", w, errPrefix)
		}
		patterns = append(patterns, pattern{text, prefix})
	}
	if len(patterns) == 0 {
		return nil, fmt.Errorf("%q: %w", field, errWord)
	}
	return patterns, nil
}
