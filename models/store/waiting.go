package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// waitingLasts is for how long a message waits for somebody who takes none:
// what it says is not news any more after that.
const waitingLasts = 30 * 24 * time.Hour

// Waiting reads the newest messages that wait for an account, newest first, and
// how many there are in all.
func (r Reader) Waiting(account models.ID, limit int) (list []*models.Out, total int, err error) {
	list, err = all[models.Out](r.query, "waiting messages", "account_id = ? AND state = 'waiting' ORDER BY id DESC LIMIT ?", account, limit)
	if err != nil || len(list) < limit {
		return list, len(list), err
	}
	var count int64
	err = r.scoped().Model(&models.Out{}).Where("account_id = ? AND state = 'waiting'", account).Count(&count).Error
	if err != nil {
		return nil, 0, fmt.Errorf("count waiting messages: %w", explain(err))
	}
	return list, int(count), nil
}

// Shown records that messages which waited for somebody were shown to them.
func (s *Store) Shown(ctx context.Context, now time.Time, ids []models.ID) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.Update(ctx, now, func(t *Tx) error {
		return t.batch.direct(func(db *gorm.DB) error {
			return db.Model(&models.Out{}).Where("id IN ? AND state = 'waiting'", ids).
				Updates(map[string]any{"state": models.OutSent, "sent_at": t.Now, "uncertain_since": nil}).Error
		})
	})
	if err != nil {
		return fmt.Errorf("record what was shown: %w", err)
	}
	return nil
}

// WaitsAbout reports whether another message about the same need or offer waits
// for the account that a row is for.
func (t *Tx) WaitsAbout(out *models.Out) (bool, error) {
	if err := t.batch.flush(); err != nil {
		return false, err
	}
	about := out.Message.About
	other, err := oneOrNil[models.Out](t.query, "waiting messages", "account_id = ? AND state = 'waiting' AND id <> ? AND about_kind = ? AND about_id = ?",
		out.AccountID, out.ID, about.Kind, about.ID)
	return other != nil, err
}

// ReactionsOf reads the known levels of an account's reactions on a card.
func (t *Tx) ReactionsOf(card, account models.ID) ([]*models.Reaction, error) {
	if err := t.batch.flush(); err != nil {
		return nil, err
	}
	return all[models.Reaction](t.query, "reactions", "card_id = ? AND account_id = ?", card, account)
}

// AccountByID loads an account.
func (t *Tx) AccountByID(id models.ID) (*models.Account, error) {
	if err := t.batch.flush(); err != nil {
		return nil, err
	}
	return one[models.Account](t.query, "account", "id = ?", id)
}

// Say has something said in a room after the commit.
func (t *Tx) Say(room *models.Room, m models.Message) {
	id := t.ID()
	t.out(&models.Out{ID: id, Kind: models.OutRoom, Lane: fmt.Sprintf("room:%d", room.ID), Platform: room.Platform,
		RoomID: room.ID, Message: m, DedupKey: fmt.Sprintf("room:%d", id)})
}

// namedAgain is how long somebody is not named in the same room again.
const namedAgain = time.Hour

// Name has something said in the room of a card that names the owner of an
// account, unless they were named there within the last hour.
func (t *Tx) Name(card *models.Card, account *models.Account, m models.Message) error {
	room := card.RoomID
	hour := t.Now.Unix() / int64(namedAgain/time.Second)
	named := func(hour int64) string { return fmt.Sprintf("named:%d:%d:%d", room, account.ID, hour) }
	if err := t.batch.flush(); err != nil {
		return err
	}
	// At most two rows are that new, and both have a key of which there is one.
	before, err := oneOrNil[models.Out](t.query, "who was named", "dedup_key IN (?, ?) AND created_at > ?", named(hour), named(hour-1), t.Now.Add(-namedAgain))
	if err != nil || before != nil {
		return err
	}
	t.out(&models.Out{ID: t.ID(), Kind: models.OutRoom, Lane: fmt.Sprintf("room:%d", room), Platform: account.Platform,
		RoomID: room, CardID: card.ID, AccountID: account.ID, Message: m, DedupKey: named(hour)})
	return nil
}
