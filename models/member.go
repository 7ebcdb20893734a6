package models

import (
	"slices"
	"strings"
	"time"
)

// RoleLink says that a role of a platform's space stands for one of ours. It
// never gives the role of admin.
type RoleLink struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	SpaceID     ID
	Remote      string // the platform's id of its role
	Role        Roles  // exactly one
	CreatedAt   time.Time
}

// TableName is the table's name.
func (RoleLink) TableName() string { return "role_link" }

// Linkable are the roles that a platform's role can stand for.
const Linkable = Volunteer | Navigator | Organizer

// Member is what was last seen of an account in a space.
type Member struct {
	SpaceID     ID `gorm:"primaryKey"`
	AccountID   ID `gorm:"primaryKey"`
	CoalitionID ID
	// Roles are the platform's ids of the roles there, sorted, with commas.
	Roles   string
	Present bool // false once they left or were banned
	At      time.Time
}

// TableName is the table's name.
func (Member) TableName() string { return "member" }

// MemberRoles writes a list of a platform's roles as Member keeps it.
func MemberRoles(remotes []string) string {
	return strings.Join(slices.Sorted(slices.Values(remotes)), ",")
}

// Mapped are our roles that links give for what an account was seen with. Who is
// not there any more has none.
func Mapped(links []*RoleLink, members []*Member) Roles {
	var roles Roles
	for _, m := range members {
		if !m.Present {
			continue
		}
		for _, l := range links {
			if l.SpaceID == m.SpaceID && slices.Contains(strings.Split(m.Roles, ","), l.Remote) {
				roles |= l.Role & Linkable
			}
		}
	}
	return roles
}

// Map makes the roles that come from a platform what they are now. Those that
// people granted stay. It reports whether anything changed. Who is blocked gets
// none.
func (p *Person) Map(now Roles) bool {
	if p.BlockedAt != nil {
		now = 0
	}
	granted := p.Roles &^ p.Mapped
	roles, mapped := granted|now, now&^granted
	if roles == p.Roles && mapped == p.Mapped {
		return false
	}
	p.Roles, p.Mapped = roles, mapped
	return true
}

// JoinCode lets one more space join a coalition, once.
type JoinCode struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Hash        string // of the code, which is not kept
	PersonID    ID     // the admin who asked for it
	CreatedAt   time.Time
	ExpiresAt   time.Time
	UsedAt      *time.Time
}

// TableName is the table's name.
func (JoinCode) TableName() string { return "join_code" }

// Direct is the coalition that an account speaks to in a direct chat.
type Direct struct {
	Platform    string `gorm:"primaryKey"`
	Remote      string `gorm:"primaryKey"` // the platform's id of the account
	CoalitionID ID
	At          time.Time
}

// TableName is the table's name.
func (Direct) TableName() string { return "direct" }
