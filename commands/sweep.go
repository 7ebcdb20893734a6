package commands

import (
	"context"
	"errors"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// DraftLasts is for how long a draft is kept.
const DraftLasts = draftLasts

// Sweep erases what was kept long enough: drafts and dialogs after a day, the
// words and private values of what is over after the coalition's days, records
// of events and of what was sent after their time. It also goes on with what a
// stop of the program cut short: forgetting, sealing with a new key, and posting
// to a board. What
// fails does not keep the rest from being done.
func (r *Registry) Sweep(ctx context.Context) error {
	_, resealed := r.store.Reseal(ctx)
	return errors.Join(resealed, r.forgetAllRest(ctx), r.eraseOld(ctx), r.remapAll(ctx), r.scrubIfDue(ctx), r.catchUpAll(ctx))
}

func (r *Registry) eraseOld(ctx context.Context) error {
	now := r.now().UTC()
	for {
		n, err := r.store.Sweep(ctx, now, draftLasts)
		if err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
		purged, err := r.store.Purge(ctx, now)
		if err != nil {
			return err
		}
		if n == 0 && purged == 0 {
			return nil
		}
		r.scrub.Store(true)
	}
}

func (r *Registry) forgetAllRest(ctx context.Context) error {
	coalitions, err := r.store.Coalitions(ctx)
	if err != nil {
		return err
	}
	for _, c := range coalitions {
		if err := r.forgetRest(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// forgetNow forgets all that is left of somebody, and wipes the last traces.
func (r *Registry) forgetNow(ctx context.Context, coalition models.ID) error {
	r.scrub.Store(true)
	if err := r.forgetRest(ctx, coalition); err != nil {
		return err
	}
	return r.scrubIfDue(ctx)
}

// scrubIfDue wipes the last traces of what was erased. If somebody is in the
// way, the next sweep does it.
func (r *Registry) scrubIfDue(ctx context.Context) error {
	if !r.scrub.Swap(false) {
		return nil
	}
	if err := r.store.Scrub(ctx); err != nil {
		r.scrub.Store(true)
		return err
	}
	return nil
}
