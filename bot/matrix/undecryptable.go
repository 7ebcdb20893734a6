//go:build goolm

package matrix

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const (
	// unreadAtMost is how many events wait for keys, and unreadOfOne how many of
	// one sender's. More is no oversight.
	unreadAtMost = 2000
	unreadOfOne  = 500
)

// unread keeps events whose key is not here yet: they are read once it comes,
// and the room is told once for each key.
type unread struct {
	i *intake

	mu     sync.Mutex
	kept   int
	of     map[id.UserID]int // how many of each sender's
	fresh  []id.SessionID    // that were kept just now
	due    map[id.SessionID]*telling
	told   map[id.RoomID]*toldRoom
	handed *memory[bool]
	more   chan struct{}
}

func newUnread(i *intake) *unread {
	return &unread{i: i, of: map[id.UserID]int{}, due: map[id.SessionID]*telling{}, told: map[id.RoomID]*toldRoom{}, handed: newMemory[bool](), more: make(chan struct{}, 1)}
}

// keep keeps an event until its key comes.
func (u *unread) keep(ctx context.Context, e *event.Event) error {
	content, ok := e.Content.Parsed.(*event.EncryptedEventContent)
	if !ok || content.SessionID == "" {
		return nil
	}
	u.mu.Lock()
	full := u.kept >= unreadAtMost || u.of[e.Sender] >= unreadOfOne
	u.mu.Unlock()
	if full {
		u.i.log.Warn("too many events wait for keys; one is left out", "event", e.ID, "room", e.RoomID)
		return nil
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("keep an event without its key: %w", err)
	}
	row := store.Undecryptable{Event: e.ID.String(), Room: e.RoomID.String(), Session: content.SessionID.String(), Sender: e.Sender.String(),
		Raw: string(raw), At: time.UnixMilli(e.Timestamp)}
	if now := u.i.clock.Now(); now.Sub(row.At).Abs() > tellEvery {
		row.At = now // it is kept from now on, whatever its sender's clock says
	}
	if err := u.i.Registry.Store().KeepUndecryptable(ctx, row); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.kept++
	u.of[e.Sender]++
	// The key may have come between the try and now.
	u.fresh = append(u.fresh, content.SessionID)
	u.later(content.SessionID, tellAfter)
	u.wake()
	return nil
}

func (u *unread) later(session id.SessionID, wait time.Duration) {
	if u.due[session] == nil {
		u.due[session] = &telling{at: u.i.clock.Now().Add(wait)}
	}
}

func (u *unread) wake() {
	select {
	case u.more <- struct{}{}:
	default:
	}
}

// run reads what keys come for, until the context ends.
func (u *unread) run(ctx context.Context) {
	u.start(ctx)
	for {
		session, wait := u.next()
		if session != "" {
			u.tell(ctx, session)
			continue
		}
		select {
		case <-ctx.Done():
			return
		case key := <-u.i.Device.late():
			u.retry(ctx, key.Session)
		case <-u.more:
			u.mu.Lock()
			fresh := u.fresh
			u.fresh = nil
			u.mu.Unlock()
			for _, session := range fresh {
				u.retry(ctx, session)
			}
		case <-u.i.clock.After(wait):
		}
	}
}

// start takes up what waited when the program ended.
func (u *unread) start(ctx context.Context) {
	rows, err := u.i.Registry.Store().Undecryptable(ctx, "")
	if err != nil {
		u.unlisted(ctx, err)
		return
	}
	u.mu.Lock()
	u.kept = len(rows)
	for _, row := range rows {
		u.of[id.UserID(row.Sender)]++
		u.later(id.SessionID(row.Session), tellAfter)
	}
	u.mu.Unlock()
	u.read(ctx, rows)
}

// next is a key that somebody is to be told of now, else how long to wait.
func (u *unread) next() (id.SessionID, time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	now, wait := u.i.clock.Now(), time.Hour
	for session, t := range u.due {
		left := t.at.Sub(now)
		if left <= 0 {
			return session, 0
		}
		wait = min(wait, left)
	}
	return "", wait
}

// retry reads what waited for a key.
func (u *unread) retry(ctx context.Context, session id.SessionID) {
	rows, err := u.i.Registry.Store().Undecryptable(ctx, session.String())
	if err != nil {
		u.unlisted(ctx, err)
		return
	}
	u.read(ctx, rows)
}

// unlisted notes that events could not be listed. At the end that is no error: they
// are read with the next start.
func (u *unread) unlisted(ctx context.Context, err error) {
	if ctx.Err() == nil {
		u.i.log.Error("events that wait for keys could not be listed", "err", err)
	}
}

func (u *unread) read(ctx context.Context, rows []*store.Undecryptable) {
	for _, row := range rows {
		err := guarded(func() error { return u.readOne(ctx, row) })
		if err != nil && ctx.Err() == nil {
			u.i.log.Warn("an event that waited for its key cannot be read", "event", row.Event, "err", err)
		}
	}
}

// readOne reads an event if its key is here, and hands it on once.
func (u *unread) readOne(ctx context.Context, row *store.Undecryptable) error {
	if _, handed := u.handed.get(row.Event); handed {
		return nil
	}
	e := &event.Event{}
	if err := json.Unmarshal([]byte(row.Raw), e); err != nil {
		return errors.Join(err, u.drop(ctx, row))
	}
	parse(e)
	clear, err := u.i.Device.decrypt(ctx, e)
	if errors.Is(err, errNoKey) {
		return nil
	}
	if isOfStore(err) {
		return err // it is tried again with the next start
	}
	u.handed.put(row.Event, true)
	if err != nil {
		return errors.Join(err, u.drop(ctx, row))
	}
	do := u.i.saying(clear, true)
	if do == nil {
		return u.drop(ctx, row)
	}
	u.i.inbox.add(ctx, u.i.said(clear), task{what: row.Event, of: newBatch(""), do: func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		return u.drop(ctx, row)
	}})
	return nil
}

func (u *unread) drop(ctx context.Context, row *store.Undecryptable) error {
	if err := u.i.Registry.Store().DropUndecryptable(ctx, row.Event); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.kept = max(0, u.kept-1)
	if sender := id.UserID(row.Sender); u.of[sender] > 1 {
		u.of[sender]--
	} else {
		delete(u.of, sender)
	}
	return nil
}
