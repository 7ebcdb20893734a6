package commands

import (
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/guard"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// The steps of a dialog in which a public line waits for a decision: something
// private is in it, or something that nobody has to say.
const (
	prefixHeld = "held:"
	prefixHint = "hint:"
	stepSaved  = "saved" // what follows where there is no further question
)

// heldStep says which fields are held back, the first of which is asked about,
// and which step follows when all are decided.
type heldStep struct {
	hint   bool
	fields []string
	then   string
}

func (h heldStep) String() string {
	prefix := prefixHeld
	if h.hint {
		prefix = prefixHint
	}
	return prefix + strings.Join(h.fields, ",") + ":" + h.then
}

func isHeld(step string) bool {
	_, held := parseHeld(step)
	return held
}

func (h heldStep) field() string { return h.fields[0] }

// parseHeld reads a dialog's step.
func parseHeld(step string) (heldStep, bool) {
	rest, held := strings.CutPrefix(step, prefixHeld)
	rest, hint := strings.CutPrefix(rest, prefixHint)
	fields, then, ok := strings.Cut(rest, ":")
	if !held && !hint || !ok {
		return heldStep{}, false
	}
	return heldStep{hint, strings.Split(fields, ","), then}, true
}

// heldBy is where the lines of a person wait, sealed.
func heldBy(person models.ID) models.Entity {
	return models.Entity{Kind: models.KindDialog, ID: person}
}

// hold seals a value that everybody would read, if something in it is private
// or need not be said. It reports whether it did: then the value is nowhere else
// and has to be asked about.
func (c *Call) hold(field string, v value) (bool, error) {
	text := v.text
	switch {
	case field == "area" && v.area == nil:
		if err := c.mayNameArea(v.areaName); err != nil {
			return false, err
		}
		text = v.areaName
	case field != "what":
		return false, nil
	}
	found := guard.Check(text)
	if len(privateOnes(found)) == 0 && (field == "area" || len(hintsOf(found)) == 0) {
		return false, nil
	}
	return true, c.Seal(heldBy(c.Actor.Person.ID), models.HeldField(field), text)
}

// heldText is a public value as it was written.
func (v Values) heldText(field string) string {
	if text := v.Text(field); text != "" {
		return text
	}
	return v[field].areaName
}

func privateOnes(found []guard.Finding) []guard.Finding {
	var private []guard.Finding
	for _, f := range found {
		if f.Kind.Private() {
			private = append(private, f)
		}
	}
	return private
}

// hintsOf are the findings that a person is only reminded of: they need not be
// said, but may be.
func hintsOf(found []guard.Finding) []guard.Finding {
	var hints []guard.Finding
	for _, f := range found {
		if !f.Kind.Private() && f.Kind != guard.Danger {
			hints = append(hints, f)
		}
	}
	return hints
}

// askHeld asks about the first field that is held back, given its text.
func (c *Call) askHeld(d *models.Dialog, it item, h heldStep, text string) models.Message {
	h.hint = onlyHints(text)
	c.step(d, h.String())
	return heldMessage(h, it)
}

func onlyHints(text string) bool { return len(privateOnes(guard.Check(text))) == 0 }

func heldMessage(h heldStep, it item) models.Message {
	if h.hint {
		return models.Message{Key: "guard.hint", About: it.Entity()}
	}
	return models.Message{Key: "guard.private", About: it.Entity()}
}

// The answers, by the codes of their buttons.
const (
	writeAgain  = "write_again"
	notPrivate  = "not_private"
	takeOutPart = "take_out"
	leaveIn     = "leave_in"
)

// keepCodes are the buttons that keep what was found, by its kind; the last is
// for several kinds at once.
var keepCodes = map[guard.Kind]string{guard.Phone: "keep_phone", guard.Email: "keep_email", guard.Address: "keep_address", "": "keep_details"}

// decideHeld uses the answer to the question about a line that is held back.
// Over says that nothing is held any more and all is kept: the caller goes on
// with the step that follows.
func (c *Call) decideHeld(d *models.Dialog, it item, h heldStep, answer string) (m models.Message, over bool, err error) {
	codes := []string{"keep_phone", "keep_email", "keep_address", "keep_details", writeAgain, notPrivate}
	if h.hint {
		codes = []string{takeOutPart, leaveIn}
	}
	code, ok := c.reg.vocab.code("button.", codes, answer)
	if !ok {
		return m, false, mistakeAboutChoice(len(codes[max(0, len(codes)-3):]))
	}
	opened, err := c.Opened(heldBy(c.Actor.Person.ID))
	if err != nil {
		return m, false, err
	}
	text := opened[models.HeldField(h.field())]
	switch code {
	case writeAgain:
		return c.writeAgain(d, it, h), false, c.dropHeld(h.String())
	case takeOutPart:
		text = c.reg.vocab.without(text, hintsOf(guard.Check(text)))
	case notPrivate, leaveIn:
	default:
		private := privateOnes(guard.Check(text))
		if err := c.keepPrivate(it, text, private); err != nil {
			return m, false, err
		}
		text = c.reg.redacted(c.lang, h.field(), text, private)
	}
	if !says(text, c.reg.mark(c.lang)) {
		return c.writeAgain(d, it, h), false, c.dropHeld(h.String())
	}
	if !h.hint && h.field() == "what" && len(hintsOf(guard.Check(text))) > 0 {
		h.hint = true
		c.step(d, h.String())
		return heldMessage(h, it), false, c.Seal(heldBy(c.Actor.Person.ID), models.HeldField(h.field()), text)
	}
	return c.useHeld(d, it, h, text, opened)
}

// useHeld keeps a line that was decided on, and asks about the next.
func (c *Call) useHeld(d *models.Dialog, it item, h heldStep, text string, opened map[models.PrivateField]string) (m models.Message, over bool, err error) {
	v := value{text: text}
	if h.field() == "area" {
		if v, err = c.binder().value(nil, itemParam(it.Entity().Kind, "area"), text); err != nil {
			return m, false, err
		}
	}
	if err := c.put(it, h.field(), v); err != nil {
		return m, false, err
	}
	if err := c.Seal(heldBy(c.Actor.Person.ID), models.HeldField(h.field()), ""); err != nil {
		return m, false, err
	}
	h.fields = h.fields[1:]
	if len(h.fields) == 0 {
		return m, true, nil
	}
	return c.askHeld(d, it, h, opened[models.HeldField(h.field())]), false, nil
}

// writeAgain asks for a line once more.
func (c *Call) writeAgain(d *models.Dialog, it item, h heldStep) models.Message {
	if asked, again := parseAgain(h.then); again {
		return c.next(d, it, anew(h.fields, asked))
	}
	step := stepField + h.field()
	if d.Name == dialogItem && h.then == nextOf(h.field()) {
		step = h.field()
	}
	return c.next(d, it, step)
}

// keepPrivate seals what was found in a line beside what is known already: how
// to reach the person, and where they live. An offer has no address.
func (c *Call) keepPrivate(it item, text string, private []guard.Finding) error {
	known, err := c.Opened(it.Entity())
	if err != nil {
		return err
	}
	for _, f := range private {
		field := models.FieldContact
		if f.Kind == guard.Address {
			field = models.FieldAddress
			if it.Entity().Kind == models.KindOffer {
				field = models.FieldNote
			}
		}
		found := strings.TrimSpace(text[f.Start:f.End])
		switch {
		case strings.Contains(known[field], found):
		case known[field] == "":
			known[field] = found
		default:
			known[field] += ", " + found
		}
		clean, err := Clean(known[field], models.MaxPrivate)
		if err != nil {
			return err
		}
		if err := c.Seal(it.Entity(), field, clean); err != nil {
			return err
		}
	}
	return nil
}

// dropHeld forgets what a step of a dialog held back, also one that waits for
// another question.
func (c *Call) dropHeld(step string) error {
	h, held := parseHeld(strings.TrimPrefix(strings.TrimPrefix(step, stepResume), prefixConsent))
	if !held {
		return nil
	}
	for _, field := range h.fields {
		if err := c.Seal(heldBy(c.Actor.Person.ID), models.HeldField(field), ""); err != nil {
			return err
		}
	}
	return nil
}
