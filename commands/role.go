package commands

import (
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// roleCommand gives someone a role, takes it back, or lists who has which.
func roleCommand() *Command {
	return &Command{
		Name: "role", Group: GroupRun, Right: models.RightGrant,
		Params: []Param{
			{Name: "action", Type: TypeChoice, Required: true, Prefix: "role.action.", Codes: []string{"grant", "remove", "list"}},
			{Name: "role", Type: TypeChoice, Prefix: rolePrefix, Codes: []string{"volunteer", "navigator", "organizer", "admin"}},
			{Name: "person", Type: TypePerson},
		},
		Do: (*Call).role,
		Says: map[string]Speech{
			"role.listed":    {Write: writeRoles},
			"role.admin_ask": {Buttons: adminButtons},
		},
	}
}

func (c *Call) role() (models.Message, error) {
	action := c.Args.Text("action")
	if action == "list" {
		listed := models.Message{Key: "role.listed"}
		if c.Args.Has("role") {
			listed.Args = models.Args{"Role": models.CodeArg(rolePrefix + c.Args.Text("role"))}
		}
		return listed, nil
	}
	for _, name := range []string{"role", "person"} {
		if command := c.reg.find("role"); !c.Args.Has(name) {
			return models.Message{}, missing(command, command.param(name))
		}
	}
	role, _ := models.ParseRole(c.Args.Text("role")) // the choice is one of the codes
	if role == models.Admin && !models.RightGrantAdmin.Can(c.Actor.Person.Roles, 0) {
		return models.Message{}, mistake("role.admin_by_admin", nil)
	}
	person, err := c.Person(c.Args.Person("person").ID)
	if err != nil {
		return models.Message{}, err
	}
	args := models.Args{"Name": models.PersonArg(person.ID), "Role": models.CodeArg(rolePrefix + c.Args.Text("role"))}
	grant := action == "grant"
	mapped := person.Mapped.Any(role)
	if mapped && !grant {
		return models.Message{}, mistake("role.mapped", args)
	}
	if person.Roles.Any(role) == grant && !mapped {
		key := "role.same_has_not"
		if grant {
			key = "role.same_has"
		}
		return models.Message{}, mistake(key, args)
	}
	switch {
	case !grant:
		return c.revoke(person, role, args)
	case person.BlockedAt != nil:
		return models.Message{}, mistake("role.blocked", models.Args{"Name": args["Name"]})
	case role == models.Admin:
		return c.grantAdmin(person, args)
	}
	return c.grant(person, role, args)
}

func (c *Call) grant(person *models.Person, role models.Roles, args models.Args) (models.Message, error) {
	person.Roles |= role
	person.Mapped &^= role // it stays, whatever the platform says
	if role == models.Volunteer {
		person.Welcomed = true // whoever gives the role knows them
	}
	c.Save(person)
	if err := c.teamChanged(role); err != nil {
		return models.Message{}, err
	}
	told := models.Message{Key: "role.told_granted", Args: models.Args{"By": models.PersonArg(c.Actor.Person.ID), "Role": args["Role"]}}
	return models.Message{Key: "role.granted", Args: args}, c.tellOthers(told, person.ID)
}

// teamChanged has the welcome name the people who organize as they are now.
func (c *Call) teamChanged(role models.Roles) error {
	if !role.Any(models.Organizer) {
		return nil
	}
	return c.showWelcome()
}

func (c *Call) revoke(person *models.Person, role models.Roles, args models.Args) (models.Message, error) {
	if role == models.Admin {
		admins, err := c.Team(models.Admin)
		if err != nil {
			return models.Message{}, err
		}
		if len(admins) == 1 {
			return models.Message{}, mistake("role.last_admin", nil)
		}
	}
	person.Roles &^= role
	if role == models.Volunteer {
		person.Welcomed = false
	}
	c.Save(person)
	if err := c.teamChanged(role); err != nil {
		return models.Message{}, err
	}
	if err := mapRoles(c.Tx, person); err != nil || person.Roles.Any(role) {
		return models.Message{Key: "role.mapped_still", Args: args}, err
	}
	told := models.Message{Key: "role.told_removed", Args: models.Args{"Role": args["Role"]}}
	return models.Message{Key: "role.removed", Args: args}, c.tellOthers(told, person.ID)
}

// rolePrefix begins the catalogue id of a role's name.
const rolePrefix = "role."

// rolesShown is how many people a list of roles names.
const rolesShown = 20

// listedRoles is the order of the list: whoever decides most comes first.
var listedRoles = []models.Roles{models.Admin, models.Organizer, models.Navigator, models.Volunteer}

// writeRoles lists the people with a role, or with any, and all the roles that
// each has.
func writeRoles(v *View) error {
	wanted, one := models.ParseRole(strings.TrimPrefix(v.message.Args["Role"].Code, rolePrefix))
	if !one {
		wanted = models.Volunteer | models.Navigator | models.Organizer | models.Admin
	}
	people, err := v.reader.WithRole(wanted)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		v.say("role.list_empty")
		return nil
	}
	first := func(p *models.Person) int {
		return slices.IndexFunc(listedRoles, func(r models.Roles) bool { return p.Roles.Any(r) })
	}
	slices.SortStableFunc(people, func(a, b *models.Person) int { return first(a) - first(b) })
	for _, p := range people[:min(rolesShown, len(people))] {
		var names []string
		for _, code := range p.Roles.Codes() {
			names = append(names, v.word(rolePrefix+code))
		}
		v.set("Name", User(p.Name))
		v.set("Roles", strings.Join(names, ", "))
		v.say("role.list")
	}
	if rest := len(people) - rolesShown; rest > 0 {
		v.set("Count", rest)
		v.say("role.list_more")
	}
	return nil
}
