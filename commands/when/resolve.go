package when

import (
	"slices"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// horizon is how many years ahead a time may lie. Further is a slip of the
// keyboard, and a bound on what arithmetic can be made to do.
const horizon = 5

// reference is the moment and the zone that a text is read in.
type reference struct {
	now   time.Time
	zone  *time.Location
	today time.Time // a date, see calendar.go
	free  bool      // the text says other things too: take less for granted
}

func newReference(now time.Time, free bool) reference {
	return reference{now: now, zone: now.Location(), today: dateOf(now), free: free}
}

// outcome collects the times that readings of one stretch of words allow.
type outcome struct {
	options []models.When
	ask     bool // one option is not certain enough
	past    bool // something that was meant is over
}

func (o *outcome) add(options ...models.When) {
	for _, w := range options {
		if !slices.ContainsFunc(o.options, func(x models.When) bool { return x.Kind == w.Kind && x.At.Equal(w.At) }) {
			o.options = append(o.options, w)
		}
	}
}

func (o *outcome) join(p outcome) {
	o.add(p.options...)
	o.ask = o.ask || p.ask
	o.past = o.past || p.past
}

// understood reports whether the words say a time at all.
func (o outcome) understood() bool { return len(o.options) > 0 || o.past }

// result takes the only time that is left; whatever else is asked or refused.
// Where one of the times meant is over, the one left is asked too: whoever
// says "Wednesday at 8" on a Wednesday at 10 may have the hour wrong.
func (o outcome) result() (models.When, error) {
	switch {
	case len(o.options) == 0 && o.past:
		return models.When{}, ErrPast
	case len(o.options) == 0:
		return models.When{}, ErrUnknown
	case len(o.options) > 1 || o.ask || o.past:
		return models.When{}, &AmbiguousError{Options: o.options}
	}
	return o.options[0], nil
}

// settle works out every reading of the same words.
func (ref reference) settle(readings []reading) outcome {
	var all outcome
	for _, r := range readings {
		all.join(ref.resolve(r))
	}
	return all
}

// resolve works out the times that a reading allows.
func (ref reference) resolve(r reading) outcome {
	r.minutes = slices.DeleteFunc(slices.Clone(r.minutes), func(m int) bool { return !r.part.holds(m) })
	switch {
	case r.past:
		return outcome{past: true}
	case r.anytime:
		return outcome{options: []models.When{{Kind: models.WhenAnytime}}}
	case !r.moment.IsZero():
		at := models.When{Kind: models.WhenMoment, At: r.moment.UTC().Truncate(time.Minute)}
		return outcome{options: []models.When{at}, ask: r.confirm}
	case r.week != noWeek && r.weekday == 0:
		return ref.weeks(r)
	case r.dayless():
		return ref.nextTime(r)
	case r.whole && r.days == nil && r.weekday == 0:
		r.days = []time.Time{ref.today}
	}
	days, ask := ref.candidates(r)
	o := outcome{ask: ask || r.confirm}
	for _, d := range days {
		ahead, past := ref.ahead(ref.onDay(d, r))
		o.add(ahead...)
		o.past = o.past || past && len(ahead) == 0
	}
	return o
}

// weeks is this week or the next, when nothing else was said.
func (ref reference) weeks(r reading) outcome {
	if r.days != nil || r.minutes != nil || r.part != noPart {
		return outcome{}
	}
	var starts []time.Time
	if r.week != nextWeek {
		starts = append(starts, ref.today)
	}
	if r.week != thisWeek {
		starts = append(starts, nextMondays(ref.today)...)
	}
	o := outcome{ask: r.confirm}
	for _, d := range starts {
		o.add(models.When{Kind: models.WhenWeek, At: instant(d, 0, ref.zone).UTC()})
	}
	return o
}

// nextTime is an hour or a part of the day without a date: the next such time,
// asked unless it is an hour of today. "In the morning" can be any morning and
// is always asked, and so is an hour that stands far from the date it may
// belong to, in a free text.
func (ref reference) nextTime(r reading) outcome {
	if r.minutes == nil {
		return ref.todayOrTomorrow(r)
	}
	o := outcome{ask: true}
	for _, m := range r.minutes {
		at := r
		at.minutes = []int{m}
		one := ref.todayOrTomorrow(at)
		if !one.past && !ref.free && len(one.options) > 0 {
			one.options = one.options[:1]
			o.ask = false
		}
		o.add(one.options...)
	}
	o.ask = o.ask || r.confirm
	return o
}

// todayOrTomorrow is the reading on both days. Its past tells that today is
// too late.
func (ref reference) todayOrTomorrow(r reading) outcome {
	ahead, past := ref.ahead(ref.onDay(ref.today, r))
	o := outcome{options: ahead, past: past, ask: true}
	o.add(ref.onDay(addDays(ref.today, 1), r)...)
	return o
}

// candidates are the dates meant, and whether to ask in any case. A weekday
// that does not fit its date ("Friday, December 10", a Thursday) is a slip on
// one side or the other: both are offered.
func (ref reference) candidates(r reading) (days []time.Time, ask bool) {
	if r.weekday == 0 {
		return r.days, false
	}
	wd := time.Weekday(r.weekday - 1)
	if r.week != noWeek {
		if r.days != nil || r.week == eitherWeek {
			return nil, false
		}
		return inWeek(ref.today, wd, int(r.week-thisWeek)), false
	}
	if r.days == nil {
		return soonest(ref.today, wd), false
	}
	fitting := slices.DeleteFunc(slices.Clone(r.days), func(d time.Time) bool { return d.Weekday() != wd })
	switch {
	case len(fitting) > 0:
		return fitting, false
	case r.weak && ref.free:
		return nil, false
	}
	other := nearest(r.days[0], wd)
	if other.Before(ref.today) {
		other = addDays(other, 7)
	}
	return append(slices.Clip(r.days), other), true
}

// onDay is the reading on one date, whether it is past or not.
func (ref reference) onDay(day time.Time, r reading) []models.When {
	at := func(kind models.WhenKind, minute int) models.When {
		return models.When{Kind: kind, At: instant(day, minute, ref.zone).UTC()}
	}
	if r.minutes != nil {
		var all []models.When
		for _, m := range r.minutes {
			all = append(all, at(models.WhenMoment, m))
		}
		return all
	}
	switch r.part {
	case noPart:
		return []models.When{at(models.WhenDay, 0)}
	case morning:
		return []models.When{at(models.WhenMorning, 6*60)}
	case afternoon:
		return []models.When{at(models.WhenAfternoon, 12*60)}
	case evening, night:
		return []models.When{at(models.WhenEvening, 18*60)}
	}
	return nil // a span that says nothing without a clock time
}

// ahead keeps what is not over yet and within the horizon.
func (ref reference) ahead(all []models.When) (ahead []models.When, past bool) {
	limit := ref.now.AddDate(horizon, 0, 0)
	for _, w := range all {
		switch {
		case !w.End(ref.zone).After(ref.now):
			past = true
		case w.At.Before(limit):
			ahead = append(ahead, w)
		}
	}
	return ahead, past
}
