package discordtest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// plain is what a person reads where a text with Discord's markup stands. It is
// a small reading of that markup: enough that words which were not escaped
// visibly change.
func (s *Server) plain(text string) string {
	var kept []string // what is not to be looked at again
	keep := func(v string) string {
		kept = append(kept, v)
		return fmt.Sprintf("\x00%d\x01", len(kept)-1)
	}
	text = strings.NewReplacer("\x00", "", "\x01", "").Replace(text)
	text = codeBlock.ReplaceAllStringFunc(text, func(m string) string { return keep(strings.Trim(strings.Trim(m, "`"), "\n")) })
	text = escaped.ReplaceAllStringFunc(text, func(m string) string { return keep(m[1:]) })
	text = codeSpan.ReplaceAllStringFunc(text, func(m string) string { return keep(strings.Trim(m, "`")) })
	text = tag.ReplaceAllStringFunc(text, func(m string) string { return keep(s.tagged(m)) })
	text = link.ReplaceAllString(text, "$1 ($2)")
	text = address.ReplaceAllStringFunc(text, keep)
	for _, r := range lineMarkup {
		text = r.ReplaceAllString(text, "$1")
	}
	for range 3 { // inside of one another
		for _, r := range markup {
			text = r.ReplaceAllString(text, "$1")
		}
	}
	return visible(unkeep(text, kept))
}

// unkeep puts back what was kept, which can hold more of it.
func unkeep(text string, kept []string) string {
	for range 3 {
		text = keptMark.ReplaceAllStringFunc(text, func(m string) string {
			n, err := strconv.Atoi(m[1 : len(m)-1])
			if err != nil || n >= len(kept) {
				return ""
			}
			return kept[n]
		})
	}
	return text
}

var (
	keptMark  = regexp.MustCompile("\x00(\\d+)\x01")
	codeBlock = regexp.MustCompile("(?s)```.*?```")
	escaped   = regexp.MustCompile(`\\[\\*_~|` + "`" + `>\[\]()#<:@!{}+.=&/"'-]`)
	codeSpan  = regexp.MustCompile("``[^`\n]+``|`[^`\n]+`")
	tag       = regexp.MustCompile(`<(@!?\d+|@&\d+|#\d+|/[^:>]+:\d+|t:-?\d+(:[tTdDfFR])?|a?:\w+:\d+|id:\w+)>`)
	link      = regexp.MustCompile(`\[([^\]\n]+)\]\(<?(https?://[^)\s>]+)>?(?: "[^"]*")?\)`)
	address   = regexp.MustCompile(`https?://[^\s<]+`)

	lineMarkup = []*regexp.Regexp{
		regexp.MustCompile(`(?m)^#{1,3} +(.*)$`), regexp.MustCompile(`(?m)^-# +(.*)$`), regexp.MustCompile(`(?m)^>>> ?(.*)$`),
		regexp.MustCompile(`(?m)^> (.*)$`),
	}
	markup = []*regexp.Regexp{
		regexp.MustCompile(`\*\*(\S(?:[^\n]*?\S)?)\*\*`), regexp.MustCompile(`__(\S(?:[^\n]*?\S)?)__`), regexp.MustCompile(`~~(\S(?:[^\n]*?\S)?)~~`),
		regexp.MustCompile(`\|\|([^\n]+?)\|\|`), regexp.MustCompile(`\*(\S(?:[^\n*]*?\S)?)\*`), regexp.MustCompile(`\b_(\S(?:[^\n_]*?\S)?)_\b`),
	}
)

// tagged is what a mention or a time looks like.
func (s *Server) tagged(m string) string {
	inside := m[1 : len(m)-1]
	id := strings.TrimLeft(inside, "@!&#")
	switch {
	case strings.HasPrefix(inside, "@&"):
		for _, g := range s.guilds {
			if r := g.roles[id]; r != nil {
				return "@" + r.name
			}
		}
		return "@unknown-role"
	case strings.HasPrefix(inside, "@"):
		if u := s.users[id]; u != nil {
			return "@" + u.display
		}
		return "@unknown-user"
	case strings.HasPrefix(inside, "#"):
		if c := s.channels[id]; c != nil {
			return "#" + c.name
		}
		return "#unknown"
	case strings.HasPrefix(inside, "t:"):
		return s.moment(inside)
	case strings.HasPrefix(inside, "id:"):
		return m
	}
	parts := strings.Split(inside, ":")
	if strings.HasPrefix(inside, "/") {
		return parts[0]
	}
	return ":" + parts[1] + ":"
}

// moment is a time as an English reader in the server's zone sees it.
func (s *Server) moment(inside string) string {
	fields := strings.Split(inside, ":")
	unix, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return inside
	}
	at := time.Unix(unix, 0).In(s.opts.Zone)
	style := "f"
	if len(fields) > 2 {
		style = fields[2]
	}
	switch style {
	case "R":
		return relative(at.Sub(s.clock.Now()))
	case "t":
		return at.Format("3:04 PM")
	case "T":
		return at.Format("3:04:05 PM")
	case "d":
		return at.Format("1/2/2006")
	case "D":
		return at.Format("January 2, 2006")
	case "F":
		return at.Format("Monday, January 2, 2006 at 3:04 PM")
	}
	return at.Format("January 2, 2006 at 3:04 PM")
}

func relative(d time.Duration) string {
	ago := d < 0
	d = d.Abs()
	unit, name := time.Second, "second"
	for _, u := range []struct {
		d    time.Duration
		name string
	}{{time.Minute, "minute"}, {time.Hour, "hour"}, {24 * time.Hour, "day"}, {30 * 24 * time.Hour, "month"}, {365 * 24 * time.Hour, "year"}} {
		if d >= u.d {
			unit, name = u.d, u.name
		}
	}
	n := int((d + unit/2) / unit)
	text := fmt.Sprintf("%d %ss", n, name)
	if n == 1 {
		text = "a " + name
		if name == "hour" {
			text = "an hour"
		}
	}
	if ago {
		return text + " ago"
	}
	return "in " + text
}

// visible leaves out what has no width, which adapters put into words to keep
// them from becoming mentions, and the marks around right-to-left text.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\u200b' || r == '\u2060' || r == '\ufeff' || r >= '\u2066' && r <= '\u2069' {
			return -1
		}
		return r
	}, text)
}
