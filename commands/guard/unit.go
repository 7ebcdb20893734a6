package guard

import "strings"

// unitAfter adds the unit, floor or lot behind an address and gives the last
// token.
func (a *addressFinder) unitAfter(last int) int {
	for range 3 {
		next := a.unitFrom(last + 1)
		if next == 0 {
			break
		}
		last = next
	}
	return last
}

// unitFrom reads one of "Apt #4B", "#4", "2nd floor", "segundo piso", "2º B",
// and gives its last token, or 0.
func (a *addressFinder) unitFrom(i int) int {
	gap := a.gapAt(i)
	switch {
	case !a.has(i):
		return 0
	case strings.Trim(gap, " ,#") == "" && strings.Contains(gap, "#"):
		return a.unitValue(i)
	case strings.Trim(gap, " .,(-") != "":
		return 0
	case unitWords[a.textAt(i)]:
		return a.unitNamed(i)
	case (a.tokens[i].ordinal || orderWords[a.textAt(i)]) && plain(a.gapAt(i+1)):
		if floorWords[a.textAt(i+1)] {
			return i + 1
		}
		if a.tokens[i].ordinal && len(a.textAt(i+1)) == 1 && a.digitsAt(i+1) == 0 && a.tokens[i+1].capital {
			return i + 1
		}
	}
	return 0
}

// unitNamed reads "Apt #4B" with its word at token i.
func (a *addressFinder) unitNamed(i int) int {
	at := i + 1
	if markWords[a.textAt(at)] {
		at++
	}
	if strings.Trim(a.gapAt(at), " .#") != "" {
		return 0
	}
	return a.unitValue(at)
}

// unitValue reads "4", "4B", "B" or "dos" at token i and gives its last token,
// or 0.
func (a *addressFinder) unitValue(i int) int {
	if !a.has(i) {
		return 0
	}
	if a.digitsAt(i) > 0 {
		return a.figuresOn(i)
	}
	if n, ok := numeralAt(a.tokens, i); ok {
		return n.last
	}
	if len(a.textAt(i)) > 1 {
		return 0
	}
	if a.digitsAt(i+1) > 0 && (a.gapAt(i+1) == "" || a.gapAt(i+1) == "-") {
		return i + 1 // "B4"
	}
	return i
}

// unitBefore adds a unit that stands before an address: "apt 5, 40 Church
// Street".
func (a *addressFinder) unitBefore(first int) int {
	if !a.has(first-1) || !near(a.gapAt(first)) {
		return first
	}
	for at := first - 2; at >= first-4 && a.has(at); at-- {
		if unitWords[a.textAt(at)] && a.unitNamed(at) == first-1 {
			return at
		}
	}
	return first
}
