package guard

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// callWords tell that a text speaks of calling. With them shorter and looser
// groups of digits count as a phone number.
var callWords = wordSet(`
	call calls calling text texts texting txt sms ring phone ph cell cel mobile dial whatsapp whatsap whats wapp wsp wasap
	guasap signal telegram tel telephone reach landline voicemail
	llame llama llamen llamar llamenme llameme llamame llamada llamadas marque marca marquen marcar marcan marcarme telefono tele
	fono celular movil wasapeame mensaje textee textear comunicarse comuniquese`)

// callPhrases do the same in two words.
var callPhrases = []string{"my number", "our number", "her number", "his number", "mi numero", "su numero", "nuestro numero"}

// otherNumbers are words before numbers that are no phone.
var otherNumbers = wordSet(`
	order part model serial isbn tracking code confirmation invoice account case ticket item sku id
	pedido pieza modelo serie guia codigo confirmacion factura cuenta caso orden folio clave`)

// separatorWords stand for a sign between the groups of a number.
var separatorWords = wordSet("dash hyphen dot point space guion punto espacio")

var extensionWords = wordSet("ext x extension extn anexo")

// numberIs are words that may stand between such a word and its number.
var numberIs = wordSet("number num numero no nro id is es de")

// phones finds the phone numbers: US with or without country code, seven
// digits, with + or another prefix for abroad, and ten digits in other groups
// after a word for calling (Mexico). Strict shapes are looked for all over the
// text first, so that a loose one does not take half of a strict one.
func phones(text string, tokens []token, numbers []numeral) []Finding {
	p := phoneFinder{text: text, tokens: tokens, numbers: numbers, used: make([]bool, len(numbers))}
	p.each(p.international)
	p.each(p.national)
	p.calling = speaksOfCalling(tokens)
	p.each(p.local)
	if p.calling {
		p.each(p.loose)
	}
	slices.SortFunc(p.found, func(a, b Finding) int { return a.Start - b.Start })
	return p.found
}

type phoneFinder struct {
	text    string
	tokens  []token
	numbers []numeral
	used    []bool
	calling bool // the text speaks of calling
	found   []Finding
}

// group is a row of neighboring numbers, read as one.
type group struct {
	digits  string
	cuts    uint32 // bit n is set where one number ends after n digits
	spelled bool   // some of it in words
	singles bool   // one digit at a time, nothing else
	pairs   bool   // no number of one digit
}

// A phone number has at most 15 digits (ITU-T E.164); a prefix adds three.
const maxDigits = 18

// each tries a rule at every number, with every row of numbers from there on,
// the shortest first.
func (p *phoneFinder) each(rule func(first, last int, g group) bool) {
	for first := 0; first < len(p.numbers); first++ {
		g := group{singles: true, pairs: true}
		for last := first; last < len(p.numbers) && !p.used[last]; last++ {
			n := p.numbers[last]
			if last > first && !p.joined(last) || len(g.digits)+len(n.digits) > maxDigits {
				break
			}
			g.digits += n.digits
			g.cuts |= 1 << len(g.digits)
			g.spelled = g.spelled || n.spelled
			g.singles = g.singles && len(n.digits) == 1
			g.pairs = g.pairs && len(n.digits) > 1
			if rule(first, last, g) {
				p.add(first, last)
				first = last
				break
			}
		}
	}
}

// joined tells whether only signs stand between a number and the one before.
func (p *phoneFinder) joined(n int) bool {
	from, to := p.numbers[n-1].last, p.numbers[n].first
	if to-from == 2 && separatorWords[p.tokens[from+1].text] {
		return true
	}
	gap := p.tokens[to].gap
	return to-from == 1 && utf8.RuneCountInString(gap) <= 6 && !strings.ContainsAny(gap, ":;$%#=+<>|\"&?!@")
}

// international is a number with "+", 00 or 011 and the code of a country.
func (p *phoneFinder) international(first, last int, g group) bool {
	before := strings.TrimRight(p.tokens[p.numbers[first].first].gap, " (")
	rest := g.digits
	switch {
	case strings.HasSuffix(before, "+"):
	case strings.HasPrefix(rest, "011"):
		rest = rest[3:]
	case strings.HasPrefix(rest, "00"):
		rest = rest[2:]
	default:
		return false
	}
	if len(rest) < 8 || len(rest) > 15 || rest[0] == '0' {
		return false
	}
	if rest[0] == '1' {
		return len(rest) == 11
	}
	// Countries differ in length: the number goes on as long as groups follow.
	if last+1 == len(p.numbers) || p.used[last+1] || !p.joined(last+1) {
		return true
	}
	next := len(p.numbers[last+1].digits)
	return len(rest) >= 11 && next == 1 || len(rest)+next > 15
}

// national is a US number: area code and exchange begin with 2 to 9 (North
// American Numbering Plan). It may come in one piece, cut as 3-3-4 or in a
// part of it, one digit at a time, or in words that meet the same cuts.
func (p *phoneFinder) national(_, _ int, g group) bool {
	prefix := len(g.digits) - 10
	switch {
	case prefix == 0, prefix == 1 && g.digits[0] == '1', prefix == 3 && strings.HasPrefix(g.digits, "001"):
	default:
		return false
	}
	if d := g.digits[prefix:]; d[0] < '2' || d[3] < '2' {
		return false
	}
	inner := g.cuts >> prefix &^ (1 | 1<<10)
	switch {
	case g.singles:
		return true
	case g.spelled:
		return inner&(1<<3|1<<6) == 1<<3|1<<6
	}
	// A part is whole, or one digit at a time, or the last one two and two.
	area, exchange, line := inner&0b110, inner>>3&0b110, inner>>6&0b1110
	return (area == 0 || area == 0b110) && (exchange == 0 || exchange == 0b110) &&
		(line == 0 || line == 0b1110 || line == 0b100)
}

// local is a number of seven digits. Without a word for calling it must be
// written as 555-0142.
func (p *phoneFinder) local(first, last int, g group) bool {
	if len(g.digits) != 7 || g.digits[0] < '2' {
		return false
	}
	start := p.numbers[first].first
	if p.otherNumber(start) || !p.calling && p.goesOn(first) {
		return false
	}
	inner := g.cuts &^ (1 << 7)
	if p.calling {
		return g.spelled || g.singles || inner == 0 || inner == 1<<3 || inner == 1<<3|1<<5
	}
	if last+1 < len(p.numbers) && p.joined(last+1) && p.tokens[p.numbers[last+1].first].gap == "-" {
		return false
	}
	gap := strings.TrimSpace(p.tokens[p.numbers[last].first].gap)
	return inner == 1<<3 && (gap == "-" || gap == ".")
}

// goesOn tells whether a number is the rest of something longer that is no
// phone, as in "WX-555-0142".
func (p *phoneFinder) goesOn(n int) bool {
	start := p.numbers[n].first
	if start == 0 || p.tokens[start-1].taken || n > 0 && p.used[n-1] && p.numbers[n-1].last == start-1 {
		return false
	}
	gap := p.tokens[start].gap
	return gap == "-" || gap == "."
}

// loose is any row of ten digits, in groups of two or more or in words. It is
// asked only where the text speaks of calling.
func (p *phoneFinder) loose(first, _ int, g group) bool {
	return len(g.digits) == 10 && g.digits[0] > '1' && (g.pairs || g.spelled) && !p.otherNumber(p.numbers[first].first)
}

// otherNumber tells whether the words before token i say that a number is no
// phone: "order no. 4471203".
func (p *phoneFinder) otherNumber(i int) bool {
	for i > 0 && numberIs[p.tokens[i-1].text] {
		i--
	}
	return i > 0 && otherNumbers[p.tokens[i-1].text]
}

// add records the numbers from first to last, with "+", an opening bracket and
// an extension.
func (p *phoneFinder) add(first, last int) {
	for i := first; i <= last; i++ {
		p.used[i] = true
	}
	from, to := p.numbers[first].first, p.numbers[last].last
	start, end := p.tokens[from].start, p.tokens[to].end
	for at := start; at > 0; {
		r, size := utf8.DecodeLastRuneInString(p.text[:at])
		if !strings.ContainsRune("+(＋（[ ", r) {
			break
		}
		at -= size
		if r != ' ' {
			start = at
		}
	}
	if next := last + 1; next < len(p.numbers) && p.numbers[next].first == to+2 && !p.used[next] &&
		extensionWords[p.tokens[to+1].text] {
		p.used[next] = true
		end = p.tokens[p.numbers[next].last].end
	}
	p.found = append(p.found, Finding{Kind: Phone, Start: start, End: end})
}

func speaksOfCalling(tokens []token) bool {
	for i, t := range tokens {
		if callWords[t.text] || i > 0 && slices.Contains(callPhrases, tokens[i-1].text+" "+t.text) {
			return true
		}
	}
	return false
}

// wordSet makes a set of the words of a text.
func wordSet(lists ...string) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for _, w := range strings.Fields(list) {
			set[w] = true
		}
	}
	return set
}
