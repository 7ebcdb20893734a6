//go:build goolm

package matrix

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/event/cmdschema"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

const (
	// describeEvery is how often is looked for rooms whose commands are not
	// described as they are.
	describeEvery = time.Hour
	// describeFirst is when that begins: the answers of the start come first.
	describeFirst = time.Minute
)

// describe tells clients which commands there are, in the rooms of coalitions
// where the bot may, until the context ends. Few clients show it yet, so that it
// gives way to everything else.
func (m *Matrix) describe(ctx context.Context) {
	for wait := describeFirst; m.pause(ctx, wait); wait = describeEvery {
		for _, room := range m.places.joined() {
			if err := m.describeIn(ctx, room); err != nil && ctx.Err() == nil {
				m.o.Log.Warn("the commands are not described in a room", "room", room, "err", err)
			}
		}
	}
}

// describeIn publishes the descriptions of one room's commands that are not
// there as they are now.
func (m *Matrix) describeIn(ctx context.Context, room id.RoomID) error {
	row, err := m.o.Registry.Store().RoomAt(ctx, Name, room.String())
	if err != nil || row == nil || row.GoneAt != nil || !m.mayDescribe(room) {
		return err
	}
	lang := row.Language
	if lang == "" {
		coalition, err := m.o.Registry.Store().Reader(ctx, row.CoalitionID).Coalition()
		if err != nil {
			return fmt.Errorf("a room's language: %w", err)
		}
		lang = coalition.Language
	}
	state, err := m.session.client.State(ctx, room)
	if err != nil {
		return classify("look for the descriptions of commands", doesRead, err)
	}
	there := state[event.StateMSC4391BotCommand]
	wanted := map[string]any{}
	for _, described := range descriptions(m.o.Registry, lang) {
		wanted[described.StateKey(m.places.self)] = described
	}
	for key, e := range there {
		if e.Sender == m.places.self && wanted[key] == nil && len(e.Content.VeryRaw) > len("{}") {
			wanted[key] = struct{}{} // of a command that is not there any more
		}
	}
	for key, content := range wanted {
		if e := there[key]; e != nil && sameJSON(e.Content.VeryRaw, content) {
			continue
		}
		if err := m.putDescription(ctx, room, key, content); err != nil {
			return err
		}
	}
	return nil
}

// mayDescribe reports whether the bot may publish descriptions in a room.
func (m *Matrix) mayDescribe(room id.RoomID) bool {
	may := false
	m.places.view(room, func(p *place) {
		may = !p.isSpace() && p.levels != nil && p.level(m.places.self) >= p.levels.GetEventLevel(event.StateMSC4391BotCommand)
	})
	return may
}

func (m *Matrix) putDescription(ctx context.Context, room id.RoomID, key string, content any) error {
	for {
		wait := m.posts.pace.take("", rankTidy, m.o.Clock.Now())
		if wait == 0 {
			break
		}
		if !m.pause(ctx, wait) {
			return ctx.Err()
		}
	}
	_, err := m.session.client.SendStateEvent(ctx, room, event.StateMSC4391BotCommand, key, content)
	return m.posts.heard(classify("describe a command", doesChange, err))
}

// sameJSON reports whether an event's content says the same.
func sameJSON(there json.RawMessage, content any) bool {
	wanted, err := json.Marshal(content)
	if err != nil {
		return false
	}
	var a, b any
	if json.Unmarshal(there, &a) != nil || json.Unmarshal(wanted, &b) != nil {
		return false
	}
	first, _ := json.Marshal(a) // what was read can be written
	second, _ := json.Marshal(b)
	return string(first) == string(second)
}

// descriptions describe the commands that can be typed, in a language: by their
// name there, with the others as aliases. Parameters are plain text, as people
// write them; private ones are left out, for nobody should type them in a room.
func descriptions(registry *commands.Registry, lang models.Lang) []*cmdschema.EventContent {
	var list []*cmdschema.EventContent
	for _, c := range registry.Commands() {
		if c.Group == commands.GroupNone {
			continue
		}
		described := &cmdschema.EventContent{Command: word(registry, lang, "command."+c.Name+".name"),
			Description: event.MakeExtensibleText(word(registry, lang, "command."+c.Name+".summary"))}
		for _, other := range models.Langs() {
			alias := word(registry, other, "command."+c.Name+".name")
			if alias != described.Command && !slices.Contains(described.Aliases, alias) {
				described.Aliases = append(described.Aliases, alias)
			}
		}
		for _, p := range c.Params {
			if p.Private || p.Named {
				continue
			}
			key := word(registry, lang, "param."+p.Name+".name")
			described.Parameters = append(described.Parameters, &cmdschema.Parameter{Key: key, Schema: cmdschema.PrimitiveTypeString.Schema(),
				Optional: true, Description: event.MakeExtensibleText(word(registry, lang, "param."+p.Name+".summary"))})
			if p.Rest {
				described.TailParam = key
			}
		}
		list = append(list, described)
	}
	return list
}

// word is a text of the catalogue in one line, empty if there is none.
func word(registry *commands.Registry, lang models.Lang, id string) string {
	text, err := registry.Catalogue().Text(lang, registry.Catalogue().On(Name, id), nil)
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(text), " ")
}
