package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// batch is one transaction: units of work run one after the other, and what
// they noted is written together at the end. A unit that loads something which
// an earlier one changed has the changes written first (see [batch.settle]), so
// that each sees the world as if it were alone.
type batch struct {
	store    *Store
	db       *gorm.DB
	pending  *buffer
	dirty    map[key]bool // what the pending rows would change in a load
	counters map[counter]int64
	forgets  []entry // what is forgotten for good
	listed   int64   // the list's size with them
	urgent   bool    // something is to be sent now
	failed   error   // a direct statement failed: the transaction is void
}

// key names something that is loaded: a row, or the rows of one owner.
type key struct {
	what string
	id   models.ID
	text string
}

type counter struct {
	coalition models.ID
	kind      models.Kind
}

func newBatch(ctx context.Context, s *Store) *batch {
	return &batch{store: s, db: s.write.WithContext(ctx), pending: newBuffer(), dirty: map[key]bool{}, counters: map[counter]int64{}}
}

func (b *batch) begin(now time.Time) *Tx {
	return &Tx{Now: now, batch: b, query: query{db: b.db}, buffer: newBuffer(), loaded: map[key]any{}, counters: map[counter]int64{},
		outs: map[string]*models.Out{}}
}

// keep takes over what a successful unit of work noted.
func (b *batch) keep(tx *Tx) {
	var keys []key
	for _, row := range tx.touched {
		keys = append(keys, keysOf(row)...)
	}
	// Removals are written first of all: an earlier unit's row has to be there
	// by then.
	if tx.removes && b.settle(keys...) != nil {
		return // the batch has failed
	}
	for _, k := range keys {
		b.dirty[k] = true
	}
	b.store.memory.forget(keys)
	for k, n := range tx.counters {
		b.counters[k] = n
		tx.buffer.refCounter.added = append(tx.buffer.refCounter.added, &models.RefCounter{CoalitionID: k.coalition, Kind: k.kind, Last: n})
	}
	for _, out := range tx.outs {
		if !out.DueAt.After(tx.Now) {
			b.urgent = true
		}
	}
	b.forgets = append(b.forgets, tx.forgets...)
	b.pending.merge(tx.buffer)
}

// settle writes what is pending if it touches what is about to be loaded.
func (b *batch) settle(keys ...key) error {
	for _, k := range keys {
		if b.dirty[k] {
			return b.flush()
		}
	}
	return nil
}

func (b *batch) flush() error {
	if err := b.pending.flush(b.db); err != nil {
		// Whatever was written of the pending rows is only part of them.
		b.failed = fmt.Errorf("write: %w", err)
		return b.failed
	}
	clear(b.dirty)
	return nil
}

// direct runs a statement of the store's own, after what is pending.
func (b *batch) direct(run func(db *gorm.DB) error) error {
	err := b.flush()
	if err == nil {
		if err = run(b.db); err != nil {
			b.failed = err
		}
	}
	return err
}

// keysOf lists the loads that a row changes the answer of.
func keysOf(row any) []key {
	switch r := row.(type) {
	case *models.Coalition:
		return []key{{"coalition", r.ID, ""}, {what: "spaces"}}
	case *models.Space:
		return []key{{"coalition", r.CoalitionID, ""}, {what: "spaces"}}
	case *models.Room:
		return []key{{"coalition", r.CoalitionID, ""}, {what: "spaces"}}
	case *models.Area:
		return []key{{"coalition", r.CoalitionID, ""}}
	case *models.Person:
		return []key{{"person", r.ID, ""}, {"people", r.CoalitionID, ""}}
	case *models.Account:
		return []key{{"account", r.CoalitionID, r.Platform + "\x00" + r.Remote}, {"person", r.PersonID, ""}, {"accounts", r.PersonID, ""}}
	case *models.Need:
		return []key{{"need", r.ID, ""}, {"number", models.ID(r.Number), string(models.KindNeed)}, {"drafts", r.PersonID, ""}, {"filed", r.FilerID, ""}}
	case *models.Offer:
		return []key{{"offer", r.ID, ""}, {"number", models.ID(r.Number), string(models.KindOffer)}, {"drafts", r.PersonID, ""}}
	case *models.Claim:
		return []key{{"claims", r.NeedID, ""}, {"taken", r.PersonID, ""}}
	case *models.Secret:
		return []key{{"secret", r.RowID, ""}}
	case *models.KeepAway:
		return []key{{"apart", r.PersonID, ""}, {"apart", r.OtherID, ""}}
	case *models.Look:
		return []key{{"looks", r.PersonID, ""}, {"looks", r.NeedID, ""}}
	case *models.Dialog:
		return []key{{"dialog", r.PersonID, ""}}
	case *models.Choice:
		return []key{{"choice", r.AccountID, ""}}
	case *models.Card:
		return []key{{"cards", r.EntityID, ""}, {what: "remotes"}}
	case *models.Reaction:
		return []key{{"reaction", r.CardID, r.Emoji}}
	case *models.RoleLink, *models.JoinCode:
		return []key{{what: "spaces"}}
	case *models.Member:
		return []key{{"member", r.AccountID, ""}}
	case *models.Direct:
		return []key{{"direct", 0, r.Platform + "\x00" + r.Remote}}
	case *models.Inbox:
		return []key{inboxKey(r.Platform, r.Account, r.EventID)}
	}
	return nil
}

func inboxKey(platform, account, event string) key {
	return key{what: "inbox", text: platform + "\x00" + account + "\x00" + event}
}
