package commands

import (
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Access is what comes of a command by somebody with some roles, who stands in
// some way to the need or offer that it is about.
type Access string

// What can come of it.
const (
	AccessYes    Access = "yes"
	AccessNo     Access = "no"
	AccessAsks   Access = "asks"   // they are asked to volunteer, or welcomed first
	AccessReason Access = "reason" // with a reason each time, and so many an hour
	AccessKinds  Access = "kinds"  // of the kinds that navigators see to
)

// Access decides it by the rules that dispatch and the handlers go by; the page
// about permissions is written from it. What is open and not full is meant, and
// nobody who is blocked.
func (c *Command) Access(roles models.Roles, rel models.Relation) Access {
	switch {
	case permit(c, roles) != nil:
		return AccessNo
	case c.Right == models.RightClaim:
		return claimAccess(roles, rel)
	case c.Right == models.RightDetails:
		return detailsAccess(roles, rel)
	case c.Related() && !c.Right.Can(roles, rel):
		return AccessNo
	}
	return AccessYes
}

// Related reports whether what comes of the command depends on how somebody
// stands to a need or an offer.
func (c *Command) Related() bool { return c.Right == models.RightClaim || c.Right.Related() }

func claimAccess(roles models.Roles, rel models.Relation) Access {
	const they, somebody = models.ID(1), models.ID(2)
	p := &models.Person{ID: they, Roles: roles}
	n := &models.Need{State: models.NeedOpen, Category: models.CategoryOther, Slots: 2, PersonID: somebody}
	var live []*models.Claim
	if rel&models.RelOwner != 0 {
		n.PersonID = they
	}
	if rel&models.RelClaimant != 0 {
		live = append(live, &models.Claim{PersonID: they, State: models.ClaimLive})
	}
	welcome := models.NeedsWelcome(&models.Coalition{}, p, n.Category)
	_, err := n.Claim(0, &models.Actor{Person: p, Account: &models.Account{}}, live, false, time.Time{})
	switch {
	case err != nil, welcome == models.WelcomeNever:
		return AccessNo
	case welcome != models.WelcomeNotNeeded:
		return AccessAsks
	}
	return AccessYes
}

func detailsAccess(roles models.Roles, rel models.Relation) Access {
	p := &models.Person{Roles: roles}
	sight := models.DetailsSight(p, rel, &models.Need{Category: models.CategoryOther}, false)
	switch {
	case sight.NeedsReason():
		return AccessReason
	case sight != models.SightNone:
		return AccessYes
	}
	for _, kind := range models.Categories() {
		if models.DetailsSight(p, rel, &models.Need{Category: kind}, false) != models.SightNone {
			return AccessKinds
		}
	}
	return AccessNo
}

// permit applies the part of a right that the roles alone decide. What depends
// on the need or offer is checked where that is loaded.
func permit(command *Command, roles models.Roles) error {
	if command.Right == models.RightClaim || command.Right.Possible(roles) {
		return nil // a wish to claim is heard from everyone; see welcome.go
	}
	if command.Group == GroupNone {
		return mistake("error.not_allowed.button", nil)
	}
	key := "error.not_allowed.team"
	if command.Right.Can(models.Admin, 0) && !command.Right.Can(models.Organizer, 0) {
		key = "error.not_allowed.admin"
	}
	return mistake(key, models.Args{"Command": models.CodeArg("command." + command.Name + ".name")})
}
