package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// reactions are the emoji that act, by the command that each stands for.
var reactions = map[string]string{EmojiClaim: "claim", EmojiDone: "done", EmojiDetails: "details"}

// emojiOf is the emoji that a word or an emoji means, empty if it is none that
// acts.
func (v *vocabulary) emojiOf(word string) string {
	if bare := BareEmoji(word); reactions[bare] != "" {
		return bare
	}
	if c := v.command(word); c != nil {
		for emoji, name := range reactions {
			if name == c.Name {
				return emoji
			}
		}
	}
	return ""
}

// react applies a reaction as a level: what is there already, or gone already,
// changes nothing. Only a claim that was made by a reaction ends with it.
func (c *Call) react(inv Invocation) (models.Message, string, error) {
	emoji := c.reg.vocab.emojiOf(inv.React.Word)
	card, entity, err := c.reactedCard(inv.React)
	if err != nil || card == nil || emoji == "" || entity.Kind == models.KindWelcome {
		return models.Message{}, "", err
	}
	was, err := c.Reaction(card.ID, emoji)
	if err != nil || was == inv.React.Present {
		c.unchanged = err == nil
		return models.Message{}, "", err
	}
	c.Add(&models.Reaction{CardID: card.ID, AccountID: c.Actor.Account.ID, Emoji: emoji, CoalitionID: c.Actor.Coalition.ID, Present: inv.React.Present, At: c.Now})
	c.ByReaction = true
	name := reactions[emoji]
	if !inv.React.Present {
		if emoji != EmojiClaim || entity.Kind != models.KindNeed {
			return models.Message{}, name, nil
		}
		message, err := c.releaseReacted(entity)
		return message, "release", err
	}
	message, err := c.runReaction(name, entity)
	return message, name, err
}

func (c *Call) runReaction(name string, entity models.Entity) (models.Message, error) {
	if name == "details" || entity.Kind != models.KindNeed {
		// Details are shown on asking, never pushed into a message that a phone
		// shows on its lock screen: this names the command that shows them.
		return models.Message{Key: "show.one", About: entity}, nil
	}
	n, err := c.NeedByID(entity.ID)
	if err != nil {
		return models.Message{}, err
	}
	c.Args = Values{"need": {ref: n.Ref()}}
	return c.reg.find(name).Do(c)
}

func (c *Call) releaseReacted(entity models.Entity) (models.Message, error) {
	n, err := c.NeedByID(entity.ID)
	if err != nil {
		return models.Message{}, err
	}
	claims, err := c.Claims(n.ID)
	if err != nil {
		return models.Message{}, err
	}
	claim := models.ClaimOf(claims, c.Actor.Person.ID)
	switch {
	case claim == nil:
		return models.Message{}, nil
	case !claim.ByReaction || claim.AccountID != c.Actor.Account.ID:
		return models.Message{Key: "claim.level_kept", About: entity}, nil
	}
	return c.release(n, claim)
}

// reactedCard finds the card that a reaction is on, by the reference that
// people name or by the platform's ids; nil if it is none of ours.
func (c *Call) reactedCard(r *React) (*models.Card, models.Entity, error) {
	var entity models.Entity
	switch {
	case r.Message != "":
		card, err := c.CardAt(c.Actor.Account.Platform, r.Room, r.Message)
		if err != nil || card == nil {
			return nil, entity, err
		}
		return card, models.Entity{Kind: card.Kind, ID: card.EntityID}, nil
	case r.Ref.Kind == models.KindNeed:
		n, err := c.Need(r.Ref)
		if err != nil {
			return nil, entity, notFound(err, r.Ref)
		}
		entity = n.Entity()
	default:
		o, err := c.Offer(r.Ref)
		if err != nil {
			return nil, entity, notFound(err, r.Ref)
		}
		entity = o.Entity()
	}
	cards, err := c.Cards(entity)
	if err != nil || len(cards) == 0 {
		return nil, entity, err
	}
	return cards[0], entity, nil
}

// takeOff has a reaction that was refused taken off the card, so that the card
// stays true.
func (c *Call) takeOff(inv Invocation) error {
	emoji := c.reg.vocab.emojiOf(inv.React.Word)
	card, _, err := c.reactedCard(inv.React)
	if _, mistaken := asMistake(err); mistaken {
		return nil // there is no card of that name
	}
	if err != nil || card == nil || !inv.React.Present {
		return err
	}
	c.Unreact(card, c.Actor.Account.ID, emoji)
	return nil
}

// takeHandOff takes the actor's ✋ off the cards of a need that they gave back
// in another way.
func (c *Call) takeHandOff(n *models.Need) error {
	if c.ByReaction {
		return nil
	}
	return c.takeHandOf(n, c.Actor.Account.ID)
}

// takeHandOf takes an account's ✋ off the cards of a need.
func (c *Call) takeHandOf(n *models.Need, account models.ID) error {
	cards, err := c.Cards(n.Entity())
	if err != nil {
		return err
	}
	for _, card := range cards {
		there, err := c.ReactionOf(card.ID, account, EmojiClaim)
		if err != nil {
			return err
		}
		if there {
			c.Unreact(card, account, EmojiClaim)
		}
	}
	return nil
}
