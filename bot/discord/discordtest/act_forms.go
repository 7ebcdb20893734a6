package discordtest

// Submit has somebody fill in and send the form that they were shown last. The
// fields are named by their label or their custom_id; a select takes the label
// or the value of an option. What is not named stays as it was filled in
// beforehand.
func (s *Server) Submit(userID string, values map[string]string) *Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[userID]
	if u == nil || u.form == nil {
		return s.wrong(userID, "user %s has no form open", userID)
	}
	used := map[string]bool{}
	list := []obj{}
	for index, p := range objects(u.form.form, "components") {
		entry, why := fill(p, values, used, int64(index))
		if why != "" {
			return s.refused(userID, "%s", why)
		}
		list = append(list, entry)
	}
	for name := range values {
		if !used[name] {
			return s.wrong(userID, "the form has no field %q:\n%s", name, s.renderForm(u.form.form))
		}
	}
	data := obj{"custom_id": str(u.form.form, "custom_id"), "components": list, "resolved": obj{}}
	from := u.form.interaction
	u.form = nil
	ch := s.channels[from.channel]
	if ch == nil {
		return s.refused(userID, "the channel is gone")
	}
	return s.send(kindForm, userID, ch, data, from.source)
}

// SubmitRaw sends a form with a custom_id and texts that nobody was shown, as an
// attacker does.
func (s *Server) SubmitRaw(userID, place, customID string, values map[string]string) *Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, no := s.place(userID, place, 0)
	if no != nil {
		return no
	}
	list := []obj{}
	for id, value := range values {
		list = append(list, obj{"type": typeLabel, "id": 1, "component": obj{"type": typeInput, "id": 2, "custom_id": id, "value": value}})
	}
	return s.send(kindForm, userID, ch, obj{"custom_id": customID, "components": list}, nil)
}

// fill fills in one part of a form, and says what the client would object to.
func fill(p obj, values map[string]string, used map[string]bool, index int64) (entry obj, why string) {
	inside, label := object(p, "component"), str(p, "label")
	if num(p, "type") == typeRow {
		inside = objects(p, "components")[0]
		label = str(inside, "label")
	}
	id := index*2 + 1
	if inside == nil {
		return obj{"type": num(p, "type"), "id": id}, ""
	}
	value, given := values[label]
	if v, there := values[str(inside, "custom_id")]; there {
		value, given = v, true
		used[str(inside, "custom_id")] = true
	} else {
		used[label] = given
	}
	sent := obj{"type": num(inside, "type"), "id": id + 1, "custom_id": str(inside, "custom_id")}
	if num(inside, "type") == typeInput {
		sent["value"], why = fillText(inside, label, value, given)
	} else {
		sent["values"], why = fillSelect(inside, label, value, given)
	}
	if num(p, "type") == typeRow {
		return obj{"type": typeRow, "id": id, "components": []obj{sent}}, why
	}
	return obj{"type": typeLabel, "id": id, "component": sent}, why
}

func required(c obj) bool { return c["required"] == nil || boolean(c, "required") }

func fillText(c obj, label, value string, given bool) (text, why string) {
	if !given {
		value = str(c, "value")
	}
	longest := int64(4000)
	if c["max_length"] != nil {
		longest = num(c, "max_length")
	}
	switch n := int64(size(value)); {
	case n == 0 && required(c):
		return "", "the form does not let go: " + label + " is required"
	case n > longest || n > 0 && n < num(c, "min_length"):
		return "", "the form does not let go: " + label + " has not the length that is asked for"
	}
	return value, ""
}

func fillSelect(c obj, label, value string, given bool) (values []string, why string) {
	values = []string{}
	if !given {
		for _, o := range objects(c, "options") {
			if boolean(o, "default") {
				values = append(values, str(o, "value"))
			}
		}
	} else if value != "" {
		found, missing := chosen(c, []string{value})
		if missing != "" {
			return nil, "the form has no option " + missing + " for " + label
		}
		values = found
	}
	if len(values) == 0 && required(c) {
		return nil, "the form does not let go: " + label + " is required"
	}
	if len(values) > 0 || required(c) {
		why = wrongCount(c, len(values))
	}
	return values, why
}
