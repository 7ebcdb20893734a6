package commands

import (
	"errors"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// conversation is a dialog of several questions. Take uses an answer and
// returns the next question or the end.
type conversation struct {
	take func(c *Call, d *models.Dialog, text string) (models.Message, error)
	// back and skip may be nil: the word is an answer like any other then.
	back func(c *Call, d *models.Dialog) (models.Message, error)
	skip func(c *Call, d *models.Dialog) (models.Message, error)
	// cancel ends it; the dialog itself is removed by the caller.
	cancel func(c *Call, d *models.Dialog) (models.Message, error)
}

// conversations by the name that a dialog is kept under.
var conversations map[string]conversation

func init() { // a table that refers to functions that refer to it
	conversations = map[string]conversation{
		dialogItem:  itemConversation(),
		dialogEdit:  editConversation(),
		dialogSetup: setupConversation(),
		dialogNote:  noteConversation(),
	}
}

// open starts a dialog with the actor, in place of any that was open.
func (c *Call) open(name, step string, about models.Entity) *models.Dialog {
	d := &models.Dialog{PersonID: c.Actor.Person.ID, CoalitionID: c.Actor.Coalition.ID, Name: name, Step: step, About: about, UpdatedAt: c.Now}
	c.Add(d)
	c.asking = true
	return d
}

// step moves the dialog to a question.
func (c *Call) step(d *models.Dialog, step string) {
	d.Step, d.UpdatedAt = step, c.Now
	c.Add(d)
	c.asking = true
}

// awaitedAnswer uses a line as an answer, if one is awaited. A line that stands
// for a choice is turned into that choice's command line instead.
func (c *Call) awaitedAnswer(text string) (m models.Message, handled bool, err error) {
	choices, err := c.Choices(c.Actor.Account.ID, c.Now.Add(-choicesLast))
	if err != nil {
		return m, false, err
	}
	if line := c.reg.chosen(choices, text); line != "" {
		c.Line, c.numbered = line, true
		return m, false, nil
	}
	d, err := c.Dialog()
	if err != nil || d == nil || c.meantAsCommand(text) {
		return m, false, err
	}
	m, err = c.answer(d, text)
	return m, true, err
}

// meantAsCommand says which lines are commands even in a dialog without a "/"
// in front: a plain cry for help, and a command with a reference.
func (c *Call) meantAsCommand(text string) bool {
	line, err := ParseLine(text, c.reg.vocab.knownParam)
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
	conv := conversations[d.Name]
	vocab := c.reg.vocab
	c.asking = true // unless the conversation ends here
	switch {
	case vocab.word("cancel", text):
		c.Remove(d)
		c.asking = false
		return conv.cancel(c, d)
	case vocab.word("back", text) && conv.back != nil:
		return conv.back(c, d)
	case vocab.word("skip", text) && conv.skip != nil:
		return conv.skip(c, d)
	}
	m, err := conv.take(c, d, text)
	var ambiguous *ambiguousWhen
	if errors.As(err, &ambiguous) {
		return m, ambiguous.asChoices()
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
			return c.answer(d, c.Args.Text("text"))
		},
	}
}

// newAmbiguous asks back which of the readings of a time is meant. In a dialog
// they are buttons.
func newAmbiguous(options []models.When) *ambiguousWhen {
	m := mistake("error.when_ambiguous", nil)
	m.Fill = func(v *View) error {
		v.set("Date", "")
		if v.sameDay(options) {
			v.set("Date", catalogue.Capital(catalogue.Date(v.lang, options[0].At, v.now, v.zone())))
		}
		return nil
	}
	return &ambiguousWhen{m, options}
}

// asChoices adds the readings as buttons.
func (a *ambiguousWhen) asChoices() *Mistake {
	m := *a.Mistake
	m.Fill = func(v *View) error {
		for _, option := range a.options {
			label, line := v.reading(option, v.sameDay(a.options))
			v.buttons = append(v.buttons, Button{Label: label, Line: line})
		}
		v.button("button.another_time", "answer ?")
		return a.Fill(v)
	}
	return &m
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

func (r *Registry) chosen(choices []*models.Choice, typed string) string {
	for _, ch := range choices {
		if typed == strings.TrimSpace(ch.NumberText()) || r.vocab.same(typed, ch.Label) {
			return ch.Line
		}
	}
	return ""
}
