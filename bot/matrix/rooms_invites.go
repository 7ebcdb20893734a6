//go:build goolm

package matrix

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

const (
	// inviteBurst is how many invites are dealt with at once, and inviteEvery the
	// time after which there is room for one more: of each person who may invite,
	// and of all others together.
	inviteBurst = 5
	inviteEvery = 15 * time.Second
	// invitesAtMost is how many wait. Later ones are asked for again when these are
	// dealt with.
	invitesAtMost = 200
	// inviteTries is how often it is tried to join a room.
	inviteTries = 4
)

// invites accepts invites from people who may invite, a few in a minute, and
// declines the others.
type invites struct {
	i *intake

	mu      sync.Mutex
	waiting []*invite
	buckets map[id.UserID]*bucket // by who invites, empty for who may not
	more    chan struct{}
	// behind says that the homeserver may have invites that are not waiting here.
	behind bool
	fresh  bool      // it was not asked for them yet
	asked  time.Time // when it may be asked for them again
}

// invite is a room that the bot is to come into.
type invite struct {
	room   id.RoomID
	from   id.UserID // empty for the replacement of a room that the bot is in
	direct bool
	meant  bool // as far as is known, whoever sent it may
	via    []string
	tries  int
	after  time.Time
}

func newInvites(i *intake) *invites {
	// The homeserver tells of each invite only once: those that waited when the
	// program ended are known nowhere else.
	return &invites{i: i, buckets: map[id.UserID]*bucket{}, more: make(chan struct{}, 1), behind: true, fresh: true}
}

// take takes in where somebody invites the bot to. Whoever may invite comes
// first.
func (v *invites) take(ctx context.Context, rooms map[id.RoomID]*mautrix.SyncInvitedRoom) {
	for room, news := range rooms {
		next := &invite{room: room}
		for _, e := range news.State.Events {
			e.Type.Class = event.StateEventType
			if e.Content.Parsed == nil {
				_ = e.Content.ParseRaw(e.Type) // what cannot be read says nothing
			}
			if e.Type == event.StateMember && e.GetStateKey() == v.i.self.String() {
				next.from, next.direct = e.Sender, e.Content.AsMember().IsDirect
			}
		}
		if next.from == "" || next.from == v.i.self {
			continue
		}
		next.via = []string{next.from.Homeserver()}
		permitted, err := v.permits(ctx, next.from)
		if err != nil && ctx.Err() == nil { // else it is asked again with the next start
			v.i.log.Error("it is not known whether somebody may invite the bot", "err", err)
		}
		next.meant = permitted
		v.add(next)
	}
}

// replaced takes in which rooms others of ours went on in.
func (v *invites) replaced(rooms map[id.RoomID]id.RoomID) {
	for room, former := range rooms {
		next := &invite{room: room, meant: true}
		if _, server, ok := strings.Cut(former.String(), ":"); ok {
			next.via = []string{server}
		}
		v.add(next)
	}
}

func (v *invites) add(next *invite) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for n, w := range v.waiting {
		if w.room == next.room {
			if next.from != "" {
				v.waiting[n] = next
			}
			return
		}
	}
	if len(v.waiting) >= invitesAtMost {
		if !next.meant {
			v.behind = true
			return
		}
		v.waiting = v.waiting[:invitesAtMost-1]
		v.behind = true
	}
	if next.meant {
		v.waiting = append([]*invite{next}, v.waiting...)
	} else {
		v.waiting = append(v.waiting, next)
	}
	select {
	case v.more <- struct{}{}:
	default:
	}
}

// run deals with invites until the context ends.
func (v *invites) run(ctx context.Context) {
	for {
		v.askAgain(ctx)
		next, wait := v.next()
		if next != nil {
			if err := guarded(func() error { return v.deal(ctx, next) }); err != nil && ctx.Err() == nil {
				v.failed(next, err)
			}
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-v.more:
		case <-v.i.clock.After(wait):
		}
	}
}

// next takes the invite that is to be dealt with now, else it says how long to
// wait.
func (v *invites) next() (*invite, time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.i.clock.Now()
	for n, w := range v.waiting {
		if !w.after.After(now) && v.bucketOf(w, now).take() {
			v.waiting = append(v.waiting[:n:n], v.waiting[n+1:]...)
			return w, 0
		}
	}
	switch {
	case len(v.waiting) > 0:
		return nil, inviteLook
	case v.behind:
		return nil, max(v.asked.Sub(now), time.Second)
	}
	return nil, time.Hour
}

// deal accepts or declines an invite.
func (v *invites) deal(ctx context.Context, next *invite) error {
	if next.from != "" {
		permitted, err := v.permits(ctx, next.from)
		if err != nil {
			return err
		}
		if !permitted {
			return v.decline(ctx, next)
		}
	}
	ask, cancel := v.i.within(ctx, askFor)
	defer cancel()
	if _, err := v.i.client.JoinRoom(ask, next.room.String(), &mautrix.ReqJoinRoom{Via: next.via}); err != nil {
		return fmt.Errorf("join a room: %w", err)
	}
	v.i.log.Info("joined a room", "room", next.room, "direct", next.direct)
	if next.direct && v.i.Direct != nil {
		// It is noted with the first line that they write there, if not now.
		if err := v.i.Direct(ctx, next.from, next.room); err != nil && ctx.Err() == nil {
			v.i.log.Error("a private chat that somebody opened is not noted", "err", err)
		}
	}
	return nil
}

// decline leaves a room that somebody invited to who may not.
func (v *invites) decline(ctx context.Context, next *invite) error {
	v.i.log.Info("an invite was declined: whoever sent it may not invite the bot", "room", next.room)
	ask, cancel := v.i.within(ctx, askFor)
	defer cancel()
	if _, err := v.i.client.LeaveRoom(ask, next.room); err != nil && !refused(err) {
		return fmt.Errorf("decline an invite: %w", err)
	}
	return nil
}

// failed tries an invite again later, a few times. One that was taken back is
// over.
func (v *invites) failed(next *invite, err error) {
	next.tries++
	if refused(err) && next.from != "" || next.tries >= inviteTries {
		v.i.log.Warn("the bot did not get into a room", "room", next.room, "err", err)
		return
	}
	next.after = v.i.clock.Now().Add(max(inviteEvery, retryAfter(err)))
	v.add(next)
}

// permits reports whether somebody may invite the bot: the configuration says so,
// or they are known to a coalition, or in a room that belongs to one.
func (v *invites) permits(ctx context.Context, user id.UserID) (bool, error) {
	if allowed(v.i.Allow, v.i.self, user) {
		return true, nil
	}
	places, err := v.i.Registry.Store().DirectPlaces(ctx, Name, user.String())
	if err != nil {
		return false, fmt.Errorf("whether somebody is known: %w", err)
	}
	for _, p := range places {
		if p.Left {
			continue
		}
		member := v.i.rooms.seen(p.Space, user, nil)
		if !member.Unknown && !member.Absent || p.Known && member.Unknown {
			return true, nil
		}
	}
	return false, nil
}
