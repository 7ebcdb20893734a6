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

// shownBefore is the message with a transaction id, if an earlier try may have
// shown it and did: homeservers know a transaction again for a while only, not
// after their own restart, and not from another device of ours. Again says that
// the try may have been one of an earlier login.
func (p *posts) shownBefore(ctx context.Context, s *session, room id.RoomID, txn string, again bool) (id.EventID, error) {
	if _, unsure := p.unsure.get(txn); unsure {
		there, err := p.findTxn(ctx, s, room, txn)
		return there, p.hiddenIsNone(err)
	}
	if !again {
		return "", nil
	}
	where := room.String() + " " + s.client.DeviceID.String()
	ours, known := p.before.get(where)
	if !known {
		var err error
		if ours, err = p.ownTxns(ctx, s, room); err != nil {
			return "", p.hiddenIsNone(err)
		}
		p.before.put(where, ours)
	}
	return ours[txn], nil
}

// hiddenIsNone is the error of looking for a message: where we cannot look, we
// did not say anything.
func (p *posts) hiddenIsNone(err error) error {
	if isForbidden(err) || errors.Is(err, bot.ErrGone) {
		return nil
	}
	return notShown(err)
}

// ownTxns are our last messages in a room, by their transaction ids.
func (p *posts) ownTxns(ctx context.Context, s *session, room id.RoomID) (map[string]id.EventID, error) {
	found := map[string]id.EventID{}
	filter := &mautrix.FilterPart{Senders: []id.UserID{s.client.UserID}, Types: []event.Type{event.EventMessage, event.EventEncrypted}}
	from := ""
	for range lookPages {
		page, err := s.client.Messages(ctx, room, from, "", mautrix.DirectionBackward, filter, lookPage)
		if err != nil {
			return nil, classify("look for our messages", doesRead, err)
		}
		for _, e := range page.Chunk {
			if txn := p.txnIn(ctx, s, room, e); txn != "" && e.Sender == s.client.UserID {
				found[txn] = e.ID
			}
		}
		if from = page.End; from == "" {
			break
		}
	}
	return found, nil
}
