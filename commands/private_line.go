package commands

import (
	"context"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// GivesPrivate reports whether a line gives a value that never travels in
// public, such as a contact: where others have read it, it has to be taken back.
// It says so rather once too often.
func (r *Registry) GivesPrivate(line string) bool {
	command := r.commandOf(firstWord(line))
	if command == nil {
		return false
	}
	for _, word := range strings.Fields(line) {
		name, _, found := strings.Cut(word, ":")
		if p := command.param(r.vocab.params[catalogue.Fold(name)]); found && p != nil && p.Private {
			return true
		}
	}
	return false
}

// firstWord is a line without what follows its command, which may have a
// quotation mark too many.
func firstWord(line string) string {
	if words := strings.Fields(line); len(words) > 0 {
		return words[0]
	}
	return ""
}

// prefixOn is what stands before a command that somebody is told to write in a
// room of a platform.
func prefixOn(platform string) string {
	if begin, ok := beginnings[platform]; ok {
		return begin.prefix
	}
	return "/"
}

// CommandMeant is the name of the command that a line begins with, or that the
// choice stands for which it answers with a number or a label; empty if it is
// none.
func (r *Registry) CommandMeant(ctx context.Context, who store.Who, text string) string {
	if name := r.CommandOf(text); name != "" {
		return name
	}
	actor, err := r.store.Actor(ctx, who)
	if err != nil || actor.Account.ID == 0 {
		return ""
	}
	line, err := r.choice(r.store.Reader(ctx, actor.Coalition.ID), actor.Account.ID, strings.TrimSpace(text), r.now())
	if err != nil {
		return ""
	}
	return r.CommandOf(line)
}
