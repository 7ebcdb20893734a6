package commands

import (
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// The messages about messages.
const (
	undelivered   = "delivery.failed"
	keyCardFailed = "delivery.card_failed"
	keyNamed      = "delivery.named"
	keyAway       = "delivery.away"
)

// Undelivered does what follows from a row that could not be shown: the
// organizing team is told, for it must not fail in silence. A message about that
// is not told of again.
func Undelivered(tx *store.Tx, out *models.Out) error {
	switch {
	case out.Message.Key == undelivered, out.Message.Key == keyNotice, out.Message.Key == keyAway, out.Kind == models.OutUnreact:
		return nil
	case out.Kind != models.OutCard:
		return tellUndelivered(tx, 0, models.Message{Key: undelivered, About: out.Message.About})
	}
	card, err := tx.Card(out.CardID)
	if err != nil {
		return err
	}
	about := models.Entity{Kind: card.Kind, ID: card.EntityID}
	return tellUndelivered(tx, 0, models.Message{Key: keyCardFailed, About: about})
}

// tellUndelivered tells the team and the admins, except the owner of an account
// of whom it is known that they take no messages.
func tellUndelivered(tx *store.Tx, except models.ID, m models.Message) error {
	team, err := tx.Team(models.Organizer | models.Admin)
	if err != nil {
		return err
	}
	for _, p := range team {
		account, err := tx.AccountOf(p.ID)
		if err != nil {
			return err
		}
		if account == nil || account.ID == except {
			continue
		}
		if err := tx.Tell(p.ID, m); err != nil {
			return err
		}
	}
	return nil
}

// Closed does what follows when somebody takes no private messages: this one
// waits for the next thing that they do. Who put a reaction on the card
// everybody sees is told there that something waits; who asked for the need is
// never named in a room. Of what nobody can be told about, the organizing team
// hears once.
func Closed(tx *store.Tx, out *models.Out) error {
	if key := out.Message.Key; key == undelivered || key == keyCardFailed || key == keyNotice || out.Message.About.Zero() {
		return nil
	}
	named, err := nameOnCard(tx, out)
	if err != nil || named {
		return err
	}
	told, err := tx.WaitsAbout(out)
	if err != nil || told {
		return err
	}
	return tellUndelivered(tx, out.AccountID, models.Message{Key: undelivered, About: out.Message.About})
}

// nameOnCard names somebody in the room where everybody can see their reaction
// anyway, and reports whether it could.
func nameOnCard(tx *store.Tx, out *models.Out) (bool, error) {
	about := out.Message.About
	account, err := tx.AccountByID(out.AccountID)
	if err != nil {
		return false, err
	}
	asked, err := asksFor(tx, about, account.PersonID)
	if err != nil || asked {
		return false, err
	}
	cards, err := tx.Cards(about)
	if err != nil {
		return false, err
	}
	for _, card := range cards {
		levels, err := tx.ReactionsOf(card.ID, account.ID)
		if err != nil {
			return false, err
		}
		for _, level := range levels {
			if card.Platform != account.Platform || !seen(level, out) {
				continue
			}
			name := models.Args{"Name": models.PersonArg(account.PersonID)}
			return true, tx.Name(card, account, models.Message{Key: keyNamed, About: about, Args: name})
		}
	}
	return false, nil
}

// seen reports whether everybody can see that the reaction is there, or was
// until it was answered with this very message and taken off.
func seen(level *models.Reaction, out *models.Out) bool {
	if level.Present {
		return true
	}
	answered := strings.HasPrefix(out.Message.Key, "claim.") && out.Message.Key != "claim.level_kept" && out.Message.Key != "claim.ended"
	return answered && level.Emoji == EmojiClaim && level.At.Equal(out.CreatedAt)
}

// asksFor reports whether a need or an offer is somebody's own: they asked for
// it, typed it, or offer it.
func asksFor(tx *store.Tx, about models.Entity, person models.ID) (bool, error) {
	switch about.Kind {
	case models.KindNeed:
		n, err := tx.NeedByID(about.ID)
		return err == nil && (n.PersonID == person || n.FilerID == person), err
	case models.KindOffer:
		o, err := tx.OfferByID(about.ID)
		return err == nil && o.PersonID == person, err
	}
	return true, nil
}
