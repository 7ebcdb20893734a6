package guard

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const mark = "(private)"

func TestRedact(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"nothing private", "a ride to the clinic", "a ride to the clinic"},
		{"in the middle", "call me at 413-555-0142 about wood", "call me at (private) about wood"},
		{"at the end", "ida y vuelta, llámenme al 413-555-0142", "ida y vuelta, llámenme al (private)"},
		{"glued to words", "ph4135550142need milk", "ph (private) need milk"},
		{"before a comma", "14 Mill Lane, ring twice", "(private), ring twice"},
		{"several", "8 Elm St or rosa@example.com or 413 555 0142", "(private) or (private) or (private)"},
		{"keycaps whole", "call 4️⃣1️⃣3️⃣5️⃣5️⃣5️⃣0️⃣1️⃣4️⃣2️⃣ now", "call (private) now"},
		{"an accent on its own", "calle Olmo\u0301 8, azul", "(private), azul"},
		{"hints stay", "diabetic, no papers", "diabetic, no papers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Redact(tt.text, Check(tt.text), mark); got != tt.want {
				t.Errorf("Redact(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

// What a person says is not private stays; what lies outside the text does no
// harm.
func TestRedactSomeFindings(t *testing.T) {
	t.Parallel()
	text := "14 Mill Lane, 413-555-0142"
	found := slices.DeleteFunc(Check(text), func(f Finding) bool { return f.Kind == Address })
	if got, want := Redact(text, found, mark), "14 Mill Lane, (private)"; got != want {
		t.Errorf("Redact = %q, want %q", got, want)
	}
	if got := Redact("short", []Finding{{Phone, 3, 90}}, mark); got != "short" {
		t.Errorf("Redact with a finding of another text = %q", got)
	}
}

func TestCheckPlaces(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []Finding
	}{
		{"", nil},
		{"firewood, please", nil},
		{"soy diabética, 413-555-0142", []Finding{{Health, 4, 14}, {Phone, 16, 28}}},
		{"quiero morirme, 8 Elm St", []Finding{{Danger, 0, 0}, {Address, 16, 24}}},
		{"call 413-555-0142 ext. 4", []Finding{{Phone, 5, 24}}},
	}
	for _, tt := range tests {
		if got := Check(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("Check(%q) = %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestInDanger(t *testing.T) {
	t.Parallel()
	for _, text := range readText(t, "danger.txt") {
		if !InDanger(text) {
			t.Errorf("InDanger(%q) = false", text)
		}
	}
}

// harmless.txt was written to trip the rules; at most one line in twenty may.
func TestHarmless(t *testing.T) {
	t.Parallel()
	lines := readText(t, "harmless.txt")
	reported := 0
	for _, text := range lines {
		if found := Check(text); len(found) > 0 {
			reported++
			t.Logf("%s %v", text, found)
		}
	}
	if share(reported, len(lines)) > 0.05 {
		t.Errorf("%d of %d harmless lines are reported", reported, len(lines))
	}
}

func readText(t *testing.T, name string) []string {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(content)), "\n")
}

// The work must grow with the length of the text, not with its square: these
// take a moment, and would not end before the tests' time is up.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"4 1 ", "four ", "a@b ", "a at b dot ", "calle 5 ", "no puedo ", "k i ", "8 Elm ", "(((+", "۴"} {
		Check(strings.Repeat(part, 20_000))
	}
}

func FuzzCheck(f *testing.F) {
	for _, name := range []string{"lines.tsv", "heldout.tsv"} {
		content, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		for row := range strings.Lines(string(content)) {
			f.Add(row[strings.LastIndexByte(row, '\t')+1:])
		}
	}
	f.Add("\xff4\u20e3 \u0301@\u0130.c\u00bd")
	f.Fuzz(func(t *testing.T, text string) {
		if utf8.RuneCountInString(text) > 2000 {
			t.Skip("longer than a text may be")
		}
		found := Check(text)
		end, danger := 0, false
		for i, p := range found {
			if i > 0 && p.Start < found[i-1].Start {
				t.Fatalf("findings out of order: %v", found)
			}
			if p.Kind == Danger {
				danger = true
				continue
			}
			if p.Start < 0 || p.End > len(text) || p.Start >= p.End || !onBoundary(text, p.Start) || !onBoundary(text, p.End) {
				t.Fatalf("%v is no place in %q", p, text)
			}
			if p.Kind.Private() {
				if p.Start < end {
					t.Fatalf("findings overlap: %v", found)
				}
				end = p.End
			}
		}
		if danger != InDanger(text) {
			t.Fatalf("Check and InDanger differ on %q", text)
		}
		redacted := Redact(text, found, mark)
		for _, p := range Check(redacted) {
			if p.Kind.Private() {
				t.Fatalf("%q, from %q, still has %v", redacted, text, p)
			}
		}
	})
}

// onBoundary tells whether no rune of the text lies across the place. Bytes
// that are no UTF-8 count as runes of their own.
func onBoundary(text string, place int) bool {
	for i := range text {
		if i >= place {
			return i == place
		}
	}
	return place == len(text)
}

func BenchmarkCheck(b *testing.B) {
	lines := map[string]string{
		"plain": "Hi all, we have the truck on Saturday and can take two more loads of wood to anybody on the hill, just say " +
			"how much and when you are at home. My son helps me stack it. Thank you for the soup last week.",
		"English": "Hi all, I need a ride to the clinic on Thursday at 2 PM and back home after, from 8 Elm St apt 2. " +
			"I can sit in any car and chip in for gas. Please call me at 413-555-0142 or write to rosa@example.com!!",
		"Spanish": "Hola a todos, ocupo raite a la clínica el jueves a las 2 de la tarde y de regreso a la casa, desde " +
			"calle Olmo 8, apto 2. Puedo dar algo para la gasolina. Llámenme al 413-555-0142 o a rosa@example.com",
	}
	for name, line := range lines {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Check(line)
			}
		})
	}
}
