//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

const (
	// gapAtMost is how many events of one room are usually fetched that the
	// homeserver left out: more than a busy room has in a week.
	gapAtMost = 5000
	// gapPage is how many events are asked for at once.
	gapPage = 100
	// gapTries is how often one room's gap is tried in a row while the homeserver
	// has an error of its own with it: after some minutes the other rooms go on.
	gapTries = 10
)

// timelines are what was said in each room since the last time, oldest first.
// Where the homeserver left something out, it is fetched. Nothing of before the
// bot came is in them.
func (i *intake) timelines(ctx context.Context, answer *mautrix.RespSync, since string) (map[id.RoomID][]*event.Event, error) {
	all := map[id.RoomID][]*event.Event{}
	if since == "" {
		return all, nil // the first time: nothing of it was said to this bot
	}
	for room, news := range answer.Rooms.Join {
		events := news.Timeline.Events
		if news.Timeline.Limited && news.Timeline.PrevBatch != "" && i.arrival(news.State.Events) < 0 && i.arrival(events) < 0 {
			missing, err := i.missing(ctx, room, news.Timeline.PrevBatch, since)
			if err != nil {
				return nil, err
			}
			events = append(missing, events...)
		}
		all[room] = events[i.arrival(events)+1:]
	}
	for room, news := range answer.Rooms.Leave {
		all[room] = news.Timeline.Events[i.arrival(news.Timeline.Events)+1:]
	}
	return all, nil
}

// arrival is the place of the event with which the bot came into the room, -1 if
// it has been there all the time.
func (i *intake) arrival(events []*event.Event) int {
	for n, e := range slices.Backward(events) {
		if e.Type.Type != event.StateMember.Type || e.GetStateKey() != i.self.String() || memberIn(&e.Content) != event.MembershipJoin {
			continue
		}
		// Somebody who is there already and changes their name joins once more.
		if before := e.Unsigned.PrevContent; before != nil && memberIn(before) == event.MembershipJoin {
			continue
		}
		return n
	}
	return -1
}

// memberIn reads a membership from content that may not have been parsed.
func memberIn(c *event.Content) event.Membership {
	if c.Parsed != nil {
		return c.AsMember().Membership
	}
	word, _ := c.Raw["membership"].(string)
	return event.Membership(word)
}

// missing pages back from where a timeline begins to what was read before, and
// returns it oldest first. Dendrite goes on past the token that it is given.
func (i *intake) missing(ctx context.Context, room id.RoomID, from, since string) ([]*event.Event, error) {
	last, err := i.Registry.Store().MatrixLast(ctx, i.self.String(), room.String())
	if err != nil {
		return nil, fmt.Errorf("how far a room was read: %w", err)
	}
	var found []*event.Event
	for from != "" && len(found) < i.GapAtMost {
		page, err := i.page(ctx, room, from, since)
		if refused(err) || i.isBroken(room, err) {
			i.log.Warn("what was said while the bot was away cannot be read", "room", room, "err", err)
			i.reactions.doubt(room)
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read what a room's timeline left out: %w", err)
		}
		known := slices.IndexFunc(page.Chunk, func(e *event.Event) bool {
			_, seen := i.seen.get(e.ID.String())
			return seen || e.ID.String() == last
		})
		if known >= 0 {
			found = append(found, page.Chunk[:known]...)
			break
		}
		found = append(found, page.Chunk...)
		if len(page.Chunk) == 0 || page.End == from {
			break
		}
		from = page.End
	}
	if len(found) >= i.GapAtMost {
		i.log.Warn("more was said while the bot was away than it reads", "room", room, "read", len(found))
		i.reactions.doubt(room)
	}
	slices.Reverse(found)
	return found, nil
}

// page reads a page of a room's messages, backward.
func (i *intake) page(ctx context.Context, room id.RoomID, from, to string) (*mautrix.RespMessages, error) {
	ctx, cancel := i.within(ctx, askFor)
	defer cancel()
	page, err := i.client.Messages(ctx, room, from, to, mautrix.DirectionBackward, nil, gapPage)
	if err == nil && page == nil {
		err = errors.New("the homeserver answered nothing")
	}
	return page, err
}

// isBroken reports whether a room could not be read for so long that the others
// must not wait any more.
func (i *intake) isBroken(room id.RoomID, err error) bool {
	var failed mautrix.HTTPError
	if err == nil || !errors.As(err, &failed) || failed.RespError == nil || failed.RespError.StatusCode < http.StatusInternalServerError {
		delete(i.broken, room)
		return false
	}
	i.broken[room]++
	return i.broken[room] >= gapTries
}

// refused reports whether the homeserver will go on to refuse a request. What
// something before it says, which knows no codes of Matrix, is no refusal: it is
// there for as long as the homeserver is not.
func refused(err error) bool {
	var failed mautrix.HTTPError
	if !errors.As(err, &failed) || failed.Response == nil || failed.RespError == nil {
		return false
	}
	status := failed.Response.StatusCode
	return status >= 400 && status < 500 && status != http.StatusTooManyRequests && status != http.StatusUnauthorized && status != http.StatusRequestTimeout
}
