package models

import "strings"

// Roles is a set of roles, not a ladder. Everyone is a neighbor, so that role
// has no bit.
type Roles uint8

// The roles that are granted.
const (
	Volunteer Roles = 1 << iota
	Navigator
	Organizer
	Admin
)

// Team is the organizing team, which may see private details.
const Team = Navigator | Organizer

var roleCodes = []struct {
	role Roles
	code string
}{{Volunteer, "volunteer"}, {Navigator, "navigator"}, {Organizer, "organizer"}, {Admin, "admin"}}

// ParseRole reads one role's code, such as "volunteer".
func ParseRole(code string) (Roles, bool) {
	for _, r := range roleCodes {
		if r.code == code {
			return r.role, true
		}
	}
	return 0, false
}

// Codes lists the codes of the roles in the set, "neighbor" for the empty one.
func (r Roles) Codes() []string {
	var codes []string
	for _, known := range roleCodes {
		if r&known.role != 0 {
			codes = append(codes, known.code)
		}
	}
	if codes == nil {
		return []string{"neighbor"}
	}
	return codes
}

// String joins the codes with commas.
func (r Roles) String() string { return strings.Join(r.Codes(), ",") }

// Any reports whether the set holds at least one of the roles given.
func (r Roles) Any(of Roles) bool { return r&of != 0 }
