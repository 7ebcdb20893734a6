package commands

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
)

var someNames = []string{
	"need", "pedir", "offer", "ofrecer", "board", "tablero", "claim", "tomar", "release", "devolver",
	"done", "hecho", "mine", "mi-lista", "help", "ayuda", "drive", "campaña", "followup", "seguimiento", "why",
}

func TestNearest(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, word, want string }{
		{"swapped", "nede", "need"},
		{"swapped, Spanish", "pedri", "pedir"},
		{"left out", "clam", "claim"},
		{"added", "boarrd", "board"},
		{"changed", "halp", "help"},
		{"two in a longer word", "relaes", "release"},
		{"three in a long word", "segimeinot", "seguimiento"},
		{"hyphen left out", "milista", "mi-lista"},
		{"exact", "claim", "claim"},
		{"capitals", "CLAIM", "claim"},
		{"accent left out", "campana", "campaña"},
		{"accent as a mark", "campan\u0303a", "campaña"},
		{"accent added", "clái", "claim"},
		{"nothing like it", "xyzzy", ""},
		{"two in a short word", "nxxd", ""},
		{"two in a word of five", "tblro", ""},
		{"three in a word of six", "rlxsxe", ""},
		{"three in a word of eight", "fxyzowup", ""},
		{"three in a word of nine", "segmienot", "seguimiento"},
		{"one in a word of three", "whi", "why"},
		{"too short to guess", "wy", ""},
		{"empty", "", ""},
		{"only marks", "\u0301\u0301", ""},
		{"no letters", "!!!", ""},
		{"not UTF-8", "ne\xffd", "need"},
		{"absurdly long", "need" + strings.Repeat("\u0301", 100), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := Nearest(tt.word, someNames)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("Nearest(%+q) = %q, %v; want %q", tt.word, got, ok, tt.want)
			}
		})
	}
}

func TestNearestTakesTheEarlierOfEquals(t *testing.T) {
	t.Parallel()
	for _, candidates := range [][]string{{"mine", "fine"}, {"fine", "mine"}} {
		if got, _ := Nearest("nine", candidates); got != candidates[0] {
			t.Errorf("of %q got %q", candidates, got)
		}
	}
	if got, _ := Nearest("mine", []string{"fine", "mine"}); got != "mine" {
		t.Errorf("an exact name later in the list lost to %q", got)
	}
	if got, ok := Nearest("mine", nil); ok || got != "" {
		t.Errorf("of none got %q", got)
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"need", "need", 0},
		{"kitten", "sitting", 3},
		{"ab", "ba", 1},
		{"ca", "abc", 3}, // 2 if the swapped letters could be edited again
		{"ñandú", "nandu", 2},
	}
	for _, tt := range tests {
		if got := distance([]rune(tt.a), []rune(tt.b)); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzNearest(f *testing.F) {
	for _, s := range []string{"nede", "pedri", "clam", "xyzzy", "CAMPANA", "", "\xff", "ｎｅｅｄ", "각각"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		got, ok := Nearest(word, someNames)
		if ok != slices.Contains(someNames, got) || !ok && got != "" {
			t.Fatalf("Nearest(%+q) = %q, %v", word, got, ok)
		}
		if utf8.RuneCountInString(word) > maxNearest {
			if ok {
				t.Fatalf("Nearest(%+q) = %q for a word over the bound", word, got)
			}
			return
		}
		for _, name := range someNames {
			if catalogue.Fold(word) == catalogue.Fold(name) && got != name {
				t.Fatalf("Nearest(%+q) = %q, not the name itself", word, got)
			}
		}
		if !ok {
			return
		}
		a, b := []rune(catalogue.Fold(word)), []rune(catalogue.Fold(got))
		d := distance(a, b)
		if d != distance(b, a) || d < max(len(a), len(b))-min(len(a), len(b)) || d > max(len(a), len(b)) || d > 3 {
			t.Fatalf("distance(%q, %q) = %d, other way %d", string(a), string(b), d, distance(b, a))
		}
	})
}
