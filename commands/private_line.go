package commands

import (
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
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
