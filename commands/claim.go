package commands

import (
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// claimCommand takes a need.
func claimCommand() *Command {
	return &Command{
		Name: "claim", Group: GroupHelp, Right: models.RightClaim,
		Params: []Param{paramNeed(), {Name: "name", Type: TypeChoice, Named: true, Prefix: "button.", Codes: []string{"yes", "no"}}},
		Do: func(c *Call) (models.Message, error) {
			ref := c.Args.Ref("need")
			n, err := c.Need(ref)
			if err != nil {
				return models.Message{}, notFound(err, ref)
			}
			message, err := c.claim(n)
			if err == nil && c.Args.Has("name") {
				err = c.showName(c.Args.Text("name") == "yes")
			}
			return message, err
		},
		Says: map[string]Speech{
			"claim.taken":         {Buttons: takenButtons},
			"claim.neighbor_told": {Fill: fillContact, Write: writeTaken},
			"claim.second":        {Write: writeSecond},
			"claim.limit":         {Fill: fillOwnClaims},
			"claim.admin":         {Fill: fillName},
		},
	}
}

// showName keeps whether cards may name the actor, and brings those of all that
// they took up to date.
func (c *Call) showName(show bool) error {
	person := c.Actor.Person
	if person.ShowName == show {
		return nil
	}
	person.ShowName = show
	c.Save(person)
	taken, err := c.TakenBy(person.ID)
	if err != nil {
		return err
	}
	for _, claim := range taken {
		if err := c.Show(models.Entity{Kind: models.KindNeed, ID: claim.NeedID}); err != nil {
			return err
		}
	}
	return nil
}

// claim takes a need for the actor, or says what comes first.
func (c *Call) claim(n *models.Need) (models.Message, error) {
	person := c.Actor.Person
	live, err := c.LiveClaims(n.ID)
	if err != nil {
		return models.Message{}, err
	}
	var first models.Message
	switch models.NeedsWelcome(c.Actor.Coalition, person, n.Category) {
	case models.WelcomeNever:
		return first, mistakeAbout("claim.admin", n.Entity())
	case models.WelcomeOwnYes:
		first = models.Message{Key: "claim.volunteer_first", About: n.Entity()}
	case models.WelcomeByTeam:
		first = models.Message{Key: "claim.vetted", About: n.Entity()}
		if person.AskedNeedID != 0 {
			first = models.Message{Key: "claim.welcome_waiting", About: n.Entity()}
		}
	}
	if first.Key != "" {
		return first, c.couldClaim(n, live)
	}
	return c.takeUp(n, live)
}

// couldClaim tries a claim, which may have to wait for a yes or a welcome: nobody
// is asked to volunteer for what they could not take anyway. Who is blocked, was
// refused or is kept away reads the same words.
func (c *Call) couldClaim(n *models.Need, live []*models.Claim) error {
	if err := c.mayHelp(); err != nil {
		return err
	}
	trial, stranger := *n, *c.Actor.Person
	_, err := trial.Claim(0, &models.Actor{Person: &stranger, Account: c.Actor.Account}, live, false, c.Now)
	if err != nil {
		return refusedAbout(err, n.Entity(), claimRefusals)
	}
	kept, err := apart(c, n, stranger.ID)
	if err == nil && kept {
		return mistakeAbout(claimCant, n.Entity())
	}
	return err
}

// claimCant is what somebody reads who cannot have a need, whyever.
const claimCant = "claim.cant"

// claimRefusals are the answers to a rule's no.
var claimRefusals = map[string]string{
	"own": "claim.own", "already_yours": "claim.already_yours", "closed": "claim.closed", "second": "claim.second", "limit": "claim.limit",
	"cant": claimCant,
}

func (c *Call) takeUp(n *models.Need, live []*models.Claim) (models.Message, error) {
	if err := c.couldClaim(n, live); err != nil {
		return models.Message{}, err
	}
	byReaction := c.ByReaction
	claim, err := n.Claim(c.ID(), c.Actor, live, byReaction, c.Now)
	if err != nil {
		return models.Message{}, refusedAbout(err, n.Entity(), claimRefusals)
	}
	c.Add(claim)
	c.Save(c.Actor.Person)
	if err := c.firstNotice(); err != nil {
		return models.Message{}, err
	}
	if err := c.changed(n, "claimed"); err != nil {
		return models.Message{}, err
	}
	told := models.Message{Key: "claim.neighbor_told", About: n.Entity(), Args: models.Args{"Helper": models.PersonArg(c.Actor.Person.ID)}}
	return models.Message{Key: "claim.taken", About: n.Entity()}, c.tellOthers(told, n.PersonID, n.FilerID)
}

func takenButtons(v *View) {
	v.button("button.see_details", "details "+v.need.Ref().String())
	v.button("button.give_back", "release "+v.need.Ref().String())
}

// suggestions are how many other needs are offered to someone who came second.
const suggestions = 2

// writeSecond thanks and names others nearby, or says that there are none.
func writeSecond(v *View) error {
	missed := v.need
	others, err := v.reader.Suggest(missed, v.actor.Person.ID, suggestions)
	if err != nil {
		return err
	}
	if len(others) == 0 {
		v.say("claim.second_none")
		return nil
	}
	v.set("Count", len(others))
	if missed.AreaID != 0 && !slices.ContainsFunc(others, func(n *models.Need) bool { return n.AreaID != missed.AreaID }) {
		v.say("claim.second")
	} else {
		v.say("claim.second_elsewhere")
	}
	for _, n := range others {
		if err := v.aboutNeed(n); err != nil {
			return err
		}
		v.say("need.line")
		v.button("button.take", "claim "+n.Ref().String())
	}
	return nil
}

func fillOwnClaims(v *View) error {
	mine, err := v.reader.Taken(v.actor.Person.ID)
	if err != nil {
		return err
	}
	refs := make([]string, len(mine))
	for i, n := range mine {
		refs[i] = n.Ref().String()
	}
	v.set("Count", len(mine))
	v.set("Refs", strings.Join(refs, ", "))
	return nil
}
