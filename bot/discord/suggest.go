package discord

import (
	"context"
	"encoding/json"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// suggestWithin is how long suggestions may take: Discord waits three seconds,
// and what comes later is of no use to who is typing.
const suggestWithin = 2 * time.Second

// suggest answers somebody who is typing a value of a command. Where there is
// nothing to suggest, or no time, the list is empty, and they can type on.
func (v *visit) suggest(ctx context.Context) {
	looking, stop := context.WithTimeout(ctx, suggestWithin)
	defer stop()
	v.a.suggest(ctx, suggestedChoices(v.suggested(looking)))
}

func (v *visit) suggested(ctx context.Context) []commands.Choice {
	param, typed, ok := focused(v.i.Data.Options)
	if !ok || !v.somewhere(ctx) {
		return nil
	}
	list, err := v.d.o.Registry.Suggest(ctx, v.inv.Who, v.inv.Lang, v.i.Data.Name, param, typed)
	if err != nil && !store.IsNotFound(err) {
		v.d.o.Log.Warn("nothing could be suggested", "command", v.i.Data.Name, "param", param, "err", err)
	}
	return list
}

// somewhere finds out whose coalition this is about. Nothing is asked here:
// whoever has not chosen one yet is asked when the command is run.
func (v *visit) somewhere(ctx context.Context) bool {
	if v.i.GuildID != "" {
		return true
	}
	v.inv.Text = v.i.Data.Name
	p, err := v.d.direct(ctx, &v.inv, 0)
	return err == nil && p.placed()
}

// focused is the value that is being typed.
func focused(options []option) (param, typed string, ok bool) {
	for _, o := range options {
		if !o.Focused {
			continue
		}
		if err := json.Unmarshal(o.Value, &typed); err != nil {
			return o.Name, "", true // a number that is not written yet
		}
		return o.Name, typed, true
	}
	return "", "", false
}

// suggestedChoices are suggestions as Discord takes them: without one that is
// empty or too long, which would void all.
func suggestedChoices(list []commands.Choice) []choice {
	choices := []choice{}
	for _, c := range list {
		if c.Label == "" || c.Value == "" || len([]rune(c.Value)) > longestChoice || len(choices) == mostOptions {
			continue
		}
		choices = append(choices, choice{Name: cutTo(c.Label, longestChoice), Value: c.Value})
	}
	return choices
}
