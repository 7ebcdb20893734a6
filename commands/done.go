package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// doneCommand says that a need is done.
func doneCommand() *Command {
	return &Command{
		Name: "done", Group: GroupHelp, Right: models.RightDone, Params: []Param{paramNeed()},
		Do: (*Call).done,
		Says: map[string]Speech{
			"done.stranger": {Fill: fillHelpers},
			"done.neighbor_asked": {Buttons: func(v *View) {
				for _, answer := range outcomeAnswers {
					v.button("button.outcome_"+answer, "outcome "+v.need.Ref().String()+" "+answer)
				}
			}},
		},
	}
}

func (c *Call) done() (models.Message, error) {
	n, claims, err := c.needFor(models.RightDone, "done.stranger")
	if err != nil {
		return models.Message{}, err
	}
	live, holders, err := c.live(claims)
	if err != nil {
		return models.Message{}, err
	}
	if err := n.Done(live, holders, c.Now); err != nil {
		return models.Message{}, refusedAbout(err, n.Entity(), map[string]string{"state_done": "done.already"})
	}
	c.saveClaims(live, holders)
	if err := c.changed(n, "done"); err != nil {
		return models.Message{}, err
	}
	if err := c.tellOthers(models.Message{Key: "done.helper_told", About: n.Entity()}, ids(holders)...); err != nil {
		return models.Message{}, err
	}
	asked, err := c.asked(n)
	if err != nil {
		return models.Message{}, err
	}
	key := "done.done"
	switch relation := models.NeedRelation(n, claims, c.Actor.Person.ID); {
	case asked == c.Actor.Person.ID:
		return models.Message{Key: "done.done_own", About: n.Entity()}, nil
	case models.ClaimOf(live, c.Actor.Person.ID) == nil && relation&models.RelFormerClaimant == 0:
		key = "done.done_team"
	}
	return models.Message{Key: key, About: n.Entity()}, c.Tell(asked, models.Message{Key: "done.neighbor_asked", About: n.Entity()})
}

func (c *Call) saveClaims(claims []*models.Claim, holders []*models.Person) {
	for i := range claims {
		c.Save(claims[i], holders[i])
	}
}

// outcomeAnswers are the answers to whether it worked out.
var outcomeAnswers = []string{"met", "partly", "still", "not_needed"}

// outcomeCommand is what the buttons of that question run.
func outcomeCommand() *Command {
	return &Command{
		Name: "outcome", Right: models.RightAnswer,
		Params: []Param{paramNeed(), {Name: "answer", Type: TypeChoice, Required: true, Prefix: "button.outcome_", Codes: outcomeAnswers}},
		Do: func(c *Call) (models.Message, error) {
			n, _, err := c.needFor(models.RightAnswer, "error.not_allowed.outcome")
			if err != nil {
				return models.Message{}, err
			}
			if n.Outcome != "" {
				return models.Message{}, mistakeAbout("done.outcome.answered", n.Entity())
			}
			return c.outcome(n, c.Args.Text("answer"))
		},
	}
}

// outcomeVerb begins the verb of an answer in the history; the answer itself
// follows, for reopening forgets the need's.
const outcomeVerb = "outcome."

func (c *Call) outcome(n *models.Need, answer string) (models.Message, error) {
	outcome := map[string]models.Outcome{"met": models.OutcomeMet, "partly": models.OutcomePartly}[answer]
	if outcome == "" {
		outcome = models.OutcomeNotMet
	}
	if err := n.Answer(outcome); err != nil {
		return models.Message{}, refusedAbout(err, n.Entity(), nil)
	}
	c.Record(n.Entity(), outcomeVerb+string(outcome))
	c.Save(n)
	said := models.Message{Key: "done.outcome." + answer, About: n.Entity()}
	if answer != "still" {
		return said, nil
	}
	if n.PurgedAt != nil { // the answer counts, but there is nothing to open again
		return models.Message{Key: "reopen.purged", About: n.Entity()}, nil
	}
	if err := n.Reopen(); err != nil {
		return models.Message{}, refusedAbout(err, n.Entity(), nil)
	}
	if err := c.changed(n, "reopened"); err != nil {
		return models.Message{}, err
	}
	return said, c.tellTeam(models.Organizer|models.Admin, models.Message{Key: "followup.team_told", About: n.Entity()})
}
