//go:build goolm

package matrixtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// EchoOptions make an echo bot.
type EchoOptions struct {
	// Database is a file for the bot's keys; they are kept in memory if empty.
	Database string
}

// Echo is the least that a bot can be: the library's own client and sync loop
// with a handler that repeats every message as a notice, encrypted in encrypted
// rooms. It joins every room that it is invited to. It remembers nothing, tries
// nothing twice, and checks nothing: a benchmark compares with it.
type Echo struct {
	ID id.UserID

	api     *mautrix.Client
	machine *crypto.OlmMachine
	state   *mautrix.MemoryStateStore
	keys    *keyStore
	end     context.CancelFunc
	ended   chan struct{}

	mu      sync.Mutex
	members map[id.RoomID]bool // whose members were fetched
	failure error
}

// EchoPrefix is what an echo begins with.
const EchoPrefix = "echo: "

// OpenEcho registers an echo bot and starts it.
func OpenEcho(ctx context.Context, s *Server, opts EchoOptions) (*Echo, error) {
	account, err := s.Register(ctx, "echo")
	if err != nil {
		return nil, err
	}
	login, err := account.Login(ctx)
	if err != nil {
		return nil, err
	}
	e := &Echo{ID: account.UserID, ended: make(chan struct{}), members: map[id.RoomID]bool{}}
	if e.api, err = newClient(s.URL(), account.UserID, login.Token); err != nil {
		return nil, err
	}
	e.api.DeviceID = login.Device
	e.state = mautrix.NewMemoryStateStore().(*mautrix.MemoryStateStore)
	e.api.StateStore = e.state
	if e.keys, err = openKeyStore(ctx, opts.Database, login.Device); err != nil {
		return nil, err
	}
	e.machine = crypto.NewOlmMachine(e.api, nil, e.keys.Store, e.state)
	if err := e.machine.Load(ctx); err != nil {
		return nil, err
	}
	if err := e.machine.ShareKeys(ctx, 0); err != nil {
		return nil, err
	}
	e.listen()
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	e.end = end
	go e.run(running)
	return e, nil
}

// Close ends the bot, and returns the first thing that went wrong.
func (e *Echo) Close() error {
	e.end()
	<-e.ended
	e.api.Client.CloseIdleConnections()
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.keys.close(); e.failure == nil {
		e.failure = err
	}
	return e.failure
}

// quiet has nothing in sync that a bot does not need.
type quiet struct{ *mautrix.DefaultSyncer }

// OnFailedSync tries again soon.
func (quiet) OnFailedSync(*mautrix.RespSync, error) (time.Duration, error) {
	return 50 * time.Millisecond, nil
}

// listen tells the library what to do.
func (e *Echo) listen() {
	syncer := mautrix.NewDefaultSyncer()
	e.api.Syncer = quiet{syncer}
	syncer.OnSync(e.machine.ProcessSyncResponse)
	syncer.OnEvent(e.api.StateStoreSyncHandler)
	syncer.OnEventType(event.StateMember, e.machine.HandleMemberEvent)
	syncer.OnEventType(event.StateMember, func(ctx context.Context, seen *event.Event) {
		if seen.GetStateKey() == e.ID.String() && seen.Content.AsMember().Membership == event.MembershipInvite {
			_, err := e.api.JoinRoomByID(ctx, seen.RoomID)
			e.failed(err)
		}
	})
	syncer.OnEventType(event.EventMessage, e.answer)
	syncer.OnEventType(event.EventEncrypted, func(ctx context.Context, seen *event.Event) {
		if seen.Sender == e.ID {
			return
		}
		clear, err := e.machine.DecryptMegolmEvent(ctx, seen)
		if err != nil {
			e.failed(err)
			return
		}
		e.answer(ctx, clear)
	})
}

// run follows what happens until the end.
func (e *Echo) run(ctx context.Context) {
	defer close(e.ended)
	if err := e.api.SyncWithContext(ctx); ctx.Err() == nil {
		e.failed(err)
	}
}

// failed keeps the first error. That the bot was closed is none.
func (e *Echo) failed(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failure == nil && !errors.Is(err, context.Canceled) {
		e.failure = err
	}
}

// answer repeats a message.
func (e *Echo) answer(ctx context.Context, seen *event.Event) {
	content, ok := seen.Content.Parsed.(*event.MessageEventContent)
	if !ok || seen.Sender == e.ID || content.MsgType != event.MsgText {
		return
	}
	e.failed(e.send(ctx, seen.RoomID, &event.MessageEventContent{MsgType: event.MsgNotice, Body: EchoPrefix + content.Body}))
}

// send sends to a room, encrypted if the room is.
func (e *Echo) send(ctx context.Context, room id.RoomID, content *event.MessageEventContent) error {
	secret, err := e.state.IsEncrypted(ctx, room)
	if err != nil {
		return err
	}
	if !secret {
		_, err := e.api.SendMessageEvent(ctx, room, event.EventMessage, content)
		return err
	}
	if !e.members[room] { // only the sync loop comes here
		if _, err := e.api.Members(ctx, room); err != nil {
			return err
		}
		e.members[room] = true
	}
	sealed, err := e.machine.EncryptMegolmEvent(ctx, room, event.EventMessage, content)
	if crypto.IsShareError(err) {
		people, err := e.state.GetRoomJoinedOrInvitedMembers(ctx, room)
		if err != nil {
			return err
		}
		if err := e.machine.ShareGroupSession(ctx, room, people); err != nil {
			return fmt.Errorf("share the room's key: %w", err)
		}
		sealed, err = e.machine.EncryptMegolmEvent(ctx, room, event.EventMessage, content)
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	_, err = e.api.SendMessageEvent(ctx, room, event.EventEncrypted, sealed)
	return err
}
