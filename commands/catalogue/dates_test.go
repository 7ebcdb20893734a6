package catalogue

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// in reads a wall clock in the zone and returns it in UTC, as it is stored.
func in(t *testing.T, zone *time.Location, wall string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", wall, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func TestDate(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "America/New_York")
	tests := []struct {
		at, now string
		en, es  string
	}{
		{"2026-12-10 14:00", "2026-12-07 09:00", "Thursday, December 10", "jueves 10 de diciembre"},
		{"2026-12-31 23:59", "2026-12-07 09:00", "Thursday, December 31", "jueves 31 de diciembre"},
		{"2027-01-01 00:00", "2026-12-31 23:00", "Friday, January 1, 2027", "viernes 1 de enero de 2027"},
		{"2026-12-31 23:00", "2027-01-01 00:00", "Thursday, December 31, 2026", "jueves 31 de diciembre de 2026"},
		{"2028-02-29 08:00", "2028-02-01 08:00", "Tuesday, February 29", "martes 29 de febrero"},
		{"2026-09-05 08:00", "2026-09-01 08:00", "Saturday, September 5", "sábado 5 de septiembre"},
	}
	for _, test := range tests {
		at, now := in(t, zone, test.at), in(t, zone, test.now)
		if got := Date(models.English, at, now, zone); got != test.en {
			t.Errorf("%s: %q, want %q", test.at, got, test.en)
		}
		if got := Date(models.Spanish, at, now, zone); got != test.es {
			t.Errorf("%s: %q, want %q", test.at, got, test.es)
		}
	}
}

// The day and its year are those of the zone, not of UTC.
func TestDateIsOfTheZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, time.January, 1, 3, 0, 0, 0, time.UTC)
	now := time.Date(2027, time.January, 1, 2, 0, 0, 0, time.UTC)
	if got, want := Date(models.English, at, now, zoneOf(t, "America/New_York")), "Thursday, December 31"; got != want {
		t.Errorf("in New York %q, want %q", got, want)
	}
	if got, want := Date(models.English, at, now, time.UTC), "Friday, January 1"; got != want {
		t.Errorf("in UTC %q, want %q", got, want)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "America/New_York")
	tests := []struct {
		at         string
		en, es     string
		atEN, atES string
		why        string
	}{
		{"2026-12-10 00:00", "midnight", "medianoche", "at midnight", "a medianoche", "start of the day"},
		{"2026-12-10 00:01", "12:01 AM", "12:01 a. m.", "at 12:01 AM", "a las 12:01 a. m.", "after midnight"},
		{"2026-12-10 01:00", "1:00 AM", "1:00 a. m.", "at 1:00 AM", "a la 1:00 a. m.", "singular in Spanish"},
		{"2026-12-10 11:59", "11:59 AM", "11:59 a. m.", "at 11:59 AM", "a las 11:59 a. m.", "before noon"},
		{"2026-12-10 12:00", "noon", "mediodía", "at noon", "al mediodía", "noon"},
		{"2026-12-10 12:30", "12:30 PM", "12:30 p. m.", "at 12:30 PM", "a las 12:30 p. m.", "after noon"},
		{"2026-12-10 13:15", "1:15 PM", "1:15 p. m.", "at 1:15 PM", "a la 1:15 p. m.", "singular in Spanish"},
		{"2026-12-10 14:00", "2:00 PM", "2:00 p. m.", "at 2:00 PM", "a las 2:00 p. m.", "plural in Spanish"},
		{"2026-03-08 03:30", "3:30 AM", "3:30 a. m.", "at 3:30 AM", "a las 3:30 a. m.", "the night clocks go forward"},
	}
	for _, test := range tests {
		at := in(t, zone, test.at)
		for _, check := range []struct{ got, want string }{
			{Clock(models.English, at, zone), test.en},
			{Clock(models.Spanish, at, zone), test.es},
			{AtClock(models.English, at, zone), test.atEN},
			{AtClock(models.Spanish, at, zone), test.atES},
		} {
			if check.got != check.want {
				t.Errorf("%s (%s): %q, want %q", test.at, test.why, check.got, check.want)
			}
		}
	}
}

// At the end of daylight saving time 1:30 comes twice, an hour apart.
func TestClockWhenClocksGoBack(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "America/New_York")
	first := time.Date(2026, time.November, 1, 5, 30, 0, 0, time.UTC)
	for _, at := range []time.Time{first, first.Add(time.Hour)} {
		if got := Clock(models.English, at, zone); got != "1:30 AM" {
			t.Errorf("%s: %q", at, got)
		}
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "America/New_York")
	const now = "2026-12-07 09:00" // a Monday
	tests := []struct {
		name             string
		kind             models.WhenKind
		at, now          string
		en, es           string
		shortEN, shortES string
	}{
		{"not known", "", "", now, "", "", "", ""},
		{"any time", models.WhenAnytime, "", now, "any time", "sin prisa", "any time", "sin prisa"},
		{"moment", models.WhenMoment, "2026-12-10 14:00", now,
			"Thursday, December 10, 2:00 PM (in 3 days)", "jueves 10 de diciembre, 2:00 p. m. (en 3 días)",
			"Thursday 2:00 PM", "jueves 2:00 p. m."},
		{"moment today", models.WhenMoment, "2026-12-07 12:00", now,
			"Monday, December 7, noon (today)", "lunes 7 de diciembre, mediodía (hoy)",
			"today noon", "hoy mediodía"},
		{"moment past", models.WhenMoment, "2026-12-06 14:00", now,
			"Sunday, December 6, 2:00 PM (yesterday)", "domingo 6 de diciembre, 2:00 p. m. (ayer)",
			"Sunday, December 6, 2:00 PM", "domingo 6 de diciembre, 2:00 p. m."},
		{"moment in a week", models.WhenMoment, "2026-12-14 14:00", now,
			"Monday, December 14, 2:00 PM (in 7 days)", "lunes 14 de diciembre, 2:00 p. m. (en 7 días)",
			"Monday, December 14, 2:00 PM", "lunes 14 de diciembre, 2:00 p. m."},
		{"today", models.WhenDay, "2026-12-07 00:00", now,
			"Monday, December 7 (today)", "lunes 7 de diciembre (hoy)", "today", "hoy"},
		{"tomorrow", models.WhenDay, "2026-12-08 00:00", now,
			"Tuesday, December 8 (tomorrow)", "martes 8 de diciembre (mañana)", "tomorrow", "mañana"},
		{"day in six", models.WhenDay, "2026-12-13 00:00", now,
			"Sunday, December 13 (in 6 days)", "domingo 13 de diciembre (en 6 días)", "Sunday", "domingo"},
		{"day past", models.WhenDay, "2026-12-04 00:00", now,
			"Friday, December 4 (3 days ago)", "viernes 4 de diciembre (hace 3 días)",
			"Friday, December 4", "viernes 4 de diciembre"},
		{"tomorrow morning", models.WhenMorning, "2026-12-08 06:00", now,
			"Tuesday, December 8, in the morning (tomorrow)", "martes 8 de diciembre, en la mañana (mañana)",
			"tomorrow morning", "mañana en la mañana"},
		{"this afternoon", models.WhenAfternoon, "2026-12-07 12:00", now,
			"Monday, December 7, in the afternoon (today)", "lunes 7 de diciembre, en la tarde (hoy)",
			"this afternoon", "hoy en la tarde"},
		{"an evening", models.WhenEvening, "2026-12-09 18:00", now,
			"Wednesday, December 9, in the evening (in 2 days)", "miércoles 9 de diciembre, en la noche (en 2 días)",
			"Wednesday evening", "miércoles en la noche"},
		{"a far evening", models.WhenEvening, "2026-12-24 18:00", now,
			"Thursday, December 24, in the evening (in 17 days)", "jueves 24 de diciembre, en la noche (en 17 días)",
			"Thursday, December 24, in the evening", "jueves 24 de diciembre, en la noche"},
		{"this week", models.WhenWeek, "2026-12-07 00:00", now,
			"this week (until Sunday, December 13)", "esta semana (hasta el domingo 13 de diciembre)",
			"this week", "esta semana"},
		{"this week, read on its last day", models.WhenWeek, "2026-12-07 00:00", "2026-12-13 20:00",
			"this week (until Sunday, December 13)", "esta semana (hasta el domingo 13 de diciembre)",
			"this week", "esta semana"},
		{"next week", models.WhenWeek, "2026-12-14 00:00", now,
			"next week (from Monday, December 14 to Sunday, December 20)",
			"la próxima semana (del lunes 14 de diciembre al domingo 20 de diciembre)",
			"next week", "la próxima semana"},
		{"a later week over the year's end", models.WhenWeek, "2026-12-28 00:00", now,
			"the week from Monday, December 28 to Sunday, January 3, 2027 (in 21 days)",
			"la semana del lunes 28 de diciembre al domingo 3 de enero de 2027 (en 21 días)",
			"the week of Monday, December 28", "la semana del lunes 28 de diciembre"},
		{"a week past", models.WhenWeek, "2026-11-30 00:00", now,
			"the week from Monday, November 30 to Sunday, December 6 (7 days ago)",
			"la semana del lunes 30 de noviembre al domingo 6 de diciembre (hace 7 días)",
			"the week of Monday, November 30", "la semana del lunes 30 de noviembre"},
		{"next year", models.WhenMoment, "2027-01-02 08:00", "2026-12-31 23:30",
			"Saturday, January 2, 2027, 8:00 AM (in 2 days)", "sábado 2 de enero de 2027, 8:00 a. m. (en 2 días)",
			"Saturday 8:00 AM", "sábado 8:00 a. m."},
		{"half an hour away, another day", models.WhenMoment, "2026-12-08 00:15", "2026-12-07 23:45",
			"Tuesday, December 8, 12:15 AM (tomorrow)", "martes 8 de diciembre, 12:15 a. m. (mañana)",
			"tomorrow 12:15 AM", "mañana 12:15 a. m."},
		{"23 hours on the day clocks go forward", models.WhenDay, "2026-03-09 00:00", "2026-03-08 00:30",
			"Monday, March 9 (tomorrow)", "lunes 9 de marzo (mañana)", "tomorrow", "mañana"},
		{"a week in which clocks go back", models.WhenWeek, "2026-10-26 00:00", "2026-10-28 10:00",
			"this week (until Sunday, November 1)", "esta semana (hasta el domingo 1 de noviembre)",
			"this week", "esta semana"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := models.When{Kind: test.kind}
			if test.at != "" {
				w.At = in(t, zone, test.at)
			}
			at := in(t, zone, test.now)
			for _, check := range []struct{ got, want string }{
				{When(models.English, w, at, zone), test.en},
				{When(models.Spanish, w, at, zone), test.es},
				{ShortWhen(models.English, w, at, zone), test.shortEN},
				{ShortWhen(models.Spanish, w, at, zone), test.shortES},
			} {
				if check.got != check.want {
					t.Errorf("got %q, want %q", check.got, check.want)
				}
			}
		})
	}
}

func TestUnknownLanguageIsWrittenInEnglish(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.December, 10, 14, 0, 0, 0, time.UTC)
	if got, want := DateClock("fr", at, at, time.UTC), "Thursday, December 10, 2:00 PM"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
