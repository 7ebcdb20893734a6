//go:build goolm

package matrix

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"go.mau.fi/util/variationselector"
	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// adornFor is how long a card's reactions and its pin may hold up what else is
// to be shown. They are for convenience: the words say what to do without them.
const adornFor = 10 * time.Second

// seeding are the cards whose reactions wait for a quieter moment.
type seeding struct {
	mu      sync.Mutex
	waiting map[id.EventID]adornment
	more    chan struct{}
	on      *memory[id.EventID] // the card that a reaction of ours is on
}

// adornment is what belongs on a card.
type adornment struct {
	room  id.RoomID
	seeds []string
	tries int
}

// mostSeeding is how many cards wait for their reactions. Others have them with
// their next change.
const mostSeeding = 500

func newSeeding() *seeding {
	return &seeding{waiting: map[id.EventID]adornment{}, more: make(chan struct{}, 1), on: newMemory[id.EventID]()}
}

func (q *seeding) put(message id.EventID, a adornment) {
	q.mu.Lock()
	if _, ok := q.waiting[message]; ok || len(q.waiting) < mostSeeding {
		q.waiting[message] = a
	}
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q *seeding) take() (id.EventID, adornment, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for message, a := range q.waiting {
		delete(q.waiting, message)
		return message, a, true
	}
	return "", adornment{}, false
}

// seedsOf are the reactions that belong on a card, as the admin wants them.
func (p *posts) seedsOf(card *commands.CardText) []string {
	if p.Seeds == nil {
		return card.Seeds
	}
	var some []string
	for _, emoji := range card.Seeds {
		if slices.ContainsFunc(p.Seeds, func(s string) bool { return commands.BareEmoji(s) == commands.BareEmoji(emoji) }) {
			some = append(some, emoji)
		}
	}
	return some
}

// adorn has the bot's own reactions on a card made those that belong there, in a
// quieter moment, and what is pinned as well.
func (p *posts) adorn(ctx context.Context, s *session, post bot.Post, room id.RoomID, message id.EventID, isNew bool) {
	if post.Card == nil || post.Account != "" {
		return
	}
	p.pinAsItBelongs(ctx, s, post.Card, room, message, isNew)
	was, _ := p.shown.get(message.String())
	seeds := p.seedsOf(post.Card)
	if was.seeded && len(seeds) == len(was.seeds) && !slices.ContainsFunc(seeds, func(emoji string) bool { return was.seeds[commands.BareEmoji(emoji)] == "" }) {
		return
	}
	p.seeding.put(message, adornment{room: room, seeds: seeds})
}

const (
	// seedTries is how often the reactions of a card are tried.
	seedTries = 5
	// seedPause is the wait after something failed.
	seedPause = 10 * time.Second
)

// seed puts reactions on the cards that wait for them, until the context ends.
func (p *posts) seed(ctx context.Context) {
	for {
		message, a, ok := p.seeding.take()
		if !ok {
			select {
			case <-ctx.Done():
				return
			case <-p.seeding.more:
			}
			continue
		}
		wait, err := p.seedOne(ctx, message, a)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			var final *bot.PermanentError
			a.tries++
			if errors.As(err, &final) || errors.Is(err, bot.ErrGone) || a.tries >= seedTries {
				p.Log.Warn("the reactions were not put on a card", "err", err)
				continue
			}
			wait = max(wait, seedPause)
		}
		if wait > 0 {
			p.seeding.put(message, a)
			select {
			case <-ctx.Done():
				return
			case <-p.Clock.After(wait):
			}
		}
	}
}

// seedOne makes the bot's reactions on a card those that belong there. What is
// to be done in a quieter moment says when that may be.
func (p *posts) seedOne(ctx context.Context, message id.EventID, a adornment) (wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(once(ctx), adornFor)
	defer cancel()
	s, err := p.session()
	if err != nil {
		return 0, err
	}
	have, err := p.ownSeeds(ctx, s, a.room, message)
	if err != nil {
		return 0, err
	}
	defer func() { p.keepSeeds(message, have) }()
	turn := func() bool {
		wait = p.pace.take("", rankTidy, p.Clock.Now())
		return wait == 0
	}
	wanted := map[string]bool{}
	for _, emoji := range a.seeds {
		bare := commands.BareEmoji(emoji)
		wanted[bare] = true
		if have[bare] != "" {
			continue
		}
		if !turn() {
			return wait, nil
		}
		if have[bare], err = p.react(ctx, s, a.room, message, emoji); err != nil {
			delete(have, bare)
			return wait, err
		}
	}
	for bare, reaction := range have {
		if wanted[bare] {
			continue
		}
		if !turn() {
			return wait, nil
		}
		if err = p.redact(ctx, s, a.room, reaction); err != nil && !errors.Is(err, bot.ErrGone) {
			return wait, err
		}
		delete(have, bare)
	}
	return 0, nil
}

// ownSeeds are the bot's reactions on a message. What is not known is asked.
func (p *posts) ownSeeds(ctx context.Context, s *session, room id.RoomID, message id.EventID) (map[string]id.EventID, error) {
	have := map[string]id.EventID{}
	was, _ := p.shown.get(message.String())
	for emoji, reaction := range was.seeds {
		have[emoji] = reaction
	}
	if was.seeded {
		return have, nil
	}
	err := p.eachReaction(ctx, s, room, message, func(e *event.Event, emoji string) {
		if e.Sender == s.client.UserID {
			have[emoji] = e.ID
		}
	})
	return have, err
}

func (p *posts) keepSeeds(message id.EventID, have map[string]id.EventID) {
	for _, reaction := range have {
		p.seeding.on.put(reaction.String(), message)
	}
	p.shown.change(message.String(), func(s *shownPost) { s.seeds, s.seeded = have, true })
}

// seedGone is told that a reaction was taken off by somebody else: if it was ours,
// the card has it again with its next change.
func (p *posts) seedGone(reaction id.EventID) {
	message, ours := p.seeding.on.get(reaction.String())
	if !ours {
		return
	}
	p.seeding.on.forget(reaction.String())
	p.shown.change(message.String(), func(s *shownPost) {
		s.seeds = maps.Clone(s.seeds) // others may be reading it
		maps.DeleteFunc(s.seeds, func(_ string, e id.EventID) bool { return e == reaction })
	})
}

// react puts a reaction of ours on a message. Reactions are never encrypted. One
// that is there already is as good; its id is not known then.
func (p *posts) react(ctx context.Context, s *session, room id.RoomID, message id.EventID, emoji string) (id.EventID, error) {
	content := &event.ReactionEventContent{RelatesTo: *(&event.RelatesTo{}).SetAnnotation(message, variationselector.FullyQualify(emoji))}
	answer, err := s.client.SendMessageEvent(ctx, room, event.EventReaction, content, mautrix.ReqSendEvent{DontEncrypt: true})
	if hasCode(err, codeDuplicateAnnotation) {
		return p.ownReaction(ctx, s, room, message, emoji)
	}
	if err = p.heard(classify("put a reaction", doesPost, err)); err != nil {
		return "", err
	}
	return answer.EventID, nil
}

func (p *posts) ownReaction(ctx context.Context, s *session, room id.RoomID, message id.EventID, emoji string) (found id.EventID, err error) {
	err = p.eachReaction(ctx, s, room, message, func(e *event.Event, there string) {
		if e.Sender == s.client.UserID && there == commands.BareEmoji(emoji) {
			found = e.ID
		}
	})
	return found, err
}
