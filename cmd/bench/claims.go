package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// arena is two copies of one world: ours is worked on by the program, theirs
// by raw SQL.
type arena struct {
	world
	ours, theirs string
	program      *started
	raw          *raw
	remove       func()
}

func newArena(ctx context.Context, w world) (*arena, error) {
	dir, remove, err := temp()
	if err != nil {
		return nil, err
	}
	a := &arena{world: w, ours: filepath.Join(dir, "ours"), theirs: filepath.Join(dir, "theirs"), remove: remove}
	if err := w.build(ctx, a.ours); err != nil {
		return nil, err
	}
	if err := clone(a.ours, a.theirs); err != nil {
		return nil, err
	}
	if a.program, err = start(ctx, a.ours); err != nil {
		return nil, err
	}
	a.raw, err = openRawClaims(ctx, a.theirs, w)
	return a, err
}

// close ends both sides and checks that they wrote the same rows.
func (a *arena) close(ctx context.Context) error {
	defer a.remove()
	if err := errors.Join(a.program.Close(), a.raw.Close()); err != nil {
		return err
	}
	ours, err := rowCounts(ctx, a.ours)
	if err != nil {
		return err
	}
	theirs, err := rowCounts(ctx, a.theirs)
	if err == nil && ours != theirs {
		err = fmt.Errorf("the two sides wrote different rows, ours %s, raw %s", ours, theirs)
	}
	return err
}

// claim has the ith helper take the ith open need, and sees that they got it.
func (a *arena) claim(ctx context.Context, i int) error {
	reply, err := a.program.say(ctx, a.helper(i), fmt.Sprintf("e%d", i), fmt.Sprintf("/claim N%d", a.need(i)))
	if err == nil && len(reply.Buttons) == 0 {
		err = fmt.Errorf("claim N%d was refused: %s", a.need(i), reply.Text.Plain())
	}
	return err
}

// measureOne compares one caller with one raw commit a command.
func measureOne(ctx context.Context, s settings) ([]figure, error) {
	rounds, size := 12, 500
	if s.quick {
		rounds, size = 4, 100
	}
	a, err := newArena(ctx, world{neighbors: 1000, helpers: 2000, needs: rounds * size, open: rounds * size})
	if err != nil {
		return nil, err
	}
	each := func(do func(i int) error) func(int) (float64, error) {
		return func(round int) (float64, error) {
			began := time.Now()
			for i := round * size; i < (round+1)*size; i++ {
				if err := do(i); err != nil {
					return 0, err
				}
			}
			return perSecond(size, time.Since(began)), nil
		}
	}
	_, rate, ratio, err := paired(rounds,
		each(func(i int) error { return a.raw.commit(ctx, i, i+1) }),
		each(func(i int) error { return a.claim(ctx, i) }))
	if err = errors.Join(err, a.close(ctx)); err != nil {
		return nil, err
	}
	return []figure{{name: "One command at a time", value: rate, unit: "commands/s", ratio: ratio, of: "raw commits", goal: ratioAtLeast(0.5)}}, nil
}

const callers = 64

// measureCallers compares 64 callers with a raw commit of 64 commands, and with
// our own rate of one caller in the same slices.
func measureCallers(ctx context.Context, s settings) ([]figure, error) {
	rounds, size, single := 12, 64*64, 300
	if s.quick {
		rounds, size, single = 4, 64*8, 100
	}
	a, err := newArena(ctx, world{neighbors: 1000, helpers: 64 * 32, needs: rounds*size + rounds*single, open: rounds*size + rounds*single})
	if err != nil {
		return nil, err
	}
	var waits []time.Duration
	var singles []float64
	_, rate, ratio, err := paired(rounds, func(round int) (float64, error) {
		began := time.Now()
		for i := round * size; i < (round+1)*size; i += callers {
			if err := a.raw.commit(ctx, i, i+callers); err != nil {
				return 0, err
			}
		}
		took := time.Since(began)
		// The rows of the single commands below, so that both sides stay alike.
		return perSecond(size, took), a.raw.commit(ctx, rounds*size+round*single, rounds*size+(round+1)*single)
	}, func(round int) (float64, error) {
		began := time.Now()
		some, err := a.together(ctx, round*size, size)
		took := time.Since(began)
		if err != nil {
			return 0, err
		}
		waits = append(waits, some...)
		began = time.Now()
		for i := rounds*size + round*single; i < rounds*size+(round+1)*single; i++ {
			if err := a.claim(ctx, i); err != nil {
				return 0, err
			}
		}
		singles = append(singles, perSecond(single, time.Since(began)))
		return perSecond(size, took), nil
	})
	if err = errors.Join(err, a.close(ctx)); err != nil {
		return nil, err
	}
	return []figure{
		{name: "64 callers", value: rate, unit: "commands/s", ratio: ratio, of: "raw groups of 64", goal: ratioAtLeast(0.35)},
		{name: "64 callers, against one of our own", value: rate, unit: "commands/s", ratio: rate / median(singles), of: "one caller's rate"},
		{name: "64 callers, p99", value: millis(percentile(waits, 99)), unit: "ms", goal: under(50, "ms")},
	}, nil
}

// together has 64 callers carry out commands from..from+size, and returns how
// long each took.
func (a *arena) together(ctx context.Context, from, size int) ([]time.Duration, error) {
	waits := make([]time.Duration, size)
	errs := make([]error, callers)
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := c; i < size && errs[c] == nil; i += callers {
				began := time.Now()
				errs[c] = a.claim(ctx, from+i)
				waits[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	return waits, errors.Join(errs...)
}

// measureSlot has a thousand people want the same slot at the same time.
func measureSlot(ctx context.Context, s settings) ([]figure, error) {
	rounds, people := 9, 1000
	if s.quick {
		rounds, people = 3, 200
	}
	w := world{neighbors: 10, helpers: people, needs: rounds, open: rounds}
	dir, remove, err := temp()
	if err != nil {
		return nil, err
	}
	defer remove()
	if err := w.build(ctx, dir); err != nil {
		return nil, err
	}
	p, err := start(ctx, dir)
	if err != nil {
		return nil, err
	}
	var rates []float64
	winners := 0
	for round := range rounds {
		won, took, err := p.race(ctx, w, round)
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		winners = max(winners, won)
		rates = append(rates, perSecond(people, took))
	}
	if err := p.Close(); err != nil {
		return nil, err
	}
	return []figure{
		{name: fmt.Sprintf("%d people, one slot", people), value: median(rates), unit: "claims/s"},
		{name: fmt.Sprintf("%d people, one slot: who got it", people), value: float64(winners), unit: "people", goal: exactly(1)},
	}, nil
}

// race has every helper claim the need of a round, and counts who was told that
// they have it.
func (p *started) race(ctx context.Context, w world, round int) (winners int, took time.Duration, err error) {
	line := fmt.Sprintf("/claim N%d", w.need(round))
	won := make([]bool, w.helpers)
	errs := make([]error, w.helpers)
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i := range w.helpers {
		wg.Go(func() {
			<-begin
			reply, err := p.say(ctx, w.helper(i), fmt.Sprintf("r%d", round), line)
			if errs[i] = err; err == nil {
				for _, b := range reply.Buttons {
					won[i] = won[i] || b.Line == fmt.Sprintf("release N%d", w.need(round))
				}
			}
		})
	}
	began := time.Now()
	close(begin)
	wg.Wait()
	took = time.Since(began)
	for _, w := range won {
		if w {
			winners++
		}
	}
	if err := errors.Join(errs...); err != nil {
		return 0, 0, err
	}
	if winners != 1 {
		return 0, 0, fmt.Errorf("%d people were told that they have N%d", winners, w.need(round))
	}
	return winners, took, nil
}
