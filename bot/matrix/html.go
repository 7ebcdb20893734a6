//go:build goolm

package matrix

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// maxContent is the most that the JSON of a message can have, in bytes. An event
// can have 65536 with all that servers add, some 4000; encrypting makes four
// bytes of three, and an edit of a message has little more than its content.
const maxContent = 36 << 10

// cutMark stands where words were left out.
const cutMark = "…"

// contents are the messages that say it: one, unless it is very long. What is
// whole must be one message, and is shortened to be it.
func (s *saying) contents(whole bool) []*event.MessageEventContent {
	lines := s.lines()
	for i := range lines {
		lines[i] = inert(lines[i])
	}
	var all []*event.MessageEventContent
	for _, part := range divide(lines) {
		all = append(all, contentOf(part))
	}
	if len(all) == 0 {
		all = append(all, contentOf(nil))
	}
	if whole && len(all) > 1 {
		all = all[:1]
		all[0].Body += "\n" + cutMark
		all[0].FormattedBody = strings.TrimSuffix(all[0].FormattedBody, "</p>") + "<br>" + cutMark + "</p>"
	}
	if s.Mention != "" {
		all[0].MsgType, all[0].Mentions.UserIDs = event.MsgText, []id.UserID{s.Mention}
	}
	return all
}

// contentOf is a message that says some lines: a notice that mentions nobody.
func contentOf(lines []line) *event.MessageEventContent {
	return &event.MessageEventContent{
		MsgType: event.MsgNotice, Body: plainOf(lines),
		Format: event.FormatHTML, FormattedBody: htmlOf(lines), Mentions: &event.Mentions{},
	}
}

// plainOf says lines without any markup.
func plainOf(lines []line) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.words())
	}
	return b.String()
}

// escape makes HTML that shows words as they are.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// htmlOf says the same with what little markup there is.
func htmlOf(lines []line) string {
	var b strings.Builder
	for i, l := range lines {
		switch {
		case i == 0:
			b.WriteString("<p>")
		case l.apart:
			b.WriteString("</p><p>")
		default:
			b.WriteString("<br>")
		}
		for _, p := range l.pieces {
			words := escape.Replace(p.words)
			switch {
			case p.person != "":
				words = `<a href="` + escape.Replace(p.person.URI().MatrixToURL()) + `">` + words + "</a>"
			case p.strong:
				words = "<strong>" + words + "</strong>"
			}
			b.WriteString(words)
		}
	}
	if len(lines) > 0 {
		b.WriteString("</p>")
	}
	return b.String()
}

// divide cuts lines into parts that are small enough, between lines if that is
// possible, else between words.
func divide(lines []line) [][]line {
	var parts [][]line
	var part []line
	room := maxContent - sizeOf(nil)
	left := room
	for len(lines) > 0 {
		next := lines[0]
		need := lineSize(next)
		switch {
		case need <= left:
			part, left, lines = append(part, next), left-need, lines[1:]
			continue
		case need > room: // longer than a message by itself
			head, rest := cutLine(next, left-lineSize(line{}))
			if len(head.pieces) > 0 {
				part = append(part, head)
			}
			lines = append([]line{rest}, lines[1:]...)
		}
		if len(part) > 0 {
			parts = append(parts, part)
		}
		part, left = nil, room
	}
	if len(part) > 0 {
		parts = append(parts, part)
	}
	return parts
}

// cutLine cuts a line so that its head is not larger than a limit.
func cutLine(l line, limit int) (head, rest line) {
	head.apart = l.apart
	for i, p := range l.pieces {
		if size := pieceSize(p); size <= limit {
			limit -= size
			head.pieces = append(head.pieces, p)
			continue
		}
		if at := cutWords(p, limit); at > 0 {
			before, after := p, p
			before.words, after.words = p.words[:at], p.words[at:]
			head.pieces = append(head.pieces, before)
			rest.pieces = append(rest.pieces, after)
			rest.pieces = append(rest.pieces, l.pieces[i+1:]...)
		} else {
			rest.pieces = append(rest.pieces, l.pieces[i:]...)
		}
		return head, rest
	}
	return head, rest
}

// cutWords is where the words of a piece are to be cut: after the last blank
// that fits, else after the last character that does.
func cutWords(p piece, limit int) int {
	word, char := 0, 0
	limit -= pieceSize(piece{strong: p.strong, person: p.person})
	for i, r := range p.words {
		if limit < 0 {
			break
		}
		char = i
		if i > 0 && p.words[i-1] == ' ' {
			word = i
		}
		limit -= wordsSize(string(r))
	}
	if limit >= 0 {
		return len(p.words)
	}
	if word > char/2 {
		return word
	}
	return char
}

func lineSize(l line) int {
	size := len(`\n</p><p>`) + 2*len(`\u003c\u003e`)
	for _, p := range l.pieces {
		size += pieceSize(p)
	}
	return size
}

// pieceSize is how much a piece adds to a message in both bodies.
func pieceSize(p piece) int {
	size := wordsSize(p.words)
	switch {
	case p.person != "":
		size += jsonSize(`<a href="">`+escape.Replace(p.person.URI().MatrixToURL())) + jsonSize("</a>")
	case p.strong:
		size += jsonSize("<strong></strong>")
	}
	return size
}

func wordsSize(words string) int { return jsonSize(words) + jsonSize(escape.Replace(words)) }

// jsonSize is how many bytes a text has within JSON at most: some characters
// take six.
func jsonSize(s string) int {
	size := len(s)
	for _, r := range s {
		switch {
		case r == '<', r == '>', r == '&', r < ' ', r == utf8.RuneError, r == '\u2028', r == '\u2029':
			size += 5
		case r == '"', r == '\\':
			size++
		}
	}
	return size
}

func sizeOf(lines []line) int {
	raw, err := json.Marshal(contentOf(lines))
	if err != nil { // texts always can be
		return maxContent
	}
	return len(raw)
}
