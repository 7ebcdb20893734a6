package store

import (
	"context"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// JoinHash is what is kept of a code with which a space joins.
func (t *Tx) JoinHash(code string) string { return t.batch.store.pseudonym("join", code) }

// OpenJoinCodes loads the codes of the coalition that can still be used, oldest
// first.
func (t *Tx) OpenJoinCodes() ([]*models.JoinCode, error) {
	if err := t.batch.settle(key{what: "spaces"}); err != nil {
		return nil, err
	}
	return all[models.JoinCode](t.query, "codes", "used_at IS NULL AND expires_at > ? ORDER BY id", t.Now)
}

// JoinCode finds the code, of whichever coalition, that can be used now; nil if
// there is none, or if whoever asked for it is no admin any more.
func (t *Tx) JoinCode(hash string) (*models.JoinCode, error) {
	if err := t.batch.settle(key{what: "spaces"}); err != nil {
		return nil, err
	}
	code, err := takeOrNil[models.JoinCode](t.db.Where("hash = ? AND used_at IS NULL AND expires_at > ?", hash, t.Now), "code")
	if err != nil || code == nil {
		return nil, err
	}
	if err := t.batch.settle(key{"person", code.PersonID, ""}); err != nil {
		return nil, err
	}
	by, err := take[models.Person](t.db.Where("id = ? AND coalition_id = ?", code.PersonID, code.CoalitionID), "person")
	if err != nil {
		return nil, err
	}
	if !by.Roles.Any(models.Admin) || by.BlockedAt != nil {
		return nil, nil
	}
	return code, nil
}

// Join uses a code up: the sender's space becomes one of its coalition, and the
// sender, if they are new there, a neighbor.
func (t *Tx) Join(code *models.JoinCode, who Who, name string, rooms ...models.Room) (*models.Space, error) {
	if err := t.batch.settle(key{"coalition", code.CoalitionID, ""}, key{"account", code.CoalitionID, who.Platform + "\x00" + who.Account}); err != nil {
		return nil, err
	}
	coalition, err := take[models.Coalition](t.db.Where("id = ?", code.CoalitionID), "coalition")
	if err != nil {
		return nil, err
	}
	if err := t.actIn(coalition, who); err != nil {
		return nil, err
	}
	used := t.Now
	code.UsedAt = &used
	t.Save(code)
	return t.addSpace(who, name, rooms), nil
}

// DirectPlace is a space that an account may speak to in a direct chat.
type DirectPlace struct {
	Space       string // the platform's id
	Name        string // of the coalition
	CoalitionID models.ID
	Known       bool // the account is known in the coalition
	Left        bool // it was seen in the space, and left
	Chosen      bool // the coalition was chosen for this account's direct chat
}

// DirectPlaces lists all spaces of a platform, as they are to one account.
func (s *Store) DirectPlaces(ctx context.Context, platform, account string) ([]DirectPlace, error) {
	var list []DirectPlace
	err := s.read.WithContext(ctx).Raw(`SELECT s.remote AS space, c.name, s.coalition_id, a.id IS NOT NULL AS known,
			m.account_id IS NOT NULL AND NOT m.present AS "left", d.remote IS NOT NULL AS chosen
		FROM space s JOIN coalition c ON c.id = s.coalition_id
		LEFT JOIN account a ON a.coalition_id = s.coalition_id AND a.platform = s.platform AND a.remote = ?
		LEFT JOIN member m ON m.space_id = s.id AND m.account_id = a.id
		LEFT JOIN direct d ON d.coalition_id = s.coalition_id AND d.platform = s.platform AND d.remote = ?
		WHERE s.platform = ? AND s.gone_at IS NULL ORDER BY s.id`, account, account, platform).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list where an account is known: %w", explain(err))
	}
	return list, nil
}
