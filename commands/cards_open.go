package commands

import (
	"context"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// OpenCard is a card on which reactions act, as a message on a platform.
type OpenCard struct {
	Space, Room, Message string
	Kind                 models.RoomKind
	// Seeds are the reactions that the bot puts there as things are now.
	Seeds []string
	// Pending says that the card is not shown yet as it is now, so that the
	// seeds may be others.
	Pending bool
	// Known are the reactions that are known to be there.
	Known []KnownReaction
}

// KnownReaction is a reaction whose level is known to be present.
type KnownReaction struct {
	Account string // the platform's id
	Emoji   string
}

// OpenCards lists the cards on a platform on which reactions act, without what
// is known of each: that is asked right before a card is read back, for it
// changes meanwhile.
func (r *Registry) OpenCards(ctx context.Context, platform string) ([]OpenCard, error) {
	coalitions, err := r.store.Coalitions(ctx)
	if err != nil {
		return nil, err
	}
	var list []OpenCard
	for _, c := range coalitions {
		cards, err := r.store.Reader(ctx, c.ID).CardsOpen(platform)
		if err != nil {
			return nil, err
		}
		places := map[models.ID]*OpenCard{}
		for _, card := range cards {
			place := places[card.RoomID]
			if place == nil {
				if place, err = r.placeOf(ctx, card); err != nil {
					return nil, err
				}
				places[card.RoomID] = place
			}
			one := *place
			one.Message = card.RemoteID
			list = append(list, one)
		}
	}
	return list, nil
}

// OpenCard is the card that is a message on a platform, with what is known of
// its reactions; nil if it is none of ours, or no reaction acts there.
func (r *Registry) OpenCard(ctx context.Context, platform, message string) (*OpenCard, error) {
	card, err := r.store.CardOn(ctx, platform, message)
	if err != nil || card == nil || card.Kind != models.KindNeed && card.Kind != models.KindOffer {
		return nil, err
	}
	one, err := r.placeOf(ctx, card)
	if err != nil {
		return nil, err
	}
	reader := r.store.Reader(ctx, card.CoalitionID)
	if card.Kind == models.KindNeed {
		n, err := reader.NeedByID(card.EntityID)
		if err != nil {
			return nil, err
		}
		switch {
		case n.State == models.NeedDone, n.State == models.NeedClosed:
			return nil, nil
		case n.State.Allows(models.ActClaim) && !n.Full():
			one.Seeds = seedsOpen()
		case n.State == models.NeedOpen, n.State == models.NeedInProgress:
			one.Seeds = seedsTaken()
		}
	}
	if one.Pending, err = reader.Pending(card.ID); err != nil {
		return nil, err
	}
	levels, err := reader.Levels(card.ID)
	if err != nil {
		return nil, err
	}
	for _, l := range levels {
		one.Known = append(one.Known, KnownReaction{l.Account, l.Emoji})
	}
	one.Message = message
	return one, nil
}

func (r *Registry) placeOf(ctx context.Context, card *models.Card) (*OpenCard, error) {
	reader := r.store.Reader(ctx, card.CoalitionID)
	room, err := reader.Room(card.RoomID)
	if err != nil {
		return nil, err
	}
	space, err := reader.Space(room.SpaceID)
	if err != nil {
		return nil, err
	}
	return &OpenCard{Space: space.Remote, Room: room.Remote, Kind: room.Kind}, nil
}

// Emojis are the reactions that act, bare of skin tones and selectors.
func (r *Registry) Emojis() []string { return []string{EmojiClaim, EmojiDone, EmojiDetails} }

// ReactionNews reports whether a reaction on a message is one that acts and not
// known yet: who reacts to other messages is not made known, and nothing is
// written for them. Ours says whether the message is a card.
func (r *Registry) ReactionNews(ctx context.Context, platform, account, message, emoji string, present bool) (news, ours bool, err error) {
	if !r.Reacts(emoji) {
		return false, false, nil
	}
	card, err := r.store.CardOn(ctx, platform, message)
	if err != nil || card == nil {
		return false, false, err
	}
	if card.Kind == models.KindWelcome {
		return false, true, nil
	}
	was, err := r.store.Reader(ctx, card.CoalitionID).Reacted(card.ID, platform, account, BareEmoji(emoji))
	return was != present, true, err
}

// Forget says that some reactions are not on a card any more, and that those who
// put them there may not be the ones who took them off. Nothing ends.
func (r *Registry) Forget(ctx context.Context, platform, message string, known []KnownReaction) error {
	levels := make([]store.KnownReaction, len(known))
	for i, k := range known {
		levels[i] = store.KnownReaction{Account: k.Account, Emoji: k.Emoji}
	}
	return r.store.ForgetSome(ctx, r.now().UTC(), platform, message, levels)
}

// Cleared says that reactions were taken off a card by somebody else than those
// who put them there: all, or those of some emoji. They are forgotten, and
// nothing ends.
func (r *Registry) Cleared(ctx context.Context, platform, message string, emojis ...string) error {
	_, err := r.store.ForgetReactions(ctx, r.now(), platform, message, false, emojis...)
	return err
}

// CardGone says that a card's message was deleted. Nothing ends; the card is
// posted anew when it changes next. It reports whether it was one of ours.
func (r *Registry) CardGone(ctx context.Context, platform, message string) (bool, error) {
	return r.store.ForgetReactions(ctx, r.now(), platform, message, true)
}
