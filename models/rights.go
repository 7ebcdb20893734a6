package models

// Relation is how a person stands to one need or offer: a set.
type Relation uint8

// The relations. The zero Relation is a stranger's.
const (
	RelOwner Relation = 1 << iota // the person helped, or who offers
	RelFiler
	RelClaimant
	RelFormerClaimant
)

// Right names something that not everybody may do.
type Right string

// The rights, each with its rule in rightRules.
const (
	RightUse         Right = "use" // file, offer, see the board and one's own things
	RightClaim       Right = "claim"
	RightRelease     Right = "release"
	RightStart       Right = "start"
	RightDone        Right = "done"
	RightAnswer      Right = "answer"
	RightFollowup    Right = "followup"
	RightClose       Right = "close"
	RightReopen      Right = "reopen"
	RightEdit        Right = "edit"
	RightHistory     Right = "history"
	RightDetails     Right = "details"
	RightCloseReason Right = "close_reason" // choose from all reasons
	RightWelcome     Right = "welcome"
	RightGrant       Right = "grant"
	RightGrantAdmin  Right = "grant_admin"
	RightSetup       Right = "setup"
	RightRefuse      Right = "refuse" // who may not help, and who may see the address at once
	RightBlock       Right = "block"
	RightBlockTeam   Right = "block_team" // block organizers and admins
)

type rightRule struct {
	everyone  bool
	roles     Roles
	relations Relation
	// related says that the rule depends on a need or an offer, so that it
	// cannot be decided from the roles alone.
	related bool
}

// rightRules is the coalition's table of who may do what. A neighbor's wish to
// claim is heard too: it asks for a welcome instead (see NeedsWelcome).
var rightRules = map[Right]rightRule{
	RightUse:      {everyone: true},
	RightClaim:    {roles: Volunteer | Navigator | Organizer},
	RightRelease:  {relations: RelClaimant, related: true},
	RightStart:    {roles: Organizer, relations: RelClaimant, related: true},
	RightDone:     {roles: Organizer, relations: RelOwner | RelFiler | RelClaimant, related: true},
	RightAnswer:   {relations: RelOwner | RelFiler, related: true},
	RightFollowup: {roles: Organizer, relations: RelOwner | RelFiler | RelClaimant, related: true},
	RightClose:    {roles: Organizer, relations: RelOwner | RelFiler, related: true},
	RightReopen:   {roles: Organizer, relations: RelOwner | RelFiler, related: true},
	RightEdit:     {roles: Organizer, relations: RelOwner | RelFiler, related: true},
	RightHistory:  {roles: Team, relations: RelOwner | RelFiler | RelClaimant, related: true},
	// The widest that DetailsSight allows: whose details are shown is decided
	// there.
	RightDetails:     {roles: Team, relations: RelOwner | RelFiler | RelClaimant, related: true},
	RightCloseReason: {roles: Organizer},
	RightWelcome:     {roles: Organizer | Admin},
	RightGrant:       {roles: Organizer | Admin},
	RightGrantAdmin:  {roles: Admin},
	RightSetup:       {roles: Admin},
	RightRefuse:      {relations: RelOwner | RelFiler, related: true},
	RightBlock:       {roles: Organizer | Admin},
	RightBlockTeam:   {roles: Admin},
}

// Can reports whether a person with these roles, standing so to the need or
// offer in question, may do it. This is the only place where that is decided.
func (r Right) Can(roles Roles, rel Relation) bool {
	rule := rightRules[r]
	return rule.everyone || roles.Any(rule.roles) || rel&rule.relations != 0
}

// Possible reports whether somebody with these roles may do it to at least
// some need or offer: help lists what is possible.
func (r Right) Possible(roles Roles) bool {
	rule := rightRules[r]
	return rule.everyone || rule.relations != 0 || roles.Any(rule.roles)
}

// Related reports whether the right depends on a need or an offer.
func (r Right) Related() bool { return rightRules[r].related }

// NeedRelation works out how a person stands to a need, given all their
// claims on it.
func NeedRelation(n *Need, claims []*Claim, person ID) Relation {
	var rel Relation
	if n.PersonID == person {
		rel |= RelOwner
	}
	if n.FilerID == person {
		rel |= RelFiler
	}
	for _, c := range claims {
		if c.PersonID != person {
			continue
		}
		if c.State == ClaimLive {
			rel |= RelClaimant
		} else {
			rel |= RelFormerClaimant
		}
	}
	return rel
}

// OfferRelation works out how a person stands to an offer.
func OfferRelation(o *Offer, person ID) Relation {
	if o.PersonID == person {
		return RelOwner | RelFiler
	}
	return 0
}

// Welcome says what a person who wants to claim has to do first.
type Welcome int

// What comes before a claim.
const (
	WelcomeNotNeeded Welcome = iota
	WelcomeOwnYes            // their own yes makes them a volunteer
	WelcomeByTeam            // an organizer has to welcome them
	WelcomeNever             // admins run the installation and claim nothing
)

// NeedsWelcome decides it. Vetted-only categories are for people whom an
// organizer has welcomed; whose own yes was enough are volunteers too, but
// have no welcome yet.
func NeedsWelcome(c *Coalition, p *Person, category Category) Welcome {
	if p.Roles.Any(Navigator | Organizer) {
		return WelcomeNotNeeded
	}
	if p.Roles.Any(Volunteer) {
		if category.VettedOnly() && !p.Welcomed {
			return WelcomeByTeam
		}
		return WelcomeNotNeeded
	}
	if p.Roles.Any(Admin) {
		return WelcomeNever
	}
	if c.VolunteersOpen && !category.VettedOnly() {
		return WelcomeOwnYes
	}
	return WelcomeByTeam
}
