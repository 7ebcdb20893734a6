//go:build goolm

package matrixtest

import (
	"context"
	"fmt"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// bare is the library's own client with keys, and nothing around it.
type bare struct {
	ID id.UserID

	api     *mautrix.Client
	machine *crypto.OlmMachine
	state   *mautrix.MemoryStateStore
	keys    *keyStore
	members map[id.RoomID]bool // whose members were fetched
}

// openBare logs a new device of an account in and publishes its keys, which are
// kept in a file, or in memory without one.
func openBare(ctx context.Context, account *Account, database string) (*bare, error) {
	login, err := account.Login(ctx)
	if err != nil {
		return nil, err
	}
	b := &bare{ID: account.UserID, members: map[id.RoomID]bool{}}
	if b.api, err = newClient(account.server.URL(), account.UserID, login.Token); err != nil {
		return nil, err
	}
	b.api.DeviceID = login.Device
	b.state = mautrix.NewMemoryStateStore().(*mautrix.MemoryStateStore)
	b.api.StateStore = b.state
	if b.keys, err = openKeyStore(ctx, database, login.Device); err != nil {
		return nil, err
	}
	b.machine = crypto.NewOlmMachine(b.api, nil, b.keys.Store, b.state)
	if err := b.machine.Load(ctx); err != nil {
		return nil, err
	}
	return b, b.machine.ShareKeys(ctx, 0)
}

// seal makes of a message what is to be sent to a room: the same if the room is
// plain.
func (b *bare) seal(ctx context.Context, room id.RoomID, content *event.MessageEventContent) (event.Type, any, error) {
	secret, err := b.state.IsEncrypted(ctx, room)
	if err != nil || !secret {
		return event.EventMessage, content, err
	}
	if !b.members[room] { // one thing is done at a time
		if _, err := b.api.Members(ctx, room); err != nil {
			return event.EventMessage, nil, err
		}
		b.members[room] = true
	}
	sealed, err := b.machine.EncryptMegolmEvent(ctx, room, event.EventMessage, content)
	if crypto.IsShareError(err) {
		people, err := b.state.GetRoomJoinedOrInvitedMembers(ctx, room)
		if err != nil {
			return event.EventMessage, nil, err
		}
		if err := b.machine.ShareGroupSession(ctx, room, people); err != nil {
			return event.EventMessage, nil, fmt.Errorf("share the room's key: %w", err)
		}
		sealed, err = b.machine.EncryptMegolmEvent(ctx, room, event.EventMessage, content)
		return event.EventEncrypted, sealed, err
	}
	return event.EventEncrypted, sealed, err
}

// send sends what was made ready.
func (b *bare) send(ctx context.Context, room id.RoomID, kind event.Type, content any) error {
	_, err := b.api.SendMessageEvent(ctx, room, kind, content, mautrix.ReqSendEvent{DontEncrypt: true})
	return err
}

// close ends the connection and closes the keys. The device stays logged in.
func (b *bare) close() error {
	b.api.Client.CloseIdleConnections()
	return b.keys.close()
}
