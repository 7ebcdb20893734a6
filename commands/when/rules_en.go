package when

// english reads the times that people write in the United States.
var english = compile(
	"on, by, before, for, at, of, around, about, early, late, later, due, no later than, not later than, during",
	enClass, enDays, enDates, enDistances, enClocks, enOthers)

var enDays = []pattern{
	{"today", on(0, reading{})},
	{"tomorrow|tmrw|tmr|tomorow|tommorow|tommorrow", on(1, reading{})},
	{"the? day after tomorrow", on(2, reading{})},
	{"tonight|tonite", on(0, reading{part: evening})},
	{"this <part>", partOfToday},
	{"right away", on(0, reading{})},
	{"asap|immediately", on(0, reading{})},
	{"as soon as possible", on(0, reading{})},
	{"as soon as you can", on(0, reading{})},
	{"right? now", weak(on(0, reading{}))},
	{"urgent|urgently", weak(on(0, reading{}))},

	{"<weekday>", weekday},
	{"this <weekday>", coming},
	{"this|the? coming <weekday>", upcoming},
	{"the? next <weekday>", next(true)},
	{"<short-weekday>", weak(weekday)},
	{"this <short-weekday>", weak(coming)},
	{"next <short-weekday>", weak(next(true))},

	{"this week", fixed(reading{week: thisWeek})},
	{"next week", fixed(reading{week: nextWeek})},
	{"the next week", fixed(reading{week: eitherWeek})},
	{"the? weekend", weekends(1)},
	{"this weekend", weekends(1)},
	{"next weekend", weekends(2)},
}

var enDates = []pattern{
	{"<month> the? <day> <year>?", monthFirst},
	{"the? <day> of? <month> <year>?", dayFirst},
	{"<plain-month> the? <figure> <year>?", unsure(monthFirst)},
	{"<plain-month> the? <nth> <year>?", monthFirst},
	{"the? <figure> <plain-month> <year>?", unsure(dayFirst)},
	{"the? <figure> of <plain-month> <year>?", dayFirst},
	{"the? <nth> of? <plain-month> <year>?", dayFirst},
	{"the <nth>", dayOfMonth},
	{"<suffixed>", dayOfMonth},
	{"<iso> t?", isoDay},
	{"<slashed>", weak(numeric(true))},
	{"on|by|before|for <slashed>", numeric(true)},
}

var enDistances = []pattern{
	{"in|within <n> <unit>", later},
	{"<n> <unit> from now|today", later},
	{"<n> <unit> from tomorrow", fromTomorrow},
	{"<n> <unit> from <weekday>", fromWeekday},
	{"in|within a couple of? <unit>", couple},
	{"a couple of? <unit> from now|today", couple},
	{"in|within half an hour", halfPast},
	{"half an hour from now", halfPast},
	{"in|within <n> hour|hours and a half", halfPast},
	{"in|within <n> and a half hours", halfPast},
}

var enClocks = []pattern{
	{"at|@ <time>", clock},
	{"by|before|around|about <half-day-time>", clock},
	{"<digital>", clock},
	{"<any-time> <ampm>", clockAMPM},
	{"@ <any-time> <ampm>", clockAMPM},
	{"<hour> oclock <ampm>?", aroundHour(0)},
	{"half past <hour> <ampm>?", aroundHour(30)},
	{"a? quarter past|after <hour> <ampm>?", aroundHour(15)},
	{"a? quarter to|till|before <hour> <ampm>?", aroundHour(-15)},
	{"<minute> minutes? past <hour> <ampm>?", minutesAround(1)},
	{"<minute> minutes to|till|before <hour> <ampm>?", minutesAround(-1)},
	{"noon|midday", noon},
	{"12|twelve noon", noon},
	{"midnight", midnight},
	{"12|twelve midnight", midnight},

	{"<time> in the <part>", unsure(clockPart)},
	{"<time> at night", unsure(clockIn(night))},
	{"in|on|during|over? the? early|late? <part>", partOfDay},
	{"at night", fixed(reading{part: night})},
	{"first thing", fixed(reading{part: morning})},
}

var enOthers = []pattern{
	{"the? end of the? day", weak(fixed(reading{whole: true}))},
	{"eod", fixed(reading{whole: true})},

	{"please|pls|thanks|sharp", filler},
	{"thank you", filler},
	{"if possible", filler},
	{"at the latest", filler},
	{"sometime|anytime", filler},
	{"some|any time", filler},
	{"any|all day", filler},

	{"no hurry|rush", anytime},
	{"theres no hurry|rush", anytime},
	{"not urgent", anytime},
	{"whenever you can", anytime},
	{"whenever|anytime", weak(anytime)},
	{"any time|day", weak(anytime)},
	{"any time is fine|good|ok", anytime},
	{"anytime is fine|good|ok", anytime},

	{"yesterday", bygone},
	{"the? day before yesterday", bygone},
	{"last night|week|month|year|weekend", bygone},
	{"last|past <weekday>", bygone},
	{"this past <weekday>", bygone},
	{"<n> <unit> ago", bygone},
	{"a couple of? <unit> ago", bygone},
}
