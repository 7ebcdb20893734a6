package discordtest

// The types of components.
const (
	typeRow    = 1
	typeButton = 2
	typeSelect = 3
	typeInput  = 4
	typeUsers  = 5
	typePlaces = 8
	typeText   = 10
	typeLabel  = 18
)

// rows looks at the components of a message: rows of buttons or of one select.
func (k *checker) rows(what string, o obj) {
	list := objects(o, "components")
	if raw, isList := o["components"].([]any); o["components"] != nil && (!isList || len(raw) != len(list)) {
		k.add("%s: components are no list of objects", what)
	}
	if len(list) > 5 {
		k.add("%s has %d rows; 5 are possible", what, len(list))
	}
	seen := map[string]bool{}
	for _, row := range list {
		if num(row, "type") != typeRow {
			k.add("%s has a component of type %d outside of a row", what, num(row, "type"))
			continue
		}
		k.only(what+": a row", row, "type", "id", "components")
		inside := objects(row, "components")
		if len(inside) == 0 || len(inside) > 5 {
			k.add("%s has a row with %d components; 1 to 5 are possible", what, len(inside))
		}
		for _, c := range inside {
			switch t := num(c, "type"); {
			case t == typeButton:
				k.button(what, c, seen)
			case t == typeSelect || t >= typeUsers && t <= typePlaces:
				k.choose(what, c, seen)
				if len(inside) > 1 {
					k.add("%s has a select that is not alone in its row", what)
				}
				if c["required"] != nil {
					k.add("%s: a select outside of a form cannot be required", what)
				}
			default:
				k.add("%s has a component of type %d in a row", what, t)
			}
		}
	}
}

func (k *checker) button(what string, c obj, seen map[string]bool) {
	k.only(what+": a button", c, "type", "id", "style", "label", "emoji", "custom_id", "sku_id", "url", "disabled")
	what += ": the button " + str(c, "label")
	k.text(what, c, "label", 0, 80)
	if str(c, "label") == "" && object(c, "emoji") == nil {
		k.add("%s has neither a label nor an emoji", what)
	}
	switch style := num(c, "style"); {
	case style >= 1 && style <= 4:
		if c["url"] != nil {
			k.add("%s has both an action and a link", what)
		}
		k.customID(what, c, seen)
	case style == 5:
		if c["custom_id"] != nil || str(c, "url") == "" || size(str(c, "url")) > 512 {
			k.add("%s is a link without a proper url", what)
		}
	default:
		k.add("%s has the style %d", what, style)
	}
}

// customID makes sure that a component can be told from the others.
func (k *checker) customID(what string, c obj, seen map[string]bool) {
	id := k.text(what, c, "custom_id", 1, 100)
	if seen[id] {
		k.add("%s: another component has the same custom_id", what)
	}
	seen[id] = true
}

func (k *checker) choose(what string, c obj, seen map[string]bool) {
	k.only(what+": a select", c, "type", "id", "custom_id", "options", "channel_types", "placeholder", "default_values", "min_values",
		"max_values", "disabled", "required")
	what += ": the select " + str(c, "placeholder")
	k.customID(what, c, seen)
	k.text(what, c, "placeholder", 0, 150)
	options := objects(c, "options")
	most := int64(1)
	if c["max_values"] != nil {
		most = num(c, "max_values")
	}
	least := int64(1)
	if c["min_values"] != nil {
		least = num(c, "min_values")
	}
	if least < 0 || least > 25 || most < 1 || most > 25 || least > most {
		k.add("%s takes %d to %d values", what, least, most)
	}
	if num(c, "type") != typeSelect {
		return
	}
	if len(options) < 1 || len(options) > 25 || int64(len(options)) < most && c["max_values"] != nil {
		k.add("%s has %d options; 1 to 25 are possible, and not fewer than can be chosen", what, len(options))
	}
	values, chosen := map[string]bool{}, int64(0)
	for _, o := range options {
		k.only(what+": an option", o, "label", "value", "description", "emoji", "default")
		k.text(what, o, "label", 1, 100)
		k.text(what, o, "value", 1, 100)
		k.text(what, o, "description", 0, 100)
		if values[str(o, "value")] {
			k.add("%s has the value %q twice", what, str(o, "value"))
		}
		values[str(o, "value")] = true
		if boolean(o, "default") {
			chosen++
		}
	}
	if chosen > most {
		k.add("%s has %d options chosen beforehand, and takes %d", what, chosen, most)
	}
}

// form looks at a form: one to five parts. The description of Discord's
// interface allows 40; its documentation does not.
func (k *checker) form(o obj) {
	k.only("the form", o, "custom_id", "title", "components")
	k.text("the form", o, "custom_id", 1, 100)
	k.text("the form", o, "title", 1, 45)
	parts := objects(o, "components")
	if len(parts) < 1 || len(parts) > 5 {
		k.add("the form has %d parts; 1 to 5 are possible", len(parts))
	}
	seen := map[string]bool{}
	for _, p := range parts {
		switch num(p, "type") {
		case typeLabel:
			k.only("the form: a label", p, "type", "id", "label", "description", "component")
			k.text("the form: a label", p, "label", 1, 45)
			k.text("the form: a label", p, "description", 0, 100)
			k.part(object(p, "component"), seen)
		case typeText:
			k.text("the form: a text", p, "content", 1, 4000)
		case typeRow:
			for _, c := range objects(p, "components") { // the old way, still possible for text inputs
				k.text("the form: an input", c, "label", 1, 45)
				k.part(c, seen)
			}
			if len(objects(p, "components")) != 1 {
				k.add("the form has a row with %d inputs", len(objects(p, "components")))
			}
		default:
			k.add("the form has a part of type %d", num(p, "type"))
		}
	}
}

func (k *checker) part(c obj, seen map[string]bool) {
	switch t := num(c, "type"); {
	case t == typeInput:
		k.input(c, seen)
	case t == typeSelect || t >= typeUsers && t <= typePlaces:
		k.choose("the form", c, seen)
		if c["disabled"] != nil {
			k.add("the form has a disabled select, which Discord refuses")
		}
		if required := c["required"]; (required == nil || required == true) && c["min_values"] != nil && num(c, "min_values") == 0 {
			k.add("the form has a required select that takes no values")
		}
	default:
		k.add("the form has a label with a component of type %d", t)
	}
}

func (k *checker) input(c obj, seen map[string]bool) {
	k.only("the form: an input", c, "type", "id", "custom_id", "style", "min_length", "max_length", "required", "value", "placeholder", "label")
	what := "the form: the input " + str(c, "custom_id")
	k.customID(what, c, seen)
	k.text(what, c, "placeholder", 0, 100)
	if style := num(c, "style"); style != 1 && style != 2 {
		k.add("%s has the style %d", what, style)
	}
	least, most := num(c, "min_length"), int64(4000)
	if c["max_length"] != nil {
		most = num(c, "max_length")
	}
	if least < 0 || least > 4000 || most < 1 || most > 4000 || least > most {
		k.add("%s takes %d to %d characters", what, least, most)
	}
	if v := k.text(what, c, "value", 0, 4000); v != "" && (int64(size(v)) > most || int64(size(v)) < least) {
		k.add("%s is filled in with %d characters, and takes %d to %d", what, size(v), least, most)
	}
}
