package discord

import (
	"context"
	"sync"
	"time"
)

// Discord takes four reactions a second in a channel. When many cards change at
// once, those that had to do without are seen to afterwards.

// lateCards are the cards whose reactions are not as they should be.
type lateCards struct {
	mu      sync.Mutex
	cards   map[string]*lateCard // by message
	changed chan struct{}
}

type lateCard struct {
	channel string
	want    []string
	at      time.Time // not before
	tries   int
	working bool
}

const (
	// mostLate is how many are remembered. A card that is not gets its reactions
	// with its next change.
	mostLate  = 1000
	lateTries = 20
)

func newLateCards() *lateCards {
	return &lateCards{cards: map[string]*lateCard{}, changed: make(chan struct{}, 1)}
}

// changes notes that a card wants other reactions, and reports whether somebody
// is putting them there just now.
func (l *lateCards) changes(message string, want []string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.cards[message]
	switch {
	case c == nil:
		return false
	case c.working:
		c.want, c.tries = want, 0
		return true
	}
	delete(l.cards, message)
	return false
}

func (l *lateCards) add(message string, c *lateCard) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.cards) >= mostLate {
		return
	}
	l.cards[message] = c
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// next takes the card whose turn it is; an empty one says how long to wait.
func (l *lateCards) next(now time.Time) (message string, c lateCard, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait = time.Hour
	for id, card := range l.cards {
		if left := card.at.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		card.working = true
		card.tries++
		return id, *card, 0
	}
	return "", lateCard{}, wait
}

// done notes how a try ended: again is when to try once more, 0 not at all.
func (l *lateCards) done(message string, tried lateCard, again time.Duration, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.cards[message]
	if changed := c.tries < tried.tries; !changed && (again == 0 || c.tries >= lateTries) {
		delete(l.cards, message)
		return
	}
	c.working, c.at = false, now.Add(again)
}

// seedLate sees to the cards that are late, one after the other, until the
// context ends. Settled says which it may touch, or when to ask again.
func (p *posts) seedLate(ctx context.Context, settled func(ctx context.Context, message string) (bool, time.Duration)) {
	for {
		message, card, wait := p.late.next(p.Clock.Now())
		if message != "" && ctx.Err() == nil {
			var may bool
			var again time.Duration
			err := guarded(func() error {
				if may, again = settled(ctx, message); may {
					again = p.seed(withPatience(ctx, adornFor), card.channel, message, card.want)
				}
				return nil
			})
			if err != nil {
				p.Log.Error("the reactions of a card were not seen to", "message", message, "err", err)
			}
			p.late.done(message, card, again, p.Clock.Now())
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-p.late.changed:
		case <-p.Clock.After(wait):
		}
	}
}
