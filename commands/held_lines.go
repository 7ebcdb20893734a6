package commands

import (
	"strings"
	"unicode"

	"github.com/berkshire-mutual-aid/shirebot/commands/guard"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// mark stands in the place of what is private.
func (r *Registry) mark(lang models.Lang) string {
	mark, err := r.cat.Text(lang, "guard.mark", nil)
	if err != nil {
		r.log.Error("there is no mark for what is private", "err", err)
		return "***"
	}
	return mark
}

// redacted is a line as everybody would read it. The name of an area is better
// without a mark.
func (r *Registry) redacted(lang models.Lang, field, text string, private []guard.Finding) string {
	if field == "area" {
		return trimmed(guard.Redact(text, private, ""))
	}
	return guard.Redact(text, private, r.mark(lang))
}

// says reports whether a line has words besides the mark.
func says(text, mark string) bool {
	return strings.ContainsFunc(strings.ReplaceAll(text, mark, ""), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// without takes the words out that a hint is about, and what would dangle: "a
// ride because I have cancer" becomes "a ride".
func (v *vocabulary) without(text string, hints []guard.Finding) string {
	var b strings.Builder
	at := 0
	for _, f := range hints {
		if f.Start < at {
			continue // inside the one before
		}
		b.WriteString(text[at:f.Start])
		at = f.End
	}
	b.WriteString(text[at:])
	line := trimmed(strings.NewReplacer(" ,", ",", " .", ".", " ;", ";").Replace(strings.Join(strings.Fields(b.String()), " ")))
	for {
		shorter := trimmed(v.cutJoiner(line))
		if shorter == line {
			return line
		}
		line = shorter
	}
}

// cutJoiner cuts a word off the end that only joins what follows.
func (v *vocabulary) cutJoiner(line string) string {
	words := strings.Fields(line)
	for _, lang := range models.Langs() {
		for _, joiner := range v.list(lang, "guard.joiners.words") {
			n := len(strings.Fields(joiner))
			if n < len(words) && v.same(strings.Join(words[len(words)-n:], " "), joiner) {
				return strings.Join(words[:len(words)-n], " ")
			}
		}
	}
	return line
}

func trimmed(s string) string { return strings.Trim(s, " ,;:.-–—/") }
