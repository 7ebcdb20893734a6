package discordtest

import (
	"fmt"
	"strings"
	"testing"
)

func commandOf(change obj) obj {
	c := obj{"type": 1, "name": "need", "description": "Ask"}
	for key, value := range change {
		c[key] = value
	}
	return c
}

func optionOf(change obj) obj {
	o := obj{"type": 3, "name": "what", "description": "What"}
	for key, value := range change {
		o[key] = value
	}
	return commandOf(obj{"options": []obj{o}})
}

func TestCommandRules(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	const path = "/applications/" + ApplicationID + "/commands"
	long := func(n int) string { return strings.Repeat("x", n) }
	numbered := func(n, kind int) []obj {
		var list []obj
		for i := range n {
			c := obj{"type": kind, "name": fmt.Sprintf("c%d", i)}
			if kind == 1 {
				c["description"] = "x"
			}
			list = append(list, c)
		}
		return list
	}
	var huge []obj
	for i := range 25 {
		var choices []obj
		for n := range 4 {
			choices = append(choices, obj{"name": long(50), "value": fmt.Sprint(n) + long(49)})
		}
		huge = append(huge, obj{"type": 3, "name": fmt.Sprintf("o%d", i), "description": "x", "choices": choices})
	}
	for _, c := range []struct {
		wrong string
		body  []obj
	}{
		{"in lower case", []obj{commandOf(obj{"name": "Need"})}},
		{"in lower case", []obj{commandOf(obj{"name": "two words"})}},
		{"name is 33", []obj{commandOf(obj{"name": long(33)})}},
		{"description is 101", []obj{commandOf(obj{"description": long(101)})}},
		{"description is 0", []obj{commandOf(obj{"description": ""})}},
		{`the language "es"`, []obj{commandOf(obj{"name_localizations": obj{"es": "pedir"}})}},
		{`the name "Pedir"`, []obj{commandOf(obj{"name_localizations": obj{"es-ES": "Pedir"}})}},
		{"description_localizations: es-ES is 101", []obj{commandOf(obj{"description_localizations": obj{"es-ES": long(101)}})}},
		{"two commands are called need", []obj{commandOf(nil), commandOf(nil)}},
		{"101 slash commands", numbered(101, 1)},
		{"6 for messages", numbered(6, 3)},
		{"is not typed", []obj{commandOf(obj{"type": 3})}},
		{"the type 9", []obj{commandOf(obj{"type": 9})}},
		{"default permissions 32", []obj{commandOf(obj{"default_member_permissions": 32})}},
		{"contexts is [3]", []obj{commandOf(obj{"contexts": []int{3}})}},
		{"contexts is []", []obj{commandOf(obj{"contexts": []int{}})}},
		{`the field "options_"`, []obj{commandOf(obj{"options_": 1})}},
		{"26 options", []obj{commandOf(obj{"options": many(26, obj{"type": 3, "name": "a", "description": "b"})})}},
		{"the option a twice", []obj{commandOf(obj{"options": many(2, obj{"type": 3, "name": "a", "description": "b"})})}},
		{"comes after one that is not", []obj{commandOf(obj{"options": []obj{
			{"type": 3, "name": "a", "description": "b"}, {"type": 3, "name": "c", "description": "d", "required": true},
		}})}},
		{"26 choices", []obj{optionOf(obj{"choices": many(26, obj{"name": "a", "value": "b"})})}},
		{"autocomplete is true", []obj{optionOf(obj{"choices": many(1, obj{"name": "a", "value": "b"}), "autocomplete": true})}},
		{"autocomplete is true", []obj{optionOf(obj{"type": 6, "autocomplete": true})}},
		{"name is 101", []obj{optionOf(obj{"choices": many(1, obj{"name": long(101), "value": "b"})})}},
		{"value is 101", []obj{optionOf(obj{"choices": many(1, obj{"name": "a", "value": long(101)})})}},
		{"no number", []obj{optionOf(obj{"min_value": 1})}},
		{"no text", []obj{optionOf(obj{"type": 4, "max_length": 1})}},
		{"6001 long", []obj{optionOf(obj{"max_length": 6001})}},
		{"characters in all", []obj{commandOf(obj{"options": huge})}},
	} {
		w.wantWrong(c.wrong, "PUT", path, c.body)
	}
	w.want(403, 20012, "PUT", "/applications/1/commands", []obj{})
	if w.s.Puts() != 0 {
		t.Error("a set with mistakes was published")
	}
	w.want(200, 0, "PUT", path, append(numbered(99, 1), numbered(5, 3)...))
	for range 2 {
		w.want(200, 0, "PUT", path, []obj{commandOf(nil)})
	}
	if got := w.s.Commands(); len(got) != 1 || got[0] != "need" || w.s.Puts() != 3 {
		t.Errorf("published are %q, after %d times", got, w.s.Puts())
	}
}

func TestCommandsComeBackTidied(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	const path = "/applications/" + ApplicationID + "/commands"
	c := optionOf(obj{"required": false, "autocomplete": true, "name_localizations": obj{"es-ES": "qué"}})
	w.want(200, 0, "PUT", path, []obj{c})
	_, short := w.ask("GET", path, nil)
	_, full := w.ask("GET", path+"?with_localizations=true", nil)
	option := func(answer obj) obj { return objects(objects(answer, "")[0], "options")[0] }
	if o := option(short); o["name_localizations"] != nil || o["required"] != nil || !boolean(o, "autocomplete") {
		t.Errorf("without other languages the option is %s", raw(o))
	}
	if got := str(object(option(full), "name_localizations"), "es-ES"); got != "qué" {
		t.Errorf("with other languages it is called %q", got)
	}
	if c := objects(full, "")[0]; str(c, "application_id") != ApplicationID || c["contexts"] != nil || str(c, "id") == "" {
		t.Errorf("the command is %s", raw(c))
	}
	if w.s.Published("need") == nil || w.s.Published("other") != nil {
		t.Error("what is published cannot be looked at")
	}
}

func TestDailyCreations(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	const path = "/applications/" + ApplicationID + "/commands"
	set := func(from, n int) []obj {
		var list []obj
		for i := range n {
			list = append(list, commandOf(obj{"name": fmt.Sprintf("c%d", from+i)}))
		}
		return list
	}
	w.want(200, 0, "PUT", path, set(0, 100))
	w.want(200, 0, "PUT", path, set(100, 100))
	w.want(200, 0, "PUT", path, set(100, 100)) // the same ones are not made anew
	w.want(400, 30034, "PUT", path, set(200, 1))
}

func TestUsingCommands(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	w.s.SetCommands(
		obj{"name": "need", "name_localizations": obj{"es-ES": "pedir"}, "description": "x", "contexts": []int{0, 1}, "options": []obj{
			{"type": 3, "name": "what", "name_localizations": obj{"es-ES": "qué"}, "description": "x", "max_length": 10},
			{"type": 3, "name": "kind", "description": "x", "choices": []obj{{"name": "Food", "value": "food"}}},
			{"type": 3, "name": "area", "description": "x", "autocomplete": true}, {"type": 5, "name": "now", "description": "x"},
			{"type": 7, "name": "room", "description": "x"}, {"type": 8, "name": "role", "description": "x"},
		}},
		obj{"name": "setup", "description": "x", "contexts": []int{0}, "default_member_permissions": "32"},
		obj{"name": "must", "description": "x", "options": []obj{{"type": 3, "name": "what", "description": "x", "required": true}}},
		obj{"name": "Make this a need", "type": 3, "contexts": []int{0}},
	)
	for _, c := range []struct {
		name    string
		options map[string]any
	}{
		{"none", nil}, {"need", map[string]any{"none": "x"}}, {"need", map[string]any{"what": 7}}, {"need", map[string]any{"what": "more than ten"}},
		{"need", map[string]any{"kind": "ride"}}, {"need", map[string]any{"now": "yes"}}, {"need", map[string]any{"room": w.sam}},
		{"need", map[string]any{"qué": "x"}},
	} {
		if i := w.s.Slash(w.rosa, w.room, c.name, c.options); i.State() != Failed || len(w.s.TakeViolations()) == 0 {
			t.Errorf("/%s %v is not published so, and was used", c.name, c.options)
		}
	}
	for _, i := range []*Interaction{
		w.s.Slash(w.rosa, w.room, "setup", nil), w.s.Slash(w.owner, "", "setup", nil), w.s.Slash(w.rosa, w.room, "must", nil),
		w.s.Slash(w.s.AddUser("stranger"), w.room, "need", nil),
	} {
		if i.State() != Failed {
			t.Error("somebody used what Discord does not offer them")
		}
	}
	w.s.SetLocale(w.rosa, "es-ES")
	w.s.Slash(w.rosa, "", "pedir", map[string]any{"qué": "sopa", "kind": "food"})
	came := w.event("INTERACTION_CREATE")
	if data := object(came, "data"); str(data, "name") != "need" || str(objects(data, "options")[0], "name") != "what" || came["member"] != nil {
		t.Errorf("/pedir came as %s", raw(came))
	}
	w.s.Slash(w.owner, w.room, "setup", nil)
	if came = w.event("INTERACTION_CREATE"); str(object(came, "member"), "permissions") == "" || came["user"] != nil {
		t.Errorf("/setup came as %s", raw(came))
	}
	said := w.s.Say(w.sam, w.room, "I need soup")
	w.s.ContextMenu(w.rosa, said, "Make this a need")
	data := object(w.event("INTERACTION_CREATE"), "data")
	if m := object(object(object(data, "resolved"), "messages"), said); str(m, "content") != "I need soup" || str(data, "target_id") != said {
		t.Errorf("the menu came as %s", raw(data))
	}
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	long := strings.Repeat("x", 101)
	if w.s.Suggest(w.rosa, w.room, "need", "what", "n"); len(w.s.TakeViolations()) != 1 {
		t.Error("an option without suggestions suggested something")
	}
	for _, wrong := range []any{obj{"choices": many(26, obj{"name": "a", "value": "b"})}, obj{"choices": []obj{{"name": long, "value": "b"}}}, obj{}} {
		w.s.Suggest(w.rosa, w.room, "need", "area", "n")
		w.respond(w.event("INTERACTION_CREATE"), 8, wrong)
		if len(w.s.TakeViolations()) == 0 {
			t.Errorf("the suggestions %.60s were taken", raw(wrong))
		}
	}
	i := w.s.Suggest(w.rosa, w.room, "need", "area", "n")
	came := w.event("INTERACTION_CREATE")
	if o := objects(object(came, "data"), "options")[0]; !boolean(o, "focused") || str(o, "value") != "n" {
		t.Errorf("it came as %s", raw(came))
	}
	w.respond(came, 8, obj{"choices": []obj{{"name": "North", "value": "n1"}, {"name": "Ninth", "value": "n2"}}})
	ok(t, i.Wait(soon(t)))
	if got := i.Choices(); len(got) != 2 || i.Text() != "North\nNinth" {
		t.Errorf("suggested were %v", got)
	}
}
