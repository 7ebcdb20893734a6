package models

import (
	"testing"
	"time"
)

func TestParseLang(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want Lang
	}{
		{"en", English}, {"es", Spanish}, {"en-US", English}, {"en-GB", English}, {"es-ES", Spanish}, {"es-419", Spanish},
		{"es_US.UTF-8", Spanish}, {"en.UTF-8", English},
		{"", ""}, {"e", ""}, {"-es", ""}, {"eng", ""}, {"est", ""}, {"español", ""}, {"fr", ""}, {"pt-BR", ""}, {"C", ""}, {"C.UTF-8", ""},
	}
	for _, tt := range tests {
		if got, ok := ParseLang(tt.in); got != tt.want || ok != (tt.want != "") {
			t.Errorf("ParseLang(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
	for _, l := range Langs() {
		if got, ok := ParseLang(string(l)); !ok || got != l {
			t.Errorf("ParseLang(%q) = %q, %v", l, got, ok)
		}
	}
}

func TestLocation(t *testing.T) {
	t.Parallel()
	if got := (&Coalition{Zone: "America/New_York"}).Location().String(); got != "America/New_York" {
		t.Errorf("the zone is %s", got)
	}
	if got := (&Coalition{Zone: "Nowhere/Special"}).Location(); got != time.UTC {
		t.Errorf("an unknown zone is %s, want UTC", got)
	}
}
