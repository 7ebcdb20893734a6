package commands

import (
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// volunteerCommand is what the buttons run that somebody sees who wants to help
// for the first time.
func volunteerCommand() *Command {
	return &Command{
		Name: "volunteer", Right: models.RightClaim,
		Params: []Param{paramNeed(), {Name: "reply", Type: TypeChoice, Required: true, Prefix: "button.", Codes: []string{"yes", "no"}}},
		Do: func(c *Call) (models.Message, error) {
			ref := c.Args.Ref("need")
			n, err := c.Need(ref)
			if err != nil {
				return models.Message{}, notFound(err, ref)
			}
			if c.Args.Text("reply") == "no" {
				return models.Message{Key: "claim.volunteer_no"}, c.takeHandOff(n)
			}
			switch models.NeedsWelcome(c.Actor.Coalition, c.Actor.Person, n.Category) {
			case models.WelcomeOwnYes:
				c.Actor.Person.Roles |= models.Volunteer
			case models.WelcomeByTeam:
				return c.askWelcome(n)
			case models.WelcomeNever:
				return models.Message{}, mistakeAbout("claim.admin", n.Entity())
			}
			return c.claimAsked(n, c.Actor)
		},
		Says: map[string]Speech{
			"claim.volunteer_first": {Buttons: volunteerButtons("button.volunteer_yes", "button.no_thanks")},
			"claim.vetted":          {Buttons: volunteerButtons("button.volunteer_ask", "button.no_thanks")},
		},
	}
}

func volunteerButtons(yes, no string) func(*View) {
	return func(v *View) {
		v.button(yes, "volunteer "+v.need.Ref().String()+" yes")
		v.button(no, "volunteer "+v.need.Ref().String()+" no")
	}
}

// claimAsked takes the need that somebody wanted when they were asked to become
// a volunteer. If their ✋ is still on the card, the claim is that reaction's.
func (c *Call) claimAsked(n *models.Need, who *models.Actor) (models.Message, error) {
	live, err := c.LiveClaims(n.ID)
	if err != nil {
		return models.Message{}, err
	}
	cards, err := c.Cards(n.Entity())
	if err != nil {
		return models.Message{}, err
	}
	self := c.Actor
	c.Actor = who
	defer func() { c.Actor = self }()
	for _, card := range cards {
		there, err := c.Reaction(card.ID, EmojiClaim)
		if err != nil {
			return models.Message{}, err
		}
		c.ByReaction = c.ByReaction || there
	}
	c.Save(who.Person)
	return c.takeUp(n, live)
}

// askWelcome puts the wish to help before the organizers.
func (c *Call) askWelcome(n *models.Need) (models.Message, error) {
	person := c.Actor.Person
	if person.AskedNeedID != 0 {
		return models.Message{Key: "claim.welcome_waiting"}, nil
	}
	live, err := c.LiveClaims(n.ID)
	if err == nil {
		err = c.couldClaim(n, live)
	}
	if err != nil {
		return models.Message{}, err
	}
	person.AskedNeedID = n.ID
	c.Save(person)
	c.Record(n.Entity(), "asked_welcome")
	ask := models.Message{Key: "welcome.ask", About: n.Entity(), Args: models.Args{"Name": models.PersonArg(person.ID)}}
	return models.Message{Key: "claim.welcome_asked", About: n.Entity()}, c.tellTeam(models.Organizer|models.Admin, ask)
}

// welcomeCommand makes somebody a volunteer whom an organizer knows.
func welcomeCommand() *Command {
	return &Command{
		Name: "welcome", Group: GroupOrganize, Right: models.RightWelcome,
		Params: []Param{
			{Name: "person", Type: TypePerson, Required: true},
			{Name: "reply", Type: TypeChoice, Named: true, Prefix: "button.", Codes: []string{"yes", "no"}},
		},
		Do: (*Call).welcome,
		Says: map[string]Speech{
			"welcome.ask": {Buttons: func(v *View) {
				id := v.message.Args["Name"].Person
				v.button("button.welcome", fmt.Sprintf("welcome ~%d", id))
				v.button("button.not_now", fmt.Sprintf("welcome ~%d reply:no", id))
			}},
		},
	}
}

func (c *Call) welcome() (models.Message, error) {
	person, err := c.Person(c.Args.Person("person").ID)
	if err != nil {
		return models.Message{}, err
	}
	name := models.Args{"Name": models.PersonArg(person.ID)}
	if person.BlockedAt != nil {
		return models.Message{}, mistake("role.blocked", name)
	}
	asked := person.AskedNeedID
	if person.Welcomed {
		return models.Message{}, mistake("welcome.already", name)
	}
	person.AskedNeedID = 0
	c.Save(person)
	if c.Args.Text("reply") == "no" {
		return models.Message{Key: "welcome.declined", Args: name}, nil
	}
	person.Roles |= models.Volunteer
	person.Mapped &^= models.Volunteer // it stays, whatever the platform says
	person.Welcomed = true
	told := models.Message{Key: "welcome.told"}
	if asked != 0 {
		if told, err = c.giveAsked(person, asked); err != nil {
			return models.Message{}, err
		}
	}
	return models.Message{Key: "welcome.done", Args: name}, c.tellOthers(told, person.ID)
}

// giveAsked makes the claim live that a person asked for before they were
// welcomed, if the slot is still free.
func (c *Call) giveAsked(person *models.Person, need models.ID) (models.Message, error) {
	n, err := c.NeedByID(need)
	if err != nil {
		return models.Message{}, err
	}
	account, err := c.AccountOf(person.ID)
	if err != nil || account == nil {
		return models.Message{Key: "welcome.told"}, err
	}
	message, err := c.claimAsked(n, &models.Actor{Coalition: c.Actor.Coalition, Person: person, Account: account})
	if err == nil {
		err = c.tellOthers(models.Message{Key: "welcome.told"}, person.ID)
	}
	m, refused := asMistake(err)
	switch {
	case refused && m.Message.Key == claimCant:
		return m.Message, c.tellOthers(models.Message{Key: "welcome.told"}, person.ID)
	case refused:
		return models.Message{Key: "welcome.told_taken", About: n.Entity()}, nil
	}
	return message, err
}
