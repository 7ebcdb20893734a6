package models

import (
	"strings"
	"testing"
)

func TestParseRef(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want Ref
	}{
		{"N12", Ref{KindNeed, 12}},
		{"n12", Ref{KindNeed, 12}},
		{"n 12", Ref{KindNeed, 12}},
		{"N-12", Ref{KindNeed, 12}},
		{"#N12", Ref{KindNeed, 12}},
		{" N12 ", Ref{KindNeed, 12}},
		{"N012", Ref{KindNeed, 12}},
		{"O7", Ref{KindOffer, 7}},
		{"o7", Ref{KindOffer, 7}},
		{"N999999999999", Ref{KindNeed, 999_999_999_999}},
	}
	for _, tt := range tests {
		if got, ok := ParseRef(tt.in); !ok || got != tt.want {
			t.Errorf("ParseRef(%q) = %v, %v; want %v", tt.in, got, ok, tt.want)
		}
	}
}

func TestParseRefLeavesOtherText(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "#", "N", "n-", "12", "#12", "N0", "N-0", "N1.5", "N+1", "N1a", "Nº1", "N１", "N12 now", "NN1", "N1 N2",
		"X1", "Ñ12", "ñ1", "\xff1", "N\xff", "N" + strings.Repeat("9", 19), "N" + strings.Repeat("9", 13),
	} {
		if got, ok := ParseRef(in); ok || got != (Ref{}) {
			t.Errorf("ParseRef(%q) = %v, %v", in, got, ok)
		}
	}
}

func TestRefString(t *testing.T) {
	t.Parallel()
	tests := []struct {
		ref  Ref
		want string
	}{
		{Ref{KindNeed, 12}, "N12"},
		{Ref{KindOffer, 7}, "O7"},
		{Ref{}, ""},
		{Ref{Kind: KindNeed}, ""}, // a draft has no number yet
	}
	for _, tt := range tests {
		if got := tt.ref.String(); got != tt.want {
			t.Errorf("%#v reads %q, want %q", tt.ref, got, tt.want)
		}
	}
}

// A kind without a letter of its own would have references that nobody can
// type.
func TestEveryKindHasItsLetter(t *testing.T) {
	t.Parallel()
	seen := map[string]Kind{}
	for kind, letter := range kindLetters {
		if other, taken := seen[letter]; taken || len(letter) != 1 || strings.ToUpper(letter) != letter {
			t.Errorf("%s has the letter %q, %s too", kind, letter, other)
		}
		seen[letter] = kind
	}
	for _, kind := range []Kind{KindNeed, KindOffer} {
		ref := Ref{kind, 3}
		if got, ok := ParseRef(ref.String()); !ok || got != ref {
			t.Errorf("%s reads back as %v, %v", ref, got, ok)
		}
	}
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"N12", "n 12", "N-12", "#O7", "12", "N0", "ñ1", "\xff", "N9999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := ParseRef(s)
		if !ok {
			if got != (Ref{}) {
				t.Fatalf("ParseRef(%+q) = %v, false", s, got)
			}
			return
		}
		if got.Number <= 0 || kindLetters[got.Kind] == "" {
			t.Fatalf("ParseRef(%+q) = %#v", s, got)
		}
		if again, ok := ParseRef(got.String()); !ok || again != got {
			t.Fatalf("ParseRef(%+q) = %v, read back as %v, %v", s, got, again, ok)
		}
	})
}
