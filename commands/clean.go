package commands

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TextCode says why a text was refused. The person's message for it is in the
// catalogue.
type TextCode string

// The reasons.
const (
	TextInvalid TextCode = "invalid"  // not UTF-8
	TextControl TextCode = "control"  // a control character, such as the one that begins a terminal escape
	TextTooLong TextCode = "too_long" // over the limit
	TextEmpty   TextCode = "empty"    // nothing that can be seen
)

// TextError refuses a text that a person typed. It never holds the text, which
// may be private.
type TextError struct {
	Code   TextCode
	Limit  int // characters allowed, for TextTooLong only
	Length int // characters found, for TextTooLong only
}

// Error is for logs; people read the catalogue's message for Code.
func (e *TextError) Error() string {
	if e.Code == TextTooLong {
		return fmt.Sprintf("text refused: %s (%d characters of %d)", e.Code, e.Length, e.Limit)
	}
	return fmt.Sprintf("text refused: %s", e.Code)
}

// maxMarks is how many combining marks may stand on one letter. Vietnamese
// needs two before composition and pointed Hebrew three; more only serve to
// draw over the lines above and below.
const maxMarks = 4

// Clean turns what a person typed into one line that is safe to keep and to
// show: NFC, without anything invisible that could hide, reorder or imitate.
//
//   - Line breaks, tabs and every other kind of blank become one space; there
//     are none at the ends.
//   - Format characters go: zero-width, bidirectional, soft hyphens, tags. So
//     do private use characters, which renderers use as marks of their own,
//     and what Unicode has not assigned. A black flag made of tags, such as
//     Scotland's, is left black.
//   - A joiner (ZWJ, ZWNJ) stays inside an emoji sequence and between letters
//     of the scripts that are shaped by it, such as Persian and Hindi.
//   - A variation selector stays after an emoji and in a keycap.
//   - Marks that stand on nothing go, and those above four in a row.
//
// Limit is in characters of the result, which are code points: an accented
// letter is one, a family of emoji several. The error is always a *TextError.
// Clean leaves a text that it returned as it is.
func Clean(s string, limit int) (string, error) {
	// A platform that speaks JSON has put U+FFFD in the place of what it lost.
	if !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
		return "", &TextError{Code: TextInvalid}
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !isBlank(r) }) {
		return "", &TextError{Code: TextControl}
	}
	// Dropping a character can bring two together that NFC composes, and the
	// composed one may be judged differently. Every round but the last drops
	// something, so this ends.
	for {
		tidied := tidy(norm.NFC.String(s))
		if tidied == s {
			break
		}
		s = tidied
	}
	if s == "" {
		return "", &TextError{Code: TextEmpty}
	}
	if n := utf8.RuneCountInString(s); n > limit {
		return "", &TextError{Code: TextTooLong, Limit: limit, Length: n}
	}
	return s, nil
}

// tidy drops what must not stay, in one pass over a text in NFC.
func tidy(s string) string {
	in := []rune(s)
	out := make([]rune, 0, len(in))
	last, marks := ' ', 0
	for i, r := range in {
		next := ' '
		if i+1 < len(in) {
			next = in[i+1]
		}
		if isBlank(r) {
			r = ' '
		}
		if !stays(r, last, next, marks) {
			continue
		}
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
			marks++
		case !unicode.IsMark(r): // a spacing mark neither stacks nor ends the stack
			marks = 0
		}
		out = append(out, r)
		last = r
	}
	return strings.TrimSuffix(string(out), " ")
}

// The characters whose place decides whether they stay.
const (
	zwnj   = '\u200C'
	zwj    = '\u200D'
	vs15   = '\uFE0E' // asks for the plain look of an emoji
	vs16   = '\uFE0F' // asks for the colored one
	keycap = '\u20E3'
)

// stays decides about r, which follows last in the result and stands before
// next in the text; marks counts those at the end of the result. The start and
// the end of a text look like a space.
func stays(r, last, next rune, marks int) bool {
	switch {
	case r == ' ':
		return last != ' '
	case r == zwj && (isEmoji(last) || last == vs16):
		return isEmoji(next)
	case r == zwj, r == zwnj:
		return unicode.In(last, shapedScripts...) && unicode.In(next, shapedScripts...) && unicode.IsLetter(next)
	case r == vs15, r == vs16:
		return isEmoji(last) || strings.ContainsRune("0123456789#*", last) && next == keycap
	case unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return false
	case unicode.IsMark(r):
		return last != ' ' && (marks < maxMarks || unicode.Is(unicode.Mc, r))
	}
	return unicode.IsGraphic(r) || isEmoji(r)
}

// isBlank reports whether r is any kind of space or line break. The empty
// braille cell (U+2800) is no space for Unicode, but is seen and used as one.
func isBlank(r rune) bool { return unicode.IsSpace(r) || r == '\u2800' }

// shapedScripts are those whose spelling uses joiners (the Unicode Standard,
// section 23.2, and the scripts that it names).
var shapedScripts = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian,
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
	unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
	unicode.Khmer, unicode.Myanmar,
}

// emoji covers Extended_Pictographic of Unicode's emoji-data.txt and the skin
// tones, with the neighbors that keep the list short. Code points reserved for
// later emoji are in it: phones have them before Go's tables do.
var emoji = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00A9, Hi: 0x00A9, Stride: 1}, {Lo: 0x00AE, Hi: 0x00AE, Stride: 1},
		{Lo: 0x203C, Hi: 0x203C, Stride: 1}, {Lo: 0x2049, Hi: 0x2049, Stride: 1},
		{Lo: 0x2122, Hi: 0x2122, Stride: 1}, {Lo: 0x2139, Hi: 0x2139, Stride: 1},
		{Lo: 0x2194, Hi: 0x21AA, Stride: 1}, {Lo: 0x231A, Hi: 0x23FF, Stride: 1},
		{Lo: 0x24C2, Hi: 0x24C2, Stride: 1}, {Lo: 0x25AA, Hi: 0x27BF, Stride: 1},
		{Lo: 0x2934, Hi: 0x2935, Stride: 1}, {Lo: 0x2B05, Hi: 0x2B55, Stride: 1},
		{Lo: 0x3030, Hi: 0x3030, Stride: 1}, {Lo: 0x303D, Hi: 0x303D, Stride: 1},
		{Lo: 0x3297, Hi: 0x3299, Stride: 2},
	},
	R32:         []unicode.Range32{{Lo: 0x1F000, Hi: 0x1FAFF, Stride: 1}},
	LatinOffset: 2,
}

func isEmoji(r rune) bool { return unicode.Is(emoji, r) }
