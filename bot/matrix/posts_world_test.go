//go:build goolm

package matrix

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// restless is a clock on which all that is waited for comes at once.
type restless struct{ *platformtest.Clock }

func (c restless) After(d time.Duration) <-chan time.Time {
	fires := c.Clock.After(d)
	c.Advance(max(0, d))
	return fires
}

// wall is the bot in a room with Mara, on a homeserver behind a proxy.
type wall struct {
	*testing.T
	*posts
	home   *home
	server *matrixtest.Server
	proxy  *matrixtest.Proxy
	clock  *platformtest.Clock
	s      *session
	mara   *matrixtest.User
	room   id.RoomID
	since  string
}

func newWall(t *testing.T, encrypted bool) *wall {
	t.Helper()
	return newWallOn(t, matrixtest.Start(t), encrypted, pacing{})
}

func newWallOn(t *testing.T, server *matrixtest.Server, encrypted bool, p pacing) *wall {
	t.Helper()
	b := &wall{T: t, server: server, proxy: server.Proxy(t), clock: platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)), mara: server.User(t, "Mara")}
	b.home = newHome(t, server)
	b.home.o.Homeserver, b.home.o.Clock = b.proxy.URL(), b.clock
	b.s = b.home.open()
	b.posts = newPosts(postsOptions{Store: b.home.o.Store, Clock: restless{b.clock}, Log: slog.New(slog.DiscardHandler), Pacing: p})
	b.use(b.s)
	b.room = b.mara.CreateRoom(matrixtest.Room{Name: "board", Encrypted: encrypted, Invite: []id.UserID{b.s.client.UserID}})
	b.join(b.room)
	return b
}

func (b *wall) join(room id.RoomID) {
	b.Helper()
	if _, err := b.s.client.JoinRoomByID(b.Context(), room); err != nil {
		b.Fatal(err)
	}
	b.mara.WaitMember(room, b.s.client.UserID, event.MembershipJoin)
	b.sync()
}

// sync takes in what has happened.
func (b *wall) sync() {
	b.Helper()
	answer, err := b.s.client.SyncRequest(b.Context(), 0, b.since, "", false, event.PresenceOffline)
	if err != nil {
		b.Fatal(err)
	}
	if err := b.s.toDevice(b.Context(), answer, b.since); err != nil {
		b.Fatal(err)
	}
	b.since = answer.NextBatch
}

// syncUntil takes in what happens until something holds.
func (b *wall) syncUntil(what string, holds func() bool) {
	b.Helper()
	for end := time.After(time.Minute); !holds(); {
		select {
		case <-end:
			b.Fatalf("waited for %s for too long", what)
		default:
			b.sync()
		}
	}
}

// forget has the posts begin anew, as after a restart.
func (b *wall) forget() {
	p := b.posts
	b.posts = newPosts(p.postsOptions)
	b.use(b.s)
}

func (b *wall) card(key string, words string) bot.Post {
	return bot.Post{Key: key, Room: b.room.String(), Since: b.clock.Now(), Card: &commands.CardText{
		Title: "N12: Ride, Quarry Falls", Emoji: "🚗", Lines: []commands.Text{commands.Text(words)}, Seeds: []string{commands.EmojiClaim, commands.EmojiDetails},
	}}
}

func (b *wall) send(p bot.Post) id.EventID {
	b.Helper()
	remote, err := b.Send(b.Context(), p)
	if err != nil || remote == "" {
		b.Fatalf("sent as %q, %v", remote, err)
	}
	return id.EventID(remote)
}

// edits edits a message, again while the homeserver does not find it yet.
func (b *wall) edits(p bot.Post, message id.EventID) (err error) {
	b.Helper()
	b.until("the message to be found", func() bool {
		var later *bot.NotNowError
		err = b.Edit(b.Context(), p, message.String())
		return !errors.As(err, &later)
	})
	return err
}

// until looks again and again whether something is so.
func (b *wall) until(what string, holds func() bool) {
	b.Helper()
	for range 600 {
		if holds() {
			return
		}
		<-bot.SystemClock{}.After(50 * time.Millisecond)
	}
	b.Fatalf("waited in vain for %s", what)
}

// eventually waits until what Mara reads in a room is so. The key can come after
// the message.
func (b *wall) eventually(message id.EventID, what string, fits func(matrixtest.Message) bool) matrixtest.Message {
	b.Helper()
	return b.mara.WaitMessage(b.room, what, func(m matrixtest.Message) bool { return m.ID == message && m.Unreadable == nil && fits(m) })
}

func says(body string) func(matrixtest.Message) bool {
	return func(m matrixtest.Message) bool { return m.Body == body }
}

// inBackground runs something until the test ends.
func (b *wall) inBackground(run func(context.Context)) {
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx)
	}()
	b.Cleanup(func() {
		cancel()
		<-done
	})
}
