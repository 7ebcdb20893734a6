package commands

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestClean(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain", "a ride to the clinic", "a ride to the clinic"},
		{"composed", "camio\u0301n a la man\u0303ana", "camión a la mañana"},
		{"line breaks and tabs", "milk\r\nbread\teggs\vrice\fbeans", "milk bread eggs rice beans"},
		{"other blanks", "a\u00a0b\u2003c\u2028d\u2029e\u0085f\u3000g\u2800h", "a b c d e f g h"},
		{"runs and ends", "  milk   and \n\n bread ", "milk and bread"},
		{"zero width", "cl\u200bai\u2060m\ufeff \u200b N1", "claim N1"},
		{"bidirectional", "\u202eevil\u202c \u2066a\u2069 \u200eb\u200f \u061cc", "evil a b c"},
		{"soft hyphen", "volun\u00adteer", "volunteer"},
		{"grapheme joiner and fillers", "a\u034fb\u115fc\u3164d\uffa0e", "abcde"},
		{"interlinear annotation", "a\ufff9b\ufffac\ufffbd", "abcd"},
		{"private use", "a\ue000b\uf8ffc\U000f0000d\U0010fffde", "abcde"},
		{"not assigned", "a\u0378b\ufdd0c\ufffed\U0001fffee", "abcde"},
		{"removal lets NFC compose", "e\u200b\u0301", "é"},
		{"removal lets NFC reorder", "e\u0301\u200b\u0323", "ẹ\u0301"},
		{"Arabic keeps its direction without marks", "\u200fسلام\u200f", "سلام"},

		{"emoji", "food 🥫", "food 🥫"},
		{"emoji newer than the tables", "\U0001faea", "\U0001faea"},
		{"skin tone", "✋🏽", "✋🏽"},
		{"family", "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"},
		{"joined after a selector", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"joined after a skin tone", "🧑🏽\u200d⚕\ufe0f", "🧑🏽\u200d⚕\ufe0f"},
		{"keycap", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"flag of two letters", "🇵🇷", "🇵🇷"},
		{"flag of tags", "🏴\U000e0067\U000e0062\U000e007f", "🏴"},
		{"joiner at an end of an emoji", "\u200d👨\u200d", "👨"},
		{"joiner between emoji and letter", "👨\u200da\u200d👩", "👨a👩"},
		{"two joiners", "👨\u200d\u200d👩", "👨\u200d👩"},
		{"joiner before what becomes a letter", "👨\u200d\u2194\u200b\u0338", "👨\u21ae"},

		{"joiners in Latin", "cl\u200caim \u200dN\u200d1", "claim N1"},
		{"non-joiner in Persian", "می\u200cخواهم", "می\u200cخواهم"},
		{"non-joiner at the end of a word", "می\u200c خواهم", "می خواهم"},
		{"joiner before a mark", "क\u200d\u094d", "क\u094d"},
		{"joiner in Hindi", "क्\u200dष", "क्\u200dष"},

		{"selector on a letter", "a\ufe0fb\ufe01c\U000e0100", "abc"},
		{"selector on a digit", "1\ufe0f2", "12"},
		{"two selectors", "✋\ufe0f\ufe0e", "✋\ufe0f"},

		{"four marks", "x\u0316\u0317\u0318\u0319y", "x\u0316\u0317\u0318\u0319y"},
		{"five marks", "x\u0316\u0317\u0318\u0319\u031cy", "x\u0316\u0317\u0318\u0319y"},
		{"marks hidden between format characters", "x" + strings.Repeat("\u0316\u034f", 60) + "y", "x\u0316\u0316\u0316\u0316y"},
		{"each letter has its own four", strings.Repeat("x\u0316\u0317\u0318\u0319\u031c", 2), strings.Repeat("x\u0316\u0317\u0318\u0319", 2)},
		{"spacing marks do not stack", "မြွှေး", "မြွှေး"},
		{"spacing marks do not end a stack", "က" + strings.Repeat("\u0316", 4) + "\u1031\u0316", "က" + strings.Repeat("\u0316", 4) + "\u1031"},
		{"marks on nothing", "\u0301a \u0301b", "a b"},
		{"Vietnamese", "phở, giường", "phở, giường"},

		{"mentions are not its business", "@everyone <@1> **x**", "@everyone <@1> **x**"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Clean(tt.in, 200)
			if err != nil || got != tt.want {
				t.Errorf("Clean(%+q) = %+q, %v; want %+q", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestCleanRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		limit    int
		want     TextError
	}{
		{"invalid UTF-8", "a\xffb", 10, TextError{Code: TextInvalid}},
		{"encoded surrogate", "\xed\xa0\x80", 10, TextError{Code: TextInvalid}},
		{"terminal escape", "\x1b[31mred\x1b[0m", 99, TextError{Code: TextControl}},
		{"one-byte escape", "\u009b31m", 99, TextError{Code: TextControl}},
		{"null", "a\x00b", 10, TextError{Code: TextControl}},
		{"backspace", "a\bb", 10, TextError{Code: TextControl}},
		{"delete", "a\x7f", 10, TextError{Code: TextControl}},
		{"bell", "\a", 10, TextError{Code: TextControl}},
		{"nothing", "", 10, TextError{Code: TextEmpty}},
		{"blanks", " \t\n ", 10, TextError{Code: TextEmpty}},
		{"nothing to see", "\u200b\u2800\u3164\ue000\u0301", 10, TextError{Code: TextEmpty}},
		{"too long", "niñas", 4, TextError{Code: TextTooLong, Limit: 4, Length: 5}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Clean(tt.in, tt.limit)
			refused, ok := errors.AsType[*TextError](err)
			if got != "" || !ok || *refused != tt.want {
				t.Errorf("Clean(%+q, %d) = %+q, %v; want %v", tt.in, tt.limit, got, err, &tt.want)
			}
		})
	}
}

// The limit is for what is kept, so a person does not pay for what an editor
// or a keyboard added.
func TestCleanCountsTheResult(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"niñas", "  nin\u0303as\u200b  ", "ni\u202eñas\ufeff\n"} {
		if got, err := Clean(in, 5); err != nil || got != "niñas" {
			t.Errorf("Clean(%+q, 5) = %+q, %v", in, got, err)
		}
	}
}

// Texts may be private: an error ends in a log.
func TestTextErrorKeepsTheTextOut(t *testing.T) {
	t.Parallel()
	_, err := Clean("413-555-0142", 5)
	if want := "text refused: too_long (12 characters of 5)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = Clean("\x1b413-555-0142", 5)
	if want := "text refused: control"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"a ride\tto the clinic", "camio\u0301n", "\u202eevil\u200b", "👨\u200d👩\u200d👧 ✋🏽 1\ufe0f\u20e3",
		"می\u200cخواهم", "x\u0316\u0317\u0318\u0319\u031c", "👨\u200d\u2194\u200b\u0338", "\xff", "\x1b[0m",
		"\u1100\u200b\u1161\u200b\u11a8", "\ue000\U0010ffff\ufdd0", "\u09c7\u200c\u09be", "ǖ\u200b\u0323",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Clean(s, 100)
		if err != nil {
			if _, ok := errors.AsType[*TextError](err); !ok || got != "" {
				t.Fatalf("Clean(%+q) = %+q, %v", s, got, err)
			}
			return
		}
		if n := utf8.RuneCountInString(got); n == 0 || n > 100 || !utf8.ValidString(got) {
			t.Fatalf("Clean(%+q) = %+q", s, got)
		}
		if again, err := Clean(got, 100); err != nil || again != got {
			t.Fatalf("Clean(%+q) = %+q, but once more %+q, %v", s, got, again, err)
		}
		// Package norm parts very long runs of marks by a grapheme joiner.
		if normal := strings.ReplaceAll(norm.NFC.String(got), "\u034f", ""); normal != got {
			t.Fatalf("Clean(%+q) = %+q, in NFC %+q", s, got, normal)
		}
		if got != strings.TrimSpace(got) || strings.Contains(got, "  ") {
			t.Fatalf("Clean(%+q) = %+q has stray spaces", s, got)
		}
		requireSafe(t, got)
	})
}

// requireSafe says in its own terms what must never come out of Clean.
func requireSafe(t *testing.T, s string) {
	t.Helper()
	marks := 0
	for i, r := range s {
		switch {
		case r != zwj && r != zwnj && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp),
			unicode.Is(unicode.Bidi_Control, r),
			unicode.Is(unicode.Noncharacter_Code_Point, r),
			unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r),
			unicode.IsSpace(r) && r != ' ':
			t.Fatalf("%+q holds %U", s, r)
		case (r == zwj || r == zwnj) && (i == 0 || i+utf8.RuneLen(r) == len(s)):
			t.Fatalf("%+q has a joiner at an end", s)
		}
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
			marks++
		case !unicode.Is(unicode.Mc, r):
			marks = 0
		}
		if marks > 4 {
			t.Fatalf("%+q has more than four marks in a row", s)
		}
	}
}
