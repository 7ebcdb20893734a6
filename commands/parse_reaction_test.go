package commands

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestParseReaction(t *testing.T) {
	t.Parallel()
	n1 := models.Ref{Kind: models.KindNeed, Number: 1}
	tests := []struct {
		in   string
		want Reaction
	}{
		{"+claim N1", Reaction{"claim", true, n1}},
		{"-claim N1", Reaction{"claim", false, n1}},
		{"+tomar n1", Reaction{"tomar", true, n1}},
		{"-Tomar #N1", Reaction{"Tomar", false, n1}},
		{"+mi-lista N 1", Reaction{"mi-lista", true, n1}},
		{"+campaña N-1", Reaction{"campaña", true, n1}},
		{"  +claim   N1  ", Reaction{"claim", true, n1}},
		{"✋ N1", Reaction{"✋", true, n1}},
		{"+✋ N1", Reaction{"✋", true, n1}},
		{"-✋ N1", Reaction{"✋", false, n1}},
		{"✋🏽 N1", Reaction{"✋", true, n1}},
		{"-✋🏿 N1", Reaction{"✋", false, n1}},
		{"✋\ufe0f N1", Reaction{"✋", true, n1}},
		{"✋N1", Reaction{"✋", true, n1}},
		{"✅ N1", Reaction{"✅", true, n1}},
		{"❓\ufe0f N1", Reaction{"❓", true, n1}},
		{"❤\ufe0f\u200d🔥 N1", Reaction{"❤\u200d🔥", true, n1}},
		{"✋ O7", Reaction{"✋", true, models.Ref{Kind: models.KindOffer, Number: 7}}},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			t.Parallel()
			if got, ok := ParseReaction(tt.in); !ok || got != tt.want {
				t.Errorf("ParseReaction(%+q) = %+v, %v; want %+v", tt.in, got, ok, tt.want)
			}
		})
	}
}

func TestParseReactionLeavesOtherText(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "+", "-", "✋", "N1", "+N1", "-n 12", "+ N1", "🏽 N1", "-🏽 N1", "\u200d N1", "+\ufe0f N1",
		"claim N1",           // a command
		"+claim", "+claim 1", // no reference
		"+claim N1 please", "✋ N1 N2", "+claim N0", "✋ 12",
		"+5 cans", "- milk", "--claim N1", "+-claim N1", "-+claim N1", "++claim N1", "−claim N1",
		"+claim ✋ N1", "✋ claim N1", "+claimN1", "✋ ✋ N1", "/✋ N1", "\xff N1", "+\xff N1",
		"+cla\ufe0fim N1", // an invisible character in the word
	} {
		if got, ok := ParseReaction(in); ok || got != (Reaction{}) {
			t.Errorf("ParseReaction(%+q) = %+v, %v", in, got, ok)
		}
	}
}

func TestBareEmoji(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"✋", "✋"},
		{"✋🏻", "✋"},
		{"✋🏿", "✋"},
		{"✅\ufe0f", "✅"},
		{"☎\ufe0e", "☎"},
		{"🧑🏽\u200d🤝\u200d🧑🏻", "🧑\u200d🤝\u200d🧑"},
		{"claim", "claim"},
		{"🏽", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := BareEmoji(tt.in); got != tt.want {
			t.Errorf("BareEmoji(%+q) = %+q, want %+q", tt.in, got, tt.want)
		}
	}
}

func FuzzParseReaction(f *testing.F) {
	for _, s := range []string{"+claim N1", "-tomar n1", "✋🏽 N1", "-✅\ufe0f O12", "❓#N1", "🏽 N1", "+ñ\u0301 N1", "\xff N1", "+-a N1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := ParseReaction(text)
		if !ok {
			if got != (Reaction{}) {
				t.Fatalf("ParseReaction(%+q) = %+v, false", text, got)
			}
			return
		}
		if got.Word == "" || !utf8.ValidString(got.Word) || strings.ContainsFunc(got.Word, unicode.IsSpace) || BareEmoji(got.Word) != got.Word {
			t.Fatalf("ParseReaction(%+q) has the word %+q", text, got.Word)
		}
		if got.Ref.Number <= 0 {
			t.Fatalf("ParseReaction(%+q) has the reference %v", text, got.Ref)
		}
		if got.Present != !strings.HasPrefix(strings.TrimSpace(text), "-") {
			t.Fatalf("ParseReaction(%+q) = %+v", text, got)
		}
		sign := "+"
		if !got.Present {
			sign = "-"
		}
		if again, ok := ParseReaction(sign + got.Word + " " + got.Ref.String()); !ok || again != got {
			t.Fatalf("ParseReaction(%+q) = %+v, written again %+v, %v", text, got, again, ok)
		}
	})
}
