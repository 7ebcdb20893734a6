package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// blockCommand keeps somebody from posting, taking needs and seeing private
// details, or lists whom it does.
func blockCommand() *Command {
	return &Command{
		Name: "block", Group: GroupOrganize, Right: models.RightBlock, Params: listedPerson(),
		Do: func(c *Call) (models.Message, error) {
			if !c.Args.Has("person") {
				return models.Message{Key: "block.list"}, nil
			}
			person, err := c.Person(c.Args.Person("person").ID)
			if err != nil {
				return models.Message{}, err
			}
			if c.Args.Has("action") {
				return c.unblock(person)
			}
			return c.block(person)
		},
		Says: map[string]Speech{"block.list": {Write: writeBlocked}, "block.answer": {Fill: fillTeam}},
	}
}

func (c *Call) block(person *models.Person) (models.Message, error) {
	name := models.Args{"Name": models.PersonArg(person.ID)}
	switch {
	case person.ID == c.Actor.Person.ID:
		return models.Message{}, mistake("block.self", nil)
	case person.BlockedAt != nil:
		return models.Message{}, mistake("block.already", name)
	case person.Roles.Any(models.Organizer|models.Admin) && !models.RightBlockTeam.Can(c.Actor.Person.Roles, 0):
		return models.Message{}, mistake("block.by_admin", nil)
	}
	person.Block(c.Now)
	c.Save(person)
	taken, err := c.TakenBy(person.ID)
	if err != nil {
		return models.Message{}, err
	}
	for _, claim := range taken {
		n, err := c.NeedByID(claim.NeedID)
		if err != nil {
			return models.Message{}, err
		}
		if err := c.takeBack(n, claim, models.ReleasedByBlock); err != nil {
			return models.Message{}, err
		}
		if err := c.tellOthers(models.Message{Key: "release.neighbor_told", About: n.Entity()}, n.PersonID, n.FilerID); err != nil {
			return models.Message{}, err
		}
	}
	return models.Message{Key: "block.done", Args: name}, nil
}

func (c *Call) unblock(person *models.Person) (models.Message, error) {
	name := models.Args{"Name": models.PersonArg(person.ID)}
	if person.BlockedAt == nil {
		return models.Message{}, mistake("block.not_there", name)
	}
	person.BlockedAt = nil
	c.Save(person)
	return models.Message{Key: "block.removed", Args: name}, nil
}

// postingCommands are what somebody who is blocked cannot use. Claims are refused
// by their rule, with words that do not say why, and private details in
// DetailsSight; what is their own they can still end.
var postingCommands = map[string]bool{"need": true, "offer": true, "edit": true, "reopen": true}

// mayPost refuses those who are blocked. Their drafts stay.
func (c *Call) mayPost() error {
	if c.Actor.Person.BlockedAt != nil {
		return mistake("block.answer", nil)
	}
	return nil
}

func writeBlocked(v *View) error {
	list, err := v.reader.Blocked()
	if err != nil {
		return err
	}
	if len(list) == 0 {
		v.say("block.empty")
		return nil
	}
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = User(p.Name)
	}
	v.set("Names", catalogue.List(v.lang, names))
	v.say("block.list")
	return nil
}
