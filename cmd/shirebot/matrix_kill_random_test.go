//go:build goolm

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

const (
	// mostLines is how much somebody writes until a life that is left alone: all
	// of it may come again at once, and who writes more is held back.
	mostLines = 6
	// mostRequests is how many requests a life has at most that is killed.
	mostRequests = 90
	// calmEvery is after how many lives one is left alone: what could not be shown
	// for longer than the homeserver knows a repeat would be left to people.
	calmEvery = 4
)

// killAtRandom kills the program at moments that the seed says, while four people
// use it, and lets it work everything off in its last life.
//
// SHIREBOT_KILLS says how often, SHIREBOT_SEED repeats the choices of a run. How
// far people are at each of them is up to the machine.
func killAtRandom(w *killTown) {
	kills := int(number(w.T, "SHIREBOT_KILLS", 8))
	if testing.Short() {
		kills = min(kills, 2)
	}
	seed := number(w.T, "SHIREBOT_SEED", rand.Uint64())
	w.Logf("to repeat its choices: SHIREBOT_SEED=%d SHIREBOT_KILLS=%d", seed, kills)
	rng := rand.New(rand.NewPCG(seed, 2))
	w.found([]string{"Sam", "Dee", "Kim"}, []string{"Rosa", "Lee"})
	w.kill()
	w.step = 65 * time.Second // a lease is over after a minute
	crowd := &killCrowd{killTown: w, news: make(chan struct{})}
	var busy sync.WaitGroup
	for i, name := range []string{"Sam", "Dee", "Rosa", "Lee"} {
		p, rng := w.people[name], rand.New(rand.NewPCG(seed, uint64(i)+3))
		do, times := crowd.helps, mostLines
		if i >= 2 {
			do, times = crowd.asks, mostLines/2
		}
		busy.Go(func() { crowd.live(p, rng, do, times) })
	}
	db := w.look()
	defer func() { _ = db.Close() }()
	for n := range kills {
		if n%calmEvery == 0 {
			if n > 0 {
				w.calm(crowd)
				w.kill()
			}
			crowd.next(false)
		}
		cut := w.hold("", "", rng.IntN(2) == 0, rng.IntN(mostRequests))
		w.start()
		w.until("a request to hang", func() bool { return cut.Held() > 0 || crowd.resting() && w.pending(db) == 0 })
		w.kill(cut)
	}
	w.calm(crowd)
	crowd.next(true)
	busy.Wait()
	if w.Failed() {
		return
	}
	// What happens to the cards of a room is dealt with in its order.
	w.asks("Ana", "the last one of all", "413-555-0151")
	last := w.people["Ana"].WaitText(w.board, "the last one of all")
	w.people["Kim"].React(w.board, last.ID, "✋")
	w.told("Kim", "You took N", 1)
	w.check()
	w.Logf("%d kills: %d lines and %d reactions", kills, crowd.lines, crowd.hands)
}

// calm is a life in which all that waits is shown. It begins late enough for
// whatever failed before to be due again.
func (w *killTown) calm(crowd *killCrowd) {
	w.Helper()
	w.later += 8 * time.Minute
	w.up()
	db := w.look()
	defer func() { _ = db.Close() }()
	w.until("everything to be shown", func() bool { return crowd.resting() && w.pending(db) == 0 })
}

// killCrowd are the people who use the program while it is killed.
type killCrowd struct {
	*killTown

	mu           sync.Mutex
	news         chan struct{} // closed and made anew when they may go on
	turn         int
	ending       bool
	waiting      int // who has done enough for now
	lines, hands int
}

// next lets everybody begin once more, or tells them that it is enough.
func (c *killCrowd) next(ending bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn++
	c.waiting, c.ending = 0, ending
	close(c.news)
	c.news = make(chan struct{})
}

// resting reports whether nobody does anything for now.
func (c *killCrowd) resting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waiting == 4
}

// live has somebody do something a few times whenever they may, until it is
// enough.
func (c *killCrowd) live(p *killPerson, rng *rand.Rand, do func(context.Context, *killPerson, *rand.Rand) error, times int) {
	for turn := 0; ; {
		c.mu.Lock()
		now, ending, news := c.turn, c.ending, c.news
		if now == turn && !ending {
			c.waiting++
		}
		c.mu.Unlock()
		if ending {
			return
		}
		if now == turn {
			<-news
			continue
		}
		turn = now
		for range times {
			ctx, cancel := context.WithTimeout(c.Context(), killPatience)
			err := do(ctx, p, rng)
			cancel()
			if err != nil {
				c.Errorf("%s: %v", p.Name, err)
				return
			}
		}
	}
}

// writes has somebody write a line, and wait for the answer.
func (c *killCrowd) writes(ctx context.Context, p *killPerson, text string) error {
	sent, err := p.Client.Say(ctx, p.chat, text)
	if err != nil {
		return err
	}
	p.wrote(sent, text)
	c.mu.Lock()
	c.lines++
	c.mu.Unlock()
	return p.Client.Wait(ctx, "the answer to "+text, func() bool { return c.answers(p, killLine{sent, text}) > 0 })
}

// asks posts a need.
func (c *killCrowd) asks(ctx context.Context, p *killPerson, rng *rand.Rand) error {
	what := fmt.Sprintf("%s for %s, number %d", []string{"bread", "firewood", "soup"}[rng.IntN(3)], p.Name, rng.Uint64())
	err := c.writes(ctx, p, `need what:"`+what+`" category:food contact:"413-555-0152"`)
	return errors.Join(err, c.writes(ctx, p, "Post it"))
}

// refOf is what a card begins with.
var refOf = regexp.MustCompile(`^N\d+:`)

// helps does something with a card.
func (c *killCrowd) helps(ctx context.Context, p *killPerson, rng *rand.Rand) error {
	cards := slices.DeleteFunc(p.Messages(c.board), func(m matrixtest.Message) bool {
		return m.Sender != c.account.UserID || !refOf.MatchString(m.Body)
	})
	if len(cards) == 0 {
		return c.writes(ctx, p, "mine")
	}
	card := cards[rng.IntN(len(cards))]
	ref := refOf.FindString(card.Body)
	ref = ref[:len(ref)-1]
	switch n := rng.IntN(10); {
	case n < 3:
		return c.writes(ctx, p, "claim "+ref)
	case n < 4:
		return c.writes(ctx, p, "release "+ref)
	case n < 6:
		return c.writes(ctx, p, "done "+ref)
	}
	c.mu.Lock()
	c.hands++
	c.mu.Unlock()
	for _, r := range card.Reactions {
		if r.Sender == p.ID {
			_, err := p.Client.Redact(ctx, c.board, r.ID)
			return errors.Join(err, p.Client.Fence(ctx, c.board))
		}
	}
	_, err := p.Client.React(ctx, c.board, card.ID, "✋")
	return errors.Join(err, p.Client.Fence(ctx, c.board))
}
