package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// compare hands on what differs. Where our own reaction is not there any more,
// somebody took others' off too: those are forgotten, and nothing ends.
func (r *reactions) compare(ctx context.Context, card *commands.OpenCard, m *message, there map[commands.KnownReaction]user) error {
	cleared := clearedOf(card, m)
	known := map[commands.KnownReaction]bool{}
	var forgotten, changes []commands.KnownReaction
	var pending error
	for _, k := range card.Known {
		known[k] = true
		if _, still := there[k]; still {
			continue
		}
		switch {
		case card.Pending: // which of ours belong there is not known yet
			pending = errPending
		case cleared(k.Emoji):
			forgotten = append(forgotten, k)
		default:
			changes = append(changes, k)
		}
	}
	for k := range there {
		if !known[k] {
			changes = append(changes, k)
		}
	}
	if err := r.Registry.Forget(ctx, name, card.Message, r.untouched(forgotten)); err != nil {
		return fmt.Errorf("what was cleared: %w", err)
	}
	return cmp.Or(r.handAll(ctx, card, changes, there), pending)
}

// handAll hands differences on. Who took a hand down goes first: it may have made
// room for who put theirs up.
func (r *reactions) handAll(ctx context.Context, card *commands.OpenCard, changes []commands.KnownReaction, there map[commands.KnownReaction]user) error {
	slices.SortFunc(changes, func(a, b commands.KnownReaction) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Emoji, b.Emoji))
	})
	var gone sync.WaitGroup
	for _, present := range []bool{false, true} {
		for _, k := range changes {
			u, still := there[k]
			if still != present {
				continue
			}
			if !r.hand(ctx, card, k, &u, present, &gone) {
				r.later(card.Message, whenFull)
				return nil
			}
		}
		if !present && !r.ended(ctx, &gone) {
			return errors.New("what was taken back takes too long")
		}
	}
	return nil
}

// ended waits for work, and reports whether it ended in time.
func (r *reactions) ended(ctx context.Context, work *sync.WaitGroup) bool {
	done := make(chan struct{})
	go func() { // it ends with the work, which has a limit of time itself
		work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
	case <-r.Clock.After(2 * visitFor):
	}
	return false
}

// clearedOf tells of which emoji all reactions were taken off by somebody else:
// ours went too.
func clearedOf(card *commands.OpenCard, m *message) func(emoji string) bool {
	mine := func(emoji string) bool {
		return slices.ContainsFunc(m.Reactions, func(c reactionCount) bool { return c.Me && c.Emoji.ID == "" && c.Emoji.Name == emoji })
	}
	return func(emoji string) bool {
		if slices.Contains(card.Seeds, emoji) {
			return !mine(emoji)
		}
		if slices.Contains(card.Seeds, commands.EmojiDetails) {
			// It is there from the beginning; others may have come after the clearing.
			return !mine(commands.EmojiDetails)
		}
		return len(card.Seeds) > 0 && !slices.ContainsFunc(card.Seeds, mine)
	}
}

// untouched leaves out what somebody changed while the card was read.
func (r *reactions) untouched(list []commands.KnownReaction) []commands.KnownReaction {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(list, func(k commands.KnownReaction) bool { return r.touched[keyOf(k)] })
}

// hand enqueues a difference, unless the same person changed the same meanwhile:
// what they did then counts. It is false if there is no room for it.
func (r *reactions) hand(ctx context.Context, card *commands.OpenCard, k commands.KnownReaction, u *user, present bool, work *sync.WaitGroup) bool {
	inv := commands.Invocation{
		EventID: fmt.Sprintf("sync.%s.%s.%s.%s-%d", card.Message, k.Account, k.Emoji, r.started, r.read.Add(1)),
		Who:     store.Who{Platform: name, Space: card.Space, Account: k.Account},
		React:   &commands.React{Word: k.Emoji, Present: present, Message: card.Message},
	}
	if present {
		inv.Who.Name = nameOf(nil, u)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.touched[keyOf(k)] {
		return true
	}
	work.Add(1)
	// The queue drops what its context is over for, and then nobody would know
	// that it was done.
	done := r.Events.do(context.WithoutCancel(ctx), k.Account, func(lasting context.Context) {
		defer work.Done()
		if ctx.Err() == nil {
			r.apply(lasting, inv, false)
		}
	})
	if !done {
		work.Done()
	}
	return done
}
