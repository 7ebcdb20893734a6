package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Reader reads one coalition's rows from a pool that cannot write. It sees what
// was committed before each question.
type Reader struct {
	query
	seal *sealer
}

// Reader is a reader for a coalition.
func (s *Store) Reader(ctx context.Context, coalition models.ID) Reader {
	return Reader{query{s.read.WithContext(ctx), coalition}, &s.seal}
}

// coalitionOf finds the coalition that a space belongs to.
func coalitionOf(db *gorm.DB, who Who) (*models.Coalition, error) {
	space, err := take[models.Space](db.Where("platform = ? AND remote = ?", who.Platform, who.Space), "space")
	if err != nil {
		return nil, err
	}
	return take[models.Coalition](db.Where("id = ?", space.CoalitionID), "coalition")
}

// Actor finds out who asks, without making anyone known: somebody new is a
// neighbor with the id 0. ErrNotFound says that the space belongs to no
// coalition.
func (s *Store) Actor(ctx context.Context, who Who) (*models.Actor, error) {
	db := s.read.WithContext(ctx)
	c, err := coalitionOf(db, who)
	if err != nil {
		return nil, err
	}
	r := s.Reader(ctx, c.ID)
	account, err := r.account(who)
	if err != nil {
		return nil, err
	}
	if account == nil {
		return &models.Actor{Coalition: c, Person: &models.Person{CoalitionID: c.ID, Name: who.Name}, Account: &models.Account{CoalitionID: c.ID, Platform: who.Platform, Remote: who.Account}}, nil
	}
	person, err := r.Person(account.PersonID)
	if err != nil {
		return nil, err
	}
	return &models.Actor{Coalition: c, Person: person, Account: account}, nil
}

// Coalition loads the reader's coalition.
func (r Reader) Coalition() (*models.Coalition, error) {
	return take[models.Coalition](r.db.Where("id = ?", r.coalition), "coalition")
}

// Account loads an account.
func (r Reader) Account(id models.ID) (*models.Account, error) {
	return one[models.Account](r.query, "account", "id = ?", id)
}

// Area loads an area; nil for the id 0 or one that is gone.
func (r Reader) Area(id models.ID) (*models.Area, error) {
	if id == 0 {
		return nil, nil
	}
	return oneOrNil[models.Area](r.query, "area", "id = ?", id)
}

// Room loads a room.
func (r Reader) Room(id models.ID) (*models.Room, error) {
	return one[models.Room](r.query, "room", "id = ?", id)
}

// RoomOf finds a room by the platform's id, nil if it is none of ours.
func (r Reader) RoomOf(platform, remote string) (*models.Room, error) {
	return takeOrNil[models.Room](r.scoped().Where("platform = ? AND remote = ?", platform, remote), "room")
}

// onBoard is the board: what can be claimed. It is a literal so that the
// partial index need_board serves.
const onBoard = "state IN ('open', 'in_progress') AND claimed < slots"

// Filter narrows a list; its zero value shows all.
type Filter struct {
	// Without leaves out the needs that are for these people, or were typed by
	// them.
	Without  []models.ID
	Category models.Category
	AreaID   models.ID
}

func (f Filter) on(db *gorm.DB) *gorm.DB {
	if f.Category != "" {
		db = db.Where("category = ?", f.Category)
	}
	if f.AreaID != 0 {
		db = db.Where("area_id = ?", f.AreaID)
	}
	return db
}

// apart leaves out needs, and only those: offers have no filer.
func (f Filter) apart(db *gorm.DB) *gorm.DB {
	if len(f.Without) == 0 {
		return db
	}
	return db.Where("person_id NOT IN ? AND filer_id NOT IN ?", f.Without, f.Without)
}

// Board reads a page of the needs that can be claimed, in the board's order,
// and how many there are in all.
func (r Reader) Board(f Filter, offset, limit int) (page []*models.Need, total int64, err error) {
	if err := f.apart(f.on(r.scoped().Model(&models.Need{}).Where(onBoard))).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count the board: %w", explain(err))
	}
	page, err = find[models.Need](f.apart(f.on(r.scoped().Where(onBoard))).Order("rank_at, id").Offset(offset).Limit(limit), "board")
	return page, total, err
}

// suggestFrom is how far down the board suggestions are looked for.
const suggestFrom = 50

// Suggest finds needs for someone who came second to one: those of its area
// first, then the others, both in the board's order.
func (r Reader) Suggest(like *models.Need, person models.ID, limit int) ([]*models.Need, error) {
	away, err := r.ApartFrom(person)
	if err != nil {
		return nil, err
	}
	list, err := find[models.Need](Filter{Without: away}.apart(r.scoped().Where(onBoard)).
		Where("id <> ? AND person_id <> ?", like.ID, person).
		Where("id NOT IN (SELECT need_id FROM claim WHERE person_id = ? AND state = 'live')", person).
		Order("rank_at, id").Limit(suggestFrom), "suggestions")
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b *models.Need) int {
		switch near := like.AreaID; {
		case a.AreaID == near && b.AreaID != near:
			return -1
		case a.AreaID != near && b.AreaID == near:
			return 1
		}
		return 0
	})
	return list[:min(limit, len(list))], nil
}

// Asked reads what a person asked for, for themselves or for somebody else, and
// what is not over: drafts first, and what is their own.
func (r Reader) Asked(person models.ID) ([]*models.Need, error) {
	const open = "SELECT id FROM need WHERE coalition_id = ? AND state <> 'closed' AND state <> 'done' AND "
	// Two questions in one, so that each goes by its own index.
	return find[models.Need](r.scoped().Where("id IN ("+open+"person_id = ? UNION "+open+"filer_id = ?)", r.coalition, person, r.coalition, person).
		Order("number > 0, person_id <> filer_id, number, id"), "own needs")
}

// Taken reads the needs on which a person has a live claim.
func (r Reader) Taken(person models.ID) ([]*models.Need, error) {
	return find[models.Need](r.scoped().Where("id IN (SELECT need_id FROM claim WHERE person_id = ? AND state = 'live')", person).Order("rank_at, id"), "taken needs")
}

// Offered reads what a person offers and has not withdrawn, drafts first.
func (r Reader) Offered(person models.ID) ([]*models.Offer, error) {
	return find[models.Offer](r.scoped().Where("person_id = ? AND state <> 'withdrawn'", person).Order("number, id"), "own offers")
}

// Offers reads a page of what is available, newest first, and the total.
func (r Reader) Offers(f Filter, offset, limit int) (page []*models.Offer, total int64, err error) {
	available := func() *gorm.DB { return f.on(r.scoped().Where("state = 'available'")) }
	if err := available().Model(&models.Offer{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count offers: %w", explain(err))
	}
	page, err = find[models.Offer](available().Order("posted_at DESC, id DESC").Offset(offset).Limit(limit), "offers")
	return page, total, err
}

// History reads the newest changes of an entity, oldest of them first.
func (r Reader) History(e models.Entity, limit int) ([]*models.History, error) {
	list, err := find[models.History](r.scoped().Where("kind = ? AND entity_id = ?", e.Kind, e.ID).Order("id DESC").Limit(limit), "history")
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list, err
}

// Private opens the private values of a need or an offer. The caller must have
// decided that whoever will see them may (models.RightDetails).
func (r Reader) Private(e models.Entity) (map[models.PrivateField]string, error) {
	rows, err := find[models.Secret](r.scoped().Where("kind = ? AND row_id = ?", e.Kind, e.ID), "private values")
	if err != nil {
		return nil, err
	}
	values := make(map[models.PrivateField]string, len(rows))
	for _, row := range rows {
		if values[row.Field], err = r.seal.open(r.coalition, row); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// Coalitions lists all coalitions of the installation, oldest first. It is for
// the program's own start, not for anything that people ask.
func (s *Store) Coalitions(ctx context.Context) ([]*models.Coalition, error) {
	return find[models.Coalition](s.read.WithContext(ctx).Order("id"), "coalitions")
}

// IsNotFound reports whether the error says that there is no such row.
func IsNotFound(err error) bool { return errors.Is(err, ErrNotFound) }
