package commands

import (
	"slices"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// lookup is what arguments are understood by: the coalition's own names.
type lookup interface {
	Areas() ([]models.Area, error)
	PeopleNamed(folded func(string) string, name string) ([]*models.Person, error)
	Person(id models.ID) (*models.Person, error)
	PersonAt(platform, remote string) (*models.Person, error)
}

// binder turns the words of a line into the typed values of a command.
type binder struct {
	vocab  *vocabulary
	lookup lookup
	now    time.Time // in the coalition's zone
	lang   models.Lang
	// platform is where the actor is: of its accounts are those who are named as
	// <@ID>.
	platform string
}

// bind checks and types the arguments of a line. Every error that a person can
// mend is a *Mistake.
func (b *binder) bind(c *Command, text string, line Line) (Values, error) {
	given, positional, err := b.sort(c, text, line)
	if err != nil {
		return nil, err
	}
	if err := b.place(c, positional, given); err != nil {
		return nil, err
	}
	values := Values{}
	for i := range c.Params {
		p := &c.Params[i]
		typed, ok := given[p.Name]
		if !ok || strings.TrimSpace(typed) == "" {
			if p.Required {
				return nil, missing(c, p)
			}
			continue
		}
		v, err := b.value(c, p, typed)
		if err != nil {
			return nil, err
		}
		values[p.Name] = v
	}
	return values, nil
}

// sort separates what is given by name from the rest. A text or a time that is
// not in quotation marks goes on to the next name, so that nobody has to quote.
func (b *binder) sort(c *Command, text string, line Line) (named map[string]string, positional []string, err error) {
	named = map[string]string{}
	var open *Param // takes the words that follow
	for _, a := range line.Args {
		if a.Name == "" {
			if open != nil {
				named[open.Name] += " " + text[a.Start:a.End]
				continue
			}
			if err := b.misspelled(c, text[a.Start:a.End]); err != nil {
				return nil, nil, err
			}
			positional = append(positional, text[a.Start:a.End])
			continue
		}
		name := b.vocab.params[catalogue.Fold(a.Name)]
		p := c.param(name)
		if p == nil {
			return nil, nil, b.unknownOption(c, a.Name)
		}
		if _, twice := named[name]; twice {
			return nil, nil, mistake("error.option_twice", nil).echo("Option", a.Name)
		}
		named[name] = a.Value
		open = nil
		quoted := strings.HasSuffix(text[a.Start:a.End], "\"") || strings.HasSuffix(text[a.Start:a.End], "”") || strings.HasSuffix(text[a.Start:a.End], "»")
		if !quoted && slices.Contains([]ParamType{TypeText, TypeRoom, TypeWhen, TypeArea, TypePerson, TypeLangs}, p.Type) {
			open = p
		}
	}
	return named, positional, nil
}

// place gives the words without a name to the parameters in their order. The
// last that can take several words takes the rest.
func (b *binder) place(c *Command, words []string, given map[string]string) error {
	for i := 0; i < len(words); i++ {
		p := b.taking(c, words[i], given)
		if p == nil {
			return exampleMistake("error.too_much", c).echo("Text", words[i])
		}
		if p.Rest || p.Type == TypePerson || p.Type == TypeArea || p.Type == TypeWhen {
			given[p.Name] = strings.Join(words[i:], " ")
			return nil
		}
		given[p.Name] = words[i]
		// "N 12" is one reference in two words.
		if (p.Type == TypeNeed || p.Type == TypeRef) && i+1 < len(words) && len(words[i]) == 1 {
			if _, ok := models.ParseRef(words[i] + words[i+1]); ok {
				given[p.Name] = words[i] + words[i+1]
				i++
			}
		}
	}
	return nil
}

// taking is the parameter that a word is given to: the next free one, or the one
// after a choice that passes it on.
func (b *binder) taking(c *Command, word string, given map[string]string) *Param {
	p := nextFree(c, given)
	if p == nil || !p.Passes {
		return p
	}
	if _, fits := b.vocab.code(p.Prefix, p.Codes, unquote(word)); fits {
		return p
	}
	given[p.Name] = ""
	defer delete(given, p.Name)
	return nextFree(c, given)
}

func nextFree(c *Command, given map[string]string) *Param {
	for i := range c.Params {
		p := &c.Params[i]
		if _, taken := given[p.Name]; !taken && !p.Named {
			return p
		}
	}
	return nil
}

func missing(c *Command, p *Param) error {
	if c.Group == GroupNone {
		return byButton()
	}
	command := models.Args{"Command": models.CodeArg("command." + c.Name + ".name")}
	switch p.Type {
	case TypeNeed:
		return mistake("error.missing_need", command)
	case TypeRef:
		return mistake("error.missing_ref", command)
	}
	m := exampleMistake("error.missing", c)
	m.Message.Args = models.Args{"Param": models.CodeArg("param." + p.Name + ".name")}
	return m
}

// misspelled finds words such as cattegory:food, which would otherwise silently
// become part of the text.
func (b *binder) misspelled(c *Command, word string) error {
	name, rest, found := strings.Cut(word, ":")
	if !found || len(name) < 3 || rest == "" || strings.HasPrefix(rest, "//") {
		return nil
	}
	// Elsewhere it is an option: here, where nothing takes free text, it is meant
	// as one as well.
	_, elsewhere := b.vocab.params[catalogue.Fold(name)]
	if _, near := Nearest(name, b.paramNames(c)); near || elsewhere && !c.takesText() {
		return b.unknownOption(c, name)
	}
	return nil
}

func (b *binder) paramNames(c *Command) []string {
	var names []string
	for _, p := range c.Params {
		names = append(names, b.vocab.names("param."+p.Name, p.Name)...)
	}
	return names
}

func (b *binder) unknownOption(c *Command, typed string) error {
	if c.Group == GroupNone {
		return byButton()
	}
	if nearest, ok := Nearest(typed, b.paramNames(c)); ok {
		return mistake("error.bad_option", nil).echo("Option", typed).echo("Suggestion", nearest)
	}
	return mistake("error.bad_option_none", models.Args{"Command": models.CodeArg("command." + c.Name + ".name")}).echo("Option", typed)
}

// ambiguousWhen carries the readings, so that a dialog can offer them as
// choices.
type ambiguousWhen struct {
	*Mistake
	options []models.When
}

func (a *ambiguousWhen) Unwrap() error { return a.Mistake }

// byButton answers who writes by hand what a button says: such commands have no
// names in the catalogue, and nothing to learn them by.
func byButton() *Mistake { return mistake("error.by_button", nil) }

// exampleMistake shows how the command is written.
func exampleMistake(key string, c *Command) *Mistake {
	if c.Group == GroupNone {
		return byButton()
	}
	m := mistake(key, nil)
	m.Fill = func(v *View) error {
		examples := strings.Split(strings.TrimSpace(v.word("command."+c.Name+".examples")), "\n")
		v.set("Example", examples[len(examples)-1])
		return nil
	}
	return m
}
