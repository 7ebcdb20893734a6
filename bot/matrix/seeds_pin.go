//go:build goolm

package matrix

import (
	"context"
	"slices"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// pinsLooked is how many of a room's pins are looked at: people pin a few.
const pinsLooked = 20

// pinAsItBelongs pins a new card that is to be pinned, and takes the pin off one
// in a room that is no board any more.
func (p *posts) pinAsItBelongs(ctx context.Context, s *session, card *commands.CardText, room id.RoomID, message id.EventID, isNew bool) {
	was, _ := p.shown.get(message.String())
	if !(isNew && card.Pin) && (!card.Unpin || was.unpinned) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, adornFor)
	defer cancel()
	if err := p.pin(ctx, s, room, message, card.Pin); err != nil { // the card is there all the same
		p.Log.Warn("a card was not pinned, or its pin not taken off", "err", err)
		return
	}
	p.shown.change(message.String(), func(s *shownPost) { s.unpinned = !card.Pin })
}

// pin pins a card or takes its pin off. Pins of ours that were taken back since
// go as well; what others pinned stays.
func (p *posts) pin(ctx context.Context, s *session, room id.RoomID, message id.EventID, wanted bool) error {
	var pinned event.PinnedEventsEventContent
	err := s.client.StateEvent(ctx, room, event.StatePinnedEvents, "", &pinned)
	if err != nil && !isMissing(err) {
		return classify("read what is pinned", doesRead, err)
	}
	keep := []id.EventID{}
	for n, there := range pinned.Pinned {
		if there != message && (n >= pinsLooked || !p.isGone(ctx, s, room, there)) || there == message && wanted {
			keep = append(keep, there)
		}
	}
	if wanted && !slices.Contains(keep, message) {
		keep = append(keep, message)
	}
	if slices.Equal(keep, pinned.Pinned) {
		return nil
	}
	pinned.Pinned = keep
	_, err = s.client.SendStateEvent(ctx, room, event.StatePinnedEvents, "", &pinned)
	return p.heard(classify("pin", doesChange, err))
}

// isGone reports whether a message is one of ours that was taken back. In doubt
// it is none.
func (p *posts) isGone(ctx context.Context, s *session, room id.RoomID, message id.EventID) bool {
	there, err := s.client.GetEvent(ctx, room, message)
	return err == nil && there.Sender == s.client.UserID && isRedacted(there)
}
