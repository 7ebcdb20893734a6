package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// keepAwayCommand is "never this person". Only whoever writes it ever learns of
// it.
func keepAwayCommand() *Command {
	return &Command{
		Name: "keepaway", Group: GroupYours, Right: models.RightUse, Params: listedPerson(),
		Do: func(c *Call) (models.Message, error) {
			switch {
			case !c.Args.Has("person"):
				return models.Message{Key: "keepaway.list"}, nil
			case c.Args.Has("action"):
				return c.keepAwayNoMore(c.Args.Person("person"))
			}
			return c.keepAway(c.Args.Person("person"))
		},
		Says: map[string]Speech{"keepaway.list": {Write: writeKeepAways}},
	}
}

// listedPerson are the parameters of a list of people: "NAME" adds one, "remove
// NAME" takes one off, nothing shows it.
func listedPerson() []Param {
	return []Param{
		{Name: "action", Type: TypeChoice, Prefix: "role.action.", Codes: []string{"remove"}, Passes: true},
		{Name: "person", Type: TypePerson},
	}
}

// maxKeepAways bounds a person's list: it is shown in one message.
const maxKeepAways = 30

func (c *Call) keepAway(other *models.Person) (models.Message, error) {
	me := c.Actor.Person.ID
	name := models.Args{"Name": models.PersonArg(other.ID)}
	list, err := c.KeepAways(me)
	switch {
	case err != nil:
		return models.Message{}, err
	case other.ID == me:
		return models.Message{}, mistake("keepaway.self", nil)
	case keptAway(list, other.ID) != nil:
		return models.Message{}, mistake("keepaway.already", name)
	case len(list) >= maxKeepAways:
		return models.Message{}, mistake("keepaway.full", models.Args{"Max": models.CountArg(maxKeepAways)})
	}
	c.addKeepAway(me, other.ID)
	if err := c.partFrom(other.ID); err != nil {
		return models.Message{}, err
	}
	return models.Message{Key: "keepaway.added", Args: name}, nil
}

func (c *Call) keepAwayNoMore(other *models.Person) (models.Message, error) {
	name := models.Args{"Name": models.PersonArg(other.ID)}
	list, err := c.KeepAways(c.Actor.Person.ID)
	if err != nil {
		return models.Message{}, err
	}
	row := keptAway(list, other.ID)
	if row == nil {
		return models.Message{}, mistake("keepaway.not_there", name)
	}
	c.Remove(row)
	return models.Message{Key: "keepaway.removed", Args: name}, nil
}

func keptAway(list []*models.KeepAway, other models.ID) *models.KeepAway {
	for _, k := range list {
		if k.OtherID == other {
			return k
		}
	}
	return nil
}

func (c *Call) addKeepAway(keeper, other models.ID) {
	c.Add(&models.KeepAway{ID: c.ID(), CoalitionID: c.Actor.Coalition.ID, PersonID: keeper, OtherID: other, CreatedAt: c.Now})
}

// partFrom ends what the actor and somebody have taken of each other's: theirs
// as a refusal does, the actor's own as giving it back does.
func (c *Call) partFrom(other models.ID) error {
	me := c.Actor.Person.ID
	err := c.endClaims(other, me, func(n *models.Need, claim *models.Claim) error {
		return c.takeBack(n, claim, models.ReleasedByRefusal)
	})
	if err != nil {
		return err
	}
	return c.endClaims(me, other, c.giveBack)
}

// endClaims ends the live claims that one person has on what another asked for
// or typed.
func (c *Call) endClaims(holder, asker models.ID, end func(*models.Need, *models.Claim) error) error {
	taken, err := c.TakenBy(holder)
	if err != nil {
		return err
	}
	for _, claim := range taken {
		n, err := c.NeedByID(claim.NeedID)
		if err != nil {
			return err
		}
		if n.PersonID != asker && n.FilerID != asker {
			continue
		}
		if err := end(n, claim); err != nil {
			return err
		}
	}
	return nil
}

func writeKeepAways(v *View) error {
	list, err := v.reader.KeepAways(v.actor.Person.ID)
	if err != nil {
		return err
	}
	var names []string
	for _, k := range list {
		name, err := v.name(k.OtherID)
		if err != nil {
			return err
		}
		names = append(names, name)
	}
	if names == nil {
		v.say("keepaway.empty")
		return nil
	}
	v.set("Names", catalogue.List(v.lang, names))
	v.say("keepaway.list")
	return nil
}

// aparter is who knows which people keep apart and who has left: a reader, or a
// unit of work.
type aparter interface {
	Apart(one, other models.ID) (bool, error)
	Gone(account models.ID) (bool, error)
}

// apart reports whether somebody and a need's people are kept apart: whom it is
// for, and who typed it.
func apart(q aparter, n *models.Need, person models.ID) (bool, error) {
	kept, err := q.Apart(person, n.PersonID)
	if err != nil || kept || n.FilerID == n.PersonID {
		return kept, err
	}
	return q.Apart(person, n.FilerID)
}
