package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// roleCommand gives someone a role, or takes it back.
func roleCommand() *Command {
	return &Command{
		Name: "role", Group: GroupRun, Right: models.RightGrant,
		Params: []Param{
			{Name: "action", Type: TypeChoice, Required: true, Prefix: "role.action.", Codes: []string{"grant", "remove"}},
			{Name: "role", Type: TypeChoice, Required: true, Prefix: "role.", Codes: []string{"volunteer", "navigator", "organizer", "admin"}},
			{Name: "person", Type: TypePerson, Required: true},
		},
		Do: (*Call).role,
	}
}

func (c *Call) role() (models.Message, error) {
	role, _ := models.ParseRole(c.Args.Text("role")) // the choice is one of the codes
	if role == models.Admin && !models.RightGrantAdmin.Can(c.Actor.Person.Roles, 0) {
		return models.Message{}, mistake("role.admin_by_admin", nil)
	}
	person, err := c.Person(c.Args.Person("person").ID)
	if err != nil {
		return models.Message{}, err
	}
	args := models.Args{"Name": models.PersonArg(person.ID), "Role": models.CodeArg("role." + c.Args.Text("role"))}
	grant := c.Args.Text("action") == "grant"
	if person.Roles.Any(role) == grant {
		key := "role.same_has_not"
		if grant {
			key = "role.same_has"
		}
		return models.Message{}, mistake(key, args)
	}
	if grant {
		return c.grant(person, role, args)
	}
	return c.revoke(person, role, args)
}

func (c *Call) grant(person *models.Person, role models.Roles, args models.Args) (models.Message, error) {
	person.Roles |= role
	if role == models.Volunteer {
		person.Welcomed = true // whoever gives the role knows them
	}
	c.Save(person)
	told := models.Message{Key: "role.told_granted", Args: models.Args{"By": models.PersonArg(c.Actor.Person.ID), "Role": args["Role"]}}
	return models.Message{Key: "role.granted", Args: args}, c.tellOthers(told, person.ID)
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
	told := models.Message{Key: "role.told_removed", Args: models.Args{"Role": args["Role"]}}
	return models.Message{Key: "role.removed", Args: args}, c.tellOthers(told, person.ID)
}
