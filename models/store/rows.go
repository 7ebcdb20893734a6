package store

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// rows buffers what is to be written to one table.
type rows[T any] struct {
	added   []*T
	saved   []*T
	removed []*T
	// upsert says what an added row does that is there already; without it,
	// that is an error.
	upsert *clause.OnConflict
	// version finds the row's version; nil if it has none.
	version func(*T) *int64
}

type table interface {
	insert(db *gorm.DB) error
	update(db *gorm.DB) error
	remove(db *gorm.DB) error
	empty() bool
	reset()
}

func (r *rows[T]) empty() bool { return len(r.added)+len(r.saved)+len(r.removed) == 0 }
func (r *rows[T]) reset()      { r.added, r.saved, r.removed = nil, nil, nil }

// chunkSizes keep the number of different prepared statements small, and one
// statement below the database's limit of variables.
var chunkSizes = []int{64, 16, 4, 1}

func (r *rows[T]) insert(db *gorm.DB) error {
	rest := r.added
	for _, size := range chunkSizes {
		for len(rest) >= size {
			chunk := rest[:size]
			rest = rest[size:]
			tx := db
			if r.upsert != nil {
				tx = tx.Clauses(*r.upsert)
			}
			if err := tx.Create(chunk).Error; err != nil {
				return fmt.Errorf("insert %T: %w", *chunk[0], err)
			}
		}
	}
	return nil
}

// update writes whole rows, guarded by the version they were loaded with.
func (r *rows[T]) update(db *gorm.DB) error {
	for _, row := range r.saved {
		var version *int64
		if r.version != nil {
			version = r.version(row)
		}
		affected, err := overwrite(db, row, version)
		if err != nil {
			return fmt.Errorf("update %T: %w", *row, err)
		}
		if affected != 1 {
			return fmt.Errorf("update %T: %w", *row, ErrConflict)
		}
	}
	return nil
}

func (r *rows[T]) remove(db *gorm.DB) error {
	for _, row := range r.removed {
		if err := db.Delete(row).Error; err != nil {
			return fmt.Errorf("delete %T: %w", *row, err)
		}
	}
	return nil
}

// buffer holds the rows of one unit of work, or of several that are to be
// written together.
type buffer struct {
	coalition  rows[models.Coalition]
	space      rows[models.Space]
	room       rows[models.Room]
	area       rows[models.Area]
	person     rows[models.Person]
	account    rows[models.Account]
	need       rows[models.Need]
	offer      rows[models.Offer]
	claim      rows[models.Claim]
	secret     rows[models.Secret]
	look       rows[models.Look]
	keepAway   rows[models.KeepAway]
	dialog     rows[models.Dialog]
	choice     rows[models.Choice]
	card       rows[models.Card]
	reaction   rows[models.Reaction]
	history    rows[models.History]
	outbox     rows[models.Out]
	inbox      rows[models.Inbox]
	roleLink   rows[models.RoleLink]
	member     rows[models.Member]
	joinCode   rows[models.JoinCode]
	direct     rows[models.Direct]
	refCounter rows[models.RefCounter]
	erased     []erasure // carried out first of all
}

// erasure deletes the rows of a table that a condition holds for, or sets
// something in them.
type erasure struct {
	table string
	set   string // empty: they are deleted
	where string
	args  []any
}

func newBuffer() *buffer {
	replace := &clause.OnConflict{UpdateAll: true}
	b := &buffer{}
	b.coalition.version = func(r *models.Coalition) *int64 { return &r.Version }
	b.room.version = func(r *models.Room) *int64 { return &r.Version }
	b.person.version = func(r *models.Person) *int64 { return &r.Version }
	b.need.version = func(r *models.Need) *int64 { return &r.Version }
	b.offer.version = func(r *models.Offer) *int64 { return &r.Version }
	b.claim.version = func(r *models.Claim) *int64 { return &r.Version }
	b.secret.upsert = &clause.OnConflict{Columns: columns("kind", "row_id", "field"), DoUpdates: clause.AssignmentColumns([]string{"ciphertext", "created_at"})}
	b.dialog.upsert = replace
	b.choice.upsert = replace
	b.reaction.upsert = replace
	b.member.upsert = replace
	b.direct.upsert = replace
	b.refCounter.upsert = replace
	b.outbox.upsert = rearm()
	return b
}

func columns(names ...string) []clause.Column {
	list := make([]clause.Column, len(names))
	for i, n := range names {
		list[i].Name = n
	}
	return list
}

// tables lists the buffers in the order in which they are written: a row comes
// after those that it refers to.
func (b *buffer) tables() []table {
	return []table{&b.coalition, &b.space, &b.room, &b.area, &b.person, &b.account, &b.need, &b.offer, &b.claim, &b.secret, &b.look, &b.keepAway,
		&b.dialog, &b.choice, &b.card, &b.reaction, &b.history, &b.outbox, &b.inbox, &b.refCounter,
		&b.roleLink, &b.member, &b.joinCode, &b.direct}
}

func (b *buffer) flush(db *gorm.DB) error {
	for _, e := range b.erased {
		statement := "DELETE FROM " + e.table
		if e.set != "" {
			statement = "UPDATE " + e.table + " SET " + e.set
		}
		if err := db.Exec(statement+" WHERE "+e.where, e.args...).Error; err != nil {
			return fmt.Errorf("erase from %s: %w", e.table, err)
		}
	}
	b.erased = nil
	tables := b.tables()
	for i := len(tables) - 1; i >= 0; i-- {
		if err := tables[i].remove(db); err != nil {
			return err
		}
	}
	for _, t := range tables {
		if t.empty() {
			continue
		}
		if err := t.insert(db); err != nil {
			return err
		}
		if err := t.update(db); err != nil {
			return err
		}
		t.reset()
	}
	for _, t := range tables {
		t.reset()
	}
	return nil
}

// merge appends what another buffer holds.
func (b *buffer) merge(from *buffer) {
	merge(&b.coalition, &from.coalition)
	merge(&b.space, &from.space)
	merge(&b.room, &from.room)
	merge(&b.area, &from.area)
	merge(&b.person, &from.person)
	merge(&b.account, &from.account)
	merge(&b.need, &from.need)
	merge(&b.offer, &from.offer)
	merge(&b.claim, &from.claim)
	merge(&b.secret, &from.secret)
	merge(&b.look, &from.look)
	merge(&b.keepAway, &from.keepAway)
	merge(&b.dialog, &from.dialog)
	merge(&b.choice, &from.choice)
	merge(&b.card, &from.card)
	merge(&b.reaction, &from.reaction)
	merge(&b.history, &from.history)
	merge(&b.outbox, &from.outbox)
	merge(&b.inbox, &from.inbox)
	merge(&b.refCounter, &from.refCounter)
	merge(&b.roleLink, &from.roleLink)
	merge(&b.member, &from.member)
	merge(&b.joinCode, &from.joinCode)
	merge(&b.direct, &from.direct)
	b.erased = append(b.erased, from.erased...)
}

func merge[T any](to, from *rows[T]) {
	to.added = append(to.added, from.added...)
	to.saved = append(to.saved, from.saved...)
	to.removed = append(to.removed, from.removed...)
}
