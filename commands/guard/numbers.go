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

// numberWord is what a word of a number stands for, and how it combines.
type numberWord struct {
	digits string // "4" of four, "13" of thirteen, "4" of forty and of cuatrocientos
	class  numberClass
}

type numberClass int

const (
	unit numberClass = iota + 1
	teen
	tens
	hundreds
	times // "double", "triple": repeats the unit behind it
)

// numberWords are those of both languages.
var numberWords = func() map[string]numberWord {
	all := map[string]numberWord{}
	add := func(class numberClass, list string) {
		for _, pair := range strings.Fields(list) {
			digits, word, _ := strings.Cut(pair, ":")
			all[word] = numberWord{digits, class}
		}
	}
	add(unit, `0:zero 0:oh 0:o 0:nought 1:one 2:two 3:three 4:four 5:five 6:six 7:seven 8:eight 9:nine
		0:cero 1:uno 2:dos 3:tres 4:cuatro 5:cinco 6:seis 7:siete 8:ocho 9:nueve`)
	add(teen, `10:ten 11:eleven 12:twelve 13:thirteen 14:fourteen 15:fifteen 16:sixteen 17:seventeen 18:eighteen 19:nineteen
		10:diez 11:once 12:doce 13:trece 14:catorce 15:quince 16:dieciseis 17:diecisiete 18:dieciocho 19:diecinueve
		21:veintiuno 22:veintidos 23:veintitres 24:veinticuatro 25:veinticinco 26:veintiseis 27:veintisiete 28:veintiocho
		29:veintinueve`)
	add(tens, `2:twenty 3:thirty 4:forty 4:fourty 5:fifty 6:sixty 7:seventy 8:eighty 9:ninety
		2:veinte 3:treinta 4:cuarenta 5:cincuenta 6:sesenta 7:setenta 8:ochenta 9:noventa`)
	add(hundreds, `1:cien 1:ciento 2:doscientos 3:trescientos 4:cuatrocientos 5:quinientos 6:seiscientos 7:setecientos
		8:ochocientos 9:novecientos`)
	add(times, "2:double 2:doble 3:triple")
	return all
}()

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
// with which token it ends. There is none if digits is empty.
func spelledNumber(tokens []token, i int) (digits string, last int) {
	switch word := numberWords[tokens[i].text]; word.class {
	case times:
		return repeated(tokens, i, int(word.digits[0]-'0'))
	case hundreds:
		return addRest(tokens, word.digits, i)
	case unit:
		if word.digits != "0" && wordAfter(tokens, i) == "hundred" {
			return addRest(tokens, word.digits, i+1)
		}
	}
	return belowHundred(tokens, i)
}

// repeated reads the unit behind "double" or "triple".
func repeated(tokens []token, i, count int) (string, int) {
	if i+1 >= len(tokens) {
		return "", i
	}
	next := tokens[i+1]
	if word := numberWords[next.text]; word.class == unit {
		return strings.Repeat(word.digits, count), i + 1
	}
	if len(next.digits) == 1 {
		return strings.Repeat(next.digits, count), i + 1
	}
	return "", i
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
	word := numberWords[tokens[i].text]
	switch word.class {
	case unit, teen:
		return word.digits, i
	case tens:
	default:
		return "", i
	}
	unitAt := i + 1
	if next := wordAfter(tokens, i); next == "y" || next == "i" {
		unitAt++
	}
	if wordAfter(tokens, unitAt-1) != "" {
		if next := numberWords[tokens[unitAt].text]; next.class == unit && next.digits != "0" {
			return word.digits + next.digits, unitAt
		}
	}
	return word.digits + "0", i
}

// wordAfter is the token after i when only a space or a hyphen parts them.
func wordAfter(tokens []token, i int) string {
	if i+1 < len(tokens) && (tokens[i+1].gap == " " || tokens[i+1].gap == "-") {
		return tokens[i+1].text
	}
	return ""
}
