package commands

import (
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// linkRoleCommand says what a role of the platform's space stands for here, or
// lists what all of them do. It never gives the role of admin.
func linkRoleCommand() *Command {
	return &Command{
		Name: "linkrole", Group: GroupRun, Right: models.RightSetup,
		Params: []Param{
			{Name: "action", Type: TypeChoice, Required: true, Prefix: "linkrole.action.", Codes: []string{"add", "remove", "list"}},
			{Name: "role", Type: TypeChoice, Prefix: rolePrefix, Codes: []string{"volunteer", "navigator", "organizer"}},
			{Name: "server_role", Type: TypePlatformRole},
		},
		Do:   (*Call).linkRole,
		Says: map[string]Speech{"linkrole.listed": {Write: writeLinks}},
	}
}

// linksAtMost is how many roles of one space can stand for something: a list
// that is read in one message.
const linksAtMost = 15

func (c *Call) linkRole() (models.Message, error) {
	action := c.Args.Text("action")
	if action == "list" {
		return models.Message{Key: "linkrole.listed"}, nil
	}
	for _, name := range []string{"role", "server_role"} {
		if command := c.reg.find("linkrole"); !c.Args.Has(name) {
			return models.Message{}, missing(command, command.param(name))
		}
	}
	space, err := c.SpaceOf(c.Actor.Account.Platform, c.space)
	if err != nil {
		return models.Message{}, err
	}
	links, err := c.Links()
	if err != nil {
		return models.Message{}, err
	}
	links = slices.DeleteFunc(slices.Clone(links), func(l *models.RoleLink) bool { return l.SpaceID != space.ID })
	role, _ := models.ParseRole(c.Args.Text("role")) // the choice is one of the codes
	remote := c.Args.Text("server_role")
	args := models.Args{"Role": models.CodeArg(rolePrefix + c.Args.Text("role"))}
	i := slices.IndexFunc(links, func(l *models.RoleLink) bool { return l.Remote == remote && l.Role == role })
	switch {
	case action == "remove" && i < 0:
		return models.Message{}, mistake("linkrole.not_there", args)
	case action == "remove":
		c.Remove(links[i])
		return c.linked("linkrole.removed", "linkrole.removed_told", args)
	case i >= 0:
		return models.Message{}, mistake("linkrole.already", args)
	case remote == space.Remote: // on Discord the role that everybody has
		return models.Message{}, mistake("linkrole.everyone", nil)
	case len(links) >= linksAtMost:
		return models.Message{}, mistake("linkrole.full", models.Args{"Max": models.CountArg(linksAtMost)})
	}
	c.Add(&models.RoleLink{ID: c.ID(), CoalitionID: c.Actor.Coalition.ID, SpaceID: space.ID, Remote: remote, Role: role, CreatedAt: c.Now})
	return c.linked("linkrole.added", "linkrole.added_told", args)
}

// linked announces a change to the other admins, and has everybody's roles
// brought up to it after the commit.
func (c *Call) linked(key, told string, args models.Args) (models.Message, error) {
	c.remaps = true
	by := models.Args{"Role": args["Role"], "By": models.PersonArg(c.Actor.Person.ID)}
	return models.Message{Key: key, Args: args}, c.tellTeam(models.Admin, models.Message{Key: told, Args: by})
}

// writeLinks lists what roles stand for, as a platform writes its own roles.
func writeLinks(v *View) error {
	links, err := v.reader.Links()
	if err != nil {
		return err
	}
	platform := v.actor.Account.Platform
	var lines []string
	for _, l := range links {
		space, err := v.reader.Space(l.SpaceID)
		if err != nil {
			return err
		}
		if space.Platform != platform {
			continue
		}
		v.set("ServerRole", v.platformRole(l.Remote))
		v.set("Role", v.word(rolePrefix+l.Role.String()))
		v.set("Server", User(space.Name))
		lines = append(lines, v.text("linkrole.line"))
	}
	if len(lines) == 0 {
		v.say("linkrole.list_empty")
		return nil
	}
	v.say("linkrole.list")
	v.line(strings.Join(lines, "\n"))
	return nil
}
