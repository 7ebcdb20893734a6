package commands

import (
	"errors"

	"github.com/berkshire-mutual-aid/shirebot/commands/when"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// fill uses what the line said already. Without a single word on what it is,
// the five questions come; else what was understood is shown for a look. That
// somebody else agreed is asked first.
func (c *Call) fill(it item) (models.Message, error) {
	c.Add(it.row())
	if n, ok := it.(needItem); ok {
		n.ForOther = c.Args.Text("for") == "other"
		delete(c.Args, "for")
	}
	step, message, err := c.filled(it)
	if err != nil {
		return models.Message{}, err
	}
	d := c.open(dialogItem, step, it.Entity())
	if forOther(it) {
		return c.next(d, it, prefixConsent+step), nil
	}
	return message, nil
}

// filled keeps what the line said, and works out what comes next.
func (c *Call) filled(it item) (step string, m models.Message, err error) {
	first := models.Message{Key: it.prefix() + ".ask.first", About: it.Entity()}
	if len(c.Args) == 0 {
		return "what", first, nil
	}
	unclear, err := c.guess(it)
	if err != nil {
		return "", m, err
	}
	held, err := c.putGiven(it)
	switch {
	case err != nil:
		return "", m, err
	case held != nil:
		h := c.heldOfLine(held, unclear)
		return h.String(), heldMessage(h, it), nil
	case it.what() == "":
		return "what", first, nil
	case unclear != nil:
		return stepField + "when", models.Message{Key: "when.which", About: it.Entity(), Args: newAmbiguous(unclear.Options).Message.Args}, nil
	}
	return stepPreview, preview(it), nil
}

// putGiven keeps what the line said by name, and lists what is held back of it.
func (c *Call) putGiven(it item) (held []string, err error) {
	for _, p := range itemParams(it.Entity().Kind) {
		v, given := c.Args[p.Name]
		if !given {
			continue
		}
		back, err := c.putOrHold(it, p.Name, v)
		if err != nil {
			return nil, err
		}
		if back {
			held = append(held, p.Name)
		}
	}
	return held, nil
}

// heldOfLine is the step in which what is held back of a line is asked about,
// and then what is left open.
func (c *Call) heldOfLine(held []string, unclear *when.AmbiguousError) heldStep {
	h := heldStep{hint: onlyHints(c.Args.heldText(held[0])), fields: held, then: stepPreview}
	switch {
	case !c.Args.Has("what"):
		h.then = "what"
	case unclear != nil:
		h.then = stepField + "when"
	}
	return h
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
