package guard

import (
	"strings"
	"unicode"
)

// addressFinder looks at every number of the text and at the words on both its
// sides: each address has a number.
type addressFinder struct {
	text   string
	tokens []token
	from   int // tokens before it belong to an address already found
	found  []Finding
}

// addresses finds street addresses, routes and boxes, as they are written in
// the US and in Spanish, with the unit beside them.
func addresses(text string, tokens []token) []Finding {
	a := addressFinder{text: text, tokens: tokens}
	for i := 0; i < len(tokens); i++ {
		h, ok := a.house(i)
		if !ok {
			continue
		}
		first, last := a.around(h)
		if last == 0 {
			continue
		}
		last = a.unitAfter(last)
		first = a.unitBefore(first)
		a.found = append(a.found, Finding{Kind: Address, Start: tokens[first].start, End: a.withStop(tokens[last].end)})
		a.from = last + 1
		i = last
	}
	return a.found
}

// withStop adds the stop of a shortened last word ("9 Birch Ct. has a ramp"),
// which is no end of a sentence.
func (a *addressFinder) withStop(end int) int {
	if rest, ok := strings.CutPrefix(a.text[end:], ". "); ok && rest != "" && !unicode.IsUpper(rune(rest[0])) {
		return end + 1
	}
	return end
}

// around gives the first and the last token of the address that the house
// number belongs to; last is 0 if there is none.
func (a *addressFinder) around(h house) (first, last int) {
	for _, rule := range []func(house) (int, int){
		a.box, a.spanish, a.route, a.suffixed, a.joined, a.streetFirst, a.home,
	} {
		if first, last := rule(h); last > 0 {
			return first, last
		}
	}
	return 0, 0
}

// maxHouse is how many digits a house number has at most.
const maxHouse = 6

// house is a number that may be that of a house.
type house struct {
	first, last int // tokens
	value       string
	spelled     bool
	marked      bool // "number", "#" or the like stands before
}

// house reads a house number at token i: 14, 16B, 16-B, 14-16, 123 1/2, "1 4",
// "one forty two".
func (a *addressFinder) house(i int) (house, bool) {
	n, ok := numeralAt(a.tokens, i)
	if !ok || len(n.digits) > maxHouse || a.glued(i) {
		return house{}, false
	}
	h := house{first: i, last: n.last, value: n.digits, spelled: n.spelled}
	if n.spelled {
		if word := a.tokens[i].text; word == "o" || word == "oh" || word == "uno" {
			return house{}, false
		}
		h.last = a.spelledOn(h.last)
	} else {
		h.last = a.figuresOn(i)
	}
	before := a.textAt(i - 1)
	h.marked = strings.Contains(a.tokens[i].gap, "#") || markWords[before]
	if notHouses[before] && !h.marked && plain(a.tokens[i].gap) {
		return house{}, false
	}
	return h, !a.timeOrPrice(h)
}

// glued tells that the number is part of something longer: N12, $5, 2:00, 1.5.
func (a *addressFinder) glued(i int) bool {
	gap := a.tokens[i].gap
	if gap == "" {
		return a.has(i - 1) // what is hidden already glues nothing
	}
	switch gap[len(gap)-1] {
	case '$', ':', '@', '&', '+':
		return true
	case '.', '/', '-':
		return len(gap) == 1 && a.digitsAt(i-1) > 0
	}
	return false
}

// timeOrPrice tells that a number is followed by what makes it something else
// than that of a house: "2:00", "2 pm", "3 bags", "5%".
func (a *addressFinder) timeOrPrice(h house) bool {
	if h.last+1 >= len(a.tokens) {
		return false
	}
	next := a.tokens[h.last+1]
	if next.gap != "" && strings.ContainsRune(":%$", rune(next.gap[0])) {
		return true
	}
	return strings.TrimSpace(next.gap) == "" && (next.text == "am" || next.text == "pm")
}

// spelledOn adds the number words that follow: "one forty two".
func (a *addressFinder) spelledOn(last int) int {
	for range 3 {
		if wordAfter(a.tokens, last) == "" {
			break
		}
		n, ok := numeralAt(a.tokens, last+1)
		if !ok || !n.spelled || n.digits == "11" { // "once" is also a word of time
			break
		}
		last = n.last
	}
	return last
}

// figuresOn adds what belongs to a house number in figures.
func (a *addressFinder) figuresOn(i int) int {
	last := i
	for last < i+maxHouse-1 && len(a.tokens[i].digits) == 1 && a.digitsAt(last+1) == 1 && a.gapAt(last+1) == " " {
		last++ // "1 4"
	}
	if a.digitsAt(last+1) == 1 && a.gapAt(last+2) == "/" && a.digitsAt(last+2) == 1 && a.gapAt(last+1) == " " {
		return last + 2 // "123 1/2"
	}
	if a.digitsAt(last+1) > 0 && a.gapAt(last+1) == "-" {
		last++ // "14-16"
	}
	if len(a.textAt(last+1)) == 1 && a.digitsAt(last+1) == 0 && (a.gapAt(last+1) == "" || a.gapAt(last+1) == "-") {
		last++ // "16B"
	}
	return last
}

func (a *addressFinder) has(i int) bool {
	return i >= a.from && i < len(a.tokens) && !a.tokens[i].taken
}

func (a *addressFinder) textAt(i int) string {
	if !a.has(i) {
		return ""
	}
	return a.tokens[i].text
}

func (a *addressFinder) gapAt(i int) string {
	if !a.has(i) {
		return "?"
	}
	return a.tokens[i].gap
}

func (a *addressFinder) digitsAt(i int) int {
	if !a.has(i) {
		return 0
	}
	return len(a.tokens[i].digits)
}

// plain tells that two words stand side by side, the first perhaps shortened.
func plain(gap string) bool { return gap == " " || gap == ". " || gap == "." || gap == "-" }

// near allows a comma too.
func near(gap string) bool { return plain(gap) || gap == ", " || gap == "," || gap == " - " }

// numbered allows what may stand before a house number behind its street.
func numbered(gap string) bool {
	return near(strings.ReplaceAll(gap, "#", "")) || strings.Trim(gap, " #") == ""
}
