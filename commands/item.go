package commands

import (
	"fmt"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// item is a need or an offer where the two are treated alike: while they are
// asked for, previewed and edited.
type item interface {
	Entity() models.Entity
	Ref() models.Ref
	prefix() string // of the catalogue ids: need or offer
	draft() bool
	created() time.Time
	owner() models.ID
	what() string
	category() models.Category
	set(c *Call, field string, v value) error
	post(c *Call) error
	row() any
}

type needItem struct{ *models.Need }

func (i needItem) prefix() string            { return "need" }
func (i needItem) draft() bool               { return i.State == models.NeedDraft }
func (i needItem) created() time.Time        { return i.CreatedAt }
func (i needItem) owner() models.ID          { return i.PersonID }
func (i needItem) what() string              { return i.What }
func (i needItem) category() models.Category { return i.Category }
func (i needItem) row() any                  { return i.Need }

func (i needItem) set(c *Call, field string, v value) error {
	switch field {
	case "what":
		i.What = v.text
	case "category":
		i.Category = v.category
	case "area":
		i.AreaID = v.area.ID
	case "when":
		i.SetWhen(v.when, c.Now, c.zone())
	case "people":
		i.People = v.count
	case "slots":
		if v.count < i.Claimed {
			return mistake("error.slots_taken", models.Args{"Count": models.CountArg(i.Claimed)})
		}
		i.Slots = v.count
	case "languages":
		i.Languages = v.langs
	}
	return nil
}

func (i needItem) post(c *Call) error {
	number, err := c.NextNumber(models.KindNeed)
	if err != nil {
		return err
	}
	if i.ForOther {
		i.PersonID = c.unnamed()
	}
	return i.Post(number, c.Now)
}

type offerItem struct{ *models.Offer }

func (i offerItem) prefix() string            { return "offer" }
func (i offerItem) draft() bool               { return i.State == models.OfferDraft }
func (i offerItem) created() time.Time        { return i.CreatedAt }
func (i offerItem) owner() models.ID          { return i.PersonID }
func (i offerItem) what() string              { return i.What }
func (i offerItem) category() models.Category { return i.Category }
func (i offerItem) row() any                  { return i.Offer }

func (i offerItem) set(_ *Call, field string, v value) error {
	switch field {
	case "what":
		i.What = v.text
	case "category":
		i.Category = v.category
	case "area":
		i.AreaID = v.area.ID
	case "when":
		i.When = v.when
	case "languages":
		i.Languages = v.langs
	}
	return nil
}

func (i offerItem) post(c *Call) error {
	number, err := c.NextNumber(models.KindOffer)
	if err != nil {
		return err
	}
	return i.Post(number, c.Now)
}

// item loads a need or an offer, drafts included.
func (c *Call) item(e models.Entity) (item, error) {
	if e.Kind == models.KindNeed {
		n, err := c.NeedByID(e.ID)
		return needItem{n}, err
	}
	o, err := c.OfferByID(e.ID)
	return offerItem{o}, err
}

// itemParams are what can be said of a need or an offer, on a line as well as
// in answers.
func itemParams(kind models.Kind) []Param {
	params := []Param{
		{Name: "what", Type: TypeText, Rest: true, Max: models.MaxWhat},
		{Name: "category", Type: TypeCategory, Named: true},
		{Name: "area", Type: TypeArea, Named: true},
		{Name: "when", Type: TypeWhen, Named: true},
	}
	if kind == models.KindNeed {
		params = append(params,
			Param{Name: "people", Type: TypeCount, Named: true, Max: 99},
			Param{Name: "slots", Type: TypeCount, Named: true, Max: 20})
	}
	params = append(params,
		Param{Name: "languages", Type: TypeLangs, Named: true},
		Param{Name: "contact", Type: TypeText, Named: true, Private: true, Max: models.MaxPrivate})
	if kind == models.KindNeed {
		params = append(params, Param{Name: "address", Type: TypeText, Named: true, Private: true, Max: models.MaxPrivate})
	}
	return append(params, Param{Name: "note", Type: TypeText, Named: true, Private: true, Max: models.MaxPrivate})
}

func itemParam(kind models.Kind, name string) *Param {
	for _, p := range itemParams(kind) {
		if p.Name == name {
			return &p
		}
	}
	return nil
}

// take reads the answer for a field and keeps it, or holds it back.
func (c *Call) take(it item, field, text string) (held bool, err error) {
	if field == "category" && c.reg.vocab.same(text, "?") {
		return false, c.put(it, field, value{category: models.CategoryOther})
	}
	v, err := c.binder().value(nil, itemParam(it.Entity().Kind, field), text)
	if err != nil {
		return false, err
	}
	return c.putOrHold(it, field, v)
}

// putOrHold keeps a value, unless something in it first has to be asked about.
func (c *Call) putOrHold(it item, field string, v value) (held bool, err error) {
	if held, err = c.hold(field, v); held || err != nil {
		return held, err
	}
	return false, c.put(it, field, v)
}

// put keeps a value: a private one sealed, an area as one that is known.
func (c *Call) put(it item, field string, v value) error {
	if p := itemParam(it.Entity().Kind, field); p.Private {
		return c.Seal(it.Entity(), models.PrivateField(field), v.text)
	}
	if field == "area" && v.area == nil {
		area, err := c.newArea(v.areaName)
		if err != nil {
			return err
		}
		v.area = area
	}
	if err := it.set(c, field, v); err != nil {
		return err
	}
	c.Save(it.row())
	return nil
}

// newArea makes an area of a name that is not known. Once a coalition was set
// up, its list of areas is what its admins made it.
func (c *Call) newArea(name string) (*models.Area, error) {
	if err := c.mayNameArea(name); err != nil {
		return nil, err
	}
	areas, err := c.Areas()
	if err != nil {
		return nil, err
	}
	area := &models.Area{ID: c.ID(), CoalitionID: c.Actor.Coalition.ID, Name: name, Folded: catalogue.Fold(name), Position: len(areas)}
	c.Add(area)
	return area, nil
}

// mayNameArea refuses an area that is not known where no more are made.
func (c *Call) mayNameArea(name string) error {
	areas, err := c.Areas()
	if err != nil {
		return err
	}
	if c.Actor.Coalition.SetUpAt != nil && len(areas) > 0 || len(areas) >= maxAreas {
		return badArea(name, areas)
	}
	return nil
}

// maxAreas bounds the list: it is shown as choices.
const maxAreas = 40

func badArea(name string, areas []models.Area) *Mistake {
	m := mistake("error.bad_area", nil).echo("Value", name)
	m.Fill = func(v *View) error {
		names := make([]string, len(areas))
		for i, a := range areas {
			names[i] = User(a.Name)
		}
		v.set("Areas", catalogue.List(v.lang, names))
		return nil
	}
	return m
}

// fields lists the fields of a kind that can be changed one by one.
func fields(kind models.Kind) []string {
	var names []string
	for _, p := range itemParams(kind) {
		names = append(names, p.Name)
	}
	return names
}

// field finds the field that a person names.
func (c *Call) field(kind models.Kind, text string) (string, error) {
	name, ok := c.reg.vocab.code("field.", fields(kind), text)
	if !ok {
		name = c.reg.vocab.params[catalogue.Fold(strings.TrimSpace(text))]
	}
	if itemParam(kind, name) == nil {
		return "", mistake("error.choice", models.Args{"Count": models.CountArg(len(fields(kind)))})
	}
	return name, nil
}

// question is the catalogue id of the question for a field that is asked on its
// own.
func (r *Registry) question(prefix, field string) string {
	for _, id := range []string{prefix + ".change." + field, prefix + ".ask." + field, "need.change." + field, "need.ask." + field} {
		if r.cat.Has(id) {
			return id
		}
	}
	panic(fmt.Sprintf("no question for %s", field)) // a test walks all of them
}
