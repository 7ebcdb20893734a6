package commands

import (
	"slices"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

const dialogItem = "item"

// The questions in their order, and what can come between them.
var itemSteps = []string{"what", "category", "area", "when", "contact", "preview"}

const (
	stepPreview = "preview"
	stepChange  = "change"  // which field?
	stepResume  = "resume:" // go on with a draft, or start again? The rest is the step it was at.
	stepField   = "field:"  // the new value of one field, then the preview again
	stepAddress = "address" // after the preview: address, then note
	stepNote    = "note"
)

// draftLasts is how long a draft is kept.
const draftLasts = 24 * time.Hour

func itemConversation() conversation {
	return conversation{free: freeItemStep, take: (*Call).takeItem, back: (*Call).backItem, skip: (*Call).skipItem, cancel: (*Call).cancelItem, again: (*Call).againItem}
}

// freeItemStep lists the questions that any text answers.
func freeItemStep(step string) bool {
	switch fieldAsked(step) {
	case "what", "contact", stepAddress, stepNote:
		return true
	}
	return false
}

// begin starts asking for a need or an offer. One that was started before is
// offered first, so that nothing is lost by typing a command again.
func (c *Call) begin(make func() item) (models.Message, error) {
	if err := c.firstNotice(); err != nil {
		return models.Message{}, err
	}
	d, it, err := c.unfinished()
	if err != nil {
		return models.Message{}, err
	}
	if it == nil {
		return c.fill(make())
	}
	if c.Now.Sub(it.created()) >= draftLasts {
		if err := c.eraseDraft(it); err != nil {
			return models.Message{}, err
		}
		return c.fill(make())
	}
	if !strings.HasPrefix(d.Step, stepResume) {
		c.step(d, stepResume+d.Step)
	}
	c.asking = true
	return unfinishedMessage(it), nil
}

func unfinishedMessage(it item) models.Message {
	key := "draft.exists"
	if it.what() == "" {
		key = "draft.exists_empty"
	}
	return models.Message{Key: key, About: it.Entity()}
}

// unfinished finds the draft that the actor has not finished, with the dialog
// about it. One whose dialog gave way to another is taken up at its preview.
func (c *Call) unfinished() (*models.Dialog, item, error) {
	d, err := c.Dialog()
	if err != nil {
		return nil, nil, err
	}
	if d != nil && d.Name == dialogItem {
		it, err := c.item(d.About)
		return d, it, err
	}
	entity, err := c.Draft(c.Actor.Person.ID)
	if err != nil || entity.Zero() {
		return nil, nil, err
	}
	it, err := c.item(entity)
	if err != nil {
		return nil, nil, err
	}
	step := stepPreview
	if it.what() == "" {
		step = itemSteps[0]
	}
	return c.open(dialogItem, step, entity), it, nil
}

func (c *Call) takeItem(d *models.Dialog, text string) (models.Message, error) {
	it, err := c.item(d.About)
	if err != nil {
		return models.Message{}, err
	}
	if c.Now.Sub(it.created()) >= draftLasts {
		c.Remove(d)
		c.asking = false
		if err := c.dropHeld(d.Step); err != nil {
			return models.Message{}, err
		}
		return models.Message{Key: "draft.expired"}, c.eraseDraft(it)
	}
	switch {
	case strings.HasPrefix(d.Step, stepResume):
		return c.resume(d, it, text)
	case d.Step == stepPreview:
		return c.decide(d, it, text)
	case strings.HasPrefix(d.Step, prefixAgain):
		return c.takeAgain(d, it, text)
	case isHeld(d.Step):
		return c.takeHeld(d, it, text)
	case strings.HasPrefix(d.Step, prefixConsent):
		return c.takeConsent(d, it, text)
	case d.Step == stepTwice:
		return c.takeTwice(d, it, text)
	case d.Step == stepChange && c.changesWhom(it, text):
		if n, ok := it.(needItem); ok && n.ForOther {
			return c.next(d, it, prefixConsent+stepPreview), nil
		}
		return c.next(d, it, stepPreview), nil
	case d.Step == stepChange:
		field, err := c.field(it.Entity().Kind, text)
		if err != nil {
			return models.Message{}, err
		}
		return c.next(d, it, stepField+field), nil
	}
	field, alone := strings.CutPrefix(d.Step, stepField)
	if m, again := c.askedAgain(it, field, text); again {
		return m, nil
	}
	then := stepPreview
	if !alone {
		then = nextStep(d.Step)
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

// takeHeld goes on when the last line that was held back is decided on.
func (c *Call) takeHeld(d *models.Dialog, it item, text string) (models.Message, error) {
	h, _ := parseHeld(d.Step)
	m, over, err := c.decideHeld(d, it, h, text)
	if err != nil || !over {
		return m, err
	}
	return c.onward(d, it, h.then)
}

// onward asks the next question, but not for a way to reach somebody that they
// wrote already and had kept in private.
func (c *Call) onward(d *models.Dialog, it item, step string) (models.Message, error) {
	if step == "contact" {
		known, err := c.Opened(it.Entity())
		if err != nil {
			return models.Message{}, err
		}
		if known[models.FieldContact] != "" {
			step = stepPreview
		}
	}
	return c.next(d, it, step), nil
}

// askedAgain is the question for a time once more, for who wants none of the
// times that were offered.
func (c *Call) askedAgain(it item, field, text string) (models.Message, bool) {
	if field != "when" || strings.TrimSpace(text) != "?" {
		return models.Message{}, false
	}
	return models.Message{Key: c.reg.question(it.prefix(), field), About: it.Entity()}, true
}

// nextOf is the question after a field's, empty if it is not one of the five.
func nextOf(field string) string {
	if !slices.Contains(itemSteps, field) {
		return ""
	}
	return nextStep(field)
}

func nextStep(step string) string {
	switch step {
	case stepAddress:
		return stepNote
	case stepNote:
		return stepPreview
	}
	return itemSteps[slices.Index(itemSteps, step)+1]
}

// next asks the question of a step.
func (c *Call) next(d *models.Dialog, it item, step string) models.Message {
	asked, again := parseAgain(step)
	if again && asked == nil {
		step = stepPreview
	}
	c.step(d, step)
	if asked != nil {
		return c.askAgain(it, asked[0])
	}
	if h, held := parseHeld(step); held {
		return heldMessage(h, it)
	}
	if field, alone := strings.CutPrefix(step, stepField); alone {
		return models.Message{Key: c.reg.question(it.prefix(), field), About: it.Entity()}
	}
	if strings.HasPrefix(step, prefixConsent) {
		return models.Message{Key: "need.consent", About: it.Entity()}
	}
	key := it.prefix() + ".ask." + step
	switch step {
	case stepPreview:
		return preview(it)
	case stepTwice:
		key = "need.twice"
	case stepChange:
		key = "need.change.ask"
	case stepAddress, stepNote:
		key = c.reg.question(it.prefix(), step)
	}
	if forOther(it) && c.reg.cat.Has(key+"_other") {
		key += "_other"
	}
	return models.Message{Key: key, About: it.Entity()}
}

func preview(it item) models.Message {
	return models.Message{Key: it.prefix() + ".preview", About: it.Entity()}
}
