package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// groups are the reference's parts, in the order of help.
var groups = []struct {
	group commands.Group
	title string
}{
	{commands.GroupAsk, "Ask for help"},
	{commands.GroupHelp, "Help others"},
	{commands.GroupYours, "Your things"},
	{commands.GroupSettings, "Settings"},
	{commands.GroupOrganize, "Organize"},
	{commands.GroupRun, "Run the coalition"},
}

// listed are the commands of a group; those that only buttons name are in none.
func listed(r *commands.Registry, group commands.Group) []*commands.Command {
	var list []*commands.Command
	for _, c := range r.Commands() {
		if c.Group == group {
			list = append(list, c)
		}
	}
	return list
}

// texts reads the catalogue and remembers the first error, so that a page can
// be written without a check at each word.
type texts struct {
	*catalogue.Catalogue
	err error
}

func (t *texts) text(lang models.Lang, id string) string {
	text, err := t.Text(lang, id, nil)
	if err != nil && t.err == nil {
		t.err = err
	}
	return strings.TrimSpace(text)
}

// commandTable is the README's table: one line for each command.
func commandTable(r *commands.Registry) []byte {
	t := &texts{Catalogue: r.Catalogue()}
	var b bytes.Buffer
	b.WriteString("\n| command | en español | what it does | who |\n|---|---|---|---|\n")
	for _, g := range groups {
		for _, c := range listed(r, g.group) {
			id := "command." + c.Name
			fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", t.text(models.English, id+".name"), t.text(models.Spanish, id+".name"),
				t.text(models.English, id+".summary"), mayUse(c))
		}
	}
	b.WriteString("\n")
	return b.Bytes()
}

const commandsHead = `# Commands

<!-- Written by "make docs" from the declarations in commands/. Changes here are lost. -->

Every name works everywhere, in English or Spanish, with or without accents, and with "/" or "!" or nothing in front. A
parameter is written by its place or as name:value; a value of several words can stand in quotation marks. What is marked
private is kept sealed, and is asked for in private.
`

// commandReference is the page about all commands.
func commandReference(r *commands.Registry) ([]byte, error) {
	t := &texts{Catalogue: r.Catalogue()}
	var b bytes.Buffer
	b.WriteString(commandsHead)
	for _, g := range groups {
		list := listed(r, g.group)
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n", g.title)
		for _, c := range list {
			t.command(&b, c)
		}
	}
	return b.Bytes(), t.err
}

func (t *texts) command(b *bytes.Buffer, c *commands.Command) {
	id := "command." + c.Name
	fmt.Fprintf(b, "\n### %s, %s\n\n", t.text(models.English, id+".name"), t.text(models.Spanish, id+".name"))
	fmt.Fprintf(b, "%s\n\n%s\n\n", t.text(models.English, id+".summary"), t.text(models.Spanish, id+".summary"))
	fmt.Fprintf(b, "- Who: %s.\n", mayUse(c))
	var also []string
	for _, lang := range models.Langs() {
		for _, name := range t.Words(lang, id+".aliases") {
			also = append(also, "`"+name+"`")
		}
	}
	if also != nil {
		fmt.Fprintf(b, "- Also: %s.\n", strings.Join(also, ", "))
	}
	if len(c.Params) > 0 {
		b.WriteString("\n| parameter | en español | takes | about |\n|---|---|---|---|\n")
		for i := range c.Params {
			t.param(b, &c.Params[i])
		}
	}
	for _, lang := range models.Langs() {
		fmt.Fprintf(b, "\n```\n%s\n```\n", t.text(lang, id+".examples"))
	}
}

func (t *texts) param(b *bytes.Buffer, p *commands.Param) {
	id := "param." + p.Name
	notes := []string{t.text(models.English, id+".summary")}
	if p.Required {
		notes = append(notes, "Required.")
	}
	if p.Named {
		notes = append(notes, "By name only.")
	}
	if p.Private {
		notes = append(notes, "Private.")
	}
	// A summary may say it in its own words already.
	if p.Private && strings.HasSuffix(notes[0], "Private.") {
		notes = notes[:len(notes)-1]
	}
	fmt.Fprintf(b, "| `%s` | `%s` | %s | %s |\n", t.text(models.English, id+".name"), t.text(models.Spanish, id+".name"), takes(p), strings.Join(notes, " "))
}

// takes is what can be given for a parameter.
func takes(p *commands.Param) string {
	switch p.Type {
	case commands.TypeChoice:
		return "`" + strings.Join(p.Codes, "`, `") + "`"
	case commands.TypeArea:
		return "an area"
	case commands.TypeCategory:
		return "a kind of help"
	case commands.TypePerson:
		return "a name"
	case commands.TypeWhen:
		return "a time, as people say it"
	case commands.TypeCount:
		return fmt.Sprintf("a number from 1 to %s", catalogue.Number(p.Max))
	case commands.TypeNeed:
		return "a need's number"
	case commands.TypeRef:
		return "a number of a need or an offer"
	case commands.TypeLangs:
		return "languages"
	default:
		return "text" + upTo(p.Max)
	}
}

func upTo(limit int) string {
	if limit == 0 {
		return ""
	}
	return fmt.Sprintf(", up to %s characters", catalogue.Number(limit))
}

// mayUse says in words what the rule of a command's right is.
func mayUse(c *commands.Command) string {
	if c.Right.Can(0, 0) {
		return "everyone"
	}
	own := "whoever asked"
	for _, p := range c.Params {
		if p.Type == commands.TypeRef {
			own = "whoever asked or offers"
		}
	}
	var list []string
	add := func(name string, roles models.Roles, is models.Relation) {
		if c.Right.Can(roles, is) {
			list = append(list, name)
		}
	}
	add(own, 0, models.RelOwner|models.RelFiler)
	add("whoever took it", 0, models.RelClaimant)
	add("volunteers", models.Volunteer, 0)
	add("navigators", models.Navigator, 0)
	add("organizers", models.Organizer, 0)
	add("admins", models.Admin, 0)
	if c.Right == models.RightClaim {
		list = append(list, "others are asked to volunteer first")
	}
	return strings.Join(list, ", ")
}
