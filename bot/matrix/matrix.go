//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

const (
	// sendAtOnce is how much is shown at once: more senders make homeservers
	// slower, and no faster.
	sendAtOnce = 4
	// sameKey is for how long a repeat is recognized. Homeservers do so for half an
	// hour or longer, and not after their own restart; but each message says under
	// which key it was sent, and is looked for before it is sent again.
	sameKey = 7 * 24 * time.Hour
	// logInAgain is the shortest time between two logins.
	logInAgain = time.Minute
)

// Matrix is the platform. New makes it.
type Matrix struct {
	o       Options
	posts   *posts
	asked   *memory[asking] // by account
	told    *memory[bool]   // who was told in which room that they were written to
	sending *turns          // by key
	gap     int             // see intakeOptions.GapAtMost
	// From Run on, a new one for each login:
	*reading
	in bot.Receiver
}

// reading is what belongs to one login.
type reading struct {
	session *session
	intake  *intake
	places  *places
	rooms   *rooms
}

// New makes the platform. It reaches the homeserver only when it runs. The error
// is for settings that cannot be right.
func New(o Options) (*Matrix, error) {
	o.Token = strings.TrimSpace(o.Token)
	if o.Homeserver == "" || o.User == "" && o.Token == "" || o.Token == "" && o.Password == "" {
		return nil, fmt.Errorf("%w: Matrix needs a homeserver, a user, and a password or an access token", ErrConfig)
	}
	if o.Clock == nil {
		o.Clock = bot.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Lang == "" {
		o.Lang = models.English
	}
	m := &Matrix{o: o, asked: newMemory[asking](), told: newMemory[bool](), sending: newTurns()}
	m.posts = newPosts(postsOptions{Store: o.Registry.Store(), Clock: o.Clock, Log: o.Log, Pacing: pacingOf(o.EditEvery), Seeds: o.Seeds})
	return m, nil
}

func pacingOf(every time.Duration) pacing {
	p := usualPacing()
	switch {
	case every < 0:
		return pacing{}
	case every > 0:
		p.Edit = every
	}
	return p
}

// Name is the platform's name.
func (m *Matrix) Name() string { return Name }

// Features are those of Matrix: numbers stand for buttons.
func (m *Matrix) Features() bot.Features { return bot.Features{Parallel: sendAtOnce, SameKey: sameKey} }

// Send shows something new. See [bot.Platform]. Homeservers recognize a repeat
// once they have answered the first, so that two at once take turns.
func (m *Matrix) Send(ctx context.Context, p bot.Post) (string, error) {
	leave, err := m.sending.enter(ctx, p.Key)
	if err != nil {
		return "", notNow(err, 0)
	}
	defer leave()
	return m.posts.Send(ctx, p)
}

// Edit changes what is there. See [bot.Platform].
func (m *Matrix) Edit(ctx context.Context, p bot.Post, remoteID string) error {
	return m.posts.Edit(ctx, p, remoteID)
}

// Find looks for what was sent. See [bot.Platform].
func (m *Matrix) Find(ctx context.Context, p bot.Post) (string, bool, error) {
	return m.posts.Find(ctx, p)
}

// Unreact takes a reaction off. See [bot.Platform].
func (m *Matrix) Unreact(ctx context.Context, room, message, account, emoji string) error {
	return m.posts.Unreact(ctx, room, message, account, emoji)
}

// Run logs in and receives events until the context ends. It goes on trying when
// the homeserver cannot be reached. The error is for what only an admin can mend,
// such as a token that was revoked, and says how.
func (m *Matrix) Run(ctx context.Context, in bot.Receiver) error {
	m.in = in
	for {
		began := m.o.Clock.Now()
		err := m.visitHomeserver(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errForeignStore) && !errors.Is(err, ErrDevice):
		case !errors.Is(err, ErrToken) || m.o.Password == "":
			return err
		}
		// The login was ended from elsewhere, or its keys are damaged; the password
		// makes another.
		if !m.pause(ctx, logInAgain-m.o.Clock.Now().Sub(began)) {
			return nil
		}
	}
}

// visitHomeserver works with one login until that or the context ends.
func (m *Matrix) visitHomeserver(ctx context.Context) (err error) {
	s, err := m.open(ctx)
	if err != nil {
		return err
	}
	var owned sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		owned.Wait()
		m.posts.use(nil)
		if closed := s.close(); closed != nil {
			m.o.Log.Error("the login did not end well", "err", closed)
		}
	}()
	i := newIntake(intakeOptions{
		Client: s.client, Device: s, Registry: m.o.Registry, Clock: m.o.Clock, Log: m.o.Log, In: m.in, Allow: m.o.Allow,
		GapAtMost: m.gap, Said: m.hear, CannotRead: m.cannotRead, Direct: m.adopt, Gone: m.posts.redacted, Ready: m.ready,
	})
	m.reading = &reading{session: s, intake: i, places: i.places, rooms: i.rooms}
	m.posts.use(s)
	owned.Go(func() { m.posts.seed(ctx) })
	owned.Go(func() { m.posts.expire(ctx) })
	owned.Go(func() { m.describe(ctx) })
	owned.Go(func() { m.settle(ctx) })
	owned.Go(func() { m.keepPace(ctx) })
	return i.run(ctx)
}

// open logs in, and goes on trying where that may help.
func (m *Matrix) open(ctx context.Context) (*session, error) {
	for fails := 1; ; fails++ {
		s, err := openSession(ctx, sessionOptions{
			Homeserver: m.o.Homeserver, User: m.o.User, Password: m.o.Password, Token: m.o.Token, RecoveryKey: m.o.RecoveryKey,
			Store: m.o.Registry.Store(), Dir: m.o.Dir, Transport: m.o.Transport, Clock: m.o.Clock, Log: m.o.Log, ShowRecoveryKey: m.showKey,
		})
		if err == nil || ctx.Err() != nil {
			return s, err
		}
		for _, final := range []error{ErrConfig, ErrToken, ErrPassword, ErrStore, ErrDevice} {
			if errors.Is(err, final) {
				return nil, err
			}
		}
		wait := waitFor(fails, err)
		m.o.Log.Warn("the bot is not logged in to Matrix yet; trying again", "fails", fails, "wait", wait.Round(time.Second), "err", err)
		if !m.pause(ctx, wait) {
			return nil, ctx.Err()
		}
	}
}

// pause waits, and reports whether it did so to the end.
func (m *Matrix) pause(ctx context.Context, wait time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-m.o.Clock.After(wait):
		return true
	}
}

func (m *Matrix) showKey(key string) {
	if m.o.ShowRecoveryKey != nil {
		m.o.ShowRecoveryKey(key)
	}
}

// ready takes in that there is a connection after there was none.
func (m *Matrix) ready(context.Context) {
	if m.o.Connected != nil {
		m.o.Connected(m.places.self.String())
	}
}

// adopt takes a private chat in that somebody opened with the bot.
func (m *Matrix) adopt(ctx context.Context, person id.UserID, room id.RoomID) error {
	_, err := m.posts.direct.adopt(ctx, room, person)
	return err
}

// cannotRead tells a room that a message could not be read, and what to do.
func (m *Matrix) cannotRead(ctx context.Context, e *event.Event, several bool) error {
	who, private := m.places.looksPrivate(e.RoomID)
	lang := m.o.Lang
	if room, err := m.o.Registry.Store().RoomAt(ctx, Name, e.RoomID.String()); err == nil && room != nil && room.Language != "" {
		lang = room.Language
	}
	if private && who == e.Sender {
		lang = m.langOfAccount(ctx, e.Sender, lang)
	}
	text := "matrix.cannot_read"
	if several {
		text = "matrix.cannot_read_some"
	}
	_, err := m.posts.say(ctx, e.RoomID, "unread "+e.ID.String(), &saying{Text: commands.Text(m.text(lang, text, nil)), ReplyTo: e.ID})
	return err
}

// langOfAccount is the language of somebody who writes in private.
func (m *Matrix) langOfAccount(ctx context.Context, account id.UserID, other models.Lang) models.Lang {
	inv := commands.Invocation{}
	inv.Who.Platform, inv.Who.Account = Name, account.String()
	spaces, chosen, err := m.o.Registry.DirectSpaces(ctx, Name, account.String())
	if err != nil || len(spaces) == 0 {
		return other
	}
	inv.Who.Space = spaces[max(chosen, 0)].Space
	return m.langOf(ctx, inv)
}
