package store

import (
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func (w town) wantDue(what string, want time.Time) {
	w.t.Helper()
	at, ok, err := w.NextDue(w.t.Context(), "terminal")
	if err != nil || ok == want.IsZero() || !at.Equal(want) {
		w.t.Errorf("%s: next due at %s, %v, %v; want %s", what, at, ok, err, want)
	}
}

func TestNextDue(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.wantDue("nothing", time.Time{})
		w.act(func(tx *Tx) error {
			elsewhere := newOut(tx, "d/1", noon.Add(-time.Hour))
			elsewhere.Platform = "discord"
			tx.Add(elsewhere, newOut(tx, "b/1", noon.Add(2*time.Hour)), newOut(tx, "a/1", noon.Add(time.Hour)))
			return nil
		})
		w.wantDue("two waiting", noon.Add(time.Hour))
		at := noon.Add(time.Hour)
		out := w.wantClaimed(at, "a/1")["a/1"]
		w.wantDue("one held", at.Add(lease))
		w.finish(out, at, Result{State: models.OutPending, NextAt: at.Add(time.Minute / 2)})
		w.wantDue("one to be tried again", at.Add(time.Minute/2))
		out = w.wantClaimed(at.Add(time.Minute/2), "a/1")["a/1"]
		w.finish(out, at.Add(time.Minute/2), Result{State: models.OutSent})
		w.wantDue("one sent", noon.Add(2*time.Hour))
		out = w.wantClaimed(noon.Add(2*time.Hour), "b/1")["b/1"]
		w.finish(out, noon.Add(2*time.Hour), Result{State: models.OutFailed})
		w.wantDue("all over", time.Time{})
	})
}

// A row behind another in its lane cannot be claimed before that one is: to
// wake for it would be to wake for nothing, again and again.
func TestNextDueIsWhenAClaimGetsSomething(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.queueOut("a/1", "a/2")
		out := w.wantClaimed(later, "a/1")["a/1"]
		w.wantDue("the first held", later.Add(lease))
		w.finish(out, later, Result{State: models.OutPending, NextAt: later.Add(time.Hour)})
		w.wantDue("the first waiting for its next try", later.Add(time.Hour))
		out = w.wantClaimed(later.Add(time.Hour), "a/1")["a/1"]
		w.finish(out, later.Add(time.Hour), Result{State: models.OutSent})
		w.wantDue("the first sent", noon.Add(time.Microsecond))
	})
}

func TestWoken(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		woken := func(want bool, what string) {
			t.Helper()
			got := false
			select {
			case <-w.Woken():
				got = true
			default:
			}
			if got != want {
				t.Errorf("after %s the delivery loop is woken: %v", what, got)
			}
		}
		woken(false, "nothing")
		w.act(mark(w, "quiet"))
		woken(false, "a unit without messages")
		tell := w.as("ann", func(tx *Tx) error { return tx.Tell(w.person, models.Message{Key: "hello"}) })
		w.do(tell)
		w.do(tell)
		woken(true, "two messages")
		woken(false, "it was looked at")
		inOneBatch(t, w.Store, mark(w, "a"), tell, mark(w, "b"))
		woken(true, "a batch with a message")
		w.Wake()
		woken(true, "Wake")
	})
}
