package models

import "time"

// Need is something asked for: the task that shirebot tracks. Its contact,
// address and note are not here but sealed in [Secret].
type Need struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Number      int64 // 0 while it is a draft
	State       NeedState
	What        string // the person's own line, public once posted
	Category    Category
	AreaID      ID
	When        When `gorm:"embedded"`
	Priority    Priority
	RankAt      time.Time // the board's order, see RankAt
	People      int
	Languages   string // ISO 639 codes with commas between them
	Slots       int
	Claimed     int // live claims
	PersonID    ID  // whom it is for
	FilerID     ID  // who typed it
	Outcome     Outcome
	CloseReason CloseReason
	// ForOther says that it was typed for somebody else, who agreed at
	// ConsentAt in the way that Consent names.
	ForOther  bool
	Consent   Consent
	ConsentAt *time.Time
	CreatedAt time.Time
	PostedAt  *time.Time
	EndedAt   *time.Time // when it was done or closed
	PurgedAt  *time.Time // when its words and private values were erased
	Version   int64
}

// TableName is the table's name.
func (Need) TableName() string { return "need" }

// Ref is the public reference, zero for a draft.
func (n *Need) Ref() Ref { return Ref{KindNeed, n.Number} }

// Entity names the row.
func (n *Need) Entity() Entity { return Entity{KindNeed, n.ID} }

// Full reports whether every slot has a live claim.
func (n *Need) Full() bool { return n.Claimed >= n.Slots }

// SetWhen changes the time and what follows from it.
func (n *Need) SetWhen(w When, now time.Time, zone *time.Location) {
	n.When = w
	n.Priority = PriorityFor(w, now, zone)
	if n.PostedAt != nil {
		n.RankAt = RankAt(*n.PostedAt, n.Priority)
	}
}

// Post puts a draft on the board under its number.
func (n *Need) Post(number int64, now time.Time) error {
	if err := n.move(ActPost); err != nil {
		return err
	}
	n.Number, n.PostedAt, n.RankAt = number, &now, RankAt(now, n.Priority)
	return nil
}

// Claim takes one slot for a person. It refuses their own need, a second
// claim, a full need, one that is not open to claims and, last of all, a person
// who is blocked; the claim it returns still has to be added.
func (n *Need) Claim(id ID, a *Actor, live []*Claim, byReaction bool, now time.Time) (*Claim, error) {
	p := a.Person
	if n.PersonID == p.ID {
		return nil, refuse("own")
	}
	if claimOf(live, p.ID) != nil {
		return nil, refuse("already_yours")
	}
	if !n.State.Allows(ActClaim) {
		return nil, refuse("closed")
	}
	if n.Full() {
		return nil, refuse("second")
	}
	if !p.Roles.Any(Navigator|Organizer) && p.FinishedClaims == 0 && p.LiveClaims >= NewVolunteerLimit {
		return nil, refuse("limit")
	}
	if p.BlockedAt != nil {
		return nil, refuse("cant")
	}
	n.Claimed++
	p.LiveClaims++
	addressFrom := now.Add(AddressWait)
	return &Claim{ID: id, CoalitionID: n.CoalitionID, NeedID: n.ID, PersonID: p.ID, AccountID: a.Account.ID,
		ByReaction: byReaction, State: ClaimLive, AddressFrom: &addressFrom, CreatedAt: now}, nil
}

// NewVolunteerLimit is how many live claims a volunteer may hold until their
// first is finished, so that a stranger cannot gather addresses.
const NewVolunteerLimit = 3

// Release gives one live claim back; the last one also takes the need out of
// "under way".
func (n *Need) Release(c *Claim, holder *Person, reason ReleaseReason, now time.Time) error {
	if err := n.move(ActRelease); err != nil {
		return err
	}
	n.endClaim(c, holder, ClaimReleased, reason, now)
	if n.State == NeedInProgress && n.Claimed == 0 {
		n.State = NeedOpen
	}
	return nil
}

func (n *Need) endClaim(c *Claim, holder *Person, to ClaimState, reason ReleaseReason, now time.Time) {
	c.State, c.EndReason, c.EndedAt = to, reason, &now
	n.Claimed--
	holder.LiveClaims--
	if to == ClaimFinished {
		holder.FinishedClaims++
	}
}

// Start marks the need as under way.
func (n *Need) Start() error { return n.move(ActStart) }

// Followup asks for another look at it: then it is not over. One whose words
// were erased is refused.
func (n *Need) Followup() error {
	if n.PurgedAt != nil {
		return refuse("purged")
	}
	if err := n.move(ActFollowup); err != nil {
		return err
	}
	n.EndedAt = nil
	return nil
}

// Done finishes the need and with it every live claim. Holders are the people
// of the claims, in their order.
func (n *Need) Done(live []*Claim, holders []*Person, now time.Time) error {
	if err := n.move(ActDone); err != nil {
		return err
	}
	for i, c := range live {
		n.endClaim(c, holders[i], ClaimFinished, "", now)
	}
	n.EndedAt = &now
	return nil
}

// Close ends the need without it being done; live claims are released.
func (n *Need) Close(reason CloseReason, live []*Claim, holders []*Person, now time.Time) error {
	if err := n.move(ActClose); err != nil {
		return err
	}
	for i, c := range live {
		n.endClaim(c, holders[i], ClaimReleased, ReleasedByClosing, now)
	}
	n.CloseReason, n.EndedAt = reason, &now
	return nil
}

// Reopen puts a need that was done, closed or in need of another look back on
// the board. Claims that are still live stay. One whose words were erased is
// refused.
func (n *Need) Reopen() error {
	if n.PurgedAt != nil {
		return refuse("purged")
	}
	if err := n.move(ActReopen); err != nil {
		return err
	}
	n.CloseReason, n.Outcome, n.EndedAt = "", "", nil
	return nil
}

// Answer records how it went, as the person helped says.
func (n *Need) Answer(o Outcome) error {
	if err := n.move(ActOutcome); err != nil {
		return err
	}
	n.Outcome = o
	return nil
}

func (n *Need) move(a Action) error {
	to, ok := needMoves[n.State][a]
	if !ok {
		return refuse("state_" + string(n.State))
	}
	n.State = to
	return nil
}

// Edit reports whether the need may be changed in its state.
func (n *Need) Edit() error { return n.move(ActEdit) }
