package when

import (
	"slices"
	"time"
)

// part is a part of the day, or a span of it that only goes with a clock time.
type part int

const (
	noPart part = iota
	morning
	afternoon
	evening
	night
	smallHours // "de la madrugada"
	middle     // "del día", around noon
)

// clockHours is which minutes of the day a clock time may show in each part. The
// hour 12 counts as morning too, so that "12 in the morning" is asked; and
// midnight, 0 and 1440, is both ends of a night.
var clockHours = map[part]struct{ from, to int }{
	morning:    {0, 12*60 + 59},
	afternoon:  {12 * 60, 20*60 + 59},
	evening:    {16 * 60, 24 * 60},
	night:      {18 * 60, 24 * 60},
	smallHours: {0, 6*60 + 59},
	middle:     {10 * 60, 15*60 + 59},
}

// holds reports whether the minute of the day lies in the part.
func (p part) holds(minute int) bool {
	h, ok := clockHours[p]
	if !ok || h.from <= minute && minute <= h.to {
		return true
	}
	midnight := minute == 0 || minute == 24*60
	return midnight && (p == evening || p == night || p == smallHours)
}

// week says which week was named.
type week int

const (
	noWeek week = iota
	thisWeek
	nextWeek
	eitherWeek // "the next week": from today, or from Monday
)

// reading is what some words say about a time. Each kind of phrase fills a
// part of it, and the parts are put together with and.
type reading struct {
	days    []time.Time // dates that may be meant, the likeliest first
	weekday int         // a weekday named alone, 1 is Sunday; 0 is none
	week    week
	minutes []int // minutes of the day that may be meant, the likeliest first
	part    part

	moment  time.Time // an exact time ("in 3 hours")
	anytime bool
	past    bool // the words themselves say so ("yesterday")
	whole   bool // any hour of the day will do ("by the end of the day")

	confirm   bool // ask even if one time is left
	weak      bool // the words often mean something else ("now", "sat", "1/2")
	monthless bool // with a day of the month that lacks its month ("the 15th")
}

// and joins what two phrases say. It reports false if they do not go together.
func (r reading) and(o reading) (reading, bool) {
	if r.stands() && !o.empty() || o.stands() && !r.empty() {
		return reading{}, false
	}
	if r.weekday != 0 && o.weekday != 0 || r.week != noWeek && o.week != noWeek ||
		r.minutes != nil && o.minutes != nil {
		return reading{}, false
	}
	var ok bool
	if r.days, ok = sameDays(r.days, o.days); !ok {
		return reading{}, false
	}
	if r.part, ok = samePart(r.part, o.part); !ok {
		return reading{}, false
	}
	r.weekday += o.weekday
	r.week += o.week
	if o.minutes != nil {
		r.minutes = o.minutes
	}
	if o.stands() {
		r.moment, r.anytime = o.moment, o.anytime
	}
	r.past = r.past || o.past
	r.whole = r.whole || o.whole
	r.confirm = r.confirm || o.confirm
	r.weak = r.weak || o.weak
	r.monthless = r.monthless || o.monthless
	return r, true
}

// stands reports whether the reading is complete and takes no addition.
func (r reading) stands() bool { return r.anytime || !r.moment.IsZero() }

func (r reading) empty() bool {
	return r.days == nil && r.weekday == 0 && r.week == noWeek && r.minutes == nil &&
		r.part == noPart && !r.stands() && !r.past && !r.whole
}

// dayless reports whether only an hour or a part of the day was named.
func (r reading) dayless() bool {
	return r.days == nil && r.weekday == 0 && r.week == noWeek && !r.stands() && !r.past &&
		(r.minutes != nil || r.part != noPart)
}

// timeless reports whether only a day was named.
func (r reading) timeless() bool {
	return (r.days != nil || r.weekday != 0) && r.minutes == nil && r.part == noPart
}

// sameDays keeps the dates that both phrases allow ("tomorrow, the 29th").
func sameDays(a, b []time.Time) ([]time.Time, bool) {
	if a == nil || b == nil {
		return append(slices.Clip(a), b...), true
	}
	var both []time.Time
	for _, d := range a {
		if slices.ContainsFunc(b, d.Equal) {
			both = append(both, d)
		}
	}
	return both, both != nil
}

// samePart keeps the narrower of two parts of the day that agree.
func samePart(a, b part) (part, bool) {
	switch {
	case a == b, b == noPart:
		return a, true
	case a == noPart:
		return b, true
	case a == evening && b == night, a == night && b == evening:
		return night, true
	}
	return noPart, false
}
