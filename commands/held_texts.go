package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/commands/guard"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// heldSpeech are the questions about a line that is held back. They show it to
// the one who wrote it.
func heldSpeech() map[string]Speech {
	return map[string]Speech{
		"guard.private": {Write: writeHeldPrivate},
		"guard.hint":    {Write: writeHeldHint},
	}
}

// heldLine is the field and the line that is asked about, empty if it was
// decided meanwhile.
func (v *View) heldLine() (field, text string, err error) {
	d, err := v.reader.Dialog(v.actor.Person.ID)
	if err != nil || d == nil {
		return "", "", err
	}
	h, held := parseHeld(d.Step)
	if !held {
		return "", "", nil
	}
	values, err := v.reader.Private(heldBy(v.actor.Person.ID))
	return h.field(), values[models.HeldField(h.field())], err
}

func writeHeldPrivate(v *View) error {
	field, text, err := v.heldLine()
	if err != nil {
		return err
	}
	private := privateOnes(guard.Check(text))
	if len(private) == 0 {
		v.say("answer.overtaken")
		return nil
	}
	kind := private[0].Kind
	for _, f := range private {
		if f.Kind != kind {
			kind = "" // several
		}
	}
	line := v.reg.redacted(v.lang, field, text, private)
	if says(line, v.reg.mark(v.lang)) {
		v.set("Text", User(line))
		v.say(map[guard.Kind]string{guard.Phone: "guard.private.phone", guard.Email: "guard.private.email",
			guard.Address: "guard.private.address", "": "guard.private.several"}[kind])
	} else {
		v.say("guard.private.all")
	}
	v.button("button."+keepCodes[kind], "answer "+keepCodes[kind])
	v.button("button.write_again", "answer "+writeAgain)
	v.button("button.not_private", "answer "+notPrivate)
	return nil
}

func writeHeldHint(v *View) error {
	_, text, err := v.heldLine()
	if err != nil {
		return err
	}
	hints := hintsOf(guard.Check(text))
	if len(hints) == 0 {
		v.say("answer.overtaken")
		return nil
	}
	v.set("Text", "")
	if line := v.reg.vocab.without(text, hints); says(line, v.reg.mark(v.lang)) {
		v.set("Text", User(line))
	}
	v.say("guard.hint")
	v.button("button.take_out", "answer "+takeOutPart)
	v.button("button.leave_in", "answer "+leaveIn)
	return nil
}
