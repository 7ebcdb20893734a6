package when

// What stands beside a time in a sentence, in either language.

// barredAfter are words after which a time is not the time wanted.
var barredAfter = wordSet(`
	every each any not no except but until untill till til since from after last past previous starting
	beginning through thru between than other following week weeks
	cada los todos excepto menos salvo hasta desde despues partir entre no sino tras otro siguiente ultimo`)

// barredBefore are words that turn the time before them into another one.
var barredBefore = wordSet(`after before until till through thru onward onwards of week every each
	siguiente hasta del pasado cada todos todas`)

// barringPairs do the same in two words: nowadays, from then on, a week later.
var barringPairs = [][]string{{"en", "dia"}, {"en", "adelante"}, {"en", "ocho"}, {"que", "sigue"}, {"or", "later"}}

// openers begin a range after a day: "el viernes de 1 a 4".
var openers = wordSet(`from between de entre desde`)

// distances are words that count from the time after them: "two days before
// Thursday".
var distances = wordSet(`minute minutes hour hours day days night nights month months
	minuto minutos hora horas dia dias noche semana semanas mes meses`)

// joints join two of a kind: "2 to 4 PM", "el 12 y 13 de noviembre".
var joints = wordSet(`and or to y e o u a al & + - – /`)

// denials make a time before which they stand doubtful: "I can't on Thursday".
var denials = wordSet(`not no cant cannot dont wont isnt didnt couldnt never unavailable nunca tampoco ni`)

// connectors may follow a time that ends in a number without belonging to it:
// "on December 10 to the clinic", but "on December 10 boxes".
var connectors = wordSet(`to at in on for from with and or by please pls thanks if so because near am pm
	a al en para por con y o de del desde porque si gracias favor`)

// barred reports whether the words around the stretch change its meaning.
func (s stretch) barred(ts []token) bool {
	prev, next := textAt(ts, s.from-1), textAt(ts, s.to)
	switch {
	case barredAfter[prev], barredBefore[next]:
		return true
	case counts(ts, s.from-1) && barredAfter[textAt(ts, s.from-2)]: // "until 5 tomorrow"
		return true
	case distances[prev] && ts[s.from].is("before", "antes", "from", "after"):
		return true
	}
	for _, pair := range barringPairs {
		if startsWith(ts, s.to, pair) {
			return true
		}
	}
	return false
}

// doubtful reports whether the words around the stretch leave room for doubt.
func (s stretch) doubtful(ts []token) bool {
	if ts[s.from].is("of", "de", "del") || counts(ts, s.to) && !plain(ts, s.to+1) {
		return true
	}
	if openers[textAt(ts, s.to)] && (counts(ts, s.to+1) || s.to+1 < len(ts) && ts[s.to+1].is("la", "las")) {
		return true
	}
	if textAt(ts, s.from-1) == "am" || textAt(ts, s.from-1) == "pm" {
		return true // the end of "2pm-4pm tomorrow", which no rule reads
	}
	if joints[textAt(ts, s.from-1)] && counts(ts, s.from-2) || joints[textAt(ts, s.to)] && counts(ts, s.to+1) {
		return true
	}
	for i := s.from - 1; i >= 0 && i >= s.from-4 && ts[i].kind != sign; i-- {
		if denials[ts[i].text] {
			return true
		}
	}
	return false
}

// plain reports whether a word stands at i that may belong to a number before
// it.
func plain(ts []token, i int) bool {
	return i < len(ts) && ts[i].kind == word && !connectors[ts[i].text]
}

// counts reports whether a number in figures or words stands at i.
func counts(ts []token, i int) bool {
	if i < 0 || i >= len(ts) {
		return false
	}
	for _, words := range []map[string]int{enWords, enTens, esWords, esTens} {
		if _, ok := words[ts[i].text]; ok {
			return true
		}
	}
	return ts[i].kind == number
}

// tight are the signs that make one thing of what they touch: B-12, 24/7, #5.
var tight = wordSet(`- – / @ # $ % & _ + * ~ = \ ^ | < >`)

// startable reports whether a time can begin at token i: not inside of
// something longer.
func startable(ts []token, i int) bool {
	if i == 0 || !ts[i].glued {
		return true
	}
	before := ts[i-1]
	return before.kind == sign && !tight[before.text] && !before.is(".", ":", ",")
}

// endable reports whether a time can end before token i.
func endable(ts []token, i int) bool {
	if i >= len(ts) || !ts[i].glued {
		return true
	}
	if ts[i].kind != sign || tight[ts[i].text] {
		return false
	}
	return i+1 >= len(ts) || !ts[i+1].glued || ts[i+1].kind == sign
}
