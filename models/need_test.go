package models

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func openNeed(slots int) *Need {
	return &Need{ID: 5, CoalitionID: 1, State: NeedOpen, Slots: slots, PersonID: 1, FilerID: 2}
}

func TestClaim(t *testing.T) {
	t.Parallel()
	n, a := openNeed(2), actor(11)
	c, err := n.Claim(77, a, nil, true, noon)
	if err != nil {
		t.Fatal(err)
	}
	addressFrom := noon.Add(AddressWait)
	want := &Claim{ID: 77, CoalitionID: 1, NeedID: 5, PersonID: 11, AccountID: 111, ByReaction: true, State: ClaimLive,
		AddressFrom: &addressFrom, CreatedAt: noon}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("the claim is %+v, want %+v", c, want)
	}
	if n.Claimed != 1 || n.Full() || a.Person.LiveClaims != 1 || n.State != NeedOpen {
		t.Errorf("after it: %+v, %+v", n, a.Person)
	}
	if _, err := n.Claim(78, actor(12), []*Claim{c}, false, noon); err != nil || !n.Full() {
		t.Errorf("the second of two slots: %v, full %v", err, n.Full())
	}
}

func TestClaimRefused(t *testing.T) {
	t.Parallel()
	live := func(person ID) []*Claim { return []*Claim{{PersonID: person, State: ClaimLive}} }
	tests := []struct {
		name   string
		need   Need
		person Person
		live   []*Claim
		want   string
	}{
		{"their own", Need{State: NeedOpen, Slots: 1, PersonID: 11}, Person{}, nil, "own"},
		{"their own, though closed", Need{State: NeedClosed, Slots: 1, PersonID: 11}, Person{}, nil, "own"},
		{"one that they have", Need{State: NeedOpen, Slots: 1, Claimed: 1}, Person{}, live(11), "already_yours"},
		{"a closed one", Need{State: NeedClosed, Slots: 1}, Person{}, nil, "closed"},
		{"a full one", Need{State: NeedOpen, Slots: 1, Claimed: 1}, Person{}, live(12), "second"},
		{"a fourth before the first is finished", Need{State: NeedOpen, Slots: 1}, Person{LiveClaims: 3}, nil, "limit"},
		{"a third", Need{State: NeedOpen, Slots: 1}, Person{LiveClaims: 2}, nil, ""},
		{"a fourth after one was finished", Need{State: NeedOpen, Slots: 1}, Person{LiveClaims: 3, FinishedClaims: 1}, nil, ""},
		{"a fourth by a navigator", Need{State: NeedOpen, Slots: 1}, Person{LiveClaims: 3, Roles: Navigator}, nil, ""},
		{"a fourth by an organizer", Need{State: NeedOpen, Slots: 1}, Person{LiveClaims: 3, Roles: Volunteer | Organizer}, nil, ""},
		{"one that they gave back", Need{State: NeedOpen, Slots: 1}, Person{}, []*Claim{{PersonID: 11, State: ClaimReleased}}, ""},
		{"what they typed for another", Need{State: NeedOpen, Slots: 1, PersonID: 1, FilerID: 11}, Person{}, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, p := tt.need, tt.person
			p.ID = 11
			claim, err := n.Claim(1, &Actor{Person: &p, Account: &Account{}}, tt.live, false, noon)
			if tt.want == "" {
				if err != nil || n.Claimed != tt.need.Claimed+1 || p.LiveClaims != tt.person.LiveClaims+1 {
					t.Errorf("%v; %+v", err, n)
				}
				return
			}
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Code != tt.want || claim != nil {
				t.Errorf("claim %v, %v; want a refusal %q", claim, err, tt.want)
			}
			if n != tt.need || p.LiveClaims != tt.person.LiveClaims {
				t.Errorf("the refusal changed %+v, %+v", n, p)
			}
		})
	}
}

func TestReleaseOfTheLastClaimOpensAgain(t *testing.T) {
	t.Parallel()
	n := openNeed(2)
	first, second := actor(11), actor(12)
	c1, err1 := n.Claim(1, first, nil, false, noon)
	c2, err2 := n.Claim(2, second, []*Claim{c1}, false, noon)
	if err := errors.Join(err1, err2, n.Start()); err != nil {
		t.Fatal(err)
	}
	later := noon.Add(time.Hour)
	if err := n.Release(c1, first.Person, ReleasedByHolder, later); err != nil || n.State != NeedInProgress || n.Claimed != 1 {
		t.Fatalf("after one of two: %s with %d claims, %v", n.State, n.Claimed, err)
	}
	if c1.State != ClaimReleased || c1.EndReason != ReleasedByHolder || !c1.EndedAt.Equal(later) || first.Person.LiveClaims != 0 {
		t.Errorf("the claim given back is %+v, its holder has %d", c1, first.Person.LiveClaims)
	}
	if err := n.Release(c2, second.Person, ReleasedByHolder, later); err != nil || n.State != NeedOpen || n.Claimed != 0 {
		t.Errorf("after the last: %s with %d claims, %v", n.State, n.Claimed, err)
	}
	if first.Person.FinishedClaims != 0 {
		t.Error("a claim given back counts as finished")
	}
}

func TestDoneFinishesAndCloseReleases(t *testing.T) {
	t.Parallel()
	claimed := func() (*Need, []*Claim, []*Person) {
		n, a, b := openNeed(2), actor(11), actor(12)
		c1, err1 := n.Claim(1, a, nil, false, noon)
		c2, err2 := n.Claim(2, b, []*Claim{c1}, false, noon)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		return n, []*Claim{c1, c2}, []*Person{a.Person, b.Person}
	}
	later := noon.Add(time.Hour)

	n, live, holders := claimed()
	if err := n.Done(live, holders, later); err != nil || n.Claimed != 0 || !n.EndedAt.Equal(later) {
		t.Fatalf("done: %+v, %v", n, err)
	}
	for i, c := range live {
		if c.State != ClaimFinished || !c.EndedAt.Equal(later) || holders[i].LiveClaims != 0 || holders[i].FinishedClaims != 1 {
			t.Errorf("after done, claim %+v of %+v", c, holders[i])
		}
	}

	n, live, holders = claimed()
	if err := n.Close("unreachable", live, holders, later); err != nil || n.Claimed != 0 || n.CloseReason != "unreachable" || !n.EndedAt.Equal(later) {
		t.Fatalf("closed: %+v, %v", n, err)
	}
	for i, c := range live {
		if c.State != ClaimReleased || c.EndReason != ReleasedByClosing || holders[i].LiveClaims != 0 || holders[i].FinishedClaims != 0 {
			t.Errorf("after closing, claim %+v of %+v", c, holders[i])
		}
	}
	if err := n.Reopen(); err != nil || n.CloseReason != "" || n.EndedAt != nil {
		t.Errorf("reopened: %+v, %v", n, err)
	}
}

func TestPostAndSetWhen(t *testing.T) {
	t.Parallel()
	n := &Need{ID: 5, State: NeedDraft, Slots: 1}
	n.SetWhen(When{WhenDay, noon.AddDate(0, 0, 4)}, noon, time.UTC)
	if n.Priority != PrioritySoon || !n.RankAt.IsZero() || n.Ref().String() != "" {
		t.Errorf("a draft: %+v", n)
	}
	if err := n.Post(12, noon); err != nil || n.Ref().String() != "N12" || !n.PostedAt.Equal(noon) || !n.RankAt.Equal(noon.AddDate(0, 0, 2)) {
		t.Fatalf("posted: %+v, %v", n, err)
	}
	// A new time counts from the posting, not from the change.
	n.SetWhen(When{Kind: WhenAnytime}, noon.AddDate(0, 0, 3), time.UTC)
	if n.Priority != PriorityAnytime || !n.RankAt.Equal(noon.AddDate(0, 0, 14)) {
		t.Errorf("changed: %+v", n)
	}
	if n.Entity() != (Entity{KindNeed, 5}) || n.Entity().Zero() || !(Entity{Kind: KindNeed}).Zero() {
		t.Errorf("its entity is %v", n.Entity())
	}
}

// needWorld is a need, the people around it and all claims ever made on it.
type needWorld struct {
	need   *Need
	people []*Actor
	claims []*Claim
}

func (w *needWorld) live() (claims []*Claim, holders []*Person) {
	for _, c := range w.claims {
		if c.State == ClaimLive {
			claims = append(claims, c)
			holders = append(holders, w.people[c.PersonID].Person)
		}
	}
	return claims, holders
}

// Whatever people do in whatever order, the counts agree with the claims.
func TestAnyHistoryOfANeedKeepsItsCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &needWorld{need: openNeed(rapid.IntRange(1, 3).Draw(t, "slots"))}
		w.need.PersonID = 99
		for i := range 5 {
			w.people = append(w.people, actor(ID(i)))
		}
		release := func(t *rapid.T) {
			live, holders := w.live()
			if len(live) == 0 {
				t.Skip("nothing to give back")
			}
			i := rapid.IntRange(0, len(live)-1).Draw(t, "claim")
			w.refuses(t, w.need.Release(live[i], holders[i], ReleasedByHolder, noon))
		}
		t.Repeat(map[string]func(*rapid.T){
			"claim": func(t *rapid.T) {
				live, _ := w.live()
				c, err := w.need.Claim(1, rapid.SampledFrom(w.people).Draw(t, "who"), live, false, noon)
				if w.refuses(t, err); err == nil {
					w.claims = append(w.claims, c)
				}
			},
			"release":  release,
			"start":    func(t *rapid.T) { w.refuses(t, w.need.Start()) },
			"followup": func(t *rapid.T) { w.refuses(t, w.need.Followup()) },
			"outcome":  func(t *rapid.T) { w.refuses(t, w.need.Answer(OutcomePartly)) },
			"reopen":   func(t *rapid.T) { w.refuses(t, w.need.Reopen()) },
			"done": func(t *rapid.T) {
				live, holders := w.live()
				w.refuses(t, w.need.Done(live, holders, noon))
			},
			"close": func(t *rapid.T) {
				live, holders := w.live()
				w.refuses(t, w.need.Close("other", live, holders, noon))
			},
			"": w.check,
		})
	})
}

func (w *needWorld) refuses(t *rapid.T, err error) {
	var refusal *Refusal
	if err != nil && !errors.As(err, &refusal) {
		t.Fatalf("not a refusal: %v", err)
	}
}

func (w *needWorld) check(t *rapid.T) {
	n := w.need
	live, _ := w.live()
	if n.Claimed < 0 || n.Claimed > n.Slots || n.Claimed != len(live) {
		t.Fatalf("%d claimed of %d slots, %d live claims", n.Claimed, n.Slots, len(live))
	}
	liveOf, finishedOf := map[ID]int{}, map[ID]int{}
	for _, c := range w.claims {
		switch c.State {
		case ClaimLive:
			liveOf[c.PersonID]++
		case ClaimFinished:
			finishedOf[c.PersonID]++
		}
		if (c.State == ClaimLive) != (c.EndedAt == nil) {
			t.Fatalf("claim %+v", c)
		}
	}
	for _, a := range w.people {
		p := a.Person
		if liveOf[p.ID] > 1 || p.LiveClaims != liveOf[p.ID] || p.FinishedClaims != finishedOf[p.ID] {
			t.Fatalf("person %+v has %d live and %d finished claims", p, liveOf[p.ID], finishedOf[p.ID])
		}
	}
	switch n.State {
	case NeedOpen, NeedInProgress:
		if n.EndedAt != nil || n.CloseReason != "" || n.Outcome != "" {
			t.Fatalf("on the board with the marks of an end: %+v", n)
		}
	case NeedDone, NeedClosed:
		if len(live) > 0 || n.EndedAt == nil {
			t.Fatalf("over with %d live claims: %+v", len(live), n)
		}
	}
}
