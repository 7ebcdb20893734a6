package store

import "github.com/berkshire-mutual-aid/shirebot/models"

// Over reads what a person asked for that is done or closed and can still be
// opened again, the newest first.
func (r Reader) Over(person models.ID, limit int) ([]*models.Need, error) {
	return find[models.Need](r.scoped().Where("(person_id = ? OR filer_id = ?) AND state IN ('done', 'closed') AND number > 0 AND purged_at IS NULL", person, person).
		Order("number DESC").Limit(limit), "own needs that are over")
}

// Known reads the people who are still here and have a name, by their names.
func (r Reader) Known(limit int) ([]*models.Person, error) {
	return find[models.Person](r.scoped().Where("forgotten_at IS NULL AND name <> ''").Order("name, id").Limit(limit), "people")
}
