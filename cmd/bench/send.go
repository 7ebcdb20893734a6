package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// measureSend times the way from a commit to the platform, with an outbox that
// is empty but for it and with one that is full of what is due later.
func measureSend(ctx context.Context, s settings) ([]figure, error) {
	future, sends := 1_000_000, 1000
	if s.quick {
		future, sends = 20_000, 100
	}
	dir, remove, err := temp()
	if err != nil {
		return nil, err
	}
	defer remove()
	worlds := []world{{neighbors: 100, helpers: 1}, {neighbors: 100, helpers: 1, future: future}}
	programs := make([]*started, len(worlds))
	for i, w := range worlds {
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := w.build(ctx, path); err != nil {
			return nil, err
		}
		if programs[i], err = start(ctx, path); err != nil {
			return nil, err
		}
	}
	names := []string{"Commit to send, p95", fmt.Sprintf("Commit to send, %d rows due later, p95", future)}
	var figures []figure
	for i, p := range programs {
		took, err := p.timeSends(ctx, worlds[i], sends)
		if err != nil {
			return nil, err
		}
		figures = append(figures, figure{name: names[i], value: millis(percentile(took, 95)), unit: "ms", goal: under(25, "ms")})
	}
	empty, full, ratio, err := paired(10,
		func(int) (float64, error) { return programs[0].timeClaims(ctx, worlds[0], sends/10) },
		func(int) (float64, error) { return programs[1].timeClaims(ctx, worlds[1], sends/10) })
	if err != nil {
		return nil, err
	}
	figures = append(figures,
		figure{name: "Claiming from an empty outbox", value: empty, unit: "ms"},
		figure{name: fmt.Sprintf("Claiming with %d rows due later", future), value: full, unit: "ms", ratio: ratio, of: "the empty table's", goal: ratioAtMost(1.5)})
	return figures, errors.Join(programs[0].Close(), programs[1].Close())
}

// watched is a platform that only notes when something is shown on it.
type watched struct{ shown chan time.Time }

func (watched) Name() string { return platform }
func (watched) Features() bot.Features {
	return bot.Features{Buttons: true, Parallel: 4, SameKey: time.Hour}
}

func (watched) Run(ctx context.Context, _ bot.Receiver) error {
	<-ctx.Done()
	return nil
}

func (w watched) Send(context.Context, bot.Post) (string, error) {
	w.shown <- time.Now()
	return "m", nil
}
func (watched) Edit(context.Context, bot.Post, string) error         { return nil }
func (watched) Find(context.Context, bot.Post) (string, bool, error) { return "", false, nil }
func (watched) Unreact(_ context.Context, _, _, _, _ string) error   { return nil }

// timeSends commits one message after the other and returns how long after
// each commit the platform was called.
func (p *started) timeSends(ctx context.Context, w world, n int) ([]time.Duration, error) {
	platform := watched{make(chan time.Time, 1)}
	engine := bot.New(p.registry, bot.SystemClock{}, slog.New(slog.DiscardHandler), platform)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- engine.Run(running) }()
	took := make([]time.Duration, n)
	for i := range n {
		if err := p.tell(ctx, w, i); err != nil {
			stop()
			return nil, errors.Join(err, <-ended)
		}
		committed := time.Now()
		// The loop may be faster than we are told of the commit.
		took[i] = max(0, (<-platform.shown).Sub(committed))
	}
	stop()
	return took, <-ended
}

// tell commits a message to a neighbor, and nothing else.
func (p *started) tell(ctx context.Context, w world, i int) error {
	return p.Update(ctx, time.Now(), func(tx *store.Tx) error {
		if err := tx.Act(w.helper(0)); err != nil {
			return err
		}
		return tx.Tell(models.ID(i%w.neighbors+1), models.Message{Key: "welcome.told"})
	})
}

// timeClaims is the median time in ms of taking one due row from the outbox.
func (p *started) timeClaims(ctx context.Context, w world, n int) (float64, error) {
	took := make([]time.Duration, n)
	for i := range n {
		if err := p.tell(ctx, w, i); err != nil {
			return 0, err
		}
		began := time.Now()
		rows, err := p.Claim(ctx, began, platform, 1, time.Minute)
		took[i] = time.Since(began)
		if err != nil {
			return 0, err
		}
		if len(rows) != 1 {
			return 0, fmt.Errorf("claimed %d rows instead of one", len(rows))
		}
		if err := p.Finish(ctx, rows[0], time.Now(), store.Result{State: models.OutSent, RemoteID: "m"}); err != nil {
			return 0, err
		}
	}
	return millis(median(took)), nil
}
