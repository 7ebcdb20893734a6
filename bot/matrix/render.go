//go:build goolm

package matrix

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// saying is what one or more messages are to say.
type saying struct {
	Text    commands.Text
	Card    *commands.CardText
	Buttons []commands.Button
	// First is the number of the first button; 0 leaves them out.
	First int
	// Mention is who is named and notified; empty for nobody.
	Mention id.UserID
	// ReplyTo is the message that it answers, as a reply; empty for none. Thread is
	// the message under which that stands, if it stands in a thread.
	ReplyTo, Thread id.EventID
	// Again says that an earlier login may have said it.
	Again bool
}

// piece is a stretch of a line: plain words, words in bold, or a mention.
type piece struct {
	words  string
	strong bool
	person id.UserID // whom the words stand for, as a mention
}

// line is a line of a message. Apart says that it begins a paragraph, where the
// message is formatted.
type line struct {
	pieces []piece
	apart  bool
}

// lines are the lines that people read, in the order in which a screen reader
// says them: the text, the card, the choices.
func (s *saying) lines() []line {
	var all []line
	add := func(block []line) {
		if len(block) > 0 {
			block[0].apart = true
			all = append(all, block...)
		}
	}
	add(textLines(s.Text, s.Mention))
	if s.Card != nil {
		add(cardLines(s.Card))
	}
	add(choiceLines(s.Buttons, s.First))
	return all
}

func cardLines(card *commands.CardText) []line {
	var title line
	if words := strings.TrimSpace(oneLine(seen(card.Title.Plain()))); words != "" {
		title.pieces = append(title.pieces, piece{words: words, strong: true})
	}
	if emoji := oneLine(seen(card.Emoji)); emoji != "" {
		title.pieces = append(title.pieces, piece{words: " " + emoji})
	}
	all := []line{title}
	for _, l := range card.Lines {
		all = append(all, textLines(l, "")...)
	}
	return all
}

// choiceLines are the numbers that stand for buttons.
func choiceLines(buttons []commands.Button, first int) []line {
	if first <= 0 {
		return nil
	}
	var all []line
	for i, b := range buttons {
		all = append(all, line{pieces: []piece{{words: fmt.Sprintf("%d %s", first+i, oneLine(seen(b.Label)))}}})
	}
	return all
}

// textLines cuts a text into its lines. What a person wrote stays within one. A
// mention stands for the name with which the text begins, or before the text.
func textLines(t commands.Text, mention id.UserID) []line {
	spans := t.Spans()
	var pieces []piece
	if mention != "" {
		name := ""
		if len(spans) > 0 && spans[0].User {
			name, spans = strings.TrimSpace(oneLine(seen(spans[0].Text))), spans[1:]
		} else if len(spans) > 0 {
			spans[0].Text = " " + strings.TrimLeft(spans[0].Text, " \n")
		}
		if name == "" {
			name = mention.String()
		}
		pieces = append(pieces, piece{words: name, person: mention})
	}
	for _, span := range spans {
		words := seen(span.Text)
		if span.User {
			words = oneLine(words)
		}
		pieces = append(pieces, piece{words: words})
	}
	return cutLines(pieces)
}

// cutLines makes lines of pieces that have line breaks in them. Empty lines at
// the ends go.
func cutLines(pieces []piece) []line {
	all := []line{{}}
	for _, p := range pieces {
		for i, words := range strings.Split(p.words, "\n") {
			if i > 0 {
				all = append(all, line{})
			}
			if words != "" {
				last := &all[len(all)-1]
				last.pieces = append(last.pieces, piece{words: words, strong: p.strong, person: p.person})
			}
		}
	}
	for len(all) > 0 && all[0].blank() {
		all = all[1:]
	}
	for len(all) > 0 && all[len(all)-1].blank() {
		all = all[:len(all)-1]
	}
	return all
}

func (l *line) blank() bool { return strings.TrimSpace(l.words()) == "" }

// words are a line's words without its marks.
func (l *line) words() string {
	var b strings.Builder
	for _, p := range l.pieces {
		b.WriteString(p.words)
	}
	return b.String()
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

// seen leaves of a text what can be seen, and line breaks. Marks of direction
// make a text read as another one, and clients differ in what they make of
// control characters.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Bidi_Control, unicode.Co, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// inert makes a line's words mean nothing to a client. Clients make pills of
// @room, of names of people and rooms and of links to them also where m.mentions
// says that nobody is meant, and older ones and servers ring for @room by the
// words alone. So one invisible mark stands within each. A mention of ours, and
// what nobody takes for one, such as an e-mail address, is left as it is: people
// copy these.
func inert(l line) line {
	var around strings.Builder
	for _, p := range l.pieces {
		if p.words == p.person.String() { // on purpose
			around.WriteString(strings.Repeat(" ", len(p.words)))
			continue
		}
		around.WriteString(p.words)
	}
	at := breaks(around.String())
	if len(at) == 0 {
		return l
	}
	safe := line{apart: l.apart}
	from := 0
	for _, p := range l.pieces {
		var words strings.Builder
		used := 0
		for len(at) > 0 && at[0] <= from+len(p.words) {
			words.WriteString(p.words[used:at[0]-from] + breaker)
			used = at[0] - from
			at = at[1:]
		}
		from += len(p.words)
		words.WriteString(p.words[used:])
		p.words = words.String()
		safe.pieces = append(safe.pieces, p)
	}
	return safe
}

// breaker is a word joiner: nothing is seen of it, no line breaks at it and,
// unlike the zero-width joiner, it draws no letters or emoji together.
const breaker = "\u2060"

// breaks are the places in a line where a mark has to stand.
func breaks(s string) []int {
	var at []int
	for i := range len(s) {
		rest := s[i:]
		switch s[i] {
		case '@':
			if startsWord(rest[1:], "room") && (i == 0 || !isWord(s[i-1])) || named(rest[1:]) {
				at = append(at, i+1)
			}
		case '#', '!':
			if named(rest[1:]) {
				at = append(at, i+1)
			}
		case '.':
			if startsFold(rest[1:], "to") && endsFold(s[:i], "matrix") {
				at = append(at, i+1)
			}
		case ':':
			if endsFold(s[:i], "matrix") && len(rest) > 1 && rest[1] != ' ' {
				at = append(at, i+1)
			}
		}
	}
	return slices.Compact(at)
}

// named reports whether a text goes on like the name of somebody or of a room
// on a server: some letters, a colon, and more.
func named(rest string) bool {
	word := rest
	if i := strings.IndexAny(rest, " \u00a0"); i >= 0 {
		word = rest[:i]
	}
	i := strings.IndexByte(word, ':')
	return i > 0 && i+1 < len(word)
}

func startsWord(s, word string) bool {
	return startsFold(s, word) && (len(s) == len(word) || !isWord(s[len(word)]))
}

func startsFold(s, word string) bool {
	return len(s) >= len(word) && strings.EqualFold(s[:len(word)], word)
}

func endsFold(s, word string) bool {
	return len(s) >= len(word) && strings.EqualFold(s[len(s)-len(word):], word)
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
