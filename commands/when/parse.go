// Package when reads times as people write them, in English and Spanish:
// "Thursday at 2 PM", "pasado mañana", "by tonight", "sin prisa".
//
// A wrong time sends somebody to an empty house, so nothing is guessed. The
// grammar has to understand every word, and whatever can be meant in two ways
// ("tomorrow at 3", 12/10, "next Thursday" on a Wednesday) comes back as an
// [AmbiguousError] with the times to choose from. Not understanding is fine:
// the person is asked again.
//
// Accents, case and commas do not matter. Weeks begin on Monday or on Sunday,
// whichever the person had in mind; where that makes a difference it is asked.
package when

import (
	"errors"
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// The errors carry no text for people; the catalogue does.
var (
	// ErrPast says that the time is over.
	ErrPast = errors.New("when: the time is past")
	// ErrUnknown says that the text, or a word in it, was not understood.
	ErrUnknown = errors.New("when: not understood")
)

// AmbiguousError says that the text can be meant in several ways.
type AmbiguousError struct {
	// Options are the times that can be meant, none of them past: the
	// afternoon before the morning, the likeliest day first. One alone is a
	// time to confirm: "Wednesday at 8 AM", on a Wednesday at 10, is next
	// week's if the hour is right.
	Options []models.When
}

// Error names the number of options, never the text that was read.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("when: ambiguous, %d options", len(e.Options))
}

// Parse reads a time as a person writes it, relative to now in the zone that
// now carries. Both languages are tried; where they differ (12/10) the options
// of the preferred one come first.
//
// At of the result is in UTC, cut to the minute, and never before the day of
// now: a moment for a clock time, local midnight for a day, 6:00, 12:00 and
// 18:00 for a morning, an afternoon and an evening, the midnight of today or
// of next Monday for a week, zero for anytime. "Now" is today. A weekday that
// is today's is asked, today or in a week; "the 15th" that has gone is next
// month's; a date without a year is the next such day, and asked if it has
// gone less than three months ago. A clock time alone is today's, and asked if
// that has gone. When clocks go forward, a time that is skipped moves on with
// them (2:30 becomes 3:30); when they go back, a time that comes twice is the
// first.
//
// The errors are *[AmbiguousError], [ErrPast] and [ErrUnknown], the last also
// for texts of more than 200 characters and times more than five years ahead.
func Parse(text string, now time.Time, prefer models.Lang) (models.When, error) {
	ref := newReference(now, false)
	ts := trim(tokenize(text))
	var readings []reading
	for _, g := range grammars(prefer) {
		readings = append(readings, g.read(ref, ts, 0)[len(ts)]...)
	}
	return ref.settle(readings).result()
}
