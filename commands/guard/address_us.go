package guard

import (
	"slices"
	"strings"
)

// maxName is how many words a street name has at most: Dr. Martin Luther King
// Jr. Boulevard has five before its suffix.
const maxName = 5

// suffixed is a number, a name and a suffix: "14 Mill Lane", "412 5th Ave NW".
func (a *addressFinder) suffixed(h house) (int, int) {
	last := a.named(h.last+1, h)
	if last == 0 || !a.startsName(h) {
		return 0, 0
	}
	return h.first, last
}

// startsName tells whether a street name may follow the house number.
func (a *addressFinder) startsName(h house) bool {
	next := h.last + 1
	switch gap := a.gapAt(next); {
	case gap == ", " || gap == ",":
		// "at 2, Main Street" rather gives an hour.
		return h.marked || len(h.value) > 1 && h.value > "12"
	case !plain(gap):
		return false
	}
	// "one" and "una" count things more often than houses.
	return a.tokens[h.first].text != "one" || h.last > h.first || a.tokens[next].capital
}

// named reads a street name with its suffix from token i on and gives its last
// token, or 0.
func (a *addressFinder) named(i int, h house) int {
	weak := 0
	for at := i; at <= i+maxName && a.has(at); at++ {
		t := a.tokens[at]
		if at > i && !plain(t.gap) || t.digits != "" || notNames[t.text] && !a.namesStreet(at) {
			break
		}
		if at == i {
			if lonelyStreets[t.text] {
				return a.direction(at)
			}
			continue
		}
		other := otherDrives[a.tokens[at-1].text] && !a.tokens[at-1].capital
		switch {
		case other:
		case strongSuffixes[t.text]:
			return a.direction(at)
		case weakSuffixes[t.text], riskySuffixes[t.text] && (t.capital || h.marked || a.expected(h.first)):
			weak = at
		}
	}
	if weak == 0 {
		return 0
	}
	return a.direction(weak)
}

// namesStreet lets a word that is mostly counted or dated be a name right
// before a suffix: "22 May Street".
func (a *addressFinder) namesStreet(i int) bool {
	next := a.textAt(i + 1)
	return counted[a.tokens[i].text] && a.tokens[i].capital && a.gapAt(i+1) == " " &&
		(strongSuffixes[next] || weakSuffixes[next]) && a.tokens[i+1].capital
}

// direction adds a direction behind the suffix.
func (a *addressFinder) direction(last int) int {
	if a.gapAt(last+1) == " " && directions[a.textAt(last+1)] && len(a.textAt(last+1)) > 1 {
		return last + 1
	}
	return last
}

// expected tells whether an address may begin at token i: at the beginning,
// behind something private, after a sign or after a word such as "to".
func (a *addressFinder) expected(i int) bool {
	if !a.has(i-1) || a.tokens[i].gap != " " {
		return true
	}
	return slices.Contains([]string{"to", "at", "from", "by", "a", "en", "desde"}, a.textAt(i-1))
}

// route is a number on a numbered road: "1420 Route 7", "2100 US Highway 20".
func (a *addressFinder) route(h house) (int, int) {
	at := h.last + 1
	if !a.startsName(h) {
		return 0, 0
	}
	for routePrefix[a.textAt(at)] && a.digitsAt(at+1) == 0 && plain(a.gapAt(at+1)) {
		at++
	}
	if routeWords[a.textAt(at)] && a.digitsAt(at+1) > 0 && plain(a.gapAt(at+1)) {
		return h.first, at + 1
	}
	return 0, 0
}

// box is a box at the post office or at a rural route, with its number last:
// "PO Box 12", "RR 2 Box 45", "apartado postal 12".
func (a *addressFinder) box(h house) (int, int) {
	at := h.first - 1
	if markWords[a.textAt(at)] {
		at--
	}
	if word := a.textAt(at); word == "postal" && boxWords[a.textAt(at-1)] || boxWords[word] {
		if word == "postal" {
			at--
		}
		return at, h.last
	}
	if a.textAt(at) != "box" {
		return 0, 0
	}
	switch {
	case a.textAt(at-1) == "office" && a.textAt(at-2) == "post", a.textAt(at-1) == "o" && a.textAt(at-2) == "p":
		return at - 2, h.last
	case a.textAt(at-1) == "po", a.textAt(at-1) == "postal":
		return at - 1, h.last
	case a.digitsAt(at-1) > 0 && slices.Contains([]string{"rr", "hc", "route", "rt"}, a.textAt(at-2)):
		return at - 2, h.last
	}
	return 0, 0
}

// streetFirst is a US street with its number behind: "Elm Street 8", "Mill
// Lane, number 14".
func (a *addressFinder) streetFirst(h house) (int, int) {
	suffix, marked := a.beforeNumber(h)
	if !a.has(suffix-1) || !plain(a.gapAt(suffix)) || !marked && !a.follows(h) {
		return 0, 0
	}
	word := a.textAt(suffix)
	known := strongSuffixes[word] || (weakSuffixes[word] || riskySuffixes[word]) && (marked || a.tokens[suffix].capital)
	if !known || otherDrives[a.textAt(suffix-1)] || !a.endsAddress(h) {
		return 0, 0
	}
	first := a.nameBefore(suffix)
	if first == suffix {
		return 0, 0
	}
	return first, h.last
}

// follows tells whether the house number stands right behind its street. After
// a comma or a stop nothing more of the sentence may depend on it.
func (a *addressFinder) follows(h house) bool {
	switch gap := a.gapAt(h.first); {
	case gap == " ":
		return true
	case !near(gap):
		return false
	}
	return !a.has(h.last+1) || strings.HasPrefix(a.gapAt(h.last+1), ",")
}

// beforeNumber is the token before the house number and a word or sign that
// announces it.
func (a *addressFinder) beforeNumber(h house) (at int, marked bool) {
	at = h.first - 1
	switch {
	case markWords[a.textAt(at)]:
		return at - 1, h.marked
	case a.textAt(at) == "o" && a.textAt(at-1) == "n" && a.gapAt(at) == ".": // "n.º 8"
		return at - 2, true
	}
	return at, h.marked
}

// nameBefore is the first token of the name before its suffix. Where the name
// has capital letters, only words that have them belong to it.
func (a *addressFinder) nameBefore(suffix int) int {
	first := suffix
	for first > suffix-3 && a.has(first-1) && a.isName(first-1) && plain(a.gapAt(first)) {
		if a.tokens[suffix-1].capital && !a.tokens[first-1].capital {
			break
		}
		first--
	}
	return first
}

func (a *addressFinder) isName(i int) bool {
	t := a.tokens[i]
	return !t.taken && t.digits == "" && !notNames[t.text] && !connectors[t.text]
}

// endsAddress tells whether an address may end with the house number: it may
// not if what follows is counted or dated by it.
func (a *addressFinder) endsAddress(h house) bool {
	next := h.last + 1
	if !a.has(next) || a.gapAt(next) != " " {
		return true
	}
	word := a.textAt(next)
	if word == "de" || word == "del" {
		after := a.textAt(next + 1)
		return !notNames[after] && after != "la"
	}
	return !counted[word]
}

// home is a number and a name alone, after words for living somewhere: "I live
// at 14 Mill", "vivo en Olmo 8".
func (a *addressFinder) home(h house) (int, int) {
	if h.spelled {
		return 0, 0
	}
	next := h.last + 1
	if a.livesBefore(h.first-1) && a.gapAt(next) == " " && a.homeName(next) {
		return h.first, next
	}
	last, marked := a.beforeNumber(h)
	if !a.endsAddress(h) || !marked && a.gapAt(h.first) != " " || !near(a.gapAt(last+1)) {
		return 0, 0
	}
	for first := last; first > last-3 && a.homeName(first); first-- {
		gap := a.gapAt(first)
		if a.livesBefore(first-1) && (plain(gap) || gap == ": ") {
			return first, h.last
		}
		if !plain(gap) {
			break
		}
	}
	return 0, 0
}

// homeName tells whether token i may be the name in such an address. A number
// in words may not: "at one forty two".
func (a *addressFinder) homeName(i int) bool {
	return a.has(i) && a.isName(i) && numberWords[a.textAt(i)].class == 0
}

// livesBefore tells whether the words up to token i say that somebody is at
// home at what follows.
func (a *addressFinder) livesBefore(i int) bool {
	if placeWords[a.textAt(i)] {
		return true
	}
	before := a.textAt(i - 1)
	return atWords[a.textAt(i)] && (liveWords[before] || placeWords[before])
}
