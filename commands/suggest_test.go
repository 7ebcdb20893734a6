package commands

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// suggests lists the values that somebody is suggested.
func (w *world) suggests(name, command, param, typed string) []string {
	w.t.Helper()
	list, err := w.reg.Suggest(w.t.Context(), w.who(name), "", command, param, typed)
	if err != nil {
		w.t.Fatal(err)
	}
	values := []string{}
	for _, c := range list {
		if c.Label == "" || c.Value == "" || utf8.RuneCountInString(c.Label) > 100 || utf8.RuneCountInString(c.Value) > 100 {
			w.t.Errorf("%s %s: %+v", command, param, c)
		}
		values = append(values, c.Value)
	}
	if len(values) > MaxChoices {
		w.t.Errorf("%s %s: %d suggestions", command, param, len(values))
	}
	return values
}

func TestSuggestReferences(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("ana", models.Navigator)
	w.posts("rosa", "need milk category:food area:Stonebridge when:anytime")          // N1
	w.posts("zoe", `need a ride category:rides area:"Quarry Falls" when:anytime`)     // N2
	w.posts("zoe", "need forms category:paperwork area:Stonebridge when:anytime")     // N3
	w.posts("zoe", "offer two coats category:supplies area:Stonebridge when:anytime") // O1
	w.hears("sam", "claim N3")
	w.says("sam", "no")
	w.hears("rosa", "need a draft that nobody sees category:rides")
	w.posts("kim", "need soup category:food when:anytime") // N4
	w.hears("kim", "close N4 no_longer_needed")
	for _, test := range []struct {
		who, command, param, typed string
		want                       []string
	}{
		{"sam", "claim", "need", "", []string{"N1", "N2"}},
		{"rosa", "claim", "need", "", []string{"N2"}},
		{"sam", "claim", "need", "n2", []string{"N2"}},
		{"sam", "claim", "need", "quarry", []string{"N2"}},
		{"sam", "claim", "need", "nothing like it", []string{}},
		{"sam", "release", "need", "", []string{"N3"}},
		{"dee", "release", "need", "", []string{}},
		{"zoe", "edit", "ref", "", []string{"N2", "N3", "O1"}},
		{"rosa", "edit", "ref", "", []string{"N1"}},
		{"rosa", "show", "ref", "", []string{"N1", "N2", "O1"}},
		{"lee", "edit", "ref", "", []string{"N1", "N2", "O1"}},
		{"sam", "details", "need", "", []string{"N3"}},
		{"dee", "details", "need", "", []string{}},
		{"kim", "reopen", "ref", "", []string{"N4"}},
		{"kim", "close", "ref", "", []string{}},
		{"rosa", "reopen", "ref", "", []string{}},
		{"new", "claim", "need", "", []string{"N1", "N2"}},
		{"new", "edit", "ref", "", []string{}},
	} {
		param := test.param
		if w.reg.find(test.command).param(param) == nil {
			param = map[string]string{"ref": "need", "need": "ref"}[param]
		}
		if got := w.suggests(test.who, test.command, param, test.typed); !slices.Equal(got, test.want) {
			t.Errorf("%s: %s %s %q: %v instead of %v", test.who, test.command, param, test.typed, got, test.want)
		}
	}
	list, err := w.reg.Suggest(t.Context(), w.who("dee"), models.Spanish, "claim", "need", "N2")
	if err != nil || len(list) != 1 || list[0].Label != "N2: Transporte, Quarry Falls" {
		t.Errorf("a label is %+v, %v", list, err)
	}
}

func TestSuggestWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.hears("you", `setup areas:"Stonebridge, Quarry Falls, Old Quarry"`)
	for _, test := range []struct {
		command, param, typed string
		want                  []string
	}{
		{"need", "area", "", []string{"Stonebridge", "Quarry Falls", "Old Quarry"}},
		{"need", "area", "quar", []string{"Quarry Falls", "Old Quarry"}},
		{"need", "category", "food", []string{"food"}},
		{"need", "languages", "span", []string{"es"}},
		{"need", "what", "", []string{}}, {"need", "nosuch", "", []string{}}, {"nosuch", "x", "", []string{}},
		{"need", "when", "", []string{}},
	} {
		if got := w.suggests("rosa", test.command, test.param, test.typed); !slices.Equal(got, test.want) {
			t.Errorf("%s %s %q: %v instead of %v", test.command, test.param, test.typed, got, test.want)
		}
	}
	if got := w.suggests("rosa", "need", "category", ""); len(got) != len(models.Categories()) {
		t.Errorf("the kinds are %v", got)
	}
}

// Who is here is suggested only to those who can do something with it.
func TestSuggestPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("rosa", 0)
	sam := fmt.Sprintf("~%d", w.actor("sam").Person.ID)
	for name, command := range map[string]string{"lee": "role", "you": "block"} {
		if got := w.suggests(name, command, "person", "sam"); !slices.Equal(got, []string{sam}) {
			t.Errorf("%s: %s suggests %v", name, command, got)
		}
	}
	for _, c := range w.reg.Commands() {
		if c.param("person") == nil {
			continue
		}
		for _, name := range []string{"rosa", "sam"} {
			if got := w.suggests(name, c.Name, "person", ""); len(got) != 0 {
				t.Errorf("%s: %s suggests %v", name, c.Name, got)
			}
		}
	}
}

// The blocked, and who is kept apart, are suggested nothing that the lists do not
// show them; nobody hears of another coalition.
func TestSuggestKeepsApart(t *testing.T) {
	t.Parallel()
	first, second := twoCoalitions(t)
	first.posts("rosa", "need milk category:food area:Stonebridge when:anytime")
	first.says("rosa", "keepaway sam")
	for _, command := range []string{"claim", "show", "details"} {
		param := "need"
		if command == "show" {
			param = "ref"
		}
		if got := first.suggests("sam", command, param, ""); len(got) != 0 {
			t.Errorf("who is kept away is suggested %v", got)
		}
		for _, name := range []string{"sam", "boss"} {
			if got := second.suggests(name, command, param, ""); len(got) != 0 {
				t.Errorf("%s of another coalition is suggested %v", name, got)
			}
		}
	}
	if got := first.suggests("dee", "claim", "need", ""); len(got) != 1 {
		t.Errorf("Dee is suggested %v", got)
	}
	first.hears("lee", "block dee")
	for _, c := range first.reg.Commands() {
		for _, p := range c.Params {
			if got := first.suggests("dee", c.Name, p.Name, ""); len(got) != 0 {
				t.Errorf("who is blocked is suggested %v for %s %s", got, c.Name, p.Name)
			}
		}
	}
}

func TestSuggestFits(t *testing.T) {
	t.Parallel()
	var all []Choice
	for i := range 40 {
		all = append(all, Choice{Label: number(i) + strings.Repeat("é", 120), Value: number(i)})
	}
	list := fitting(all, "")
	if len(list) != MaxChoices || utf8.RuneCountInString(list[0].Label) != 100 {
		t.Errorf("%d choices, the first %q", len(list), list[0].Label)
	}
	list = fitting([]Choice{{Label: "Old Quarry", Value: "a"}, {Label: "Quárry", Value: "b"}}, " QUA")
	if len(list) != 2 || list[0].Value != "b" {
		t.Errorf("what begins so does not come first: %v", list)
	}
}
