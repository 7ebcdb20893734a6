package discord

import (
	"context"
	"slices"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// found begins a coalition in a server that belongs to none, or has it join one,
// if that is what somebody wants who manages the server. Else the answer stays
// what it was: it says what can be done.
func (v *visit) found(ctx context.Context, answer *bot.Answer) *bot.Answer {
	command := v.d.o.Registry.CommandOf(v.inv.Text)
	code := v.inv.Args["code"]
	if v.inv.Member == nil || !v.inv.Member.Manages || command != "setup" && (command != "join" || code == "") {
		return answer
	}
	founding, err := v.founding(ctx)
	if err != nil {
		v.d.o.Log.Warn("a server could not be read", "err", err)
		text := v.d.text(v.langFor(ctx, ""), "discord.no_setup", nil)
		return &bot.Answer{Reply: &commands.Reply{Text: commands.Text(text), Mistake: true, Lang: answer.Lang}, First: 1}
	}
	defer v.d.coalitions.forget(v.inv.Who.Space)
	registry := v.d.o.Registry
	if command == "join" {
		reply, err := registry.JoinSpace(ctx, founding, code)
		if err != nil {
			return v.failed(ctx, err)
		}
		return &bot.Answer{Reply: reply, First: 1}
	}
	if _, err := registry.Found(ctx, founding); err != nil {
		return v.failed(ctx, err)
	}
	return v.d.in.Receive(ctx, v.inv)
}

func (v *visit) failed(ctx context.Context, err error) *bot.Answer {
	return &bot.Answer{Reply: v.d.o.Registry.Apology(ctx, v.inv, err, false), First: 1, Failed: true}
}

// founding is a coalition that begins in the server. The room where the command
// was written comes first: it becomes the board, until setup says otherwise.
func (v *visit) founding(ctx context.Context) (commands.Founding, error) {
	g, rooms, err := v.d.places.now(ctx, v.i.GuildID)
	if err != nil {
		return commands.Founding{}, err
	}
	here := v.i.ChannelID
	if !slices.ContainsFunc(rooms, func(r commands.RoomNow) bool { return r.Remote == here }) {
		if c, err := v.d.rest.channel(ctx, here); err == nil {
			here = c.ParentID // a thread: the room it is in
		}
	}
	slices.SortStableFunc(rooms, func(a, b commands.RoomNow) int {
		switch {
		case a.Remote == here && b.Remote != here:
			return -1
		case b.Remote == here && a.Remote != here:
			return 1
		}
		return 0
	})
	lang := v.inv.Lang
	if lang == "" {
		lang = v.d.o.Lang
	}
	return commands.Founding{Who: v.inv.Who, Zone: v.d.o.Zone, Lang: lang, SpaceName: g.Name, Now: rooms}, nil
}
