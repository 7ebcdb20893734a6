package commands

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// vocabulary knows the names of commands, parameters and codes in every
// language. All of them are accepted everywhere, with or without accents.
type vocabulary struct {
	cat      *catalogue.Catalogue
	commands map[string]*Command
	params   map[string]string
	lists    sync.Map // what list and folded have read already, by language and id
}

func newVocabulary(cat *catalogue.Catalogue, list []*Command) (*vocabulary, error) {
	v := &vocabulary{cat: cat, commands: map[string]*Command{}, params: map[string]string{}}
	for _, c := range list {
		for _, name := range v.names("command."+c.Name, c.Name) {
			if other, taken := v.commands[name]; taken && other != c {
				return nil, fmt.Errorf("commands %s and %s share the name %q", other.Name, c.Name, name)
			}
			v.commands[name] = c
		}
		for _, p := range c.Params {
			for _, name := range v.names("param."+p.Name, p.Name) {
				if other, taken := v.params[name]; taken && other != p.Name {
					return nil, fmt.Errorf("parameters %s and %s share the name %q", other, p.Name, name)
				}
				v.params[name] = p.Name
			}
		}
	}
	return v, nil
}

// names lists the folded names of a command or parameter: its own, those in
// each language, and the aliases.
func (v *vocabulary) names(id, own string) []string {
	names := []string{catalogue.Fold(own)}
	for _, lang := range models.Langs() {
		names = append(names, v.list(lang, id+".name")...)
		names = append(names, v.list(lang, id+".name.matrix")...)
		names = append(names, v.list(lang, id+".aliases")...)
	}
	return names
}

// list reads a catalogue text that is a list with commas, folded; nothing if
// there is no such text.
func (v *vocabulary) list(lang models.Lang, id string) []string {
	key := string(lang) + " " + id
	if known, ok := v.lists.Load(key); ok {
		return known.([]string)
	}
	var words []string
	for _, w := range strings.Split(v.folded(lang, id), ",") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	v.lists.Store(key, words)
	return words
}

func (v *vocabulary) command(name string) *Command { return v.commands[catalogue.Fold(name)] }

// langOf is the language that a command's name belongs to, false if it is a
// name in several.
func (v *vocabulary) langOf(name string) (models.Lang, bool) {
	name = catalogue.Fold(name)
	c := v.commands[name]
	if c == nil {
		return "", false
	}
	var found []models.Lang
	for _, lang := range models.Langs() {
		if slices.Contains(v.list(lang, "command."+c.Name+".name"), name) || slices.Contains(v.list(lang, "command."+c.Name+".aliases"), name) {
			found = append(found, lang)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// parse takes a line apart. Only the names of its own command's parameters make
// pairs: what is an option elsewhere is text here.
func (v *vocabulary) parse(text string) (Line, error) {
	line, err := ParseLine(text, func(string) bool { return false })
	c := v.command(line.Name)
	if c == nil || line.Name == "" {
		return line, err
	}
	return ParseLine(text, func(name string) bool { return c.param(v.params[catalogue.Fold(name)]) != nil })
}

// commandNames lists every accepted name, for the nearest one.
func (v *vocabulary) commandNames() []string { return slices.Sorted(maps.Keys(v.commands)) }

// code finds which of the codes a person means by what they typed: the code
// itself, its text or its words in any language.
func (v *vocabulary) code(prefix string, codes []string, typed string) (string, bool) {
	typed = catalogue.Fold(strings.TrimSpace(typed))
	if typed == "" {
		return "", false
	}
	for _, suffix := range []string{"", ".choice", ".words"} {
		for _, code := range codes {
			if typed == catalogue.Fold(code) {
				return code, true
			}
			for _, lang := range models.Langs() {
				names := v.list(lang, prefix+code+suffix)
				if suffix != ".words" { // a text may hold commas of its own
					names = []string{v.folded(lang, prefix+code+suffix)}
				}
				if slices.Contains(names, typed) {
					return code, true
				}
			}
		}
	}
	return "", false
}

// folded is a catalogue text for comparing, empty if there is none.
func (v *vocabulary) folded(lang models.Lang, id string) string {
	if !v.cat.Has(id) {
		return ""
	}
	text, err := v.cat.Text(lang, id, nil)
	if err != nil {
		return ""
	}
	return catalogue.Fold(text)
}

// word reports whether a typed line is one of a dialog's words: skip, back,
// cancel, yes, no.
func (v *vocabulary) word(which, typed string) bool {
	typed = catalogue.Fold(strings.TrimSpace(typed))
	for _, lang := range models.Langs() {
		if slices.Contains(v.list(lang, "word."+which), typed) {
			return true
		}
	}
	return false
}

// mentioned finds the category that a sentence names first, as whole words;
// other if it names none. Of two that begin at the same word the longer is
// meant: "gas money" is money.
func (v *vocabulary) mentioned(sentence string) models.Category {
	text := spaced(sentence)
	best, first, length := models.CategoryOther, len(text), 0
	for _, c := range models.Categories() {
		if c == models.CategoryOther {
			continue
		}
		for _, lang := range models.Langs() {
			for _, w := range append(v.list(lang, "category."+string(c)+".words"), v.folded(lang, "category."+string(c))) {
				at := strings.Index(text, " "+w+" ")
				if w != "" && at >= 0 && (at < first || at == first && len(w) > length) {
					best, first, length = c, at, len(w)
				}
			}
		}
	}
	return best
}

func categoryCodes() []string {
	codes := make([]string, 0, len(models.Categories()))
	for _, c := range models.Categories() {
		codes = append(codes, string(c))
	}
	return codes
}

// languageCodes are the languages that people can say they speak.
func languageCodes() []string {
	return []string{"en", "es", "pt", "fr", "ht", "zh", "ru", "uk", "ar", "vi", "so", "asl"}
}

// same compares what was typed with a label, case and accents aside.
func (v *vocabulary) same(typed, label string) bool {
	return catalogue.Fold(typed) == catalogue.Fold(label)
}
