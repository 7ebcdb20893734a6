package commands

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func (w *world) form(name string, lang models.Lang, form string) *FormText {
	w.t.Helper()
	f, err := w.reg.Form(w.t.Context(), w.who(name), lang, form)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// A form fits into what Discord takes, in every language.
func TestFormsFit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("you", "setup areas:Stonebridge,Quarry")
	for name := range formFields {
		for _, lang := range models.Langs() {
			form := w.form("rosa", lang, name)
			if form.Lang != lang || form.Name != name || utf8.RuneCountInString(form.Title) > 45 || form.Title == "" {
				t.Errorf("%s in %s is %+v", name, lang, form)
			}
			command := w.reg.find(form.Line)
			if command == nil || len(form.Fields) == 0 || len(form.Fields) > 5 {
				t.Fatalf("%s in %s runs %q and has %d fields", name, lang, form.Line, len(form.Fields))
			}
			for fixed := range form.Fixed {
				if command.param(fixed) == nil {
					t.Errorf("%s has %s, which %s does not take", name, fixed, form.Line)
				}
			}
			for _, f := range form.Fields {
				fits(t, name+" "+f.Name+" in "+string(lang), command, f)
			}
		}
	}
}

func fits(t *testing.T, what string, command *Command, f FormField) {
	t.Helper()
	if command.param(f.Name) == nil {
		t.Errorf("%s is no parameter of %s", what, command.Name)
	}
	if n := utf8.RuneCountInString(f.Label); n == 0 || n > 45 {
		t.Errorf("%s: the label %q has %d characters", what, f.Label, n)
	}
	if n := utf8.RuneCountInString(f.Hint); n > 100 {
		t.Errorf("%s: the hint %q has %d characters", what, f.Hint, n)
	}
	if f.Choices == nil && (f.Max < 1 || f.Max > 4000) || len(f.Choices) > MaxChoices {
		t.Errorf("%s takes %d characters, or one of %d", what, f.Max, len(f.Choices))
	}
	seen := map[string]bool{}
	for _, c := range f.Choices {
		if seen[c.Value] || c.Value == "" || c.Label == "" || utf8.RuneCountInString(c.Label) > 100 || utf8.RuneCountInString(c.Value) > 100 {
			t.Errorf("%s has the choice %+v", what, c)
		}
		seen[c.Value] = true
	}
}

func TestFormOfANeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form := w.form("rosa", models.Spanish, FormNeed)
	var names, labels []string
	for _, f := range form.Fields {
		names, labels = append(names, f.Name), append(labels, f.Label)
	}
	if !slices.Equal(names, []string{"what", "category", "area", "when", "contact"}) || form.Title != "Pedir ayuda" || form.Line != "need" {
		t.Errorf("%s runs %s and asks %v", form.Title, form.Line, names)
	}
	if !slices.Equal(labels, []string{"¿Qué necesita? (se verá en el tablero)", "Tipo de ayuda", "Su zona", "¿Para cuándo?", "¿Cómo le contactamos? (privado)"}) {
		t.Errorf("the labels are %q", labels)
	}
	if first := form.Fields[1].Choices[0]; first.Label != "No sé" {
		t.Errorf("the first kind is %+v", first)
	}
	if form.Fields[2].Choices != nil {
		t.Error("there are areas before any were set up")
	}
	if other := w.form("rosa", "", FormNeedOther); other.Fixed["for"] != "other" || other.Line != "need" || other.Lang != models.English {
		t.Errorf("for somebody else it is %+v", other)
	}
}

// Of many areas a name is typed: a list would leave some out.
func TestAreasOfAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n, list := range map[int]bool{1: true, 25: true, 26: false} {
		names := ""
		for i := range n {
			names += "Area " + number(i) + ","
		}
		w.hears("you", `setup areas:"`+names+`"`)
		f := w.form("rosa", "", FormNeed).Fields[2]
		if (len(f.Choices) == n) != list || f.Choices == nil && f.Max != models.MaxArea {
			t.Errorf("of %d areas there are %d choices, or %d characters", n, len(f.Choices), f.Max)
		}
	}
}

// The person's own language comes before the platform's, that before the
// coalition's.
func TestLanguageOfAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct{ chosen, platform, want models.Lang }{
		{"", "", models.English}, {"", models.Spanish, models.Spanish}, {models.English, models.Spanish, models.English},
	} {
		name := "somebody" + string(test.chosen+test.platform)
		if test.chosen != "" {
			w.hears(name, "language "+string(test.chosen))
		}
		if form := w.form(name, test.platform, FormOffer); form.Lang != test.want {
			t.Errorf("%+v: it is in %s", test, form.Lang)
		}
	}
}

func TestNoSuchForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.reg.Form(t.Context(), w.who("rosa"), "", "nosuch"); err == nil {
		t.Error("there is a form of any name")
	}
	nowhere := w.who("rosa")
	nowhere.Space = "nowhere"
	if _, err := w.reg.Form(t.Context(), nowhere, "", FormNeed); err == nil {
		t.Error("there is a form in a space of nobody's")
	}
}
