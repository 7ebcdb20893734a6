//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"time"

	"maunium.net/go/mautrix/id"
)

const (
	// beatEvery is how often it is recorded that there is a connection.
	beatEvery = time.Minute
	// readTries is how often a card is tried that cannot be read back.
	readTries = 8
	// readPause is the time between two cards that are read back, so that nobody
	// who waits for an answer waits for them.
	readPause = 20 * time.Millisecond
	// logEvery is after how many cards it is said how far reading them back is.
	logEvery = 100
)

// connected takes in that there is a connection. The first one is a reason to
// read all open cards back; what happens while there is none comes afterwards.
func (r *reactions) connected(context.Context) {
	r.mu.Lock()
	r.live, r.greet = true, true
	r.mu.Unlock()
	r.wake()
}

// lost takes in that there is no connection any more.
func (r *reactions) lost() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.live = false
}

// doubt has the cards of a room read back: something was missed there. All open
// cards are: few rooms are boards.
func (r *reactions) doubt(room id.RoomID) {
	r.log.Info("open cards are read back, because something was missed", "room", room)
	r.mu.Lock()
	r.fill = true
	r.mu.Unlock()
	r.wake()
}

// later has a card read back after a wait. A card that waits already is read
// once, at the later of the two times.
func (r *reactions) later(room, message string, wait time.Duration) {
	r.again(readBack{room: room, message: message}, wait)
}

func (r *reactions) again(b readBack, wait time.Duration) {
	b.at = r.clock.Now().Add(wait)
	r.mu.Lock()
	if was := r.due[b.message]; was == nil {
		r.due[b.message] = &b
	} else {
		was.tries = max(was.tries, b.tries)
		if was.at.Before(b.at) {
			was.at = b.at
		}
	}
	r.mu.Unlock()
	r.wake()
}

func (r *reactions) wake() {
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// run reads cards back, one after the other, until the context ends.
func (r *reactions) run(ctx context.Context) {
	beat := r.clock.After(beatEvery)
	for ctx.Err() == nil {
		r.begin(ctx)
		next, wait := r.next()
		if next != nil {
			r.readOne(ctx, *next)
			wait = readPause
		}
		select {
		case <-ctx.Done():
			return
		case <-beat:
			beat = r.clock.After(beatEvery)
			if r.isLive() {
				r.alive(ctx)
			}
		case <-r.changed:
		case <-r.clock.After(wait):
		}
	}
}

// begin does what follows from a new connection.
func (r *reactions) begin(ctx context.Context) {
	r.mu.Lock()
	greet, fill := r.live && r.greet, r.live && r.fill
	if r.live {
		r.greet, r.fill = false, false
	}
	r.mu.Unlock()
	if greet {
		r.alive(ctx)
	}
	if !fill {
		return
	}
	cards, err := r.i.Registry.OpenCards(ctx, Name)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		if ctx.Err() == nil {
			r.log.Error("the open cards could not be listed; trying again with the next connection", "err", err)
		}
		r.fill, r.live = true, r.live && ctx.Err() == nil
		return
	}
	r.backlog, r.all = nil, len(cards)
	for _, c := range cards {
		r.backlog = append(r.backlog, readBack{room: c.Room, message: c.Message})
	}
}

// alive records that there is a connection, and has the rooms told of a longer
// absence.
func (r *reactions) alive(ctx context.Context) {
	away, err := r.i.Registry.Alive(ctx, Name)
	switch {
	case err != nil && ctx.Err() == nil:
		r.log.Error("that there is a connection was not recorded", "err", err)
	case away != nil:
		r.log.Info("there was no connection", "from", away.From, "to", away.To)
	}
}

func (r *reactions) isLive() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.live
}

// next takes the card that is to be read back now; nil says how long to wait for
// one. What is in doubt comes before what may be.
func (r *reactions) next() (*readBack, time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.live {
		return nil, beatEvery
	}
	now, wait := r.clock.Now(), beatEvery
	for message, b := range r.due {
		if left := b.at.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		delete(r.due, message)
		return b, 0
	}
	if len(r.backlog) == 0 {
		return nil, wait
	}
	b := r.backlog[0]
	r.backlog = r.backlog[1:]
	switch done := r.all - len(r.backlog); {
	case len(r.backlog) == 0 && r.all >= logEvery:
		r.log.Info("all open cards are read back", "cards", r.all)
	case done%logEvery == 0:
		r.log.Info("open cards are read back", "done", done, "of", r.all)
	}
	return &b, 0
}

// readOne reads a card back, after all that came for the cards of its room before.
// What cannot be read now is read later.
func (r *reactions) readOne(ctx context.Context, b readBack) {
	var failed error
	turn := newBatch("")
	r.i.inbox.add(ctx, "cards."+b.room, task{what: b.message, of: turn, do: func(ctx context.Context) error {
		failed = guarded(func() error { return r.readCard(ctx, b.message) })
		return nil
	}})
	turn.done()
	select {
	case <-ctx.Done():
		return
	case <-turn.ended:
	}
	switch {
	case failed == nil, ctx.Err() != nil, errors.Is(failed, errNotCard) && b.tries+1 >= readTries:
		return
	case b.tries+1 >= readTries:
		r.log.Error("a card could not be read back", "message", b.message, "tries", b.tries+1, "err", failed)
		return
	case !errors.Is(failed, errNotCard):
		r.log.Warn("a card could not be read back yet", "message", b.message, "err", failed)
	}
	wait := max(whenNew<<b.tries, retryAfter(failed))
	b.tries++
	r.again(b, wait)
}

// errNotCard says that a message is no open card, or not yet.
var errNotCard = errors.New("the message is no open card")

// readCard compares what is on a card with what is known of it, and hands the
// differences to the engine as levels.
func (r *reactions) readCard(ctx context.Context, message string) error {
	card, err := r.i.Registry.OpenCard(ctx, Name, message)
	if err != nil {
		return fmt.Errorf("what is known of a card: %w", err)
	}
	if card == nil {
		return errNotCard
	}
	there, err := r.annotations(ctx, id.RoomID(card.Room), id.EventID(message))
	if refused(err) {
		r.log.Warn("a card cannot be read back", "room", card.Room, "err", err)
		return nil // what is wrong with the room is dealt with elsewhere
	}
	if err != nil {
		return err
	}
	return r.compare(ctx, card, there)
}
