package when

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// TestParseNow has what depends on the day or the hour at which it is said.
func TestParseNow(t *testing.T) {
	t.Parallel()
	tests := []struct{ now, text, want string }{
		// On a Sunday the new week begins tomorrow for some and began today for others.
		{"2026-11-01 10:00", "next week", "ask week 2026-11-02; week 2026-11-09"},
		{"2026-11-01 10:00", "la próxima semana", "ask week 2026-11-02; week 2026-11-09"},
		{"2026-11-01 10:00", "next Thursday", "ask day 2026-11-05; day 2026-11-12"},
		{"2026-11-01 10:00", "next Sunday", "day 2026-11-08"},
		{"2026-11-01 10:00", "Sunday this week", "day 2026-11-01"},
		{"2026-11-01 10:00", "this weekend", "ask day 2026-11-01"},
		{"2026-10-31 10:00", "this weekend", "ask day 2026-10-31; day 2026-11-01"},
		{"2026-10-31 10:00", "next week", "week 2026-11-02"},
		{"2026-11-02 10:00", "next week", "week 2026-11-09"},
		// The end of a month, of a year, of February.
		{"2027-01-31 10:00", "in a month", "day 2027-02-28"},
		{"2027-01-31 10:00", "the 30th", "day 2027-03-30"},
		{"2026-11-05 10:00", "the 31st", "day 2026-12-31"},
		{"2026-10-31 10:00", "the 31st", "ask day 2026-10-31; day 2026-12-31"},
		{"2026-12-31 23:50", "tomorrow", "day 2027-01-01"},
		{"2026-12-31 23:50", "in 20 minutes", "moment 2027-01-01 00:10"},
		{"2027-11-05 10:00", "Feb 29", "day 2028-02-29"},
		{"2027-01-31 10:00", "January 5", "ask day 2028-01-05"},
		// What is over today.
		{"2026-10-28 12:00", "this morning", "past"},
		{"2026-10-28 11:59", "this morning", "morning 2026-10-28"},
		{"2026-10-28 18:00", "this afternoon", "past"},
		{"2026-10-28 23:59", "tonight", "evening 2026-10-28"},
		{"2026-10-28 10:00", "today at 10 AM", "past"},
		{"2026-10-28 13:00", "noon", "ask moment 2026-10-29 12:00"},
		{"2026-10-28 22:00", "at 9", "ask moment 2026-10-29 21:00; moment 2026-10-29 09:00"},
		{"2026-10-28 22:00", "today at 9", "past"},
		{"2026-10-28 22:00", "a las 9 de la noche", "ask moment 2026-10-29 21:00"},
		{"2026-10-28 13:00", "in the morning", "ask morning 2026-10-29"},
		{"2026-10-28 13:00", "Wednesday morning", "ask morning 2026-11-04"},
	}
	for _, tt := range tests {
		now := at(t, tt.now)
		w, err := Parse(tt.text, now, models.English)
		if got := describe(w, err, now.Location()); got != tt.want {
			t.Errorf("%s: Parse(%q)\n got %s\nwant %s", tt.now, tt.text, got, tt.want)
		}
	}
}

// TestParseClockChanges crosses the nights when clocks are put back or forward.
func TestParseClockChanges(t *testing.T) {
	t.Parallel()
	tests := []struct{ zone, now, text, want string }{
		// New York puts clocks back on November 1, 2026, at 2:00.
		{"America/New_York", "2026-10-31 22:00", "tomorrow at 1:30 AM", "moment 2026-11-01T05:30Z"},
		{"America/New_York", "2026-10-31 22:00", "tomorrow at 2:30 AM", "moment 2026-11-01T07:30Z"},
		{"America/New_York", "2026-10-31 22:00", "tomorrow", "day 2026-11-01T04:00Z"},
		{"America/New_York", "2026-10-31 22:00", "pasado mañana", "day 2026-11-02T05:00Z"},
		{"America/New_York", "2026-10-31 22:00", "mañana por la tarde", "afternoon 2026-11-01T17:00Z"},
		{"America/New_York", "2026-10-31 22:00", "in 5 hours", "moment 2026-11-01T07:00Z"},
		{"America/New_York", "2026-10-31 22:00", "in two days at 3 PM", "moment 2026-11-02T20:00Z"},
		{"America/New_York", "2026-10-31 22:00", "next week", "week 2026-11-02T05:00Z"},
		// It puts them forward on March 14, 2027, at 2:00.
		{"America/New_York", "2027-03-13 22:00", "tomorrow at 1:59 AM", "moment 2027-03-14T06:59Z"},
		{"America/New_York", "2027-03-13 22:00", "tomorrow at 2:30 AM", "moment 2027-03-14T07:30Z"}, // 3:30
		{"America/New_York", "2027-03-13 22:00", "tomorrow at 3:30 AM", "moment 2027-03-14T07:30Z"},
		{"America/New_York", "2027-03-13 22:00", "mañana a las 2 y media de la tarde", "moment 2027-03-14T18:30Z"},
		{"America/New_York", "2027-03-13 22:00", "in 5 hours", "moment 2027-03-14T08:00Z"},
		{"America/New_York", "2027-03-13 22:00", "in a week", "day 2027-03-20T04:00Z"},
		{"America/New_York", "2027-03-13 22:00", "tomorrow morning", "morning 2027-03-14T10:00Z"},
		// Havana puts them forward at midnight: the day begins at 1:00.
		{"America/Havana", "2027-03-13 22:00", "mañana", "day 2027-03-14T05:00Z"},
		{"America/Havana", "2027-03-13 22:00", "pasado mañana", "day 2027-03-15T04:00Z"},
		// Lord Howe's clocks move by half an hour.
		{"Australia/Lord_Howe", "2026-10-03 12:00", "tomorrow at 2:15 AM", "moment 2026-10-03T15:45Z"},
		// No changes at all.
		{"America/Puerto_Rico", "2026-10-31 22:00", "mañana a la 1:30 a. m.", "moment 2026-11-01T05:30Z"},
		{"UTC", "2026-10-31 22:00", "tomorrow at noon", "moment 2026-11-01T12:00Z"},
	}
	for _, tt := range tests {
		w, err := Parse(tt.text, in(t, tt.zone, tt.now), models.English)
		got := string(w.Kind) + " " + w.At.Format("2006-01-02T15:04Z07:00")
		if err != nil || got != tt.want {
			t.Errorf("%s %s: Parse(%q) = %s, %v, want %s", tt.zone, tt.now, tt.text, got, err, tt.want)
		}
	}
}

// TestParseWrittenOut reads back full dates in the ways in which they are
// written, for each day of more than a year and for many times of the day.
func TestParseWrittenOut(t *testing.T) {
	t.Parallel()
	months := strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
	weekdays := strings.Fields("domingo lunes martes miércoles jueves viernes sábado")
	now := wednesday(t)
	for n := 1; n < 400; n++ {
		day := now.AddDate(0, 0, n)
		m := time.Date(day.Year(), day.Month(), day.Day(), 13+n%11, n%60, 0, 0, now.Location())
		if n%2 == 0 {
			m = m.Add(-12 * time.Hour)
		}
		month, weekday := months[m.Month()-1], weekdays[m.Weekday()]
		ampm := strings.Join(strings.Split(m.Format("pm"), ""), ". ") + "."
		texts := []string{
			m.Format("Monday, January 2, 2006, 3:04 PM"),
			m.Format("3:04pm on Mon Jan. 2 2006"),
			m.Format("2 January 2006 at 3:04 ") + ampm,
			weekday + m.Format(" 2 de ") + month + m.Format(" de 2006, 3:04 ") + ampm,
			m.Format("3:04 PM el 2 de ") + month + m.Format(" del 2006"),
		}
		if m.Hour() > 12 {
			texts = append(texts, m.Format("2006-01-02T15:04"), m.Format("el 2 de ")+month+m.Format(" 2006 a las 15:04 horas"))
		}
		for _, text := range texts {
			w, err := Parse(text, now, models.Spanish)
			if err != nil || w.Kind != models.WhenMoment || !w.At.Equal(m) {
				t.Errorf("Parse(%q) = %v, %v, want %v", text, w, err, m)
			}
		}
	}
}

// Options come in the order of the preferred language.
func TestParsePreferred(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text   string
		prefer models.Lang
		want   string
	}{
		{"12/10", models.English, "ask day 2026-12-10; day 2027-10-12"},
		{"12/10", models.Spanish, "ask day 2027-10-12; day 2026-12-10"},
		{"12/10", "", "ask day 2026-12-10; day 2027-10-12"},
		{"12/10/2026", models.Spanish, "ask day 2026-12-10"},
		{"mar 3", models.English, "ask day 2027-03-03; day 2026-11-03"},
		{"next Thursday", models.English, "ask day 2026-11-05; day 2026-10-29"},
		{"el próximo jueves", models.Spanish, "ask day 2026-10-29; day 2026-11-05"},
	}
	for _, tt := range tests {
		w, err := Parse(tt.text, wednesday(t), tt.prefer)
		if got := describe(w, err, wednesday(t).Location()); got != tt.want {
			t.Errorf("Parse(%q), %q preferred\n got %s\nwant %s", tt.text, tt.prefer, got, tt.want)
		}
	}
}

// Seconds of now never show.
func TestParseCutToTheMinute(t *testing.T) {
	t.Parallel()
	now := wednesday(t).Add(45*time.Second + 7*time.Nanosecond)
	for text, want := range map[string]time.Time{
		"in 3 hours":   at(t, "2026-10-28 13:00"),
		"in 1 minute":  at(t, "2026-10-28 10:01"),
		"today at 3pm": at(t, "2026-10-28 15:00"),
	} {
		if w, err := Parse(text, now, models.English); err != nil || !w.At.Equal(want) {
			t.Errorf("Parse(%q) = %v, %v, want %v", text, w.At, err, want)
		}
	}
}

func TestParseBounds(t *testing.T) {
	t.Parallel()
	pad := strings.Repeat(" ", maxRunes-len("mañana")+1)
	tests := []struct {
		name, text string
		want       error
	}{
		{"empty", "", ErrUnknown},
		{"blank", " \t\n", ErrUnknown},
		{"signs", "?!.", ErrUnknown},
		{"at the limit", "mañana" + pad, nil},
		{"over the limit", "mañana" + pad + " ", ErrUnknown},
		{"invalid UTF-8", "tomorrow\xff", ErrUnknown},
		{"control character", "tomorrow\x00", ErrUnknown},
		{"direction override", "\u202etomorrow", ErrUnknown},
		{"huge number", "in 99999999999999999999 days", ErrUnknown},
		{"many phrases", strings.Repeat("tomorrow ", 20), ErrUnknown},
		{"accent on its own", "man\u0303ana", nil},
		{"no-break spaces", "mañana\u00a02\u202fp.\u00a0m.", nil},
	}
	for _, tt := range tests {
		if _, err := Parse(tt.text, wednesday(t), models.English); !errors.Is(err, tt.want) {
			t.Errorf("%s: Parse(%q) = %v, want %v", tt.name, tt.text, err, tt.want)
		}
	}
}

// An error may be logged, so it must not hold what the person wrote.
func TestErrorsHoldNoText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"tomorrow at 3", "yesterday", "xyzzy"} {
		_, err := Parse(text, wednesday(t), models.English)
		if err == nil || strings.Contains(err.Error(), text) {
			t.Errorf("Parse(%q) fails with %v", text, err)
		}
	}
}
