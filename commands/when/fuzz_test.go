package when

import (
	"errors"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// seeds are texts that use every part of the grammar, and some that must not
// hurt it.
var seeds = []string{
	"", " ", "\xff", "tomorrow", "mañana a las 3", "el jueves 10 de diciembre de 2026 a las dos y media de la tarde",
	"next Thursday at half past two in the afternoon", "12/10/26", "2026-12-10T14:30", "in an hour and a half",
	"en ocho días", "p. m.", "a las 5 menos cuarto", "a ride 2-4 PM Thursday, not Friday", "Feb 29", "the 31st",
	"999 months from now", "at 12 at night", "on by mon on by mon on by mon", "1:1:1/1/1-1-1.1.1",
	"o'clock o’clock ’ '", "1º 1ª \u0301 man\u0303ana", "el fin de semana que viene por la noche", "@ 3pm #5 (tomorrow)",
}

// zones include those with changes at midnight and by half an hour.
var zones = []string{
	"America/New_York", "America/Puerto_Rico", "America/Havana", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC",
}

// someTime is a moment between 2000 and 2099 in one of the zones.
func someTime(t *testing.T, seconds uint32, zone uint8) time.Time {
	loc, err := time.LoadLocation(zones[int(zone)%len(zones)])
	if err != nil {
		t.Fatal(err)
	}
	return time.Unix(946_684_800+int64(seconds)%3_100_000_000, 0).In(loc)
}

// checkTimes wants times that are not past, cut to the minute, within bounds.
func checkTimes(t *testing.T, w models.When, err error, now time.Time) {
	t.Helper()
	times := []models.When{w}
	var unsure *AmbiguousError
	switch {
	case errors.As(err, &unsure):
		if times = unsure.Options; len(times) == 0 {
			t.Fatal("ambiguous without options")
		}
	case err != nil:
		if w != (models.When{}) {
			t.Fatalf("%v, and yet %v", err, w)
		}
		return
	}
	y, m, d := now.Date()
	today := instant(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), 0, now.Location())
	for i, w := range times {
		switch {
		case w.Kind == models.WhenAnytime:
			if !w.At.IsZero() {
				t.Fatalf("anytime at %v", w.At)
			}
			continue
		case !w.Known(), w.At.Before(today), w.Kind == models.WhenMoment && !w.At.After(now):
			t.Fatalf("%v is before %v", w, now)
		case w.At.Second() != 0 || w.At.Nanosecond() != 0 || w.At.Location() != time.UTC:
			t.Fatalf("%v is not a minute in UTC", w)
		case w.At.After(now.AddDate(horizon, 0, 7)):
			t.Fatalf("%v is too far from %v", w, now)
		}
		for _, other := range times[:i] {
			if other == w {
				t.Fatalf("%v is offered twice", w)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, uint32(i)*130_000_000, uint8(i), i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, text string, seconds uint32, zone uint8, spanishFirst bool) {
		now, prefer := someTime(t, seconds, zone), models.English
		if spanishFirst {
			prefer = models.Spanish
		}
		w, err := Parse(text, now, prefer)
		if err == nil && (text == "" || utf8.RuneCountInString(text) > maxRunes) {
			t.Fatalf("Parse understands %q", text)
		}
		checkTimes(t, w, err, now)
	})
}

func FuzzFind(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, uint32(i)*130_000_000, uint8(i))
	}
	f.Fuzz(func(t *testing.T, text string, seconds uint32, zone uint8) {
		now := someTime(t, seconds, zone)
		found, ok := Find(text, now, models.Spanish)
		if !ok {
			if found != (Found{}) {
				t.Fatalf("nothing found, and yet %v", found)
			}
			return
		}
		start, end := found.Start, found.End
		if start < 0 || start >= end || end > len(text) {
			t.Fatalf("span %d to %d of %d bytes", start, end, len(text))
		}
		runes := map[int]bool{len(text): true}
		for i := range text { // invalid bytes count as runes of one byte
			runes[i] = true
		}
		if !runes[start] || !runes[end] {
			t.Fatalf("span %d to %d of %q is not on runes", start, end, text)
		}
		if errors.Is(found.Err, ErrUnknown) {
			t.Fatalf("%q is found and not understood", text[start:end])
		}
		if _, err := Parse(text[start:end], now, models.Spanish); errors.Is(err, ErrUnknown) {
			t.Fatalf("Find sees a time in %q, Parse does not", text[start:end])
		}
		checkTimes(t, found.When, found.Err, now)
	})
}

func BenchmarkParse(b *testing.B) {
	now := wednesday(b)
	for b.Loop() {
		if _, err := Parse("el jueves 10 de diciembre a las 2 y media de la tarde", now, models.Spanish); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	now := wednesday(b)
	for b.Loop() {
		if _, ok := Find("a ride to the clinic and back for two people, on Thursday at 2 PM please", now, models.English); !ok {
			b.Fatal("nothing found")
		}
	}
}

// BenchmarkFindWorst is the longest text that is searched, all of it times.
func BenchmarkFindWorst(b *testing.B) {
	now := wednesday(b)
	for b.Loop() {
		Find("de la manana en la manana por la manana de la manana en la manana por la manana de la manana "+
			"en la manana por la manana a la manana a la manana de la manana en la manana por la manana", now, models.Spanish)
	}
}
