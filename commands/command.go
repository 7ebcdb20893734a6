// Package commands is what people can say to shirebot and what it answers.
//
// A command is declared once, as a [Command] in a file of its own: its name,
// who may use it, its typed parameters and its handler. From that declaration
// come the parser, the help, the reference in docs/ and each platform's own
// commands. All words are in the catalogue.
//
// A handler that changes something gets a unit of work ([Call]) and returns a
// message as data; nothing can be sent from inside it. A reading handler gets
// a [View] and writes the answer.
package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Group is the heading under which help lists a command.
type Group string

// The groups, in the order of help.
const (
	GroupAsk      Group = "ask"
	GroupHelp     Group = "help"
	GroupYours    Group = "yours"
	GroupSettings Group = "settings"
	GroupOrganize Group = "organize"
	GroupRun      Group = "run"
	// GroupNone is for what only buttons and reactions name.
	GroupNone Group = ""
)

// Command is the one declaration of a command. Its names, summary, other names
// and examples are in the catalogue under command.NAME.
type Command struct {
	Name   string // in English; also the id
	Group  Group
	Right  models.Right
	Params []Param
	// Exactly one of the two: Do changes something, Read does not.
	Do   func(*Call) (models.Message, error)
	Read func(*View, Values) error
	// Fill takes what was filled in where single values can be wrong without the
	// others being lost; without it all have to be right.
	Fill func(*Call, filling) (models.Message, error)
	// Private says that its answers show private values.
	Private bool
	// Says are the messages that this command's answers and notices consist
	// of, by catalogue id, where more than the text is needed.
	Says map[string]Speech
}

// ParamType is what a parameter takes.
type ParamType int

// The types.
const (
	TypeText ParamType = iota // bounded free text, cleaned
	TypeChoice
	TypeArea
	TypeCategory
	TypePerson
	TypeWhen
	TypeCount
	TypeNeed  // a need's reference
	TypeRef   // a need's or an offer's reference
	TypeLangs // languages, with commas between them
	TypeRoom  // a room's name, or <#ID> with the platform's id
	// TypePlatformRole is a role of the platform's own, as it writes one: <@&ID>.
	TypePlatformRole
)

// Param is a typed parameter. Its names and summary are in the catalogue under
// param.NAME; values of a choice under Prefix and its code.
type Param struct {
	Name     string
	Type     ParamType
	Required bool
	// Private values never travel in public: they are typed in a private chat,
	// a form or a hidden prompt, and are sealed where they are kept.
	Private bool
	// Rest takes the free text of the line; it is not given by name only.
	Rest   bool
	Named  bool     // only as name:value, never by position
	Codes  []string // of a choice
	Prefix string   // of the choice's catalogue ids, with its dot
	// Passes says that a word that is none of a choice's codes is meant for the
	// next parameter.
	Passes bool
	Max    int // of a text in characters, of a count
}

// write reports whether the command changes something.
func (c *Command) write() bool { return c.Do != nil }

func (c *Command) param(name string) *Param {
	for i := range c.Params {
		if c.Params[i].Name == name {
			return &c.Params[i]
		}
	}
	return nil
}

func (c *Command) takesText() bool {
	for _, p := range c.Params {
		if p.Rest {
			return true
		}
	}
	return false
}
