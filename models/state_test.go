package models

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// noon is the moment at which most tests happen: noon in New England.
var noon = time.Date(2026, 12, 7, 17, 0, 0, 0, time.UTC)

// moves reads a table of states and actions: where each action leads, or - if
// it is refused.
func moves(t *testing.T, table string) map[string]map[Action]string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(table), "\n")
	actions := strings.Fields(lines[0])[1:]
	want := map[string]map[Action]string{}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		if len(cells) != len(actions)+1 {
			t.Fatalf("the row %q has %d cells for %d actions", line, len(cells)-1, len(actions))
		}
		want[cells[0]] = map[Action]string{}
		for i, a := range actions {
			want[cells[0]][Action(a)] = cells[i+1]
		}
	}
	return want
}

// What may happen to a need in each state. A draft is not closed but erased.
const needTable = `
from            post  edit            claim        release         start        done  outcome  followup        close   reopen
draft           open  draft           -            -               -            -     -        -               -       -
open            -     open            open         open            in_progress  done  -        needs_followup  closed  -
in_progress     -     in_progress     in_progress  in_progress     -            done  -        needs_followup  closed  -
needs_followup  -     needs_followup  -            needs_followup  -            done  -        -               closed  open
done            -     -               -            -               -            -     done     needs_followup  closed  open
closed          -     -               -            -               -            -     -        -               -       open
`

// act carries an action out on a need that has two live claims of which one is
// the claim to release, and the places for more.
func act(n *Need, a Action) error {
	live := []*Claim{{PersonID: 11, State: ClaimLive}, {PersonID: 12, State: ClaimLive}}
	holders := []*Person{{ID: 11, LiveClaims: 1}, {ID: 12, LiveClaims: 1}}
	n.Slots, n.Claimed = 3, 2
	switch a {
	case ActPost:
		return n.Post(1, noon)
	case ActClaim:
		_, err := n.Claim(1, actor(13), live, false, noon)
		return err
	case ActRelease:
		return n.Release(live[0], holders[0], ReleasedByHolder, noon)
	case ActStart:
		return n.Start()
	case ActDone:
		return n.Done(live, holders, noon)
	case ActOutcome:
		return n.Answer(OutcomeMet)
	case ActFollowup:
		return n.Followup()
	case ActClose:
		return n.Close("other", live, holders, noon)
	case ActReopen:
		return n.Reopen()
	}
	return n.move(a) // edit has no method of its own
}

func TestNeedStates(t *testing.T) {
	t.Parallel()
	want := moves(t, needTable)
	if len(want) != len(NeedStates()) {
		t.Errorf("the table has %d states, a need %d", len(want), len(NeedStates()))
	}
	for _, from := range NeedStates() {
		if len(want[string(from)]) != len(NeedActions()) {
			t.Errorf("the table has %d actions on %s, a need %d", len(want[string(from)]), from, len(NeedActions()))
		}
		for _, a := range NeedActions() {
			n := &Need{State: from, PersonID: 1}
			err := act(n, a)
			to := want[string(from)][a]
			checkMove(t, KindNeed, string(from), a, to, string(n.State), err, from.Allows(a))
			if to == "-" && n.Claimed != 2 {
				t.Errorf("%s on a need in %s was refused and left %d claims of 2", a, from, n.Claimed)
			}
		}
	}
}

func checkMove(t *testing.T, kind Kind, from string, a Action, want, got string, err error, allows bool) {
	t.Helper()
	if allows != (want != "-") {
		t.Errorf("%s in %s: Allows = %v", a, from, allows)
	}
	if want != "-" {
		if err != nil || got != want {
			t.Errorf("%s in %s leads to %s (%v), want %s", a, from, got, err, want)
		}
		return
	}
	var refusal *Refusal
	if !errors.As(err, &refusal) || got != from {
		t.Errorf("%s in %s leads to %s (%v), want a refusal", a, from, got, err)
		return
	}
	code := "state_" + from
	if a == ActClaim && kind == KindNeed {
		code = "closed" // whoever comes too late is told so, whatever the state
	}
	if refusal.Code != code {
		t.Errorf("%s in %s is refused as %q, want %q", a, from, refusal.Code, code)
	}
}

// What may happen to an offer in each state.
const offerTable = `
from       post       edit       claim  release  start  done  outcome  followup  close      reopen
draft      available  draft      -      -        -      -     -        -         -          -
available  -          available  -      -        -      -     -        -         withdrawn  -
paused     -          paused     -      -        -      -     -        -         withdrawn  available
withdrawn  -          -          -      -        -      -     -        -         -          available
expired    -          -          -      -        -      -     -        -         -          available
`

func TestOfferStates(t *testing.T) {
	t.Parallel()
	want := moves(t, offerTable)
	if len(want) != len(OfferStates()) {
		t.Errorf("the table has %d states, an offer %d", len(want), len(OfferStates()))
	}
	for _, from := range OfferStates() {
		for _, a := range NeedActions() {
			o := &Offer{State: from}
			var err error
			switch a {
			case ActPost:
				err = o.Post(7, noon)
			case ActClose:
				err = o.Close(noon)
			case ActReopen:
				err = o.Reopen()
			default:
				err = o.move(a)
			}
			_, allows := offerMoves[from][a]
			checkMove(t, KindOffer, string(from), a, want[string(from)][a], string(o.State), err, allows)
		}
	}
}

func TestOfferKeepsItsTimes(t *testing.T) {
	t.Parallel()
	o := &Offer{State: OfferDraft}
	later := noon.Add(time.Hour)
	if err := o.Post(7, noon); err != nil || o.Ref() != (Ref{KindOffer, 7}) || !o.PostedAt.Equal(noon) {
		t.Fatalf("posted: %+v, %v", o, err)
	}
	if err := o.Close(later); err != nil || !o.EndedAt.Equal(later) {
		t.Fatalf("withdrawn: %+v, %v", o, err)
	}
	if err := o.Reopen(); err != nil || o.EndedAt != nil || o.Number != 7 || !o.PostedAt.Equal(noon) {
		t.Fatalf("reopened: %+v, %v", o, err)
	}
}

func TestReasonsToChooseFrom(t *testing.T) {
	t.Parallel()
	all := map[CloseReason]bool{}
	for _, r := range CloseReasons() {
		if all[r] {
			t.Errorf("%s is listed twice", r)
		}
		all[r] = true
	}
	for _, r := range OwnCloseReasons() {
		if !all[r] {
			t.Errorf("a neighbor can choose %s, the team cannot", r)
		}
	}
	if want := 9; len(all) != want {
		t.Errorf("%d reasons, want %d", len(all), want)
	}
}

func TestZeroStatesAllowNothing(t *testing.T) {
	t.Parallel()
	for _, a := range NeedActions() {
		n, before := &Need{}, &Need{}
		if err := n.move(a); err == nil || !reflect.DeepEqual(n, before) {
			t.Errorf("%s was allowed on a need without a state", a)
		}
	}
}

// actor is a welcomed volunteer with an account.
func actor(id ID) *Actor {
	return &Actor{Coalition: &Coalition{ID: 1}, Person: &Person{ID: id, CoalitionID: 1, Roles: Volunteer}, Account: &Account{ID: id + 100, PersonID: id}}
}
