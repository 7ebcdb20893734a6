package commands

import (
	"errors"
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// resume goes on with a draft, or begins anew.
func (c *Call) resume(d *models.Dialog, it item, text string) (models.Message, error) {
	code, ok := c.reg.vocab.code("button.", []string{"go_on", "start_again"}, text)
	switch {
	case !ok:
		return models.Message{}, mistake("error.choice", models.Args{"Count": models.CountArg(2)})
	case code == "go_on":
		return c.resumeAt(d, it, strings.TrimPrefix(d.Step, stepResume)), nil
	}
	if err := errors.Join(c.dropHeld(d.Step), c.eraseDraft(it)); err != nil {
		return models.Message{}, err
	}
	c.Args = Values{}
	if it.Entity().Kind == models.KindNeed {
		return c.fill(c.newNeed())
	}
	return c.fill(c.newOffer())
}

func (c *Call) resumeAt(d *models.Dialog, it item, step string) models.Message {
	if step == stepChange || step == stepTwice || strings.HasPrefix(step, stepField) {
		step = stepPreview
	}
	return c.next(d, it, step)
}

// decide is the answer to the preview.
func (c *Call) decide(d *models.Dialog, it item, text string) (models.Message, error) {
	if field, value, ok := c.newValue(it.Entity().Kind, text); ok {
		return c.change(d, it, field, value)
	}
	code, ok := c.reg.vocab.code("button.", []string{"post", "add_address_note", "change"}, text)
	switch {
	case !ok:
		return models.Message{}, mistakeAboutChoice(3 + 1)
	case code == "add_address_note":
		if it.Entity().Kind == models.KindOffer {
			return c.next(d, it, stepNote), nil
		}
		return c.next(d, it, stepAddress), nil
	case code == "change":
		return c.next(d, it, stepChange), nil
	}
	return c.toPost(d, it)
}

// toPost posts a draft, unless there is something to be asked before.
func (c *Call) toPost(d *models.Dialog, it item) (models.Message, error) {
	if n, ok := it.(needItem); ok {
		if n.ForOther && n.Consent == "" {
			return c.next(d, it, prefixConsent+stepPost), nil
		}
		if twice, err := c.saidBefore(n); err != nil || twice != nil {
			return c.next(d, it, stepTwice), err
		}
	}
	return c.post(d, it)
}

func (c *Call) post(d *models.Dialog, it item) (models.Message, error) {
	if err := c.mayPost(); err != nil {
		return models.Message{}, err
	}
	if err := it.post(c); err != nil {
		return models.Message{}, err
	}
	c.Save(it.row())
	c.Remove(d)
	c.asking = false
	c.Record(it.Entity(), "posted")
	key := it.prefix() + ".posted"
	if forOther(it) {
		key = "need.posted_other"
	}
	return models.Message{Key: key, About: it.Entity()}, c.Show(it.Entity())
}

func mistakeAboutChoice(n int) *Mistake {
	return mistake("error.choice", models.Args{"Count": models.CountArg(n)})
}

func (c *Call) backItem(d *models.Dialog) (models.Message, error) {
	it, err := c.item(d.About)
	if err != nil {
		return models.Message{}, err
	}
	i := slices.Index(itemSteps, d.Step)
	h, held := parseHeld(d.Step)
	switch {
	case held:
		return c.writeAgain(d, it, h), c.dropHeld(h.String())
	case i == 0, strings.HasPrefix(d.Step, prefixConsent) && it.what() == "", strings.HasPrefix(d.Step, prefixAgain):
		return models.Message{}, mistake("draft.no_back", nil)
	case i > 0:
		return c.next(d, it, itemSteps[i-1]), nil
	case d.Step == stepNote && it.Entity().Kind == models.KindNeed:
		return c.next(d, it, stepAddress), nil
	}
	return c.next(d, it, stepPreview), nil
}

// againItem is the open question once more.
func (c *Call) againItem(d *models.Dialog) (models.Message, error) {
	it, err := c.item(d.About)
	if err != nil {
		return models.Message{}, err
	}
	if strings.HasPrefix(d.Step, stepResume) {
		c.asking = true
		return unfinishedMessage(it), nil
	}
	return c.next(d, it, d.Step), nil
}

// skipItem leaves a question out. What has to be known for the board cannot be.
func (c *Call) skipItem(d *models.Dialog) (models.Message, error) {
	it, err := c.item(d.About)
	if err != nil {
		return models.Message{}, err
	}
	if isHeld(d.Step) || strings.HasPrefix(d.Step, prefixConsent) {
		return models.Message{}, mistake("draft.no_skip", nil)
	}
	if strings.HasPrefix(d.Step, prefixAgain) {
		return c.skipAgain(d, it)
	}
	switch d.Step {
	case "what":
		return models.Message{}, mistake("draft.no_skip", nil)
	case "category", "area", "when", "contact", stepAddress, stepNote:
		return c.onward(d, it, nextStep(d.Step))
	case stepPreview:
		return models.Message{}, mistakeAboutChoice(3 + 1)
	}
	return c.next(d, it, stepPreview), nil
}

func (c *Call) cancelItem(d *models.Dialog) (models.Message, error) {
	it, err := c.item(d.About)
	if err != nil {
		return models.Message{}, err
	}
	return models.Message{Key: "draft.cancelled"}, c.eraseDraft(it)
}

// eraseDraft removes a draft and its private values for good.
func (c *Call) eraseDraft(it item) error {
	if !it.draft() {
		return nil
	}
	c.Remove(it.row())
	c.EraseSecrets(it.Entity())
	return nil
}

// containsWords reports whether the words stand in a line, whole and in order.
func containsWords(line, words string) bool {
	return strings.Contains(spaced(line), spaced(words))
}
