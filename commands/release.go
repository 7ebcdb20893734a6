package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/models"
)

const dialogNote = "note"

// releaseCommand gives a need back, without a reason.
func releaseCommand() *Command {
	return &Command{
		Name: "release", Group: GroupHelp, Right: models.RightRelease,
		Params: []Param{paramNeed(), {Name: "note", Type: TypeText, Named: true, Private: true, Max: models.MaxPrivate}},
		Do: func(c *Call) (models.Message, error) {
			n, claims, err := c.needFor(models.RightRelease, "release.not_yours")
			if err != nil {
				return models.Message{}, err
			}
			if c.Args.Has("note") {
				if err := c.Seal(n.Entity(), models.FieldHandoff, c.Args.Text("note")); err != nil {
					return models.Message{}, err
				}
			}
			return c.release(n, models.ClaimOf(claims, c.Actor.Person.ID))
		},
		Says: map[string]Speech{
			"release.done": {Buttons: func(v *View) {
				v.button("button.leave_note", "answer leave_note")
				v.button("button.no", "answer no")
			}},
		},
	}
}

func (c *Call) release(n *models.Need, claim *models.Claim) (models.Message, error) {
	if err := c.giveBack(n, claim); err != nil {
		return models.Message{}, err
	}
	open, err := c.Dialog()
	if err != nil {
		return models.Message{}, err
	}
	if c.Args.Has("note") || open != nil {
		// The question about a note never interrupts another one.
		c.asking = open != nil
		return models.Message{Key: "release.done_short", About: n.Entity()}, nil
	}
	c.open(dialogNote, "ask", n.Entity())
	return models.Message{Key: "release.done", About: n.Entity()}, nil
}

// giveBack ends the actor's claim.
func (c *Call) giveBack(n *models.Need, claim *models.Claim) error {
	if err := n.Release(claim, c.Actor.Person, models.ReleasedByHolder, c.Now); err != nil {
		return refusedAbout(err, n.Entity(), nil)
	}
	c.Save(claim, c.Actor.Person)
	if err := c.changed(n, "released"); err != nil {
		return err
	}
	if err := c.takeHandOff(n); err != nil {
		return err
	}
	return c.tellOthers(models.Message{Key: "release.neighbor_told", About: n.Entity()}, n.PersonID, n.FilerID)
}

// noteConversation asks who gave a need back what the next person should know.
func noteConversation() conversation {
	end := func(c *Call, d *models.Dialog) (models.Message, error) {
		c.Remove(d)
		c.asking = false
		return models.Message{Key: "release.note_none"}, nil
	}
	return conversation{
		free: func(step string) bool { return step != "ask" },
		cancel: func(*Call, *models.Dialog) (models.Message, error) {
			return models.Message{Key: "release.note_none"}, nil
		},
		skip:  end,
		again: againNote,
		back: func(c *Call, d *models.Dialog) (models.Message, error) {
			c.step(d, "ask")
			return models.Message{Key: "release.done", About: d.About}, nil
		},
		take: func(c *Call, d *models.Dialog, text string) (models.Message, error) {
			if d.Step == "ask" {
				switch {
				case c.reg.vocab.word("no", text):
					return end(c, d)
				case c.reg.vocab.word("yes", text) || c.isButton("leave_note", text):
					c.step(d, "write")
					return models.Message{Key: "release.note_ask", About: d.About}, nil
				case c.standsAsCommand(text):
					return models.Message{}, mistakeAboutChoice(2)
				}
			}
			note, err := Clean(text, models.MaxPrivate)
			if err != nil {
				return models.Message{}, err
			}
			c.Remove(d)
			c.asking = false
			return models.Message{Key: "release.note_saved"}, c.Seal(d.About, models.FieldHandoff, note)
		},
	}
}

// standsAsCommand reports whether a line is a command rather than the beginning
// of a note: a command's name alone, or one with arguments that fit it.
func (c *Call) standsAsCommand(text string) bool {
	if !c.namesCommand(text) {
		return false
	}
	line, _ := c.reg.vocab.parse(text) // namesCommand has read it
	command := c.reg.vocab.command(line.Name)
	if len(line.Args) == 0 {
		return true
	}
	for _, p := range command.Params {
		if p.Rest {
			return false
		}
	}
	_, err := c.binder().bind(command, text, line)
	return err == nil
}

func (c *Call) isButton(code, text string) bool {
	_, ok := c.reg.vocab.code("button.", []string{code}, text)
	return ok
}
