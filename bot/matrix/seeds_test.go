//go:build goolm

package matrix

import (
	"slices"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// ours are the bot's reactions on a message.
func (b *wall) ours(m matrixtest.Message) []string {
	var found []string
	for _, r := range m.Reactions {
		if r.Sender == b.s.client.UserID {
			found = append(found, r.Key)
		}
	}
	slices.Sort(found)
	return found
}

func (b *wall) wantSeeds(card id.EventID, want ...string) {
	b.Helper()
	slices.Sort(want)
	b.eventually(card, "the bot's reactions", func(m matrixtest.Message) bool { return slices.Equal(b.ours(m), want) })
}

func TestSeeds(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	b.inBackground(b.posts.seed)
	b.proxy.Fail(matrixtest.TooMany(0).On("PUT", "/m.reaction/").Once())
	card := b.send(b.card("1.0", "Open."))
	b.wantSeeds(card, commands.EmojiClaim, commands.EmojiDetails)
	taken := b.card("1.1", "Taken.")
	taken.Card.Seeds = []string{commands.EmojiDone, commands.EmojiDetails}
	if err := b.Edit(t.Context(), taken, card.String()); err != nil {
		t.Fatal(err)
	}
	b.wantSeeds(card, commands.EmojiDone, commands.EmojiDetails)

	// After a restart nothing is put there a second time.
	b.forget()
	b.inBackground(b.posts.seed)
	taken = b.card("1.2", "Done. Thank you.")
	if err := b.Edit(t.Context(), taken, card.String()); err != nil {
		t.Fatal(err)
	}
	b.wantSeeds(card, commands.EmojiClaim, commands.EmojiDetails)
	b.mara.Fence(b.room)
	b.wantSeeds(card, commands.EmojiClaim, commands.EmojiDetails)
}

func TestSeedsAsTheAdminWants(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ want, there []string }{
		"none": {[]string{}, nil},
		"one":  {[]string{"❓\ufe0f", "🚗"}, []string{commands.EmojiDetails}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newWall(t, false)
			b.Seeds = c.want
			b.inBackground(b.posts.seed)
			card := b.send(b.card("1.0", "Open."))
			b.wantSeeds(card, c.there...)
			b.mara.Fence(b.room)
			b.wantSeeds(card, c.there...)
		})
	}
}

func TestDuplicateReactionIsThere(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	card := b.send(b.card("1.0", "Open."))
	first, err := b.react(t.Context(), b.s, b.room, card, commands.EmojiClaim)
	if err != nil {
		t.Fatal(err)
	}
	b.mara.WaitEvent(b.room, first)
	b.proxy.Fail(matrixtest.Refused(400, codeDuplicateAnnotation).On("PUT", "/m.reaction/"))
	if again, err := b.react(t.Context(), b.s, b.room, card, commands.EmojiClaim); err != nil || again != first {
		t.Errorf("a reaction that is there is %s, %v, want %s", again, err, first)
	}
}

func TestUnreact(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	card := b.send(b.card("1.0", "Open."))
	b.mara.WaitEvent(b.room, card)
	kofi := b.server.User(t, "Kofi")
	b.mara.Invite(b.room, kofi.ID)
	kofi.Join(b.room)
	for _, emoji := range []string{"✋🏽", "✋", "❓"} {
		b.mara.React(b.room, card, emoji)
		kofi.React(b.room, card, emoji)
	}
	b.mara.Fence(b.room)
	kofi.Fence(b.room)
	unreact := func() {
		t.Helper()
		if err := b.Unreact(t.Context(), b.room.String(), card.String(), kofi.ID.String(), commands.EmojiClaim); err != nil {
			t.Error(err)
		}
	}
	unreact() // without the power to
	b.mara.Fence(b.room)
	if m, _ := b.mara.Message(b.room, card); len(m.Reactions) != 6 {
		t.Errorf("%d reactions are there", len(m.Reactions))
	}
	b.mara.SetLevel(b.room, b.s.client.UserID, 50)
	b.eventually(card, "Kofi's reactions to be gone", func(m matrixtest.Message) bool {
		unreact()
		return len(m.Reactions) == 4 && !slices.ContainsFunc(m.Reactions, func(r matrixtest.Reaction) bool {
			return r.Sender == kofi.ID && commands.BareEmoji(r.Key) == commands.EmojiClaim
		})
	})
	unreact() // nothing is there any more
	if err := b.Unreact(t.Context(), b.room.String(), "$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", kofi.ID.String(), commands.EmojiClaim); err != nil {
		t.Errorf("on a message that is not there: %v", err)
	}
}

func TestPin(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	pinned := func(card id.EventID) func() bool {
		return func() bool {
			e := b.mara.State(b.room, event.StatePinnedEvents, "")
			return e != nil && slices.Contains(e.Content.AsPinnedEvents().Pinned, card)
		}
	}
	welcome := b.card("1.0", "Need something? Write !need.")
	welcome.Card.Pin = true
	b.send(welcome) // without the power to
	b.mara.SetLevel(b.room, b.s.client.UserID, 50)
	welcome.Key = "2.0"
	first := b.send(welcome)
	b.mara.Wait("the pin", pinned(first))
	welcome.Key = "3.0"
	second := b.send(welcome)
	b.mara.Wait("both pins", func() bool { return pinned(first)() && pinned(second)() })
}
