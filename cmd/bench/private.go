package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/guard"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// measurePrivate measures what privacy costs: sealing and opening, a look at
// details, the check before posting, and erasing while people go on.
func measurePrivate(ctx context.Context, s settings) ([]figure, error) {
	rows, looks := 10_000, 1000
	if s.quick {
		rows, looks = 500, 100
	}
	figures := checkLine()
	for _, run := range []func(context.Context, int, int) ([]figure, error){measurePurge, measureForget} {
		some, err := run(ctx, rows, looks)
		if err != nil {
			return nil, err
		}
		figures = append(figures, some...)
	}
	return figures, nil
}

// contact is a private value as people write it.
const contact = "413-555-0142, evenings"

// checkLine is what the check before posting takes for a line of 100 characters.
func checkLine() []figure {
	line := strings.Repeat("a ride to the clinic Thursday at 2 PM, and back in the afternoon. ", 2)[:100]
	const rounds = 2000
	began := time.Now()
	for range rounds {
		guard.Check(line)
	}
	return []figure{{name: "Check before posting, a line", value: float64(time.Since(began).Nanoseconds()) / rounds, unit: "ns"}}
}

// sealAll seals a contact for each need that was filled in, and says how long
// one took.
func (p *started) sealAll(ctx context.Context, coalition models.ID, rows int) (time.Duration, error) {
	var took time.Duration
	const some = 500
	for from := 1; from <= rows; from += some {
		err := p.Update(ctx, time.Now(), func(tx *store.Tx) error {
			tx.In(coalition)
			for i := from; i < from+some && i <= rows; i++ {
				began := time.Now()
				if err := tx.Seal(models.Entity{Kind: models.KindNeed, ID: models.ID(needIDs + i)}, models.FieldContact, contact); err != nil {
					return err
				}
				took += time.Since(began)
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return took / time.Duration(rows), nil
}

func (p *started) coalition(ctx context.Context) (models.ID, error) {
	list, err := p.Coalitions(ctx)
	if err != nil || len(list) != 1 {
		return 0, fmt.Errorf("%d coalitions: %w", len(list), err)
	}
	return list[0].ID, nil
}

// measurePurge erases many needs that are over, with their private values.
func measurePurge(ctx context.Context, rows, looks int) ([]figure, error) {
	w := world{neighbors: 100, helpers: 50, needs: rows + 200, open: 200}
	p, remove, err := w.start(ctx)
	if err != nil {
		return nil, err
	}
	defer remove()
	coalition, err := p.coalition(ctx)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	sealing, err := p.sealAll(ctx, coalition, w.needs)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	figures := []figure{{name: "Seal a private value", value: float64(sealing.Nanoseconds()), unit: "ns"}}
	opened, err := p.measureOpening(ctx, w, coalition, looks)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	figures = append(figures, opened...)
	began := time.Now()
	during, err := p.whilePeopleGoOn(ctx, w, func() error {
		later := time.Now().AddDate(0, 0, models.DefaultPurgeDays+1)
		for {
			n, err := p.Purge(ctx, later)
			if err != nil || n == 0 {
				return errors.Join(err, p.Scrub(ctx))
			}
		}
	})
	took := time.Since(began)
	figures = append(figures,
		figure{name: fmt.Sprintf("Purge of %d needs", rows), value: took.Seconds(), unit: "s"},
		figure{name: "Commands meanwhile, p99", value: millis(during), unit: "ms", goal: under(50, "ms")})
	return figures, errors.Join(err, p.Close())
}

// measureOpening opens private values, and looks at details as a helper does.
func (p *started) measureOpening(ctx context.Context, w world, coalition models.ID, looks int) ([]figure, error) {
	var opening time.Duration
	added := 0
	reader := p.Reader(ctx, coalition)
	for i := range looks {
		began := time.Now()
		values, err := reader.Private(models.Entity{Kind: models.KindNeed, ID: models.ID(needIDs + i%w.needs + 1)})
		opening += time.Since(began)
		if err != nil || values[models.FieldContact] != contact {
			return nil, fmt.Errorf("opened %q: %w", values, err)
		}
	}
	i, err := store.Inspect(ctx, store.Options{Dir: p.Dir()})
	if err != nil {
		return nil, err
	}
	longest, err := i.LongestValue()
	if err = errors.Join(err, i.Close()); err != nil {
		return nil, err
	}
	added = longest - len(contact)
	line := fmt.Sprintf("N%d", w.need(0))
	if _, err := p.say(ctx, w.helper(0), "look-claim", "/claim "+line); err != nil {
		return nil, err
	}
	took := make([]time.Duration, looks)
	for i := range looks {
		began := time.Now()
		reply, err := p.say(ctx, w.helper(0), fmt.Sprint("look-", i), "/details "+line)
		took[i] = time.Since(began)
		if err != nil || !strings.Contains(reply.Text.Plain(), contact) {
			return nil, fmt.Errorf("details were answered with %q: %w", reply.Text.Plain(), err)
		}
	}
	return []figure{
		{name: "Read and open a private value", value: float64(opening.Nanoseconds()) / float64(looks), unit: "ns"},
		{name: "Bytes that sealing adds to a value", value: float64(added), unit: "bytes"},
		{name: "/details, p95", value: millis(percentile(took, 95)), unit: "ms", goal: under(50, "ms")},
	}, nil
}

// measureForget forgets one person whom all the needs are for.
func measureForget(ctx context.Context, rows, _ int) ([]figure, error) {
	w := world{neighbors: 1, helpers: 50, needs: rows, open: 0}
	p, remove, err := w.start(ctx)
	if err != nil {
		return nil, err
	}
	defer remove()
	began := time.Now()
	during, err := p.whilePeopleGoOn(ctx, w, func() error {
		_, err := p.say(ctx, w.neighbor(0), "forget", "/privacy forget yes")
		return err
	})
	took := time.Since(began)
	return []figure{
		{name: fmt.Sprintf("Forgetting a person with %d needs", rows), value: took.Seconds(), unit: "s"},
		{name: "Commands meanwhile, p99", value: millis(during), unit: "ms", goal: under(50, "ms")},
	}, errors.Join(err, p.Close())
}

// start builds a world and starts the program over it.
func (w world) start(ctx context.Context) (*started, func(), error) {
	dir, remove, err := temp()
	if err != nil {
		return nil, nil, err
	}
	if err = w.build(ctx, dir); err == nil {
		var p *started
		if p, err = start(ctx, dir); err == nil {
			return p, remove, nil
		}
	}
	remove()
	return nil, nil, err
}

// goOn is how many people give commands meanwhile, each after a short pause.
const goOn = 8

// whilePeopleGoOn runs something while people write and read, and returns the
// 99th percentile of how long their commands took.
func (p *started) whilePeopleGoOn(ctx context.Context, w world, run func() error) (time.Duration, error) {
	done := make(chan struct{})
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var wg sync.WaitGroup
	for who := range goOn {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				case <-time.After(2 * time.Millisecond):
				}
				began := time.Now()
				_, err := p.say(ctx, w.helper(who+1), fmt.Sprint("on-", who, "-", i), "/"+[]string{"language en", "language es", "board"}[i%3])
				mu.Lock()
				took, failed = append(took, time.Since(began)), errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	err := run()
	close(done)
	wg.Wait()
	if len(took) == 0 {
		took = append(took, 0)
	}
	return percentile(took, 99), errors.Join(err, failed)
}
