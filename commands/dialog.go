package commands

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// conversation is a dialog of several questions. Take uses an answer and
// returns the next question or the end.
type conversation struct {
	// free reports whether a step takes any text: then nothing but a "/" makes
	// a line a command.
	free func(step string) bool
	take func(c *Call, d *models.Dialog, text string) (models.Message, error)
	// back and skip lead to the question before and past this one.
	back func(c *Call, d *models.Dialog) (models.Message, error)
	skip func(c *Call, d *models.Dialog) (models.Message, error)
	// cancel ends it; the dialog itself is removed by the caller.
	cancel func(c *Call, d *models.Dialog) (models.Message, error)
	// again is the open question once more, for who was interrupted.
	again func(c *Call, d *models.Dialog) (models.Message, error)
}

// conversations by the name that a dialog is kept under.
var conversations map[string]conversation

func init() { // a table that refers to functions that refer to it
	conversations = map[string]conversation{
		dialogItem:  itemConversation(),
		dialogEdit:  editConversation(),
		dialogSetup: setupConversation(),
		dialogNote:  noteConversation(),
		dialogLook:  lookConversation(),
	}
}

// open starts a dialog with the actor, in place of any that was open.
func (c *Call) open(name, step string, about models.Entity) *models.Dialog {
	d := &models.Dialog{PersonID: c.Actor.Person.ID, CoalitionID: c.Actor.Coalition.ID, Name: name, Step: step, About: about, UpdatedAt: c.Now}
	c.Add(d)
	c.asking, c.at = true, d
	return d
}

// step moves the dialog to a question.
func (c *Call) step(d *models.Dialog, step string) {
	d.Step, d.UpdatedAt = step, c.Now
	c.Add(d)
	c.asking, c.at = true, d
}

// choosing reports whether the question that is asked now has buttons for all
// that can be said to it, so that nobody has to write.
func (c *Call) choosing() (bool, error) {
	d := c.at
	if d == nil {
		var err error
		if d, err = c.Dialog(); d == nil || err != nil {
			return false, err
		}
	}
	switch d.Name {
	case dialogSetup:
		return d.Step == "again", nil
	case dialogNote:
		return d.Step == "ask", nil
	case dialogItem, dialogEdit:
		among := d.Step == stepPreview || d.Step == stepChange || d.Step == stepTwice || isHeld(d.Step)
		return among || strings.HasPrefix(d.Step, stepResume) || strings.HasPrefix(d.Step, prefixConsent), nil
	}
	return false, nil
}

// awaitedAnswer uses a line as an answer, if one is awaited. A line that stands
// for a choice is turned into that choice's command line instead.
func (c *Call) awaitedAnswer(text string) (m models.Message, handled bool, err error) {
	choices, err := c.Choices(c.Actor.Account.ID, c.Now.Add(-choicesLast))
	if err != nil {
		return m, false, err
	}
	d, err := c.Dialog()
	if err != nil {
		return m, false, err
	}
	if line := c.reg.chosen(choices, text); line != "" && !asksNumber(d, text) {
		c.Line, c.numbered = line, true
		return m, false, nil
	}
	if d == nil && c.reg.declined(choices, text) {
		m, err = c.none(choices, text)
		return m, true, err
	}
	if d == nil || c.meantAsCommand(text) || d.Name == dialogItem && d.Step == "area" && c.namesCommand(text) {
		return m, false, nil
	}
	m, err = c.answer(d, text)
	if _, mistaken := asMistake(err); mistaken && !conversations[d.Name].free(d.Step) && c.namesCommand(text) {
		// Not one of the choices, but something else that makes sense: the
		// question stays open meanwhile.
		return models.Message{}, false, nil
	}
	return m, true, err
}

// declined reports whether a line was meant for the choices that were offered,
// and chose none: a number that is not among them, or that somebody wants none.
func (r *Registry) declined(choices []*models.Choice, text string) bool {
	_, notNumber := strconv.Atoi(strings.TrimSpace(text))
	return len(choices) > 0 && (notNumber == nil || r.vocab.word("cancel", text))
}

// none answers it.
func (c *Call) none(choices []*models.Choice, text string) (models.Message, error) {
	if c.reg.vocab.word("cancel", text) {
		return models.Message{Key: "edit.cancelled"}, nil
	}
	return models.Message{}, mistake("error.choice", models.Args{"Count": models.CountArg(choices[len(choices)-1].Number)})
}

// asksNumber reports whether a number answers the open question: then it is none
// of a choice that came with another message meanwhile.
func asksNumber(d *models.Dialog, text string) bool {
	if d == nil || fieldAsked(d.Step) != "people" && fieldAsked(d.Step) != "slots" {
		return false
	}
	_, err := strconv.Atoi(strings.TrimSpace(text))
	return err == nil
}

func (c *Call) namesCommand(text string) bool {
	line, err := c.reg.vocab.parse(text)
	command := c.reg.vocab.command(line.Name)
	return err == nil && command != nil && command.Group != GroupNone
}

// meantAsCommand says which lines are commands even in a dialog without a "/"
// in front: a plain cry for help, and a command with a reference.
func (c *Call) meantAsCommand(text string) bool {
	line, err := c.reg.vocab.parse(text)
	if err != nil {
		return false
	}
	command := c.reg.vocab.command(line.Name)
	switch {
	case command == nil:
		return false
	case len(line.Args) == 0:
		return command.Name == "help"
	}
	_, isRef := models.ParseRef(line.Args[0].Value)
	return isRef && len(line.Args) == 1
}

// answer hands a line to the open dialog.
func (c *Call) answer(d *models.Dialog, text string) (models.Message, error) {
	m, err := c.converse(d, text)
	c.ended = err == nil && !c.asking
	return m, err
}

func (c *Call) converse(d *models.Dialog, text string) (models.Message, error) {
	conv := conversations[d.Name]
	vocab := c.reg.vocab
	c.asking = true // unless the conversation ends here
	switch {
	case vocab.word("cancel", text):
		c.Remove(d)
		c.asking = false
		if err := c.dropHeld(d.Step); err != nil {
			return models.Message{}, err
		}
		return conv.cancel(c, d)
	case vocab.word("back", text):
		return conv.back(c, d)
	case vocab.word("skip", text):
		return conv.skip(c, d)
	}
	m, err := conv.take(c, d, text)
	var ambiguous *ambiguousWhen
	if errors.As(err, &ambiguous) {
		return models.Message{Key: "when.which", About: d.About, Args: ambiguous.Message.Args}, nil
	}
	return m, err
}

// answerCommand is what the buttons of a dialog run.
func answerCommand() *Command {
	return &Command{
		Name: "answer", Right: models.RightUse,
		Params: []Param{{Name: "text", Type: TypeText, Rest: true, Max: models.MaxLine}},
		Do: func(c *Call) (models.Message, error) {
			d, err := c.Dialog()
			if err != nil {
				return models.Message{}, err
			}
			if d == nil {
				return models.Message{}, mistake("draft.none", nil)
			}
			if c.strayButton(d) {
				c.asking = true
				return conversations[d.Name].again(c, d)
			}
			return c.answer(d, c.Args.Text("text"))
		},
	}
}

// newAmbiguous asks back which of the readings of a time is meant.
func newAmbiguous(options []models.When) *ambiguousWhen {
	args := models.Args{}
	for i, option := range options {
		args[fmt.Sprintf("Option%d", i)] = models.WhenArg(option)
	}
	return &ambiguousWhen{mistake("error.when_ambiguous", args), options}
}

// whichTime are the messages that ask which of several times is meant. In a
// dialog the times are buttons.
func whichTime() map[string]Speech {
	return map[string]Speech{
		"error.when_ambiguous": {Fill: fillWhichTime},
		"when.which": {Fill: fillWhichTime, Buttons: func(v *View) {
			options := v.options()
			for _, option := range options {
				label, line := v.reading(option, v.sameDay(options))
				v.buttons = append(v.buttons, Button{Label: label, Line: line})
			}
			v.button("button.another_time", "answer ?")
		}},
	}
}

// options are the readings that a message about an ambiguous time holds.
func (v *View) options() []models.When {
	var options []models.When
	for i := range len(v.message.Args) {
		if arg, ok := v.message.Args[fmt.Sprintf("Option%d", i)]; ok && arg.When != nil {
			options = append(options, *arg.When)
		}
	}
	return options
}

func fillWhichTime(v *View) error {
	options := v.options()
	v.set("Date", "")
	if v.sameDay(options) {
		v.set("Date", catalogue.Capital(catalogue.Date(v.lang, options[0].At, v.now, v.zone())))
	}
	return nil
}

// choicesLast is how long a number stands for what was offered: an old "2" must
// not do something long forgotten.
const choicesLast = 24 * time.Hour

// choice is the command line of an offered choice that a person typed the
// number or the words of, empty if they typed something else.
func (r *Registry) choice(reader store.Reader, account models.ID, typed string, now time.Time) (string, error) {
	choices, err := reader.Choices(account, now.Add(-choicesLast))
	return r.chosen(choices, typed), err
}

// chosen looks from the newest on: of two questions that offer "Yes" the last is
// answered by it.
func (r *Registry) chosen(choices []*models.Choice, typed string) string {
	for _, ch := range slices.Backward(choices) {
		if typed == strings.TrimSpace(ch.NumberText()) || r.vocab.same(typed, ch.Label) {
			return ch.Line
		}
	}
	return ""
}
