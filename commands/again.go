package commands

import (
	"slices"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// againName is the command that asks the open question once more.
const againName = "again"

// againCommand asks the open question once more and changes nothing: for a
// platform on which an answer does not stay to be read, and for a button of an
// older question.
func againCommand() *Command {
	return &Command{
		Name: againName, Right: models.RightUse,
		Do: func(c *Call) (models.Message, error) {
			d, err := c.Dialog()
			if err != nil {
				return models.Message{}, err
			}
			if d == nil {
				return models.Message{}, mistake("draft.none", nil)
			}
			c.asking = true
			return conversations[d.Name].again(c, d)
		},
	}
}

// strayButton reports whether a line is the button of another question than the
// open one, which takes any text: it would be kept as the answer, in the place of
// an address. The questions of setup have buttons beside a free answer.
func (c *Call) strayButton(d *models.Dialog) bool {
	return c.pressed && d.Name != dialogSetup && conversations[d.Name].free(d.Step)
}

// againSetup is the open question of setup.
func (c *Call) againSetup(d *models.Dialog) (models.Message, error) {
	i := slices.Index(setupSteps, d.Step)
	if i < 0 {
		return models.Message{Key: "setup.again"}, nil
	}
	return c.askSetup(d, i), nil
}

// againNote is the open question about a note for whoever comes next.
func againNote(_ *Call, d *models.Dialog) (models.Message, error) {
	key := "release.note_ask"
	if d.Step == "ask" {
		key = "release.done"
	}
	return models.Message{Key: key, About: d.About}, nil
}

// againLook is the question why somebody wants to look.
func againLook(_ *Call, d *models.Dialog) (models.Message, error) {
	return models.Message{Key: "details.reason_ask", About: d.About}, nil
}

// ShowsPrivate reports whether the answer to a line shows private values, by
// what its command is for: a platform can ask for a press first, and has it run
// only then.
func (r *Registry) ShowsPrivate(line string) bool {
	command := r.commandOf(line)
	return command != nil && command.Private
}
