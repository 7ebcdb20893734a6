package when

import "time"

// Actions that both languages share. Their values come in the order in which
// the classes stand in the pattern.

// weekday is a weekday named alone (<weekday>).
func weekday(_ reference, v values) (reading, bool) { return reading{weekday: v.v[0]}, true }

// coming is "this Thursday" (<weekday>).
var coming = dates(func(ref reference, v values) []time.Time {
	return soonest(ref.today, time.Weekday(v.v[0]-1))
})

// upcoming is "this coming Thursday" (<weekday>), never today.
var upcoming = dates(func(ref reference, v values) []time.Time {
	return []time.Time{following(ref.today, time.Weekday(v.v[0]-1))}
})

// next is "next Thursday" (<weekday>): for some the first to come, for others
// the one in next week. Where they differ it is asked.
func next(laterFirst bool) action {
	return dates(func(ref reference, v values) []time.Time {
		wd := time.Weekday(v.v[0] - 1)
		first, later := following(ref.today, wd), inWeek(ref.today, wd, 1)
		if laterFirst {
			return unique(append(later, first)...)
		}
		return unique(append([]time.Time{first}, later...)...)
	})
}

// weekends is the Saturday or the Sunday of the next so many weekends.
func weekends(count int) action {
	return dates(func(ref reference, _ values) []time.Time {
		var days []time.Time
		for n := range count {
			days = append(days, weekend(ref.today, n)...)
		}
		return days
	})
}

// calendarDay is a date from its month, day and year, a year of 0 being none.
func calendarDay(ref reference, month, day, year int) []time.Time {
	if year == 0 {
		return yearless(ref.today, month, day)
	}
	d, ok := civil(year, month, day)
	if !ok {
		return nil
	}
	return []time.Time{d}
}

// monthFirst is "December 10 2026" (<month> <day> <year>?).
var monthFirst = dates(func(ref reference, v values) []time.Time {
	return calendarDay(ref, v.v[0], v.v[1], v.v[2])
})

// dayFirst is "10 de diciembre de 2026" (<day> <month> <year>?).
var dayFirst = dates(func(ref reference, v values) []time.Time {
	return calendarDay(ref, v.v[1], v.v[0], v.v[2])
})

// isoDay is 2026-12-10 (<iso>).
var isoDay = dates(func(ref reference, v values) []time.Time {
	year, month, day := unpackDate(v.v[0])
	return calendarDay(ref, month, day, max(year, 1))
})

// numeric is 12/10 (<slashed>): December 10 in the United States, the 12th of
// October elsewhere. Both are meant unless the calendar rules one out.
func numeric(monthFirst bool) action {
	return dates(func(ref reference, v values) []time.Time {
		year, a, b := unpackDate(v.v[0])
		american, european := calendarDay(ref, a, b, year), calendarDay(ref, b, a, year)
		if monthFirst {
			return unique(append(american, european...)...)
		}
		return unique(append(european, american...)...)
	})
}

// dayOfMonth is "the 15th" (<day>).
func dayOfMonth(ref reference, v values) (reading, bool) {
	days := monthless(ref.today, v.v[0])
	return reading{days: days, monthless: true}, len(days) > 0
}

// weekdayAndDay is "jueves 12" (<weekday> <day>).
func weekdayAndDay(ref reference, v values) (reading, bool) {
	days := monthless(ref.today, v.v[1])
	return reading{days: days, weekday: v.v[0]}, len(days) > 0
}

// The units of a distance in time.
const (
	minuteUnit = iota + 1
	hourUnit
	dayUnit
	weekUnit
	monthUnit
)

// later is a distance from now (<n> <unit>).
func later(ref reference, v values) (reading, bool) {
	return distance(ref, []time.Time{ref.today}, v.v[0], v.v[1])
}

// couple is two of them from now (<unit>).
func couple(ref reference, v values) (reading, bool) {
	return later(ref, values{}.with(2).with(v.v[0]))
}

// fromTomorrow is "two days from tomorrow" (<n> <unit>).
func fromTomorrow(ref reference, v values) (reading, bool) {
	return distance(ref, []time.Time{addDays(ref.today, 1)}, v.v[0], v.v[1])
}

// fromWeekday is "a week from Thursday" (<n> <unit> <weekday>).
func fromWeekday(ref reference, v values) (reading, bool) {
	return distance(ref, soonest(ref.today, time.Weekday(v.v[2]-1)), v.v[0], v.v[1])
}

// distance counts from the dates, and from the very moment in hours and
// minutes. Zero is refused: "in 0 days" is a slip.
func distance(ref reference, from []time.Time, n, unit int) (reading, bool) {
	if n < 1 {
		return reading{}, false
	}
	if unit == minuteUnit || unit == hourUnit {
		length := time.Minute
		if unit == hourUnit {
			length = time.Hour
		}
		idiom := ref.free && n == 1 && unit == minuteUnit // "in a minute"
		return reading{moment: ref.now.Add(time.Duration(n) * length), confirm: idiom}, from[0].Equal(ref.today)
	}
	var days []time.Time
	for _, d := range from {
		switch unit {
		case dayUnit:
			d = addDays(d, n)
		case weekUnit:
			d = addDays(d, 7*n)
		case monthUnit:
			d = addMonths(d, n)
		}
		days = append(days, d)
	}
	return reading{days: days}, true
}

// halfPast is so many hours and a half from now (<n>, 0 for half an hour).
func halfPast(ref reference, v values) (reading, bool) {
	half := time.Duration(v.v[0])*time.Hour + 30*time.Minute
	return reading{moment: ref.now.Add(half)}, true
}

// clock is a time on a twelve-hour clock without more (<time>): afternoon and
// morning are both meant, except for 0:30 or 15:00.
func clock(_ reference, v values) (reading, bool) {
	t := v.v[0]
	switch h := t / 60; {
	case h == 12 && t%60 == 0:
		return reading{minutes: []int{t, 24 * 60, 0}}, true
	case h == 12:
		return reading{minutes: []int{t, t - 12*60}}, true
	case h == 0 || h > 12:
		return reading{minutes: []int{t}}, true
	default:
		return reading{minutes: []int{t + 12*60, t}}, true
	}
}

// The values of the class <ampm>.
const (
	am = iota + 1
	pm
)

// clockAMPM is a time with AM or PM (<time> <ampm>). "12 AM" can be the
// midnight before a day or, as many mean it, the one after.
func clockAMPM(_ reference, v values) (reading, bool) {
	t, h := v.v[0], v.v[0]/60
	switch {
	case v.v[1] == am && t == 12*60:
		return reading{minutes: []int{0, 24 * 60}}, true
	case v.v[1] == am:
		return reading{minutes: []int{t % (12 * 60)}}, h <= 12
	case h >= 12:
		return reading{minutes: []int{t}}, t < 24*60
	}
	return reading{minutes: []int{t + 12*60}}, h > 0
}

// aroundHour is so many minutes past a full hour, with or without AM or PM
// (<hour> <ampm>?).
func aroundHour(past int) action {
	return func(ref reference, v values) (reading, bool) { return beside(ref, v.v[0], past, v.v[1]) }
}

// minutesAround is "ten past three" (1) or "ten minutes to three" (-1)
// (<minute> <hour> <ampm>?).
func minutesAround(sign int) action {
	return func(ref reference, v values) (reading, bool) { return beside(ref, v.v[1], sign*v.v[0], v.v[2]) }
}

// minutesBefore is "cinco menos cuarto" (<hour> <minutes> <ampm>?).
func minutesBefore(ref reference, v values) (reading, bool) {
	return beside(ref, v.v[0], -v.v[1], v.v[2])
}

// beside is a time counted from a full hour. Before 12 the AM or PM may belong
// to either hour and is not trusted.
func beside(ref reference, hour, past, ampm int) (reading, bool) {
	if past < 0 && (hour < 60 || hour > 12*60) {
		return reading{}, false
	}
	t := hour + past
	if t < 60 && past < 0 {
		t += 12 * 60
	}
	if ampm == 0 || hour == 12*60 && past < 0 {
		return clock(ref, values{}.with(t))
	}
	return clockAMPM(ref, values{}.with(t).with(ampm))
}

// clockPart is a time with its part of the day (<time> <part>).
func clockPart(ref reference, v values) (reading, bool) {
	r, ok := clock(ref, v)
	r.part = part(v.v[1])
	return r, ok
}

// clockIn is a time in a part of the day that the words name (<time>).
func clockIn(p part) action {
	return func(ref reference, v values) (reading, bool) {
		r, ok := clock(ref, v)
		r.part = p
		return r, ok
	}
}

// partOfDay is a part of the day named alone (<part>).
func partOfDay(_ reference, v values) (reading, bool) { return reading{part: part(v.v[0])}, true }

// partOfToday is "this afternoon" (<part>).
func partOfToday(ref reference, v values) (reading, bool) {
	return reading{days: []time.Time{ref.today}, part: part(v.v[0])}, true
}

var (
	noon = fixed(reading{minutes: []int{12 * 60}})
	// midnight belongs to two days: the one that it ends comes first, since
	// that is what "by midnight" means.
	midnight = fixed(reading{minutes: []int{24 * 60, 0}})
	anytime  = fixed(reading{anytime: true})
	bygone   = fixed(reading{past: true})
	filler   = fixed(reading{}) // adds nothing
)
