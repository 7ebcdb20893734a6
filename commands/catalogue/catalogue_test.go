package catalogue

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// newCatalogue loads the embedded texts.
func newCatalogue(t *testing.T) *Catalogue {
	t.Helper()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestText(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	tests := []struct {
		name   string
		id     string
		fields map[string]any
		en, es string
	}{
		{"plain", "card.state.done", nil, "Done. Thank you.", "Hecho. Gracias."},
		{"fields", "card.title", map[string]any{"Ref": "N12", "Kind": "Ride", "Area": "Quarry Falls"},
			"N12: Ride, Quarry Falls", "N12: Ride, Quarry Falls"},
		{"one", "card.state.open", map[string]any{"Count": 1},
			"Open. 1 volunteer needed.", "Abierto. Se necesita 1 persona."},
		{"many", "card.state.open_some", map[string]any{"Count": 2, "Some": 1},
			"Open. 2 volunteers needed, 1 so far.", "Abierto. Se necesitan 2 personas; ya hay 1."},
		{"none", "card.people", map[string]any{"Count": 0}, "For 0 people.", "Para 0 personas."},
		{"a million", "card.people", map[string]any{"Count": 1_000_000}, "For 1,000,000 people.", "Para 1,000,000 personas."},
		{"other ints", "error.too_long", map[string]any{"Length": 2345, "Limit": 2000},
			"That text has 2,345 characters, and 2,000 fit here. Nothing was saved. Please write it shorter.",
			"Ese texto tiene 2,345 caracteres, y aquí caben 2,000. No se guardó nada. Por favor escríbalo más corto."},
		{"command", "close.done", map[string]any{"Ref": "N18"},
			"N18 is closed. If that's wrong: reopen N18", "El N18 está cerrado. Si es un error: reabrir N18"},
		{"stop once", "need.line", map[string]any{"Ref": "N15", "Kind": "Compras", "Area": "", "When": "hoy 2:00 p. m."},
			"N15: Compras. Hoy 2:00 p. m.", "N15: Compras. Hoy 2:00 p. m."},
		{"a person's words stay as written", "card.what", map[string]any{"What": `{{cmd "claim"}} & <b>`},
			`"{{cmd "claim"}} & <b>"`, `"{{cmd "claim"}} & <b>"`},
		{"a code that is a plural form's name", "category.other", nil, "Other help", "Otra ayuda"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for lang, want := range map[models.Lang]string{models.English: test.en, models.Spanish: test.es} {
				got, err := c.Text(lang, test.id, test.fields)
				if err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Errorf("%s:\n got %q\nwant %q", lang, got, want)
				}
			}
		})
	}
}

func TestTextRefuses(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	if _, err := c.Text(models.English, "card.nothing", nil); !errors.Is(err, ErrNoText) {
		t.Errorf("unknown id: %v", err)
	}
	if _, err := c.Text("fr", "card.state.done", nil); !errors.Is(err, ErrNoText) {
		t.Errorf("unknown language: %v", err)
	}
	for _, fields := range []map[string]any{nil, {"Count": "2"}} {
		if _, err := c.Text(models.English, "card.people", fields); !errors.Is(err, ErrCount) {
			t.Errorf("count in %v: %v", fields, err)
		}
	}
	for _, fields := range []map[string]any{nil, {"Ref": "N12", "Kind": "Ride"}} {
		if text, err := c.Text(models.English, "card.title", fields); err == nil {
			t.Errorf("fields %v are missing some, and got %q", fields, text)
		}
	}
}

func TestTextKeepsTheCallersFields(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	fields := map[string]any{"Count": 2}
	if _, err := c.Text(models.English, "card.people", fields); err != nil {
		t.Fatal(err)
	}
	if fields["Count"] != 2 {
		t.Errorf("Count became %#v", fields["Count"])
	}
}

func TestTextFromManyGoroutines(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for lang, want := range map[models.Lang]string{models.English: "claim", models.Spanish: "tomar"} {
				text, err := c.Text(lang, "card.how", map[string]any{"Ref": "N12"})
				if err != nil || !strings.Contains(text, want+" N12") {
					t.Errorf("%s: %q, %v", lang, text, err)
				}
			}
		})
	}
	group.Wait()
}

func TestIDs(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	ids := c.IDs()
	if len(ids) == 0 || !slices.IsSorted(ids) {
		t.Fatalf("%d ids, sorted: %t", len(ids), slices.IsSorted(ids))
	}
	for _, id := range ids {
		if !c.Has(id) {
			t.Errorf("Has(%q) is false", id)
		}
	}
	if c.Has("card") || c.Has("") {
		t.Error("Has reports a text that is not there")
	}
	ids[0] = "changed"
	if c.IDs()[0] == "changed" {
		t.Error("IDs shares its slice")
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	if got, want := c.Words(models.Spanish, "word.back"), []string{"atrás", "volver"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := c.Words(models.English, "word.nothing"); got != nil {
		t.Errorf("unknown id: %q", got)
	}
	if got := c.Words("fr", "word.back"); got != nil {
		t.Errorf("unknown language: %q", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		en, es string
		want   string
	}{
		{"missing in Spanish", `"a.b" = "x"`, `"c.d" = "x"`, "English"},
		{"missing in English", `"a.b" = "x"`, "\"a.b\" = \"x\"\n\"c.d\" = \"x\"", `"c.d"`},
		{"plural in one language", `"a.b" = { one = "x", other = "y" }`, `"a.b" = "x"`, "plural"},
		{"broken template", `"a.b" = "{{.X"`, `"a.b" = "x"`, `"a.b"`},
		{"unknown function", `"a.b" = "{{shout .X}}"`, `"a.b" = "x"`, `"a.b"`},
		{"broken file", `"a.b" = `, `"a.b" = "x"`, "en/one.toml"},
		{"no text", `"a.b" = 1`, `"a.b" = "x"`, "en/one.toml"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := load(fstest.MapFS{
				"en/one.toml": {Data: []byte(test.en)},
				"es/one.toml": {Data: []byte(test.es)},
			})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error about %s", err, test.want)
			}
		})
	}
}

func TestLoadRefusesAnIDTwice(t *testing.T) {
	t.Parallel()
	text := []byte(`"a.b" = "x"`)
	_, err := load(fstest.MapFS{"en/one.toml": {Data: text}, "en/two.toml": {Data: text}, "es/one.toml": {Data: text}})
	if err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("got %v", err)
	}
}

func TestUnknownCommandInATextIsAnError(t *testing.T) {
	t.Parallel()
	text := []byte(`"a.b" = "{{cmd ` + "`nothing`" + `}}"`)
	c, err := load(fstest.MapFS{"en/one.toml": {Data: text}, "es/one.toml": {Data: text}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.Text(models.English, "a.b", nil); !errors.Is(err, ErrNoText) {
		t.Errorf("got %q, %v", got, err)
	}
}
