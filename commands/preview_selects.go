package commands

import (
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// maxPeopleListed is up to how many people the list at a preview goes; more can
// be written.
const maxPeopleListed = 9

// previewSelects are the lists at a preview: each choice changes one value and
// shows the preview again.
func previewSelects(v *View) {
	var category models.Category
	var area models.ID
	languages := ""
	if v.need != nil {
		category, area, languages = v.need.Category, v.need.AreaID, v.need.Languages
	} else {
		category, area = v.offer.Category, v.offer.AreaID
	}
	v.listed("category", choicesOf(v.categoryList()[1:]), slices.Index(models.Categories(), category))
	areas, err := v.reader.Areas()
	if err != nil {
		v.failed = err
		return
	}
	at := slices.IndexFunc(areas, func(a models.Area) bool { return a.ID == area })
	v.listed("area", choicesOf(areaList(areas)), at)
	if v.need == nil {
		return
	}
	v.listed("people", v.peopleChoices(), v.need.People-1)
	codes := languageCodes()
	v.listed("languages", v.languageChoices(codes), slices.Index(codes, languages))
}

// listed adds the list of a field, unless there is nothing to choose from.
func (v *View) listed(field string, options []Button, chosen int) {
	if len(options) == 0 {
		return
	}
	for i := range options {
		options[i].Line = "answer " + field + ":" + options[i].Line
	}
	if chosen >= len(options) {
		chosen = -1
	}
	v.selects = append(v.selects, Select{Label: v.text("select." + field), Options: options, Chosen: chosen})
}

func choicesOf(list []Choice) []Button {
	options := make([]Button, len(list))
	for i, c := range list {
		options[i] = Button{Label: c.Label, Line: c.Value}
	}
	return options
}

func (v *View) peopleChoices() []Button {
	var options []Button
	for n := range maxPeopleListed {
		v.set("Count", n+1)
		options = append(options, Button{Label: v.text("select.people.option"), Line: number(n + 1)})
	}
	return options
}

func (v *View) languageChoices(codes []string) []Button {
	var options []Button
	for _, code := range codes {
		options = append(options, Button{Label: catalogue.Capital(v.word("language." + code)), Line: code})
	}
	return options
}

// newValue reads a line such as "category:food", which says the new value of one
// field; false if it is none.
func (c *Call) newValue(kind models.Kind, text string) (field, value string, ok bool) {
	name, value, found := strings.Cut(text, ":")
	field = c.reg.vocab.params[catalogue.Fold(strings.TrimSpace(name))]
	if !found || itemParam(kind, field) == nil {
		return "", "", false
	}
	return field, strings.TrimSpace(value), true
}

// change gives a field of a draft a new value at its preview, and shows the
// preview again.
func (c *Call) change(d *models.Dialog, it item, field, text string) (models.Message, error) {
	if text == "" {
		return c.next(d, it, stepField+field), nil
	}
	held, err := c.take(it, field, text)
	switch {
	case err != nil:
		return models.Message{}, err
	case held:
		return c.askHeld(d, it, heldStep{fields: []string{field}, then: stepPreview}, text), nil
	}
	return c.next(d, it, stepPreview), nil
}
