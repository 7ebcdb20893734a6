package store

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the tests need New England's clock on every machine

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func newYork(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestTimesAreStoredInUTC(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		posted := noon.Add(123456 * time.Microsecond).In(newYork(t))
		at := time.Date(2026, 7, 4, 9, 30, 0, 0, newYork(t))
		n := w.need(func(n *models.Need) { n.PostedAt, n.When = &posted, models.When{Kind: models.WhenMoment, At: at} })
		got, err := w.reader().NeedByID(n.ID)
		if err != nil {
			t.Fatal(err)
		}
		for what, pair := range map[string][2]time.Time{
			"created": {got.CreatedAt, noon}, "posted": {*got.PostedAt, posted}, "when": {got.When.At, at}, "rank": {got.RankAt, noon},
		} {
			if !pair[0].Equal(pair[1]) || pair[0].Location() != time.UTC {
				t.Errorf("%s: %s, want %s in UTC", what, pair[0], pair[1])
			}
		}
		if got.EndedAt != nil {
			t.Errorf("a need that goes on ended at %s", got.EndedAt)
		}
	})
}

// SQLite keeps times as texts, which the queries compare.
func TestTimesAreTextsInUTC(t *testing.T) {
	t.Parallel()
	w := found(t, openSQLite(t), "shire")
	for at, want := range map[time.Time]string{
		noon.In(newYork(t)): "2026-12-07 17:00:00+00:00",
		time.Date(2026, 7, 4, 23, 30, 0, 123456000, newYork(t)): "2026-07-05 03:30:00.123456+00:00",
		{}: "0001-01-01 00:00:00+00:00",
	} {
		n := w.need(func(n *models.Need) { n.RankAt = at })
		var text string // the type is hidden from the driver, which would parse it
		if err := w.readSQL.QueryRowContext(t.Context(), "SELECT rank_at || '' FROM need WHERE id = ?", n.ID).Scan(&text); err != nil || text != want {
			t.Errorf("stored as %q, %v; want %q", text, err, want)
		}
	}
}

func TestTimesSortAndCompare(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		zones := []*time.Location{time.UTC, newYork(t), time.FixedZone("far east", 14*60*60)}
		random := rand.New(rand.NewPCG(2026, 12))
		var times []time.Time
		for range 60 {
			// Near each other, so that hours, seconds and fractions decide.
			at := noon.Add(time.Duration(random.Int64N(10_000_000)) * time.Microsecond)
			if random.IntN(3) == 0 {
				at = at.Truncate(time.Second).Add(time.Duration(random.IntN(20)) * time.Hour)
			}
			times = append(times, at.In(zones[random.IntN(len(zones))]))
		}
		w.act(func(tx *Tx) error {
			for _, at := range times {
				n, err := newNeed(tx, func(n *models.Need) { n.RankAt = at })
				if err != nil {
					return err
				}
				tx.Add(n)
			}
			return nil
		})
		slices.SortStableFunc(times, time.Time.Compare)
		page, _, err := w.reader().Board(Filter{}, 0, 100)
		if err != nil || len(page) != len(times) {
			t.Fatalf("%d needs, %v", len(page), err)
		}
		for i, n := range page {
			if !n.RankAt.Equal(times[i]) {
				t.Fatalf("need %d of the board ranks at %s, want %s", i, n.RankAt, times[i])
			}
		}
		for i, at := range times {
			var earlier int64
			err := w.read.WithContext(t.Context()).Model(&models.Need{}).Where("rank_at < ?", at).Count(&earlier).Error
			want := slices.IndexFunc(times, at.Equal)
			if err != nil || int(earlier) != want {
				t.Errorf("%d needs rank before the %dth, %v; want %d", earlier, i, err, want)
			}
		}
	})
}
