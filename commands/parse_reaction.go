package commands

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Reaction is a reaction to a card, named by its reference, for where nobody
// can click on one.
type Reaction struct {
	Word    string // a command word as typed, or an emoji as BareEmoji leaves it
	Present bool   // added, or taken back
	Ref     models.Ref
}

// ParseReaction reads "+claim N1", "-tomar N1", "✋ N1" and "-✋ N1". A word
// needs its sign, for without one it is a command; an emoji needs none to be
// added. It reports false for any other text. Which words and emoji act is for
// the caller to know. Text has normally been through [Clean].
func ParseReaction(text string) (Reaction, bool) {
	text, removed := strings.CutPrefix(strings.TrimSpace(text), "-")
	signed := removed
	if !removed {
		text, signed = strings.CutPrefix(text, "+")
	}
	var word, rest string
	switch first, _ := utf8.DecodeRuneInString(text); {
	case isEmoji(first):
		word, rest = cutWhile(text, isEmojiPart)
		word = BareEmoji(word)
	case signed && unicode.IsLetter(first):
		word, rest = cutWhile(text, isReactionLetter)
	}
	ref, ok := models.ParseRef(rest)
	if !ok || word == "" { // a skin tone alone leaves no word
		return Reaction{}, false
	}
	return Reaction{Word: word, Present: !removed, Ref: ref}, true
}

// BareEmoji strips skin tones and variation selectors, which say how an emoji
// looks and not what it means: people's keyboards add them on their own.
func BareEmoji(s string) string {
	return strings.Map(func(r rune) rune {
		if r == vs15 || r == vs16 || r >= 0x1F3FB && r <= 0x1F3FF {
			return -1
		}
		return r
	}, s)
}

func isEmojiPart(r rune) bool { return isEmoji(r) || r == zwj || r == vs15 || r == vs16 }

// isReactionLetter lets through the names of commands, mi-lista among them. No
// marks: Clean has composed the accents, and some marks cannot be seen.
func isReactionLetter(r rune) bool { return unicode.IsLetter(r) || r == '-' }

func cutWhile(s string, part func(rune) bool) (start, rest string) {
	rest = strings.TrimLeftFunc(s, part)
	return s[:len(s)-len(rest)], rest
}
