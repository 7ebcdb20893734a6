package discord

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// properName is Discord's rule for the names of commands and options.
var properName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

func newRegistry(t *testing.T) *commands.Registry {
	t.Helper()
	r, err := commands.New(nil, commands.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// inAll calls check with a text in its base language and in each locale.
func inAll(t *testing.T, what, base string, others map[string]string, check func(what, text string)) {
	t.Helper()
	check(what, base)
	for _, locale := range []string{"en-US", "es-ES", "es-419"} {
		check(what+" in "+locale, others[locale])
	}
	if len(others) != 3 {
		t.Errorf("%s is written for %d locales", what, len(others))
	}
}

func TestDeclaredCommandsFit(t *testing.T) {
	t.Parallel()
	list := declare(newRegistry(t))
	slash := 0
	seen := map[string]bool{}
	unique := func(what, name string) {
		locale := what[strings.LastIndex(what, " ")+1:]
		if key := strings.SplitN(what, " ", 2)[0] + locale + name; seen[key] {
			t.Errorf("%s: the name %q is there twice", what, name)
		} else {
			seen[key] = true
		}
	}
	short := func(what, text string) {
		if n := utf8.RuneCountInString(text); n < 1 || n > 100 || strings.HasSuffix(text, "…") {
			t.Errorf("%s: %q has %d characters", what, text, n)
		}
	}
	for _, c := range list {
		if c.Type == commandMessage {
			inAll(t, "message "+c.Name, c.Name, c.NameLocalizations, func(what, text string) {
				if n := utf8.RuneCountInString(text); n < 1 || n > 32 {
					t.Errorf("%s: %q", what, text)
				}
			})
			if c.Description != "" || c.Options != nil {
				t.Errorf("the message's command is %+v", c)
			}
			continue
		}
		slash++
		named := func(what, text string) {
			if !properName.MatchString(text) || strings.ToLower(text) != text {
				t.Errorf("%s: the name %q", what, text)
			}
		}
		inAll(t, "command "+c.Name, c.Name, c.NameLocalizations, func(what, text string) {
			named(what, text)
			if what != "command "+c.Name {
				unique(what, text)
			}
		})
		inAll(t, "command "+c.Name, c.Description, c.DescriptionLocalizations, short)
		for _, o := range c.Options {
			inAll(t, c.Name+":"+o.Name, o.Name, o.NameLocalizations, func(what, text string) {
				named(what, text)
				unique(what, text)
			})
			inAll(t, c.Name+":"+o.Name, o.Description, o.DescriptionLocalizations, short)
			for _, v := range o.Choices {
				inAll(t, c.Name+":"+o.Name+":"+v.Value, v.Name, v.NameLocalizations, short)
			}
			if o.Required || len(o.Choices) > 25 || o.Autocomplete && o.Choices != nil || o.MaxLength > 6000 {
				t.Errorf("%s: the option %+v", c.Name, o)
			}
		}
		if len(c.Options) > 25 || letters(c) > 8000 {
			t.Errorf("%s has %d options and %d characters", c.Name, len(c.Options), letters(c))
		}
	}
	if slash > 100 || slash < 20 || len(list) != slash+1 {
		t.Errorf("there are %d commands, %d of them with a slash", len(list), slash)
	}
}

// letters counts as Discord does: names, descriptions and values, of each the
// longest of its languages.
func letters(c command) int {
	longest := func(base string, others map[string]string) int {
		n := utf8.RuneCountInString(base)
		for _, other := range others {
			n = max(n, utf8.RuneCountInString(other))
		}
		return n
	}
	n := longest(c.Name, c.NameLocalizations) + longest(c.Description, c.DescriptionLocalizations)
	for _, o := range c.Options {
		n += longest(o.Name, o.NameLocalizations) + longest(o.Description, o.DescriptionLocalizations)
		for _, v := range o.Choices {
			n += longest(v.Name, v.NameLocalizations) + utf8.RuneCountInString(v.Value)
		}
	}
	return n
}

// Nothing private can be written where a command's values stand, and what only
// buttons name is not offered.
func TestDeclaredNothingPrivate(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	declared := map[string]command{}
	for _, c := range declare(registry) {
		declared[c.Name] = c
	}
	for _, c := range registry.Commands() {
		got, published := declared[c.Name]
		if published != (c.Group != commands.GroupNone) {
			t.Errorf("%s is published: %v", c.Name, published)
		}
		var want, names []string
		for _, p := range c.Params {
			if !p.Private {
				want = append(want, p.Name)
			}
		}
		for _, o := range got.Options {
			names = append(names, o.Name)
		}
		if published && !slices.Equal(names, want) {
			t.Errorf("%s has the options %v instead of %v", c.Name, names, want)
		}
	}
	if len(declared["need"].Options) == 0 || declared["answer"].Name != "" {
		t.Errorf("need is %+v", declared["need"])
	}
}

func TestDeclaredTypes(t *testing.T) {
	t.Parallel()
	options := map[string]commandOption{}
	for _, c := range declare(newRegistry(t)) {
		for _, o := range c.Options {
			options[c.Name+":"+o.Name] = o
		}
	}
	for name, want := range map[string]int{"role:person": optionUser, "setup:board": optionChannel, "board:page": optionInteger, "need:what": optionText} {
		if options[name].Type != want {
			t.Errorf("%s has the type %d instead of %d", name, options[name].Type, want)
		}
	}
	if o := options["need:people"]; o.MinValue == nil || *o.MinValue != 1 || o.MaxValue == nil || *o.MaxValue != 99 || o.MaxLength != 0 {
		t.Errorf("need:people is %+v", o)
	}
	if o := options["need:what"]; o.MaxLength != models.MaxWhat || o.Autocomplete {
		t.Errorf("need:what is %+v", o)
	}
	if o := options["setup:board"]; !slices.Equal(o.ChannelTypes, []int{0, 5, 15}) || o.MaxLength != 0 {
		t.Errorf("setup:board is %+v", o)
	}
	if o := options["claim:need"]; !o.Autocomplete || o.Choices != nil {
		t.Errorf("claim:need is %+v", o)
	}
	if o := options["role:role"]; len(o.Choices) != 4 || o.Choices[2].Value != "organizer" {
		t.Errorf("role:role is %+v", o)
	}
	roles := 0
	for _, o := range options {
		if o.Type == optionRole {
			roles++
		}
	}
	if roles == 0 {
		t.Error("nothing takes a role of Discord's")
	}
}

// Who may see which command at first, and where.
func TestDeclaredPermissions(t *testing.T) {
	t.Parallel()
	for _, c := range declare(newRegistry(t)) {
		admins := slices.Contains([]string{"setup", "role", "join", "linkrole"}, c.Name)
		if admins != (c.DefaultMemberPermissions != nil && *c.DefaultMemberPermissions == "32") || !admins && c.DefaultMemberPermissions != nil {
			t.Errorf("%s is for %v", c.Name, c.DefaultMemberPermissions)
		}
		if !slices.Equal(c.Contexts, []int{0, 1}) || !slices.Equal(c.IntegrationTypes, []int{0}) {
			t.Errorf("%s is for %v, added as %v", c.Name, c.Contexts, c.IntegrationTypes)
		}
		body, err := json.Marshal(c)
		if err != nil || !admins && !strings.Contains(string(body), `"default_member_permissions":null`) {
			t.Errorf("%s is sent as %s, %v", c.Name, body, err)
		}
	}
}

func TestDeclaredIsStable(t *testing.T) {
	t.Parallel()
	registry := newRegistry(t)
	first, err := json.Marshal(declare(registry))
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if next, err := json.Marshal(declare(registry)); err != nil || string(next) != string(first) {
			t.Fatal("the commands are in another order each time")
		}
	}
}
