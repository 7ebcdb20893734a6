//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const (
	// detailsLast is for how long private details stay in a chat at most.
	detailsLast = 24 * time.Hour
	// expireEvery is how often is looked for what is to be taken back.
	expireEvery = time.Minute
	// unsentFor is how long a message of which it is not known whether it was
	// sent is left to whoever sends it.
	unsentFor = 2 * time.Minute
	// notSentYet begins what stands in the place of the id of a message that was
	// not sent yet: the key under which it will be.
	notSentYet = "key:"
)

// details says whose private values a message shows, to whom, and of what.
type details struct {
	Coalition models.ID
	Account   id.UserID
	About     models.Entity
}

// sayPrivate shows private details in an encrypted direct chat, and remembers
// them before they are sent: nothing that was shown can be forgotten to be taken
// back.
func (p *posts) sayPrivate(ctx context.Context, room id.RoomID, key string, what *saying, d details) ([]id.EventID, error) {
	if err := p.direct.safe(ctx, room, d.Account); err != nil {
		return nil, err
	}
	row := store.DirectShown{CoalitionID: d.Coalition, Platform: Name, Room: room.String(), Account: d.Account.String(),
		Kind: d.About.Kind, RowID: d.About.ID, At: p.Clock.Now()}
	row.Event = notSentYet + key
	if err := p.Store.AddShown(ctx, row); err != nil {
		return nil, err
	}
	said, err := p.say(ctx, room, key, what)
	for _, message := range said {
		row.Event = message.String()
		if noted := p.Store.AddShown(context.WithoutCancel(ctx), row); noted != nil {
			p.Log.Error("what was shown is known by its key only", "err", noted)
			return said, err
		}
	}
	return said, err
}

// expire takes back private details when the claim ends for which they were
// shown, or after a day, until the context ends. What fails is tried again.
func (p *posts) expire(ctx context.Context) {
	for {
		if err := p.expireAll(ctx); err != nil && ctx.Err() == nil {
			p.Log.Warn("private details were not taken back yet", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-p.Clock.After(expireEvery):
		}
	}
}

// expireAll takes back what is due. One that fails holds up no other.
func (p *posts) expireAll(ctx context.Context) error {
	s, err := p.session()
	if err != nil {
		return err
	}
	due, err := p.Store.DueShown(ctx, Name, p.Clock.Now().Add(-detailsLast))
	if err != nil {
		return err
	}
	var failed error
	for _, shown := range due {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := p.expireOne(once(ctx), s, shown); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

func (p *posts) expireOne(ctx context.Context, s *session, shown *store.DirectShown) error {
	room, messages := id.RoomID(shown.Room), []id.EventID{id.EventID(shown.Event)}
	if key, ok := strings.CutPrefix(shown.Event, notSentYet); ok {
		if p.Clock.Now().Sub(shown.At) < unsentFor {
			return nil
		}
		var err error
		if messages, err = p.findParts(ctx, s, room, key); err != nil && !isForbidden(err) {
			return err
		}
	}
	for _, message := range messages {
		if err := p.takeBack(ctx, s, room, message); err != nil {
			return err
		}
	}
	return p.Store.RemoveShown(ctx, shown.ID)
}

// takeBack redacts each edit of a message, then the message. Where we are not
// any more, or may not, nothing can be done, now or later.
func (p *posts) takeBack(ctx context.Context, s *session, room id.RoomID, message id.EventID) error {
	edits, err := p.editsOf(ctx, s, room, message)
	if err != nil && !errors.Is(err, bot.ErrGone) && !isForbidden(err) {
		return err
	}
	for _, e := range append(edits, message) {
		if wait := p.pace.take("redact "+e.String(), rankTidy, p.Clock.Now()); wait > 0 {
			return notNow(errors.New("too much is written at once"), wait)
		}
		err := p.redact(ctx, s, room, e)
		var final *bot.PermanentError
		switch {
		case errors.As(err, &final):
			p.Log.Error("private details cannot be taken back", "room", room, "err", err)
		case err != nil && !errors.Is(err, bot.ErrGone):
			return err
		}
	}
	p.redacted(message)
	return nil
}

// editsOf are the edits of a message of ours.
func (p *posts) editsOf(ctx context.Context, s *session, room id.RoomID, message id.EventID) ([]id.EventID, error) {
	var edits []id.EventID
	ask := &mautrix.ReqGetRelations{RelationType: event.RelReplace, Limit: reactionPage}
	for range reactionPages {
		page, err := s.client.GetRelations(ctx, room, message, ask)
		if err != nil {
			return edits, classify("read the edits of a message", doesRead, err)
		}
		for _, e := range page.Chunk {
			if e.Sender == s.client.UserID && !isRedacted(e) && !slices.Contains(edits, e.ID) {
				edits = append(edits, e.ID)
			}
		}
		if ask.From = page.NextBatch; ask.From == "" {
			break
		}
	}
	return edits, nil
}

// redact takes an event of ours, or somebody's reaction, out of a room. Doing it
// again does nothing.
func (p *posts) redact(ctx context.Context, s *session, room id.RoomID, message id.EventID) error {
	_, err := s.client.RedactEvent(ctx, room, message, mautrix.ReqRedact{TxnID: txnOf("redact "+message.String(), 0)})
	if err = p.heard(classify("redact", doesChange, err)); err != nil {
		return fmt.Errorf("take back: %w", err)
	}
	return nil
}
