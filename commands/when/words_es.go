package when

// The words of Spanish, without accents, each with the value of its class.

var esWeekdays = map[string]int{
	"domingo": 1, "lunes": 2, "martes": 3, "miercoles": 4, "jueves": 5, "viernes": 6, "sabado": 7,
}

// esSunday is a name too, when no article stands before it.
var esSunday = map[string]int{"domingo": 1}

// esOtherWeekdays mean nothing else.
var esOtherWeekdays = map[string]int{
	"lunes": 2, "martes": 3, "miercoles": 4, "jueves": 5, "viernes": 6, "sabado": 7,
}

// esShortWeekdays are words of their own too ("el mar"), or months.
var esShortWeekdays = map[string]int{
	"dom": 1, "lun": 2, "mar": 3, "mie": 4, "jue": 5, "vie": 6, "sab": 7,
}

var esMonths = map[string]int{
	"enero": 1, "ene": 1, "febrero": 2, "feb": 2, "marzo": 3, "abril": 4, "abr": 4,
	"junio": 6, "jun": 6, "julio": 7, "jul": 7, "agosto": 8, "septiembre": 9, "setiembre": 9, "sept": 9,
	"sep": 9, "octubre": 10, "oct": 10, "noviembre": 11, "nov": 11, "diciembre": 12, "dic": 12,
}

// esPlainMonths are also a weekday, the English "ago", mayonnaise.
var esPlainMonths = map[string]int{"mar": 3, "may": 5, "mayo": 5, "ago": 8}

var esUnits = map[string]int{
	"minuto": minuteUnit, "minutos": minuteUnit, "min": minuteUnit, "mins": minuteUnit,
	"hora": hourUnit, "horas": hourUnit, "hr": hourUnit, "hrs": hourUnit, "hs": hourUnit,
	"dia": dayUnit, "dias": dayUnit, "semana": weekUnit, "semanas": weekUnit,
	"mes": monthUnit, "meses": monthUnit,
}

var esParts = map[string]int{
	"manana": int(morning), "tarde": int(afternoon), "noche": int(night),
}

// esHourParts go with a clock time only.
var esHourParts = map[string]int{"madrugada": int(smallHours)}

var esWords = map[string]int{
	"uno": 1, "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
	"ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
	"dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veintiuno": 21, "veintiun": 21,
	"veintiuna": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25,
	"veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}

var esTens = map[string]int{"veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "noventa": 90}

var (
	esNumber  = spelled(esWords, esTens, "y")
	esOrdinal = within(1, 1, either(suffixed("ro", "o", "er", "ero"), oneOf(map[string]int{"primero": 1, "primer": 1})))
	esDay     = within(1, 31, either(numeral(1, 31), esNumber, esOrdinal))
	esHour    = either(numeral(0, 24), within(1, 24, esNumber))
)

// esTime is a time of the clock: 2, 14:30, "dos y media", "tres y veinte",
// "dos treinta".
func esTime(ts []token, i int) []match {
	all := digital(":", ".")(ts, i)
	for _, h := range hourOf(esHour)(ts, i) {
		all = append(all, h)
		next := h.next
		switch textAt(ts, next) {
		case "y", "con":
			for _, m := range esMinutes(ts, next+1) {
				all = append(all, match{h.value + m.value, m.next})
			}
		default:
			if ts[i].kind == word && next < len(ts) {
				for _, m := range within(10, 59, esNumber)(ts, next) {
					all = append(all, match{h.value + m.value, m.next})
				}
			}
		}
	}
	return all
}

// esMinutes are the minutes after "y" or before the hour. Few of them in
// figures are not read: "a las 3 y 4" is two hours, not 3:04.
func esMinutes(ts []token, i int) []match {
	if i >= len(ts) {
		return nil
	}
	halves := oneOf(map[string]int{"media": 30, "cuarto": 15})
	return either(numeral(13, 59), within(5, 59, esNumber), halves)(ts, i)
}

// esBareDay is a day of the month without its month, unless it is rather the
// hour of a time ("jueves 9 de la mañana").
func esBareDay(ts []token, i int) []match {
	var days []match
	for _, m := range esDay(ts, i) {
		after := ts[m.next:]
		switch {
		case len(after) == 0:
		case after[0].is("am", "pm", "h", "hs", "hr", "hrs", "horas", "y", "con", "menos", ":", "."):
			continue
		case startsWith(after, 0, []string{"de", "la"}), startsWith(after, 0, []string{"en", "punto"}),
			startsWith(after, 0, []string{"del", "dia"}), startsWith(after, 0, []string{"del", "mediodia"}):
			continue
		}
		days = append(days, m)
	}
	return days
}

// esHours is a time in figures with an h inside: 14h30.
func esHours(ts []token, i int) []match { return digital("h", "hs")(ts, i) }

var esClass = map[string]class{
	"weekday":       oneOf(esWeekdays),
	"sunday":        oneOf(esSunday),
	"other-weekday": oneOf(esOtherWeekdays),
	"short-weekday": oneOf(esShortWeekdays),
	"month":         oneOf(esMonths),
	"plain-month":   oneOf(esPlainMonths),
	"part":          oneOf(esParts),
	"hourpart":      either(oneOf(esParts), oneOf(esHourParts)),
	"unit":          oneOf(esUnits),
	"n":             either(numeral(0, 999), esNumber),
	"day":           esDay,
	"bareday":       esBareDay,
	"year":          numeral(1900, 2099),
	"iso":           iso,
	"slashed":       slashed,
	"hour":          hourOf(esHour),
	"minutes":       esMinutes,
	"time":          esTime,
	"digital":       either(digital(":"), esHours),
	"packed":        packed,
	"ampm":          oneOf(map[string]int{"am": am, "pm": pm}),
}
