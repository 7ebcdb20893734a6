package discord

import (
	"errors"
	"slices"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

func TestDirectChats(t *testing.T) {
	t.Parallel()
	b := newBoard(t, usualPacing())
	post := bot.Post{Key: "5.0", Account: b.rosa, Coalition: 20, Text: "You took N12. **Thank you.**", Mention: b.rosa, Buttons: []commands.Button{{Label: "Give it back", Line: "release N12"}}}
	b.send(post)
	post.Key, post.Text = "6.0", "Another."
	b.send(post)
	seen := b.discord.SeenBy(b.rosa)
	if len(seen) != 2 || seen[0].Content != `You took N12. \*\*Thank you.\*\*` || !seen[0].Has("Give it back") || b.discord.Requests("POST /users/@me/channels") != 1 {
		t.Errorf("Rosa sees %+v", seen)
	}
	b.discord.CloseDMs(b.rosa)
	post.Key = "7.0"
	var permanent *bot.PermanentError
	if _, err := b.Send(t.Context(), post); !errors.As(err, &permanent) || permanent.Code != bot.CodeClosed {
		t.Errorf("a closed chat is %v", err)
	}
}

func TestNewDirectChatsAreCapped(t *testing.T) {
	t.Parallel()
	b := newBoard(t, usualPacing())
	var later *bot.NotNowError
	for i := range 12 {
		who := b.discord.Join(b.guild, string(rune('a'+i)))
		before := b.requests()
		_, err := b.Send(t.Context(), bot.Post{Key: "k", Account: who, Text: "Hello."})
		if i < 10 && err != nil {
			t.Fatalf("person %d: %v", i, err)
		}
		if i >= 10 && (!errors.As(err, &later) || later.After <= 0 || b.requests() != before) {
			t.Errorf("person %d: %v", i, err)
		}
	}
}

func TestOnlyTheOneNamedIsNotified(t *testing.T) {
	t.Parallel()
	b := newBoard(t, pacing{})
	other := b.discord.Join(b.guild, "Other")
	for _, c := range []struct{ text, want string }{
		{commands.User("Rosa <@"+other+"> @everyone") + ", I can't message you.", "<@" + b.rosa + ">, I can't message you."},
		{"Please look. " + commands.User("<@"+other+"> @here"), "<@" + b.rosa + `> Please look. \<\@` + other + `\> \@here`},
	} {
		id := b.send(bot.Post{Key: c.text[:3], Room: b.room, Mention: b.rosa, Text: commands.Text(c.text)})
		if m := b.discord.Message(id); m.Content != c.want || !slices.Equal(m.Pings, []string{b.rosa}) {
			t.Errorf("%q notifies %v", m.Content, m.Pings)
		}
	}
	id := b.send(bot.Post{Key: "forged", Room: b.room, Mention: "everyone", Text: "Hello."})
	if m := b.discord.Message(id); m.Content != "Hello." || len(m.Pings) > 0 {
		t.Errorf("%q notifies %v", m.Content, m.Pings)
	}
}
