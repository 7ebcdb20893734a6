//go:build goolm

package matrix

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// placing says in which space a line of a direct chat is, or why it is in none.
type placing struct {
	// ask are the coalitions of which one has to be chosen.
	ask []commands.DirectSpace
	// refusal is the text to answer with instead of anything else.
	refusal string
	fields  map[string]any
}

// placed finds out in which space somebody acts who writes in a direct chat: in
// that of the only coalition they are in, or of the one that they chose.
func (m *Matrix) placed(ctx context.Context, inv *commands.Invocation) (placing, error) {
	urgent := m.o.Registry.Urgent(*inv)
	spaces, chosen, err := m.o.Registry.DirectSpaces(ctx, Name, inv.Who.Account)
	if err != nil && !urgent {
		return placing{}, fmt.Errorf("the spaces of somebody who writes in private: %w", err)
	}
	if err != nil {
		spaces, chosen = nil, -1
		m.o.Log.Error("the spaces of somebody who writes in private are not known", "err", err)
	}
	if len(spaces) > 1 && m.o.Registry.AsksCoalition(inv.Text) {
		return placing{ask: spaces}, nil
	}
	switch {
	case chosen >= 0 && chosen < len(spaces):
	case urgent: // the numbers are said in any case
		return placing{}, nil
	case len(spaces) == 0:
		return m.nowhere(ctx, inv)
	default:
		return placing{ask: spaces}, nil
	}
	inv.Who.Space = spaces[chosen].Space
	if urgent {
		return placing{}, nil
	}
	return m.stillThere(ctx, inv, spaces[chosen]), nil
}

// nowhere is where somebody acts who is in no space of a coalition, or not any
// more: what is kept of them, they can still see and have erased.
func (m *Matrix) nowhere(ctx context.Context, inv *commands.Invocation) (placing, error) {
	places, err := m.o.Registry.Store().DirectPlaces(ctx, Name, inv.Who.Account)
	if err != nil {
		return placing{}, fmt.Errorf("the spaces that somebody left: %w", err)
	}
	for _, p := range places {
		if p.Known && p.Left {
			inv.Who.Space = p.Space
			return m.absent(ctx, inv, p.Name), nil
		}
	}
	return placing{refusal: "matrix.nowhere", fields: map[string]any{"Prefix": prefix}}, nil
}

// absent is where somebody acts who is not in the space any more.
func (m *Matrix) absent(ctx context.Context, inv *commands.Invocation, coalition string) placing {
	inv.Member = &commands.Member{Absent: true}
	if m.o.Registry.CommandMeant(ctx, inv.Who, inv.Text) == "privacy" {
		return placing{}
	}
	return placing{refusal: "matrix.absent", fields: map[string]any{"Coalition": commands.User(coalition)}}
}

// prefix is what people are told to write before a command in a room.
const prefix = "!"

// stillThere finds out whether somebody is still in a space, and with which
// levels: a direct chat goes on when they have left or were banned. Who is not
// there can have themselves forgotten, and nothing else.
func (m *Matrix) stillThere(ctx context.Context, inv *commands.Invocation, space commands.DirectSpace) placing {
	member, err := m.rooms.memberOf(ctx, space.Space, id.UserID(inv.Who.Account))
	switch {
	case err != nil:
		m.o.Log.Warn("it is not known whether somebody is still in a room", "err", err)
		return placing{refusal: "matrix.unchecked"}
	case member.Absent:
		if err := m.o.Registry.TakeMember(ctx, inv.Who, member); err != nil {
			m.o.Log.Error("that somebody left a room was not recorded", "err", err)
		}
		return m.absent(ctx, inv, space.Name)
	}
	inv.Member = member
	return placing{}
}

// asking is what somebody wanted when they were asked which coalition they mean.
// It is kept in memory alone, as it may have private words in it.
type asking struct {
	inv    commands.Invocation
	spaces []commands.DirectSpace
	at     time.Time
}

// askedFor is how long what somebody wanted is carried out after the choice.
const askedFor = 15 * time.Minute

// ask asks for the coalition that is meant.
func (v *visit) ask(ctx context.Context, spaces []commands.DirectSpace) error {
	v.m.asked.put(v.inv.Who.Account, asking{inv: v.inv, spaces: spaces, at: v.m.o.Clock.Now()})
	reply := &commands.Reply{Text: commands.Text(v.m.text(v.m.langOf(ctx, v.inv), "matrix.which", nil))}
	for _, s := range spaces {
		reply.Buttons = append(reply.Buttons, commands.Button{Label: s.Name})
	}
	return v.say(ctx, reply)
}

// chose reports whether the line answered which coalition is meant; then that is
// remembered, and what they wanted is carried out.
func (v *visit) chose(ctx context.Context) (bool, error) {
	account := v.inv.Who.Account
	asked, ok := v.m.asked.get(account)
	if !ok {
		return false, nil
	}
	space, ok := pick(asked.spaces, v.line)
	if !ok { // they want something else now, and are asked again if need be
		v.m.asked.forget(account)
		return false, nil
	}
	if err := v.m.o.Registry.ChooseDirect(ctx, Name, account, space.Coalition); err != nil {
		return true, v.say(ctx, v.m.o.Registry.Apology(ctx, v.inv, err, false))
	}
	v.m.asked.forget(account)
	if v.m.o.Clock.Now().Sub(asked.at) > askedFor || v.m.o.Registry.AsksCoalition(asked.inv.Text) {
		v.inv.Who.Space = space.Space
		return true, v.sayText(ctx, "matrix.chosen", map[string]any{"Coalition": commands.User(space.Name)})
	}
	v.inv = asked.inv
	return true, v.placed(ctx)
}

// pick finds what an answer chooses: a number, or a name.
func pick(spaces []commands.DirectSpace, line string) (commands.DirectSpace, bool) {
	line = strings.TrimSpace(line)
	if n, err := strconv.Atoi(strings.TrimRight(line, ".)")); err == nil && n >= 1 && n <= len(spaces) {
		return spaces[n-1], true
	}
	for _, s := range spaces {
		if catalogue.Fold(s.Name) == catalogue.Fold(line) {
			return s, true
		}
	}
	return commands.DirectSpace{}, false
}

// text is a text of the catalogue. One that is missing shows its id: a test goes
// through all of them.
func (m *Matrix) text(lang models.Lang, id string, fields map[string]any) string {
	if lang == "" {
		lang = m.o.Lang
	}
	text, err := m.o.Registry.Catalogue().Text(lang, id, fields)
	if err != nil {
		m.o.Log.Error("a text could not be made", "id", id, "err", err)
		return id
	}
	return strings.TrimSpace(text)
}
