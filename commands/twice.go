package commands

import (
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// stepTwice asks whether the same words are meant to be posted once more.
const stepTwice = "twice"

// twiceWithin is for how long the same words of one person are asked about.
const twiceWithin = 10 * time.Minute

// saidBefore finds the newest need that the actor posted a short while ago with
// the same words, nil if there is none.
func (c *Call) saidBefore(n needItem) (*models.Need, error) {
	recent, err := c.FiledSince(c.Actor.Person.ID, c.Now.Add(-twiceWithin))
	if err != nil {
		return nil, err
	}
	return sameWords(recent, n.Need), nil
}

func sameWords(recent []*models.Need, n *models.Need) *models.Need {
	var found *models.Need
	for _, other := range recent {
		if other.ID != n.ID && other.What != "" && spaced(other.What) == spaced(n.What) {
			found = other
		}
	}
	return found
}

func (c *Call) takeTwice(d *models.Dialog, it item, text string) (models.Message, error) {
	code, ok := c.reg.vocab.code("button.", []string{"post_anyway", "do_not_post"}, text)
	switch {
	case !ok:
		return models.Message{}, mistakeAboutChoice(2)
	case code == "post_anyway":
		return c.post(d, it)
	}
	c.Remove(d)
	c.asking = false
	return c.cancelItem(d)
}

// twiceSpeech shows the number under which the same words are posted already.
func twiceSpeech() map[string]Speech {
	return map[string]Speech{
		"need.twice": {
			Fill: func(v *View) error {
				v.set("Before", "")
				recent, err := v.reader.FiledSince(v.actor.Person.ID, v.now.Add(-2*twiceWithin))
				if err != nil || v.need == nil {
					return err
				}
				if same := sameWords(recent, v.need); same != nil {
					v.set("Before", same.Ref().String())
				}
				return nil
			},
			Buttons: func(v *View) {
				v.button("button.post_anyway", "answer post_anyway")
				v.button("button.do_not_post", "answer do_not_post")
			},
		},
	}
}
