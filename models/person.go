package models

import "time"

// Person is one human in one coalition. They may have several accounts, or
// none: an elder who phones.
type Person struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Name        string // as they name themselves
	Language    Lang   // empty: the room's
	Roles       Roles
	// Mapped are those of the roles that a platform's role gives and nobody
	// granted: they go when the platform's role goes.
	Mapped Roles
	// Welcomed says that an organizer knows this volunteer; one's own yes is
	// not enough for what is vetted-only.
	Welcomed bool
	// ShowName says that cards may name them as the one who helps. It is off
	// until they choose it.
	ShowName bool
	// AskedNeedID is the need for which they asked to be welcomed; 0 if no
	// organizer has that question before them.
	AskedNeedID ID
	// LiveClaims and FinishedClaims are kept beside the claims themselves so
	// that the limit for new volunteers is checked under the person's version.
	LiveClaims     int
	FinishedClaims int
	// BlockedAt is when an organizer blocked them; nil if they are not.
	BlockedAt *time.Time
	// AdminAskedBy is the admin who wants to make them one too, while another
	// admin's yes is awaited; 0 if none is.
	AdminAskedBy ID
	// NoticedAt is when they were told who can read what.
	NoticedAt *time.Time
	// ForgottenAt is when they had themselves forgotten. The row stays, without
	// a name, for what others' rows refer to.
	ForgottenAt *time.Time
	// Forgetting says that there is more of theirs to erase: it goes in steps.
	Forgetting bool
	CreatedAt  time.Time
	Version    int64
}

// Block keeps them from posting, taking needs and seeing private details. It
// takes their roles as well: whoever lifts the block decides anew what they are
// trusted with.
func (p *Person) Block(now time.Time) {
	p.BlockedAt, p.Roles, p.Mapped, p.Welcomed = &now, 0, 0, false
	p.AskedNeedID, p.AdminAskedBy = 0, 0
}

// TableName is the table's name.
func (Person) TableName() string { return "person" }

// Account is a person's user on a platform.
type Account struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	PersonID    ID
	Platform    string
	Remote      string // the platform's own id
	CreatedAt   time.Time
}

// TableName is the table's name.
func (Account) TableName() string { return "account" }

// Actor is who acts in one invocation: a person through an account.
type Actor struct {
	Coalition *Coalition
	Person    *Person
	Account   *Account
}
