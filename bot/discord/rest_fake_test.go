package discord

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest/openapi"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// fakeREST is a rest with the fake Discord behind it, which checks each request
// against Discord's own description where that is found.
func fakeREST(t *testing.T, limited bool) (*rest, *discordtest.Server, *platformtest.Clock) {
	t.Helper()
	clock := platformtest.NewClock(restBegins)
	s := discordtest.New(t, discordtest.Options{Clock: clock, Limits: limited, Validate: openapi.Optional(t)})
	r := newREST(restOptions{Token: s.Token(), Transport: s.Transport(), Clock: clock, Log: slog.New(slog.DiscardHandler)})
	return r, s, clock
}

func plainBody(content string) *messageBody {
	return &messageBody{Content: content, Embeds: []embed{}, Components: []component{}, AllowedMentions: allowedMentions{Parse: []string{}, Users: []string{}}}
}

func TestReadingTheFake(t *testing.T) {
	t.Parallel()
	r, s, _ := fakeREST(t, false)
	ctx := t.Context()
	guildID, owner := s.AddGuild("Riverside")
	forum := s.AddChannel(guildID, "board", discordtest.Forum)
	app, err := r.application(ctx)
	if err != nil || app.ID != discordtest.ApplicationID {
		t.Fatalf("%+v %v", app, err)
	}
	if me, err := r.me(ctx); err != nil || me.ID != discordtest.BotID {
		t.Errorf("%+v %v", me, err)
	}
	if info, err := r.gatewayInfo(ctx); err != nil || info.Limit.Total == 0 {
		t.Errorf("%+v %v", info, err)
	}
	if g, err := r.guild(ctx, guildID); err != nil || g.OwnerID != owner {
		t.Errorf("%+v %v", g, err)
	}
	if list, err := r.guildChannels(ctx, guildID); err != nil || !slices.ContainsFunc(list, func(c channel) bool { return c.ID == forum }) {
		t.Errorf("%+v %v", list, err)
	}
	if list, err := r.guildRoles(ctx, guildID); err != nil || len(list) == 0 {
		t.Errorf("%+v %v", list, err)
	}
	if m, err := r.member(ctx, guildID, owner); err != nil || m.User.ID != owner {
		t.Errorf("%+v %v", m, err)
	}
	if err := r.overwriteCommands(ctx, app.ID, nil); err != nil {
		t.Error(err)
	}
	if list, err := r.commands(ctx, app.ID); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	post, err := r.createForumPost(ctx, forum, "A ride", plainBody("first"))
	if err != nil || post.Message == nil || post.Message.ID == "" {
		t.Fatalf("%+v %v", post, err)
	}
	if list, err := r.activeThreads(ctx, guildID); err != nil || len(list) != 1 || list[0].ID != post.ID {
		t.Errorf("%+v %v", list, err)
	}
	s.SetArchived(post.ID, true, false)
	if err := r.unarchive(ctx, post.ID); err != nil {
		t.Error(err)
	}
	if c, err := r.channel(ctx, post.ID); err != nil || c.Thread == nil || c.Thread.Archived {
		t.Errorf("%+v %v", c, err)
	}
}

func TestMessagesOnTheFake(t *testing.T) {
	t.Parallel()
	r, s, _ := fakeREST(t, false)
	ctx := t.Context()
	guildID, owner := s.AddGuild("Riverside")
	room := s.AddChannel(guildID, "needs", discordtest.Text)
	body := plainBody("a need")
	body.Nonce, body.EnforceNonce = "k1", true
	card, err := r.createMessage(ctx, room, body)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.createMessage(ctx, room, body); err != nil || again.ID != card.ID {
		t.Errorf("the same key showed something new: %v", err)
	}
	if _, err = r.editMessage(ctx, room, card.ID, plainBody("changed")); err != nil {
		t.Error(err)
	}
	if m, err := r.message(ctx, room, card.ID); err != nil || m.Content != "changed" {
		t.Errorf("%+v %v", m, err)
	}
	if list, err := r.messages(ctx, room, 10); err != nil || len(list) == 0 || list[0].ID != card.ID {
		t.Errorf("%+v %v", list, err)
	}
	s.React(owner, card.ID, "✋")
	for _, err := range []error{r.react(ctx, room, card.ID, "✋"), r.pin(ctx, room, card.ID), r.unreact(ctx, room, card.ID, "✋", "@me")} {
		if err != nil {
			t.Error(err)
		}
	}
	if who, err := r.reactors(ctx, room, card.ID, "✋", ""); err != nil || len(who) != 1 || who[0].ID != owner {
		t.Errorf("%+v %v", who, err)
	}
	if who, err := r.reactors(ctx, room, card.ID, "✋", owner); err != nil || len(who) != 0 {
		t.Errorf("%+v %v", who, err)
	}
	if err := r.unreact(ctx, room, card.ID, "✋", owner); err != nil {
		t.Error(err)
	}
	direct, err := r.openDirect(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = r.createMessage(ctx, direct.ID, plainBody("private")); err != nil {
		t.Error(err)
	}
	if err := r.deleteMessage(ctx, room, card.ID); err != nil {
		t.Error(err)
	}
	if _, err = r.editMessage(ctx, room, card.ID, plainBody("x")); meaningOf(classify(err)) != "gone" {
		t.Errorf("an edit of what is gone: %v", err)
	}
	s.CloseDMs(owner)
	if _, err = r.createMessage(ctx, direct.ID, plainBody("x")); meaningOf(classify(err)) != "closed" {
		t.Errorf("closed messages: %v", err)
	}
	s.SetReadOnly(room, true)
	if _, err = r.createMessage(ctx, room, plainBody("x")); meaningOf(classify(err)) != "read only" {
		t.Errorf("a read-only room: %v", err)
	}
	s.DeleteChannel(room)
	if _, err = r.createMessage(ctx, room, plainBody("x")); meaningOf(classify(err)) != "room gone" {
		t.Errorf("a deleted room: %v", err)
	}
	if _, err = r.editMessage(ctx, room, card.ID, plainBody("x")); meaningOf(classify(err)) != "gone" {
		t.Errorf("an edit in a deleted room: %v", err)
	}
}

func TestFaultsOfTheFake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault discordtest.Fault
		want  string
		shown int
	}{
		{discordtest.Fault{Status: 502, HTML: true, After: true}, "open", 1},
		{discordtest.Fault{After: true}, "open", 1}, // the connection breaks when the write was done
		{discordtest.Fault{Status: 500}, "open", 0},
		{discordtest.Fault{Status: 429, RetryAfter: 30 * time.Second}, "not now 30s", 0},
		{discordtest.Fault{Status: 429, RetryAfter: 30 * time.Second, Global: true}, "not now 30s", 0},
		{discordtest.Fault{Status: 429, RetryAfter: 30 * time.Second, Shared: true}, "not now 30s", 0},
		{discordtest.Fault{Status: 429, RetryAfter: 30 * time.Second, HTML: true}, "not now 30s", 0},
		{discordtest.Fault{Status: 403, Code: botFlagged}, "not now 1h0m0s", 0},
	} {
		t.Run(fmt.Sprintf("%d %d %v %v", c.fault.Status, c.fault.Code, c.fault.HTML, c.fault.After), func(t *testing.T) {
			t.Parallel()
			r, s, _ := fakeREST(t, false)
			guildID, _ := s.AddGuild("Riverside")
			room := s.AddChannel(guildID, "needs", discordtest.Text)
			c.fault.Method, c.fault.Path = http.MethodPost, "^/channels/"
			s.Fail(c.fault)
			_, err := r.createMessage(t.Context(), room, plainBody("a need"))
			if got := meaningOf(classify(err)); got != c.want {
				t.Errorf("%s: %v", got, err)
			}
			if n := len(s.Channel(room)); n != c.shown {
				t.Errorf("%d messages are there", n)
			}
		})
	}
	t.Run("revoked", func(t *testing.T) {
		t.Parallel()
		r, s, _ := fakeREST(t, false)
		s.Revoke()
		for range 50 {
			if _, err := r.me(t.Context()); !errors.Is(err, errRevoked) {
				t.Fatal(err)
			}
		}
		if n := s.Invalid(); n != 1 {
			t.Errorf("%d invalid requests", n)
		}
	})
}

// A burst in several rooms, while the fake enforces its limits: we keep to them
// by ourselves.
func TestABurstProvokesNo429(t *testing.T) {
	t.Parallel()
	r, s, clock := fakeREST(t, true)
	waits := &waitClock{Clock: clock, waits: make(chan time.Duration, 100)}
	r.guarded.clock = waits
	end := waits.goOn(t)
	ctx := withPatience(t.Context(), time.Hour)
	guildID, _ := s.AddGuild("Riverside")
	var callers sync.WaitGroup
	for i := range 6 {
		room := s.AddChannel(guildID, fmt.Sprint("needs-", i), discordtest.Text)
		for range 3 {
			callers.Go(func() {
				for n := range 8 {
					if _, err := r.createMessage(ctx, room, plainBody(fmt.Sprint("a need ", n))); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	callers.Wait()
	end()
	if n := s.Invalid(); n != 0 {
		t.Errorf("%d requests were refused", n)
	}
	if n := s.Requests(""); n < 6*3*8 {
		t.Errorf("only %d requests", n)
	}
}
