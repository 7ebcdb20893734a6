package store

import (
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Add notes new rows. A dialog, a reaction and a private value replace the one
// that is there.
func (t *Tx) Add(rows ...any) {
	for _, row := range rows {
		t.note(row, add)
	}
}

// Save notes changes of loaded rows. If one was changed by somebody else since
// it was loaded, the unit of work fails with ErrConflict.
func (t *Tx) Save(rows ...any) {
	for _, row := range rows {
		t.note(row, save)
	}
}

// Remove notes rows to be deleted.
func (t *Tx) Remove(rows ...any) {
	for _, row := range rows {
		t.note(row, remove)
	}
}

type noting int

const (
	add noting = iota
	save
	remove
)

func (t *Tx) note(row any, how noting) {
	t.touched = append(t.touched, row)
	t.removes = t.removes || how == remove
	b := t.buffer
	switch r := row.(type) {
	case *models.Coalition:
		noteIn(&b.coalition, r, how)
	case *models.Space:
		noteIn(&b.space, r, how)
	case *models.Room:
		noteIn(&b.room, r, how)
	case *models.Area:
		noteIn(&b.area, r, how)
	case *models.Person:
		noteIn(&b.person, r, how)
	case *models.Account:
		noteIn(&b.account, r, how)
	case *models.Need:
		noteIn(&b.need, r, how)
	case *models.Offer:
		noteIn(&b.offer, r, how)
	case *models.Claim:
		noteIn(&b.claim, r, how)
	case *models.Secret:
		noteIn(&b.secret, r, how)
	case *models.Look:
		noteIn(&b.look, r, how)
	case *models.KeepAway:
		noteIn(&b.keepAway, r, how)
	case *models.Dialog:
		noteIn(&b.dialog, r, how)
	case *models.Choice:
		noteIn(&b.choice, r, how)
	case *models.Card:
		noteIn(&b.card, r, how)
	case *models.Reaction:
		noteIn(&b.reaction, r, how)
	case *models.History:
		noteIn(&b.history, r, how)
	case *models.Out:
		noteIn(&b.outbox, r, how)
	case *models.Inbox:
		noteIn(&b.inbox, r, how)
	case *models.RoleLink:
		noteIn(&b.roleLink, r, how)
	case *models.Member:
		noteIn(&b.member, r, how)
	case *models.JoinCode:
		noteIn(&b.joinCode, r, how)
	case *models.Direct:
		noteIn(&b.direct, r, how)
	default:
		panic(fmt.Sprintf("store: %T is no row", row)) // a mistake in the program; the writer recovers
	}
}

// noteIn keeps a row once: saved twice it is written once, a row that was added
// here is changed in place, and one that was added and removed never was.
func noteIn[T any](r *rows[T], row *T, how noting) {
	switch how {
	case add:
		r.added = appendOnce(r.added, row)
	case save:
		for _, a := range r.added {
			if a == row {
				return
			}
		}
		r.saved = appendOnce(r.saved, row)
	case remove:
		r.added = without(r.added, row)
		r.saved = without(r.saved, row)
		r.removed = appendOnce(r.removed, row)
	}
}

func appendOnce[T any](list []*T, row *T) []*T {
	for _, have := range list {
		if have == row {
			return list
		}
	}
	return append(list, row)
}

func without[T any](list []*T, row *T) []*T {
	for i, have := range list {
		if have == row {
			return append(list[:i:i], list[i+1:]...)
		}
	}
	return list
}

// Record adds to the history of a need or an offer.
func (t *Tx) Record(e models.Entity, verb string) {
	var by models.ID // shirebot itself, if nobody acts
	if t.Actor != nil {
		by = t.Actor.Person.ID
	}
	t.Add(&models.History{ID: t.ID(), CoalitionID: t.coalition, Kind: e.Kind, EntityID: e.ID, Verb: verb, PersonID: by, At: t.Now})
}

// Show has the cards of an entity brought up to date after the commit. What is
// not over gets one in each board where it has none. A card in a room that
// cannot be written to rests until it can.
func (t *Tx) Show(e models.Entity) error {
	cards, err := t.Cards(e)
	if err != nil {
		return err
	}
	places, err := t.places()
	if err != nil {
		return err
	}
	if missing := places.without(cards); len(missing) > 0 {
		over, err := t.over(e)
		if err != nil {
			return err
		}
		for _, room := range missing {
			if !over {
				cards = append(cards, t.addCard(e, room))
			}
		}
		t.loaded[key{"cards", e.ID, ""}] = cards
	}
	for _, card := range cards {
		t.outCard(card, places.shut[card.RoomID])
	}
	return nil
}

func (t *Tx) addCard(e models.Entity, room *models.Room) *models.Card {
	card := &models.Card{ID: t.ID(), CoalitionID: t.coalition, Kind: e.Kind, EntityID: e.ID, RoomID: room.ID, Platform: room.Platform, CreatedAt: t.Now}
	t.Add(card)
	return card
}

func (t *Tx) outCard(card *models.Card, rests bool) {
	lane := fmt.Sprintf("card:%d", card.ID)
	out := &models.Out{Kind: models.OutCard, Lane: lane, Platform: card.Platform, CardID: card.ID, DedupKey: lane}
	if rests {
		out.State = models.OutResting
	}
	t.out(out)
}

// Tell has a message written to a person in private after the commit. Someone
// without an account is not written to.
func (t *Tx) Tell(person models.ID, m models.Message) error {
	account, err := t.AccountOf(person)
	if err != nil || account == nil {
		return err
	}
	id := t.ID()
	t.out(&models.Out{ID: id, Kind: models.OutDirect, Lane: fmt.Sprintf("person:%d", person), Platform: account.Platform,
		AccountID: account.ID, Message: m, DedupKey: fmt.Sprintf("direct:%d", id)})
	return nil
}

// Unreact has a reaction of an account taken off a card, and forgets it. The card
// itself does not wait for that: there may be hundreds.
func (t *Tx) Unreact(card *models.Card, account models.ID, emoji string) {
	id := t.ID()
	t.Add(&models.Reaction{CardID: card.ID, AccountID: account, Emoji: emoji, CoalitionID: t.coalition, At: t.Now})
	t.out(&models.Out{ID: id, Kind: models.OutUnreact, Lane: fmt.Sprintf("unreact:%d", card.ID), Platform: card.Platform,
		CardID: card.ID, AccountID: account, Emoji: emoji, DedupKey: fmt.Sprintf("unreact:%d", id)})
}

func (t *Tx) out(row *models.Out) {
	if _, ok := t.outs[row.DedupKey]; ok {
		return
	}
	if row.ID == 0 {
		row.ID = t.ID()
	}
	row.CoalitionID, row.Wanted = t.coalition, 1
	if row.State == "" {
		row.State = models.OutPending
	}
	row.DueAt, row.NextAt, row.CreatedAt = t.Now, t.Now, t.Now
	t.outs[row.DedupKey] = row
	t.Add(row)
}

// AccountOf is the account through which a person is written to, nil if they
// have none.
func (t *Tx) AccountOf(person models.ID) (*models.Account, error) {
	if t.Actor != nil && t.Actor.Person.ID == person {
		return t.Actor.Account, nil
	}
	account, err := recall(t, key{"accounts", person, ""}, func() (*models.Account, error) { return t.query.AccountOf(person) })
	if account != nil && account.CoalitionID != t.coalition {
		return nil, nil // remembered for another coalition
	}
	return account, err
}
