//go:build goolm

package matrix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/id"
)

// askInvitesAgain is the wait after the homeserver could not be asked which
// invites it has.
const askInvitesAgain = time.Minute

// invitedFilter leaves out all that a room the bot is in has to say.
const invitedFilter = `{"presence":{"not_types":["*"]},"account_data":{"not_types":["*"]},"room":{"ephemeral":{"not_types":["*"]},` +
	`"account_data":{"not_types":["*"]},"state":{"not_types":["*"]},"timeline":{"limit":1,"not_types":["*"]}}}`

// askAgain takes in the invites that the homeserver still has: at the start, as
// soon as it is known who may invite, and later once those that are known are
// dealt with.
func (v *invites) askAgain(ctx context.Context) {
	now := v.i.clock.Now()
	v.mu.Lock()
	ask := v.behind && (v.fresh || len(v.waiting) == 0) && !now.Before(v.asked) && !v.i.places.none()
	if ask {
		v.behind, v.fresh, v.asked = false, false, now.Add(askInvitesAgain)
	}
	v.mu.Unlock()
	if !ask {
		return
	}
	if err := guarded(func() error { return v.ask(ctx) }); err != nil && ctx.Err() == nil {
		v.i.log.Warn("the homeserver does not say which invites it has", "err", err)
		v.mu.Lock()
		v.behind = true
		v.mu.Unlock()
	}
}

// ask asks as if nothing had been read yet, which changes nothing of how far was
// read.
func (v *invites) ask(ctx context.Context) error {
	ctx, cancel := v.i.within(ctx, firstFor)
	defer cancel()
	answer, err := v.i.client.FullSyncRequest(ctx, mautrix.ReqSync{FilterID: invitedFilter})
	if err == nil && (answer == nil || answer.NextBatch == "") {
		err = errors.New("the answer is none of a homeserver")
	}
	if err != nil {
		return fmt.Errorf("ask for invites: %w", err)
	}
	v.take(ctx, answer.Rooms.Invite)
	return nil
}

// inviteLook is the wait while invites wait for their turn.
const inviteLook = 2 * time.Second

// inviters is of how many people it is remembered how much they invited.
const inviters = 1000

// bucket bounds how fast invites are dealt with.
type bucket struct {
	tokens int
	filled time.Time
}

// bucketOf is the one that an invite is counted in, with what came in since the
// last time: each person who may invite has one, and all others share one.
func (v *invites) bucketOf(w *invite, now time.Time) *bucket {
	whose := id.UserID("")
	if w.meant {
		whose = cmp.Or(w.from, v.i.self)
	}
	b := v.buckets[whose]
	if b == nil {
		if len(v.buckets) >= inviters {
			clear(v.buckets)
		}
		b = &bucket{tokens: inviteBurst, filled: now}
		v.buckets[whose] = b
	}
	for b.tokens < inviteBurst && now.Sub(b.filled) >= inviteEvery {
		b.tokens++
		b.filled = b.filled.Add(inviteEvery)
	}
	if b.tokens == inviteBurst {
		b.filled = now
	}
	return b
}

// take takes a turn, if there is one.
func (b *bucket) take() bool {
	if b.tokens == 0 {
		return false
	}
	b.tokens--
	return true
}
