package catalogue

import (
	"maps"
	"slices"
	"testing"
	texttemplate "text/template"
	"text/template/parse"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// needed is what a text asks of its surroundings.
type needed struct {
	fields   map[string]bool // true: may be empty, as it stands in {{with}}
	commands map[string]bool
	params   map[string]bool
}

// needs reads all plural forms of a text.
func needs(t *testing.T, c *Catalogue, lang models.Lang, id string) needed {
	t.Helper()
	n := needed{fields: map[string]bool{}, commands: map[string]bool{}, params: map[string]bool{}}
	message := c.tongues[lang].messages[id]
	funcs := c.tongues[lang].parser.(*parser).Funcs
	for _, source := range []string{message.One, message.Other} {
		parsed, err := texttemplate.New(id).Funcs(funcs).Parse(source)
		if err != nil {
			t.Fatalf("%s in %s: %v", id, lang, err)
		}
		n.list(parsed.Root)
	}
	if message.One != "" {
		n.fields["Count"] = false
	}
	return n
}

func (n needed) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.ActionNode:
			n.pipe(node.Pipe, false)
		case *parse.WithNode:
			n.pipe(node.Pipe, true)
			n.list(node.List)
			n.list(node.ElseList)
		case *parse.TextNode:
		default:
			panic("texts use fields, functions and with, and nothing else: " + node.String())
		}
	}
}

func (n needed) pipe(pipe *parse.PipeNode, optional bool) {
	for _, command := range pipe.Cmds {
		for i, arg := range command.Args {
			switch arg := arg.(type) {
			case *parse.FieldNode:
				n.fields[arg.Ident[0]] = optional
			case *parse.StringNode:
				switch command.Args[i-1].String() {
				case "cmd":
					n.commands[arg.Text] = true
				case "param":
					n.params[arg.Text] = true
				}
			}
		}
	}
}

// commandNames and paramNames are what the registry declares; a text may name
// no others.
var (
	commandNames = []string{
		"setup", "help", "language", "need", "offer", "board", "offers", "mine", "show", "history", "claim", "release",
		"start", "done", "followup", "close", "reopen", "edit", "details", "role", "welcome", "privacy", "keepaway", "block", "linkrole", "join",
	}
	paramNames = []string{
		"need", "offer", "ref", "what", "category", "area", "when", "people", "slots", "languages", "contact", "address",
		"note", "page", "reason", "language", "topic", "person", "role", "name", "zone", "areas", "board", "numbers",
		"text", "action", "priority", "for", "room_language",
	}
)

func TestTextsNameTheSameThingsInEachLanguage(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	for _, id := range c.IDs() {
		english, spanish := needs(t, c, models.English, id), needs(t, c, models.Spanish, id)
		if !maps.Equal(english.fields, spanish.fields) {
			t.Errorf("%s: fields %v in English, %v in Spanish", id, english.fields, spanish.fields)
		}
		if !maps.Equal(english.commands, spanish.commands) {
			t.Errorf("%s: commands %v in English, %v in Spanish", id, english.commands, spanish.commands)
		}
		if !maps.Equal(english.params, spanish.params) {
			t.Errorf("%s: parameters %v in English, %v in Spanish", id, english.params, spanish.params)
		}
		for name := range english.commands {
			if !slices.Contains(commandNames, name) {
				t.Errorf("%s names the command %q, which does not exist", id, name)
			}
		}
		for name := range english.params {
			if !slices.Contains(paramNames, name) {
				t.Errorf("%s names the parameter %q, which does not exist", id, name)
			}
		}
	}
}
