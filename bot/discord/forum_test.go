package discord

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// newForum is a board whose room is a forum.
func newForum(t *testing.T) *board {
	b := newBoard(t, pacing{})
	b.room = b.discord.AddChannel(b.guild, "needs", discordtest.Forum)
	return b
}

func inForum(p bot.Post) bot.Post {
	p.Kind = models.RoomForum
	return p
}

func TestForumPost(t *testing.T) {
	t.Parallel()
	b := newForum(t)
	id := b.send(inForum(b.openCard()))
	threads := b.discord.Threads(b.room)
	if len(threads) != 1 || threads[0].ID != id || threads[0].Name != "N12: Ride, Quarry Falls" {
		t.Fatalf("the forum has %+v", threads)
	}
	if m := b.discord.Message(id); m.Content != "**N12: Ride, Quarry Falls** 🚗" || len(m.Buttons) != 2 || b.seeds(id) != "✋❓" {
		t.Errorf("the post is %q with %+v, seeded with %s", m.Content, m.Buttons, b.seeds(id))
	}
	b.edit(inForum(b.takenCard()), id)
	if m := b.discord.Message(id); !strings.HasPrefix(m.Embeds[0].Description, "Taken.") || b.seeds(id) != "❓✅" {
		t.Errorf("the post says %+v, seeded with %s", m.Embeds, b.seeds(id))
	}
	b.discord.React(b.rosa, id, commands.EmojiClaim)
	for _, restarted := range []bool{false, true} {
		if restarted {
			b.restart(pacing{})
			b.discord.React(b.rosa, id, commands.EmojiClaim)
		}
		if err := b.Unreact(t.Context(), b.room, id, b.rosa, commands.EmojiClaim); err != nil {
			t.Fatal(err)
		}
		for _, r := range b.discord.Message(id).Reactions {
			if r.Emoji == commands.EmojiClaim {
				t.Errorf("%v still have a hand up", r.Users)
			}
		}
	}
}

func TestForumPostIsReopened(t *testing.T) {
	t.Parallel()
	for _, restarted := range []bool{false, true} {
		b := newForum(t)
		id := b.send(inForum(b.openCard()))
		b.discord.React(b.rosa, id, commands.EmojiClaim)
		b.discord.SetArchived(id, true, false)
		if restarted {
			b.restart(pacing{})
		}
		post := inForum(b.takenCard())
		post.Card.Title = "N12: Ride, Eastmeadow"
		b.edit(post, id)
		thread := b.discord.Threads(b.room)[0]
		if thread.Archived || thread.Name != "N12: Ride, Eastmeadow" || !strings.HasPrefix(b.discord.Message(id).Embeds[0].Description, "Taken.") {
			t.Errorf("restarted %v: the thread is %+v", restarted, thread)
		}
		before := b.requests()
		b.edit(post, id)
		if n := b.requests() - before; n != 0 {
			t.Errorf("restarted %v: the same once more costs %d requests", restarted, n)
		}
		b.discord.SetArchived(id, true, false)
		if err := b.Unreact(t.Context(), b.room, id, b.rosa, commands.EmojiClaim); err != nil {
			t.Error(err)
		}
	}
}

func TestForumPostThatIsLocked(t *testing.T) {
	t.Parallel()
	b := newForum(t)
	id := b.send(inForum(b.openCard()))
	b.discord.SetArchived(id, true, true)
	b.discord.SetBotPermissions(b.guild, discordtest.BotDefault&^discordtest.ManageThreads)
	err := b.Edit(t.Context(), inForum(b.takenCard()), id)
	var permanent *bot.PermanentError
	if err == nil || errors.Is(err, bot.ErrGone) || !errors.As(err, &permanent) {
		t.Errorf("the edit ends with %v", err)
	}
}

func TestForumPostThatIsGone(t *testing.T) {
	t.Parallel()
	for _, restarted := range []bool{false, true} {
		b := newForum(t)
		id := b.send(inForum(b.openCard()))
		b.discord.DeleteChannel(id)
		if restarted {
			b.restart(pacing{})
		}
		if err := b.Edit(t.Context(), inForum(b.takenCard()), id); !errors.Is(err, bot.ErrGone) {
			t.Errorf("restarted %v: the edit ends with %v", restarted, err)
		}
		if err := b.Unreact(t.Context(), b.room, id, b.rosa, commands.EmojiClaim); err != nil {
			t.Errorf("restarted %v: %v", restarted, err)
		}
	}
}

func TestForumPostThatIsOld(t *testing.T) {
	t.Parallel()
	b := newForum(t)
	id := b.send(inForum(b.openCard()))
	b.discord.Fail(discordtest.Fault{Method: "PATCH", Path: "/messages/", Status: 400, Code: oldMessageEdits})
	var later *bot.NotNowError
	if err := b.Edit(t.Context(), inForum(b.takenCard()), id); !errors.As(err, &later) || later.After < time.Minute {
		t.Errorf("the edit ends with %v", err)
	}
	if b.discord.Message(id) == nil {
		t.Error("the post is gone")
	}
	b.edit(inForum(b.takenCard()), id)
}

func TestForumPostIsThereOnce(t *testing.T) {
	t.Parallel()
	b := newForum(t)
	b.discord.Fail(discordtest.Fault{Method: "POST", Path: "/threads$", After: true, Status: 502})
	post := inForum(b.openCard())
	if _, err := b.Send(t.Context(), post); err == nil || !isUnsure(err) {
		t.Fatalf("a 502 after the write is %v", err)
	}
	post.Doubtful = true
	id := b.send(post)
	if threads := b.discord.Threads(b.room); len(threads) != 1 || threads[0].ID != id {
		t.Fatalf("the forum has %+v", threads)
	}
	other := inForum(b.openCard())
	other.Card.Title, other.Doubtful = "N121: Ride", true
	b.send(other)
	b.clock.Advance(time.Hour)
	post.Since = b.clock.Now() // one that was posted long before is not it
	b.send(post)
	if n := len(b.discord.Threads(b.room)); n != 3 {
		t.Errorf("the forum has %d posts", n)
	}
	b.discord.Fail(discordtest.Fault{Method: "GET", Path: "/threads/active", Times: -1, Status: 502})
	var later *bot.NotNowError
	if _, err := b.Send(t.Context(), post); !errors.As(err, &later) {
		t.Errorf("who cannot look does not know: %v", err)
	}
}

func TestThreadName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		post bot.Post
		want string
	}{
		{bot.Post{Text: "I was offline.\nPlease repeat."}, "I was offline."},
		{bot.Post{Card: &commands.CardText{Title: commands.Text("N1: " + commands.User("**x** @everyone"))}}, "N1: **x** @everyone"},
		{bot.Post{Text: commands.Text(strings.Repeat("a", 101))}, strings.Repeat("a", 99) + "…"},
		{bot.Post{}, "…"},
	} {
		if got := threadName(c.post); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}
