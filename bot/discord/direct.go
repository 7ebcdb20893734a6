package discord

import (
	"context"
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// placing says in which space an invocation is, or why it is in none.
type placing struct {
	coalition models.ID
	// ask are the coalitions of which one has to be chosen.
	ask []commands.DirectSpace
	// refusal is the text to answer with instead of anything else.
	refusal string
	fields  map[string]any
	// old says that what was pressed belongs to another coalition.
	old bool
}

// placed reports whether the invocation can be carried out.
func (p *placing) placed() bool { return p.ask == nil && p.refusal == "" && !p.old }

// direct finds out in which space somebody acts who writes or presses in a
// direct chat: in that of the coalition that a button names, in the only one
// they are in, or in the one that they chose.
func (d *Discord) direct(ctx context.Context, inv *commands.Invocation, wanted models.ID) (*placing, error) {
	urgent := d.o.Registry.Urgent(*inv)
	spaces, chosen, err := d.o.Registry.DirectSpaces(ctx, name, inv.Who.Account)
	if err != nil && !urgent {
		return nil, fmt.Errorf("the spaces of somebody who writes in private: %w", err)
	}
	if err != nil {
		spaces, chosen = nil, -1
		d.o.Log.Error("the spaces of somebody who writes in private are not known", "err", err)
	}
	if wanted != 0 {
		if chosen = spaceOf(spaces, chosen, wanted); chosen < 0 {
			return &placing{old: true}, nil
		}
	}
	if wanted == 0 && len(spaces) > 1 && d.o.Registry.AsksCoalition(inv.Text) {
		return &placing{ask: spaces}, nil
	}
	switch {
	case chosen >= 0 && chosen < len(spaces):
	case urgent: // the numbers are said in any case
		return &placing{}, nil
	case len(spaces) == 0:
		return &placing{refusal: "discord.nowhere"}, nil
	default:
		return &placing{ask: spaces}, nil
	}
	inv.Who.Space = spaces[chosen].Space
	p := &placing{coalition: spaces[chosen].Coalition}
	if !urgent {
		d.stillThere(ctx, inv, spaces[chosen], p)
	}
	return p, nil
}

// spaceOf is the space of a coalition, -1 if there is none: the one chosen, if
// it is of that coalition.
func spaceOf(spaces []commands.DirectSpace, chosen int, coalition models.ID) int {
	if chosen >= 0 && chosen < len(spaces) && spaces[chosen].Coalition == coalition {
		return chosen
	}
	for i, s := range spaces {
		if s.Coalition == coalition {
			return i
		}
	}
	return -1
}

// stillThere has Discord say whether somebody is still in a server, and with
// which roles: a direct chat goes on when they have left or were banned. Who is
// not there can have themselves forgotten, and nothing else.
func (d *Discord) stillThere(ctx context.Context, inv *commands.Invocation, space commands.DirectSpace, p *placing) {
	m, err := d.members.fresh(ctx, space.Space, inv.Who.Account)
	switch {
	case err != nil:
		d.o.Log.Warn("it is not known whether somebody is still in a server", "err", err)
		p.refusal = "discord.unchecked"
	case m.Absent && d.o.Registry.CommandOf(inv.Text) != "privacy":
		p.refusal, p.fields = "discord.absent", map[string]any{"Coalition": space.Name}
	default:
		inv.Member = m
	}
}

// coalitionOf is the coalition of a server, 0 if it has none or none is known.
func (d *Discord) coalitionOf(ctx context.Context, who store.Who) models.ID {
	if id, ok := d.coalitions.get(who.Space); ok {
		return id
	}
	actor, err := d.o.Registry.Store().Actor(ctx, who)
	if err != nil {
		if !store.IsNotFound(err) {
			d.o.Log.Error("the coalition of a server could not be read", "err", err)
		}
		return 0
	}
	d.coalitions.put(who.Space, actor.Coalition.ID)
	return actor.Coalition.ID
}

// asking is what somebody wanted when they were asked which coalition they
// mean: an interaction, or a line that they typed. It is kept in memory alone,
// as it may have private words in it.
type asking struct {
	i  *interaction
	m  *message
	at time.Time
}

// askedFor is how long what somebody wanted is carried out after the choice.
const askedFor = 15 * time.Minute

// which asks for the coalition that is meant.
func (d *Discord) which(lang models.Lang, spaces []commands.DirectSpace) *messageBody {
	body := bodyOf(renderText(commands.Text(d.text(lang, "discord.which", nil))))
	seen := map[models.ID]bool{}
	row := component{Type: componentRow}
	for _, s := range spaces {
		if seen[s.Coalition] || len(body.Components) == maxRows {
			continue
		}
		seen[s.Coalition] = true
		row.Components = append(row.Components, component{Type: componentButton, Style: styleSecondary,
			Label: label(s.Name, "?", maxLabel), CustomID: action{Kind: actionChoose, Coalition: s.Coalition}.customID()})
		if len(row.Components) == rowButtons {
			body.Components = append(body.Components, row)
			row.Components = nil
		}
	}
	if len(row.Components) > 0 {
		body.Components = append(body.Components, row)
	}
	return body
}

// choose remembers the coalition that somebody means in their direct chat, and
// carries out what they wanted.
func (v *visit) choose(ctx context.Context, act action) {
	account := v.inv.Who.Account
	spaces, _, err := v.d.o.Registry.DirectSpaces(ctx, name, account)
	at := -1
	if err == nil {
		if at = spaceOf(spaces, -1, act.Coalition); at < 0 || v.i.GuildID != "" {
			v.sayText(ctx, "discord.old_button", nil)
			return
		}
		err = v.d.o.Registry.ChooseDirect(ctx, name, account, act.Coalition)
	}
	if err != nil {
		v.say(ctx, v.d.o.Registry.Apology(ctx, v.inv, err, false))
		return
	}
	wanted, ok := v.d.asked.get(account)
	v.d.asked.forget(account)
	if !ok || v.d.o.Clock.Now().Sub(wanted.at) > askedFor {
		v.sayText(ctx, "discord.chosen", map[string]any{"Coalition": spaces[at].Name})
		return
	}
	if wanted.m != nil {
		v.d.owned.Go(v.a.watch(ctx))
		v.inv.Text, v.inv.EventID = wanted.m.Content, wanted.m.ID
		if v.place(ctx, act.Coalition) {
			v.run(ctx)
		}
		return
	}
	// The press answers in place of what was asked then.
	again := *wanted.i
	again.ID, again.Token, again.ApplicationID, again.Message = v.i.ID, v.i.Token, v.i.ApplicationID, v.i.Message
	v.i, v.inv = &again, v.d.invocation(&again)
	if !v.opensForm() {
		v.d.owned.Go(v.a.watch(ctx))
	}
	v.deal(ctx)
}
