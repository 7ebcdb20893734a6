package commands

import (
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// refuseCommand is what the button runs with which the person helped says that
// it shall not be this volunteer. It takes no reason, and nobody is told one.
func refuseCommand() *Command {
	return &Command{
		Name: "refuse", Right: models.RightRefuse, Params: needAndPerson(),
		Do: func(c *Call) (models.Message, error) {
			n, claims, err := c.needFor(models.RightRefuse, "refuse.denied")
			if err != nil {
				return models.Message{}, err
			}
			return c.refuse(n, claims, c.Args.Person("person").ID)
		},
	}
}

func needAndPerson() []Param {
	return []Param{paramNeed(), {Name: "person", Type: TypePerson, Required: true}}
}

func (c *Call) refuse(n *models.Need, claims []*models.Claim, person models.ID) (models.Message, error) {
	if models.NeedRelation(n, claims, person)&(models.RelClaimant|models.RelFormerClaimant) == 0 || person == c.Actor.Person.ID {
		return models.Message{}, mistakeAbout("refuse.gone", n.Entity())
	}
	list, err := c.KeepAways(n.PersonID)
	if err != nil {
		return models.Message{}, err
	}
	if keptAway(list, person) == nil {
		c.addKeepAway(n.PersonID, person)
	}
	key := "refuse.done"
	if claim := models.ClaimOf(claims, person); claim == nil {
		key = "refuse.later" // they gave it back, or it is done
	} else if err := c.takeBack(n, claim, models.ReleasedByRefusal); err != nil {
		return models.Message{}, err
	}
	if n.PersonID == c.Actor.Person.ID {
		key += "_own" // the list is theirs
	}
	return models.Message{Key: key, About: n.Entity()}, nil
}

// takeBack ends somebody's claim without their doing. Whatever the reason is,
// they read the same words, and the history has the same line.
func (c *Call) takeBack(n *models.Need, claim *models.Claim, reason models.ReleaseReason) error {
	holder, err := c.Person(claim.PersonID)
	if err != nil {
		return err
	}
	if err := n.Release(claim, holder, reason, c.Now); err != nil {
		return refusedAbout(err, n.Entity(), nil)
	}
	c.Save(claim, holder)
	if err := c.changed(n, "returned"); err != nil {
		return err
	}
	if err := c.takeHandOf(n, claim.AccountID); err != nil {
		return err
	}
	return c.Tell(holder.ID, models.Message{Key: "claim.ended", About: n.Entity()})
}

// agreeCommand is what the other button runs: the volunteer sees the address at
// once.
func agreeCommand() *Command {
	return &Command{
		Name: "agree", Right: models.RightRefuse, Params: needAndPerson(),
		Do: func(c *Call) (models.Message, error) {
			n, claims, err := c.needFor(models.RightRefuse, "refuse.denied")
			if err != nil {
				return models.Message{}, err
			}
			person := c.Args.Person("person").ID
			claim := models.ClaimOf(claims, person)
			if claim == nil || person == c.Actor.Person.ID {
				return models.Message{}, mistakeAbout("refuse.gone", n.Entity())
			}
			claim.Agree(c.Now)
			c.Save(claim)
			return models.Message{Key: "agree.done", About: n.Entity(), Args: models.Args{"Name": models.PersonArg(person)}}, nil
		},
	}
}

// writeTaken tells the person helped who took their need, when the address can
// be seen, and how to say no.
func writeTaken(v *View) error {
	helper := v.message.Args["Helper"].Person
	claims, err := v.reader.Claims(v.need.ID)
	if err != nil {
		return err
	}
	v.say("claim.neighbor_told")
	claim := models.ClaimOf(claims, helper)
	if claim == nil {
		return nil // given back meanwhile
	}
	values, err := v.reader.Private(v.need.Entity())
	if err != nil {
		return err
	}
	whom := fmt.Sprintf(" %s ~%d", v.need.Ref(), helper)
	v.button("button.refuse_person", "refuse"+whom)
	if values[models.FieldAddress] != "" && !claim.ShowsAddress(v.now) {
		v.clock("At", *claim.AddressFrom)
		v.say("claim.neighbor_address")
		v.button("button.agree_person", "agree"+whom)
	}
	return nil
}
