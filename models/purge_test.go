package models

import (
	"errors"
	"testing"
	"time"
)

func TestPurgeBefore(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 20, 15, 0, 0, 0, time.UTC)
	for days, want := range map[int]time.Time{0: now.AddDate(0, 0, -14), 1: now.AddDate(0, 0, -1), 30: now.AddDate(0, 0, -30)} {
		if got := (&Coalition{PurgeDays: days}).PurgeBefore(now); !got.Equal(want) {
			t.Errorf("%d days: %v, want %v", days, got, want)
		}
	}
}

func wantRefusal(t *testing.T, what string, err error, code string) {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Errorf("%s: %v, want a refusal with %q", what, err, code)
	}
}

func TestPurgeOfANeed(t *testing.T) {
	t.Parallel()
	end, now := noon.Add(time.Hour), noon.Add(15*24*time.Hour)
	for _, state := range NeedStates() {
		n := &Need{State: state, What: "milk", Languages: "es", Category: "food", Outcome: OutcomeMet, CloseReason: "other"}
		if state != NeedDone && state != NeedClosed {
			wantRefusal(t, string(state), n.Purge(now), "not_over")
			continue
		}
		n.EndedAt = &end
		if err := n.Purge(now); err != nil || n.What != "" || n.Languages != "" || !n.PurgedAt.Equal(now) {
			t.Errorf("%s: %+v, %v", state, n, err)
		}
		if n.Category != "food" || n.Outcome != OutcomeMet || n.CloseReason != "other" || !n.EndedAt.Equal(end) {
			t.Errorf("%s: a fact for counts is gone: %+v", state, n)
		}
		if err := n.Purge(now.Add(time.Hour)); err != nil || !n.PurgedAt.Equal(now) {
			t.Errorf("%s, again: %v, %v", state, n.PurgedAt, err)
		}
		wantRefusal(t, "reopening it", n.Reopen(), "purged")
		if state == NeedDone {
			wantRefusal(t, "another look at it", n.Followup(), "purged")
		}
		if n.State != state {
			t.Errorf("a refusal led from %s to %s", state, n.State)
		}
	}
}

func TestPurgeOfAnOffer(t *testing.T) {
	t.Parallel()
	o := &Offer{State: OfferAvailable, What: "coats"}
	wantRefusal(t, "an offer that is available", o.Purge(noon), "not_over")
	if err := errors.Join(o.Close(noon), o.Purge(noon)); err != nil || o.What != "" || o.PurgedAt == nil {
		t.Errorf("%+v, %v", o, err)
	}
	wantRefusal(t, "reopening it", o.Reopen(), "purged")
}

func TestPublicWords(t *testing.T) {
	t.Parallel()
	for _, state := range NeedStates() {
		want := "milk"
		if state == NeedClosed {
			want = ""
		}
		if got := (&Need{State: state, What: "milk"}).PublicWords(); got != want {
			t.Errorf("%s: %q, want %q", state, got, want)
		}
	}
	if got := (&Need{State: NeedDone, What: "milk", PurgedAt: &noon}).PublicWords(); got != "" {
		t.Errorf("purged: %q", got)
	}
}

// A need that is looked at again is not over: its words stay.
func TestFollowupIsNoEnd(t *testing.T) {
	t.Parallel()
	n := &Need{State: NeedDone, EndedAt: &noon}
	if err := n.Followup(); err != nil || n.EndedAt != nil {
		t.Errorf("%v, %v", n.EndedAt, err)
	}
}
