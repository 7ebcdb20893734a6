package terminal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// The terminal's own commands, which no other platform needs. Their words are
// in the catalogue.
const (
	as      = "as"
	room    = "room"
	private = "private"
	quit    = "quit"
)

// ownCommand reads one of the terminal's own commands, which need a "/" or "!":
// without it a word may be an answer.
func (t *Terminal) ownCommand(text string) (name, rest string, own bool) {
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	bare := strings.TrimLeft(word, "/!")
	if bare == word {
		return "", "", false
	}
	for _, name := range []string{as, room, private, quit} {
		if t.isWord("terminal."+name+".words", catalogue.Fold(bare)) {
			return name, strings.Trim(rest, ` "“”«»`), true
		}
	}
	return "", "", false
}

func (t *Terminal) runOwn(ctx context.Context, name, rest string) error {
	switch name {
	case as:
		return t.actAs(ctx, rest)
	case room:
		return t.enter(ctx, rest)
	case private:
		t.room = nil
		return t.say(ctx, "terminal.now_private", fields{"Name": t.who.Name})
	}
	return nil
}

// actAs changes who types.
func (t *Terminal) actAs(ctx context.Context, name string) error {
	if !t.o.AsAllowed {
		return t.refuse(ctx, "terminal.as_refused", fields{"Name": t.who.Name})
	}
	who, err := Who(t.o.Space, name)
	var text *commands.TextError
	switch {
	case errors.As(err, &text) && text.Code == commands.TextEmpty:
		return t.refuse(ctx, "terminal.as_usage", nil)
	case errors.As(err, &text) && text.Code == commands.TextTooLong:
		return t.refuse(ctx, "error.too_long", fields{"Limit": text.Limit, "Length": text.Length})
	case err != nil:
		return t.refuse(ctx, "error.control_characters", nil)
	}
	who.Name = t.nameOf(ctx, who) // as they wrote it first
	t.who = who
	return t.sayWhere(ctx)
}

// enter goes to a room.
func (t *Terminal) enter(ctx context.Context, name string) error {
	rooms, err := t.rooms(ctx)
	if err != nil {
		return err
	}
	names := make([]string, len(rooms))
	for i, r := range rooms {
		names[i] = r.Name
	}
	if name == "" && len(names) > 0 {
		return t.refuse(ctx, "terminal.room_usage", fields{"Room": names[0]})
	}
	i := slices.IndexFunc(names, func(n string) bool { return sameRoom(n, name) })
	if i < 0 {
		return t.refuse(ctx, "terminal.room_unknown", fields{"Room": name, "Rooms": catalogue.List(t.lang(ctx), names)})
	}
	t.room = rooms[i]
	return t.sayWhere(ctx)
}

// sameRoom compares the names of rooms; the # may be left out.
func sameRoom(a, b string) bool {
	return catalogue.Fold(strings.TrimPrefix(a, "#")) == catalogue.Fold(strings.TrimPrefix(b, "#"))
}

// rooms are the coalition's rooms in the terminal.
func (t *Terminal) rooms(ctx context.Context) ([]*models.Room, error) {
	actor, err := t.o.Registry.Store().Actor(ctx, t.who)
	if err != nil {
		return nil, fmt.Errorf("the coalition of the terminal: %w", err)
	}
	all, err := t.o.Registry.Store().Reader(ctx, actor.Coalition.ID).Rooms()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(r *models.Room) bool {
		return r.Platform != t.Name() || !strings.HasPrefix(r.Remote, t.o.Space+"/")
	}), nil
}

// fields are those of a text in the catalogue.
type fields map[string]any

func (t *Terminal) sayWhere(ctx context.Context) error {
	if t.room == nil {
		return t.say(ctx, "terminal.now_private", fields{"Name": t.who.Name})
	}
	return t.say(ctx, "terminal.now", fields{"Name": t.who.Name, "Room": t.room.Name})
}

// say shows one of the terminal's own texts to the one who types.
func (t *Terminal) say(ctx context.Context, id string, f fields) error {
	return t.show(strings.TrimSpace(t.text(t.lang(ctx), id, f)) + "\n\n")
}

// refuse says why a line does not do what it says.
func (t *Terminal) refuse(ctx context.Context, id string, f fields) error {
	t.failed.Store(true)
	return t.say(ctx, id, f)
}

// lang is the language in which the one who types is answered.
func (t *Terminal) lang(ctx context.Context) models.Lang {
	actor, err := t.o.Registry.Store().Actor(ctx, t.who)
	switch {
	case err != nil && t.o.Lang != "":
		return t.o.Lang
	case err != nil:
		return models.English
	case actor.Person.Language != "":
		return actor.Person.Language
	}
	return actor.Coalition.Language
}

// text is a text of the catalogue. One that is missing shows its id: a test
// goes through all of them.
func (t *Terminal) text(lang models.Lang, id string, f fields) string {
	text, err := t.cat.Text(lang, id, f)
	if err != nil {
		return id
	}
	return text
}

// prompt names who types and where.
func (t *Terminal) prompt(ctx context.Context) string {
	return t.who.Name + " " + t.place(t.lang(ctx)) + "> "
}

func (t *Terminal) place(lang models.Lang) string {
	if t.room == nil {
		return t.text(lang, "terminal.private", nil)
	}
	return t.room.Name
}
