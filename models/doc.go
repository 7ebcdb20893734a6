// Package models is the domain of a mutual aid coalition: what exists, which
// states it can be in, who may do what, and the pure rules over these. It
// knows no database, no chat platform and no language.
//
// The structs are GORM models, but only package store reads and writes them.
// All times are UTC, cut to microseconds; all ids are assigned in Go.
package models

// ID identifies a row. Ids grow with time and are never shown to people, who
// see references such as N12 instead (see [Ref]).
type ID int64

// Text limits, in characters. A card has to be read aloud and fit on a phone;
// the others bound what a sender can make us keep.
const (
	MaxWhat    = 200
	MaxName    = 60
	MaxArea    = 60
	MaxPrivate = 500
	MaxLine    = 2000 // a whole typed line; Discord's own limit for a message
)
