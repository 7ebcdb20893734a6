package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const (
	// leaseFor is how long a row is held by who tries to show it. A try ends
	// well before, so that two never overlap.
	leaseFor = 60 * time.Second
	tryFor   = 30 * time.Second
	// The first wait after a failure, and the longest; each is half to one and
	// a half times that, so that many failures do not come back at once.
	firstWait = 2 * time.Second
	longest   = 5 * time.Minute
	// giveUpAfter is for how long a passing failure is taken as passing.
	giveUpAfter = 24 * time.Hour
)

// deliver is a platform's delivery loop. Rows of different lanes are shown side
// by side, so that a slow room holds up no other.
func (e *Engine) deliver(ctx context.Context, p Platform) error {
	slots := make(chan struct{}, max(1, p.Features().Parallel))
	freed := make(chan struct{}, 1)
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		free := cap(slots) - len(slots)
		var rows []*models.Out
		var due <-chan time.Time // never, while there is no room for more
		if free > 0 {
			var err error
			if rows, err = e.store.Claim(ctx, e.clock.Now(), p.Name(), free, leaseFor); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				e.log.Error("claiming from the outbox failed", "err", err)
			}
		}
		for _, out := range rows {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() {
					<-slots
					signal(freed)
				}()
				e.try(ctx, p, out)
			})
		}
		if len(rows) > 0 {
			continue
		}
		if free > 0 {
			due = e.clock.After(e.untilNext(ctx, p.Name()))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-e.wakes[p.Name()]:
		case <-freed:
		case <-due:
		}
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// idle is the longest that the loop waits without looking, shortest the least:
// a clock that stands still must not make it spin.
const (
	idle     = time.Minute
	shortest = 100 * time.Millisecond
)

func (e *Engine) untilNext(ctx context.Context, platform string) time.Duration {
	next, ok, err := e.store.NextDue(ctx, platform)
	if err != nil || !ok {
		return idle
	}
	return min(idle, max(shortest, next.Sub(e.clock.Now())))
}

// Settle shows what is due, one after the other. See [Receiver].
func (e *Engine) Settle(ctx context.Context, platform string) error {
	p := e.platforms[platform]
	for {
		rows, err := e.store.Claim(ctx, e.clock.Now(), platform, 1, leaseFor)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, out := range rows {
			e.try(ctx, p, out)
		}
	}
}

// try shows one row and records how that ended.
func (e *Engine) try(ctx context.Context, p Platform, out *models.Out) {
	// What a panic leaves behind is not known.
	result := store.Result{State: models.OutPending}
	err := guard(func() (err error) {
		result, err = e.show(ctx, p, out)
		return err
	})
	if err != nil && ctx.Err() == nil {
		e.log.Error("showing a row failed", "row", out.ID, "kind", out.Kind, "key", out.Message.Key, "try", out.Attempts, "err", err)
	}
	if err != nil {
		result.State, result.Error = models.OutPending, "internal"
	}
	if doubtful(out) && !result.Gone {
		result.NotShown = false // not by this try, but maybe by an earlier one
	}
	now := e.clock.Now()
	if result.State == models.OutPending && result.NextAt.IsZero() {
		result.NextAt = now.Add(wait(out.Attempts))
		if ctx.Err() != nil { // broken off by the end of the program: the next start goes on at once
			result.NextAt = now
		}
	}
	if result.State == models.OutPending && !result.Gone && now.Sub(out.DueAt) > giveUpAfter && out.Attempts > 10 {
		result.State = models.OutFailed
	}
	if result.State == models.OutFailed || result.State == models.OutUncertain {
		e.log.Warn("a row could not be shown", "row", out.ID, "kind", out.Kind, "key", out.Message.Key, "state", result.State, "reason", result.Error)
		result.Also = func(tx *store.Tx) error { return undelivered(tx, out, result.Error) }
	}
	if result.State == models.OutWaiting {
		result.Also = func(tx *store.Tx) error { return commands.Closed(tx, out) }
	}
	// The result counts even if the program is about to end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tryFor)
	defer cancel()
	if err := e.store.Finish(ctx, out, now, result); err != nil && !errors.Is(err, store.ErrLeaseLost) {
		e.log.Error("the end of a try was not recorded; it will be tried again", "row", out.ID, "err", err)
	}
}

// undelivered does what follows from a row that could not be shown. What is wrong
// with a room is told once, and not of each row.
func undelivered(tx *store.Tx, out *models.Out, code string) error {
	if code == CodeRoomGone || code == CodeReadOnly {
		if err := commands.RoomFailed(tx, out, code); err != nil || out.Kind != models.OutRoom {
			return err
		}
	}
	return commands.Undelivered(tx, out)
}

// wait is how long to wait after the nth try.
func wait(n int) time.Duration {
	d := firstWait << min(n-1, 10)
	d = min(d, longest)
	return d/2 + rand.N(d)
}

func (e *Engine) show(ctx context.Context, p Platform, out *models.Out) (store.Result, error) {
	notShown := store.Result{State: models.OutPending, NotShown: true}
	d, err := e.registry.Prepare(ctx, out)
	if errors.Is(err, commands.ErrNothingToShow) {
		return store.Result{State: models.OutSent, RemoteID: out.RemoteID, Error: "nothing to show"}, nil
	}
	if err != nil {
		return notShown, err
	}
	post := postOf(out, d)
	if out.Kind == models.OutDirect && len(d.Buttons) > 0 && !p.Features().Buttons {
		if post.First, err = e.registry.NumberMessage(ctx, out.CoalitionID, out.AccountID, d.Buttons); err != nil {
			return notShown, err
		}
	}
	held, err := e.store.Holds(ctx, out, e.clock.Now())
	if err != nil || !held {
		return notShown, err
	}
	ctx, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	if e.forgotten(p, out, d) {
		return e.lookUp(ctx, p, out, post), nil
	}
	remote, err := e.send(ctx, p, out, d, post)
	return e.result(out, remote, err), nil
}

func postOf(out *models.Out, d *commands.Delivery) Post {
	post := Post{Key: fmt.Sprintf("%x.%x", out.ID, out.Shown), Room: d.Room, Kind: d.Kind, Coalition: out.CoalitionID, Mention: d.Mention,
		Doubtful: doubtful(out), Since: out.DueAt, Text: d.Text, Card: d.Card, Buttons: d.Buttons, Lang: d.Lang}
	if out.Kind == models.OutDirect {
		post.Account = d.Account
	}
	if post.Doubtful {
		post.Since = *out.UncertainSince
	}
	return post
}

// doubtful reports whether an earlier try may have shown the row.
func doubtful(out *models.Out) bool {
	claimed := out.NextAt.Add(-leaseFor)
	return out.UncertainSince != nil && out.UncertainSince.Before(claimed)
}

// forgotten reports whether the row may have been shown as something new, and
// so long ago that the platform no longer recognizes a repeat.
func (e *Engine) forgotten(p Platform, out *models.Out, d *commands.Delivery) bool {
	isNew := out.Kind != models.OutUnreact && d.RemoteID == "" // an edit or a removal can be repeated
	return isNew && doubtful(out) && e.clock.Now().Sub(*out.UncertainSince) > p.Features().SameKey
}

// lookUp decides about a row that is forgotten: what is found among our
// messages was shown, and what is not is left for people to look at.
func (e *Engine) lookUp(ctx context.Context, p Platform, out *models.Out, post Post) store.Result {
	remote, found, err := p.Find(ctx, post)
	switch {
	case err != nil:
		e.log.Warn("looking for what may have been shown failed", "row", out.ID, "err", err)
		r := store.Result{State: models.OutPending, Error: "look-up failed"}
		// Who says when it can be looked up is asked again then, and not ever later.
		var notNow *NotNowError
		if errors.As(err, &notNow) && notNow.After > 0 {
			r.NextAt = e.clock.Now().Add(notNow.After)
		}
		return r
	case found:
		return e.result(out, remote, e.catchUp(ctx, p, out, post, remote))
	}
	return store.Result{State: models.OutUncertain, Error: "not known whether it was shown"}
}

// catchUp makes a card that an earlier try may have posted show what holds now:
// a platform that recognizes a repeat leaves there what was posted at first.
func (e *Engine) catchUp(ctx context.Context, p Platform, out *models.Out, post Post, remote string) error {
	if out.Kind != models.OutCard || !doubtful(out) {
		return nil
	}
	return p.Edit(ctx, post, remote)
}

func (e *Engine) send(ctx context.Context, p Platform, out *models.Out, d *commands.Delivery, post Post) (string, error) {
	switch {
	case out.Kind == models.OutUnreact:
		err := p.Unreact(ctx, d.Room, d.RemoteID, d.Account, d.Emoji)
		if errors.Is(err, ErrGone) {
			err = nil // and the reaction with it
		}
		return "", err
	case d.RemoteID != "":
		return d.RemoteID, p.Edit(ctx, post, d.RemoteID)
	}
	remote, err := p.Send(ctx, post)
	if err != nil {
		return "", err
	}
	return remote, e.catchUp(ctx, p, out, post, remote)
}

// result says what an error of a platform means for a row. Remote is the
// message that is there, if one is.
func (e *Engine) result(out *models.Out, remote string, err error) store.Result {
	var permanent *PermanentError
	var notNow *NotNowError
	switch {
	case err == nil:
		return store.Result{State: models.OutSent, RemoteID: remote}
	case errors.Is(err, ErrGone) && remote != "":
		return store.Result{State: models.OutPending, NextAt: e.clock.Now(), NotShown: true, Gone: true, Error: "gone"}
	case errors.As(err, &permanent) && permanent.Code == CodeClosed && out.Kind == models.OutDirect:
		return store.Result{State: models.OutWaiting, NotShown: true, Error: permanent.Code}
	case errors.As(err, &permanent):
		return store.Result{State: models.OutFailed, NotShown: remote == "", Error: permanent.Code}
	case errors.As(err, &notNow):
		r := store.Result{State: models.OutPending, NotShown: remote == "", Error: "not now"}
		if notNow.After > 0 {
			r.NextAt = e.clock.Now().Add(notNow.After)
		}
		return r
	}
	e.log.Warn("it is not known whether something was shown", "row", out.ID, "err", err)
	return store.Result{State: models.OutPending, Error: "not known"}
}
