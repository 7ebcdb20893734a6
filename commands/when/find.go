package when

import (
	"cmp"
	"slices"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Found is a time in a longer text.
type Found struct {
	When models.When // zero if Err is set
	// Start and End are the bytes of the words that say the time, with "by",
	// "for" or "at" before it. Where several stretches do, the longest.
	Start, End int
	// Err is an *[AmbiguousError] or [ErrPast], as in [Parse].
	Err error
}

// Find looks for the longest stretch of words that [Parse] understands in a
// line such as "a ride to the clinic Thursday at 2 PM". It rather misses a
// time than sees one that is not there: no bare number, month or short
// weekday, no "now" or "whenever", nothing after words such as "every",
// "until" or "not". It asks, in Err, where Parse would, and besides: where the
// text names several times or denies something before them, where the hour
// stands apart from the day, where a number can belong to what follows
// ("jueves 12 cajas"). A past time is reported if there is no other.
//
// It cannot tell a wish from a story ("my car broke down on Thursday"), so
// what it finds has to be shown to the person before it counts. Texts of more
// than 200 characters are not searched.
func Find(text string, now time.Time, prefer models.Lang) (Found, bool) {
	ref := newReference(now, true)
	ts := tokenize(text)
	var times, hoursOnly []stretch
	var past *stretch
	barred := false
	all := stretches(ref, ts, prefer)
	for _, s := range longest(all) {
		switch s.judge(ts) {
		case wanted:
			times = append(times, s)
		case askable:
			times = append(times, s.asked(ts, all))
		case hourOnly:
			hoursOnly = append(hoursOnly, s)
		case forbidden:
			barred = true
		case over:
			past = cmp.Or(past, &s)
		}
	}
	switch {
	case len(times) > 0:
		return combine(ref, times, hoursOnly, barred).found(ts), true
	case past != nil:
		return past.found(ts), true
	}
	return Found{}, false
}

// stretch is a run of tokens that says a time.
type stretch struct {
	from, to int // tokens, to not included
	readings []reading
	outcome  outcome
}

func (s stretch) found(ts []token) Found {
	w, err := s.outcome.result()
	return Found{When: w, Start: ts[s.from].start, End: ts[s.to-1].end, Err: err}
}

// stretches are all that either language understands.
func stretches(ref reference, ts []token, prefer models.Lang) []stretch {
	var all []stretch
	for i := range ts {
		if !startable(ts, i) {
			continue
		}
		ends := map[int][]reading{}
		for _, g := range grammars(prefer) {
			for end, readings := range g.read(ref, ts, i) {
				ends[end] = append(ends[end], readings...)
			}
		}
		for end, readings := range ends {
			o := ref.settle(readings)
			if endable(ts, end) && o.understood() {
				all = append(all, stretch{from: i, to: end, readings: readings, outcome: o})
			}
		}
	}
	return all
}

// longest picks stretches that do not overlap, the longest first, and puts
// them in the order of the text.
func longest(all []stretch) []stretch {
	slices.SortFunc(all, func(a, b stretch) int {
		return cmp.Or(cmp.Compare(b.to-b.from, a.to-a.from), cmp.Compare(a.from, b.from))
	})
	var picked []stretch
	for _, s := range all {
		if !slices.ContainsFunc(picked, func(p stretch) bool { return s.from < p.to && p.from < s.to }) {
			picked = append(picked, s)
		}
	}
	slices.SortFunc(picked, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	return picked
}

// combine makes one answer of the stretches that were found: the longest, with
// what the others say as further options. A day and an hour that stand apart
// ("on Thursday I need a ride at 2 PM") probably belong together.
func combine(ref reference, times, hoursOnly []stretch, barred bool) stretch {
	best := times[0]
	for _, s := range times[1:] {
		if s.to-s.from > best.to-best.from {
			best = s
		}
	}
	best.outcome.ask = best.outcome.ask || barred || len(times)+len(hoursOnly) > 1
	if all := slices.Concat(times, hoursOnly); len(all) == 2 {
		if o := together(ref, all[0], all[1]); len(o.options) > 0 {
			o.ask = true
			best.outcome = o
			return best
		}
	}
	for _, s := range times {
		best.outcome.join(s.outcome)
	}
	return best
}

// together reads the day of one stretch with the hour of the other.
func together(ref reference, a, b stretch) outcome {
	var joined []reading
	for _, r := range a.readings {
		for _, s := range b.readings {
			if both, ok := r.and(s); ok && (r.timeless() && s.dayless() || r.dayless() && s.timeless()) {
				joined = append(joined, both)
			}
		}
	}
	return ref.settle(joined)
}

// verdict is what a stretch is worth in its surroundings.
type verdict int

const (
	worthless verdict = iota // not a time here
	wanted
	askable
	hourOnly  // "at 3", "in the morning": only with a day named elsewhere
	forbidden // a time, but not the one wanted ("every Thursday")
	over
)

func (s stretch) judge(ts []token) verdict {
	every := func(is func(reading) bool) bool {
		return !slices.ContainsFunc(s.readings, func(r reading) bool { return !is(r) })
	}
	noun := plain(ts, s.to)
	switch {
	case s.barred(ts) && len(s.outcome.options) == 0:
		return worthless
	case s.barred(ts):
		return forbidden
	case len(s.outcome.options) == 0:
		return over
	case every(reading.loose), noun && every(reading.vague), noun && every(reading.bareDate):
		return worthless
	case every(reading.vague):
		return hourOnly
	case every(func(r reading) bool { return r.weak || r.bareDate() }), noun && s.endsInNumber(ts), s.doubtful(ts):
		return askable
	}
	return wanted
}

func (s stretch) endsInNumber(ts []token) bool { return ts[s.to-1].kind == number }

// asked is the stretch as a question. If its last number may belong to the
// words behind it, what is left without it is offered too: "el jueves 12
// cajas" is Thursday the 12th, or 12 boxes on Thursday.
func (s stretch) asked(ts []token, all []stretch) stretch {
	s.outcome.ask = true
	for _, shorter := range all {
		if s.endsInNumber(ts) && shorter.from == s.from && shorter.to == s.to-1 {
			s.outcome.join(shorter.outcome)
		}
	}
	return s
}

// loose reports whether the words alone usually mean something else.
func (r reading) loose() bool { return r.weak && !r.several() }

// bareDate reports whether the reading is "the 15th" and no more.
func (r reading) bareDate() bool { return r.monthless && !r.several() }

// vague reports whether the reading is an hour without morning or afternoon,
// or a part of the day, and no day.
func (r reading) vague() bool {
	return r.dayless() && (r.minutes == nil || r.part == noPart && len(r.minutes) > 1)
}

// several reports whether more than one thing was said, which makes it less
// likely that a word was meant otherwise.
func (r reading) several() bool {
	said := 0
	for _, is := range []bool{r.days != nil, r.weekday != 0, r.week != noWeek, r.minutes != nil, r.part != noPart} {
		if is {
			said++
		}
	}
	return said > 1
}
