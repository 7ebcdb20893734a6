package when

// The words of English, each with the value of its class.

var enWeekdays = map[string]int{
	"sunday": 1, "monday": 2, "tuesday": 3, "wednesday": 4, "thursday": 5, "friday": 6, "saturday": 7,
}

// enShortWeekdays are words of their own too ("the sun", "we sat").
var enShortWeekdays = map[string]int{
	"sun": 1, "mon": 2, "tue": 3, "tues": 3, "wed": 4, "weds": 4,
	"thu": 5, "thur": 5, "thurs": 5, "fri": 6, "sat": 7,
}

var enMonths = map[string]int{
	"january": 1, "jan": 1, "february": 2, "feb": 2, "april": 4, "apr": 4, "june": 6, "jun": 6,
	"july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9,
	"october": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}

// enPlainMonths are the months that are words of their own too.
var enPlainMonths = map[string]int{"march": 3, "mar": 3, "may": 5}

var enUnits = map[string]int{
	"minute": minuteUnit, "minutes": minuteUnit, "min": minuteUnit, "mins": minuteUnit,
	"hour": hourUnit, "hours": hourUnit, "hr": hourUnit, "hrs": hourUnit,
	"day": dayUnit, "days": dayUnit, "week": weekUnit, "weeks": weekUnit,
	"month": monthUnit, "months": monthUnit,
}

var enParts = map[string]int{
	"morning": int(morning), "afternoon": int(afternoon), "evening": int(evening), "night": int(night),
}

var enWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
	"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
	"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}

var enTens = map[string]int{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}

var enOrdinals = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
	"eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
	"fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
	"nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}

var enNumber = spelled(enWords, enTens, "-")

var (
	enSuffixed = within(1, 31, suffixed("st", "nd", "rd", "th"))
	enOrdinal  = either(enSuffixed, within(1, 31, either(oneOf(enOrdinals), enTensOrdinal)))
)

// enTensOrdinal is twenty-first and the like.
func enTensOrdinal(ts []token, i int) []match {
	ten, ok := enTens[ts[i].text]
	if !ok {
		return nil
	}
	next := i + 1
	if textAt(ts, next) == "-" {
		next++
	}
	if unit, ok := enOrdinals[textAt(ts, next)]; ok && unit < 10 {
		return []match{{ten + unit, next + 1}}
	}
	return nil
}

// enSpokenTime is "two thirty", "two oh five".
func enSpokenTime(ts []token, i int) []match {
	h, ok := enWords[ts[i].text]
	if !ok || h > 12 {
		return nil
	}
	if textAt(ts, i+1) == "oh" {
		if m, ok := enWords[textAt(ts, i+2)]; ok && m < 10 {
			return []match{{h*60 + m, i + 3}}
		}
		return nil
	}
	var all []match
	if i+1 < len(ts) {
		for _, m := range within(10, 59, enNumber)(ts, i+1) {
			all = append(all, match{h*60 + m.value, m.next})
		}
	}
	return all
}

var (
	enHour  = either(numeral(0, 24), within(1, 12, spelled(enWords, nil, "")))
	enClass = map[string]class{
		"weekday":       oneOf(enWeekdays),
		"short-weekday": oneOf(enShortWeekdays),
		"month":         oneOf(enMonths),
		"plain-month":   oneOf(enPlainMonths),
		"part":          oneOf(enParts),
		"unit":          oneOf(enUnits),
		"n":             either(numeral(0, 999), enNumber, oneOf(map[string]int{"a": 1, "an": 1})),
		"minute":        within(1, 59, either(numeral(1, 59), enNumber)),
		"day":           within(1, 31, either(numeral(1, 31), enOrdinal)),
		"figure":        numeral(1, 31),
		"nth":           enOrdinal,
		"suffixed":      enSuffixed,
		"year":          numeral(1900, 2099),
		"iso":           iso,
		"slashed":       slashed,
		"hour":          hourOf(enHour),
		"time":          either(hourOf(enHour), digital(":"), enSpokenTime),
		"digital":       digital(":"),

		"half-day-time": within(60, 12*60+59, either(hourOf(enHour), digital(":"), enSpokenTime)),
		"any-time":      either(hourOf(enHour), digital(":", "."), packed, enSpokenTime),
		"ampm":          oneOf(map[string]int{"am": am, "pm": pm}),
	}
)
