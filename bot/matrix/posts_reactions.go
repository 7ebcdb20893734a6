//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

const (
	reactionPage  = 100
	reactionPages = 20 // more reactions than a card ever has
)

// eachReaction goes through the reactions on a message, with the bare emoji.
func (p *posts) eachReaction(ctx context.Context, s *session, room id.RoomID, message id.EventID, do func(e *event.Event, emoji string)) error {
	ask := &mautrix.ReqGetRelations{RelationType: event.RelAnnotation, EventType: event.EventReaction, Limit: reactionPage}
	for range reactionPages {
		page, err := s.client.GetRelations(ctx, room, message, ask)
		if err != nil {
			return classify("read the reactions", doesRead, err)
		}
		for _, e := range page.Chunk {
			var content event.ReactionEventContent
			if isRedacted(e) || unmarshal(e, &content) != nil || content.RelatesTo.Type != event.RelAnnotation || content.RelatesTo.EventID != message {
				continue
			}
			do(e, commands.BareEmoji(content.RelatesTo.Key))
		}
		if ask.From = page.NextBatch; ask.From == "" {
			return nil
		}
	}
	return nil
}

// Unreact takes a person's reaction off a message. See bot.Platform. Where the
// bot may not, it stays: the card says what holds, and the person was told.
func (p *posts) Unreact(ctx context.Context, room, message, account, emoji string) error {
	ctx = once(ctx)
	s, err := p.session()
	if err != nil {
		return err
	}
	found, err := p.reactionsOf(ctx, s, id.RoomID(room), id.EventID(message), id.UserID(account), commands.BareEmoji(emoji))
	for _, reaction := range found {
		if wait := p.pace.take("unreact "+reaction.String(), rankPost, p.Clock.Now()); wait > 0 {
			return notNow(errors.New("too much is written at once"), wait)
		}
		failed := p.redact(ctx, s, id.RoomID(room), reaction)
		var final *bot.PermanentError
		switch {
		case errors.As(failed, &final) && final.Code == bot.CodeReadOnly:
			p.Log.Info("the bot may not take reactions off", "room", room)
		case failed != nil && !errors.Is(failed, bot.ErrGone):
			return failed
		}
	}
	if errors.Is(err, bot.ErrGone) {
		return nil
	}
	return notShown(err)
}

// reactionsOf are the events of somebody's reaction on a message: those that we
// heard of, and those that the homeserver knows.
func (p *posts) reactionsOf(ctx context.Context, s *session, room id.RoomID, message id.EventID, person id.UserID, emoji string) ([]id.EventID, error) {
	var found []id.EventID
	known, err := p.Store.ReactionsOn(ctx, message.String())
	if err != nil {
		return nil, fmt.Errorf("the known reactions: %w", err)
	}
	for _, r := range known {
		if r.Account == person.String() && commands.BareEmoji(r.Emoji) == emoji && r.Room == room.String() {
			found = append(found, id.EventID(r.Event))
		}
	}
	err = p.eachReaction(ctx, s, room, message, func(e *event.Event, there string) {
		if e.Sender == person && there == emoji && !slices.Contains(found, e.ID) {
			found = append(found, e.ID)
		}
	})
	return found, err
}
