//go:build goolm

package matrix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const (
	// reactorsPage is how many reactions are asked for at once, and reactorsPages
	// how often: more are on no card.
	reactorsPage  = 100
	reactorsPages = 50
)

// annotations reads the reactions on a message that act, the bot's own aside.
func (r *reactions) annotations(ctx context.Context, room id.RoomID, message id.EventID) ([]*store.ReactionEvent, error) {
	var there []*store.ReactionEvent
	from := ""
	for range reactorsPages {
		page, err := r.page(ctx, room, message, from)
		if err != nil {
			return nil, fmt.Errorf("read the reactions on a card: %w", err)
		}
		for _, e := range page.Chunk {
			e.RoomID = room
			parse(e)
			if e.Sender == r.i.self || e.Type != event.EventReaction || r.i.isRedacted(e) {
				continue
			}
			if known := r.annotation(e); known != nil && known.Message == message.String() {
				there = append(there, known)
			}
		}
		if page.NextBatch == "" || page.NextBatch == from {
			break
		}
		from = page.NextBatch
	}
	return there, nil
}

func (r *reactions) page(ctx context.Context, room id.RoomID, message id.EventID, from string) (*mautrix.RespGetRelations, error) {
	ctx, cancel := r.i.within(ctx, askFor)
	defer cancel()
	page, err := r.i.client.GetRelations(ctx, room, message, &mautrix.ReqGetRelations{
		RelationType: event.RelAnnotation, EventType: event.EventReaction, From: from, Limit: reactorsPage})
	if err == nil && page == nil {
		err = errors.New("the homeserver answered nothing")
	}
	return page, err
}

// compare hands on what differs. Who took a hand down goes first: it may have made
// room for who put theirs up.
func (r *reactions) compare(ctx context.Context, card *commands.OpenCard, list []*store.ReactionEvent) error {
	kept, err := r.i.Registry.Store().ReactionsOn(ctx, card.Message)
	if err != nil {
		return fmt.Errorf("the reactions that are known: %w", err)
	}
	noted := map[string]bool{}
	for _, k := range kept {
		noted[k.Event] = true
	}
	there := map[commands.KnownReaction]*store.ReactionEvent{}
	for _, one := range list {
		one.Room = card.Room
		there[commands.KnownReaction{Account: one.Account, Emoji: one.Emoji}] = one
		if noted[one.Event] {
			continue
		}
		if _, err := r.i.Registry.Store().KeepReaction(ctx, Name, *one); err != nil {
			return fmt.Errorf("a reaction that was missed: %w", err)
		}
	}
	known := map[commands.KnownReaction]bool{}
	for _, k := range card.Known {
		known[k] = true
		if there[k] != nil {
			continue
		}
		if err := r.vanished(ctx, card, k, kept); err != nil {
			return err
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(there), byAccount) {
		if known[k] {
			continue
		}
		if err := r.hand(ctx, there[k], there[k].Event, true); err != nil {
			return err
		}
	}
	return nil
}

func byAccount(a, b commands.KnownReaction) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Emoji, b.Emoji))
}

// vanished takes in that a reaction is not among those that the homeserver lists.
// It lists what it wrote a moment ago not always, so that each is asked for by
// itself before anything ends.
func (r *reactions) vanished(ctx context.Context, card *commands.OpenCard, k commands.KnownReaction, kept []*store.ReactionEvent) error {
	reg := r.i.Registry
	var mine []*store.ReactionEvent
	for _, one := range kept {
		if one.Account == k.Account && one.Emoji == k.Emoji {
			mine = append(mine, one)
		}
	}
	var by id.UserID
	eventID := fmt.Sprintf("sync.%s.%s.%s.%s-%d", card.Message, k.Account, k.Emoji, r.started, r.read.Add(1))
	for _, one := range mine {
		e, err := r.ask(ctx, id.RoomID(card.Room), id.EventID(one.Event))
		switch {
		case refused(err): // nobody can say who took it back
		case err != nil:
			return fmt.Errorf("ask for a reaction: %w", err)
		case e.Unsigned.RedactedBecause == nil && len(e.Content.Raw) > 0:
			return nil
		case e.Unsigned.RedactedBecause != nil:
			by = redactor(e)
			if because := e.Unsigned.RedactedBecause.ID; because != "" {
				eventID = because.String()
			}
		}
	}
	if len(mine) == 0 {
		return reg.Forget(ctx, Name, card.Message, []commands.KnownReaction{k})
	}
	for n, one := range mine {
		if n == len(mine)-1 {
			if err := r.end(ctx, one, eventID, by); err != nil {
				return err
			}
		}
		if err := reg.Store().DropReaction(ctx, one.Event); err != nil {
			return err
		}
	}
	return nil
}

func (r *reactions) ask(ctx context.Context, room id.RoomID, wanted id.EventID) (*event.Event, error) {
	ctx, cancel := r.i.within(ctx, askFor)
	defer cancel()
	e, err := r.i.client.GetEvent(ctx, room, wanted)
	if err == nil && e == nil {
		err = errors.New("the homeserver answered nothing")
	}
	return e, err
}
