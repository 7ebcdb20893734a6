package store

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

const lease = time.Minute

// queueOut puts rows into the outbox, each written "lane/name", that are due in
// the order given.
func (w town) queueOut(names ...string) {
	w.t.Helper()
	w.act(func(tx *Tx) error {
		for i, name := range names {
			tx.Add(newOut(tx, name, tx.Now.Add(time.Duration(i)*time.Microsecond)))
		}
		return nil
	})
}

func newOut(tx *Tx, name string, due time.Time) *models.Out {
	return &models.Out{ID: tx.ID(), CoalitionID: tx.coalition, Kind: models.OutDirect, Lane: name[:1], Platform: "terminal",
		AccountID: tx.Actor.Account.ID, DedupKey: name, Wanted: 1, State: models.OutPending, DueAt: due, NextAt: due, CreatedAt: tx.Now}
}

// claimOut takes what is due at a moment.
func (w town) claimOut(at time.Time) []*models.Out {
	w.t.Helper()
	list, err := w.Claim(w.t.Context(), at, "terminal", 100, lease)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// wantClaimed claims and compares the names of what is given, in any order.
func (w town) wantClaimed(at time.Time, names ...string) map[string]*models.Out {
	w.t.Helper()
	claimed := map[string]*models.Out{}
	for _, out := range w.claimOut(at) {
		claimed[out.DedupKey] = out
	}
	for _, name := range names {
		if claimed[name] == nil {
			w.t.Errorf("%s was not claimed", name)
		}
	}
	if len(claimed) != len(names) {
		w.t.Errorf("claimed %d rows, want %v", len(claimed), names)
	}
	return claimed
}

func (w town) finish(out *models.Out, at time.Time, r Result) {
	w.t.Helper()
	if err := w.Finish(w.t.Context(), out, at, r); err != nil {
		w.t.Fatal(err)
	}
}

// outRow reads a row of the outbox as it is stored.
func (w town) outRow(name string) models.Out {
	w.t.Helper()
	var out models.Out
	if err := w.read.WithContext(w.t.Context()).Where("dedup_key = ?", name).Take(&out).Error; err != nil {
		w.t.Fatal(err)
	}
	return out
}

var later = noon.Add(time.Second) // when all of queueOut's rows are due

func TestLanesKeepTheirOrder(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.queueOut("a/1", "b/1", "a/2", "c/1", "a/3", "b/2")
		w.act(func(tx *Tx) error { // added last, due first
			tx.Add(newOut(tx, "a/0", noon.Add(-time.Hour)))
			return nil
		})
		for _, round := range [][]string{{"a/0", "b/1", "c/1"}, {"a/1", "b/2"}, {"a/2"}, {"a/3"}, {}} {
			claimed := w.wantClaimed(later, round...)
			w.wantClaimed(later) // no second row of a lane meanwhile
			for _, out := range claimed {
				w.finish(out, later, Result{State: models.OutSent})
			}
		}
	})
}

func TestLanesDoNotWaitForEachOther(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		for _, r := range []Result{
			{State: models.OutPending, NextAt: later.Add(time.Hour)},
			{State: models.OutFailed},
			{State: models.OutUncertain},
		} {
			w := found(t, open(t), "shire")
			w.queueOut("a/1", "a/2", "b/1", "b/2")
			claimed := w.wantClaimed(later, "a/1", "b/1")
			w.finish(claimed["a/1"], later, r)
			w.finish(claimed["b/1"], later, Result{State: models.OutSent})
			if r.State == models.OutPending {
				w.wantClaimed(later, "b/2") // a waits for its next try
				w.wantClaimed(later.Add(time.Hour), "a/1", "b/2")
			} else {
				w.wantClaimed(later, "a/2", "b/2") // what is given up does not stop a lane
			}
		}
	})
}

func TestClaimTakesWhatIsDue(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.act(func(tx *Tx) error {
			elsewhere := newOut(tx, "d/1", noon)
			elsewhere.Platform = "discord"
			tx.Add(newOut(tx, "a/1", noon.Add(time.Hour)), newOut(tx, "b/1", noon), newOut(tx, "c/1", noon.Add(-time.Hour)), elsewhere)
			return nil
		})
		first, err := w.Claim(t.Context(), noon.In(newYork(t)), "terminal", 1, lease)
		if err != nil || len(first) != 1 || first[0].DedupKey != "c/1" {
			t.Fatalf("%v, %v; want the one that waits longest", first, err)
		}
		w.wantClaimed(noon.Add(-time.Microsecond))
		w.wantClaimed(noon, "b/1")
		w.wantClaimed(noon.Add(time.Hour-time.Microsecond), "b/1", "c/1") // their leases have ended
		w.wantClaimed(noon.Add(time.Hour), "a/1")
		if err := w.Update(t.Context(), noon, func(*Tx) error { return errOwn }); err == nil {
			t.Error("a refused unit is answered with nil")
		}
	})
}

func TestClaimedRowIsWhole(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n := w.need()
		message := models.Message{Key: "need.taken", About: n.Entity(), Args: models.Args{"At": models.AtArg(noon), "Count": models.CountArg(2), "By": models.PersonArg(w.person)}}
		w.act(func(tx *Tx) error { return tx.Tell(w.person, message) })
		list := w.claimOut(noon)
		if len(list) != 1 {
			t.Fatalf("claimed %d rows", len(list))
		}
		since := noon
		id := list[0].ID
		want := &models.Out{ID: id, CoalitionID: w.coalition, Kind: models.OutDirect, Lane: fmt.Sprintf("person:%d", w.person), Platform: "terminal",
			AccountID: w.account, Message: message, DedupKey: fmt.Sprintf("direct:%d", id), Wanted: 1, State: models.OutPending, DueAt: noon,
			NextAt: noon.Add(lease), Attempts: 1, Token: 1, UncertainSince: &since, CreatedAt: noon}
		if !reflect.DeepEqual(list[0], want) {
			t.Errorf("claimed\n%+v, want\n%+v", list[0], want)
		}
		if stored := w.outRow(want.DedupKey); !reflect.DeepEqual(&stored, want) {
			t.Errorf("stored\n%+v, want\n%+v", stored, want)
		}
	})
}

func TestLeaseEnds(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.queueOut("a/1")
		first := w.wantClaimed(noon, "a/1")["a/1"]
		end := noon.Add(lease)
		holds := func(out *models.Out, at time.Time, want bool) {
			t.Helper()
			if got, err := w.Holds(t.Context(), out, at); err != nil || got != want {
				t.Errorf("token %d held at %s: %v, %v; want %v", out.Token, at.Format(time.TimeOnly), got, err, want)
			}
		}
		holds(first, noon, true)
		holds(first, end.Add(-time.Microsecond), true)
		holds(first, end, false)

		w.wantClaimed(end.Add(-time.Microsecond))
		second := w.wantClaimed(end, "a/1")["a/1"]
		if second.Token <= first.Token || second.Attempts != 2 || !second.UncertainSince.Equal(noon) {
			t.Errorf("claimed again: %+v, want a higher token, and uncertain since the first try", second)
		}
		holds(first, end, false)
		holds(second, end, true)

		before := w.outRow("a/1")
		for _, state := range []models.OutState{models.OutSent, models.OutPending, models.OutFailed, models.OutUncertain} {
			err := w.Finish(t.Context(), first, end, Result{State: state, NextAt: end, RemoteID: "r1", Error: "late", NotShown: true})
			wantErr(t, "a result with the old token", err, ErrLeaseLost)
		}
		if after := w.outRow("a/1"); !reflect.DeepEqual(before, after) {
			t.Errorf("late results changed the row from\n%+v to\n%+v", before, after)
		}
		// Late, but nobody else has begun: it counts.
		w.finish(second, end.Add(2*lease), Result{State: models.OutSent, RemoteID: "r2"})
		if got := w.outRow("a/1"); got.State != models.OutSent || got.RemoteID != "r2" {
			t.Errorf("%+v", got)
		}
		holds(second, end, false)
	})
}

func TestFinish(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		at := later.Add(time.Second)
		next := at.Add(time.Hour + 1) // not in whole microseconds
		tests := []struct {
			name   string
			result Result
			change func(*models.Out) // what is different after it
		}{
			{"a/sent", Result{State: models.OutSent, RemoteID: "r1"}, func(o *models.Out) {
				o.State, o.RemoteID, o.Shown, o.SentAt, o.NextAt, o.Attempts, o.UncertainSince = models.OutSent, "r1", 1, &at, at, 0, nil
			}},
			{"b/unknown", Result{State: models.OutPending, NextAt: next.In(newYork(t)), Error: "timeout"}, func(o *models.Out) {
				o.NextAt, o.LastError = at.Add(time.Hour), "timeout"
			}},
			{"c/not shown", Result{State: models.OutPending, NextAt: next, Error: "refused", NotShown: true}, func(o *models.Out) {
				o.NextAt, o.LastError, o.UncertainSince = at.Add(time.Hour), "refused", nil
			}},
			{"d/failed", Result{State: models.OutFailed, Error: "no such room", NotShown: true}, func(o *models.Out) {
				o.State, o.LastError, o.UncertainSince = models.OutFailed, "no such room", nil
			}},
			{"e/uncertain", Result{State: models.OutUncertain, Error: "not found"}, func(o *models.Out) {
				o.State, o.LastError = models.OutUncertain, "not found"
			}},
		}
		for _, tt := range tests {
			w.queueOut(tt.name)
			out := w.wantClaimed(later, tt.name)[tt.name]
			want := *out
			tt.change(&want)
			w.finish(out, at, tt.result)
			if got := w.outRow(tt.name); !reflect.DeepEqual(got, want) {
				t.Errorf("%s:\n%+v, want\n%+v", tt.name, got, want)
			}
		}
	})
}
