//go:build goolm

package matrix

import (
	"html"
	"net/url"
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
	// mentioned says that the client says that the message mentions the bot, and
	// pill are the words of the link to the bot with which it begins; empty if it
	// does not begin with one.
	mentioned bool
	pill      string
}

// roomLine is the command in something that was said in a room, false if it is
// none for us. What people say to each other is not looked at any further than
// its first words: only a known command counts, and an unknown one where the
// bot is named.
func roomLine(registry *commands.Registry, bot called, body string) (line string, ours bool) {
	body = withoutReply(body)
	if rest, named := bot.cut(body); named {
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

// formattedPill is how clients write a mention into the formatted body, where
// the message begins with it. A reply may stand before.
var formattedPill = regexp.MustCompile(`^(?s:<mx-reply>.*</mx-reply>)?\s*(?:<p>)?<a [^>]*href=["']https://matrix\.to/#/([^"'?/]+)[^>]*>([^<]+)</a>`)

// pillIn are the words of the link to the bot with which a formatted body
// begins; empty if it does not begin with one.
func (c called) pillIn(formatted string) string {
	m := formattedPill.FindStringSubmatch(formatted)
	if m == nil || !c.meant(m[1]) {
		return ""
	}
	return html.UnescapeString(m[2])
}

// meant reports whether a link's name, as it stands or escaped, is the bot's.
func (c called) meant(name string) bool {
	plain, err := url.PathUnescape(name)
	return err == nil && plain == c.account
}

// link is how some clients write a mention into the plain body.
var link = regexp.MustCompile(`^\[[^\]\n]*\]\(https://matrix\.to/#/([^)\s]+)\)`)

// cut takes the bot's name off the beginning of a line. A bare name needs a
// colon or a comma behind it, or that the client says it is a mention: "shirebot
// is down" is not for us.
func (c called) cut(body string) (rest string, named bool) {
	if m := link.FindStringSubmatch(body); m != nil && c.meant(m[1]) {
		return afterName(body[len(m[0]):])
	}
	if rest, found := strings.CutPrefix(body, c.pill); found && c.pill != "" {
		if rest, ends := afterName(rest); ends {
			return rest, true
		}
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
		sure := c.mentioned || name[0] == '@' || strings.HasPrefix(behind, ":") || strings.HasPrefix(behind, ",")
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
