package commands

import (
	"maps"
	"slices"

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
	// Args are values by the parameter's name, where a platform has forms or
	// options of its own. Text is the command's name then.
	Args map[string]string
	// Member is what the platform says of the sender's place in the space, right
	// now; nil where it says nothing.
	Member *Member
	// Named are the people that the arguments name as <@ID>, by the platform's
	// id: how they name themselves.
	Named map[string]string
	// React is set for a reaction; Text is empty then.
	React *React
	// Lang is the language that the platform says the person reads; empty if it
	// does not.
	Lang models.Lang
}

// words are all that the person wrote.
func (inv Invocation) words() []string {
	words := []string{inv.Text}
	for _, name := range slices.Sorted(maps.Keys(inv.Args)) {
		words = append(words, inv.Args[name])
	}
	return words
}

// React is a reaction on a card as a level: it is there now, or it is not.
type React struct {
	Word    string // the bare emoji, or the name of a command
	Present bool
	Ref     models.Ref // the card's need or offer, where people name it
	// Room and Message are the platform's ids, where they do not.
	Room, Message string
}

// Member is what a platform says of somebody in a space.
type Member struct {
	Roles []string // the platform's ids of their roles there
	// Manages says that they may manage the space: they can begin a coalition
	// there, or have it join one.
	Manages bool
	// Absent says that they are not there any more: they left, or were banned.
	Absent bool
	// Unknown says that the platform cannot say it right now. Until it can, they
	// take no need and see no details of others.
	Unknown bool
}
