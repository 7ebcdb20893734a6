//go:build goolm

package matrix

import (
	"context"
	"errors"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// Among so many of our last messages in a room one is looked for.
const (
	lookPage  = 100
	lookPages = 5
)

// Find looks among our last messages. See bot.Platform. Each says under which
// key it was sent; how old it is does not matter then.
func (p *posts) Find(ctx context.Context, post bot.Post) (string, bool, error) {
	ctx = once(ctx)
	s, err := p.session()
	if err != nil {
		return "", false, err
	}
	room := id.RoomID(post.Room)
	if post.Account != "" {
		if room, err = p.direct.known(ctx, id.UserID(post.Account)); err != nil || room == "" {
			return "", false, err
		}
	}
	message, err := p.findTxn(ctx, s, room, txnOf(post.Key, 0))
	if isForbidden(err) || errors.Is(err, bot.ErrGone) { // nothing of ours can be seen in there
		return "", false, nil
	}
	return message.String(), message != "", err
}

// findTxn is our message with a transaction id; empty if there is none.
func (p *posts) findTxn(ctx context.Context, s *session, room id.RoomID, txn string) (id.EventID, error) {
	filter := &mautrix.FilterPart{Senders: []id.UserID{s.client.UserID}, Types: []event.Type{event.EventMessage, event.EventEncrypted}}
	from := ""
	for range lookPages {
		page, err := s.client.Messages(ctx, room, from, "", mautrix.DirectionBackward, filter, lookPage)
		if err != nil {
			return "", classify("look for a message", doesRead, err)
		}
		for _, e := range page.Chunk {
			if e.Sender == s.client.UserID && p.txnIn(ctx, s, room, e) == txn {
				return e.ID, nil
			}
		}
		if from = page.End; from == "" {
			break
		}
	}
	return "", nil
}

// txnIn is the transaction id with which an event of ours was sent; empty if it
// is not known. The homeserver says it to the device that sent it; else it is in
// the event.
func (p *posts) txnIn(ctx context.Context, s *session, room id.RoomID, e *event.Event) string {
	if e.Unsigned.TransactionID != "" {
		return e.Unsigned.TransactionID
	}
	if e.RoomID == "" {
		e.RoomID = room
	}
	if isRedacted(e) {
		return ""
	}
	if e.Type.Type == event.EventEncrypted.Type {
		e.Type.Class = event.MessageEventType
		if err := e.Content.ParseRaw(e.Type); err != nil && !errors.Is(err, event.ErrContentAlreadyParsed) {
			return ""
		}
		clear, err := s.decrypt(ctx, e)
		if err != nil { // by another device of ours, or one whose keys are lost
			return ""
		}
		e = clear
	}
	key, _ := e.Content.Raw[keyField].(string)
	return key
}

// findParts are all messages that were sent under a key.
func (p *posts) findParts(ctx context.Context, s *session, room id.RoomID, key string) ([]id.EventID, error) {
	var found []id.EventID
	for n := range mostParts {
		message, err := p.findTxn(ctx, s, room, txnOf(key, n))
		if err != nil || message == "" {
			return found, err
		}
		found = append(found, message)
	}
	return found, nil
}

// mostParts is in how many messages one answer ever is.
const mostParts = 10
