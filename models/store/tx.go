package store

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Tx is a unit of work. What it loads are private copies; what it notes with
// Add, Save, Remove, Show, Tell and Record is written when its function returns
// nil, together with other units', and dropped when it returns an error.
type Tx struct {
	// Now is the one moment at which all of this happens, UTC, in microseconds.
	Now time.Time
	// Actor is who acts; Act sets it.
	Actor *models.Actor

	batch *batch
	query
	buffer   *buffer
	loaded   map[key]any
	touched  []any // rows noted, whose keys are worked out when all is noted
	removes  bool
	counters map[counter]int64
	outs     map[string]*models.Out
	forgets  []entry
	newcomer []any // the actor's rows, if this unit made them known
}

// In sets the coalition of a unit of work in which nobody acts.
func (t *Tx) In(coalition models.ID) { t.coalition = coalition }

// ClearChoices forgets what numbers stand for in an account's private chat.
func (t *Tx) ClearChoices(account models.ID) {
	t.erase(&models.Choice{AccountID: account}, "account_id = ?", account)
}

// erase notes that the coalition's rows of a table that a condition holds for
// are deleted. The row given is one of them, as far as loads go by it.
func (t *Tx) erase(row interface{ TableName() string }, where string, args ...any) {
	t.touched, t.removes = append(t.touched, row), true
	t.buffer.erased = append(t.buffer.erased, erasure{table: row.TableName(), where: "coalition_id = ? AND " + where, args: append([]any{t.coalition}, args...)})
}

// ID is a new row id.
func (t *Tx) ID() models.ID { return t.batch.store.ids.next(t.Now) }

// Discard forgets everything noted so far, except who the actor is. What
// follows is kept.
func (t *Tx) Discard() {
	actor, newcomer := t.Actor, t.newcomer
	*t = *t.batch.begin(t.Now)
	if actor == nil {
		return
	}
	t.Actor, t.coalition, t.newcomer = actor, actor.Coalition.ID, newcomer
	t.Add(newcomer...)
}

// load returns what an earlier load in this unit of work gave, so that a row
// is one value however often it is asked for; else it asks the database.
func load[T any](t *Tx, k key, ask func() (T, error)) (T, error) {
	if v, ok := t.loaded[k]; ok {
		return v.(T), nil
	}
	var none T
	if err := t.batch.settle(k); err != nil {
		return none, err
	}
	v, err := ask()
	if err != nil {
		return none, err
	}
	t.loaded[k] = v
	return v, nil
}

// Need loads a need by its reference. ErrNotFound says that this coalition has
// none of that number.
func (t *Tx) Need(ref models.Ref) (*models.Need, error) {
	n, err := load(t, key{"number", models.ID(ref.Number), string(models.KindNeed)}, func() (*models.Need, error) { return t.query.Need(ref) })
	if err != nil {
		return nil, err
	}
	return load(t, key{"need", n.ID, ""}, func() (*models.Need, error) { return n, nil })
}

// NeedByID loads a need, drafts included.
func (t *Tx) NeedByID(id models.ID) (*models.Need, error) {
	return load(t, key{"need", id, ""}, func() (*models.Need, error) { return t.query.NeedByID(id) })
}

// Claims loads all claims on a need, ended ones included, oldest first.
func (t *Tx) Claims(need models.ID) ([]*models.Claim, error) {
	return load(t, key{"claims", need, ""}, func() ([]*models.Claim, error) { return t.query.Claims(need) })
}

// LiveClaims loads the live claims on a need.
func (t *Tx) LiveClaims(need models.ID) ([]*models.Claim, error) {
	all, err := t.Claims(need)
	var live []*models.Claim
	for _, c := range all {
		if c.State == models.ClaimLive {
			live = append(live, c)
		}
	}
	return live, err
}

// Offer loads an offer by its reference.
func (t *Tx) Offer(ref models.Ref) (*models.Offer, error) {
	o, err := load(t, key{"number", models.ID(ref.Number), string(models.KindOffer)}, func() (*models.Offer, error) { return t.query.Offer(ref) })
	if err != nil {
		return nil, err
	}
	return load(t, key{"offer", o.ID, ""}, func() (*models.Offer, error) { return o, nil })
}

// OfferByID loads an offer, drafts included.
func (t *Tx) OfferByID(id models.ID) (*models.Offer, error) {
	return load(t, key{"offer", id, ""}, func() (*models.Offer, error) { return t.query.OfferByID(id) })
}

// Person loads a person.
func (t *Tx) Person(id models.ID) (*models.Person, error) {
	if t.Actor != nil && t.Actor.Person.ID == id {
		return t.Actor.Person, nil
	}
	return load(t, key{"person", id, ""}, func() (*models.Person, error) { return t.query.Person(id) })
}

// PeopleNamed finds the people of a name, case and accents aside.
func (t *Tx) PeopleNamed(folded func(string) string, name string) ([]*models.Person, error) {
	if err := t.batch.settle(key{"people", t.coalition, ""}); err != nil {
		return nil, err
	}
	return t.query.PeopleNamed(folded, name)
}

// Team loads the people with one of the roles given.
func (t *Tx) Team(roles models.Roles) ([]*models.Person, error) {
	if err := t.batch.settle(key{"people", t.coalition, ""}); err != nil {
		return nil, err
	}
	return t.query.Team(roles)
}

// Dialog loads the actor's open dialog, nil if there is none.
func (t *Tx) Dialog() (*models.Dialog, error) {
	person := t.Actor.Person.ID
	return load(t, key{"dialog", person, ""}, func() (*models.Dialog, error) { return t.query.Dialog(person) })
}

// Draft finds the newest draft of a person, the zero Entity if there is none.
func (t *Tx) Draft(person models.ID) (models.Entity, error) {
	if err := t.batch.settle(key{"drafts", person, ""}); err != nil {
		return models.Entity{}, err
	}
	return t.query.Draft(person)
}

// Choices loads what numbers stand for in an account's private chat.
func (t *Tx) Choices(account models.ID, since time.Time) ([]*models.Choice, error) {
	if err := t.batch.settle(key{"choice", account, ""}); err != nil {
		return nil, err
	}
	return t.query.Choices(account, since)
}

// Areas loads the coalition's areas in their order.
func (t *Tx) Areas() ([]models.Area, error) {
	if err := t.batch.settle(key{"coalition", t.coalition, ""}); err != nil {
		return nil, err
	}
	return t.query.Areas()
}

// AllAreas loads also the areas that are no longer offered.
func (t *Tx) AllAreas() ([]models.Area, error) {
	if err := t.batch.settle(key{"coalition", t.coalition, ""}); err != nil {
		return nil, err
	}
	return t.query.AllAreas()
}

// Rooms loads the coalition's rooms.
func (t *Tx) Rooms() ([]*models.Room, error) {
	return load(t, key{"coalition", t.coalition, "rooms"}, func() ([]*models.Room, error) {
		if err := t.batch.settle(key{"coalition", t.coalition, ""}); err != nil {
			return nil, err
		}
		return t.query.Rooms()
	})
}

// Cards loads the cards of an entity.
func (t *Tx) Cards(e models.Entity) ([]*models.Card, error) {
	return load(t, key{"cards", e.ID, ""}, func() ([]*models.Card, error) { return t.query.Cards(e) })
}

// Card loads a card.
func (t *Tx) Card(id models.ID) (*models.Card, error) {
	if err := t.batch.settle(key{what: "remotes"}); err != nil {
		return nil, err
	}
	return t.query.Card(id)
}

// CardAt finds the card that is a message on a platform, nil if it is none of
// ours.
func (t *Tx) CardAt(platform, room, message string) (*models.Card, error) {
	if err := t.batch.settle(key{what: "remotes"}); err != nil {
		return nil, err
	}
	return t.query.CardAt(platform, room, message)
}

// Reaction is the last known level of the actor's reaction on a card.
func (t *Tx) Reaction(card models.ID, emoji string) (bool, error) {
	if err := t.batch.settle(key{"reaction", card, emoji}); err != nil {
		return false, err
	}
	return t.query.Reaction(card, t.Actor.Account.ID, emoji)
}

// Seen looks an event up in the inbox, nil if it is new.
func (t *Tx) Seen(platform, account, event string) (*models.Inbox, error) {
	if err := t.batch.settle(inboxKey(platform, account, event)); err != nil {
		return nil, err
	}
	return t.query.Seen(platform, account, event)
}

// Seal keeps a private value of a need or an offer; an empty text removes it.
func (t *Tx) Seal(e models.Entity, field models.PrivateField, text string) error {
	row := &models.Secret{ID: t.ID(), CoalitionID: t.coalition, Kind: e.Kind, RowID: e.ID, Field: field, CreatedAt: t.Now}
	// What this unit of work sealed there before is no longer meant.
	t.buffer.secret.added = slices.DeleteFunc(t.buffer.secret.added, func(s *models.Secret) bool {
		return s.Kind == e.Kind && s.RowID == e.ID && s.Field == field
	})
	if text == "" {
		if err := t.batch.settle(key{"secret", e.ID, ""}); err != nil {
			return err
		}
		found := &models.Secret{}
		err := t.scoped().Where("kind = ? AND row_id = ? AND field = ?", e.Kind, e.ID, field).Take(found).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look for a private value: %w", err)
		}
		t.Remove(found)
		return nil
	}
	sealed, err := t.batch.store.seal.seal(t.coalition, e, field, text)
	if err != nil {
		return err
	}
	row.Ciphertext = sealed
	t.Add(row)
	return nil
}

// EraseSecrets removes all private values of a need or an offer.
func (t *Tx) EraseSecrets(e models.Entity) {
	t.buffer.secret.added = slices.DeleteFunc(t.buffer.secret.added, func(s *models.Secret) bool {
		return s.Kind == e.Kind && s.RowID == e.ID
	})
	t.erase(&models.Secret{RowID: e.ID}, "kind = ? AND row_id = ?", e.Kind, e.ID)
}

// NextNumber is the next number for a reference of this kind. It is used up
// only if the unit of work succeeds.
func (t *Tx) NextNumber(kind models.Kind) (int64, error) {
	k := counter{t.coalition, kind}
	last, ok := t.counters[k]
	if !ok {
		last, ok = t.batch.counters[k]
	}
	if !ok {
		var err error
		if last, err = t.query.lastNumber(kind); err != nil {
			return 0, err
		}
	}
	t.counters[k] = last + 1
	return last + 1, nil
}
