package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// FormText is a form as data: at most five fields, as people see them. What is
// filled in comes back as an invocation with the line as its text and the values
// as its arguments.
type FormText struct {
	Name  string
	Title string // at most 45 characters
	Line  string
	// Fixed are arguments that nobody fills in.
	Fixed  map[string]string
	Fields []FormField
	Lang   models.Lang
}

// FormField is a field of a form.
type FormField struct {
	Name  string // the parameter
	Label string // at most 45 characters
	Hint  string // at most 100 characters
	// Choices make the field a list, of at most 25; without them it takes text.
	Choices  []Choice
	Value    string // what stands there at first
	Required bool
	Long     bool // several lines
	Max      int  // in characters
}

// Choice is one of several values.
type Choice struct {
	Label string // at most 100 characters
	Value string
}
