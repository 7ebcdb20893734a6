//go:build goolm

package matrix

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// found begins a coalition in a room that belongs to none, or has it join one,
// if that is what somebody wants who runs the room. Else the answer says what
// can be done.
func (v *visit) found(ctx context.Context, answer *bot.Answer) *bot.Answer {
	registry := v.m.o.Registry
	command := registry.CommandOf(v.line)
	code := v.code()
	if v.inv.Member == nil || !v.inv.Member.Manages || command != "setup" && (command != "join" || code == "") {
		said, fields := v.unfounded()
		text := v.m.text(answer.Lang, said, fields)
		return &bot.Answer{Reply: &commands.Reply{Text: commands.Text(text), Mistake: true, Lang: answer.Lang}, First: 1}
	}
	founding, err := v.founding(ctx)
	if err != nil {
		v.m.o.Log.Warn("a room could not be read", "err", err)
		text := v.m.text(answer.Lang, "matrix.no_setup", nil)
		return &bot.Answer{Reply: &commands.Reply{Text: commands.Text(text), Mistake: true, Lang: answer.Lang}, First: 1}
	}
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
	return v.m.in.Receive(ctx, v.inv)
}

// unfounded says who can begin a coalition there: who runs the room, or the space
// that the room is in.
func (v *visit) unfounded() (text string, fields map[string]any) {
	fields = map[string]any{"Prefix": prefix}
	if v.inv.Who.Space == v.event.RoomID.String() {
		return "matrix.unfounded", fields
	}
	name := ""
	v.m.places.view(id.RoomID(v.inv.Who.Space), func(p *place) { name = p.name })
	fields["Space"] = commands.User(cmp.Or(name, v.inv.Who.Space))
	return "matrix.unfounded_space", fields
}

// code is what stands behind the command, with or without its name.
func (v *visit) code() string {
	words := strings.Fields(v.line)
	code := strings.Join(words[min(1, len(words)):], " ")
	if _, rest, named := strings.Cut(code, ":"); named { // there is none in a code
		code = rest
	}
	return strings.TrimSpace(code)
}

func (v *visit) failed(ctx context.Context, err error) *bot.Answer {
	return &bot.Answer{Reply: v.m.o.Registry.Apology(ctx, v.inv, err, false), First: 1, Failed: true}
}

// founding is a coalition that begins in the space. The room where the command
// was written comes first: it becomes the board, until setup says otherwise.
func (v *visit) founding(ctx context.Context) (commands.Founding, error) {
	name, rooms, err := v.m.rooms.in(ctx, v.inv.Who.Space)
	if err != nil {
		return commands.Founding{}, fmt.Errorf("the rooms of a space: %w", err)
	}
	here := v.event.RoomID.String()
	slices.SortStableFunc(rooms, func(a, b commands.RoomNow) int {
		switch {
		case a.Remote == here && b.Remote != here:
			return -1
		case b.Remote == here && a.Remote != here:
			return 1
		}
		return 0
	})
	return commands.Founding{Who: v.inv.Who, Zone: v.m.o.Zone, Lang: v.langOfLine(), SpaceName: name, Now: rooms}, nil
}

// langOfLine is the language that the line's command is written in, where it is
// a word of one language alone.
func (v *visit) langOfLine() models.Lang {
	word, _, _ := strings.Cut(strings.TrimLeft(v.line, "/!"), " ")
	command := v.m.o.Registry.CommandOf(v.line)
	var found []models.Lang
	for _, lang := range models.Langs() {
		own := v.m.text(lang, "command."+command+".name", nil)
		if catalogue.Fold(own) == catalogue.Fold(word) {
			found = append(found, lang)
		}
	}
	if len(found) != 1 {
		return v.m.o.Lang
	}
	return found[0]
}
