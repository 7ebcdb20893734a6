package models

// NeedState is where the work on a need stands. Whether it is claimed is not a
// state but derived: live claims fill its slots.
type NeedState string

// The states of a need.
const (
	NeedDraft      NeedState = "draft"
	NeedOpen       NeedState = "open"
	NeedInProgress NeedState = "in_progress"
	NeedDone       NeedState = "done"
	NeedFollowup   NeedState = "needs_followup"
	NeedClosed     NeedState = "closed"
)

// NeedStates lists them all, for tests that walk the table.
func NeedStates() []NeedState {
	return []NeedState{NeedDraft, NeedOpen, NeedInProgress, NeedDone, NeedFollowup, NeedClosed}
}

// Action is something that can happen to a need or an offer.
type Action string

// The actions.
const (
	ActPost     Action = "post"
	ActEdit     Action = "edit"
	ActClaim    Action = "claim"
	ActRelease  Action = "release"
	ActStart    Action = "start"
	ActDone     Action = "done"
	ActOutcome  Action = "outcome"
	ActFollowup Action = "followup"
	ActClose    Action = "close"
	ActReopen   Action = "reopen"
)

// NeedActions lists the actions on a need, for tests that walk the table.
func NeedActions() []Action {
	return []Action{ActPost, ActEdit, ActClaim, ActRelease, ActStart, ActDone, ActOutcome, ActFollowup, ActClose, ActReopen}
}

// needMoves is the need's state machine: what may happen in a state, and where
// it leads. What is not here is refused. Releasing the last claim of a need
// under way also opens it again (see Need.Release).
var needMoves = map[NeedState]map[Action]NeedState{
	NeedDraft: {ActPost: NeedOpen, ActEdit: NeedDraft},
	NeedOpen: {ActEdit: NeedOpen, ActClaim: NeedOpen, ActRelease: NeedOpen, ActStart: NeedInProgress, ActDone: NeedDone,
		ActFollowup: NeedFollowup, ActClose: NeedClosed},
	NeedInProgress: {ActEdit: NeedInProgress, ActClaim: NeedInProgress, ActRelease: NeedInProgress, ActDone: NeedDone,
		ActFollowup: NeedFollowup, ActClose: NeedClosed},
	NeedFollowup: {ActEdit: NeedFollowup, ActRelease: NeedFollowup, ActDone: NeedDone, ActClose: NeedClosed, ActReopen: NeedOpen},
	NeedDone:     {ActOutcome: NeedDone, ActFollowup: NeedFollowup, ActClose: NeedClosed, ActReopen: NeedOpen},
	NeedClosed:   {ActReopen: NeedOpen},
}

// Allows reports whether the action may happen in this state.
func (s NeedState) Allows(a Action) bool {
	_, ok := needMoves[s][a]
	return ok
}

// CloseReason says why a need was closed. Its card never does.
type CloseReason string

// CloseReasons lists the reasons in the order in which the team is asked.
func CloseReasons() []CloseReason {
	return []CloseReason{"met_elsewhere", "no_longer_needed", "out_of_scope", "duplicate", "unreachable", "referred", "declined", "expired", "other"}
}

// OwnCloseReasons are the two that a neighbor is asked to choose from.
func OwnCloseReasons() []CloseReason { return []CloseReason{"met_elsewhere", "no_longer_needed"} }

// Outcome is what the person helped said after it was done.
type Outcome string

// The outcomes.
const (
	OutcomeMet    Outcome = "met"
	OutcomePartly Outcome = "partly"
	OutcomeNotMet Outcome = "not_met"
)

// OfferState is where an offer stands.
type OfferState string

// The states of an offer.
const (
	OfferDraft     OfferState = "draft"
	OfferAvailable OfferState = "available"
	OfferPaused    OfferState = "paused"
	OfferWithdrawn OfferState = "withdrawn"
	OfferExpired   OfferState = "expired"
)

// OfferStates lists them all, for tests that walk the table.
func OfferStates() []OfferState {
	return []OfferState{OfferDraft, OfferAvailable, OfferPaused, OfferWithdrawn, OfferExpired}
}

// offerMoves is the offer's state machine.
var offerMoves = map[OfferState]map[Action]OfferState{
	OfferDraft:     {ActPost: OfferAvailable, ActEdit: OfferDraft},
	OfferAvailable: {ActEdit: OfferAvailable, ActClose: OfferWithdrawn},
	OfferPaused:    {ActEdit: OfferPaused, ActReopen: OfferAvailable, ActClose: OfferWithdrawn},
	OfferWithdrawn: {ActReopen: OfferAvailable},
	OfferExpired:   {ActReopen: OfferAvailable},
}

// Allows reports whether the action may happen in this state.
func (s OfferState) Allows(a Action) bool {
	_, ok := offerMoves[s][a]
	return ok
}
