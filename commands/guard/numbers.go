package guard

import "strings"

// numeral is a number in the text, in figures or in words. Words of one number
// are put together ("forty two", "cuarenta y dos"); a row of single figures is
// not.
type numeral struct {
	digits      string
	first, last int // tokens
	spelled     bool
}

// Number words of both languages, by how they combine.
var (
	unitWords = map[string]string{
		"zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
		"six": "6", "seven": "7", "eight": "8", "nine": "9",
		"cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7",
		"ocho": "8", "nueve": "9",
	}
	teenWords = map[string]string{
		"ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
		"seventeen": "17", "eighteen": "18", "nineteen": "19",
		"diez": "10", "once": "11", "doce": "12", "trece": "13", "catorce": "14", "quince": "15", "dieciseis": "16",
		"diecisiete": "17", "dieciocho": "18", "diecinueve": "19", "veintiuno": "21", "veintidos": "22",
		"veintitres": "23", "veinticuatro": "24", "veinticinco": "25", "veintiseis": "26", "veintisiete": "27",
		"veintiocho": "28", "veintinueve": "29",
	}
	tenWords = map[string]string{
		"twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
		"eighty": "8", "ninety": "9",
		"veinte": "2", "treinta": "3", "cuarenta": "4", "cincuenta": "5", "sesenta": "6", "setenta": "7",
		"ochenta": "8", "noventa": "9",
	}
	hundredWords = map[string]string{
		"cien": "1", "ciento": "1", "doscientos": "2", "trescientos": "3", "cuatrocientos": "4", "quinientos": "5",
		"seiscientos": "6", "setecientos": "7", "ochocientos": "8", "novecientos": "9",
	}
	timesWords = map[string]int{"double": 2, "triple": 3, "doble": 2}
)

// numerals lists the numbers among the tokens, in their order.
func numerals(tokens []token) []numeral {
	var found []numeral
	for i := 0; i < len(tokens); {
		n, ok := numeralAt(tokens, i)
		if !ok {
			i++
			continue
		}
		found = append(found, n)
		i = n.last + 1
	}
	return found
}

func numeralAt(tokens []token, i int) (numeral, bool) {
	t := tokens[i]
	if t.digits != "" {
		return numeral{digits: t.digits, first: i, last: i}, true
	}
	if t.taken || t.ordinal {
		return numeral{}, false
	}
	digits, last := spelledNumber(tokens, i)
	return numeral{digits: digits, first: i, last: last, spelled: true}, digits != ""
}

// spelledNumber reads one number in words that begins at token i, and says
// with which token it ends. Below a hundred it is two digits at most.
func spelledNumber(tokens []token, i int) (digits string, last int) {
	word := tokens[i].text
	next := wordAfter(tokens, i)
	if times, ok := timesWords[word]; ok {
		unit := unitWords[next]
		if i+1 < len(tokens) && len(tokens[i+1].digits) == 1 {
			unit = tokens[i+1].digits
		}
		return strings.Repeat(unit, times), i + 1
	}
	if hundreds, ok := hundredWords[word]; ok {
		return addRest(tokens, hundreds, i)
	}
	if unit, ok := unitWords[word]; ok && unit != "0" && next == "hundred" {
		return addRest(tokens, unit, i+1)
	}
	return belowHundred(tokens, i)
}

// addRest reads what follows the hundreds. A bare unit does not count: "eight
// hundred five five five" goes on with the next part of a phone number.
func addRest(tokens []token, hundreds string, i int) (string, int) {
	if wordAfter(tokens, i) != "" {
		if rest, last := belowHundred(tokens, i+1); len(rest) == 2 {
			return hundreds + rest, last
		}
	}
	return hundreds + "00", i
}

func belowHundred(tokens []token, i int) (string, int) {
	word := tokens[i].text
	if teen, ok := teenWords[word]; ok {
		return teen, i
	}
	if unit, ok := unitWords[word]; ok {
		return unit, i
	}
	tens, ok := tenWords[word]
	if !ok {
		return "", i
	}
	unitAt := i + 1
	if next := wordAfter(tokens, i); next == "y" || next == "i" {
		unitAt++
	}
	if wordAfter(tokens, unitAt-1) != "" {
		if unit := unitWords[tokens[unitAt].text]; unit != "" && unit != "0" {
			return tens + unit, unitAt
		}
	}
	return tens + "0", i
}

// wordAfter is the token after i when only a space or a hyphen parts them.
func wordAfter(tokens []token, i int) string {
	if i+1 < len(tokens) && (tokens[i+1].gap == " " || tokens[i+1].gap == "-") {
		return tokens[i+1].text
	}
	return ""
}
