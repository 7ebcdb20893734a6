package commands

import (
	"errors"
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/when"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// prefixAgain begins the step in which what could not be used of a form is asked
// again, one field after the other. Each is its field, and what is to be said
// about it behind an underscore.
const prefixAgain = "again:"

func againStep(asked []string) string { return prefixAgain + strings.Join(asked, ",") }

// parseAgain reads a dialog's step: what is asked, and what comes after it.
func parseAgain(step string) (asked []string, ok bool) {
	rest, ok := strings.CutPrefix(step, prefixAgain)
	if !ok || rest == "" {
		return nil, ok
	}
	return strings.Split(rest, ","), true
}

// fieldAsked is the field whose value a step asks for on its own, empty if it
// asks for none so.
func fieldAsked(step string) string {
	if asked, again := parseAgain(step); again && asked != nil {
		field, _, _ := strings.Cut(asked[0], "_")
		return field
	}
	field, _ := strings.CutPrefix(step, stepField)
	return field
}

// fillItem takes a form for a need or an offer: what can be used of it is kept,
// and only the rest is asked again.
func (c *Call) fillItem(begin func() item, f filling) (models.Message, error) {
	if err := f.wrong["for"]; err != nil {
		return models.Message{}, err
	}
	if err := c.firstNotice(); err != nil {
		return models.Message{}, err
	}
	other := f.values.Text("for") == "other"
	delete(f.values, "for")
	c.Args = f.values
	it, err := c.formItem(begin, f, other)
	if err != nil {
		return models.Message{}, err
	}
	if c.reg.vocab.same(f.unread("category"), "?") {
		delete(f.wrong, "category") // it says that they are not sure
	}
	step, message, err := c.fillFields(it, f)
	if err != nil {
		return models.Message{}, err
	}
	d := c.open(dialogItem, step, it.Entity())
	if forOther(it) {
		return c.next(d, it, prefixConsent+step), nil
	}
	if message.Key != "" {
		return message, nil
	}
	return c.next(d, it, step), nil
}

// formItem is the draft that a form fills: the one that its writer had not
// finished, so that there are never two, or a new one. Nothing of a draft for
// somebody else gets into another.
func (c *Call) formItem(begin func() item, f filling, other bool) (item, error) {
	d, err := c.Dialog()
	if err != nil {
		return nil, err
	}
	if d != nil {
		if err := c.dropHeld(d.Step); err != nil {
			return nil, err
		}
	}
	_, old, err := c.unfinished()
	if err != nil {
		return nil, err
	}
	it := begin()
	if old != nil {
		same := old.Entity().Kind == it.Entity().Kind && !forOther(old) && !other && c.Now.Sub(old.created()) < draftLasts
		if same {
			return old, c.blank(old, f)
		}
		if err := c.eraseDraft(old); err != nil {
			return nil, err
		}
	}
	if n, ok := it.(needItem); ok {
		n.ForOther = other
	}
	c.Add(it.row())
	return it, nil
}

// blank takes out of a draft what a form says anew.
func (c *Call) blank(it item, f filling) error {
	switch it := it.(type) {
	case needItem:
		it.What, it.Category, it.AreaID, it.When = "", models.CategoryOther, 0, models.When{}
		it.Priority, it.CreatedAt = models.PriorityAnytime, c.Now
	case offerItem:
		it.What, it.Category, it.AreaID, it.When, it.CreatedAt = "", models.CategoryOther, 0, models.When{}, c.Now
	}
	c.Save(it.row())
	if !f.there["contact"] {
		return nil
	}
	return c.Seal(it.Entity(), models.FieldContact, "")
}

// fillFields keeps what can be used of a form, and works out what comes next;
// the message is that of the step, unless it is empty.
func (c *Call) fillFields(it item, f filling) (step string, m models.Message, err error) {
	unclear, err := c.guess(it)
	if err != nil {
		return "", m, err
	}
	var held []string
	for _, p := range itemParams(it.Entity().Kind) {
		v, given := f.values[p.Name]
		if !given {
			continue
		}
		back, err := c.putOrHold(it, p.Name, v)
		switch _, mistaken := asMistake(err); {
		case mistaken:
			f.wrong[p.Name] = err
		case err != nil:
			return "", m, err
		case back:
			held = append(held, p.Name)
		}
	}
	asked, options := f.asked(it, held, unclear)
	step = againStep(asked)
	switch {
	case held != nil:
		step = heldStep{hint: onlyHints(f.values.heldText(held[0])), fields: held, then: step}.String()
	case options != nil && fieldAsked(step) == "when":
		m = models.Message{Key: "when.which", About: it.Entity(), Args: newAmbiguous(options).Message.Args}
	case asked == nil:
		step = stepPreview
	}
	return step, m, nil
}

// asked lists what of a form has to be asked again, in the order of its fields,
// and the readings of a time that could be several.
func (f filling) asked(it item, held []string, unclear *when.AmbiguousError) (asked []string, options []models.When) {
	var ambiguous *ambiguousWhen
	switch {
	case errors.As(f.wrong["when"], &ambiguous):
		options = ambiguous.options
	case unclear != nil && f.wrong["when"] == nil:
		f.wrong["when"] = newAmbiguous(unclear.Options)
		options = unclear.Options
	}
	if f.wrong["what"] == nil && it.what() == "" && !slices.Contains(held, "what") {
		asked = append(asked, "what")
	}
	for _, p := range itemParams(it.Entity().Kind) {
		if err := f.wrong[p.Name]; err != nil {
			asked = append(asked, p.Name+whyAgain(&p, err))
		}
	}
	return asked, options
}

// whyAgain is the part of a text's id that says what is wrong with a value.
func whyAgain(p *Param, err error) string {
	var text *TextError
	m, _ := asMistake(err)
	switch {
	case p.Type == TypeText && errors.As(err, &text) && text.Code == TextTooLong:
		return "_long"
	case m != nil && m.Message.Key == "error.when_past":
		return "_past"
	case m != nil && m.Message.Key == "error.when_ambiguous":
		return "_unclear"
	}
	return ""
}

// unread is the words of a choice that is none, as they were typed.
func (f filling) unread(field string) string {
	if m, mistaken := asMistake(f.wrong[field]); mistaken {
		return m.Echo["Value"]
	}
	return ""
}

// askAgain asks for a field of a form that could not be used.
func (c *Call) askAgain(it item, asked string) models.Message {
	field, why, _ := strings.Cut(asked, "_")
	p := itemParam(it.Entity().Kind, field)
	m := models.Message{Key: "form.again." + asked, About: it.Entity()}
	switch {
	case why == whyAnew:
		m.Key = c.reg.question(it.prefix(), field)
	case why == "long":
		m.Key = "form.again.long"
		m.Args = models.Args{"Field": models.CodeArg("field." + field), "Limit": models.CountArg(p.Max)}
	case p.Private:
		m.Key = "form.again.private"
		m.Args = models.Args{"Field": models.CodeArg("field." + field)}
	}
	return m
}

// whyAnew says of a field only that somebody would rather write it again.
const whyAnew = "anew"

// anew are fields that are to be written again, before what is asked anyway.
func anew(fields, asked []string) string {
	var all []string
	for _, field := range fields {
		all = append(all, field+"_"+whyAnew)
	}
	return againStep(append(all, asked...))
}

// takeAgain uses the answer for a field of a form.
func (c *Call) takeAgain(d *models.Dialog, it item, text string) (models.Message, error) {
	asked, _ := parseAgain(d.Step)
	field, then := fieldAsked(d.Step), againStep(asked[1:])
	if m, again := c.askedAgain(it, field, text); again {
		return m, nil
	}
	held, err := c.take(it, field, text)
	if err != nil {
		return models.Message{}, err
	}
	if held {
		return c.askHeld(d, it, heldStep{fields: []string{field}, then: then}, text), nil
	}
	return c.onward(d, it, then)
}

// skipAgain leaves a field of a form as it is.
func (c *Call) skipAgain(d *models.Dialog, it item) (models.Message, error) {
	if fieldAsked(d.Step) == "what" && it.what() == "" {
		return models.Message{}, mistake("draft.no_skip", nil)
	}
	asked, _ := parseAgain(d.Step)
	return c.onward(d, it, againStep(asked[1:]))
}

// againSpeech are the questions for what could not be used of a form.
func againSpeech() map[string]Speech {
	says := map[string]Speech{"form.again.category": {Buttons: categoryChoices}, "form.again.area": {Buttons: areaChoices}}
	for _, id := range []string{"form.again.when", "form.again.when_past", "form.again.when_unclear"} {
		says[id] = Speech{Buttons: whenChoices}
	}
	return says
}
