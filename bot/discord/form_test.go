package discord

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

func TestFormBody(t *testing.T) {
	t.Parallel()
	f := &commands.FormText{Name: "need", Title: "Ask for help", Fields: []commands.FormField{
		{Name: "what", Label: "What do you need? (shown on the board)", Hint: "One line.", Required: true, Max: 140, Value: "a\nb"},
		{Name: "category", Label: "Kind of help", Choices: []commands.Choice{{Label: "I'm not sure", Value: "?"}, {Label: "Food", Value: "food"}, {Label: "again", Value: "food"}}, Value: "food"},
		{Name: "note", Label: "Note", Long: true, Value: "a\nb"},
	}}
	raw, err := json.Marshal(formBodyOf(f, "1s1:need"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"custom_id":"1s1:need","title":"Ask for help","components":[` +
		`{"type":18,"label":"What do you need? (shown on the board)","description":"One line.","component":{"type":4,"custom_id":"what","style":1,"value":"a b","max_length":140,"required":true}},` +
		`{"type":18,"label":"Kind of help","component":{"type":3,"custom_id":"category","required":false,"options":[{"label":"I'm not sure","value":"?"},{"label":"Food","value":"food","default":true}]}},` +
		`{"type":18,"label":"Note","component":{"type":4,"custom_id":"note","style":2,"value":"a\nb","max_length":4000,"required":false}}]}`
	if string(raw) != want {
		t.Errorf("the form is\n%s\nnot\n%s", raw, want)
	}
}

func TestFormLimits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long words ", 500)
	f := &commands.FormText{Name: "x", Title: long}
	for i := range 7 {
		field := commands.FormField{Name: fmt.Sprint(i), Label: long, Hint: long, Value: long, Max: 9000}
		for j := range 30 * (i % 2) {
			field.Choices = append(field.Choices, commands.Choice{Label: long, Value: fmt.Sprint(j)})
		}
		f.Fields = append(f.Fields, field)
	}
	f.Fields[2].Max = 10
	f.Fields[4].Choices = []commands.Choice{{Label: "a", Value: ""}, {Label: "b", Value: long}} // nothing that can be chosen
	body := formBodyOf(f, "id")
	if len(body.Components) != 5 || size(body.Title) > 45 {
		t.Fatalf("%d fields under %q", len(body.Components), body.Title)
	}
	for i, c := range body.Components {
		in := c.Component
		if size(c.Label) > 45 || size(c.Description) > 100 || size(in.Value) > in.MaxLength || in.MaxLength > 4000 || len(in.Options) > 25 || in.Type == componentSelect != (i%2 == 1) {
			t.Errorf("field %d is %+v of %+v", i, c, in)
		}
		for _, o := range in.Options {
			if size(o.Label) > 100 {
				t.Errorf("an option is called %q", o.Label)
			}
		}
	}
}

func TestFormArgs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, sent string
		want       map[string]string
	}{
		{"labels", `[{"type":18,"id":1,"component":{"type":4,"custom_id":"what","value":"a ride"}},{"type":18,"component":{"type":3,"custom_id":"area","values":["Quarry Falls"]}}]`,
			map[string]string{"what": "a ride", "area": "Quarry Falls"}},
		{"rows", `[{"type":1,"components":[{"type":4,"custom_id":"what","value":"a ride"}]}]`, map[string]string{"what": "a ride"}},
		{"nothing filled in", `[{"type":18,"component":{"type":4,"custom_id":"what","value":""}},{"type":18,"component":{"type":3,"custom_id":"area","values":[]}}]`, map[string]string{}},
		{"unknown components", `[{"type":99,"custom_id":"x","value":"y"},{"type":18},{"type":18,"component":{"type":21,"custom_id":"x","value":"y"}},{"type":10,"content":"hi"},{"type":18,"component":{"type":4,"custom_id":"what","value":"a"}}]`,
			map[string]string{"what": "a"}},
		{"the first of a name counts", `[{"type":18,"component":{"type":4,"custom_id":"what","value":"a"}},{"type":18,"component":{"type":4,"custom_id":"what","value":"b"}}]`, map[string]string{"what": "a"}},
		{"no name", `[{"type":18,"component":{"type":4,"value":"a"}}]`, map[string]string{}},
		{"nothing", `[]`, map[string]string{}},
	} {
		var components []component
		if err := json.Unmarshal([]byte(c.sent), &components); err != nil {
			t.Fatal(err)
		}
		if got := formArgs(components); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
	}
}
