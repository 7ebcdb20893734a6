package guard

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Each file is for a kind and a language, can be read, and holds something.
func TestPhraseFiles(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(phraseFiles, "phrases/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if want := 4 * len(models.Langs()); len(names) != want {
		t.Errorf("%d files, want %d: %v", len(names), want, names)
	}
	for _, name := range names {
		parts := strings.Split(strings.TrimPrefix(name, "phrases/"), ".")
		kind, lang := Kind(parts[0]), models.Lang(parts[1])
		if !slices.Contains([]Kind{Danger, Health, Status, Drugs}, kind) || !slices.Contains(models.Langs(), lang) {
			t.Errorf("%s is read by nobody", name)
		}
		content, err := phraseFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		phrases, err := parsePhrases(string(content), kind, lang)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(phrases) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
}

func TestParsePhrasesMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		line string
		want error
	}{
		{"... die", errGap},
		{"want ...", errGap},
		{"!", errGap},
		{"su*", errPrefix},
		{"self-harm", errWord},
		{"(very) sick", errNeeded},
		{"hits @me", errGroup},
		{"hits |", errWord},
		{"@me =", errWord},
	}
	for _, tt := range tests {
		_, err := parsePhrases("# a list\n"+tt.line, Danger, models.English)
		if !errors.Is(err, tt.want) {
			t.Errorf("parsePhrases(%q): %v, want %v", tt.line, err, tt.want)
		} else if !strings.HasPrefix(err.Error(), "line 2:") {
			t.Errorf("parsePhrases(%q) does not name the line: %v", tt.line, err)
		}
	}
}

func TestPhraseSigns(t *testing.T) {
	t.Parallel()
	const list = `
@me = me us
wants|wanna (to) leave @me|them
suicid*
pills ... wake # a gap`
	phrases, err := parsePhrases(list, Danger, models.English)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"wanna leave us":                   true,
		"WANTS to leave them":              true,
		"wants leave you":                  false,
		"suicidal":                         true,
		"su1cide":                          true,
		"s u i c i d e":                    true,
		"wants too leave me":               false,
		"pills wake":                       true,
		"pills and he won't wake":          true,
		"pills and now he just won't wake": false,
		"pills. he won't wake":             false,
		"waaaanna leave me":                true,
		"wannaaaa leave me":                true,
	} {
		found := false
		read := words(fold(text))
		for i := range read {
			for _, p := range phrases {
				found = found || matchAt(read, i, p.elements, models.English) >= 0
			}
		}
		if found != want {
			t.Errorf("%q found: %v, want %v", text, found, want)
		}
	}
}

// An exception hides its own words only.
func TestExceptions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"hit me up":                    false,
		"hit me up, he hit me":         true,
		"he beats me at chess":         false,
		"he beats me at home":          true,
		"me muero de hambre":           false,
		"me muero de hambre y me pega": true,
		"i passed out flyers":          false,
		"i passed out":                 true,
	} {
		if got := InDanger(text); got != want {
			t.Errorf("InDanger(%q) = %v, want %v", text, got, want)
		}
	}
}
