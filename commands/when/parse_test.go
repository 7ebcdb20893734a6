package when

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones, on machines that have none

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// at is a moment in New York, "2026-10-28 10:00".
func at(t testing.TB, s string) time.Time {
	t.Helper()
	return in(t, "America/New_York", s)
}

func in(t testing.TB, zone, s string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	now, err := time.ParseInLocation("2006-01-02 15:04:05", s+":00", loc)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// reference day of the tables: a Wednesday.
func wednesday(t testing.TB) time.Time { return at(t, "2026-10-28 10:00") }

// describe writes a result in the tables' words. A day or a part of it shows
// no hour unless it is not the one that its kind begins with.
func describe(w models.When, err error, zone *time.Location) string {
	var unsure *AmbiguousError
	switch {
	case errors.As(err, &unsure):
		var options []string
		for _, o := range unsure.Options {
			options = append(options, describe(o, nil, zone))
		}
		return "ask " + strings.Join(options, "; ")
	case errors.Is(err, ErrPast):
		return "past"
	case errors.Is(err, ErrUnknown):
		return "unknown"
	case err != nil:
		return err.Error()
	case w.At.IsZero():
		return string(w.Kind)
	}
	starts := map[models.WhenKind]string{
		models.WhenDay: "00:00", models.WhenWeek: "00:00", models.WhenMorning: "06:00",
		models.WhenAfternoon: "12:00", models.WhenEvening: "18:00",
	}
	text := fmt.Sprintf("%s %s", w.Kind, w.At.In(zone).Format("2006-01-02 15:04"))
	return strings.TrimSuffix(text, " "+starts[w.Kind])
}

type phrase struct{ text, want string }

// checkPhrases reads a table as it is written and, since it must not matter,
// in capitals, without accents, and with the other language preferred. Then
// only the order of options may differ.
func checkPhrases(t *testing.T, now time.Time, prefer models.Lang, table []phrase) {
	t.Helper()
	read := func(text string, prefer models.Lang) string {
		w, err := Parse(text, now, prefer)
		if _, offset := w.At.Zone(); offset != 0 || w.At.Location() != time.UTC && !w.At.IsZero() {
			t.Errorf("Parse(%q) is in %v, want UTC", text, w.At.Location())
		}
		return describe(w, err, now.Location())
	}
	sorted := func(s string) string {
		options := strings.Split(strings.TrimPrefix(s, "ask "), "; ")
		slices.Sort(options)
		return strings.Join(options, "; ")
	}
	seen := map[string]bool{}
	for _, p := range table {
		if seen[p.text] {
			t.Errorf("%q is in the table twice", p.text)
		}
		seen[p.text] = true
		if got := read(p.text, prefer); got != p.want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", p.text, got, p.want)
		}
		for _, variant := range []string{strings.ToUpper(p.text), " " + strings.ReplaceAll(p.text, " ", "  ") + " \n", unaccented.Replace(p.text)} {
			if got := read(variant, prefer); got != p.want {
				t.Errorf("Parse(%q)\n got %s\nwant %s", variant, got, p.want)
			}
		}
		for _, other := range models.Langs() {
			if got := read(p.text, other); sorted(got) != sorted(p.want) {
				t.Errorf("Parse(%q), %s preferred\n got %s\nwant %s", p.text, other, got, p.want)
			}
		}
	}
}

var unaccented = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n", "ñ", "n")
