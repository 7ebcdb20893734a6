package catalogue

import (
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Date writes the day of t in the zone with weekday and month in letters:
// "Thursday, December 10", "jueves 10 de diciembre". The year is added when it
// is not the year of now.
func Date(lang models.Lang, t, now time.Time, zone *time.Location) string {
	c := calendarOf(lang)
	t = t.In(zone)
	date := fmt.Sprintf(c.date, c.weekdays[t.Weekday()], c.months[t.Month()-1], t.Day())
	if t.Year() != now.In(zone).Year() {
		date += fmt.Sprintf(c.year, t.Year())
	}
	return date
}

// Clock writes the hour of t in the zone, "2:00 PM" or "2:00 p. m.", with noon
// and midnight in words.
func Clock(lang models.Lang, t time.Time, zone *time.Location) string {
	c := calendarOf(lang)
	t = t.In(zone)
	switch {
	case t.Minute() == 0 && t.Hour() == 12:
		return c.noon
	case t.Minute() == 0 && t.Hour() == 0:
		return c.midnight
	}
	half := c.am
	if t.Hour() >= 12 {
		half = c.pm
	}
	return t.Format("3:04 ") + half
}

// AtClock writes the hour as it stands in a sentence: "at 2:00 PM", "a las 2:00
// p. m.", "a la 1:00 p. m.", "al mediodía".
func AtClock(lang models.Lang, t time.Time, zone *time.Location) string {
	c := calendarOf(lang)
	t = t.In(zone)
	switch clock := Clock(lang, t, zone); {
	case clock == c.noon:
		return c.atNoon
	case clock == c.midnight:
		return c.atMidnight
	case t.Hour()%12 == 1:
		return c.atOne + clock
	default:
		return c.at + clock
	}
}

// DateClock writes day and hour: "Thursday, December 10, 2:00 PM".
func DateClock(lang models.Lang, t, now time.Time, zone *time.Location) string {
	return Date(lang, t, now, zone) + ", " + Clock(lang, t, zone)
}

// When writes a time as a card shows it, on a line of its own: "Thursday,
// December 10, 2:00 PM (in 3 days)". How far away it is stands in parentheses
// beside the date, because a card may be read days after it was written. It is
// empty if no time is known.
func When(lang models.Lang, w models.When, now time.Time, zone *time.Location) string {
	c := calendarOf(lang)
	switch w.Kind {
	case models.WhenMoment:
		return DateClock(lang, w.At, now, zone) + c.relative(w, now, zone)
	case models.WhenDay:
		return Date(lang, w.At, now, zone) + c.relative(w, now, zone)
	case models.WhenMorning, models.WhenAfternoon, models.WhenEvening:
		return Date(lang, w.At, now, zone) + ", " + c.parts[w.Kind] + c.relative(w, now, zone)
	case models.WhenWeek:
		return c.writeWeek(lang, w, now, zone)
	case models.WhenAnytime:
		return c.anytime
	}
	return ""
}

// writeWeek names a week and the days that bound it.
func (c calendar) writeWeek(lang models.Lang, w models.When, now time.Time, zone *time.Location) string {
	first := Date(lang, w.At, now, zone)
	last := Date(lang, w.At.In(zone).AddDate(0, 0, 6), now, zone)
	between := fmt.Sprintf(c.between, first, last)
	switch weekFrom(w, now, zone) {
	case 0:
		return c.thisWeek + " (" + fmt.Sprintf(c.until, last) + ")"
	case 1:
		return c.nextWeek + " (" + between + ")"
	default:
		return fmt.Sprintf(c.week, between) + c.relative(w, now, zone)
	}
}

// ShortWhen writes a time briefly, for lists and sentences: "today", "tomorrow
// 2:00 PM", "Thursday morning", "this week"; from a week away on, the date. It
// begins with a small letter where the language allows it (see [Capital]), and
// is empty if no time is known.
func ShortWhen(lang models.Lang, w models.When, now time.Time, zone *time.Location) string {
	c := calendarOf(lang)
	day, near := c.shortDay(lang, w.At, now, zone)
	join := ", "
	if near {
		join = " "
	}
	switch w.Kind {
	case models.WhenMoment:
		return day + join + Clock(lang, w.At, zone)
	case models.WhenDay:
		return day
	case models.WhenMorning, models.WhenAfternoon, models.WhenEvening:
		switch {
		case day == c.today:
			return c.todayParts[w.Kind]
		case near:
			return day + join + c.shortParts[w.Kind]
		}
		return day + join + c.parts[w.Kind]
	case models.WhenWeek:
		switch weekFrom(w, now, zone) {
		case 0:
			return c.thisWeek
		case 1:
			return c.nextWeek
		}
		return fmt.Sprintf(c.weekOf, Date(lang, w.At, now, zone))
	case models.WhenAnytime:
		return c.anytime
	}
	return ""
}

// shortDay names a day of the next six by a word, any other by its date. It
// reports whether it was such a near one.
func (c calendar) shortDay(lang models.Lang, t, now time.Time, zone *time.Location) (day string, near bool) {
	switch days := models.DaysUntil(t, now, zone); {
	case days == 0:
		return c.today, true
	case days == 1:
		return c.tomorrow, true
	case days > 1 && days < 7:
		return c.weekdays[t.In(zone).Weekday()], true
	}
	return Date(lang, t, now, zone), false
}

// relative writes how many days away w is, in parentheses.
func (c calendar) relative(w models.When, now time.Time, zone *time.Location) string {
	var text string
	switch days := models.DaysUntil(w.At, now, zone); {
	case days == 0:
		text = c.today
	case days == 1:
		text = c.tomorrow
	case days == -1:
		text = c.yesterday
	case days > 1:
		text = fmt.Sprintf(c.inDays, days)
	default:
		text = fmt.Sprintf(c.daysAgo, -days)
	}
	return " (" + text + ")"
}

// weekFrom counts which week w is: 0 is the running one, 1 the next, -1 any
// that is over, 2 any later one.
func weekFrom(w models.When, now time.Time, zone *time.Location) int {
	switch days := models.DaysUntil(w.At, now, zone); {
	case days <= -7:
		return -1
	case days <= 0:
		return 0
	case days <= 7:
		return 1
	}
	return 2
}
