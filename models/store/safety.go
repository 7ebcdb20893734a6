package store

import (
	"fmt"
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

// Apart is the same question inside a unit of work.
func (t *Tx) Apart(one, other models.ID) (bool, error) {
	if err := t.batch.settle(key{"apart", one, ""}, key{"apart", other, ""}); err != nil {
		return false, err
	}
	return t.query.Apart(one, other)
}

// KeepAways loads a person's own list. It is shown to nobody else.
func (t *Tx) KeepAways(person models.ID) ([]*models.KeepAway, error) {
	if err := t.batch.settle(key{"apart", person, ""}); err != nil {
		return nil, err
	}
	return t.query.KeepAways(person)
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
