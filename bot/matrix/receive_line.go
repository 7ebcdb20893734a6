//go:build goolm

package matrix

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// called is how the bot is called in rooms.
type called struct {
	account string // the whole name, @shirebot:example.org
	name    string // what it calls itself
}

// roomLine is the command in something that was said in a room, false if it is
// none for us. What people say to each other is not looked at any further than
// its first words: only a known command counts, and an unknown one where the
// bot is named.
func roomLine(registry *commands.Registry, bot called, body string, mentioned bool) (line string, ours bool) {
	body = withoutReply(body)
	if rest, named := bot.cut(body, mentioned); named {
		return rest, strings.TrimSpace(rest) != ""
	}
	if !prefixed(body) {
		return "", false
	}
	name := registry.CommandOf(body)
	for _, c := range registry.Commands() {
		// What only buttons name may well be another program's command.
		if c.Name == name && c.Group != commands.GroupNone {
			return body, true
		}
	}
	return "", false
}

// prefixed reports whether a line begins as commands do: !need, /need or //need.
func prefixed(body string) bool {
	for _, prefix := range []string{"//", "/", "!"} {
		rest, ok := strings.CutPrefix(body, prefix)
		if r, _ := utf8.DecodeRuneInString(rest); ok && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return true
		}
	}
	return false
}

// link is how some clients write a mention into the plain body.
var link = regexp.MustCompile(`^\[[^\]\n]*\]\(https://matrix\.to/#/([^)\s]+)\)`)

// cut takes the bot's name off the beginning of a line. A bare name needs a
// colon or a comma behind it, or that the client says it is a mention: "shirebot
// is down" is not for us.
func (c called) cut(body string, mentioned bool) (rest string, named bool) {
	if m := link.FindStringSubmatch(body); m != nil && (m[1] == c.account || strings.EqualFold(m[1], strings.ReplaceAll(c.account, "@", "%40"))) {
		return afterName(body[len(m[0]):])
	}
	local, _, _ := strings.Cut(strings.TrimPrefix(c.account, "@"), ":")
	for _, name := range []string{c.account, "@" + c.name, "@" + local, c.name, local} {
		if strings.Trim(name, "@ ") == "" || len(body) < len(name) || !strings.EqualFold(body[:len(name)], name) {
			continue
		}
		behind := body[len(name):]
		rest, ends := afterName(behind)
		if name[0] == '@' && len(behind) > 1 && behind[0] == ':' && behind[1] != ' ' {
			continue // of another server
		}
		sure := mentioned || name[0] == '@' || strings.HasPrefix(behind, ":") || strings.HasPrefix(behind, ",")
		if ends && sure {
			return rest, true
		}
	}
	return "", false
}

// afterName is what follows a name, if it ends there.
func afterName(rest string) (string, bool) {
	if rest == "" {
		return "", true
	}
	r, _ := utf8.DecodeRuneInString(rest)
	if r != ':' && r != ',' && !unicode.IsSpace(r) {
		return "", false
	}
	return strings.TrimSpace(strings.TrimLeft(rest, ":,")), true
}

// withoutReply is a body without the words that some clients repeat of what is
// replied to.
func withoutReply(body string) string {
	if !strings.HasPrefix(body, "> <") && !strings.HasPrefix(body, "> * <") {
		return strings.TrimSpace(body)
	}
	_, rest, found := strings.Cut(body, "\n\n")
	if !found {
		return strings.TrimSpace(body)
	}
	return strings.TrimSpace(rest)
}
