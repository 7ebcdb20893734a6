package models

import (
	"sync"
	"time"
)

// Coalition is all spaces that share one board. One installation can host
// many; nothing ever crosses between them.
type Coalition struct {
	ID       ID `gorm:"primaryKey;autoIncrement:false"`
	Name     string
	Zone     string // IANA name; days and hours are shown in it
	Language Lang   // of its rooms; a person may choose another
	// VolunteersOpen lets a person's own yes make them a volunteer for what is
	// not vetted-only.
	VolunteersOpen bool
	// CrisisNumbers is what someone in danger is shown, as the admins wrote it.
	CrisisNumbers string
	SetUpAt       *time.Time // nil until setup was finished
	// PurgeDays is how many days after its end a need's or an offer's private
	// values and words are erased.
	PurgeDays int
	CreatedAt time.Time
	Version   int64
}

// TableName is the table's name.
func (Coalition) TableName() string { return "coalition" }

// Location is the coalition's time zone, UTC if its name is unknown here.
func (c *Coalition) Location() *time.Location {
	if known, ok := locations.Load(c.Zone); ok {
		return known.(*time.Location)
	}
	loc, err := time.LoadLocation(c.Zone)
	if err != nil {
		return time.UTC
	}
	locations.Store(c.Zone, loc)
	return loc
}

// locations keeps the zones that were read: reading one takes as long as a
// query. Only names that exist are kept, so that there are few.
var locations sync.Map // *time.Location by name

// Area is a place that a coalition serves. A need shows its area, never an
// address.
type Area struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Name        string
	Folded      string // lower case without accents, for look-ups
	Position    int
}

// TableName is the table's name.
func (Area) TableName() string { return "area" }

// Space is a Discord guild, a Matrix space, or the terminal itself.
type Space struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	Platform    string
	Remote      string // the platform's own id
	Name        string // as it calls itself; empty if the platform did not say
	// GoneAt is when the bot was sent away from there; nil while it is in.
	GoneAt    *time.Time
	CreatedAt time.Time
}

// TableName is the table's name.
func (Space) TableName() string { return "space" }

// Room is a channel or Matrix room in a space.
type Room struct {
	ID          ID `gorm:"primaryKey;autoIncrement:false"`
	CoalitionID ID
	SpaceID     ID
	Platform    string
	Remote      string
	Name        string // with its #, as people write it
	Language    Lang   // empty: the coalition's
	IsBoard     bool   // cards of needs and offers are posted here
	Kind        RoomKind
	// ReadOnly says that the bot may not write there.
	ReadOnly bool
	// GoneAt is when the room was deleted; nil while it is there.
	GoneAt  *time.Time
	Version int64
}

// Usable reports whether the bot can write in the room.
func (r *Room) Usable() bool { return r.GoneAt == nil && !r.ReadOnly }

// RoomKind says how things are posted in a room.
type RoomKind string

// The kinds. In a forum each card is a post of its own.
const (
	RoomText         RoomKind = "text"
	RoomAnnouncement RoomKind = "announcement"
	RoomForum        RoomKind = "forum"
)

// TableName is the table's name.
func (Room) TableName() string { return "room" }
