package commands

import (
	"slices"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

const dialogLook = "look"

// detailsCommand shows the private details of a need. It changes something: it
// records who looked, and sealed beside it why, where a reason has to be given.
func detailsCommand() *Command {
	return &Command{
		Name: "details", Group: GroupHelp, Right: models.RightDetails, Private: true,
		Params: []Param{paramNeed(), {Name: "reason", Type: TypeText, Named: true, Private: true, Max: models.MaxPrivate}},
		Do: func(c *Call) (models.Message, error) {
			ref := c.Args.Ref("need")
			n, err := c.Need(ref)
			if err != nil {
				return models.Message{}, notFound(err, ref)
			}
			return c.look(n, c.Args.Text("reason"))
		},
		Says: map[string]Speech{
			"details.shown":      {Write: writeDetails},
			"details.shown_own":  {Write: writeDetails},
			"details.shown_role": {Write: writeDetails},
			"details.shown_team": {Write: writeDetails},
		},
	}
}

// detailsShown are the messages with the details, by what opens them.
var detailsShown = map[models.Sight]string{
	models.SightOwn: "details.shown_own", models.SightClaim: "details.shown",
	models.SightNavigator: "details.shown_role", models.SightOrganizer: "details.shown_team",
}

// look shows the details to the actor, asks why they need them, or says why not.
func (c *Call) look(n *models.Need, reason string) (models.Message, error) {
	sight, err := c.sight(n)
	if err != nil {
		return models.Message{}, err
	}
	switch {
	case sight == models.SightNone:
		return models.Message{}, c.whyNoDetails(n)
	case sight == models.SightOwn:
		return models.Message{Key: detailsShown[sight], About: n.Entity()}, nil
	}
	if err := c.mayHelp(); err != nil {
		return models.Message{}, err
	}
	if sight.ByRole() {
		if err := c.mayLookAgain(); err != nil {
			return models.Message{}, err
		}
	}
	look := &models.Look{ID: c.ID(), CoalitionID: n.CoalitionID, NeedID: n.ID, PersonID: c.Actor.Person.ID, AsTeam: sight.ByRole(), At: c.Now}
	if sight.NeedsReason() {
		if reason == "" {
			return c.askReason(n)
		}
		if err := c.Seal(models.Entity{Kind: models.KindLook, ID: look.ID}, models.FieldReason, reason); err != nil {
			return models.Message{}, err
		}
	}
	c.Add(look)
	return models.Message{Key: detailsShown[sight], About: n.Entity()}, nil
}

// sight is by what the actor may see the details of a need.
func (c *Call) sight(n *models.Need) (models.Sight, error) {
	claims, err := c.Claims(n.ID)
	if err != nil {
		return models.SightNone, err
	}
	return sightOf(c, c.Actor, n, claims)
}

// sightOf decides it. Who has left every space of the coalition sees what is
// their own.
func sightOf(q aparter, who *models.Actor, n *models.Need, claims []*models.Claim) (models.Sight, error) {
	p := who.Person
	kept, err := apart(q, n, p.ID)
	if err != nil {
		return models.SightNone, err
	}
	gone, err := q.Gone(who.Account.ID)
	return models.DetailsSight(p, models.NeedRelation(n, claims, p.ID), n, kept || gone), err
}

// mayLookAgain refuses more looks by a role than an hour has room for.
func (c *Call) mayLookAgain() error {
	looks, err := c.TeamLooksSince(c.Actor.Person.ID, c.Now.Add(-models.TeamLookWindow))
	if err != nil {
		return err
	}
	if at, wait := models.NextTeamLook(looks); wait {
		return mistake("details.limit", models.Args{"Count": models.CountArg(models.TeamLooks), "At": models.AtArg(at)})
	}
	return nil
}

// whyNoDetails chooses the words of the no. None of them says that somebody
// keeps the actor away.
func (c *Call) whyNoDetails(n *models.Need) error {
	person := c.Actor.Person
	claims, err := c.Claims(n.ID)
	if err != nil {
		return err
	}
	if err := c.mayHelp(); err != nil {
		return err
	}
	without := models.DetailsSight(person, models.NeedRelation(n, claims, person.ID), n, false)
	switch {
	case person.BlockedAt != nil:
		return mistake("block.answer", nil)
	case without != models.SightNone:
		return mistakeAbout("details.cant", n.Entity())
	case person.Roles == models.Admin:
		return mistakeAbout("details.denied_admin", n.Entity())
	case !n.State.Allows(models.ActClaim):
		return mistakeAbout("details.denied_closed", n.Entity())
	}
	return mistakeAbout("details.denied", n.Entity())
}

// askReason asks why somebody wants to look. The question never interrupts
// another one: then it says how to give the reason in the same line.
func (c *Call) askReason(n *models.Need) (models.Message, error) {
	open, err := c.Dialog()
	if err != nil {
		return models.Message{}, err
	}
	if open != nil && open.Name != dialogLook {
		c.asking = true
		return models.Message{Key: "details.reason_how", About: n.Entity()}, nil
	}
	c.open(dialogLook, "reason", n.Entity())
	return models.Message{Key: "details.reason_ask", About: n.Entity()}, nil
}

// lookConversation takes the reason and shows the details.
func lookConversation() conversation {
	none := models.Message{Key: "details.reason_none"}
	return conversation{
		free:   func(string) bool { return false },
		cancel: func(*Call, *models.Dialog) (models.Message, error) { return none, nil },
		again:  againLook,
		skip: func(c *Call, d *models.Dialog) (models.Message, error) {
			c.end(d)
			return none, nil
		},
		back: func(c *Call, d *models.Dialog) (models.Message, error) {
			c.step(d, d.Step)
			return models.Message{Key: "details.reason_ask", About: d.About}, nil
		},
		take: func(c *Call, d *models.Dialog, text string) (models.Message, error) {
			if c.standsAsCommand(text) {
				return models.Message{}, mistakeAbout("details.reason_ask", d.About)
			}
			reason, err := Clean(text, models.MaxPrivate)
			if err != nil {
				return models.Message{}, err
			}
			n, err := c.NeedByID(d.About.ID)
			if err != nil {
				return models.Message{}, err
			}
			c.end(d)
			message, err := c.look(n, reason)
			if m, refused := asMistake(err); refused {
				return m.Message, nil // the question is over all the same
			}
			return message, err
		},
	}
}

func (c *Call) end(d *models.Dialog) {
	c.Remove(d)
	c.asking = false
}

// writeDetails shows private values. It decides again whether the reader may
// see them: between the command and now the claim may have ended, or the role.
func writeDetails(v *View) error {
	claims, err := v.reader.Claims(v.need.ID)
	if err != nil {
		return err
	}
	sight, err := sightOf(v.reader, v.actor, v.need, claims)
	if err != nil {
		return err
	}
	if sight.ByRole() {
		recorded, err := v.lookRecorded()
		if err != nil {
			return err
		}
		if !recorded {
			sight = models.SightNone
		}
	}
	if sight == models.SightNone {
		v.say("details.ended")
		return nil
	}
	return v.showDetails(sight, models.ClaimOf(claims, v.actor.Person.ID))
}

// lookRecorded reports whether a look by the reader's role is on record: nothing
// is shown by a role without one.
func (v *View) lookRecorded() (bool, error) {
	looks, err := v.reader.TeamLooksSince(v.actor.Person.ID, v.now.Add(-models.TeamLookWindow))
	return slices.ContainsFunc(looks, func(l *models.Look) bool { return l.NeedID == v.need.ID }), err
}

func (v *View) showDetails(sight models.Sight, claim *models.Claim) error {
	values, err := v.reader.Private(v.need.Entity())
	if err != nil {
		return err
	}
	name, err := v.name(v.need.PersonID)
	if err != nil {
		return err
	}
	v.private = true
	v.set("Name", name)
	if len(values) == 0 {
		v.say("details.none")
		return nil
	}
	waits := sight == models.SightClaim && values[models.FieldAddress] != "" && !claim.ShowsAddress(v.now)
	if waits {
		delete(values, models.FieldAddress)
	}
	v.set("Private", v.reach(name, values))
	v.say(detailsShown[sight])
	if waits {
		v.clock("At", *claim.AddressFrom)
		v.say("details.address_later")
	}
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
