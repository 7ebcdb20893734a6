package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// purge erases until there is nothing left to erase.
func (w town) purge(at time.Time) (total int) {
	w.t.Helper()
	for {
		n, err := w.Purge(w.t.Context(), at)
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			return total
		}
		total += n
	}
}

// over is a need that was done at a moment.
func over(at time.Time, what string) func(*models.Need) {
	return func(n *models.Need) {
		n.State, n.EndedAt, n.What, n.Outcome = models.NeedDone, &at, what, models.OutcomeMet
	}
}

// offer adds an offer of the town's first person.
func (w town) offer(change func(*models.Offer)) *models.Offer {
	w.t.Helper()
	var offer *models.Offer
	w.act(func(tx *Tx) error {
		number, err := tx.NextNumber(models.KindOffer)
		if err != nil {
			return err
		}
		offer = &models.Offer{ID: tx.ID(), CoalitionID: tx.coalition, Number: number, State: models.OfferAvailable, What: "two coats", Category: "supplies", PersonID: w.person, CreatedAt: tx.Now}
		change(offer)
		tx.Add(offer)
		return nil
	})
	return offer
}

func TestPurgeErasesWhatIsOver(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		w, other := found(t, s, "shire"), found(t, s, "elsewhere")
		w.act(func(tx *Tx) error { tx.Actor.Coalition.PurgeDays = 3; tx.Save(tx.Actor.Coalition); return nil })
		private := map[models.PrivateField]string{models.FieldContact: "413-555-0142", models.FieldAddress: "14 Mill Lane"}
		now := noon.Add(20 * day)
		due, young, open3 := w.need(over(now.Add(-3*day), "milk")), w.need(over(now.Add(-3*day+time.Second), "bread")), w.need()
		theirs, theirsDue := other.need(over(now.Add(-14*day+time.Second), "rice")), other.need(over(now.Add(-14*day), "beans"))
		withdrawn := func(o *models.Offer) { at := now.Add(-4 * day); o.State, o.EndedAt = models.OfferWithdrawn, &at }
		gone, stays := w.offer(withdrawn), w.offer(func(*models.Offer) {})
		for _, e := range []models.Entity{due.Entity(), young.Entity(), open3.Entity(), gone.Entity(), stays.Entity()} {
			w.seal(e, private)
		}
		other.seal(theirs.Entity(), private)
		other.seal(theirsDue.Entity(), private)
		w.carded(due.Entity(), gone.Entity())
		other.carded(theirsDue.Entity())

		if n := w.purge(now); n != 3 {
			t.Errorf("%d were purged, want 3", n)
		}
		r := w.reader()
		n, err := r.NeedByID(due.ID)
		if err != nil || n.What != "" || n.PurgedAt == nil || !n.PurgedAt.Equal(now) || n.Outcome != models.OutcomeMet || n.Category != "food" || n.Number != due.Number {
			t.Errorf("what was due: %+v, %v", n, err)
		}
		w.wantPrivate("what was due", due.Entity(), nil)
		w.wantPrivate("a withdrawn offer", gone.Entity(), nil)
		w.wantPrivate("what is younger", young.Entity(), private)
		w.wantPrivate("what is open", open3.Entity(), private)
		w.wantPrivate("an offer", stays.Entity(), private)
		other.wantPrivate("another coalition's, with more days", theirs.Entity(), private)
		other.wantPrivate("another coalition's, due", theirsDue.Entity(), nil)
		if n, err := r.NeedByID(young.ID); err != nil || n.What != "bread" || n.PurgedAt != nil {
			t.Errorf("what is younger: %+v, %v", n, err)
		}
		// The card follows.
		if got := count(t, s, "outbox", "kind = 'card' AND state = 'pending'"); got != 3 {
			t.Errorf("%d cards are to be edited, want 3", got)
		}
		if n := w.purge(now); n != 0 {
			t.Errorf("the second time %d were purged", n)
		}
	})
}

// Killed in the middle, what one transaction did is done, and the rest follows.
func TestPurgeGoesInSteps(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		const rows = purgeAtOnce + 5
		for i := range rows {
			w.need(over(noon.Add(-day), fmt.Sprint("milk ", i)))
		}
		now := noon.Add(20 * day)
		if n, err := w.Purge(t.Context(), now); err != nil || n != purgeAtOnce {
			t.Fatalf("first %d, %v", n, err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		w.Store = open(t, in(w.Dir()))
		if got := count(t, w.Store, "need", "purged_at IS NULL AND what <> ''"); got != 5 {
			t.Errorf("%d are left, want 5", got)
		}
		if n := w.purge(now); n != 5 {
			t.Errorf("then %d", n)
		}
	})
}

func TestPurgeGoesByItsIndex(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	for _, table := range []string{"need", "offer"} {
		var id, parent, unused int
		var plan string
		err := s.readSQL.QueryRowContext(t.Context(), "EXPLAIN QUERY PLAN SELECT * FROM "+table+" WHERE "+due+" ORDER BY ended_at LIMIT 25", 1, noon).Scan(&id, &parent, &unused, &plan)
		if err != nil || !strings.Contains(plan, table+"_purge") {
			t.Errorf("%s: %s, %v", table, plan, err)
		}
	}
}

// rawFiles is all bytes of the database and what lies beside it.
func rawFiles(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	files, err := filepath.Glob(filepath.Join(dir, databaseFile+"*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, raw...)
	}
	return all
}

// What was purged is in no byte of the database, its log and the file that is
// left of it: not even in a page that was split, merged or given back.
func TestPurgedWordsAreGoneFromTheFiles(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	w := found(t, s, "shire")
	const rows = 600
	needs := make([]*models.Need, rows)
	for i := range needs {
		needs[i] = w.need()
		w.seal(needs[i].Entity(), map[models.PrivateField]string{models.FieldNote: strings.Repeat("x", i)})
	}
	// Written again and longer, so that rows move from page to page.
	for i := range needs {
		n := needs[(i*7)%rows]
		w.act(func(tx *Tx) error {
			n, err := tx.NeedByID(n.ID)
			if err != nil {
				return err
			}
			n.What = fmt.Sprintf("planted-%d %s", n.Number, strings.Repeat("words ", int(n.Number)%30))
			n.State, n.EndedAt = models.NeedDone, &noon
			tx.Save(n)
			return nil
		})
	}
	if !bytes.Contains(rawFiles(t, s.Dir()), []byte("planted-")) {
		t.Fatal("the test looks in the wrong place")
	}
	if n := w.purge(noon.Add(20 * day)); n != rows {
		t.Fatalf("%d were purged", n)
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	var sound string
	if err := s.readSQL.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&sound); err != nil || sound != "ok" {
		t.Errorf("the database is %s, %v", sound, err)
	}
	raw := rawFiles(t, s.Dir())
	if got := bytes.Count(raw, []byte("planted-")) + bytes.Count(raw, []byte("words words")); got > 0 {
		t.Errorf("purged words are %d times in the files", got)
	}
	if got := count(t, s, "secret", "true"); got != 0 {
		t.Errorf("%d private values are left", got)
	}
}
