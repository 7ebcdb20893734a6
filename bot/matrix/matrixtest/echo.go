//go:build goolm

package matrixtest

import (
	"context"
	"errors"
	"sync"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
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
	*bare
	end   context.CancelFunc
	ended chan struct{}

	mu      sync.Mutex
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
	b, err := openBare(ctx, account, opts.Database)
	if err != nil {
		return nil, err
	}
	e := &Echo{bare: b, ended: make(chan struct{})}
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
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.close(); e.failure == nil {
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
	kind, sealed, err := e.seal(ctx, seen.RoomID, &event.MessageEventContent{MsgType: event.MsgNotice, Body: EchoPrefix + content.Body})
	if err == nil {
		err = e.send(ctx, seen.RoomID, kind, sealed)
	}
	e.failed(err)
}
