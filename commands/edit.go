package commands

import (
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

const dialogEdit = "edit"

// editCommand changes what was asked for or offered.
func editCommand() *Command {
	params := append([]Param{{Name: "ref", Type: TypeRef, Required: true}}, itemParams(models.KindNeed)...)
	for i := range params[1:] {
		params[i+1].Named, params[i+1].Rest = true, false
	}
	return &Command{
		Name: "edit", Group: GroupYours, Right: models.RightEdit, Params: params, Do: (*Call).edit,
		Says: map[string]Speech{"error.not_allowed.edit": {Fill: fillTeam}},
	}
}

func (c *Call) edit() (models.Message, error) {
	it, err := c.editable()
	if err != nil {
		return models.Message{}, err
	}
	var changed, held []string
	for _, p := range itemParams(models.KindNeed) {
		v, given := c.Args[p.Name]
		if !given {
			continue
		}
		if itemParam(it.Entity().Kind, p.Name) == nil {
			return models.Message{}, mistake("error.bad_option_none", models.Args{"Command": models.CodeArg("command.edit.name")}).echo("Option", p.Name)
		}
		back, err := c.putOrHold(it, p.Name, v)
		switch {
		case err != nil:
			return models.Message{}, err
		case back:
			held = append(held, p.Name)
		default:
			changed = append(changed, p.Name)
		}
	}
	switch {
	case held != nil:
		if changed != nil {
			if _, err := c.edited(it, changed); err != nil {
				return models.Message{}, err
			}
		}
		d := c.open(dialogEdit, stepChange, it.Entity())
		return c.askHeld(d, it, heldStep{fields: held, then: stepSaved}, c.Args.heldText(held[0])), nil
	case changed == nil:
		c.open(dialogEdit, stepChange, it.Entity())
		return models.Message{Key: "edit.ask", About: it.Entity()}, nil
	}
	return c.edited(it, changed)
}

// editable loads what is to be changed and checks that it may be, by this
// person and in its state.
func (c *Call) editable() (item, error) {
	if c.Args.Ref("ref").Kind == models.KindOffer {
		o, err := c.offerFor(models.RightEdit)
		if err != nil {
			return nil, err
		}
		return offerItem{o}, refusedAbout(o.Edit(), o.Entity(), nil)
	}
	n, _, err := c.needFor(models.RightEdit, "error.not_allowed.edit")
	if err != nil {
		return nil, err
	}
	return needItem{n}, refusedAbout(n.Edit(), n.Entity(), nil)
}

// edited tells what follows: the card if it shows the change, and whoever took
// the need.
func (c *Call) edited(it item, changed []string) (models.Message, error) {
	c.Save(it.row())
	c.Record(it.Entity(), "edited")
	if err := c.tellHelpers(it, changed[0]); err != nil {
		return models.Message{}, err
	}
	for _, field := range changed {
		if !itemParam(it.Entity().Kind, field).Private {
			return models.Message{Key: "edit.saved", About: it.Entity()}, c.Show(it.Entity())
		}
	}
	return models.Message{Key: "edit.saved_private", About: it.Entity()}, nil
}

func (c *Call) tellHelpers(it item, field string) error {
	if it.Entity().Kind != models.KindNeed {
		return nil
	}
	live, err := c.LiveClaims(it.Entity().ID)
	if err != nil {
		return err
	}
	told := models.Message{Key: "edit.helper_told", About: it.Entity(), Args: models.Args{"Field": models.CodeArg("field." + field)}}
	for _, claim := range live {
		if err := c.tellOthers(told, claim.PersonID); err != nil {
			return err
		}
	}
	return nil
}

// editConversation asks which field, and then for its value.
func editConversation() conversation {
	end := func(*Call, *models.Dialog) (models.Message, error) {
		return models.Message{Key: "edit.cancelled"}, nil
	}
	leave := func(c *Call, d *models.Dialog) (models.Message, error) {
		c.Remove(d)
		c.asking = false
		return models.Message{Key: "edit.cancelled"}, c.dropHeld(d.Step)
	}
	back := func(c *Call, d *models.Dialog) (models.Message, error) {
		if d.Step == stepChange {
			return models.Message{}, mistake("draft.no_back", nil)
		}
		if err := c.dropHeld(d.Step); err != nil {
			return models.Message{}, err
		}
		c.step(d, stepChange)
		return models.Message{Key: "edit.ask", About: d.About}, nil
	}
	return conversation{free: freeItemStep, cancel: end, skip: leave, back: back, take: (*Call).takeEdit, again: (*Call).againEdit}
}

func (c *Call) takeEdit(d *models.Dialog, text string) (models.Message, error) {
	it, err := c.item(d.About)
	if err != nil {
		return models.Message{}, err
	}
	if d.Step == stepChange {
		field, err := c.field(d.About.Kind, text)
		if err != nil {
			return models.Message{}, err
		}
		return c.next(d, it, stepField+field), nil
	}
	// Since the question was asked the need may have passed into other hands
	// or been closed, so the right is checked again.
	c.Args = Values{"ref": {ref: it.Ref()}}
	if it, err = c.editable(); err != nil {
		return models.Message{}, err
	}
	field := strings.TrimPrefix(d.Step, stepField)
	if h, held := parseHeld(d.Step); held {
		if m, over, err := c.decideHeld(d, it, h, text); err != nil || !over {
			return m, err
		}
		field = h.field()
	} else {
		if m, again := c.askedAgain(it, field, text); again {
			return m, nil
		}
		held, err := c.take(it, field, text)
		if err != nil {
			return models.Message{}, err
		}
		if held {
			return c.askHeld(d, it, heldStep{fields: []string{field}, then: stepSaved}, text), nil
		}
	}
	c.Remove(d)
	c.asking = false
	return c.edited(it, []string{field})
}

// againEdit is the open question once more.
func (c *Call) againEdit(d *models.Dialog) (models.Message, error) {
	it, err := c.item(d.About)
	if err != nil || d.Step == stepChange {
		return models.Message{Key: "edit.ask", About: d.About}, err
	}
	return c.next(d, it, d.Step), nil
}
