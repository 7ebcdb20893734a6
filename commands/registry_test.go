package commands

import (
	"slices"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

const everyRole = models.Volunteer | models.Navigator | models.Organizer | models.Admin

func newRegistry(t *testing.T) *Registry {
	t.Helper()
	r, err := New(nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// internal are the commands that only buttons name: they are in no help.
var internal = []string{"answer", "outcome", "volunteer", "refuse", "agree", "confirm", "crisis", "messages", "add", "again"}

func TestCommandsAreDeclaredInFull(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	groups := []Group{GroupAsk, GroupHelp, GroupYours, GroupSettings, GroupOrganize, GroupRun}
	for _, c := range r.Commands() {
		if (c.Do == nil) == (c.Read == nil) {
			t.Errorf("%s has to have exactly one handler", c.Name)
		}
		if !c.Right.Possible(everyRole) {
			t.Errorf("%s: the right %q has no rule", c.Name, c.Right)
		}
		if slices.Contains(internal, c.Name) {
			if c.Group != GroupNone {
				t.Errorf("%s is listed", c.Name)
			}
			continue
		}
		if !slices.Contains(groups, c.Group) {
			t.Errorf("%s is in no group that help lists", c.Name)
		}
		for _, part := range []string{"name", "summary", "more", "examples"} {
			if id := "command." + c.Name + "." + part; !r.cat.Has(id) {
				t.Errorf("there is no text %s", id)
			}
		}
		for _, lang := range models.Langs() {
			if examples := r.examples(t, lang, c); len(examples) == 0 {
				t.Errorf("%s has no examples in %s", c.Name, lang)
			}
		}
	}
}

func (r *Registry) examples(t *testing.T, lang models.Lang, c *Command) []string {
	t.Helper()
	text, err := r.cat.Text(lang, "command."+c.Name+".examples", nil)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(text), "\n")
}

func TestParametersHaveTexts(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	for _, c := range r.Commands() {
		for _, p := range c.Params {
			for _, code := range p.Codes {
				if !r.cat.Has(p.Prefix + code) {
					t.Errorf("%s %s: the choice %s has no text", c.Name, p.Name, p.Prefix+code)
				}
			}
			if p.Type == TypeCount && p.Max == 0 {
				t.Errorf("%s %s has no limit", c.Name, p.Name)
			}
			if c.Group == GroupNone {
				continue
			}
			for _, part := range []string{"name", "summary"} {
				if id := "param." + p.Name + "." + part; !r.cat.Has(id) {
					t.Errorf("there is no text %s", id)
				}
			}
		}
	}
}

// What is private is private in every command, and nothing else is.
func TestPrivateParameters(t *testing.T) {
	t.Parallel()
	private := []string{"contact", "address", "note"}
	for _, c := range newRegistry(t).Commands() {
		for _, p := range c.Params {
			// Why a need is closed is a choice that the team sees, why somebody looks is
			// theirs alone.
			if want := slices.Contains(private, p.Name) || c.Name == "details" && p.Name == "reason"; p.Private != want {
				t.Errorf("%s %s: private is %v", c.Name, p.Name, p.Private)
			}
			if p.Private && !p.Named {
				t.Errorf("%s %s can be given without its name, so by mistake", c.Name, p.Name)
			}
		}
	}
}

// A name means one command in every language, and none of the words that a
// dialog is answered with.
func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	owner := map[string]string{}
	for _, c := range r.Commands() {
		for _, name := range r.vocab.names("command."+c.Name, c.Name) {
			if other, taken := owner[name]; taken && other != c.Name {
				t.Errorf("%q is both %s and %s", name, other, c.Name)
			}
			owner[name] = c.Name
			for _, word := range []string{"skip", "back", "cancel", "yes", "no"} {
				if r.vocab.word(word, name) {
					t.Errorf("%q is the command %s and the word %s", name, c.Name, word)
				}
			}
			if len(strings.Fields(name)) != 1 {
				t.Errorf("%s: %q is no single word", c.Name, name)
			}
		}
	}
}

func TestNamesWithoutAccents(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	for _, c := range r.Commands() {
		if c.Group == GroupNone {
			continue
		}
		for _, lang := range models.Langs() {
			name, err := r.cat.Text(lang, "command."+c.Name+".name", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, typed := range []string{name, strings.ToUpper(name), catalogue.Fold(name)} {
				if r.vocab.command(typed) != c {
					t.Errorf("%q is not understood as %s", typed, c.Name)
				}
			}
		}
	}
}

// exampleWorld has what the examples speak of: N12, O7, Lee, Sam and Kofi.
func exampleWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t).cast()
	w.becomes("you", everyRole)
	for range 12 {
		w.asks()
	}
	for range 7 {
		w.posts("rosa", `offer two winter coats category:supplies`)
	}
	return w
}

func TestExamplesBind(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	for _, lang := range models.Langs() {
		b := &binder{vocab: w.reg.vocab, lookup: w.reader(), now: w.clock(), lang: lang}
		for _, c := range w.reg.Commands() {
			if c.Group == GroupNone {
				continue
			}
			for _, example := range w.reg.examples(t, lang, c) {
				line, err := w.reg.vocab.parse(example)
				if err != nil {
					t.Errorf("%s: %v", example, err)
					continue
				}
				if named := w.reg.vocab.command(line.Name); named != c {
					t.Errorf("%s is no example of %s", example, c.Name)
				}
				if _, err := b.bind(c, example, line); err != nil {
					t.Errorf("%s: %v", example, err)
				}
			}
		}
	}
}

// Each example is answered as it stands, by somebody who may do everything.
func TestExamplesRun(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	for _, lang := range models.Langs() {
		w.says("you", "/language "+string(lang))
		for _, c := range w.reg.Commands() {
			if c.Group == GroupNone {
				continue
			}
			for _, example := range w.reg.examples(t, lang, c) {
				if text := w.says("you", "/"+example); text == "" {
					t.Errorf("%s: no answer", example)
				}
			}
		}
	}
	w.delivered()
}

// Every field has a question of its own, for needs and for offers.
func TestEveryFieldHasAQuestion(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	for prefix, kind := range map[string]models.Kind{"need": models.KindNeed, "offer": models.KindOffer} {
		for _, field := range fields(kind) {
			if id := r.question(prefix, field); !r.cat.Has(id) || !r.cat.Has("field."+field) {
				t.Errorf("%s %s has no question or no name", prefix, field)
			}
		}
	}
}
