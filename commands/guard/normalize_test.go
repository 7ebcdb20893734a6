package guard

import "testing"

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"Ñandú ÁÉ", "nandu ae"},
		{"４１３ ٤١٣ ४ 𝟒 ④ ❹ 4️⃣", "413 413 4 4 4 4 4"},
		{"сalle Оlmо", "calle olmo"},
		{"14½", "14 1/2"},
		{"413–555—0142", "413-555-0142"},
		{"jo＠example．com", "jo@example.com"},
		{"a\u200bb\u00adc", "abc"},
		{"don’t  go", "don't go"},
	}
	for _, tt := range tests {
		f := fold(tt.text)
		if f.text != tt.want {
			t.Errorf("fold(%q) = %q, want %q", tt.text, f.text, tt.want)
		}
		if len(f.starts) != len(f.text) || len(f.ends) != len(f.text) {
			t.Errorf("fold(%q): %d bytes, %d starts, %d ends", tt.text, len(f.text), len(f.starts), len(f.ends))
		}
		if start, end := f.span(0, len(f.text)); start != 0 || end != len(tt.text) {
			t.Errorf("fold(%q) spans %d to %d", tt.text, start, end)
		}
	}
}

func TestNumerals(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"forty two", "42"},
		{"forty zero", "40 0"},
		{"four thirteen", "4 13"},
		{"cuarenta y dos", "42"},
		{"eight hundred five five five", "800 5 5 5"},
		{"cuatrocientos trece", "413"},
		{"triple five", "555"},
		{"double 5", "55"},
		{"O1l i7", "011 17"},
		{"oil 2nd", ""},
		{"a double", ""},
	}
	for _, tt := range tests {
		got := ""
		for i, n := range numerals(tokenize(tt.text, fold(tt.text))) {
			if i > 0 {
				got += " "
			}
			got += n.digits
		}
		if got != tt.want {
			t.Errorf("numerals(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}
