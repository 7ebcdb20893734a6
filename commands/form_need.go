package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// The forms, by the names that buttons and platforms use.
const (
	FormNeed      = "need"
	FormNeedOther = "need_other" // for somebody else
	FormOffer     = "offer"
	FormPrivate   = "private" // an address and a note, for the draft at its preview
	FormNote      = "note"    // the same without an address
	FormAnswer    = "answer"  // to the open question
)

// MaxChoices is how many choices a list has at most, the most that Discord
// takes in one.
const MaxChoices = 25

// formFields are the parameters of each form.
var formFields = map[string][]string{
	FormNeed:      {"what", "category", "area", "when", "contact"},
	FormNeedOther: {"what", "category", "area", "when", "contact"},
	FormOffer:     {"what", "category", "area", "when", "contact"},
	FormPrivate:   {"address", "note"},
	FormNote:      {"note"},
	FormAnswer:    {"text"},
}

// formLines are the commands that the forms are for.
var formLines = map[string]string{
	FormNeed: "need", FormNeedOther: "need", FormOffer: "offer", FormPrivate: "add", FormNote: "add", FormAnswer: "answer",
}

// Form makes a form as somebody is to see it: in their own language, else the
// one that the platform names, else their coalition's.
func (r *Registry) Form(ctx context.Context, who store.Who, lang models.Lang, name string) (form *FormText, err error) {
	defer recovered(&err)
	names, ok := formFields[name]
	if !ok {
		return nil, fmt.Errorf("there is no form %q", name)
	}
	actor, err := r.store.Actor(ctx, who)
	if err != nil {
		return nil, fmt.Errorf("form %s: %w", name, err)
	}
	v := r.view(ctx, &viewer{actor: actor, lang: r.langOf(actor, Invocation{Lang: lang}), now: r.now()})
	form = &FormText{Name: name, Title: Text(v.text("form." + name + ".title")).Plain(), Line: formLines[name], Lang: v.lang}
	if name == FormNeedOther {
		form.Fixed = map[string]string{"for": "other"}
	}
	command := r.find(form.Line)
	for _, field := range names {
		f, err := v.formField(name, command.param(field))
		if err != nil {
			return nil, err
		}
		form.Fields = append(form.Fields, f)
	}
	if v.failed != nil {
		return nil, fmt.Errorf("form %s: %w", name, v.failed)
	}
	return form, nil
}

func (v *View) formField(form string, p *Param) (FormField, error) {
	id := "form." + form + "." + p.Name
	f := FormField{Name: p.Name, Label: v.text(id), Max: p.Max, Required: p.Name == "what" || form == FormAnswer || form == FormNote, Long: p.Name == "note"}
	if v.reg.cat.Has(id + ".hint") {
		f.Hint = v.text(id + ".hint")
	}
	switch p.Type {
	case TypeCategory:
		f.Choices = v.categoryList()
	case TypeArea:
		areas, err := v.reader.Areas()
		if err != nil {
			return f, fmt.Errorf("areas of a form: %w", err)
		}
		f.Choices = areaList(areas)
		f.Max = models.MaxArea
	case TypeWhen:
		f.Max = models.MaxWhat
	}
	if f.Choices != nil {
		f.Max, f.Hint = 0, ""
	}
	return f, nil
}

// categoryList begins with not being sure: nobody has to know our kinds.
func (v *View) categoryList() []Choice {
	list := []Choice{{Label: v.text("need.choice.unsure"), Value: "?"}}
	for _, c := range models.Categories() {
		list = append(list, Choice{Label: v.text("category." + string(c) + ".choice"), Value: string(c)})
	}
	return list
}

// areaList is the areas as choices; nil if there are none, or more than a list
// can hold: then a name is typed.
func areaList(areas []models.Area) []Choice {
	if len(areas) == 0 || len(areas) > MaxChoices {
		return nil
	}
	list := make([]Choice, len(areas))
	for i, a := range areas {
		list[i] = Choice{Label: a.Name, Value: a.Name}
	}
	return list
}

// addCommand keeps an address and a note for the draft at its preview. It is
// what the form "private" runs; what is blank changes nothing.
func addCommand() *Command {
	private := func(name string) Param {
		return Param{Name: name, Type: TypeText, Named: true, Private: true, Max: models.MaxPrivate}
	}
	return &Command{
		Name: "add", Right: models.RightUse, Params: []Param{private("address"), private("note")},
		Do: (*Call).addPrivate, Says: againSpeech(),
	}
}

func (c *Call) addPrivate() (models.Message, error) {
	d, it, err := c.unfinished()
	if err != nil {
		return models.Message{}, err
	}
	switch {
	case it == nil || !it.draft():
		return models.Message{}, mistake("draft.none", nil)
	case c.Now.Sub(it.created()) >= draftLasts:
		c.Remove(d)
		return models.Message{Key: "draft.expired"}, c.eraseDraft(it)
	}
	kind := it.Entity().Kind
	for _, field := range []string{"address", "note"} {
		if !c.Args.Has(field) {
			continue
		}
		if !slices.Contains(fields(kind), field) {
			return models.Message{}, mistake("error.bad_option_none", models.Args{"Command": models.CodeArg("command.offer.name")}).echo("Option", field)
		}
		if err := c.put(it, field, c.Args[field]); err != nil {
			return models.Message{}, err
		}
	}
	return c.resumeAt(d, it, afterAdded(d.Step)), nil
}

// afterAdded is the question that stands after something was added: the one that
// was open, unless it asked for just that.
func afterAdded(step string) string {
	step = strings.TrimPrefix(step, stepResume)
	if step == stepAddress || step == stepNote {
		return stepPreview
	}
	return step
}
