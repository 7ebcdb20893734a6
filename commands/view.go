package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// viewer is who will read a text, and how.
type viewer struct {
	actor *models.Actor
	lang  models.Lang
	now   time.Time
	who   store.Who // where they act; empty where that is not known
}

// Speech adds to a message what its text alone does not say: fields that have
// to be looked up, buttons, or a whole composition. Write replaces the text of
// the message's id; without it that text is said.
type Speech struct {
	Fill    func(*View) error
	Write   func(*View) error
	Buttons func(*View)
}

// View is a text in the making, for one reader, from the state that holds now.
type View struct {
	ctx    context.Context
	reg    *Registry
	reader store.Reader
	viewer

	message models.Message
	need    *models.Need
	offer   *models.Offer
	sight   models.Sight // of the need's private details, where it was worked out
	fields  map[string]any

	paragraphs []string
	buttons    []Button
	selects    []Select
	private    bool // private values are in what is said
	card       *CardText
	led        bool  // what is said announces the messages that wait
	failed     error // a text could not be made: a mistake in the program
}

// zone is the coalition's time zone.
func (v *View) zone() *time.Location { return v.actor.Coalition.Location() }

// set gives a field its value; a person's own words go through User first.
func (v *View) set(field string, value any) { v.fields[field] = value }

// text is the text of a catalogue id with the fields set so far, as it is said on
// the reader's platform.
func (v *View) text(id string) string {
	text, err := v.reg.cat.Text(v.lang, v.reg.cat.On(v.platform(), id), v.fields)
	if err != nil {
		// Remembered, so that composing goes on without a check at each word.
		v.failed = errors.Join(v.failed, fmt.Errorf("text %s: %w", id, err))
		return ""
	}
	return text
}

// platform is the one on which the text is read; empty where that is not known.
func (v *View) platform() string {
	if v.who.Platform == "" && v.actor != nil && v.actor.Account != nil {
		return v.actor.Account.Platform
	}
	return v.who.Platform
}

// say adds a line with the text of a catalogue id.
func (v *View) say(id string) { v.line(v.text(id)) }

// line adds a line that was made already.
func (v *View) line(text string) { v.paragraphs = append(v.paragraphs, text) }

// button offers an action: the label's catalogue id and the command line.
func (v *View) button(label, line string) {
	v.buttons = append(v.buttons, Button{Label: Text(v.text(label)).Plain(), Line: line})
}

// word is the text of a code, such as a category's name.
func (v *View) word(id string) string { return v.text(id) }

// body is what has been said so far.
func (v *View) body() Text { return Text(strings.Join(v.paragraphs, "\n")) }

// aboutNeed sets the fields that every message about a need may use.
func (v *View) aboutNeed(n *models.Need) error {
	v.need = n
	return v.place(n.Ref(), n.Category, n.AreaID, n.When, n.What, "state.need."+string(needStateWord(n)))
}

// needStateWord is the state as people name it: taken is derived.
func needStateWord(n *models.Need) models.NeedState {
	if n.State == models.NeedOpen && n.Full() {
		return "taken"
	}
	return n.State
}

func (v *View) aboutOffer(o *models.Offer) error {
	v.offer = o
	return v.place(o.Ref(), o.Category, o.AreaID, o.When, o.What, "state.offer."+string(o.State))
}

func (v *View) place(ref models.Ref, c models.Category, areaID models.ID, w models.When, what, state string) error {
	area, err := v.reader.Area(areaID)
	if err != nil {
		return err
	}
	v.set("Ref", ref.String())
	v.set("Kind", v.word("category."+string(c)))
	v.set("Area", "")
	if area != nil {
		v.set("Area", User(area.Name))
	}
	v.set("When", "")
	if w.Known() {
		v.set("When", catalogue.ShortWhen(v.lang, w, v.now, v.zone()))
	}
	v.set("What", User(what))
	v.set("State", v.word(state))
	return nil
}

// argument turns a stored argument into words.
func (v *View) argument(a models.Arg) (any, error) {
	switch {
	case a.Code != "":
		return v.word(a.Code), nil
	case a.Count != nil:
		return int(*a.Count), nil
	case a.At != nil:
		return catalogue.AtClock(v.lang, *a.At, v.zone()), nil
	case a.When != nil:
		return catalogue.ShortWhen(v.lang, *a.When, v.now, v.zone()), nil
	case a.Ref != nil:
		return a.Ref.String(), nil
	case a.Person != 0:
		return v.name(a.Person)
	}
	return "", nil
}

// clock sets a field to an hour, as it stands in a sentence: "at 3:00 PM".
func (v *View) clock(field string, at time.Time) {
	v.set(field, catalogue.AtClock(v.lang, at, v.zone()))
}

// name is a person's name, as they name themselves; of one who was forgotten,
// that they have left.
func (v *View) name(id models.ID) (string, error) {
	p, err := v.reader.Person(id)
	if err != nil {
		return "", err
	}
	if p.ForgottenAt != nil {
		return v.word("privacy.somebody"), nil
	}
	if p.Name == "" { // somebody who has no account, or was forgotten
		return v.word("person.unnamed"), nil
	}
	return User(p.Name), nil
}

// render makes the text of a message. Fields that a handler could not store,
// because they are a person's own words, come in echo.
func (v *View) render(m models.Message, echo map[string]string, fill func(*View) error) error {
	v.message = m
	if err := v.about(m.About); err != nil {
		return err
	}
	for field, arg := range m.Args {
		words, err := v.argument(arg)
		if err != nil {
			return err
		}
		v.set(field, words)
	}
	for field, words := range echo {
		v.set(field, User(words))
	}
	speech := v.reg.speech[m.Key]
	for _, f := range []func(*View) error{speech.Fill, fill} {
		if f == nil {
			continue
		}
		if err := f(v); err != nil {
			return err
		}
	}
	if speech.Write == nil {
		v.say(m.Key)
	} else if err := speech.Write(v); err != nil {
		return err
	}
	if speech.Buttons != nil {
		speech.Buttons(v)
	}
	return v.failed
}

func (v *View) about(e models.Entity) error {
	switch {
	case e.Zero(), e.Kind == models.KindWelcome:
		return nil
	case e.Kind == models.KindNeed:
		n, err := v.reader.NeedByID(e.ID)
		if err != nil {
			return err
		}
		return v.aboutNeed(n)
	case e.Kind == models.KindSpace, e.Kind == models.KindRoom:
		return v.aboutPlace(e)
	default:
		o, err := v.reader.OfferByID(e.ID)
		if err != nil {
			return err
		}
		return v.aboutOffer(o)
	}
}
