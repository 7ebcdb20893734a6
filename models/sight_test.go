package models

import (
	"errors"
	"testing"
	"time"
)

func TestDetailsSight(t *testing.T) {
	t.Parallel()
	const stranger = Relation(0)
	food, company := &Need{Category: "food", State: NeedOpen}, &Need{Category: "company", State: NeedOpen}
	over := &Need{Category: "company", State: NeedDone, EndedAt: &noon}
	tests := []struct {
		name    string
		roles   Roles
		rel     Relation
		need    *Need
		apart   bool
		blocked bool
		want    Sight
	}{
		{"the person helped", 0, RelOwner, food, false, false, SightOwn},
		{"whoever typed it", 0, RelFiler, food, false, false, SightOwn},
		{"who asked, and is blocked", 0, RelOwner | RelFiler, food, false, true, SightOwn},
		{"who asked, and organizes", Organizer, RelOwner, food, false, false, SightOwn},
		{"who asked, when it is over", 0, RelOwner, over, false, false, SightOwn},
		{"a neighbor", 0, stranger, food, false, false, SightNone},
		{"a volunteer", Volunteer, stranger, food, false, false, SightNone},
		{"a volunteer who took it", Volunteer, RelClaimant, food, false, false, SightClaim},
		{"a volunteer who took it, apart", Volunteer, RelClaimant, food, true, false, SightNone},
		{"a volunteer who took it, blocked", Volunteer, RelClaimant, food, false, true, SightNone},
		{"a volunteer who gave it back", Volunteer, RelFormerClaimant, food, false, false, SightNone},
		{"a volunteer who took it again", Volunteer, RelClaimant | RelFormerClaimant, food, false, false, SightClaim},
		{"a navigator, other kind", Navigator, stranger, food, false, false, SightNone},
		{"a navigator who took it", Navigator, RelClaimant, food, false, false, SightClaim},
		{"a navigator", Navigator, stranger, company, false, false, SightNavigator},
		{"a navigator, apart", Navigator, stranger, company, true, false, SightNone},
		{"a navigator, when it is over", Navigator, stranger, over, false, false, SightNone},
		{"an organizer", Organizer, stranger, food, false, false, SightOrganizer},
		{"an organizer, when it is over", Organizer, stranger, over, false, false, SightOrganizer},
		{"an organizer who took it", Organizer, RelClaimant, food, false, false, SightClaim},
		{"an organizer, apart", Organizer, stranger, food, true, false, SightNone},
		{"an organizer, blocked", Organizer, stranger, food, false, true, SightNone},
		{"an organizer and navigator", Organizer | Navigator, stranger, company, false, false, SightNavigator},
		{"an admin", Admin, stranger, food, false, false, SightNone},
		{"an admin, a navigators' kind", Admin, stranger, company, false, false, SightNone},
		{"an admin who organizes", Admin | Organizer, stranger, food, false, false, SightOrganizer},
	}
	for _, tt := range tests {
		p := &Person{Roles: tt.roles}
		if tt.blocked {
			p.BlockedAt = &noon
		}
		if got := DetailsSight(p, tt.rel, tt.need, tt.apart); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if tt.want != SightNone && !RightDetails.Can(tt.roles, tt.rel) {
			t.Errorf("%s: the right is narrower than the sight", tt.name)
		}
	}
}

func TestNextTeamLook(t *testing.T) {
	t.Parallel()
	var looks []*Look
	for i := range TeamLooks + 2 {
		at, wait := NextTeamLook(looks)
		if wait != (i >= TeamLooks) {
			t.Fatalf("after %d looks: wait %v", i, wait)
		}
		// The one that leaves the hour first makes room.
		if want := noon.Add(time.Duration(i-TeamLooks)*time.Minute + TeamLookWindow); wait && !at.Equal(want) {
			t.Errorf("after %d looks: at %s, want %s", i, at, want)
		}
		looks = append(looks, &Look{At: noon.Add(time.Duration(i) * time.Minute)})
	}
}

func TestAddressWaits(t *testing.T) {
	t.Parallel()
	n := &Need{State: NeedOpen, Slots: 2, PersonID: 1}
	c, err := n.Claim(9, actor(2), nil, false, noon)
	if err != nil {
		t.Fatal(err)
	}
	for wait, want := range map[time.Duration]bool{0: false, AddressWait - 1: false, AddressWait: true, time.Hour: true} {
		if got := c.ShowsAddress(noon.Add(wait)); got != want {
			t.Errorf("after %s the address is shown: %v, want %v", wait, got, want)
		}
	}
	c.Agree(noon.Add(time.Minute))
	c.Agree(noon.Add(time.Hour)) // says nothing new
	if !c.ShowsAddress(noon.Add(time.Minute)) || c.ShowsAddress(noon) {
		t.Errorf("agreed after a minute, it is shown from %s", c.AddressFrom)
	}
	if !(&Claim{}).ShowsAddress(noon) {
		t.Error("a claim from before there was a wait shows nothing")
	}
}

func TestClaimByTheBlocked(t *testing.T) {
	t.Parallel()
	a := actor(2)
	a.Person.BlockedAt = &noon
	n := &Need{State: NeedOpen, Slots: 1, PersonID: 1}
	for claimed, want := range []string{"cant", "second"} { // a full need is refused with everybody's words
		n.Claimed = claimed
		_, err := n.Claim(9, a, nil, false, noon)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Code != want || n.Claimed != claimed || a.Person.LiveClaims != 0 {
			t.Errorf("with %d claims: %v, want %s; %+v", claimed, err, want, n)
		}
	}
}
