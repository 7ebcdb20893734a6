package commands

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/when"
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
	return conversation{free: freeItemStep, take: (*Call).takeItem, back: (*Call).backItem, skip: (*Call).skipItem, cancel: (*Call).cancelItem}
}

// freeItemStep lists the questions that any text answers.
func freeItemStep(step string) bool {
	switch strings.TrimPrefix(step, stepField) {
	case "what", "contact", stepAddress, stepNote:
		return true
	}
	return false
}

// begin starts asking for a need or an offer. One that was started before is
// offered first, so that nothing is lost by typing a command again.
func (c *Call) begin(make func() item) (models.Message, error) {
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
	key := "draft.exists"
	if it.what() == "" {
		key = "draft.exists_empty"
	}
	return models.Message{Key: key, About: d.About}, nil
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

// fill uses what the line said already. Without a single word on what it is,
// the five questions come; else what was understood is shown for a look.
func (c *Call) fill(it item) (models.Message, error) {
	c.Add(it.row())
	if !c.Args.Has("what") && len(c.Args) == 0 {
		c.open(dialogItem, "what", it.Entity())
		return models.Message{Key: it.prefix() + ".ask.first", About: it.Entity()}, nil
	}
	unclear, err := c.guess(it)
	if err != nil {
		return models.Message{}, err
	}
	for _, p := range itemParams(it.Entity().Kind) {
		if v, given := c.Args[p.Name]; given {
			if err := c.put(it, p.Name, v); err != nil {
				return models.Message{}, err
			}
		}
	}
	if it.what() == "" {
		c.open(dialogItem, "what", it.Entity())
		return models.Message{Key: it.prefix() + ".ask.first", About: it.Entity()}, nil
	}
	if unclear != nil {
		c.open(dialogItem, stepField+"when", it.Entity())
		return models.Message{Key: "when.which", About: it.Entity(), Args: newAmbiguous(unclear.Options).Message.Args}, nil
	}
	c.open(dialogItem, stepPreview, it.Entity())
	return preview(it), nil
}

// guess fills in what a free line says in passing: a time, an area, a kind of
// help. It is shown before it counts; a time that could be two is returned, to
// be asked about.
func (c *Call) guess(it item) (unclear *when.AmbiguousError, err error) {
	line := c.Args.Text("what")
	if !c.Args.Has("category") {
		if err := it.set(c, "category", value{category: c.reg.vocab.mentioned(line)}); err != nil {
			return nil, err
		}
	}
	if found, ok := when.Find(line, c.Now.In(c.zone()), c.lang); ok && !c.Args.Has("when") {
		if found.Err == nil {
			err = it.set(c, "when", value{when: found.When})
		} else if !errors.As(found.Err, &unclear) {
			unclear = nil // past or unknown: nothing is filled in, and the preview shows that
		}
	}
	if err != nil || c.Args.Has("area") {
		return unclear, err
	}
	areas, err := c.Areas()
	for i := range areas {
		if containsWords(line, areas[i].Name) {
			return unclear, it.set(c, "area", value{area: &areas[i]})
		}
	}
	return unclear, err
}

func (c *Call) takeItem(d *models.Dialog, text string) (models.Message, error) {
	it, err := c.item(d.About)
	if err != nil {
		return models.Message{}, err
	}
	if c.Now.Sub(it.created()) >= draftLasts {
		c.Remove(d)
		c.asking = false
		return models.Message{Key: "draft.expired"}, c.eraseDraft(it)
	}
	switch {
	case strings.HasPrefix(d.Step, stepResume):
		return c.resume(d, it, text)
	case d.Step == stepPreview:
		return c.decide(d, it, text)
	case d.Step == stepChange:
		field, err := c.field(it.Entity().Kind, text)
		if err != nil {
			return models.Message{}, err
		}
		c.step(d, stepField+field)
		return models.Message{Key: c.reg.question(it.prefix(), field), About: it.Entity()}, nil
	}
	field, alone := strings.CutPrefix(d.Step, stepField)
	if m, again := c.askedAgain(it, field, text); again {
		return m, nil
	}
	if err := c.take(it, field, text); err != nil {
		return models.Message{}, err
	}
	if alone {
		return c.next(d, it, stepPreview), nil
	}
	return c.next(d, it, nextStep(d.Step)), nil
}

// askedAgain is the question for a time once more, for who wants none of the
// times that were offered.
func (c *Call) askedAgain(it item, field, text string) (models.Message, bool) {
	if field != "when" || strings.TrimSpace(text) != "?" {
		return models.Message{}, false
	}
	return models.Message{Key: c.reg.question(it.prefix(), field), About: it.Entity()}, true
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
	c.step(d, step)
	switch step {
	case stepPreview:
		return preview(it)
	case stepAddress, stepNote:
		return models.Message{Key: c.reg.question(it.prefix(), step), About: it.Entity()}
	}
	return models.Message{Key: it.prefix() + ".ask." + step, About: it.Entity()}
}

func preview(it item) models.Message {
	return models.Message{Key: it.prefix() + ".preview", About: it.Entity()}
}

func (c *Call) resume(d *models.Dialog, it item, text string) (models.Message, error) {
	code, ok := c.reg.vocab.code("button.", []string{"go_on", "start_again"}, text)
	switch {
	case !ok:
		return models.Message{}, mistake("error.choice", models.Args{"Count": models.CountArg(2)})
	case code == "go_on":
		return c.resumeAt(d, it, strings.TrimPrefix(d.Step, stepResume)), nil
	}
	if err := c.eraseDraft(it); err != nil {
		return models.Message{}, err
	}
	c.Args = Values{}
	if it.Entity().Kind == models.KindNeed {
		return c.fill(c.newNeed())
	}
	return c.fill(c.newOffer())
}

func (c *Call) resumeAt(d *models.Dialog, it item, step string) models.Message {
	if step == stepChange || strings.HasPrefix(step, stepField) {
		step = stepPreview
	}
	return c.next(d, it, step)
}

// decide is the answer to the preview.
func (c *Call) decide(d *models.Dialog, it item, text string) (models.Message, error) {
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
		c.step(d, stepChange)
		return models.Message{Key: "need.change.ask", About: it.Entity()}, nil
	}
	if err := it.post(c); err != nil {
		return models.Message{}, err
	}
	c.Save(it.row())
	c.Remove(d)
	c.asking = false
	c.Record(it.Entity(), "posted")
	return models.Message{Key: it.prefix() + ".posted", About: it.Entity()}, c.Show(it.Entity())
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
	switch {
	case i == 0:
		return models.Message{}, mistake("draft.no_back", nil)
	case i > 0:
		return c.next(d, it, itemSteps[i-1]), nil
	case d.Step == stepNote && it.Entity().Kind == models.KindNeed:
		return c.next(d, it, stepAddress), nil
	}
	return c.next(d, it, stepPreview), nil
}

// skipItem leaves a question out. What has to be known for the board cannot be.
func (c *Call) skipItem(d *models.Dialog) (models.Message, error) {
	it, err := c.item(d.About)
	if err != nil {
		return models.Message{}, err
	}
	switch d.Step {
	case "what":
		return models.Message{}, mistake("draft.no_skip", nil)
	case "category", "area", "when", "contact", stepAddress, stepNote:
		return c.next(d, it, nextStep(d.Step)), nil
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
	return c.EraseSecrets(it.Entity())
}

// containsWords reports whether the words stand in a line, whole and in order.
func containsWords(line, words string) bool {
	return strings.Contains(spaced(line), spaced(words))
}
