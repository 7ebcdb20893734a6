package discord

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// A server begins a coalition with /setup of somebody who manages it.
func TestSetupFounds(t *testing.T) {
	t.Parallel()
	w := emptyTown(t, bot.SystemClock{})
	rosa := w.s.Join(w.guild, "Rosa")
	w.wants(w.slash(rosa, w.board, "help", nil).Text(), "no coalition")
	if i := w.slash(rosa, w.board, "need", nil); i.State() != discordtest.Shown || !strings.Contains(i.Text(), "no coalition") {
		t.Errorf("/need shows %q", i.Text())
	}
	question := w.slash(w.owner, w.board, "setup", nil)
	w.wants(question.Text(), "1")
	if w.coalition(w.guild) == 0 {
		t.Error("there is no coalition")
	}
	if !question.Message().Has(w.text("discord.answer", nil)) {
		t.Errorf("the first question has no button for an answer: %q", question.Text())
	}
	if i := w.slash(rosa, w.board, "need", nil); i.State() != discordtest.FormShown {
		t.Errorf("/need shows %q", i.Text())
	}

	code := w.slash(w.owner, w.board, "join", nil).Text()
	oak, owner := w.s.AddGuild("Oak County")
	room := w.s.AddChannel(oak, "general", discordtest.Text)
	lines := strings.FieldsFunc(code, func(r rune) bool { return !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-') })
	longest := ""
	for _, word := range lines {
		if len(word) > len(longest) {
			longest = word
		}
	}
	// Discord shows /join to who manages the server; we look for ourselves.
	eve := w.whoIn(oak, w.s.Join(oak, "Eve"))
	answer := &bot.Answer{Reply: &commands.Reply{Unfounded: true}}
	v := &visit{d: w.d, i: &interaction{GuildID: oak, ChannelID: room}, inv: commands.Invocation{
		Who: eve, Text: "join", Args: map[string]string{"code": longest}, Member: &commands.Member{}}}
	if v.found(t.Context(), answer) != answer || w.d.coalitionOf(t.Context(), eve) != 0 {
		t.Error("somebody who does not manage a server had it join a coalition")
	}
	w.slash(owner, room, "join", map[string]any{"code": longest})
	if got := w.d.coalitionOf(t.Context(), w.whoIn(oak, owner)); got != w.coalition(w.guild) {
		t.Errorf("the second server belongs to %d", got)
	}
}
