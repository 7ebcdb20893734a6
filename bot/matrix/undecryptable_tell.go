//go:build goolm

package matrix

import (
	"context"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const (
	// tellAfter is how long a key may be late before somebody is told: mostly it
	// comes within seconds.
	tellAfter = 15 * time.Second
	// tellEvery is the time between two such messages in one room. It doubles
	// with each, up to tellRarely, and begins anew after as long without any.
	tellEvery  = time.Minute
	tellRarely = 24 * time.Hour
	// tellTries is how often it is tried to tell.
	tellTries = 5
)

// telling is a key that somebody is told of.
type telling struct {
	at    time.Time
	tries int
}

// toldRoom is when a room was told last, and when it may be again.
type toldRoom struct {
	last, next time.Time
	wait       time.Duration
}

// again notes that a room is told now.
func (t *toldRoom) again(now time.Time) {
	if t.wait == 0 || now.Sub(t.next) >= tellRarely {
		t.wait = tellEvery
	} else {
		t.wait = min(2*t.wait, tellRarely)
	}
	t.last, t.next = now, now.Add(t.wait)
}

// tell tells a room that something could not be read: once for all that waits
// there by now.
func (u *unread) tell(ctx context.Context, session id.SessionID) {
	waiting, err := u.untold(ctx, session)
	switch {
	case err != nil:
		u.notTold(session, err)
		return
	case len(waiting) == 0:
		u.settled(session)
		return
	}
	room, now := id.RoomID(waiting[0].Room), u.i.clock.Now()
	u.mu.Lock()
	told := u.told[room]
	if told != nil && told.next.After(now) {
		u.due[session].at = told.next
		u.mu.Unlock()
		return
	}
	u.mu.Unlock()
	if err := guarded(func() error { return u.tellOf(ctx, waiting) }); err != nil {
		u.notTold(session, err)
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if told == nil {
		told = &toldRoom{}
		u.told[room] = told
	}
	told.again(now)
	for _, row := range waiting {
		delete(u.due, id.SessionID(row.Session))
	}
}

// untold is what waits in the room of a key, oldest first, as far as nobody was
// told of it yet; nothing if that is so of this key.
func (u *unread) untold(ctx context.Context, session id.SessionID) ([]*store.Undecryptable, error) {
	rows, err := u.i.Registry.Store().Undecryptable(ctx, "")
	if err != nil {
		return nil, err
	}
	room, told := "", map[string]bool{}
	for _, row := range rows {
		if row.Session == session.String() && room == "" {
			room = row.Room
		}
		if row.Told {
			told[row.Session] = true
		}
	}
	var waiting []*store.Undecryptable
	concerned := false
	for _, row := range rows {
		if _, handed := u.handed.get(row.Event); handed || row.Room != room || told[row.Session] {
			continue
		}
		waiting = append(waiting, row)
		concerned = concerned || row.Session == session.String()
	}
	if !concerned {
		return nil, nil
	}
	return waiting, nil
}

// tellOf tells a room of what waits there, and notes that it was told.
func (u *unread) tellOf(ctx context.Context, waiting []*store.Undecryptable) error {
	first, several := waiting[0], false
	for _, row := range waiting {
		several = several || row.Sender != first.Sender
	}
	if u.i.places.view(id.RoomID(first.Room), func(*place) {}) { // else the bot is not there any more
		e := &event.Event{ID: id.EventID(first.Event), RoomID: id.RoomID(first.Room), Sender: id.UserID(first.Sender), Type: event.EventEncrypted}
		if err := u.i.CannotRead(ctx, e, several); err != nil {
			return err
		}
	}
	noted := map[string]bool{}
	for _, row := range waiting {
		if noted[row.Session] { // one event says it for its key
			continue
		}
		row.Told, noted[row.Session] = true, true
		if err := u.i.Registry.Store().KeepUndecryptable(ctx, *row); err != nil {
			return err
		}
	}
	return nil
}

// notTold has it tried again, for some time.
func (u *unread) notTold(session id.SessionID, err error) {
	u.mu.Lock()
	t := u.due[session]
	t.tries++
	t.at = u.i.clock.Now().Add(tellEvery)
	tries := t.tries
	u.mu.Unlock()
	u.i.log.Warn("a room could not be told of a message that cannot be read", "tries", tries, "err", err)
	if tries >= tellTries {
		u.settled(session)
	}
}

func (u *unread) settled(session id.SessionID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.due, session)
}
