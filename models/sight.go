package models

import "time"

// Sight is by what somebody may see the private details of a need.
type Sight string

// The sights. The empty Sight is none.
const (
	SightNone      Sight = ""
	SightOwn       Sight = "own"       // they asked for it, or typed it
	SightClaim     Sight = "claim"     // they took it
	SightNavigator Sight = "navigator" // it is of a kind that navigators see to
	SightOrganizer Sight = "organizer" // with a reason, and not often
)

// ByRole reports whether it is a role alone that lets them see: such a look
// counts toward TeamLooks.
func (s Sight) ByRole() bool { return s == SightNavigator || s == SightOrganizer }

// NeedsReason reports whether a reason has to be given for each look.
func (s Sight) NeedsReason() bool { return s == SightOrganizer }

// DetailsSight decides whether somebody who stands so to a need may see its
// private details. It is the only place where that is decided, when they ask
// and again when it is shown to them. Apart says that they and whoever asked
// keep apart (see KeepAway): then no role opens the details, and no claim.
//
// A claim opens them while it is live. Navigators see what they see to as long
// as it is not over. The admin role sees nothing.
func DetailsSight(p *Person, rel Relation, n *Need, apart bool) Sight {
	switch {
	case rel&(RelOwner|RelFiler) != 0:
		return SightOwn
	case p.BlockedAt != nil || apart:
		return SightNone
	case rel&RelClaimant != 0:
		return SightClaim
	case p.Roles.Any(Navigator) && n.Category.ForNavigators() && n.EndedAt == nil:
		return SightNavigator
	case p.Roles.Any(Organizer):
		return SightOrganizer
	}
	return SightNone
}

// TeamLooks is how many private details a person may be shown by a role within
// TeamLookWindow. The number is the coalition's own rule (docs/domain.md): more
// calls than one makes in an hour, and few beside what a board holds, so that
// nobody can copy it all.
const (
	TeamLooks      = 20
	TeamLookWindow = time.Hour
)

// NextTeamLook is when a look by a role is possible again, and false if it is
// possible now. Looks are those by a role within TeamLookWindow, oldest first.
func NextTeamLook(looks []*Look) (time.Time, bool) {
	if len(looks) < TeamLooks {
		return time.Time{}, false
	}
	return looks[len(looks)-TeamLooks].At.Add(TeamLookWindow), true
}
