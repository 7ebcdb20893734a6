package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// CardsOpen reads the cards on a platform about what is open: where reactions
// act.
func (r Reader) CardsOpen(platform string) ([]*models.Card, error) {
	const there = "c.coalition_id = ? AND c.platform = ? AND c.remote_id <> '' AND r.gone_at IS NULL AND s.gone_at IS NULL"
	var list []*models.Card
	// The open ones are found first, each by its own index; cards of what is over
	// are never looked at.
	err := r.db.Raw(`SELECT c.* FROM need n CROSS JOIN card c CROSS JOIN room r CROSS JOIN space s
		WHERE n.coalition_id = ? AND n.state <> 'closed' AND n.state <> 'done' AND n.number > 0 AND c.kind = 'need' AND c.entity_id = n.id
			AND r.id = c.room_id AND s.id = r.space_id AND `+there+`
		UNION ALL SELECT c.* FROM offer o CROSS JOIN card c CROSS JOIN room r CROSS JOIN space s
		WHERE o.coalition_id = ? AND o.state = 'available' AND c.kind = 'offer' AND c.entity_id = o.id
			AND r.id = c.room_id AND s.id = r.space_id AND `+there+` ORDER BY 1`,
		r.coalition, r.coalition, platform, r.coalition, r.coalition, platform).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("load open cards: %w", explain(err))
	}
	return list, nil
}

// CardOn finds the card that is a message on a platform, in whichever coalition;
// nil if it is none of ours.
func (s *Store) CardOn(ctx context.Context, platform, message string) (*models.Card, error) {
	return takeOrNil[models.Card](s.read.WithContext(ctx).Where("platform = ? AND remote_id = ? AND remote_id <> ''", platform, message), "card")
}

// KnownReaction is the known reaction of an account on a card.
type KnownReaction struct {
	Account string // the platform's id
	Emoji   string
	At      time.Time
}

// Levels reads the reactions that are known to be on a card.
func (r Reader) Levels(card models.ID) ([]KnownReaction, error) {
	var list []KnownReaction
	err := r.db.Raw(`SELECT a.remote AS account, l.emoji, l.at FROM reaction l CROSS JOIN account a
		WHERE l.card_id = ? AND l.coalition_id = ? AND l.present AND a.id = l.account_id`, card, r.coalition).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("load reactions: %w", explain(err))
	}
	return list, nil
}

// Pending reports whether a card is not shown yet as it is now.
func (r Reader) Pending(card models.ID) (bool, error) {
	out, err := oneOrNil[models.Out](r.query, "outbox row", "dedup_key = ? AND state = 'pending'", cardLane(card))
	return out != nil, err
}

// cardLane names the one outbox row of a card, and its lane.
func cardLane(card models.ID) string { return fmt.Sprintf("card:%d", card) }

// Reacted is the last known level of a reaction on a card, of an account that may
// not be known.
func (r Reader) Reacted(card models.ID, platform, account, emoji string) (bool, error) {
	var n int64
	err := r.db.Raw(`SELECT count(*) FROM account a JOIN reaction l ON l.card_id = ? AND l.account_id = a.id AND l.emoji = ?
		WHERE a.coalition_id = ? AND a.platform = ? AND a.remote = ? AND l.present`, card, emoji, r.coalition, platform, account).Scan(&n).Error
	if err != nil {
		return false, fmt.Errorf("load a reaction: %w", explain(err))
	}
	return n > 0, nil
}

// ForgetReactions forgets what is known of the reactions on a card that is a
// message on a platform: of all, or of some emoji. It ends nothing. Gone says
// that the message is not there any more: the card is posted anew when it is to
// be shown next. It reports whether there is such a card.
func (s *Store) ForgetReactions(ctx context.Context, now time.Time, platform, message string, gone bool, emojis ...string) (found bool, err error) {
	err = s.onCard(ctx, now, platform, message, func(db *gorm.DB, card *models.Card) error {
		found = card != nil
		if !found {
			return nil
		}
		if gone {
			if err := db.Model(&models.Card{}).Where("id = ?", card.ID).Update("remote_id", "").Error; err != nil {
				return err
			}
		}
		return forgetReactions(db, card.ID, emojis...)
	})
	return found, err
}

// ForgetSome forgets some reactions on a card that is a message on a platform,
// and ends nothing.
func (s *Store) ForgetSome(ctx context.Context, now time.Time, platform, message string, known []KnownReaction) error {
	if len(known) == 0 {
		return nil
	}
	return s.onCard(ctx, now, platform, message, func(db *gorm.DB, card *models.Card) error {
		if card == nil {
			return nil
		}
		for _, k := range known {
			err := db.Where("card_id = ? AND emoji = ?", card.ID, k.Emoji).
				Where("account_id = (SELECT id FROM account WHERE coalition_id = ? AND platform = ? AND remote = ?)", card.CoalitionID, platform, k.Account).
				Delete(&models.Reaction{}).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// onCard does something with the card that is a message on a platform, nil if
// there is none.
func (s *Store) onCard(ctx context.Context, now time.Time, platform, message string, do func(*gorm.DB, *models.Card) error) error {
	err := s.Update(ctx, now, func(t *Tx) error {
		return t.batch.direct(func(db *gorm.DB) error {
			card, err := takeOrNil[models.Card](db.Where("platform = ? AND remote_id = ? AND remote_id <> ''", platform, message), "card")
			if err != nil {
				return err
			}
			return do(db, card)
		})
	})
	if err != nil {
		return fmt.Errorf("reactions on a card: %w", err)
	}
	return nil
}

func forgetReactions(db *gorm.DB, card models.ID, emojis ...string) error {
	db = db.Where("card_id = ?", card)
	if len(emojis) > 0 {
		db = db.Where("emoji IN ?", emojis)
	}
	return db.Delete(&models.Reaction{}).Error
}
