package catalogue

import "github.com/berkshire-mutual-aid/shirebot/models"

// calendar is the words and patterns with which a language writes days and
// hours. Patterns are filled by fmt.
type calendar struct {
	weekdays [7]string // from Sunday on
	months   [12]string
	date     string // weekday, month, day of the month
	year     string // added to a date of another year

	am, pm             string
	noon, midnight     string
	atNoon, atMidnight string
	atOne, at          string // before an hour of one, before any other

	today, tomorrow, yesterday string
	inDays, daysAgo            string

	anytime    string
	parts      map[models.WhenKind]string // after a date
	shortParts map[models.WhenKind]string // after a weekday or "tomorrow"
	todayParts map[models.WhenKind]string

	thisWeek, nextWeek string
	until, between     string // dates that bound a week
	week, weekOf       string // a week farther away: its bounds, its first day
}

var calendars = map[models.Lang]calendar{
	models.English: {
		weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months: [12]string{"January", "February", "March", "April", "May", "June",
			"July", "August", "September", "October", "November", "December"},
		date: "%[1]s, %[2]s %[3]d",
		year: ", %d",

		am: "AM", pm: "PM",
		noon: "noon", midnight: "midnight",
		atNoon: "at noon", atMidnight: "at midnight",
		atOne: "at ", at: "at ",

		today: "today", tomorrow: "tomorrow", yesterday: "yesterday",
		inDays: "in %d days", daysAgo: "%d days ago",

		anytime: "any time",
		parts: map[models.WhenKind]string{
			models.WhenMorning: "in the morning", models.WhenAfternoon: "in the afternoon", models.WhenEvening: "in the evening",
		},
		shortParts: map[models.WhenKind]string{
			models.WhenMorning: "morning", models.WhenAfternoon: "afternoon", models.WhenEvening: "evening",
		},
		todayParts: map[models.WhenKind]string{
			models.WhenMorning: "this morning", models.WhenAfternoon: "this afternoon", models.WhenEvening: "this evening",
		},

		thisWeek: "this week", nextWeek: "next week",
		until: "until %s", between: "from %s to %s",
		week: "the week %s", weekOf: "the week of %s",
	},
	models.Spanish: {
		weekdays: [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		months: [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio",
			"julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		date: "%[1]s %[3]d de %[2]s",
		year: " de %d",

		am: "a. m.", pm: "p. m.",
		noon: "mediodía", midnight: "medianoche",
		atNoon: "al mediodía", atMidnight: "a medianoche",
		atOne: "a la ", at: "a las ",

		today: "hoy", tomorrow: "mañana", yesterday: "ayer",
		inDays: "en %d días", daysAgo: "hace %d días",

		anytime: "sin prisa",
		parts: map[models.WhenKind]string{
			models.WhenMorning: "en la mañana", models.WhenAfternoon: "en la tarde", models.WhenEvening: "en la noche",
		},
		shortParts: map[models.WhenKind]string{
			models.WhenMorning: "en la mañana", models.WhenAfternoon: "en la tarde", models.WhenEvening: "en la noche",
		},
		todayParts: map[models.WhenKind]string{
			models.WhenMorning: "hoy en la mañana", models.WhenAfternoon: "hoy en la tarde", models.WhenEvening: "hoy en la noche",
		},

		thisWeek: "esta semana", nextWeek: "la próxima semana",
		until: "hasta el %s", between: "del %s al %s",
		week: "la semana %s", weekOf: "la semana del %s",
	},
}

// calendarOf is the language's calendar, the English one for an unknown code.
func calendarOf(lang models.Lang) calendar {
	if c, ok := calendars[lang]; ok {
		return c
	}
	return calendars[models.English]
}
