package models

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests need New England's clock on every machine

	"pgregory.net/rapid"
)

func newYork(t interface{ Fatal(...any) }) *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestDaysUntil(t *testing.T) {
	t.Parallel()
	zone := newYork(t)
	// In 2026 clocks go forward on March 8 and back on November 1, at 2 AM.
	tests := []struct {
		name    string
		now, at time.Time
		want    int
	}{
		{"the same moment", time.Date(2026, 12, 7, 12, 0, 0, 0, zone), time.Date(2026, 12, 7, 12, 0, 0, 0, zone), 0},
		{"a minute after midnight", time.Date(2026, 12, 7, 23, 59, 0, 0, zone), time.Date(2026, 12, 8, 0, 1, 0, 0, zone), 1},
		{"the whole day", time.Date(2026, 12, 7, 0, 0, 0, 0, zone), time.Date(2026, 12, 7, 23, 59, 59, 0, zone), 0},
		{"yesterday", time.Date(2026, 12, 7, 0, 0, 0, 0, zone), time.Date(2026, 12, 6, 23, 59, 0, 0, zone), -1},
		{"the day of 23 hours", time.Date(2026, 3, 8, 0, 0, 0, 0, zone), time.Date(2026, 3, 9, 0, 0, 0, 0, zone), 1},
		{"over the day of 23 hours", time.Date(2026, 3, 7, 12, 0, 0, 0, zone), time.Date(2026, 3, 10, 0, 0, 0, 0, zone), 3},
		{"back over it", time.Date(2026, 3, 9, 0, 30, 0, 0, zone), time.Date(2026, 3, 8, 0, 0, 0, 0, zone), -1},
		{"the day of 25 hours", time.Date(2026, 11, 1, 0, 0, 0, 0, zone), time.Date(2026, 11, 1, 23, 59, 0, 0, zone), 0},
		{"over the day of 25 hours", time.Date(2026, 10, 31, 23, 0, 0, 0, zone), time.Date(2026, 11, 2, 0, 0, 0, 0, zone), 2},
		{"the second 1:30 AM of that day", time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC), time.Date(2026, 11, 2, 0, 0, 0, 0, zone), 1},
		{"over the year's end", time.Date(2026, 12, 31, 23, 0, 0, 0, zone), time.Date(2027, 1, 1, 1, 0, 0, 0, zone), 1},
		{"over February 29", time.Date(2028, 2, 28, 12, 0, 0, 0, zone), time.Date(2028, 3, 1, 12, 0, 0, 0, zone), 2},
		{"a year", time.Date(2026, 12, 31, 12, 0, 0, 0, zone), time.Date(2027, 12, 31, 12, 0, 0, 0, zone), 365},
		{"this evening is tomorrow in UTC", time.Date(2026, 12, 7, 12, 0, 0, 0, zone), time.Date(2026, 12, 8, 1, 0, 0, 0, time.UTC), 0},
	}
	for _, tt := range tests {
		if got := DaysUntil(tt.at, tt.now, zone); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
		if got := DaysUntil(tt.at.UTC(), tt.now.UTC(), zone); got != tt.want {
			t.Errorf("%s, given in UTC: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestDaysUntilCountsCalendarDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := newYork(t)
		now := time.Unix(rapid.Int64Range(1_700_000_000, 2_000_000_000).Draw(t, "now"), 0).In(zone)
		days := rapid.IntRange(-800, 800).Draw(t, "days")
		hour := rapid.IntRange(0, 23).Draw(t, "hour")
		at := time.Date(now.Year(), now.Month(), now.Day()+days, hour, 30, 0, 0, zone)
		if got := DaysUntil(at, now, zone); got != days {
			t.Fatalf("from %s to %s: %d days, want %d", now, at, got, days)
		}
		if back := DaysUntil(now, at, zone); back != -days {
			t.Fatalf("and back: %d", back)
		}
	})
}

func TestPriorityFor(t *testing.T) {
	t.Parallel()
	zone := newYork(t)
	now := time.Date(2026, 12, 29, 22, 0, 0, 0, zone) // days later is next year
	in := func(days int) When { return When{WhenDay, time.Date(2026, 12, 29+days, 0, 0, 0, 0, zone).UTC()} }
	tests := []struct {
		name string
		when When
		want Priority
	}{
		{"nothing said", When{}, PriorityAnytime},
		{"any time", When{Kind: WhenAnytime}, PriorityAnytime},
		{"yesterday", in(-1), PriorityUrgent},
		{"today", in(0), PriorityUrgent},
		{"tomorrow", in(1), PriorityUrgent},
		{"in two days", in(2), PrioritySoon},
		{"in five days", in(5), PrioritySoon},
		{"in six days", in(6), PriorityWeek},
		{"in ten days", in(10), PriorityWeek},
		{"in eleven days", in(11), PriorityAnytime},
		{"this week", When{WhenWeek, now.UTC()}, PriorityWeek},
		{"next week", When{WhenWeek, now.AddDate(0, 0, 7).UTC()}, PriorityWeek},
		{"an hour from now", When{WhenMoment, now.Add(time.Hour).UTC()}, PriorityUrgent},
		{"tomorrow night at 11", When{WhenMoment, now.Add(25 * time.Hour).UTC()}, PriorityUrgent},
		{"the night after that", When{WhenMoment, now.Add(49 * time.Hour).UTC()}, PrioritySoon},
		{"tomorrow evening", When{WhenEvening, time.Date(2026, 12, 30, 18, 0, 0, 0, zone).UTC()}, PriorityUrgent},
	}
	for _, tt := range tests {
		if got := PriorityFor(tt.when, now, zone); got != tt.want {
			t.Errorf("%s is %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestWhenEnd(t *testing.T) {
	t.Parallel()
	zone := newYork(t)
	at := func(month time.Month, day, hour int) time.Time {
		return time.Date(2026, month, day, hour, 0, 0, 0, zone)
	}
	tests := []struct {
		name string
		when When
		want time.Time
	}{
		{"a moment", When{WhenMoment, at(12, 10, 14)}, at(12, 10, 14)},
		{"a day", When{WhenDay, at(12, 10, 0)}, at(12, 11, 0)},
		{"a morning", When{WhenMorning, at(12, 10, 8)}, at(12, 10, 12)},
		{"an afternoon", When{WhenAfternoon, at(12, 10, 12)}, at(12, 10, 18)},
		{"an evening", When{WhenEvening, at(12, 10, 18)}, at(12, 11, 0)},
		{"a week", When{WhenWeek, at(12, 7, 0)}, at(12, 14, 0)},
		{"the year's last day", When{WhenDay, at(12, 31, 0)}, time.Date(2027, 1, 1, 0, 0, 0, 0, zone)},
		{"any time", When{Kind: WhenAnytime}, time.Time{}},
		{"nothing said", When{}, time.Time{}},
		// On the days when clocks change, noon is still noon.
		{"the day of 23 hours", When{WhenDay, at(3, 8, 0)}, at(3, 9, 0)},
		{"its morning", When{WhenMorning, at(3, 8, 8)}, at(3, 8, 12)},
		{"its afternoon", When{WhenAfternoon, at(3, 8, 12)}, at(3, 8, 18)},
		{"the day of 25 hours", When{WhenDay, at(11, 1, 0)}, at(11, 2, 0)},
		{"its morning too", When{WhenMorning, at(11, 1, 8)}, at(11, 1, 12)},
		{"its afternoon too", When{WhenAfternoon, at(11, 1, 12)}, at(11, 1, 18)},
		{"a week with such a day", When{WhenWeek, at(3, 2, 0)}, at(3, 9, 0)},
	}
	for _, tt := range tests {
		tt.when.At = tt.when.At.UTC()
		if got := tt.when.End(zone); !got.Equal(tt.want) {
			t.Errorf("%s ends %s, want %s", tt.name, got.In(zone), tt.want)
		}
	}
}

func TestWhenKnown(t *testing.T) {
	t.Parallel()
	if (When{}).Known() || !(When{Kind: WhenAnytime}).Known() {
		t.Error("any time is something that was said, the zero When is not")
	}
}

func TestWaitingRaisesAPriority(t *testing.T) {
	t.Parallel()
	// Each stands level with an urgent need that is filed so many days later.
	for p, days := range map[Priority]int{PriorityUrgent: 0, PrioritySoon: 2, PriorityWeek: 5, PriorityAnytime: 14} {
		if got, want := RankAt(noon, p), noon.Add(time.Duration(days)*24*time.Hour); !got.Equal(want) {
			t.Errorf("%s ranks at %s, want %s", p, got, want)
		}
	}
	list := Priorities()
	for i := 1; i < len(list); i++ {
		if !RankAt(noon, list[i-1]).Before(RankAt(noon, list[i])) {
			t.Errorf("filed together, %s does not come before %s", list[i-1], list[i])
		}
	}
	if len(list) != len(grace) {
		t.Errorf("%d priorities, %d of them rank", len(list), len(grace))
	}
}
