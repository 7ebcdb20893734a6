package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Engine runs platforms over one registry.
type Engine struct {
	registry  *commands.Registry
	store     *store.Store
	clock     Clock
	log       *slog.Logger
	platforms map[string]Platform
	wakes     map[string]chan struct{}
	pace      *pace
}

// New makes an engine. Each platform has a name of its own.
func New(r *commands.Registry, clock Clock, log *slog.Logger, platforms ...Platform) *Engine {
	e := &Engine{registry: r, store: r.Store(), clock: clock, log: log, platforms: map[string]Platform{}, wakes: map[string]chan struct{}{}, pace: newPace()}
	for _, p := range platforms {
		e.platforms[p.Name()] = p
		e.wakes[p.Name()] = make(chan struct{}, 1)
	}
	return e
}

// Run runs the platforms and their delivery loops until the context ends or a
// platform does. It returns when all of its goroutines have ended, with the
// first error.
func (e *Engine) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	errs := make(chan error, 2*len(e.platforms))
	start := func(run func(context.Context) error) {
		wg.Go(func() {
			err := guard(func() error { return run(ctx) })
			if err != nil {
				errs <- err
			}
		})
	}
	for _, p := range e.platforms {
		if !p.Features().OnDemand {
			start(func(ctx context.Context) error { return e.deliver(ctx, p) })
		}
		start(func(ctx context.Context) error {
			defer cancel() // one platform that ends takes the program down in order
			if err := p.Run(ctx, e); err != nil && !errors.Is(err, context.Canceled) {
				return fmt.Errorf("%s: %w", p.Name(), err)
			}
			return nil
		})
	}
	start(e.fanOut)
	start(e.sweep)
	wg.Wait()
	close(errs)
	return <-errs
}

// guard turns a panic into an error, so that the program ends in order and the
// log has the cause.
func guard(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return run()
}

// fanOut passes on that something is to be sent.
func (e *Engine) fanOut(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-e.store.Woken():
			for _, wake := range e.wakes {
				select {
				case wake <- struct{}{}:
				default:
				}
			}
		}
	}
}

// sweepEvery is how often what was kept long enough is erased.
const sweepEvery = time.Hour

func (e *Engine) sweep(ctx context.Context) error {
	for {
		if err := e.registry.Sweep(ctx); err != nil && ctx.Err() == nil {
			e.log.Error("erasing what was kept long enough failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-e.clock.After(sweepEvery):
		}
	}
}

// Receive runs an invocation. See [Receiver].
func (e *Engine) Receive(ctx context.Context, inv commands.Invocation) *Answer {
	p := e.platforms[inv.Who.Platform]
	remote := p != nil && !p.Features().Local
	urgent := inv.React == nil && e.registry.Urgent(inv)
	if remote && !urgent {
		// What was carried out before the program ended costs nothing again.
		if back := e.pace.hold(inv, e.clock.Now()); back != nil && !e.registry.Repeated(ctx, inv) {
			return &Answer{Reply: e.tooFast(ctx, inv, back), First: 1, Held: true, HeldFor: back.after}
		}
	}
	reply, err := e.registry.Run(ctx, inv)
	answer := &Answer{Reply: reply, First: 1, Failed: err != nil} // the registry logged the error
	numbers := p != nil && !p.Features().Buttons
	if numbers && (len(reply.Buttons) > 0 || reply.Ended || reply.Asking && !reply.Mistake) {
		if err = e.registry.NumberAnswer(ctx, inv.Who, reply.Buttons); err != nil {
			// What was done is done; without numbers the words still work.
			e.log.Error("choices were not kept", "err", err)
			reply.Buttons = nil
		}
	}
	if remote && !urgent && inv.React == nil && !answer.Failed {
		answer.Waiting = e.waiting(ctx, reply, numbers)
	}
	return answer
}

// waiting are the messages that wait for somebody who takes none. If they cannot
// be had, they go on waiting.
func (e *Engine) waiting(ctx context.Context, reply *commands.Reply, numbers bool) []Waiting {
	list, err := e.registry.Waiting(ctx, reply)
	if err != nil {
		e.log.Error("what waits for somebody could not be read", "err", err)
		return nil
	}
	var shown []Waiting
	for _, w := range list {
		next := Waiting{ID: w.ID, Text: w.Text, Card: w.Card, Buttons: w.Buttons, Lang: w.Lang}
		if numbers && len(w.Buttons) > 0 {
			if next.First, err = e.registry.NumberMessage(ctx, reply.Coalition, reply.Account, w.Buttons); err != nil {
				e.log.Error("choices were not kept", "err", err)
				next.Buttons = nil
			}
		}
		shown = append(shown, next)
	}
	return shown
}

// Shown records that messages which waited were shown. See [Receiver].
func (e *Engine) Shown(ctx context.Context, ids []models.ID) error {
	return e.store.Shown(ctx, e.clock.Now(), ids)
}
