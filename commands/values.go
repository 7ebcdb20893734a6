package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Values are the arguments of an invocation, checked and typed. What was not
// given is the zero value.
type Values map[string]value

type value struct {
	text     string
	count    int
	ref      models.Ref
	when     models.When
	category models.Category
	area     *models.Area
	areaName string // an area that is not known yet
	person   *models.Person
	langs    string
}

// Has reports whether the parameter was given.
func (v Values) Has(name string) bool { _, ok := v[name]; return ok }

// Text is a text's or a choice's value.
func (v Values) Text(name string) string { return v[name].text }

// Count is a count's value.
func (v Values) Count(name string) int { return v[name].count }

// Ref is a reference's value.
func (v Values) Ref(name string) models.Ref { return v[name].ref }

// Person is a person's value, nil if none was given.
func (v Values) Person(name string) *models.Person { return v[name].person }
