package models

import "time"

// ClaimState is live until the claim is given back or the need is done.
type ClaimState string

// The states of a claim.
const (
	ClaimLive     ClaimState = "live"
	ClaimReleased ClaimState = "released"
	ClaimFinished ClaimState = "finished"
)

// ReleaseReason says how a claim ended without being finished. It is never
// held against anyone.
type ReleaseReason string

// The reasons.
const (
	ReleasedByHolder  ReleaseReason = "given_back"
	ReleasedByClosing ReleaseReason = "closed"
	// The person helped said "not this person", or the two keep apart. Whoever
	// had the claim is not told which.
	ReleasedByRefusal ReleaseReason = "refused"
	ReleasedByBlock   ReleaseReason = "blocked"
)

// Claim is one volunteer's taking of a need. At most one is live for a need
// and a person.
type Claim struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	NeedID      ID
	PersonID    ID
	AccountID   ID
	// ByReaction is kept because taking a reaction back releases only a claim
	// that was made by it.
	ByReaction bool
	State      ClaimState
	EndReason  ReleaseReason
	// AddressFrom is when the one who took the need can see the address: until
	// then the person helped can refuse them. Nil is at once.
	AddressFrom *time.Time
	CreatedAt   time.Time
	EndedAt     *time.Time
	Version     int64
}

// AddressWait is how long the person helped has to refuse whoever took their
// need before the address can be seen. A quarter of an hour is enough to read a
// message on a phone, and short beside the hours until most needs are due.
const AddressWait = 15 * time.Minute

// ShowsAddress reports whether the claim lets its holder see the address.
func (c *Claim) ShowsAddress(now time.Time) bool {
	return c.AddressFrom == nil || !now.Before(*c.AddressFrom)
}

// Agree lets the holder see the address from now on.
func (c *Claim) Agree(now time.Time) {
	if !c.ShowsAddress(now) {
		c.AddressFrom = &now
	}
}

// TableName is the table's name.
func (Claim) TableName() string { return "claim" }

func claimOf(live []*Claim, person ID) *Claim {
	for _, c := range live {
		if c.PersonID == person && c.State == ClaimLive {
			return c
		}
	}
	return nil
}

// ClaimOf finds the person's live claim, nil if they have none.
func ClaimOf(live []*Claim, person ID) *Claim { return claimOf(live, person) }
