package store

import (
	"context"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Sighting is what is known of an account's place in a space.
type Sighting struct {
	AccountID models.ID // 0 if the account is not known
	Roles     string    // as models.Member keeps them
	Present   bool
}

// Sighted looks up what is known of somebody's place in a space. Who was never
// seen with a role there is taken to be there, without one. ErrNotFound says that
// the space belongs to no coalition.
func (s *Store) Sighted(ctx context.Context, who Who) (*Sighting, error) {
	var rows []struct {
		AccountID *models.ID
		Roles     *string
		Present   *bool
	}
	err := s.read.WithContext(ctx).Raw(`SELECT a.id AS account_id, m.roles, m.present FROM space s
		LEFT JOIN account a ON a.coalition_id = s.coalition_id AND a.platform = s.platform AND a.remote = ?
		LEFT JOIN member m ON m.space_id = s.id AND m.account_id = a.id
		WHERE s.platform = ? AND s.remote = ?`, who.Account, who.Platform, who.Space).Scan(&rows).Error
	switch {
	case err != nil:
		return nil, fmt.Errorf("look up a member: %w", explain(err))
	case len(rows) == 0:
		return nil, fmt.Errorf("space: %w", ErrNotFound)
	}
	seen := &Sighting{Present: true}
	if row := rows[0]; row.AccountID != nil {
		seen.AccountID = *row.AccountID
		if row.Roles != nil && row.Present != nil {
			seen.Roles, seen.Present = *row.Roles, *row.Present
		}
	}
	return seen, nil
}

// SpaceOf loads the actor's space, by the platform's id of it.
func (t *Tx) SpaceOf(platform, remote string) (*models.Space, error) {
	if err := t.batch.settle(key{what: "spaces"}); err != nil {
		return nil, err
	}
	return one[models.Space](t.query, "space", "platform = ? AND remote = ?", platform, remote)
}

// Links loads what platforms' roles stand for, in all spaces of the coalition.
func (q query) Links() ([]*models.RoleLink, error) {
	return all[models.RoleLink](q, "role links", "true ORDER BY id")
}

// Links is the same question inside a unit of work.
func (t *Tx) Links() ([]*models.RoleLink, error) {
	if err := t.batch.settle(key{what: "spaces"}); err != nil {
		return nil, err
	}
	return t.query.Links()
}

// MembersOf loads what was seen of an account in each space.
func (q query) MembersOf(account models.ID) ([]*models.Member, error) {
	return all[models.Member](q, "members", "account_id = ? ORDER BY space_id", account)
}

// seenIn is what was seen of an account. It is asked with every claim, so that
// the writer remembers it.
type seenIn struct{ members []*models.Member }

// MembersOf is the same question inside a unit of work.
func (t *Tx) MembersOf(account models.ID) ([]*models.Member, error) {
	seen, err := recall(t, key{"member", account, ""}, func() (*seenIn, error) {
		members, err := t.query.MembersOf(account)
		return &seenIn{members}, err
	})
	if err != nil {
		return nil, err
	}
	return seen.members, nil
}

// Gone reports whether an account was seen in spaces of the coalition and is in
// none of them any more.
func (q query) Gone(account models.ID) (bool, error) { return gone(q.MembersOf(account)) }

// Gone is the same question inside a unit of work.
func (t *Tx) Gone(account models.ID) (bool, error) { return gone(t.MembersOf(account)) }

func gone(members []*models.Member, err error) (bool, error) {
	for _, m := range members {
		if m.Present {
			return false, nil
		}
	}
	return len(members) > 0, err
}

// Membership loads what was seen of all accounts of a person.
func (t *Tx) Membership(person models.ID) ([]*models.Member, error) {
	if err := t.batch.settle(key{"accounts", person, ""}); err != nil {
		return nil, err
	}
	accounts, err := all[models.Account](t.query, "accounts", "person_id = ? ORDER BY id", person)
	if err != nil {
		return nil, err
	}
	var members []*models.Member
	for _, a := range accounts {
		some, err := t.MembersOf(a.ID)
		if err != nil {
			return nil, err
		}
		members = append(members, some...)
	}
	return members, nil
}

// PeopleSeen reads some of the people who were seen in a space with roles of the
// platform's, by the id of the account after which to go on; next is that for
// the rest, 0 if there is none.
func (r Reader) PeopleSeen(space, after models.ID, limit int) (people []models.ID, next models.ID, err error) {
	members, err := all[models.Member](r.query, "members", "space_id = ? AND account_id > ? ORDER BY account_id LIMIT ?", space, after, limit)
	if err != nil || len(members) == 0 {
		return nil, 0, err
	}
	accounts := make([]models.ID, len(members))
	for i, m := range members {
		accounts[i] = m.AccountID
	}
	list, err := find[models.Account](r.scoped().Where("id IN ?", accounts), "accounts")
	for _, a := range list {
		people = append(people, a.PersonID)
	}
	if len(members) == limit {
		next = accounts[limit-1]
	}
	return people, next, err
}

// PeopleMapped reads some of the people who have a role that a platform's role
// gives, after an id.
func (r Reader) PeopleMapped(after models.ID, limit int) ([]*models.Person, error) {
	return all[models.Person](r.query, "people", "mapped <> 0 AND id > ? ORDER BY id LIMIT ?", after, limit)
}

// SpaceAt finds the space that is one on a platform, nil if it belongs to no
// coalition.
func (s *Store) SpaceAt(ctx context.Context, platform, remote string) (*models.Space, error) {
	return takeOrNil[models.Space](s.read.WithContext(ctx).Where("platform = ? AND remote = ?", platform, remote), "space")
}
