package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Invocation is something that a person did on a platform: typed a line,
// pressed a button, or put or took back a reaction.
type Invocation struct {
	// EventID is the platform's id of the event. An event that comes again is
	// answered again but not acted on twice.
	EventID string
	Who     store.Who
	Room    string // the platform's id of the room; empty in a private chat
	// Text is a typed line, or the line of a button that was pressed.
	Text   string
	Button bool
	// React is set for a reaction; Text is empty then.
	React *React
	// Lang is the language that the platform says the person reads; empty if it
	// does not.
	Lang models.Lang
}

// React is a reaction on a card as a level: it is there now, or it is not.
type React struct {
	Word    string // the bare emoji, or the name of a command
	Present bool
	Ref     models.Ref // the card's need or offer, where people name it
	// Room and Message are the platform's ids, where they do not.
	Room, Message string
}
