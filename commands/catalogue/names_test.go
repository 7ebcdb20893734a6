package catalogue

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// What a person answers or types must mean one thing in whichever language.
func TestWordsMeanOneThing(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	answers := map[string][]string{}
	for _, id := range []string{"word.skip", "word.back", "word.cancel", "word.yes", "word.no"} {
		answers[id] = []string{id}
	}
	commands := map[string][]string{}
	for _, name := range commandNames {
		commands[name] = []string{"command." + name + ".name", "command." + name + ".aliases"}
	}
	categories := map[string][]string{}
	for _, category := range models.Categories() {
		id := "category." + string(category)
		categories[id] = []string{id, id + ".choice", id + ".words"}
	}
	for _, group := range []map[string][]string{answers, commands, categories} {
		meaning := map[string]string{}
		for name, ids := range group {
			for _, id := range ids {
				for _, lang := range models.Langs() {
					words := c.Words(lang, id)
					if words == nil {
						t.Errorf("%s in %s is missing", id, lang)
					}
					for _, word := range words {
						folded := Fold(word)
						if other, taken := meaning[folded]; taken && other != name {
							t.Errorf("%q means %s and %s", word, other, name)
						}
						meaning[folded] = name
					}
				}
			}
		}
	}
}

func TestEveryCodeHasItsTexts(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	var ids []string
	for _, name := range commandNames {
		for _, part := range []string{"name", "summary", "aliases", "examples", "more"} {
			ids = append(ids, "command."+name+"."+part)
		}
	}
	for _, name := range paramNames {
		ids = append(ids, "param."+name+".name", "param."+name+".summary")
	}
	for _, priority := range models.Priorities() {
		ids = append(ids, "priority."+string(priority))
	}
	for _, lang := range models.Langs() {
		ids = append(ids, "language."+string(lang))
	}
	for _, code := range append(models.Roles(0).Codes(), (models.Volunteer | models.Navigator | models.Organizer | models.Admin).Codes()...) {
		ids = append(ids, "role."+code)
	}
	for _, id := range ids {
		if !c.Has(id) {
			t.Errorf("no text %s", id)
		}
	}
}

// Names are typed, and Discord registers them: small letters, figures, hyphens.
func TestNamesCanBeTyped(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	pattern := regexp.MustCompile(`^[\p{Ll}\d-]{1,32}$`)
	for _, id := range c.IDs() {
		if !strings.HasPrefix(id, "command.") && !strings.HasPrefix(id, "param.") {
			continue
		}
		if !strings.HasSuffix(id, ".name") && !strings.HasSuffix(id, ".aliases") {
			continue
		}
		for _, lang := range models.Langs() {
			for _, name := range c.Words(lang, id) {
				if !pattern.MatchString(name) {
					t.Errorf("%s in %s: %q", id, lang, name)
				}
			}
		}
	}
}

// A parameter's name in one command must not be another's in the same language.
func TestParameterNamesDiffer(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	for _, lang := range models.Langs() {
		var seen []string
		for _, name := range paramNames {
			folded := Fold(c.Words(lang, "param."+name+".name")[0])
			if slices.Contains(seen, folded) {
				t.Errorf("two parameters are called %q in %s", folded, lang)
			}
			seen = append(seen, folded)
		}
	}
}
