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

// one reads one row of the coalition, ErrNotFound if there is none.
func one[T any](q query, what, where string, args ...any) (*T, error) {
	row, err := oneOrNil[T](q, what, where, args...)
	if err == nil && row == nil {
		return nil, fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return row, err
}

// oneOrNil reads one row of the coalition, nil if there is none.
func oneOrNil[T any](q query, what, where string, args ...any) (*T, error) {
	list, err := all[T](q, what, where+" LIMIT 1", args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// all reads rows of the coalition and, like scoped, sees no others: a condition
// with OR is in brackets.
func all[T any](q query, what, where string, args ...any) ([]*T, error) {
	list, err := read[T](q.db, "coalition_id = ? AND "+where, append([]any{q.coalition}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", what, explain(err))
	}
	return list, nil
}

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
	return one[models.Need](q, "need "+ref.String(), "number = ? AND number > 0", ref.Number)
}

// NeedByID loads a need, drafts included.
func (q query) NeedByID(id models.ID) (*models.Need, error) {
	return one[models.Need](q, "need", "id = ?", id)
}

// Offer loads an offer by its reference.
func (q query) Offer(ref models.Ref) (*models.Offer, error) {
	if ref.Kind != models.KindOffer || ref.Number <= 0 {
		return nil, fmt.Errorf("offer %s: %w", ref, ErrNotFound)
	}
	return one[models.Offer](q, "offer "+ref.String(), "number = ? AND number > 0", ref.Number)
}

// OfferByID loads an offer, drafts included.
func (q query) OfferByID(id models.ID) (*models.Offer, error) {
	return one[models.Offer](q, "offer", "id = ?", id)
}

// Claims loads all claims on a need, oldest first.
func (q query) Claims(need models.ID) ([]*models.Claim, error) {
	return all[models.Claim](q, "claims", "need_id = ? ORDER BY id", need)
}

// Person loads a person.
func (q query) Person(id models.ID) (*models.Person, error) {
	return one[models.Person](q, "person", "id = ?", id)
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
	return oneOrNil[models.Dialog](q, "dialog", "person_id = ?", person)
}

// Draft finds the newest draft of a person, the zero Entity if there is none.
func (q query) Draft(person models.ID) (models.Entity, error) {
	n, err := takeOrNil[models.Need](q.scoped().Where("person_id = ? AND state = 'draft' AND state <> 'closed' AND state <> 'done'", person).Order("id DESC"), "draft")
	if err != nil || n != nil {
		return entityOf(n), err
	}
	o, err := takeOrNil[models.Offer](q.scoped().Where("person_id = ? AND state = 'draft' AND state <> 'withdrawn'", person).Order("id DESC"), "draft")
	if err != nil || o == nil {
		return models.Entity{}, err
	}
	return o.Entity(), nil
}

func entityOf(n *models.Need) models.Entity {
	if n == nil {
		return models.Entity{}
	}
	return n.Entity()
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
	return all[models.Room](q, "rooms", "true ORDER BY id")
}

// Cards loads the cards of an entity.
func (q query) Cards(e models.Entity) ([]*models.Card, error) {
	return all[models.Card](q, "cards", "kind = ? AND entity_id = ? ORDER BY id", e.Kind, e.ID)
}

// Card loads a card.
func (q query) Card(id models.ID) (*models.Card, error) {
	return one[models.Card](q, "card", "id = ?", id)
}

// CardAt finds the card that is a message on a platform, nil if it is none of
// ours. Without a room the message's id has to do: a post in a forum is in a
// thread that is no room of ours.
func (q query) CardAt(platform, room, message string) (*models.Card, error) {
	db := q.scoped().Where("platform = ? AND remote_id = ? AND remote_id <> ''", platform, message)
	if room != "" {
		db = db.Where("room_id IN (SELECT id FROM room WHERE platform = ? AND remote = ?)", platform, room)
	}
	return takeOrNil[models.Card](db, "card")
}

// Reaction is the last known level of an account's reaction on a card.
func (q query) Reaction(card, account models.ID, emoji string) (bool, error) {
	r, err := oneOrNil[models.Reaction](q, "reaction", "card_id = ? AND account_id = ? AND emoji = ?", card, account, emoji)
	return r != nil && r.Present, err
}

// Seen looks an event up in the inbox, nil if it is new.
func (q query) Seen(platform, account, event string) (*models.Inbox, error) {
	return oneOrNil[models.Inbox](q, "inbox", "platform = ? AND account = ? AND event_id = ?", platform, account, event)
}

func (q query) lastNumber(kind models.Kind) (int64, error) {
	row, err := oneOrNil[models.RefCounter](q, "counter", "kind = ?", kind)
	if err != nil || row == nil {
		return 0, err
	}
	return row.Last, nil
}

// AccountOf is the account through which a person is written to, nil if they
// have none or were forgotten.
func (q query) AccountOf(person models.ID) (*models.Account, error) {
	return oneOrNil[models.Account](q, "account", "person_id = ? AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = account.person_id AND p.forgotten_at IS NOT NULL) ORDER BY id", person)
}

// Choices reads what numbers stand for in an account's private chat.
func (q query) Choices(account models.ID, since time.Time) ([]*models.Choice, error) {
	return all[models.Choice](q, "choices", "account_id = ? AND at >= ? ORDER BY number", account, since)
}
