//go:build goolm

package matrixtest

import (
	"context"
	"fmt"
	"sync"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// markType is the type of what is sent to a device to mark a place. Nobody knows
// it.
var markType = event.Type{Type: "test.mark", Class: event.ToDeviceEventType}

// Mark is a place in what happens in the rooms of a homeserver; see [Server.Mark].
type Mark struct{ events int }

// marker is the account that sends marks.
type marker struct {
	sync.Mutex
	api *mautrix.Client
}

// Mark is the place up to which the homeserver has everything that happened in
// its rooms ready to be read. The devices of an account get a message that says
// nothing, so that one that waits for news reads on, past the mark.
func (s *Server) Mark(ctx context.Context, user id.UserID) (Mark, error) {
	m := &s.marker
	m.Lock()
	defer m.Unlock()
	if m.api == nil {
		if err := s.openMarker(ctx); err != nil {
			return Mark{}, err
		}
	}
	answer, err := m.api.SyncRequest(ctx, 0, "", "", false, event.PresenceOffline)
	if err != nil {
		return Mark{}, fmt.Errorf("read how far the homeserver is: %w", err)
	}
	_, err = m.api.SendToDevice(ctx, markType, &mautrix.ReqSendToDevice{Messages: map[id.UserID]map[id.DeviceID]*event.Content{
		user: {"*": {Raw: map[string]any{}}},
	}})
	if err != nil {
		return Mark{}, fmt.Errorf("wake %s: %w", user, err)
	}
	return markOf(answer.NextBatch)
}

// openMarker makes the account that sends marks. It is in no room.
func (s *Server) openMarker(ctx context.Context) error {
	account, err := s.Register(ctx, "Marker")
	if err != nil {
		return err
	}
	login, err := account.Login(ctx)
	if err != nil {
		return err
	}
	s.marker.api, err = newClient(s.URL(), account.UserID, login.Token)
	return err
}

// markOf reads the place in a token for sync, as this homeserver makes them.
func markOf(token string) (Mark, error) {
	var m Mark
	if _, err := fmt.Sscanf(token, "s%d_", &m.events); err != nil {
		return Mark{}, fmt.Errorf("the homeserver's token %q: %w", token, err)
	}
	return m, nil
}

// Passed tells whether who goes on reading at a token for sync has read up to the
// mark.
func (m Mark) Passed(token string) (bool, error) {
	at, err := markOf(token)
	return err == nil && at.events >= m.events, err
}
