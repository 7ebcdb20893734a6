package discord

import (
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// What a form takes.
const (
	maxFields     = 5
	maxFieldLabel = 45
	maxFieldHint  = 100
	maxFieldText  = 4000
)

// formBodyOf is a form as Discord shows it: each field is a text or a list with
// its label and hint.
func formBodyOf(f *commands.FormText, customID string) *formBody {
	body := &formBody{CustomID: customID, Title: label(f.Title, f.Name, maxFieldLabel), Components: []component{}}
	for _, field := range f.Fields {
		if len(body.Components) == maxFields {
			break
		}
		input := listField(field)
		if len(input.Options) == 0 { // Discord takes no empty list
			input = textField(field)
		}
		body.Components = append(body.Components, component{
			Type: componentLabel, Label: label(field.Label, field.Name, maxFieldLabel), Description: cut(field.Hint, maxFieldHint), Component: &input,
		})
	}
	return body
}

func textField(f commands.FormField) component {
	most := f.Max
	if most <= 0 || most > maxFieldText {
		most = maxFieldText
	}
	required, style := f.Required, styleShort
	if f.Long {
		style = styleLong
	}
	value := seen(f.Value)
	if !f.Long {
		value = oneLine(value)
	}
	if size(value) > most {
		value = cut(value, most)
	}
	return component{Type: componentText, CustomID: f.Name, Style: style, Value: value, MaxLength: most, Required: &required}
}

func listField(f commands.FormField) component {
	required := f.Required
	list := component{Type: componentSelect, CustomID: f.Name, Required: &required}
	values := map[string]bool{}
	for _, c := range f.Choices {
		if len(list.Options) == maxListed || size(c.Value) > maxChoice || c.Value == "" || values[c.Value] {
			continue // Discord would refuse the whole form
		}
		values[c.Value] = true
		list.Options = append(list.Options, selectOption{Label: label(c.Label, c.Value, maxChoice), Value: c.Value, Default: f.Value == c.Value})
	}
	return list
}

// formArgs reads the values that somebody filled in, by the field's name: from
// labels, and from rows as older forms have them. What is empty is left out, and
// so is what this program does not know.
func formArgs(components []component) map[string]string {
	args := map[string]string{}
	for _, c := range components {
		if c.Type == componentLabel && c.Component != nil {
			fieldValue(args, *c.Component)
		}
		if c.Type != componentRow {
			continue
		}
		for _, inner := range c.Components {
			fieldValue(args, inner)
		}
	}
	return args
}

// fieldValue reads one field. The first of a name counts.
func fieldValue(args map[string]string, c component) {
	value := ""
	switch {
	case c.Type == componentText:
		value = c.Value
	case c.Type == componentSelect && len(c.Values) > 0:
		value = c.Values[0]
	}
	if _, known := args[c.CustomID]; known || value == "" || c.CustomID == "" || len(args) == maxFields {
		return
	}
	args[c.CustomID] = value
}
