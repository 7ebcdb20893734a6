package discord

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

const (
	// aliveEvery is how often it is recorded that there is a connection.
	aliveEvery = time.Minute
	// readTries is how often a card is tried that cannot be read back.
	readTries = 8
	// logEvery is after how many cards it is said how far reading them back is.
	logEvery = 100
)

// ready takes in that a session began: events may have been missed before it, so
// that all open cards are read back. A session that began before is no reason
// any more.
func (r *reactions) ready(ctx context.Context, self string) {
	r.mu.Lock()
	r.self, r.live = self, true
	r.mu.Unlock()
	work := func(ctx context.Context) {
		r.alive(ctx)
		r.fill(ctx)
	}
	if !r.Events.do(ctx, "reconcile", work) {
		r.Log.Error("open cards are not read back: too much is waiting")
	}
}

// lost takes in that there is no connection any more.
func (r *reactions) lost() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.live = false
}

// alive records that there is a connection, and has the rooms told of a longer
// absence.
func (r *reactions) alive(ctx context.Context) {
	away, err := r.Registry.Alive(ctx, name)
	switch {
	case err != nil:
		r.Log.Error("that there is a connection was not recorded", "err", err)
	case away != nil:
		r.Log.Info("there was no connection", "from", away.From, "to", away.To)
	}
}

// fill begins to read back all cards that are open.
func (r *reactions) fill(ctx context.Context) {
	cards, err := r.Registry.OpenCards(ctx, name)
	if err != nil {
		r.Log.Error("the open cards could not be listed; trying again with the next connection", "err", err)
		return
	}
	list := make([]readBack, len(cards))
	for i, c := range cards {
		list[i].message = c.Message
	}
	r.mu.Lock()
	r.backlog, r.all = list, len(list)
	r.mu.Unlock()
	r.wake()
}

// run reads cards back, one after the other, until the context ends.
func (r *reactions) run(ctx context.Context) {
	beat := r.Clock.After(aliveEvery)
	for {
		next, wait := r.next()
		if next != nil {
			r.readOne(ctx, *next)
			wait = r.Pause
		}
		if next != nil && wait <= 0 {
			if ctx.Err() != nil {
				return
			}
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-beat:
			beat = r.Clock.After(aliveEvery)
			if r.isLive() {
				r.alive(ctx)
			}
		case <-r.changed:
		case <-r.Clock.After(wait):
		}
	}
}

// settled reports whether our own reactions on a card say nothing about those of
// others: else it is by them that one knows whether somebody took all of them off.
// What is not known yet is to be asked again after a while.
func (r *reactions) settled(ctx context.Context, message string) (bool, time.Duration) {
	card, err := r.Registry.OpenCard(ctx, name, message)
	if err != nil || card == nil { // it may not be recorded yet
		return false, whenNew
	}
	return len(card.Known) == 0, 0
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
	if !r.live { // all of it is read back once there is a connection again
		return nil, aliveEvery
	}
	now, wait := r.Clock.Now(), aliveEvery
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
		r.Log.Info("all open cards are read back", "cards", r.all)
	case done%logEvery == 0:
		r.Log.Info("open cards are read back", "done", done, "of", r.all)
	}
	return &b, 0
}

// readOne reads a card back. What cannot be read now is read later.
func (r *reactions) readOne(ctx context.Context, b readBack) {
	r.mu.Lock()
	r.reading = b.message
	clear(r.touched)
	r.mu.Unlock()
	err := guarded(func() error { return r.readCard(ctx, b.message) })
	r.mu.Lock()
	r.reading = ""
	r.mu.Unlock()
	switch {
	case errors.Is(err, errPending):
		// However often that is so, it is no reason to give up at the next failure.
		tries := min(b.tries, 3)
		r.again(b.message, min(whenFull, whenNew<<tries), min(tries+1, 3))
		return
	case err == nil, ctx.Err() != nil, errors.Is(err, errNotCard) && b.tries+1 >= readTries:
		return
	case b.tries+1 >= readTries:
		r.Log.Error("a card could not be read back", "message", b.message, "tries", b.tries+1, "err", err)
		return
	case !errors.Is(err, errNotCard):
		r.Log.Warn("a card could not be read back yet", "message", b.message, "err", err)
	}
	wait := whenNew << b.tries
	var notNow *bot.NotNowError
	if errors.As(err, &notNow) {
		wait = max(wait, notNow.After)
	}
	r.again(b.message, wait, b.tries+1)
}

func guarded(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
	}()
	return run()
}

// errPending says that a card does not show yet what holds, so that it is not
// known which reactions of ours belong there. It is soon, as a rule.
var errPending = errors.New("the card is about to change")

// errNotCard says that a message is no open card, or not yet.
var errNotCard = errors.New("the message is no open card")

// readCard compares what is on a card with what is known of it, and hands the
// differences to the engine as levels.
func (r *reactions) readCard(ctx context.Context, message string) error {
	card, err := r.Registry.OpenCard(ctx, name, message)
	if err != nil {
		return fmt.Errorf("what is known of a card: %w", err)
	}
	if card == nil {
		if at, ok := snowflakeTime(message); ok && r.Clock.Now().Sub(at) > time.Hour {
			return nil // closed, or posted anew
		}
		return errNotCard
	}
	channel := card.Room
	if card.Kind == models.RoomForum {
		channel = card.Message // a thread has its first message's id
	}
	m, err := r.REST.message(ctx, channel, message)
	switch {
	case hasCode(err, unknownMessage), hasCode(err, unknownChannel) && card.Kind == models.RoomForum:
		r.cardGone(ctx, message)
		return nil
	case hasCode(err, unknownChannel, missingAccess, missingPermissions):
		r.Log.Warn("a card cannot be read back", "room", card.Room, "err", err)
		return nil // what is wrong with the room is dealt with elsewhere
	case err != nil:
		return classify(err)
	}
	there, err := r.reactors(ctx, channel, m)
	if err != nil {
		return err
	}
	return r.compare(ctx, card, m, there)
}

// reactors reads who reacted to a message with what acts, bots aside.
func (r *reactions) reactors(ctx context.Context, channel string, m *message) (map[commands.KnownReaction]user, error) {
	there := map[commands.KnownReaction]user{}
	for _, count := range m.Reactions {
		bare := commands.BareEmoji(count.Emoji.Name)
		if count.Emoji.ID != "" || !slices.Contains(r.Registry.Emojis(), bare) || count.Count == 1 && count.Me {
			continue
		}
		for after := ""; ; {
			page, err := r.REST.reactors(ctx, channel, m.ID, count.Emoji.Name, after)
			if err != nil {
				return nil, classify(err)
			}
			for _, u := range page {
				if !u.Bot && !r.isSelf(u.ID) {
					there[commands.KnownReaction{Account: u.ID, Emoji: bare}] = u
				}
			}
			if len(page) < reactorsPage || page[len(page)-1].ID == after {
				break
			}
			after = page[len(page)-1].ID
		}
	}
	return there, nil
}
