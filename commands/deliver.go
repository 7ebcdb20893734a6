package commands

import (
	"context"
	"errors"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Delivery is an outbox row made ready to be shown, from the state that holds
// now.
type Delivery struct {
	Room    string          // the platform's id of the room, for a card or what is said there
	Kind    models.RoomKind // how things are posted in that room
	Account string          // the platform's id of the person, for a private message
	Mention string          // the platform's id of who is named in the room
	// RemoteID is the message that the card is already; empty if it has to be
	// posted.
	RemoteID string
	Text     Text
	Card     *CardText
	Buttons  []Button
	Lang     models.Lang
	Emoji    string // the reaction to take off, for OutUnreact
}

// ErrNothingToShow says that what an outbox row speaks of is gone: a draft that
// was erased.
var ErrNothingToShow = errors.New("there is nothing to show any more")

// Prepare makes an outbox row ready to be shown.
func (r *Registry) Prepare(ctx context.Context, out *models.Out) (d *Delivery, err error) {
	defer recovered(&err)
	reader := r.store.Reader(ctx, out.CoalitionID)
	coalition, err := reader.Coalition()
	if err != nil {
		return nil, err
	}
	switch out.Kind {
	case models.OutCard:
		d, err = r.prepareCard(ctx, reader, coalition, out)
	case models.OutUnreact:
		d, err = prepareUnreact(reader, out)
	case models.OutRoom:
		d, err = r.prepareRoom(ctx, reader, coalition, out)
	default:
		d, err = r.prepareDirect(ctx, reader, coalition, out)
	}
	if store.IsNotFound(err) {
		return nil, fmt.Errorf("%w: %w", ErrNothingToShow, err)
	}
	return d, err
}

func (r *Registry) prepareCard(ctx context.Context, reader store.Reader, coalition *models.Coalition, out *models.Out) (*Delivery, error) {
	card, err := reader.Card(out.CardID)
	if err != nil {
		return nil, err
	}
	room, err := reader.Room(card.RoomID)
	if err != nil {
		return nil, err
	}
	lang := room.Language
	if lang == "" {
		lang = coalition.Language
	}
	text, err := r.Card(ctx, coalition, models.Entity{Kind: card.Kind, ID: card.EntityID}, room.Platform, lang)
	if err != nil {
		return nil, err
	}
	if text.Pin && !room.IsBoard {
		text.Pin, text.Unpin = false, true
	}
	return &Delivery{Room: room.Remote, Kind: room.Kind, RemoteID: card.RemoteID, Card: text, Buttons: text.Buttons, Lang: lang}, nil
}

func prepareUnreact(reader store.Reader, out *models.Out) (*Delivery, error) {
	card, err := reader.Card(out.CardID)
	if err != nil {
		return nil, err
	}
	room, err := reader.Room(card.RoomID)
	if err != nil {
		return nil, err
	}
	account, err := reader.Account(out.AccountID)
	if err != nil {
		return nil, err
	}
	again, err := reader.Reaction(card.ID, account.ID, out.Emoji)
	if err != nil {
		return nil, err
	}
	if card.RemoteID == "" || again { // put there once more meanwhile: that is another one
		return nil, ErrNothingToShow
	}
	return &Delivery{Room: room.Remote, Kind: room.Kind, RemoteID: card.RemoteID, Account: account.Remote, Emoji: out.Emoji}, nil
}

func (r *Registry) prepareDirect(ctx context.Context, reader store.Reader, coalition *models.Coalition, out *models.Out) (*Delivery, error) {
	account, err := reader.Account(out.AccountID)
	if err != nil {
		return nil, err
	}
	person, err := reader.Person(account.PersonID)
	if err != nil {
		return nil, err
	}
	lang := person.Language
	if lang == "" {
		lang = coalition.Language
	}
	v := r.view(ctx, &viewer{actor: &models.Actor{Coalition: coalition, Person: person, Account: account}, lang: lang, now: r.now()})
	if err := v.render(out.Message, nil, nil); err != nil {
		return nil, err
	}
	return &Delivery{Account: account.Remote, Text: v.body(), Card: v.card, Buttons: v.buttons, Lang: lang}, nil
}

// NumberAnswer keeps what the buttons of an answer stand for, on a platform
// where people answer with a number: they begin at 1, and what was offered
// before is forgotten.
func (r *Registry) NumberAnswer(ctx context.Context, who store.Who, buttons []Button) error {
	return r.store.Update(ctx, r.now(), func(tx *store.Tx) error {
		if err := tx.Act(who); err != nil {
			return err
		}
		account := tx.Actor.Account.ID
		tx.ClearChoices(account)
		addChoices(tx, tx.Actor.Coalition.ID, account, buttons, 1)
		return nil
	})
}

// NumberMessage does the same for a message that the bot starts, and returns the
// first number: it goes on counting, so that a number on the screen does not
// change its meaning.
func (r *Registry) NumberMessage(ctx context.Context, coalition, account models.ID, buttons []Button) (first int, err error) {
	err = r.store.Update(ctx, r.now(), func(tx *store.Tx) error {
		first = 1
		tx.In(coalition)
		choices, err := tx.Choices(account, tx.Now.Add(-choicesLast))
		if err != nil {
			return err
		}
		if len(choices)+len(buttons) > maxChoices {
			tx.ClearChoices(account)
		} else if len(choices) > 0 {
			first = choices[len(choices)-1].Number + 1
		}
		addChoices(tx, coalition, account, buttons, first)
		return nil
	})
	return first, err
}

func addChoices(tx *store.Tx, coalition, account models.ID, buttons []Button, first int) {
	for i, b := range buttons {
		tx.Add(&models.Choice{AccountID: account, Number: first + i, CoalitionID: coalition, Label: b.Label, Line: b.Line, At: tx.Now})
	}
}

// maxChoices is how many numbers can be open at once.
const maxChoices = 60
