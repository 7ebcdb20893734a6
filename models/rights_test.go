package models

import (
	"slices"
	"strings"
	"testing"
)

// Who may do what, by role and by how they stand to the need or offer.
const rightsTable = `
right         neighbor  volunteer  navigator  organizer  admin  owner  filer  claimant  former
use           yes       yes        yes        yes        yes    -      -      -         -
claim         -         yes        yes        yes        -      -      -      -         -
release       -         -          -          -          -      -      -      yes       -
start         -         -          -          yes        -      -      -      yes       -
done          -         -          -          yes        -      yes    yes    yes       -
answer        -         -          -          -          -      yes    yes    -         -
followup      -         -          -          yes        -      yes    yes    yes       -
close         -         -          -          yes        -      yes    yes    -         -
reopen        -         -          -          yes        -      yes    yes    -         -
edit          -         -          -          yes        -      yes    yes    -         -
history       -         -          yes        yes        -      yes    yes    yes       -
details       -         -          yes        yes        -      yes    yes    yes       -
close_reason  -         -          -          yes        -      -      -      -         -
welcome       -         -          -          yes        yes    -      -      -         -
grant         -         -          -          yes        yes    -      -      -         -
grant_admin   -         -          -          -          yes    -      -      -         -
setup         -         -          -          -          yes    -      -      -         -
refuse        -         -          -          -          -      yes    yes    -         -
block         -         -          -          yes        yes    -      -      -         -
block_team    -         -          -          -          yes    -      -      -         -
`

var (
	singleRoles = map[string]Roles{"neighbor": 0, "volunteer": Volunteer, "navigator": Navigator, "organizer": Organizer, "admin": Admin}
	relations   = map[string]Relation{"": 0, "owner": RelOwner, "filer": RelFiler, "claimant": RelClaimant, "former": RelFormerClaimant}
)

// rights reads the table: what is allowed by each role and relation.
func rights(t *testing.T) map[Right]map[string]bool {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(rightsTable), "\n")
	columns := strings.Fields(lines[0])
	table := map[Right]map[string]bool{}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		if len(cells) != len(columns) {
			t.Fatalf("the row %q has %d cells, want %d", line, len(cells), len(columns))
		}
		row := map[string]bool{}
		for i, column := range columns[1:] {
			row[column] = cells[i+1] == "yes"
		}
		table[Right(cells[0])] = row
	}
	return table
}

func TestRights(t *testing.T) {
	t.Parallel()
	table := rights(t)
	if len(table) != len(rightRules) {
		t.Errorf("the table has %d rights, the program %d", len(table), len(rightRules))
	}
	for right, row := range table {
		related := row["owner"] || row["filer"] || row["claimant"] || row["former"]
		for roleName, role := range singleRoles {
			for relName, rel := range relations {
				want := row[roleName] || row["neighbor"] || row[relName]
				if got := right.Can(role, rel); got != want {
					t.Errorf("%s by a %s who is its %q: %v, want %v", right, roleName, relName, got, want)
				}
			}
			if got, want := right.Possible(role), row[roleName] || row["neighbor"] || related; got != want {
				t.Errorf("%s is possible to a %s: %v, want %v", right, roleName, got, want)
			}
		}
		if right.Related() != related {
			t.Errorf("%s depends on the need or offer: %v, want %v", right, right.Related(), related)
		}
	}
}

// Roles are a set: each adds what it allows and takes nothing away.
func TestRightsOfSeveralRoles(t *testing.T) {
	t.Parallel()
	const every = Volunteer | Navigator | Organizer | Admin
	for right := range rights(t) {
		for roles := Roles(0); roles <= every; roles++ {
			want := false
			for _, role := range []Roles{0, Volunteer, Navigator, Organizer, Admin} {
				want = want || roles&role == role && right.Can(role, 0)
			}
			if got := right.Can(roles, 0); got != want {
				t.Errorf("%s by %s: %v, want %v", right, roles, got, want)
			}
		}
	}
}

func TestUnknownRightIsNobodys(t *testing.T) {
	t.Parallel()
	if r := Right("fly"); r.Can(Volunteer|Navigator|Organizer|Admin, RelOwner|RelFiler|RelClaimant) || r.Possible(Admin) {
		t.Error("a right without a rule is granted")
	}
}

func TestRelations(t *testing.T) {
	t.Parallel()
	n := &Need{PersonID: 1, FilerID: 2}
	claims := []*Claim{
		{PersonID: 3, State: ClaimLive}, {PersonID: 4, State: ClaimReleased}, {PersonID: 5, State: ClaimFinished},
		{PersonID: 6, State: ClaimReleased}, {PersonID: 6, State: ClaimLive},
	}
	for person, want := range map[ID]Relation{
		1: RelOwner, 2: RelFiler, 3: RelClaimant, 4: RelFormerClaimant, 5: RelFormerClaimant, 6: RelClaimant | RelFormerClaimant, 7: 0,
	} {
		if got := NeedRelation(n, claims, person); got != want {
			t.Errorf("person %d stands %b to the need, want %b", person, got, want)
		}
	}
	if got := NeedRelation(&Need{PersonID: 1, FilerID: 1}, nil, 1); got != RelOwner|RelFiler {
		t.Errorf("who asks for themselves stands %b", got)
	}
	o := &Offer{PersonID: 1}
	if OfferRelation(o, 1) != RelOwner|RelFiler || OfferRelation(o, 2) != 0 {
		t.Errorf("relations to an offer: %b and %b", OfferRelation(o, 1), OfferRelation(o, 2))
	}
}

func TestNeedsWelcome(t *testing.T) {
	t.Parallel()
	const (
		plain  = Category("food")
		vetted = Category("rides")
	)
	tests := []struct {
		name     string
		roles    Roles
		welcomed bool
		open     bool // the coalition lets a person's own yes be enough
		category Category
		want     Welcome
	}{
		{"a neighbor", 0, false, false, plain, WelcomeByTeam},
		{"a neighbor, vetted", 0, false, false, vetted, WelcomeByTeam},
		{"a neighbor where it is open", 0, false, true, plain, WelcomeOwnYes},
		{"a neighbor where it is open, vetted", 0, false, true, vetted, WelcomeByTeam},
		{"a welcomed volunteer", Volunteer, true, false, plain, WelcomeNotNeeded},
		{"a welcomed volunteer, vetted", Volunteer, true, false, vetted, WelcomeNotNeeded},
		{"a volunteer by their own yes", Volunteer, false, true, plain, WelcomeNotNeeded},
		{"a volunteer by their own yes, vetted", Volunteer, false, true, vetted, WelcomeByTeam},
		{"a navigator, vetted", Navigator, false, false, vetted, WelcomeNotNeeded},
		{"an organizer, vetted", Organizer, false, false, vetted, WelcomeNotNeeded},
		{"an admin", Admin, false, false, plain, WelcomeNever},
		{"an admin where it is open", Admin, true, true, plain, WelcomeNever},
		{"an admin who is a volunteer too", Admin | Volunteer, true, false, vetted, WelcomeNotNeeded},
	}
	for _, tt := range tests {
		c := &Coalition{VolunteersOpen: tt.open}
		if got := NeedsWelcome(c, &Person{Roles: tt.roles, Welcomed: tt.welcomed}, tt.category); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	for _, c := range Categories() {
		vetted := slices.Contains([]Category{"rides", "care", "home", "money"}, c)
		want := map[bool]Welcome{true: WelcomeByTeam, false: WelcomeOwnYes}[vetted]
		if got := NeedsWelcome(&Coalition{VolunteersOpen: true}, &Person{}, c); got != want {
			t.Errorf("%s: %d, want %d", c, got, want)
		}
	}
}

func TestRoleCodes(t *testing.T) {
	t.Parallel()
	for name, role := range singleRoles {
		if got := role.String(); got != name {
			t.Errorf("role %b reads %q, want %q", role, got, name)
		}
		got, ok := ParseRole(name)
		if granted := role != 0; ok != granted || got != role {
			t.Errorf("ParseRole(%q) = %b, %v", name, got, ok)
		}
	}
	if got := (Admin | Volunteer).String(); got != "volunteer,admin" {
		t.Errorf("two roles read %q", got)
	}
	if got, ok := ParseRole("boss"); ok || got != 0 {
		t.Errorf("ParseRole(boss) = %b, %v", got, ok)
	}
	if Team.Any(Volunteer|Admin) || !Team.Any(Navigator) || !Team.Any(Organizer) {
		t.Errorf("the team is %s", Team)
	}
}
