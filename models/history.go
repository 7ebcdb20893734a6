package models

import (
	"strconv"
	"time"
)

// History is one change of a need or an offer, for those who may see it.
type History struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Kind        Kind
	EntityID    ID
	Verb        string // history.verb.VERB in the catalogue
	PersonID    ID     // who did it; 0 for shirebot itself
	At          time.Time
}

// TableName is the table's name.
func (History) TableName() string { return "history" }

// Look records that somebody was shown the private details of a need.
type Look struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	NeedID      ID
	PersonID    ID
	// AsTeam says that it was by a role and not by a claim. The reason, if the
	// role had to give one, is sealed beside it.
	AsTeam bool
	At     time.Time
}

// TableName is the table's name.
func (Look) TableName() string { return "look" }

// Secret is one sealed private value. Only package store opens it.
type Secret struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Kind        Kind
	RowID       ID
	Field       PrivateField
	Ciphertext  []byte
	CreatedAt   time.Time
}

// TableName is the table's name.
func (Secret) TableName() string { return "secret" }

// PrivateField names a private value of a need, an offer or a look.
type PrivateField string

// The private fields.
const (
	FieldContact PrivateField = "contact"
	FieldAddress PrivateField = "address"
	FieldNote    PrivateField = "note"
	FieldHandoff PrivateField = "handoff" // what the next volunteer should know
	FieldReason  PrivateField = "reason"  // why an organizer looked; of a look
)

// PrivateFields lists them in the order in which they are shown.
func PrivateFields() []PrivateField {
	return []PrivateField{FieldContact, FieldAddress, FieldNote, FieldHandoff, FieldReason}
}

// HeldField names a public line of a need or an offer that is held back, sealed,
// until its writer has decided what of it may be seen. It is kept under
// KindDialog and never shown to anybody else.
func HeldField(field string) PrivateField { return PrivateField("held_" + field) }

// FieldAsked is kept under KindDialog while somebody in a hard moment waits for
// one of the team.
const FieldAsked PrivateField = "asked"

// Dialog is a conversation of several questions that a person is in the middle
// of. The answers are in the draft it fills, so a dialog survives anything
// that the database survives.
type Dialog struct {
	PersonID    ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Name        string // which conversation: need, offer, setup, note
	Step        string
	About       Entity    `gorm:"embedded;embeddedPrefix:about_"`
	UpdatedAt   time.Time `gorm:"autoUpdateTime:false"` // as the unit of work says, never GORM's clock
	Version     int64
}

// TableName is the table's name.
func (Dialog) TableName() string { return "dialog" }

// RefCounter is the last number given to a kind of entity in a coalition.
type RefCounter struct {
	CoalitionID ID   `gorm:"primaryKey;autoIncrement:false"`
	Kind        Kind `gorm:"primaryKey"`
	Last        int64
}

// TableName is the table's name.
func (RefCounter) TableName() string { return "ref_counter" }

// Choice is what a number stands for in a private chat on a platform without
// buttons: the choices shown last, until others are shown.
type Choice struct {
	AccountID   ID  `gorm:"primaryKey;autoIncrement:false"`
	Number      int `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Label       string
	Line        string // the command that it runs
	At          time.Time
}

// TableName is the table's name.
func (Choice) TableName() string { return "choice" }

// NumberText is the number as people type it.
func (c *Choice) NumberText() string { return strconv.Itoa(c.Number) }
