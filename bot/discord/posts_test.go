package discord

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// restlessClock is a clock on which all that is waited for comes at once.
type restlessClock struct{ *platformtest.Clock }

func (c restlessClock) After(d time.Duration) <-chan time.Time {
	fires := c.Clock.After(d)
	c.Advance(max(0, d))
	return fires
}

// board is a server with a room, and posts that show things there.
type board struct {
	*testing.T
	*posts
	discord           *discordtest.Server
	clock             restlessClock
	guild, room, rosa string
}

func newBoard(t *testing.T, p pacing) *board {
	t.Helper()
	b := &board{T: t, clock: restlessClock{platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))}}
	b.discord = discordtest.New(t, discordtest.Options{Clock: b.clock})
	b.guild, _ = b.discord.AddGuild("Larch County")
	b.room = b.discord.AddChannel(b.guild, "board", discordtest.Text)
	b.rosa = b.discord.Join(b.guild, "Rosa")
	b.restart(p)
	return b
}

// restart forgets all that is in memory.
func (b *board) restart(p pacing) {
	log := slog.New(slog.DiscardHandler)
	r := newREST(restOptions{Token: b.discord.Token(), Transport: b.discord.Transport(), Clock: b.clock, Log: log})
	b.posts = newPosts(postsOptions{REST: r, Clock: b.clock, Log: log, Labels: func(models.Lang) labels { return labels{} }, Pacing: p})
}

func (b *board) send(p bot.Post) string {
	b.Helper()
	id, err := b.Send(b.Context(), p)
	if err != nil {
		b.Fatal(err)
	}
	return id
}

func (b *board) edit(p bot.Post, id string) {
	b.Helper()
	if err := b.Edit(b.Context(), p, id); err != nil {
		b.Fatal(err)
	}
}

// requests counts what was asked of Discord so far.
func (b *board) requests() int { return b.discord.Requests("") }

func (b *board) openCard() bot.Post {
	return bot.Post{Key: "1.1", Room: b.room, Kind: models.RoomText, Coalition: 20, Since: b.clock.Now(), Card: &commands.CardText{
		Title: "N12: Ride, Quarry Falls", Emoji: "🚗", Lines: []commands.Text{"Open. 1 volunteer needed.", commands.Text(`"` + commands.User("to the **clinic**") + `"`)},
		Seeds: []string{commands.EmojiClaim, commands.EmojiDetails},
	}, Buttons: []commands.Button{{Label: "I can help", Line: "claim N12"}, {Label: "More details", Line: "show N12"}}}
}

func (b *board) takenCard() bot.Post {
	p := b.openCard()
	p.Key = "1.2"
	p.Card.Lines[0] = "Taken. Sam is helping."
	p.Card.Seeds = []string{commands.EmojiDone, commands.EmojiDetails}
	p.Buttons = []commands.Button{{Label: "Done", Line: "done N12"}}
	return p
}

// seeds are the bot's own reactions on a message.
func (b *board) seeds(id string) string {
	var list []string
	for _, r := range b.discord.Message(id).Reactions {
		if slices.Contains(r.Users, discordtest.BotID) {
			list = append(list, r.Emoji)
		}
	}
	return strings.Join(list, "")
}

func TestCardIsPosted(t *testing.T) {
	t.Parallel()
	b := newBoard(t, usualPacing())
	post := b.openCard()
	post.Card.Pin = true
	id := b.send(post)
	m := b.discord.Message(id)
	if m.Content != "**N12: Ride, Quarry Falls** 🚗" || len(m.Embeds) != 1 || m.Embeds[0].Title != "" || m.Embeds[0].Description != "Open. 1 volunteer needed.\n\"to the \\*\\*clinic\\*\\*\"" {
		t.Errorf("the card is %q with %+v", m.Content, m.Embeds)
	}
	if len(m.Buttons) != 2 || m.Buttons[0].CustomID != "1rk:claim N12" || len(m.Pings) > 0 || m.Nonce != "1.1" || !m.Pinned {
		t.Errorf("the card has %+v, pings %v, nonce %q, pinned %v", m.Buttons, m.Pings, m.Nonce, m.Pinned)
	}
	if got := b.seeds(id); got != "✋❓" {
		t.Errorf("it is seeded with %s", got)
	}
	if again := b.send(post); again != id || len(b.discord.Channel(b.room)) != 1 {
		t.Errorf("the same key shows %s, not %s", again, id)
	}
}

func TestCardIsEdited(t *testing.T) {
	t.Parallel()
	b := newBoard(t, usualPacing())
	id := b.send(b.openCard())
	b.discord.React(b.rosa, id, commands.EmojiClaim)
	before := b.requests()
	b.edit(b.openCard(), id)
	if n := b.requests() - before; n != 0 {
		t.Errorf("an edit that changes nothing costs %d requests", n)
	}
	b.edit(b.takenCard(), id)
	m := b.discord.Message(id)
	if !strings.HasPrefix(m.Embeds[0].Description, "Taken. Sam is helping.") || len(m.Buttons) != 1 {
		t.Errorf("it says %q with %+v", m.Embeds[0].Description, m.Buttons)
	}
	if got := b.seeds(id); got != "❓✅" {
		t.Errorf("it is seeded with %s", got)
	}
	if !slices.ContainsFunc(m.Reactions, func(r discordtest.Reaction) bool { return slices.Equal(r.Users, []string{b.rosa}) }) {
		t.Errorf("Rosa's reaction went with ours: %+v", m.Reactions)
	}
	closed := b.takenCard()
	closed.Card.Seeds, closed.Buttons, closed.Card.Lines = nil, nil, nil
	b.clock.Advance(time.Minute)
	b.edit(closed, id)
	if m := b.discord.Message(id); len(m.Embeds)+len(m.Buttons) > 0 || b.seeds(id) != "" {
		t.Errorf("of what was there stays %+v", m)
	}
}

func TestCardIsEditedAfterARestart(t *testing.T) {
	t.Parallel()
	b := newBoard(t, usualPacing())
	id := b.send(b.openCard())
	b.restart(usualPacing())
	b.edit(b.takenCard(), id)
	if got := b.seeds(id); got != "❓✅" {
		t.Errorf("it is seeded with %s", got)
	}
}

func TestEditsArePaced(t *testing.T) {
	t.Parallel()
	b := newBoard(t, usualPacing())
	one, two := b.openCard(), b.openCard()
	two.Key = "2.1"
	first, second := b.send(one), b.send(two)
	b.edit(b.takenCard(), first)
	before := b.requests()
	err := b.Edit(t.Context(), b.takenCard(), second)
	var later *bot.NotNowError
	if !errors.As(err, &later) || later.After <= 0 || later.After > time.Second || b.requests() != before {
		t.Fatalf("the second edit within a second: %v", err)
	}
	b.clock.Advance(later.After)
	b.edit(b.takenCard(), second)
}

func TestDeletedCardIsGone(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	id := b.send(b.openCard())
	b.discord.DeleteMessage(id)
	if err := b.Edit(t.Context(), b.takenCard(), id); !errors.Is(err, bot.ErrGone) {
		t.Errorf("the edit ends with %v", err)
	}
	if err := b.Unreact(t.Context(), b.room, id, b.rosa, commands.EmojiClaim); err != nil {
		t.Errorf("taking a reaction off ends with %v", err)
	}
}

func TestOldCardIsSuperseded(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	id := b.send(b.openCard())
	b.clock.Advance(2 * time.Hour)
	b.discord.Fail(discordtest.Fault{Method: "PATCH", Path: "/messages/", Status: 400, Code: oldMessageEdits})
	if err := b.Edit(t.Context(), b.takenCard(), id); !errors.Is(err, bot.ErrGone) {
		t.Fatalf("the edit ends with %v", err)
	}
	if b.discord.Message(id) != nil {
		t.Error("the old card is still there")
	}
}

func TestSeedsDoNotFailACard(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	b.discord.Fail(discordtest.Fault{Path: "/reactions/", Times: -1, Status: 403, Code: missingPermissions})
	id := b.send(b.openCard())
	b.discord.Heal()
	b.edit(b.openCard(), id)
	if got := b.seeds(id); got != "✋❓" {
		t.Errorf("with the next change it is seeded with %s", got)
	}
	before := b.requests()
	b.edit(b.openCard(), id)
	if b.requests() != before {
		t.Error("seeds that are there cost a request")
	}
	b.discord.ClearReactions(id)
	b.reseed(id)
	b.edit(b.openCard(), id)
	if got := b.seeds(id); got != "✋❓" {
		t.Errorf("after a moderator took all off it is seeded with %s", got)
	}
}

func TestUncertainSend(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	b.discord.Fail(discordtest.Fault{Method: "POST", Path: "/messages$", After: true, Status: 502})
	_, err := b.Send(t.Context(), b.openCard())
	if err == nil || !isUnsure(err) {
		t.Fatalf("a 502 after the write is %v", err)
	}
	again := b.takenCard() // what holds by the second try
	again.Key, again.Doubtful = "1.1", true
	id := b.send(again)
	if n := len(b.discord.Channel(b.room)); n != 1 {
		t.Fatalf("%d cards are there", n)
	}
	b.edit(again, id)
	if m := b.discord.Message(id); !strings.HasPrefix(m.Embeds[0].Description, "Taken.") {
		t.Errorf("it shows what held before: %+v", m.Embeds)
	}
}

func TestUnreact(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	id := b.send(b.openCard())
	b.discord.React(b.rosa, id, commands.EmojiClaim)
	for range 2 { // the second time it is not there
		if err := b.Unreact(t.Context(), b.room, id, b.rosa, commands.EmojiClaim); err != nil {
			t.Fatal(err)
		}
	}
	if m := b.discord.Message(id); len(m.Reactions[0].Users) != 1 {
		t.Errorf("the reactions are %+v", m.Reactions)
	}
	b.discord.SetBotPermissions(b.guild, discordtest.ViewChannel|discordtest.ReadMessageHistory)
	if err := b.Unreact(t.Context(), b.room, id, b.rosa, commands.EmojiClaim); err != nil {
		t.Errorf("without the permission: %v", err)
	}
}

func TestLongTextComesInParts(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	post := bot.Post{Key: "5.0", Account: b.rosa, Text: commands.Text(strings.Repeat("A line of words.\n", 200)), Buttons: []commands.Button{{Label: "Done", Line: "done N1"}}}
	id := b.send(post)
	if again := b.send(post); again != id {
		t.Errorf("sent again it is %s, not %s", again, id)
	}
	seen := b.discord.SeenBy(b.rosa)
	if len(seen) != 2 || seen[0].Has("Done") || !seen[1].Has("Done") || seen[0].ID != id {
		t.Errorf("Rosa sees %d messages", len(seen))
	}
}
