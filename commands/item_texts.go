package commands

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// spaced is a line for comparing whole words: folded, with single spaces
// between words and around the whole.
func spaced(s string) string {
	words := strings.FieldsFunc(catalogue.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}

// itemSpeech are the questions, previews and confirmations of needs or offers.
func itemSpeech(prefix string) map[string]Speech {
	questions := map[string]func(*View){
		"first": nil, "what": nil, "contact": nil,
		"category": categoryChoices, "area": areaChoices, "when": whenChoices,
	}
	says := map[string]Speech{
		prefix + ".preview": {Write: writePreview, Buttons: previewButtons},
		prefix + ".posted":  {Fill: fillContact},
	}
	for step, buttons := range questions {
		says[prefix+".ask."+step] = Speech{Fill: fillName, Buttons: buttons}
	}
	return says
}

// sharedItemSpeech are those that needs and offers have in common.
func sharedItemSpeech() map[string]Speech {
	return map[string]Speech{
		"draft.exists":         {Buttons: resumeButtons},
		"draft.exists_empty":   {Buttons: resumeButtons},
		"need.change.ask":      {Buttons: fieldButtons},
		"edit.ask":             {Buttons: fieldButtons},
		"need.change.category": {Buttons: categoryChoices},
		"need.change.area":     {Buttons: areaChoices},
		"need.change.when":     {Buttons: whenChoices},
		"offer.change.area":    {Buttons: areaChoices},
		"offer.change.when":    {Buttons: whenChoices},
	}
}

func fillName(v *View) error {
	v.set("Name", User(v.actor.Person.Name))
	return nil
}

func categoryChoices(v *View) {
	v.button("need.choice.unsure", "answer ?")
	for _, c := range models.Categories() {
		v.button("category."+string(c)+".choice", "answer "+string(c))
	}
}

func areaChoices(v *View) {
	areas, err := v.reader.Areas()
	if err != nil {
		v.failed = err
		return
	}
	for _, a := range areas {
		v.buttons = append(v.buttons, Button{Label: a.Name, Line: "answer " + a.Name})
	}
}

func whenChoices(v *View) { v.button("need.choice.anytime", "answer anytime") }

func resumeButtons(v *View) {
	v.button("button.go_on", "answer go_on")
	v.button("button.start_again", "answer start_again")
}

func fieldButtons(v *View) {
	kind := models.KindNeed
	if v.offer != nil {
		kind = models.KindOffer
	}
	for _, f := range fields(kind) {
		v.button("field."+f, "answer "+f)
	}
	if v.need != nil && v.need.State == models.NeedDraft {
		code := whomButton(v.need)
		v.button("button."+code, "answer "+code)
	}
}

func previewButtons(v *View) {
	v.button("button.post", "answer post")
	form := FormPrivate
	if v.need != nil {
		v.button("button.add_address_note", "answer add_address_note")
	} else {
		form = FormNote
		v.button("button.add_note", "answer add_address_note")
	}
	v.buttons[len(v.buttons)-1].Form = form
	v.button("button.change", "answer change")
	v.button("button.cancel", "answer cancel")
	previewSelects(v)
}

// writePreview shows a draft to the one who writes it: what the board will
// show, and what stays private.
func writePreview(v *View) error {
	card, err := v.cardText()
	if err != nil {
		return err
	}
	entity := v.message.About
	v.say(string(entity.Kind) + ".preview.head")
	v.line(string(card.Title))
	for _, l := range card.Lines[1:] { // without the state: a draft has none to show
		v.line(string(l))
	}
	values, err := v.reader.Private(entity)
	if err != nil {
		return err
	}
	other := v.need != nil && v.need.ForOther
	if other {
		v.writeWhom()
	}
	if list := v.privateList(values); list == "" && other {
		v.say("need.preview.no_private_other")
	} else if list == "" {
		v.say("need.preview.no_private")
	} else {
		v.private = true
		v.set("Private", list)
		v.say("need.preview.private")
	}
	if v.need != nil && values[models.FieldAddress] == "" {
		if v.need.Category == "rides" {
			v.say("need.preview.address_ride")
		} else {
			v.say("need.preview.address")
		}
	}
	return nil
}

// privateList is the private values in one sentence, each with its name.
func (v *View) privateList(values map[models.PrivateField]string) string {
	var parts []string
	for _, field := range models.PrivateFields() {
		text := values[field]
		if text == "" {
			continue
		}
		id := "private." + string(field)
		if field == models.FieldContact && isPhone(text) {
			id = "private.phone"
		}
		v.set("Text", User(text))
		parts = append(parts, v.text(id))
	}
	return sentences(parts)
}

// sentences joins parts that each stand for themselves. The last gets its full
// stop from the text that it is put into.
func sentences(parts []string) string {
	joined := ""
	for i, part := range parts {
		switch {
		case i == 0:
			joined = part
		case strings.HasSuffix(Text(joined).Plain(), "."): // "14 Mill Ln."
			joined += " " + catalogue.Capital(part)
		default:
			joined += ". " + catalogue.Capital(part)
		}
	}
	return joined
}

// isPhone reports whether a contact is nothing but a phone number.
func isPhone(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits++
		case !strings.ContainsRune(" -+().", r):
			return false
		}
	}
	return digits >= 7
}

// fillContact says what the one who helps will see of the person.
func fillContact(v *View) error {
	if err := fillName(v); err != nil {
		return err
	}
	v.set("Contact", v.word("contact.none"))
	entity := v.message.About
	values, err := v.reader.Private(entity)
	if err != nil {
		return err
	}
	whose := ""
	if v.need != nil && v.need.ForOther && v.need.PersonID != v.actor.Person.ID {
		whose = "_of_other"
		v.set("Contact", v.word("contact.none_of_other"))
	}
	switch contact := values[models.FieldContact]; {
	case contact == "":
	case isPhone(contact):
		v.set("Contact", v.word("contact.phone"+whose))
	default:
		v.set("Contact", v.word("contact.other"+whose))
	}
	return nil
}

// reading is one reading of an ambiguous time: its label on a button, and the
// line that answers with it.
func (v *View) reading(w models.When, sameDay bool) (label, line string) {
	at := w.At.In(v.zone())
	if w.Kind != models.WhenMoment {
		return catalogue.Date(v.lang, w.At, v.now, v.zone()), "answer " + at.Format("2006-01-02")
	}
	if sameDay {
		return catalogue.Clock(v.lang, w.At, v.zone()), "answer " + at.Format("2006-01-02 15:04")
	}
	return catalogue.DateClock(v.lang, w.At, v.now, v.zone()), "answer " + at.Format("2006-01-02 15:04")
}

// sameDay reports whether all readings are times of one day.
func (v *View) sameDay(options []models.When) bool {
	for _, o := range options {
		if o.Kind != models.WhenMoment || o.At.In(v.zone()).Format(time.DateOnly) != options[0].At.In(v.zone()).Format(time.DateOnly) {
			return false
		}
	}
	return true
}

// number is a number as text.
func number(n int) string { return strconv.Itoa(n) }
