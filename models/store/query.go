package store

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// query asks the database on behalf of one coalition. It is the common part of
// a reader and of a unit of work. Every question goes through scoped.
type query struct {
	db        *gorm.DB
	coalition models.ID
}

// scoped is the start of every question: it sees this coalition's rows only.
func (q query) scoped() *gorm.DB { return q.db.Where("coalition_id = ?", q.coalition) }

// take reads one row, ErrNotFound if there is none.
func take[T any](db *gorm.DB, what string) (*T, error) {
	row := new(T)
	switch err := db.Take(row).Error; {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, fmt.Errorf("%s: %w", what, ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("load %s: %w", what, explain(err))
	}
	return row, nil
}

// takeOrNil reads one row, nil if there is none.
func takeOrNil[T any](db *gorm.DB, what string) (*T, error) {
	list, err := find[T](db.Limit(1), what)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

func find[T any](db *gorm.DB, what string) ([]*T, error) {
	var list []*T
	if err := db.Find(&list).Error; err != nil {
		return nil, fmt.Errorf("load %s: %w", what, explain(err))
	}
	return list, nil
}

// Need loads a need by its reference.
func (q query) Need(ref models.Ref) (*models.Need, error) {
	if ref.Kind != models.KindNeed || ref.Number <= 0 {
		return nil, fmt.Errorf("need %s: %w", ref, ErrNotFound)
	}
	// number > 0 is said so that the partial index can serve.
	return take[models.Need](q.scoped().Where("number = ? AND number > 0", ref.Number), "need "+ref.String())
}

// NeedByID loads a need, drafts included.
func (q query) NeedByID(id models.ID) (*models.Need, error) {
	return take[models.Need](q.scoped().Where("id = ?", id), "need")
}

// Offer loads an offer by its reference.
func (q query) Offer(ref models.Ref) (*models.Offer, error) {
	if ref.Kind != models.KindOffer || ref.Number <= 0 {
		return nil, fmt.Errorf("offer %s: %w", ref, ErrNotFound)
	}
	return take[models.Offer](q.scoped().Where("number = ? AND number > 0", ref.Number), "offer "+ref.String())
}

// OfferByID loads an offer, drafts included.
func (q query) OfferByID(id models.ID) (*models.Offer, error) {
	return take[models.Offer](q.scoped().Where("id = ?", id), "offer")
}

// Claims loads all claims on a need, oldest first.
func (q query) Claims(need models.ID) ([]*models.Claim, error) {
	return find[models.Claim](q.scoped().Where("need_id = ?", need).Order("id"), "claims")
}

// Person loads a person.
func (q query) Person(id models.ID) (*models.Person, error) {
	return take[models.Person](q.scoped().Where("id = ?", id), "person")
}

// PeopleNamed finds the people of a name, compared as folded does.
func (q query) PeopleNamed(folded func(string) string, name string) ([]*models.Person, error) {
	all, err := find[models.Person](q.scoped().Order("id"), "people")
	if err != nil {
		return nil, err
	}
	var found []*models.Person
	for _, p := range all {
		if folded(p.Name) == folded(name) {
			found = append(found, p)
		}
	}
	return found, nil
}

// Team loads the people with one of the roles given, longest here first.
func (q query) Team(roles models.Roles) ([]*models.Person, error) {
	return find[models.Person](q.scoped().Where("roles > 1 AND roles & ? <> 0", roles).Order("id"), "the team")
}

// Dialog loads a person's open dialog, nil if there is none.
func (q query) Dialog(person models.ID) (*models.Dialog, error) {
	return takeOrNil[models.Dialog](q.scoped().Where("person_id = ?", person), "dialog")
}

// Areas loads the areas that are offered, in their order.
func (q query) Areas() ([]models.Area, error) {
	return q.areas(q.scoped().Where("position >= 0"))
}

// AllAreas loads also those that are no longer offered.
func (q query) AllAreas() ([]models.Area, error) { return q.areas(q.scoped()) }

func (q query) areas(db *gorm.DB) ([]models.Area, error) {
	var list []models.Area
	if err := db.Order("position, id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("load areas: %w", explain(err))
	}
	return list, nil
}

// Rooms loads the coalition's rooms.
func (q query) Rooms() ([]*models.Room, error) {
	return find[models.Room](q.scoped().Order("id"), "rooms")
}

// Cards loads the cards of an entity.
func (q query) Cards(e models.Entity) ([]*models.Card, error) {
	return find[models.Card](q.scoped().Where("kind = ? AND entity_id = ?", e.Kind, e.ID).Order("id"), "cards")
}

// Card loads a card.
func (q query) Card(id models.ID) (*models.Card, error) {
	return take[models.Card](q.scoped().Where("id = ?", id), "card")
}

// CardAt finds the card that is a message on a platform, nil if it is none of
// ours.
func (q query) CardAt(platform, room, message string) (*models.Card, error) {
	return takeOrNil[models.Card](q.scoped().Where("platform = ? AND remote_id = ? AND remote_id <> ''", platform, message).
		Where("room_id IN (SELECT id FROM room WHERE platform = ? AND remote = ?)", platform, room), "card")
}

// Reaction is the last known level of an account's reaction on a card.
func (q query) Reaction(card, account models.ID, emoji string) (bool, error) {
	r, err := takeOrNil[models.Reaction](q.scoped().Where("card_id = ? AND account_id = ? AND emoji = ?", card, account, emoji), "reaction")
	return r != nil && r.Present, err
}

// Seen looks an event up in the inbox, nil if it is new.
func (q query) Seen(platform, account, event string) (*models.Inbox, error) {
	return takeOrNil[models.Inbox](q.scoped().Where("platform = ? AND account = ? AND event_id = ?", platform, account, event), "inbox")
}

func (q query) lastNumber(kind models.Kind) (int64, error) {
	row, err := takeOrNil[models.RefCounter](q.scoped().Where("kind = ?", kind), "counter")
	if err != nil || row == nil {
		return 0, err
	}
	return row.Last, nil
}

// AccountOf is the account through which a person is written to, nil if they
// have none.
func (q query) AccountOf(person models.ID) (*models.Account, error) {
	return takeOrNil[models.Account](q.scoped().Where("person_id = ?", person).Order("id"), "account")
}

// Choices reads what numbers stand for in an account's private chat.
func (q query) Choices(account models.ID, since time.Time) ([]*models.Choice, error) {
	return find[models.Choice](q.scoped().Where("account_id = ? AND at >= ?", account, since).Order("number"), "choices")
}
