//go:build goolm

package matrix

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// sumOf tells two messages apart that do not show the same.
func sumOf(content *event.MessageEventContent) [sha256.Size]byte {
	raw, err := json.Marshal(content)
	if err != nil { // texts always can be
		return [sha256.Size]byte{}
	}
	return sha256.Sum256(raw)
}

// Edit makes a message show something else. See bot.Platform. What would change
// nothing is not sent.
func (p *posts) Edit(ctx context.Context, post bot.Post, remote string) error {
	ctx = once(ctx)
	s, err := p.session()
	if err != nil {
		return err
	}
	room, err := p.roomOf(ctx, post)
	if err != nil {
		return err
	}
	message, content := id.EventID(remote), sayingOf(post).contents(true)[0]
	was, _ := p.shown.get(remote)
	if was.known && was.content == sumOf(content) {
		p.adorn(ctx, s, post, room, message, false)
		return nil
	}
	if wait := p.pace.edit(room.String(), remote, p.Clock.Now()); wait > 0 {
		return notNow(errors.New("the turn to edit has not come"), wait)
	}
	// A message that was redacted can be edited all the same, and stays unseen.
	if err := p.stillThere(ctx, s, room, message); err != nil {
		return p.failed(ctx, s, room, post, err)
	}
	p.shown.change(remote, func(s *shownPost) { s.known = false }) // until it is certain
	// Each try has a transaction of its own: one that is repeated would leave
	// there what the first try said.
	if _, err := p.putEvent(ctx, s, room, s.client.TxnID(), event.EventMessage, editOf(content, message)); err != nil {
		return p.failed(ctx, s, room, post, err)
	}
	p.shown.change(remote, func(s *shownPost) { s.content, s.known = sumOf(content), true })
	p.adorn(ctx, s, post, room, message, false)
	return nil
}

// stillThere makes sure that a message of ours can still be seen.
func (p *posts) stillThere(ctx context.Context, s *session, room id.RoomID, message id.EventID) error {
	there, err := s.client.GetEvent(ctx, room, message)
	switch {
	case isMissing(err) && p.isFresh(message):
		return notNow(fmt.Errorf("look for a message: %w", err), waitFresh)
	case isMissing(err):
	case isForbidden(err): // we are not there, or must not see what was there before we came
		if place, lost := ownPlace(ctx, s, room); lost != nil || place != event.MembershipJoin {
			return classify("look for a message", doesRead, err)
		}
	case err != nil:
		return classify("look for a message", doesRead, err)
	case there.Sender == s.client.UserID && !isRedacted(there):
		return nil
	}
	p.shown.forget(message.String())
	return fmt.Errorf("the message was taken away: %w", bot.ErrGone)
}

// A homeserver does not always find what it took a moment ago: for freshFor what
// it does not find is looked for again after waitFresh.
const (
	freshFor  = 2 * time.Minute
	waitFresh = 2 * time.Second
)

func (p *posts) isFresh(message id.EventID) bool {
	was, _ := p.shown.get(message.String())
	return !was.at.IsZero() && p.Clock.Now().Sub(was.at) < freshFor
}

func isRedacted(e *event.Event) bool {
	return e.Unsigned.RedactedBecause != nil || len(e.Content.Raw) == 0
}

// redacted is told that a message, a reaction of ours perhaps, was taken away.
func (p *posts) redacted(message id.EventID) {
	p.shown.forget(message.String())
	p.seedGone(message)
}

// shortFallback is how long a text may be that clients show who know no edits.
const shortFallback = 2 << 10

// editOf makes a message replace another. Who sees only the edit itself sees the
// same, or its beginning.
func editOf(content *event.MessageEventContent, original id.EventID) *event.MessageEventContent {
	inner := *content
	edit := &event.MessageEventContent{
		MsgType: content.MsgType, Body: "* " + content.Body, Mentions: &event.Mentions{},
		NewContent: &inner, RelatesTo: (&event.RelatesTo{}).SetReplace(original),
	}
	if len(content.Body) > shortFallback {
		cut := cutWords(piece{words: content.Body}, 2*shortFallback)
		edit.Body = "* " + content.Body[:cut] + cutMark
	} else if len(content.FormattedBody) <= 2*shortFallback {
		edit.Format, edit.FormattedBody = content.Format, "* "+content.FormattedBody
	}
	return edit
}
