package models

import "time"

// Consent is how somebody agreed that another person asks for help for them.
type Consent string

// Consents lists the ways in the order in which they are offered.
func Consents() []Consent { return []Consent{"phone", "in_person", "in_writing", "family"} }

// KeepAway is one person's "never this person". It works both ways: neither
// can take the other's need, nor see its private details. Only whoever keeps
// it ever sees that it is there.
type KeepAway struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	PersonID    ID // who keeps it
	OtherID     ID
	CreatedAt   time.Time
}

// TableName is the table's name.
func (KeepAway) TableName() string { return "keep_away" }
