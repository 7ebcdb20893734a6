package commands

import (
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// The steps of asking whether somebody else agreed. What follows is behind the
// colon: a step, or the posting itself.
const (
	prefixConsent = "consent:"
	stepPost      = "post"
)

const notYet = "not_yet"

func forOther(it item) bool {
	n, ok := it.(needItem)
	return ok && n.ForOther
}

// unnamed makes the person known who is helped and has no account. Who they are
// stands in what is sealed, for those who may see it.
func (c *Call) unnamed() models.ID {
	person := &models.Person{ID: c.ID(), CoalitionID: c.Actor.Coalition.ID, CreatedAt: c.Now}
	c.Add(person)
	return person.ID
}

// takeConsent uses the answer to whether they agreed.
func (c *Call) takeConsent(d *models.Dialog, it item, text string) (models.Message, error) {
	codes := []string{}
	for _, consent := range models.Consents() {
		codes = append(codes, string(consent))
	}
	codes = append(codes, notYet)
	code, ok := c.reg.vocab.code("consent.", codes, text)
	n, isNeed := it.(needItem)
	if !ok || !isNeed {
		return models.Message{}, mistakeAboutChoice(len(codes))
	}
	if code == notYet {
		c.Remove(d)
		c.asking = false
		return models.Message{Key: "need.consent_not_yet", About: it.Entity()}, c.dropHeld(d.Step)
	}
	now := c.Now
	n.Consent, n.ConsentAt = models.Consent(code), &now
	c.Save(n.Need)
	then := strings.TrimPrefix(d.Step, prefixConsent)
	if then == stepPost {
		return c.toPost(d, it)
	}
	return c.next(d, it, then), nil
}

// whomButton changes whom a draft is for.
func whomButton(n *models.Need) string {
	if n.ForOther {
		return "for_me"
	}
	return "for_other"
}

// changesWhom makes a draft one for somebody else, or for its writer again, if
// the line says so.
func (c *Call) changesWhom(it item, text string) bool {
	n, ok := it.(needItem)
	if !ok {
		return false
	}
	if _, said := c.reg.vocab.code("button.", []string{whomButton(n.Need)}, text); !said {
		return false
	}
	n.ForOther, n.Consent, n.ConsentAt = !n.ForOther, "", nil
	c.Save(n.Need)
	return true
}

// asked is who answers for a need: the person helped, or else its filer.
func (c *Call) asked(n *models.Need) (models.ID, error) {
	if n.PersonID == n.FilerID {
		return n.PersonID, nil
	}
	account, err := c.AccountOf(n.PersonID)
	if err != nil || account == nil {
		return n.FilerID, err
	}
	return n.PersonID, nil
}

// otherSpeech are the messages about asking for somebody else.
func otherSpeech() map[string]Speech {
	return map[string]Speech{
		"need.consent": {Buttons: func(v *View) {
			for _, consent := range models.Consents() {
				v.button("consent."+string(consent), "answer "+string(consent))
			}
			v.button("consent."+notYet, "answer "+notYet)
		}},
		"need.consent_not_yet": {Fill: func(v *View) error {
			if v.need != nil {
				v.set("Until", catalogue.DateClock(v.lang, v.need.CreatedAt.Add(draftLasts), v.now, v.zone()))
			}
			return nil
		}},
		"need.posted_other": {Fill: func(v *View) error {
			v.set("Summary", v.consented())
			return nil
		}},
	}
}

// consented says how and when somebody else agreed, empty if they have not.
func (v *View) consented() string {
	n := v.need
	if n.ConsentAt == nil || !slices.Contains(models.Consents(), n.Consent) {
		return ""
	}
	v.set("At", catalogue.DateClock(v.lang, *n.ConsentAt, v.now, v.zone()))
	return v.text("consent.said." + string(n.Consent))
}

// writeWhom says in a preview that it is for somebody else.
func (v *View) writeWhom() {
	v.set("Summary", v.consented())
	v.say("need.preview.other")
}
