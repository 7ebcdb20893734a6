package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Apart reports whether one of two people keeps the other away. It works both
// ways, and does not say whose wish it is.
func (q query) Apart(one, other models.ID) (bool, error) {
	k, err := takeOrNil[models.KeepAway](q.scoped().Where("(person_id = ? AND other_id = ?) OR (person_id = ? AND other_id = ?)", one, other, other, one), "keep-away list")
	return k != nil, err
}

// KeepAways loads a person's own list. It is shown to nobody else.
func (q query) KeepAways(person models.ID) ([]*models.KeepAway, error) {
	return find[models.KeepAway](q.scoped().Where("person_id = ?", person).Order("id"), "keep-away list")
}

// ApartFrom lists the people whom a person keeps away, and those who keep them
// away: whose needs are not offered to them.
func (q query) ApartFrom(person models.ID) ([]models.ID, error) {
	list, err := find[models.KeepAway](q.scoped().Where("person_id = ? OR other_id = ?", person, person), "keep-away lists")
	if err != nil {
		return nil, err
	}
	ids := make([]models.ID, len(list))
	for i, k := range list {
		if ids[i] = k.OtherID; k.OtherID == person {
			ids[i] = k.PersonID
		}
	}
	return ids, nil
}

// TakenBy loads the live claims of a person, oldest first.
func (q query) TakenBy(person models.ID) ([]*models.Claim, error) {
	return find[models.Claim](q.scoped().Where("person_id = ? AND state = 'live'", person).Order("id"), "claims of a person")
}

// WithRole loads the people with one of the roles given, volunteers included.
func (r Reader) WithRole(roles models.Roles) ([]*models.Person, error) {
	return find[models.Person](r.scoped().Where("roles & ? <> 0", roles).Order("id"), "people with a role")
}

// Blocked loads the people who are blocked, the last one first.
func (r Reader) Blocked() ([]*models.Person, error) {
	return find[models.Person](r.scoped().Where("blocked_at IS NOT NULL").Order("blocked_at DESC, id"), "who is blocked")
}

// Looks loads who was shown the private details of a need, oldest first.
func (q query) Looks(need models.ID) ([]*models.Look, error) {
	return find[models.Look](q.scoped().Where("need_id = ?", need).Order("id"), "looks")
}

// TeamLooksSince loads the looks that a person had by their role since a
// moment, oldest first.
func (q query) TeamLooksSince(person models.ID, since time.Time) ([]*models.Look, error) {
	return find[models.Look](q.scoped().Where("person_id = ? AND as_team AND at > ?", person, since).Order("id"), "looks")
}

// FiledSince loads what a person filed since a moment and what is posted.
func (q query) FiledSince(person models.ID, since time.Time) ([]*models.Need, error) {
	return find[models.Need](q.scoped().Where("filer_id = ? AND number > 0 AND created_at > ?", person, since).Order("id"), "what was filed")
}

// ApartFrom is the same question inside a unit of work.
func (t *Tx) ApartFrom(person models.ID) ([]models.ID, error) {
	if err := t.batch.settle(key{"apart", person, ""}); err != nil {
		return nil, err
	}
	return t.query.ApartFrom(person)
}

// kept are the people that somebody and they keep apart from: hardly ever any,
// and asked with every claim, so that the writer remembers it.
type kept struct{ apart []models.ID }

// Apart is the same question inside a unit of work.
func (t *Tx) Apart(one, other models.ID) (bool, error) {
	k, err := recall(t, key{"apart", one, ""}, func() (*kept, error) {
		apart, err := t.query.ApartFrom(one)
		return &kept{apart}, err
	})
	if err != nil {
		return false, err
	}
	return slices.Contains(k.apart, other), nil
}

// KeepAways loads a person's own list. It is shown to nobody else.
func (t *Tx) KeepAways(person models.ID) ([]*models.KeepAway, error) {
	if err := t.batch.settle(key{"apart", person, ""}); err != nil {
		return nil, err
	}
	return t.query.KeepAways(person)
}

// TakenBy loads the live claims of a person, oldest first. Each is the same value
// as among the claims of its need.
func (t *Tx) TakenBy(person models.ID) ([]*models.Claim, error) {
	if err := t.batch.settle(key{"taken", person, ""}); err != nil {
		return nil, err
	}
	taken, err := t.query.TakenBy(person)
	if err != nil {
		return nil, err
	}
	for i, c := range taken {
		all, err := t.Claims(c.NeedID)
		if err != nil {
			return nil, err
		}
		for _, same := range all {
			if same.ID == c.ID {
				taken[i] = same
			}
		}
	}
	return taken, nil
}

// ReactionOf is the last known level of an account's reaction on a card.
func (t *Tx) ReactionOf(card, account models.ID, emoji string) (bool, error) {
	if err := t.batch.settle(key{"reaction", card, emoji}); err != nil {
		return false, err
	}
	return t.query.Reaction(card, account, emoji)
}

// Looks loads who was shown the private details of a need, oldest first.
func (t *Tx) Looks(need models.ID) ([]*models.Look, error) {
	if err := t.batch.settle(key{"looks", need, ""}); err != nil {
		return nil, err
	}
	return t.query.Looks(need)
}

// TeamLooksSince loads the looks that a person had by their role since a
// moment, oldest first.
func (t *Tx) TeamLooksSince(person models.ID, since time.Time) ([]*models.Look, error) {
	if err := t.batch.settle(key{"looks", person, ""}); err != nil {
		return nil, err
	}
	return t.query.TeamLooksSince(person, since)
}

// FiledSince loads what a person filed since a moment and what is posted.
func (t *Tx) FiledSince(person models.ID, since time.Time) ([]*models.Need, error) {
	if err := t.batch.settle(key{"filed", person, ""}); err != nil {
		return nil, err
	}
	return t.query.FiledSince(person, since)
}

// Opened opens the private values of a need or an offer inside a unit of work.
// The caller must have decided that whoever will see them may.
func (t *Tx) Opened(e models.Entity) (map[models.PrivateField]string, error) {
	if err := t.batch.settle(key{"secret", e.ID, ""}); err != nil {
		return nil, err
	}
	rows, err := find[models.Secret](t.scoped().Where("kind = ? AND row_id = ?", e.Kind, e.ID), "private values")
	if err != nil {
		return nil, err
	}
	values := make(map[models.PrivateField]string, len(rows))
	for _, row := range rows {
		if values[row.Field], err = t.batch.store.seal.open(t.coalition, row); err != nil {
			return nil, fmt.Errorf("open %s: %w", row.Field, err)
		}
	}
	return values, nil
}
