package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// detailsCommand shows the private details of a need. It changes something: it
// records who looked.
func detailsCommand() *Command {
	return &Command{
		Name: "details", Group: GroupHelp, Right: models.RightDetails, Params: []Param{paramNeed()},
		Do: func(c *Call) (models.Message, error) {
			n, claims, err := c.needFor(models.RightDetails, "details.denied")
			if _, denied := asMistake(err); denied && n == nil {
				return models.Message{}, c.whyNoDetails(err)
			}
			if err != nil {
				return models.Message{}, err
			}
			relation := models.NeedRelation(n, claims, c.Actor.Person.ID)
			if relation&(models.RelOwner|models.RelFiler) != 0 {
				return models.Message{Key: "details.shown_own", About: n.Entity()}, nil
			}
			c.Add(&models.Look{ID: c.ID(), CoalitionID: n.CoalitionID, NeedID: n.ID, PersonID: c.Actor.Person.ID, At: c.Now})
			return models.Message{Key: "details.shown", About: n.Entity()}, nil
		},
		Says: map[string]Speech{
			"details.shown":     {Write: writeDetails},
			"details.shown_own": {Write: writeDetails},
		},
	}
}

// whyNoDetails chooses the words of the no.
func (c *Call) whyNoDetails(err error) error {
	m, _ := asMistake(err)
	if m.Message.Key != "details.denied" {
		return err
	}
	n, loadErr := c.NeedByID(m.Message.About.ID)
	switch {
	case loadErr != nil:
		return loadErr
	case c.Actor.Person.Roles == models.Admin:
		return mistakeAbout("details.denied_admin", n.Entity())
	case !n.State.Allows(models.ActClaim):
		return mistakeAbout("details.denied_closed", n.Entity())
	}
	return m
}

// writeDetails shows private values. It decides again whether the reader may
// see them: between the command and now the claim may have ended.
func writeDetails(v *View) error {
	claims, err := v.reader.Claims(v.need.ID)
	if err != nil {
		return err
	}
	relation := models.NeedRelation(v.need, claims, v.actor.Person.ID)
	if !models.RightDetails.Can(v.actor.Person.Roles, relation) {
		v.say("details.ended")
		return nil
	}
	values, err := v.reader.Private(v.need.Entity())
	if err != nil {
		return err
	}
	name, err := v.name(v.need.PersonID)
	if err != nil {
		return err
	}
	v.set("Name", name)
	if len(values) == 0 {
		v.say("details.none")
		return nil
	}
	v.set("Private", v.reach(name, values))
	v.say(v.message.Key)
	return nil
}

// reach is whom to call and where to go, as one would say it: "Rosa,
// 413-555-0142. 14 Mill Lane."
func (v *View) reach(name string, values map[models.PrivateField]string) string {
	parts := []string{name}
	if contact := values[models.FieldContact]; contact != "" {
		parts[0] += ", " + User(contact)
	}
	if address := values[models.FieldAddress]; address != "" {
		parts = append(parts, User(address))
	}
	rest := map[models.PrivateField]string{models.FieldNote: values[models.FieldNote], models.FieldHandoff: values[models.FieldHandoff]}
	if notes := v.privateList(rest); notes != "" {
		parts = append(parts, notes)
	}
	return sentences(parts)
}
