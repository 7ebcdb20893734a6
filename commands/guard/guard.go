// Package guard finds private data and words of danger in free text before it
// is posted: phone numbers, mail and street addresses, words that tell of
// health, immigration status or drugs, and phrases of people in danger.
//
// It knows formats and phrases, no scores and no model. Texts are read in
// every language that shirebot speaks, whatever the person chose, since people
// mix them. Nothing read here is kept or logged.
package guard

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says what was found.
type Kind string

// The kinds of findings. Phone, Email and Address are private and have to be
// hidden; Health, Status and Drugs are worth a hint; Danger is answered at
// once with the numbers of those who can help.
const (
	Phone   Kind = "phone"
	Email   Kind = "email"
	Address Kind = "address"
	Health  Kind = "health"
	Status  Kind = "status" // immigration status
	Drugs   Kind = "drugs"
	Danger  Kind = "danger"
)

// Private tells whether findings of this kind are data that Redact hides.
func (k Kind) Private() bool { return k == Phone || k == Email || k == Address }

// Finding is one place in a text. Start and End count bytes of the text as it
// was given, End is behind the last byte, both stand between runes. A finding
// of Danger is about the whole text and has neither.
type Finding struct {
	Kind       Kind
	Start, End int
}

// Check lists what it finds, sorted by place. Findings of private kinds do not
// overlap each other. The time is proportional to the length of the text;
// callers limit texts to 2,000 runes, and longer ones are still read in full.
func Check(text string) []Finding {
	f := fold(text)
	found := private(text, f)
	matches := matchPhrases(words(f))
	found = append(found, matches.hints...)
	if matches.danger {
		found = append(found, Finding{Kind: Danger})
	}
	slices.SortStableFunc(found, byPlace)
	return found
}

func byPlace(a, b Finding) int { return cmp.Compare(a.Start, b.Start) }

// maxRounds is how often a text is read for private data. Two are enough but
// for texts made to break this.
const maxRounds = 4

// private finds private data, sorted by place. What is left when it is hidden
// is read again: between the signs that Redact puts there, other words and
// numbers may stand side by side than before.
func private(text string, f folded) []Finding {
	var found []Finding
	for range maxRounds {
		more := privateOnce(text, f)
		if len(more) == 0 {
			break
		}
		found = append(found, more...)
		text = hide(text, more)
		f = fold(text)
	}
	slices.SortStableFunc(found, byPlace)
	return apart(found)
}

// apart joins findings that overlap, as two may at a sign such as "½", which
// holds two numbers.
func apart(found []Finding) []Finding {
	kept := found[:0]
	for _, f := range found {
		if n := len(kept); n > 0 && f.Start < kept[n-1].End {
			kept[n-1].End = max(kept[n-1].End, f.End)
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

func privateOnce(text string, f folded) []Finding {
	tokens := tokenize(text, f)
	found := mails(f, tokens)
	take(tokens, found)
	calls := phones(text, tokens, numerals(tokens))
	take(tokens, calls)
	return append(append(found, calls...), addresses(text, tokens)...)
}

// hide puts marks as long as the findings in their place.
func hide(text string, findings []Finding) string {
	b := []byte(text)
	for _, f := range findings {
		for i := f.Start; i < f.End; i++ {
			b[i] = 'x'
		}
		b[f.Start], b[f.End-1] = '(', ')'
	}
	return string(b)
}

// InDanger tells whether somebody in the text seems to be in danger or to
// think of suicide. It is true rather once too often.
func InDanger(text string) bool { return matchPhrases(words(fold(text))).danger }

// Redact puts the mark in the place of every private finding of the text and
// leaves single spaces around it. Findings of other kinds are left as they
// are: only the person can say those things otherwise. The findings must come
// from Check on the same text; a caller may leave some out.
func Redact(text string, findings []Finding, mark string) string {
	var b strings.Builder
	at := 0
	for _, f := range findings {
		if !f.Kind.Private() || f.Start < at || f.End > len(text) {
			continue
		}
		b.WriteString(text[at:f.Start])
		if last, _ := utf8.DecodeLastRuneInString(b.String()); isAlphanumeric(last) {
			b.WriteByte(' ')
		}
		b.WriteString(mark)
		if next, _ := utf8.DecodeRuneInString(text[f.End:]); isAlphanumeric(next) {
			b.WriteByte(' ')
		}
		at = f.End
	}
	if at == 0 {
		return text
	}
	b.WriteString(text[at:])
	return strings.Join(strings.Fields(b.String()), " ")
}

func isAlphanumeric(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// take marks the tokens inside the findings, so that a phone number is not
// read once more as a house number.
func take(tokens []token, findings []Finding) {
	for _, f := range findings {
		first, _ := slices.BinarySearchFunc(tokens, f.Start, func(t token, start int) int {
			return cmp.Compare(t.end, start+1)
		})
		for i := first; i < len(tokens) && tokens[i].start < f.End; i++ {
			tokens[i] = token{start: tokens[i].start, end: tokens[i].end, taken: true}
		}
	}
}
