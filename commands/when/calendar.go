package when

import (
	"slices"
	"time"
)

// A calendar date is held as its midnight in UTC, where every day has 24
// hours; instant places it in a zone.

func dateOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// civil is the date y-m-d, and false if the calendar has no such day.
func civil(y, m, d int) (time.Time, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == d && int(t.Month()) == m
}

func addDays(d time.Time, n int) time.Time { return d.AddDate(0, 0, n) }

// addMonths stays in the month meant: a month after January 31 is the last of
// February, not March 3.
func addMonths(d time.Time, n int) time.Time {
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return addDays(first, min(d.Day(), last)-1)
}

// instant is the moment at which the clocks of the zone show so many minutes
// of that date. Minute 1440 is the midnight that ends it. A time that exists
// twice, when clocks go back, is the first of the two. A time that does not
// exist, when clocks go forward, is moved on by as much as the clocks are:
// 2:30 becomes 3:30. time.Date promises neither.
func instant(date time.Time, minutes int, zone *time.Location) time.Time {
	wall := date.Add(time.Duration(minutes) * time.Minute)
	shifted := func(by time.Duration) time.Time {
		_, offset := wall.Add(by).In(zone).Zone()
		return wall.Add(-time.Duration(offset) * time.Second)
	}
	before, after := shifted(-24*time.Hour), shifted(24*time.Hour)
	shows := func(t time.Time) bool {
		_, offset := t.In(zone).Zone()
		return t.Add(time.Duration(offset) * time.Second).Equal(wall)
	}
	if !shows(before) && shows(after) {
		return after
	}
	return before
}

// following is the first such weekday after the date.
func following(date time.Time, wd time.Weekday) time.Time {
	ahead := (int(wd-date.Weekday()) + 6) % 7
	return addDays(date, ahead+1)
}

// soonest is the weekday as said without "next": the coming one, and where
// that is today both today and a week from now, since people mean either.
func soonest(today time.Time, wd time.Weekday) []time.Time {
	if today.Weekday() == wd {
		return []time.Time{today, addDays(today, 7)}
	}
	return []time.Time{following(today, wd)}
}

// inWeek is the weekday of this week (0) or of a later one. Weeks begin on
// Monday for some and on Sunday for others, so there can be two answers.
func inWeek(today time.Time, wd time.Weekday, weeks int) []time.Time {
	sunday := addDays(today, 7*weeks-int(today.Weekday()))
	monday := addDays(today, 7*weeks-(int(today.Weekday())+6)%7)
	return unique(addDays(monday, (int(wd)+6)%7), addDays(sunday, int(wd)))
}

// nextMondays is when next week begins: two answers if today is a Sunday.
func nextMondays(today time.Time) []time.Time { return inWeek(today, time.Monday, 1) }

// weekend is the Saturday and the Sunday of the weekend that is running or
// comes next, moved by so many weeks.
func weekend(today time.Time, weeks int) []time.Time {
	saturday := addDays(today, (int(time.Saturday-today.Weekday())+7)%7)
	if today.Weekday() == time.Sunday {
		saturday = addDays(today, -1)
	}
	saturday = addDays(saturday, 7*weeks)
	return []time.Time{saturday, addDays(saturday, 1)}
}

// recent is how long a date without a year is taken to be a slip rather than
// a date of next year: in October "October 12" is asked, "January 5" is not.
const recent = 92

// yearless is the day of the month in this year or the next. A date that has
// just gone is kept beside next year's, so that it is asked.
func yearless(today time.Time, month, day int) []time.Time {
	this, ok := civil(today.Year(), month, day)
	if ok && !this.Before(today) {
		return []time.Time{this}
	}
	var dates []time.Time
	if ok && this.After(addDays(today, -recent)) {
		dates = append(dates, this)
	}
	if next, ok := civil(today.Year()+1, month, day); ok {
		dates = append(dates, next)
	}
	return dates
}

// monthless is "the 15th": of this month if it is ahead, else of the next.
// If it is today, a month from now is meant as easily.
func monthless(today time.Time, day int) []time.Time {
	first := addDays(today, 1-today.Day())
	var dates []time.Time
	for n := range 3 { // of three months in a row at least one has 31 days
		month := addMonths(first, n)
		d, ok := civil(month.Year(), int(month.Month()), day)
		if !ok || d.Before(today) {
			continue
		}
		dates = append(dates, d)
		if d.After(today) {
			return dates
		}
	}
	return dates
}

// nearest is the day of that weekday closest to the date.
func nearest(date time.Time, wd time.Weekday) time.Time { return following(addDays(date, -4), wd) }

func unique(dates ...time.Time) []time.Time {
	var out []time.Time
	for _, d := range dates {
		if !slices.ContainsFunc(out, d.Equal) {
			out = append(out, d)
		}
	}
	return out
}
