package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

const permissionsHead = `# Who may do what

<!-- Written by "make docs" from the rules in models/ and commands/. Changes here are lost. -->

Roles are a set: somebody with two has what either allows. Everyone is a neighbor. The tables are written by the functions
that decide it when a command is given, and a test gives the commands and compares.

| in the tables | |
|---|---|
| yes, no | |
| asks | they are asked to volunteer, and welcomed by an organizer where that is needed |
| reason | with a reason each time, which is sealed, and %d times an hour at most |
| kinds | %s only, while it is not over |

Whatever the tables say: who is blocked posts nothing, takes nothing and sees nothing that is not their own. Two people of whom
one keeps the other away take nothing of each other's, and no role opens each other's private details to them.

## What the role decides

| command | %s |
|---|%s
`

const permissionsRelated = `
## What depends on who it is to the need

"for" is the person helped, "filer" whoever typed it, "took it" has a live claim, "had it" gave it back or finished it. The need
is open and has room. With an offer, whoever offers it is both "for" and "filer".

| command | who | %s |
|---|---|%s
`

const permissionsFoot = `
What the tables leave out:

- Vetted-only kinds of help (%s) are taken by people whom an organizer has welcomed.
- Who took a need sees its address %d minutes later, or once the person helped agrees.
- A new volunteer holds %d live claims until the first is finished.
- ` + "`close`" + `: whoever asked has two reasons to choose from, organizers have all.
- Once there are two admins, a new one is confirmed by another.
`

// roleColumns are the tables' columns.
var roleColumns = []models.Roles{0, models.Volunteer, models.Navigator, models.Organizer, models.Admin}

// finer are rights within a command, decided by the role alone.
var finer = []struct {
	what  string
	right models.Right
}{
	{"`role`: the role admin", models.RightGrantAdmin},
	{"`block`: organizers and admins", models.RightBlockTeam},
}

// relationRows are the rows of a command that depends on the need.
var relationRows = []struct {
	name string
	is   models.Relation
}{
	{"for", models.RelOwner}, {"filer", models.RelFiler}, {"took it", models.RelClaimant}, {"had it", models.RelFormerClaimant}, {"anyone else", 0},
}

// permissionsReference is the page about who may do what.
func permissionsReference(r *commands.Registry) []byte {
	names := make([]string, len(roleColumns))
	for i, roles := range roleColumns {
		names[i] = roles.String()
	}
	columns, line := strings.Join(names, " | "), strings.Repeat("---|", len(names))
	var alone, related bytes.Buffer
	for _, c := range r.Commands() {
		name := "`" + c.Name + "`"
		if c.Group == commands.GroupNone {
			name += " (a button)"
		}
		if !c.Related() {
			fmt.Fprintf(&alone, "| %s |%s\n", name, cells(func(roles models.Roles) commands.Access { return c.Access(roles, 0) }))
			continue
		}
		for _, row := range relationRows {
			fmt.Fprintf(&related, "| %s | %s |%s\n", name, row.name, cells(func(roles models.Roles) commands.Access { return c.Access(roles, row.is) }))
		}
	}
	for _, f := range finer {
		fmt.Fprintf(&alone, "| %s |%s\n", f.what, cells(func(roles models.Roles) commands.Access {
			if f.right.Can(roles, 0) {
				return commands.AccessYes
			}
			return commands.AccessNo
		}))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, permissionsHead, models.TeamLooks, kinds(models.Category.ForNavigators), columns, line)
	b.Write(alone.Bytes())
	fmt.Fprintf(&b, permissionsRelated, columns, line)
	b.Write(related.Bytes())
	fmt.Fprintf(&b, permissionsFoot, kinds(models.Category.VettedOnly), int(models.AddressWait.Minutes()), models.NewVolunteerLimit)
	return b.Bytes()
}

func cells(access func(models.Roles) commands.Access) string {
	var row strings.Builder
	for _, roles := range roleColumns {
		fmt.Fprintf(&row, " %s |", access(roles))
	}
	return row.String()
}

// kinds are the codes of the kinds of help of which something holds.
func kinds(holds func(models.Category) bool) string {
	var codes []string
	for _, c := range models.Categories() {
		if holds(c) {
			codes = append(codes, string(c))
		}
	}
	return strings.Join(codes, ", ")
}
