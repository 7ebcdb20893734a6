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
	CreatedAt  time.Time
	EndedAt    *time.Time
	Version    int64
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
