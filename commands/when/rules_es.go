package when

import "time"

// spanish reads the times that people write in the Spanish of the Americas and
// of Spain.
var spanish = compile(
	"para, antes, antes de, a mas tardar, en, de, durante, hacia, sobre, como, a eso de, alrededor de",
	esClass, esDays, esDates, esDistances, esClocks, esOthers)

var esDays = []pattern{
	{"hoy mismo?", on(0, reading{})},
	{"manana mismo?", on(1, reading{})},
	{"pasado manana", on(2, reading{})},
	{"esta misma? <part>", partOfToday},
	{"ahora mismo", on(0, reading{})},
	{"ya|ahora|ahorita", weak(on(0, reading{}))},
	{"lo antes posible", on(0, reading{})},
	{"lo mas pronto posible", on(0, reading{})},
	{"cuanto antes", on(0, reading{})},
	{"de inmediato", on(0, reading{})},
	{"inmediatamente", on(0, reading{})},
	{"urgente|urgentemente", weak(on(0, reading{}))},
	{"el? dia de hoy", on(0, reading{})},
	{"el? dia de manana", unsure(on(1, reading{}))},

	{"<other-weekday>", weekday},
	{"<sunday>", weak(weekday)},
	{"el|del dia? <weekday>", weekday},
	{"el|del? dia <weekday>", weekday},
	{"este <weekday>", coming},
	{"este proximo <weekday>", upcoming},
	{"el|del? proximo <weekday>", next(false)},
	{"el|del? <weekday> proximo|entrante", next(false)},
	{"el|del? <weekday> que viene", next(false)},
	{"el|este? <short-weekday>", weak(weekday)},
	{"el|del? proximo <short-weekday>", weak(next(false))},

	{"esta semana", fixed(reading{week: thisWeek})},
	{"la? proxima semana", fixed(reading{week: nextWeek})},
	{"la? semana proxima|entrante", fixed(reading{week: nextWeek})},
	{"la? semana que viene", fixed(reading{week: nextWeek})},
	{"el|este? fin de semana", weekends(1)},
	{"el|este? finde", weekends(1)},
	{"el? proximo fin de semana", weekends(2)},
	{"el? fin de semana que viene", weekends(2)},
	{"el? fin de semana proximo|entrante", weekends(2)},
}

var esDates = []pattern{
	{"el|del|este|proximo? proximo? dia? <day> de <month> de|del? <year>?", dayFirst},
	{"el|del? dia? <day> <month> <year>?", dayFirst},
	{"el|del? <day> <plain-month> <year>?", unsure(dayFirst)},
	{"el|del|este|proximo? proximo? dia? <day> de <plain-month> de|del? <year>?", dayFirst},
	{"el|del? <month> <day> de|del? <year>?", monthFirst},
	{"<plain-month> <day> <year>?", unsure(monthFirst)},
	{"el|del|este dia? <bareday>", dayOfMonth},
	{"dia <bareday>", dayOfMonth},
	{"el|del? dia? <weekday> <bareday>", weekdayAndDay},
	{"el|del? <short-weekday> <bareday>", weak(weekdayAndDay)},
	{"el|del? <iso> t?", isoDay},
	{"<slashed>", weak(numeric(false))},
	{"el|del|para|antes <slashed>", numeric(false)},
}

var esDistances = []pattern{
	{"en <n> <unit>", esLater},
	{"dentro de <n> <unit>", esLater},
	{"de aqui a|en <n> <unit>", esLater},
	{"en un par de <unit>", couple},
	{"dentro de un par de <unit>", couple},
	{"en media hora", halfPast},
	{"dentro de media hora", halfPast},
	{"en <n> hora|horas y media", halfPast},
	{"dentro de <n> hora|horas y media", halfPast},
	{"de? hoy en ocho dias?", on(7, reading{})},
	{"de? hoy en 8 dias?", on(7, reading{})},
}

// esLater knows that "ocho días" is a week and "quince días" are two, though
// some do count them.
func esLater(ref reference, v values) (reading, bool) {
	r, ok := later(ref, v)
	if n := v.v[0]; ok && v.v[1] == dayUnit && (n == 8 || n == 15) {
		r.days = []time.Time{addDays(ref.today, n-1), addDays(ref.today, n)}
	}
	return r, ok
}

var esClocks = []pattern{
	{"a|al? la|las <time>", clock},
	{"a? la|las <time> en punto", clock},
	{"a? la|las <time> <ampm>", clockAMPM},
	{"<time> <ampm>", clockAMPM},
	{"a? la|las <time> en punto <ampm>", clockAMPM},
	{"<time> en punto <ampm>", clockAMPM},
	{"a? la|las <packed> <ampm>", clockAMPM},
	{"<packed> <ampm>", clockAMPM},
	{"a? la|las <hour> h|hs|hr|hrs|horas", clock},
	{"a? la|las <digital> h|hs|hr|hrs|horas?", clock},
	{"<digital> h|hs|hr|hrs|horas?", clock},
	{"a? la|las <time> de la <hourpart>", clockPart},
	{"<time> de la <hourpart>", clockPart},
	{"a? la|las <time> en punto de la <hourpart>", clockPart},
	{"<time> en punto de la <hourpart>", clockPart},
	{"a? la|las <time> del dia|mediodia", clockIn(middle)},
	{"<time> del dia|mediodia", clockIn(middle)},
	{"a? la|las <hour> menos <minutes> <ampm>?", minutesBefore},
	{"un? cuarto para la|las <hour> <ampm>?", aroundHour(-15)},
	{"a|al|el|del? mediodia", noon},
	{"al? medio dia", noon},
	{"a? la? medianoche", midnight},
	{"a? la? media noche", midnight},

	{"en|por|a|de? la <part>", partOfDay},
	{"de noche", fixed(reading{part: night})},
	{"temprano", fixed(reading{part: morning})},
	{"a primera hora", fixed(reading{part: morning})},
}

var esOthers = []pattern{
	{"el|al? fin|final del dia", weak(fixed(reading{whole: true}))},

	{"por favor", filler},
	{"gracias", filler},
	{"si es posible", filler},
	{"si se puede", filler},
	{"a mas tardar", filler},
	{"mas tarde", filler},
	{"en? algun|cualquier momento|dia", filler},
	{"a cualquier hora", filler},
	{"todo el dia", filler},

	{"sin prisa|apuro", anytime},
	{"no hay prisa|apuro", anytime},
	{"no tengo|tenemos prisa|apuro", anytime},
	{"no corre prisa", anytime},
	{"no urge", anytime},
	{"no es urgente", anytime},
	{"cuando puedan|quieran", anytime},
	{"cuando pueda|sea", weak(anytime)},
	{"en? cualquier momento|dia", weak(anytime)},
	{"a cualquier hora", weak(anytime)},

	{"ayer|anteayer|antier|anoche", bygone},
	{"antes de ayer", bygone},
	{"la semana pasada", bygone},
	{"el? mes|ano pasado", bygone},
	{"el? <weekday> pasado", bygone},
	{"el? pasado <weekday>", bygone},
	{"hace <n> <unit>", bygone},
}
