package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// DirectShown is a message with private values in a private chat. It is to be
// taken back: see [Store.DueShown].
type DirectShown struct {
	ID          models.ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID models.ID
	Platform    string
	Room        string
	Event       string // the platform's id of the message
	AccountID   models.ID
	Kind        models.Kind
	RowID       models.ID
	At          time.Time

	Account string `gorm:"-"` // the platform's id of who was shown it; for AddShown
}

// TableName is the table's name.
func (DirectShown) TableName() string { return "direct_shown" }

// AddShown remembers a message with private values. Its ID and AccountID are
// filled in.
func (s *Store) AddShown(ctx context.Context, shown DirectShown) error {
	// A claim that ends at the same moment ends after it: both are cut alike.
	shown.ID, shown.At = s.ids.next(s.now()), shown.At.UTC().Truncate(time.Microsecond)
	return s.direct(ctx, "remember what was shown", func(db *gorm.DB, _ time.Time) error {
		err := db.Raw("SELECT coalesce(max(id), 0) FROM account WHERE coalition_id = ? AND platform = ? AND remote = ?",
			shown.CoalitionID, shown.Platform, shown.Account).Scan(&shown.AccountID).Error
		if err != nil {
			return err
		}
		return db.Clauses(clause.OnConflict{DoNothing: true}).Create(&shown).Error
	})
}

// shownIsOver says of a row of direct_shown that its need or offer is over, or
// that the claim of whoever was shown it ended.
const shownIsOver = `EXISTS (SELECT 1 FROM need n WHERE n.id = direct_shown.row_id AND direct_shown.kind = 'need' AND n.ended_at IS NOT NULL)
 OR EXISTS (SELECT 1 FROM offer o WHERE o.id = direct_shown.row_id AND direct_shown.kind = 'offer' AND o.ended_at IS NOT NULL)
 OR EXISTS (SELECT 1 FROM person p JOIN account a ON a.person_id = p.id WHERE a.id = direct_shown.account_id AND p.forgotten_at IS NOT NULL)
 OR EXISTS (SELECT 1 FROM claim c JOIN account a ON a.person_id = c.person_id
            WHERE a.id = direct_shown.account_id AND c.need_id = direct_shown.row_id AND direct_shown.kind = 'need' AND c.ended_at >= direct_shown.at)
    AND NOT EXISTS (SELECT 1 FROM claim c JOIN account a ON a.person_id = c.person_id
            WHERE a.id = direct_shown.account_id AND c.need_id = direct_shown.row_id AND c.state = 'live')`

// DueShown lists what is to be taken back on a platform: what was shown before
// a moment, what is about something that is over, and what was shown to
// somebody for a claim that has ended. Oldest first, 100 at most.
func (s *Store) DueShown(ctx context.Context, platform string, before time.Time) ([]*DirectShown, error) {
	return find[DirectShown](s.read.WithContext(ctx).Where("platform = ?", platform).
		Where("at < ? OR "+shownIsOver, before.UTC()).Order("at, id").Limit(100), "what was shown")
}

// RemoveShown forgets a message that was taken back.
func (s *Store) RemoveShown(ctx context.Context, id models.ID) error {
	return s.direct(ctx, "forget what was taken back", func(db *gorm.DB, _ time.Time) error {
		return db.Where("id = ?", id).Delete(&DirectShown{}).Error
	})
}

// reactionEvent is a row of its table.
type reactionEvent struct {
	Event       string `gorm:"primaryKey"`
	CoalitionID models.ID
	CardID      models.ID
	Message     string
	Account     string
	Emoji       string
	At          time.Time
}

// TableName is the table's name.
func (reactionEvent) TableName() string { return "reaction_event" }

// ReactionEvent is a reaction on a card as an event of a platform.
type ReactionEvent struct {
	Event   string // the reaction's own id
	Room    string
	Message string // the id of the card's message
	Account string // whose it is
	Emoji   string
	At      time.Time
}

// KeepReaction remembers a reaction, and reports whether it is one on a card of
// ours; others are not kept.
func (s *Store) KeepReaction(ctx context.Context, platform string, r ReactionEvent) (kept bool, err error) {
	err = s.direct(ctx, "remember a reaction", func(db *gorm.DB, _ time.Time) error {
		kept = false
		card, err := takeOrNil[models.Card](db.Where("platform = ? AND remote_id = ? AND remote_id <> ''", platform, r.Message).
			Where("room_id IN (SELECT id FROM room WHERE platform = ? AND remote = ?)", platform, r.Room), "card")
		if err != nil || card == nil {
			return err
		}
		kept = true
		return db.Clauses(clause.OnConflict{DoNothing: true}).
			Create(&reactionEvent{r.Event, card.CoalitionID, card.ID, r.Message, r.Account, r.Emoji, r.At.UTC()}).Error
	})
	return kept, err
}

// ReactionOf is the reaction that an event was, nil if it was none on a card of
// ours. Its Room is the card's.
func (s *Store) ReactionOf(ctx context.Context, event string) (*ReactionEvent, error) {
	list, err := s.reactions(ctx, "reaction_event.event = ?", event)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// ReactionsOn lists the known reactions on a message, oldest first.
func (s *Store) ReactionsOn(ctx context.Context, message string) ([]*ReactionEvent, error) {
	return s.reactions(ctx, "reaction_event.message = ?", message)
}

func (s *Store) reactions(ctx context.Context, where string, args ...any) ([]*ReactionEvent, error) {
	db := s.read.WithContext(ctx).Table("reaction_event").Joins("JOIN card ON card.id = reaction_event.card_id").
		Joins("JOIN room ON room.id = card.room_id").Where(where, args...).Order("reaction_event.at, reaction_event.event").
		Select("reaction_event.event, room.remote AS room, reaction_event.message, reaction_event.account, reaction_event.emoji, reaction_event.at")
	return find[ReactionEvent](db, "reactions")
}

// DropReaction forgets a reaction that was taken back.
func (s *Store) DropReaction(ctx context.Context, event string) error {
	return s.direct(ctx, "forget a reaction", func(db *gorm.DB, _ time.Time) error {
		return db.Where("event = ?", event).Delete(&reactionEvent{}).Error
	})
}
