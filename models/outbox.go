package models

import "time"

// OutKind is what an outbox row asks the delivery loop to do.
type OutKind string

// The kinds.
const (
	OutCard    OutKind = "card"    // bring one card in one room up to date
	OutDirect  OutKind = "direct"  // write to one person in private
	OutUnreact OutKind = "unreact" // take a person's reaction off a card
	OutRoom    OutKind = "room"    // say something in a room, perhaps to one person there
)

// OutState is where a row stands.
type OutState string

// The states. Uncertain means that it may have been shown and cannot be found
// again: it is kept for people to look at and not sent a second time.
const (
	OutPending   OutState = "pending"
	OutSent      OutState = "sent"
	OutFailed    OutState = "failed"
	OutUncertain OutState = "uncertain"
	// OutResting is a card in a room that cannot be written to: it is taken up
	// again when it can.
	OutResting OutState = "resting"
	// OutWaiting is a private message to somebody who takes none: it comes with
	// the answer to the next thing they do.
	OutWaiting OutState = "waiting"
)

// Out is a row of the outbox: something to be shown, committed together with
// the change it speaks of. It names what to say, never the words.
type Out struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Kind        OutKind
	// Lane keeps order: rows of one lane are sent one after the other, rows of
	// different lanes do not wait for each other.
	Lane      string
	Platform  string
	CardID    ID      // for OutCard and OutUnreact
	AccountID ID      // whom to write to, whose reaction it is, or who is named in the room
	RoomID    ID      // for OutRoom
	Message   Message `gorm:"embedded"`
	Emoji     string  // for OutUnreact
	DedupKey  string  // unique: one row per card, one per message
	// Wanted counts the changes that a card has to show, Shown those it showed.
	Wanted int64
	Shown  int64
	State  OutState
	DueAt  time.Time // not before this; the order within a lane
	// NextAt is when the row can next be claimed: DueAt at first, the end of
	// the lease while somebody holds it, the next try after a failure.
	NextAt   time.Time
	Attempts int
	Token    int64 // fencing: a result counts only with the latest token
	// UncertainSince is when a try began whose result is not known.
	UncertainSince *time.Time
	RemoteID       string
	LastError      string
	CreatedAt      time.Time
	SentAt         *time.Time
}

// TableName is the table's name.
func (Out) TableName() string { return "outbox" }

// Card is the bot's message about an entity in one room.
type Card struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Kind        Kind
	EntityID    ID
	RoomID      ID
	Platform    string
	RemoteID    string // empty until it was posted
	CreatedAt   time.Time
}

// TableName is the table's name.
func (Card) TableName() string { return "card" }

// Reaction is the last known level of one person's reaction on a card.
type Reaction struct {
	CardID      ID     `gorm:"primaryKey;autoIncrement:false"`
	AccountID   ID     `gorm:"primaryKey;autoIncrement:false"`
	Emoji       string `gorm:"primaryKey"`
	CoalitionID ID
	Present     bool
	At          time.Time
}

// TableName is the table's name.
func (Reaction) TableName() string { return "reaction" }

// Inbox records an event that was acted on, so that a repeat is not. It keeps
// what was answered as a message, never as text.
type Inbox struct {
	Platform    string `gorm:"primaryKey"`
	Account     string `gorm:"primaryKey"` // the platform's id of who sent it
	EventID     string `gorm:"primaryKey"`
	CoalitionID ID
	Command     string
	Message     Message `gorm:"embedded"`
	At          time.Time
}

// TableName is the table's name.
func (Inbox) TableName() string { return "inbox" }
