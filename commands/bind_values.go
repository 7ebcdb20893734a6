package commands

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/commands/when"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

func (b *binder) value(c *Command, p *Param, typed string) (value, error) {
	switch p.Type {
	case TypeText, TypeRoom:
		limit := p.Max
		if limit == 0 {
			limit = models.MaxWhat
		}
		text, err := Clean(unquote(typed), limit)
		return value{text: text}, err
	case TypeChoice:
		code, ok := b.vocab.code(p.Prefix, p.Codes, unquote(typed))
		if !ok {
			return value{}, choiceMistake(p, p.Prefix, p.Codes, typed)
		}
		return value{text: code}, nil
	case TypeCategory:
		return b.category(p, typed)
	case TypeArea:
		return b.area(typed)
	case TypePerson:
		return b.person(typed)
	case TypeWhen:
		w, err := b.when(unquote(typed))
		return value{when: w}, err
	case TypeCount:
		return b.count(p, typed)
	case TypeNeed, TypeRef:
		return b.ref(c, p, typed)
	case TypePlatformRole:
		return b.platformRole(typed)
	default:
		return b.langs(p, typed)
	}
}

func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), "\"“”«»") }

func (b *binder) category(p *Param, typed string) (value, error) {
	code, ok := b.vocab.code("category.", categoryCodes(), unquote(typed))
	if !ok {
		return value{}, choiceMistake(p, "category.", categoryCodes(), typed)
	}
	return value{category: models.Category(code)}, nil
}

// area finds an area by its name. Before any were set up, every name is taken.
func (b *binder) area(typed string) (value, error) {
	name, err := Clean(unquote(typed), models.MaxArea)
	if err != nil {
		return value{}, err
	}
	areas, err := b.lookup.Areas()
	if err != nil {
		return value{}, err
	}
	folded := catalogue.Fold(name)
	names := make([]string, 0, len(areas))
	for i := range areas {
		if areas[i].Folded == folded {
			return value{area: &areas[i]}, nil
		}
		names = append(names, areas[i].Name)
	}
	if nearest, ok := Nearest(name, names); ok {
		return value{}, mistake("error.area_nearest", nil).echo("Value", name).echo("Suggestion", nearest)
	}
	return value{areaName: name}, nil
}

func (b *binder) person(typed string) (value, error) {
	name, err := Clean(strings.TrimPrefix(unquote(typed), "@"), models.MaxName)
	if err != nil {
		return value{}, err
	}
	if id, ok := personID(name); ok {
		p, err := b.lookup.Person(id)
		if err != nil {
			return value{}, mistake("error.no_person", nil).echo("Name", name)
		}
		return value{person: p}, nil
	}
	remote, ok := mentioned(unquote(typed))
	if !ok {
		remote, ok = mentioned(name)
	}
	if ok {
		p, err := b.lookup.PersonAt(b.platform, remote)
		if err == nil && p == nil {
			err = mistake("error.no_person", nil).echo("Name", name)
		}
		return value{person: p}, err
	}
	people, err := b.lookup.PeopleNamed(catalogue.Fold, name)
	switch {
	case err != nil:
		return value{}, err
	case len(people) == 0:
		return value{}, mistake("error.no_person", nil).echo("Name", name)
	case len(people) > 1:
		for _, p := range people { // "Jose" and "José" are told apart by who writes them so
			if p.Name == name {
				return value{person: p}, nil
			}
		}
		return value{}, mistake("error.many_persons", nil).echo("Name", name)
	}
	return value{person: people[0]}, nil
}

// personID reads the form in which buttons name a person, ~ and the row's id:
// names can be shared, and change.
func personID(name string) (models.ID, bool) {
	digits, ok := strings.CutPrefix(name, "~")
	id, err := strconv.ParseInt(digits, 10, 64)
	return models.ID(id), ok && err == nil
}

func (b *binder) when(typed string) (models.When, error) {
	typed, err := Clean(typed, models.MaxWhat)
	if err != nil {
		return models.When{}, err
	}
	w, err := when.Parse(typed, b.now, b.lang)
	return w, whenMistake(err, typed)
}

// whenMistake asks back instead of guessing.
func whenMistake(err error, typed string) error {
	var ambiguous *when.AmbiguousError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ambiguous):
		return newAmbiguous(ambiguous.Options)
	case errors.Is(err, when.ErrPast):
		return mistake("error.when_past", nil).echo("When", typed)
	}
	return mistake("error.when_unknown", nil).echo("Text", typed)
}

func (b *binder) count(p *Param, typed string) (value, error) {
	n, err := strconv.Atoi(unquote(typed))
	if err != nil || n < 1 || n > p.Max {
		return value{}, mistake("error.bad_number", models.Args{"Param": models.CodeArg("param." + p.Name + ".name"),
			"Min": models.CountArg(1), "Max": models.CountArg(p.Max)}).echo("Value", typed)
	}
	return value{count: n}, nil
}

func (b *binder) ref(c *Command, p *Param, typed string) (value, error) {
	ref, ok := models.ParseRef(unquote(typed))
	if !ok {
		return value{}, mistake("error.bad_ref", nil).echo("Text", typed)
	}
	if p.Type == TypeNeed && ref.Kind != models.KindNeed && c.Group == GroupNone {
		return value{}, byButton()
	}
	if p.Type == TypeNeed && ref.Kind != models.KindNeed {
		return value{}, mistake("error.need_wanted", models.Args{"Ref": models.RefArg(ref), "Command": models.CodeArg("command." + c.Name + ".name")})
	}
	return value{ref: ref}, nil
}

// platformRole reads a role of the platform's own.
func (b *binder) platformRole(typed string) (value, error) {
	if b.platform == levelsPlatform {
		return powerLevel(typed)
	}
	id, ok := strings.CutPrefix(unquote(typed), "<@&")
	id, ended := strings.CutSuffix(id, ">")
	if _, err := strconv.ParseUint(id, 10, 64); !ok || !ended || err != nil {
		return value{}, mistake("error.no_server_role", nil).echo("Value", strings.TrimSpace(typed))
	}
	return value{text: id}, nil
}

func (b *binder) langs(p *Param, typed string) (value, error) {
	var codes []string
	for _, word := range strings.FieldsFunc(unquote(typed), func(r rune) bool { return r == ',' || r == ';' || r == '/' }) {
		code, ok := b.vocab.code("language.", languageCodes(), word)
		if !ok {
			return value{}, choiceMistake(p, "language.", languageCodes(), word)
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if codes == nil {
		return value{}, choiceMistake(p, "language.", languageCodes(), typed)
	}
	return value{langs: strings.Join(codes, ",")}, nil
}

// choiceMistake names what can be written instead.
func choiceMistake(p *Param, prefix string, codes []string, typed string) *Mistake {
	m := mistake("error.bad_value", models.Args{"Param": models.CodeArg("param." + p.Name + ".name")}).echo("Value", strings.TrimSpace(typed))
	m.Fill = func(v *View) error {
		words := make([]string, len(codes))
		for i, code := range codes {
			words[i] = v.word(prefix + code)
		}
		v.set("Choices", strings.Join(words, ", "))
		return nil
	}
	return m
}
