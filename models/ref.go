package models

import (
	"strconv"
	"strings"
	"unicode"
)

// Kind is a kind of entity that has a public reference.
type Kind string

// The kinds, with the letter of their references in kindLetters.
const (
	KindNeed  Kind = "need"
	KindOffer Kind = "offer"
	// KindWelcome is a coalition's welcome post; it has no reference.
	KindWelcome Kind = "welcome"
	// KindDialog is what one person has not decided yet, under the person's id:
	// lines that are held back, and a wish to be called. It has no reference.
	KindDialog Kind = "dialog"
	// KindLook is somebody's look at private details, for which a reason is
	// sealed; it has no reference either.
	KindLook Kind = "look"
	// KindSpace and KindRoom are places, for messages that speak of one; they
	// have no reference.
	KindSpace Kind = "space"
	KindRoom  Kind = "room"
)

var kindLetters = map[Kind]string{KindNeed: "N", KindOffer: "O"}

// Ref is a short reference that can be said on the phone, such as N12. It is
// counted per coalition; the zero Ref names nothing.
type Ref struct {
	Kind   Kind
	Number int64
}

// String is the reference as people read it: N12, never #12.
func (r Ref) String() string {
	if r.Number == 0 {
		return ""
	}
	return kindLetters[r.Kind] + strconv.FormatInt(r.Number, 10)
}

// ParseRef reads a reference as people write it: N12, n12, "n 12", N-12, #N12.
// It reports false for anything else, a number without its letter included:
// 12 could be a need or an offer.
func ParseRef(s string) (Ref, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	if s == "" {
		return Ref{}, false
	}
	letter, rest := strings.ToUpper(s[:1]), strings.TrimLeft(s[1:], " -")
	for kind, l := range kindLetters {
		if l != letter {
			continue
		}
		if rest == "" || len(rest) > 12 || strings.IndexFunc(rest, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsDigit(r) }) >= 0 {
			return Ref{}, false
		}
		n, err := strconv.ParseInt(rest, 10, 64)
		if err != nil || n <= 0 {
			return Ref{}, false
		}
		return Ref{kind, n}, true
	}
	return Ref{}, false
}

// Entity names a row that cards, messages and history are about. Unlike a Ref
// it also names a draft, which has no number yet.
type Entity struct {
	Kind Kind
	ID   ID
}

// Zero reports whether e names nothing.
func (e Entity) Zero() bool { return e.ID == 0 }
