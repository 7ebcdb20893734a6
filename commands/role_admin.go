package commands

import (
	"fmt"
	"slices"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// grantAdmin makes somebody an admin. Once there are two, it takes two: one asks
// and another confirms, so that nobody can hand the coalition over alone.
func (c *Call) grantAdmin(person *models.Person, args models.Args) (models.Message, error) {
	admins, err := c.Team(models.Admin)
	if err != nil {
		return models.Message{}, err
	}
	me := c.Actor.Person.ID
	asker := askedBy(person, admins)
	switch {
	case len(admins) == 1:
		asker = me
	case asker == me:
		return models.Message{}, mistake("role.admin_waiting", nil)
	case asker == 0:
		person.AdminAskedBy = me
		c.Save(person)
		name := args["Name"]
		ask := models.Message{Key: "role.admin_ask", Args: models.Args{"Name": name, "By": models.PersonArg(me)}}
		return models.Message{Key: "role.admin_asked", Args: models.Args{"Name": name}}, c.tellOthers(ask, ids(admins)...)
	}
	return models.Message{Key: "role.granted", Args: args}, c.makeAdmin(person, asker)
}

// askedBy is the admin who asked for somebody to become one; 0 if nobody did who
// is still an admin.
func askedBy(person *models.Person, admins []*models.Person) models.ID {
	if slices.Contains(ids(admins), person.AdminAskedBy) {
		return person.AdminAskedBy
	}
	return 0
}

// makeAdmin gives the role and announces it to the team and the admins.
func (c *Call) makeAdmin(person *models.Person, by models.ID) error {
	person.Roles |= models.Admin
	person.AdminAskedBy = 0
	c.Save(person)
	team, err := c.Team(models.Organizer | models.Admin)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(ids(team), func(id models.ID) bool { return id == person.ID })
	announced := models.Args{"Name": models.PersonArg(person.ID), "By": models.PersonArg(by)}
	if err := c.tellOthers(models.Message{Key: "role.announced", Args: announced}, others...); err != nil {
		return err
	}
	told := models.Args{"By": models.PersonArg(by), "Role": models.CodeArg("role.admin")}
	return c.tellOthers(models.Message{Key: "role.told_granted", Args: told}, person.ID)
}

// confirmCommand is what the buttons run with which a second admin agrees, or
// does not.
func confirmCommand() *Command {
	return &Command{
		Name: "confirm", Right: models.RightGrantAdmin,
		Params: []Param{
			{Name: "person", Type: TypePerson, Required: true},
			{Name: "reply", Type: TypeChoice, Named: true, Prefix: "button.", Codes: []string{"yes", "no"}},
		},
		Do: (*Call).confirm,
	}
}

func adminButtons(v *View) {
	id := v.message.Args["Name"].Person
	v.button("button.confirm", fmt.Sprintf("confirm ~%d", id))
	v.button("button.no", fmt.Sprintf("confirm ~%d reply:no", id))
}

func (c *Call) confirm() (models.Message, error) {
	person, err := c.Person(c.Args.Person("person").ID)
	if err != nil {
		return models.Message{}, err
	}
	admins, err := c.Team(models.Admin)
	if err != nil {
		return models.Message{}, err
	}
	asker := askedBy(person, admins)
	name := models.PersonArg(person.ID)
	switch {
	case asker == 0:
		return models.Message{}, mistake("role.admin_gone", nil)
	case c.Args.Text("reply") == "no":
		person.AdminAskedBy = 0
		c.Save(person)
		told := models.Message{Key: "role.admin_declined", Args: models.Args{"Name": name}}
		return told, c.tellOthers(told, asker)
	case asker == c.Actor.Person.ID:
		return models.Message{}, mistake("role.admin_waiting", nil)
	}
	return models.Message{Key: "role.granted", Args: models.Args{"Name": name, "Role": models.CodeArg("role.admin")}}, c.makeAdmin(person, asker)
}
