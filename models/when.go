package models

import "time"

// WhenKind says how exact the time of a need or an offer is.
type WhenKind string

// The kinds. A part of a day and a week are kept as their first moment.
const (
	WhenAnytime   WhenKind = "anytime"
	WhenMoment    WhenKind = "moment"
	WhenDay       WhenKind = "day"
	WhenMorning   WhenKind = "morning"
	WhenAfternoon WhenKind = "afternoon"
	WhenEvening   WhenKind = "evening"
	WhenWeek      WhenKind = "week"
)

// When is a time as a person gave it: "Thursday at 2 PM" is a moment,
// "tomorrow" a day, "this week" a week. At is its start in UTC and zero for
// anytime; which day that is depends on the coalition's zone.
type When struct {
	Kind WhenKind  `gorm:"column:when_kind"`
	At   time.Time `gorm:"column:when_at"`
}

// Known reports whether a time was given at all.
func (w When) Known() bool { return w.Kind != "" }

// End is the moment after which the time is past, in the zone given: the end
// of the day for a day, of the seventh day for a week.
func (w When) End(zone *time.Location) time.Time {
	year, month, day := w.At.In(zone).Date()
	switch w.Kind {
	case WhenMoment:
		return w.At
	case WhenMorning:
		return time.Date(year, month, day, 12, 0, 0, 0, zone)
	case WhenAfternoon:
		return time.Date(year, month, day, 18, 0, 0, 0, zone)
	case WhenDay, WhenEvening:
		return time.Date(year, month, day+1, 0, 0, 0, 0, zone)
	case WhenWeek:
		return time.Date(year, month, day+7, 0, 0, 0, 0, zone)
	}
	return time.Time{}
}

// Priority says how soon a need has to be met.
type Priority string

// The priorities, most urgent first.
const (
	PriorityUrgent  Priority = "urgent"
	PrioritySoon    Priority = "soon"
	PriorityWeek    Priority = "week"
	PriorityAnytime Priority = "anytime"
)

// Priorities lists them, most urgent first.
func Priorities() []Priority {
	return []Priority{PriorityUrgent, PrioritySoon, PriorityWeek, PriorityAnytime}
}

// PriorityFor works the priority out from the time, counting calendar days in
// the coalition's zone: today and tomorrow are urgent, up to five days are
// soon, up to ten "this week", the rest can wait. No time at all can wait too.
func PriorityFor(w When, now time.Time, zone *time.Location) Priority {
	if !w.Known() || w.Kind == WhenAnytime {
		return PriorityAnytime
	}
	if w.Kind == WhenWeek {
		return PriorityWeek
	}
	switch days := DaysUntil(w.At, now, zone); {
	case days <= 1:
		return PriorityUrgent
	case days <= 5:
		return PrioritySoon
	case days <= 10:
		return PriorityWeek
	}
	return PriorityAnytime
}

// DaysUntil counts the calendar days from now to at in the zone: 0 is today,
// 1 tomorrow, -1 yesterday, whatever the hour and across changes of clocks.
func DaysUntil(at, now time.Time, zone *time.Location) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(at).Sub(day(now)) / (24 * time.Hour))
}

// grace is how long a need of a priority may wait before it stands level with
// an urgent one filed just now: this is how waiting ages a priority.
var grace = map[Priority]time.Duration{
	PriorityUrgent:  0,
	PrioritySoon:    2 * 24 * time.Hour,
	PriorityWeek:    5 * 24 * time.Hour,
	PriorityAnytime: 14 * 24 * time.Hour,
}

// RankAt is the board's order, earliest first: when the need was posted plus
// the grace of its priority. It needs no clock, so that an index can hold it.
func RankAt(posted time.Time, p Priority) time.Time { return posted.Add(grace[p]) }
