//go:build goolm

package matrix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

const (
	// longPoll is for how long the homeserver holds an answer back while nothing
	// happens, and pollMargin how much longer it may take before the connection
	// is taken to be dead.
	longPoll   = 30 * time.Second
	pollMargin = 30 * time.Second
	// askFor is how long any other request may take, firstFor the one after which
	// everything is known of all rooms.
	askFor   = 30 * time.Second
	firstFor = 5 * time.Minute
	// firstWait is the wait after a failure, which doubles up to longestWait.
	firstWait   = time.Second
	longestWait = time.Minute
	// badTokens is how often in a row the homeserver refuses where we want to go
	// on before we begin anew: it was restored from a copy, or is another one.
	badTokens = 5
	// batchesAtOnce is how many answers to sync are worked on at once. Later ones
	// are read while somebody still waits for an answer, which can take minutes
	// where the homeserver has trouble with one room: the others must not wait.
	batchesAtOnce = 1000
)

// syncFilter leaves out what we do not look at. Members are not left out: keys
// are shared with all of them.
const syncFilter = `{"presence":{"not_types":["*"]},"account_data":{"not_types":["*"]},` +
	`"room":{"ephemeral":{"not_types":["*"]},"account_data":{"not_types":["*"]},"timeline":{"limit":50}}}`

// device is what reading needs of the logged-in device.
type device interface {
	toDevice(ctx context.Context, answer *mautrix.RespSync, since string) error
	decrypt(ctx context.Context, e *event.Event) (*event.Event, error)
	late() <-chan lateKey
}

// intakeOptions are what reading needs.
type intakeOptions struct {
	Client   *mautrix.Client
	Device   device
	Registry *commands.Registry
	Clock    bot.Clock
	Log      *slog.Logger
	In       bot.Receiver
	// Allow says whose invites are accepted, beside those of people who are known.
	Allow []string
	// Said takes in what somebody wrote, decrypted. It may get the same event
	// again after an error or a stop. Missed says that it was written before the
	// bot was there, or could read it, and comes now with all else of that time.
	Said func(ctx context.Context, e *event.Event, missed bool) error
	// CannotRead tells a room, as a reply, that a message could not be read, and
	// several that others of other people's could not. The same message may be
	// told of again after a stop.
	CannotRead func(ctx context.Context, e *event.Event, several bool) error
	// Direct is told which private chat somebody opened; it may be nil.
	Direct func(ctx context.Context, person id.UserID, room id.RoomID) error
	// Gone is told what somebody else took back, which may be of the bot's own;
	// it may be nil.
	Gone func(id.EventID)
	// Ready is told whenever there is a connection after there was none; it may
	// be nil.
	Ready func(ctx context.Context)
	// GapAtMost is how many events of one room are fetched that the homeserver
	// left out; 0 is the usual number.
	GapAtMost int
}

// intake reads what happens on the homeserver and hands it on. Nothing is lost
// by a stop: how far it has read is recorded only once all before it was dealt
// with.
type intake struct {
	intakeOptions
	client    *mautrix.Client
	clock     bot.Clock
	log       *slog.Logger
	self      id.UserID
	places    *places
	rooms     *rooms
	inbox     *inbox
	reactions *reactions
	unread    *unread
	invites   *invites

	seen     *memory[bool] // events that were taken in
	redacted *memory[bool] // events that were taken back
	batches  chan *batch
	broken   map[id.RoomID]int // how often in a row a gap could not be read
	owned    sync.WaitGroup
	live     bool
}

func newIntake(o intakeOptions) *intake {
	i := &intake{intakeOptions: o, client: o.Client, clock: o.Clock, log: o.Log, self: o.Client.UserID,
		seen: newMemory[bool](), redacted: newMemory[bool](), batches: make(chan *batch, batchesAtOnce), broken: map[id.RoomID]int{}}
	i.GapAtMost = cmp.Or(i.GapAtMost, gapAtMost)
	i.places = newPlaces(i.self)
	i.rooms = &rooms{places: i.places, reg: o.Registry}
	i.inbox = newInbox(o.Clock, o.Log)
	i.reactions = newReactions(i)
	i.inbox.away = func() bool { return !i.reactions.isLive() }
	i.unread = newUnread(i)
	i.invites = newInvites(i)
	return i
}

// run reads until the context ends. Any other end is [ErrToken], or that the
// crypto store is damaged.
func (i *intake) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		i.inbox.wait()
		i.owned.Wait()
	}()
	i.owned.Go(func() { i.record(ctx) })
	i.owned.Go(func() { i.reactions.run(ctx) })
	i.owned.Go(func() { i.unread.run(ctx) })
	i.owned.Go(func() { i.invites.run(ctx) })
	since, err := i.start(ctx)
	before := ""
	for fails, refusals := 0, 0; ctx.Err() == nil; {
		next := since
		if err == nil {
			next, err = i.once(ctx, since, fails == 0 && i.live)
		}
		if err == nil {
			before, since = since, next
			fails, refusals = 0, 0
			i.connected(ctx)
			continue
		}
		if ctx.Err() != nil {
			break
		}
		if tokenRefused(err) {
			return fmt.Errorf("%w: %w", ErrToken, err)
		}
		if errors.Is(err, errForeignStore) {
			return err
		}
		fails++
		if refusals++; !statusIs(err, http.StatusBadRequest) {
			refusals = 0
		} else if refusals >= badTokens && since != "" {
			i.log.Warn("the homeserver does not know how far the bot has read; it begins anew, and what was said meanwhile is lost")
			since, refusals = "", 0
		}
		i.lost(fails, err)
		if fails == 1 && before != "" {
			// What was said last before it failed may not have been all: that is asked
			// for again, and what is known stays known.
			since = before
		}
		select {
		case <-ctx.Done():
		case <-i.clock.After(waitFor(fails, err)):
		}
		if i.places.none() {
			since, err = i.start(ctx)
		} else {
			err = nil
		}
	}
	return nil
}

// start finds out how far was read, and how the rooms are now.
func (i *intake) start(ctx context.Context) (since string, err error) {
	since, err = i.Registry.Store().MatrixSync(ctx, i.self.String())
	if err != nil || since == "" {
		return since, err
	}
	return since, guarded(func() error { return i.load(ctx) })
}

// once asks what is new and takes it in. Waiting says that the answer may take
// until something happens.
func (i *intake) once(ctx context.Context, since string, waiting bool) (next string, err error) {
	answer, err := i.poll(ctx, since, waiting)
	if err != nil {
		return since, fmt.Errorf("ask what is new: %w", err)
	}
	if err := guarded(func() error { return i.take(ctx, answer, since) }); err != nil {
		return since, err
	}
	return answer.NextBatch, nil
}

func (i *intake) poll(ctx context.Context, since string, waiting bool) (*mautrix.RespSync, error) {
	limit, timeout := askFor, 0
	switch {
	case since == "":
		limit = firstFor
	case waiting:
		limit, timeout = longPoll+pollMargin, int(longPoll.Milliseconds())
	}
	ctx, cancel := i.within(ctx, limit)
	defer cancel()
	return i.ask(ctx, mautrix.ReqSync{Timeout: timeout, Since: since, FilterID: syncFilter})
}

// within limits how long something may take, by the clock. The library's own
// limit does not end what hangs half-way.
func (i *intake) within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := make(chan struct{})
	i.owned.Go(func() {
		select {
		case <-stop:
		case <-ctx.Done():
		case <-i.clock.After(limit):
			cancel(context.DeadlineExceeded)
		}
	})
	return ctx, sync.OnceFunc(func() {
		close(stop)
		cancel(nil)
	})
}

// connected notes that the homeserver answered.
func (i *intake) connected(ctx context.Context) {
	if i.live {
		return
	}
	i.live = true
	i.reactions.connected(ctx)
	if i.Ready != nil {
		i.Ready(ctx)
	}
}

// lost notes that it did not. One failure is nothing yet.
func (i *intake) lost(fails int, err error) {
	i.log.Warn("the homeserver cannot be read from; trying again", "fails", fails, "err", err)
	if fails > 1 {
		i.live = false
		i.reactions.lost()
	}
}

// record records how far was read, in order, as soon as all before it was dealt
// with.
func (i *intake) record(ctx context.Context) {
	for {
		var b *batch
		select {
		case <-ctx.Done():
			return
		case b = <-i.batches:
		}
		select {
		case <-ctx.Done():
			return
		case <-b.ended:
		}
		if b.next == "" {
			continue
		}
		if err := i.Registry.Store().SetMatrixRead(ctx, i.self.String(), b.next, b.last); err != nil && ctx.Err() == nil {
			i.log.Error("how far was read is not recorded; it is with what comes next", "err", err)
		}
	}
}
