//go:build goolm

package matrix

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

const (
	// sayTries is how often an answer is tried, and sayPause the wait after a
	// failure that names none.
	sayTries = 5
	sayPause = time.Second
)

// say shows an answer in a room, and returns its messages. It waits for its turn
// and tries again, within the context's time. The same key shows nothing twice.
func (p *posts) say(ctx context.Context, room id.RoomID, key string, what *saying) ([]id.EventID, error) {
	ctx = once(ctx)
	contents := what.contents(false)
	contents[0].RelatesTo = what.replyTo()
	var said []id.EventID
	for i, content := range contents {
		message, err := p.sayPart(ctx, room, txnOf(key, i), what.Again, content)
		if err != nil {
			return said, err
		}
		said = append(said, message)
	}
	return said, nil
}

// replyTo is the relation of what is said as a reply.
func (s *saying) replyTo() *event.RelatesTo {
	switch {
	case s.ReplyTo == "":
		return nil
	case s.Thread == "":
		return (&event.RelatesTo{}).SetReplyTo(s.ReplyTo)
	}
	within := (&event.RelatesTo{}).SetThread(s.Thread, s.ReplyTo)
	within.IsFallingBack = false // it answers this message, also where threads are shown
	return within
}

func (p *posts) sayPart(ctx context.Context, room id.RoomID, txn string, again bool, content *event.MessageEventContent) (id.EventID, error) {
	for try := 1; ; try++ {
		wait, message, err := p.sayNow(ctx, room, txn, again, content)
		if err == nil && wait == 0 {
			return message, nil
		}
		var final *bot.PermanentError
		var later *bot.NotNowError
		if err != nil && !isClassified(err) {
			p.unsure.put(txn, true)
		}
		switch {
		case err == nil:
			try-- // it was not tried
		case errors.As(err, &final), errors.Is(err, bot.ErrGone), isLoggedOut(err), try == sayTries:
			return "", err
		case errors.As(err, &later):
			wait = max(later.After, sayPause)
		default:
			wait = sayPause
		}
		select {
		case <-ctx.Done():
			if err == nil {
				err = ctx.Err()
			}
			return "", fmt.Errorf("no time left to answer: %w", err)
		case <-p.Clock.After(wait):
		}
	}
}

// sayNow tries once, if it is the turn.
func (p *posts) sayNow(ctx context.Context, room id.RoomID, txn string, again bool, content *event.MessageEventContent) (time.Duration, id.EventID, error) {
	s, err := p.session()
	if err != nil {
		return 0, "", err
	}
	if wait := p.pace.take("", rankAnswer, p.Clock.Now()); wait > 0 {
		return wait, "", nil
	}
	if there, err := p.shownBefore(ctx, s, room, txn, again); there != "" || err != nil {
		return 0, there, err
	}
	message, err := p.putMarked(ctx, s, room, txn, content)
	return 0, message, err
}

// unmarshal reads an event's content.
func unmarshal(e *event.Event, into any) error {
	if err := json.Unmarshal(e.Content.VeryRaw, into); err != nil {
		return fmt.Errorf("an event's content: %w", err)
	}
	return nil
}
