//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// take takes in one answer to sync: keys first, then how the rooms are, then
// what was said, oldest first. What fails is asked for again, and what was taken
// in before is known then.
func (i *intake) take(ctx context.Context, answer *mautrix.RespSync, since string) (err error) {
	said, err := i.timelines(ctx, answer, since)
	if err != nil {
		return err
	}
	if err := i.Device.toDevice(ctx, answer, since); err != nil {
		return fmt.Errorf("take keys in: %w", err)
	}
	if err := i.state(ctx, answer); err != nil {
		return err
	}
	b := newBatch(answer.NextBatch)
	if answer.NextBatch == since {
		b.next = "" // nothing happened
	}
	for room, news := range answer.Rooms.Join {
		if n := len(news.Timeline.Events); n > 0 {
			b.last[room.String()] = news.Timeline.Events[n-1].ID.String()
		}
	}
	defer func() {
		if err != nil {
			b.next = ""
		}
		b.done()
		select {
		case i.batches <- b:
		case <-ctx.Done():
		}
	}()
	i.invites.take(ctx, answer.Rooms.Invite)
	for _, list := range said {
		i.prepare(list)
	}
	for _, e := range inOrder(said) {
		if err := i.hand(ctx, b, e); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes out what events say, and notes what was taken back, so that it is
// not acted on any more.
func (i *intake) prepare(events []*event.Event) {
	for _, e := range events {
		parse(e)
		if gone := redacts(e); gone != "" {
			i.redacted.put(gone.String(), true)
		}
	}
}

// parse makes out what an event says. What cannot be made out stays as it came.
func parse(e *event.Event) {
	e.Type.Class = event.MessageEventType
	if e.StateKey != nil {
		e.Type.Class = event.StateEventType
	}
	if e.Content.Parsed == nil {
		_ = e.Content.ParseRaw(e.Type)
	}
}

// redacts is the event that an event takes back: rooms of newer versions say it
// in another place.
func redacts(e *event.Event) id.EventID {
	if e.Type != event.EventRedaction {
		return ""
	}
	if e.Redacts != "" {
		return e.Redacts
	}
	return e.Content.AsRedaction().Redacts
}

// inOrder merges what was said in several rooms, oldest first. In each room the
// order is the homeserver's.
func inOrder(said map[id.RoomID][]*event.Event) []*event.Event {
	rooms := slices.Sorted(maps.Keys(said))
	total := 0
	for room, list := range said {
		total += len(list)
		for _, e := range list {
			e.RoomID = room
		}
	}
	merged := make([]*event.Event, 0, total)
	heads := map[id.RoomID]int{}
	for len(merged) < total {
		var first *event.Event
		for _, room := range rooms {
			if n := heads[room]; n < len(said[room]) && (first == nil || said[room][n].Timestamp < first.Timestamp) {
				first = said[room][n]
			}
		}
		heads[first.RoomID]++
		merged = append(merged, first)
	}
	return merged
}

// hand hands an event to the inbox, once.
func (i *intake) hand(ctx context.Context, b *batch, e *event.Event) error {
	if _, seen := i.seen.get(e.ID.String()); seen || e.StateKey != nil || e.ID == "" {
		return nil
	}
	if e.Sender == i.self {
		i.own(e)
	}
	lane, do, err := i.route(ctx, e)
	if err != nil {
		return err
	}
	i.seen.put(e.ID.String(), true)
	if do != nil {
		i.inbox.add(ctx, lane, task{what: e.ID.String(), of: b, do: do})
	}
	return nil
}

// own notes messages of our own: a reaction on one may come before it is recorded
// as a card.
func (i *intake) own(e *event.Event) {
	if e.Type == event.EventMessage || e.Type == event.EventEncrypted {
		i.reactions.ours.put(e.ID.String(), true)
	}
}

// route says which lane an event goes into and what is to be done with it,
// nothing for what is of no concern.
func (i *intake) route(ctx context.Context, e *event.Event) (lane string, do func(context.Context) error, err error) {
	cards := "cards." + e.RoomID.String()
	switch e.Type {
	case event.EventReaction:
		if e.Sender == i.self {
			return "", nil, nil
		}
		return cards, func(ctx context.Context) error { return i.reactions.put(ctx, e) }, nil
	case event.EventRedaction:
		return cards, func(ctx context.Context) error { return i.reactions.taken(ctx, e) }, nil
	case event.EventEncrypted:
		if e.Sender == i.self || i.isRedacted(e) {
			return "", nil, nil
		}
		clear, err := i.Device.decrypt(ctx, e)
		switch {
		case errors.Is(err, errNoKey):
			return "", nil, i.unread.keep(ctx, e)
		case isOfStore(err):
			return "", nil, asDamaged(fmt.Errorf("read an encrypted event: %w", err))
		case err != nil:
			// Garbage, or something that came before: nobody can mend it.
			i.log.Warn("an event cannot be decrypted", "event", e.ID, "room", e.RoomID, "err", err)
			return "", nil, nil
		}
		return i.said(clear), i.saying(clear, !i.live), nil
	case event.EventMessage:
		if i.places.isEncrypted(e.RoomID) {
			// Only who has the keys can be certain to have written something here.
			if e.Sender != i.self {
				i.log.Info("something in an encrypted room was not encrypted and is left out", "event", e.ID, "room", e.RoomID)
			}
			return "", nil, nil
		}
		return i.said(e), i.saying(e, !i.live), nil
	}
	return "", nil, nil
}

// said is the lane of what somebody wrote.
func (i *intake) said(e *event.Event) string { return "person." + e.Sender.String() }

// saying is what is to be done with what somebody wrote: nothing with what other
// bots say, and with corrections of what was said before. The first answer after
// the bot was away has all that it missed; no clock needs to be asked for that, of
// which there are several that may differ.
func (i *intake) saying(e *event.Event, missed bool) func(context.Context) error {
	if e.Sender == i.self || e.Type.Type != event.EventMessage.Type || i.isRedacted(e) {
		return nil
	}
	content, ok := e.Content.Parsed.(*event.MessageEventContent)
	if !ok || content.MsgType == event.MsgNotice || content.MsgType == "" || content.RelatesTo.GetReplaceID() != "" || content.NewContent != nil {
		return nil
	}
	return func(ctx context.Context) error {
		if i.isRedacted(e) { // while it waited
			return nil
		}
		return i.Said(ctx, e, missed)
	}
}

func (i *intake) isRedacted(e *event.Event) bool {
	_, gone := i.redacted.get(e.ID.String())
	return gone || e.Unsigned.RedactedBecause != nil
}
