//go:build goolm

package matrix

import (
	"context"
	"errors"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// sync asks once for what is new, and takes in what the keys need of it.
func (h *home) sync(s *session, since string) *mautrix.RespSync {
	h.t.Helper()
	answer, err := s.client.FullSyncRequest(h.t.Context(), mautrix.ReqSync{Since: since, Timeout: 1000})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := s.toDevice(h.t.Context(), answer, since); err != nil {
		h.t.Fatal(err)
	}
	return answer
}

// send sends a message as the bot does.
func (h *home) send(s *session, room id.RoomID, text string) id.EventID {
	h.t.Helper()
	sent, err := h.trySend(h.t.Context(), s, room, text)
	if err != nil {
		h.t.Fatal(err)
	}
	return sent
}

func (h *home) trySend(ctx context.Context, s *session, room id.RoomID, text string) (id.EventID, error) {
	kind, content, err := s.encrypt(ctx, room, event.EventMessage, &event.MessageEventContent{MsgType: event.MsgNotice, Body: text})
	if err != nil {
		return "", err
	}
	sent, err := s.client.SendMessageEvent(ctx, room, kind, content)
	if err != nil {
		return "", err
	}
	return sent.EventID, nil
}

func (h *home) say(s *session, room id.RoomID, text string) string {
	h.t.Helper()
	h.send(s, room, text)
	return text
}

// syncUntil takes in what is new until somebody's membership is known.
func (h *home) syncUntil(s *session, since string, room id.RoomID, user id.UserID, want event.Membership) string {
	h.t.Helper()
	for range 30 {
		have, err := s.keys.state.GetMembership(h.t.Context(), room, user)
		if err != nil {
			h.t.Fatal(err)
		}
		if have == want {
			return since
		}
		since = h.sync(s, since).NextBatch
	}
	h.t.Fatal("the membership never came")
	return ""
}

func (h *home) syncUntilDevices(s *session, since string, of *matrixtest.User, want int) {
	h.t.Helper()
	for range 30 {
		have, err := s.keys.GetDevices(h.t.Context(), of.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(have) == want {
			return
		}
		since = h.sync(s, since).NextBatch
	}
	h.t.Fatal("the device never came")
}

// find takes in what is new until an event is among it.
func (h *home) find(s *session, since string, room id.RoomID, want id.EventID) (next string, found *event.Event) {
	h.t.Helper()
	for range 30 {
		answer := h.sync(s, since)
		since = answer.NextBatch
		if joined := answer.Rooms.Join[room]; joined != nil {
			for _, e := range joined.Timeline.Events {
				if e.ID == want {
					e.RoomID = room
					return since, e
				}
			}
		}
	}
	h.t.Fatal("the event never came")
	return
}

// read takes in what is new until the key of an event is among it, and reads
// it. Keys can come after the message.
func (h *home) read(s *session, since string, e *event.Event) (next string, read *event.Event) {
	h.t.Helper()
	for range 30 {
		read, err := s.decrypt(h.t.Context(), e)
		if err == nil {
			return since, read
		}
		if !errors.Is(err, errNoKey) {
			h.t.Fatal(err)
		}
		since = h.sync(s, since).NextBatch
	}
	h.t.Fatal("the key never came")
	return
}
