package discord

import (
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

func (b *board) find(p bot.Post) string {
	b.Helper()
	id, found, err := b.Find(b.Context(), p)
	if err != nil || found != (id != "") {
		b.Fatal(id, found, err)
	}
	return id
}

func TestFindCard(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	post := b.openCard()
	if id := b.find(post); id != "" {
		t.Errorf("found %s before anything was sent", id)
	}
	old := b.send(post)
	b.clock.Advance(10 * time.Minute)
	post.Key, post.Since = "2.1", b.clock.Now()
	if id := b.find(post); id != "" {
		t.Errorf("found %s, which is older", id)
	}
	b.discord.Say(b.rosa, b.room, "**N12: Ride, Quarry Falls** 🚗")
	if id := b.find(post); id != "" {
		t.Errorf("found %s, which is Rosa's", id)
	}
	other := b.openCard()
	other.Key, other.Card.Title = "3.1", "N121: Ride"
	b.send(other)
	if id := b.find(post); id != "" {
		t.Errorf("found %s, which is of another need", id)
	}
	want := b.send(post)
	now := b.takenCard()
	now.Key = post.Key
	if id := b.find(now); id != want || id == old {
		t.Errorf("found %s, not %s", id, want)
	}
}

func TestFindText(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	post := bot.Post{Key: "5.0", Account: b.rosa, Text: "You took N12.", Since: b.clock.Now(), Buttons: []commands.Button{{Label: "Give it back", Line: "release N12"}}}
	want := b.send(post)
	if id := b.find(post); id != want {
		t.Errorf("found %q, not %s", id, want)
	}
	b.restart(pacing{})
	if id := b.find(post); id != want {
		t.Errorf("after a restart found %q, not %s", id, want)
	}
	other := post
	other.Key = "6.0" // the same words once more, for another reason
	if id := b.find(other); id != "" {
		t.Errorf("found %s, which was sent under another key", id)
	}
	b.discord.CloseDMs(b.rosa)
	if id := b.find(post); id != want {
		t.Errorf("in a closed chat found %q, not %s", id, want)
	}
}

// TestIsPost looks at messages of which Discord does not say the nonce.
func TestIsPost(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	card, text := b.openCard(), bot.Post{Account: b.rosa, Text: "You took N12.", Buttons: []commands.Button{{Label: "Give it back", Line: "release N12"}}}
	changed := func(p bot.Post, change func(*bot.Post)) bot.Post {
		change(&p)
		return p
	}
	direct := b.openCard()
	direct.Account = b.rosa
	for _, c := range []struct {
		name         string
		posted, want bot.Post
		same         bool
	}{
		{"the same card", card, card, true},
		{"a card that changed meanwhile", card, b.takenCard(), true},
		{"a card of another need", card, changed(b.openCard(), func(p *bot.Post) { p.Card.Title = "N1: Ride" }), false},
		{"a text for a card", text, card, false},
		{"the same text", text, text, true},
		{"other words", text, changed(text, func(p *bot.Post) { p.Text = "You took N13." }), false},
		{"other buttons", text, changed(text, func(p *bot.Post) { p.Buttons = nil }), false},
		{"a card shown in private", direct, direct, true},
		{"another one shown in private", direct, changed(b.takenCard(), func(p *bot.Post) { p.Account = b.rosa }), false},
	} {
		posted := b.bodies(c.posted)[0]
		m := &message{Content: posted.Content + " ", Embeds: posted.Embeds, Components: posted.Components}
		for _, nonce := range []string{"", "null"} {
			m.Nonce = []byte(nonce)
			if got := isPost(m, b.bodies(c.want)[0], c.want); got != c.same {
				t.Errorf("%s is the same: %v", c.name, got)
			}
		}
	}
}
