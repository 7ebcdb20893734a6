package guard

import "strings"

// spanish is a street that begins with its kind, and its number behind it or
// before it: "calle Olmo 8", "av. Maple #31", "8 calle Olmo".
func (a *addressFinder) spanish(h house) (int, int) {
	if first := a.kindBefore(h); first >= 0 && a.endsAddress(h) {
		return first, h.last
	}
	gap := a.gapAt(h.last + 1)
	if last := a.kindAfter(h.last + 1); last > 0 && !h.spelled && (plain(gap) || h.marked && near(gap)) {
		return h.first, last
	}
	return 0, 0
}

// kindBefore looks back from the house number for "calle" and a name, and
// gives the token of "calle", or -1. A number may be the name, or a part of it
// ("5 de Mayo"), but then the house number needs a mark.
func (a *addressFinder) kindBefore(h house) int {
	end, marked := a.beforeNumber(h)
	if !numbered(a.gapAt(h.first)) || end+1 < h.first && !near(a.gapAt(end+1)) {
		return -1
	}
	figures := false
	for at := end; at > end-maxName-1 && a.has(at); at-- {
		if a.isKind(at) {
			named := at < end && !connectors[a.textAt(end)]
			if named && (!figures || marked || end-at > 1) {
				return at
			}
			return -1
		}
		switch {
		case notNames[a.textAt(at)] && !monthInName(a, at), at < end && !plain(a.gapAt(at+1)):
			return -1
		case a.tokens[at].digits != "":
			figures = true
		}
	}
	return -1
}

// monthInName allows months in a name such as "5 de Mayo" or "16 de
// Septiembre".
func monthInName(a *addressFinder, at int) bool {
	return a.textAt(at-1) == "de" && a.digitsAt(at-2) > 0 && a.has(at-3) && a.isKind(at-3)
}

// isKind tells whether token i is a word such as "calle", or "c/" or "C." for
// it.
func (a *addressFinder) isKind(i int) bool {
	if a.textAt(i) == "c" {
		gap := a.gapAt(i + 1)
		return strings.HasPrefix(gap, "/") || strings.HasPrefix(gap, ".")
	}
	return streetWords[a.textAt(i)]
}

// kindAfter reads "calle Olmo" from token i on and gives its last token, or 0.
func (a *addressFinder) kindAfter(i int) int {
	if !a.has(i) || !a.isKind(i) {
		return 0
	}
	last := i
	for last < i+3 && a.has(last+1) && connectors[a.textAt(last+1)] {
		last++
	}
	name := last
	for last < name+2 && a.has(last+1) && a.isName(last+1) && plain(a.gapAt(last+1)) {
		if last > name && !a.tokens[last+1].capital {
			break
		}
		last++
	}
	if last == name {
		return 0
	}
	return last
}

// joined is a number and a street with a small word between: "8 de la calle
// Olmo", "14 de Mill Lane", "number 8 on Elm Street".
func (a *addressFinder) joined(h house) (int, int) {
	at := h.last + 1
	word := a.textAt(at)
	switch {
	case a.gapAt(at) != " " || a.tokens[h.first].text == "one" || a.tokens[h.first].text == "uno":
		return 0, 0
	case word == "de", word == "del":
	case word == "en" || word == "on":
		if !h.marked && !a.livesBefore(h.first-1) && !a.singled(h.first-1) {
			return 0, 0
		}
	default:
		return 0, 0
	}
	at++
	for a.has(at) && (connectors[a.textAt(at)] || a.textAt(at) == "the") {
		at++
	}
	if last := a.kindAfter(at); last > 0 {
		return h.first, last
	}
	if last := a.named(at, h); last > 0 {
		return h.first, last
	}
	return 0, 0
}

// singled tells whether token i says that the number is one of its kind: "es
// el 8 en la calle Olmo". "A las 8" and "del 1 al 8" are times.
func (a *addressFinder) singled(i int) bool {
	return a.textAt(i) == "el" && (a.textAt(i-1) == "es" || a.textAt(i-1) == "en")
}
