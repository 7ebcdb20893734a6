package commands

import (
	"slices"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// closeCommand ends a need that will not be done, or takes an offer back.
func closeCommand() *Command {
	codes := make([]string, 0, len(models.CloseReasons()))
	for _, r := range models.CloseReasons() {
		codes = append(codes, string(r))
	}
	return &Command{
		Name: "close", Group: GroupYours, Right: models.RightClose,
		Params: []Param{{Name: "ref", Type: TypeRef, Required: true}, {Name: "reason", Type: TypeChoice, Prefix: "close.reason.", Codes: codes}},
		Do: func(c *Call) (models.Message, error) {
			if c.Args.Ref("ref").Kind == models.KindOffer {
				return c.withdraw()
			}
			return c.close()
		},
		Says: map[string]Speech{
			"close.ask":               {Buttons: closeButtons},
			"error.not_allowed.close": {Fill: fillTeam},
			"error.not_allowed.offer": {Fill: fillTeam},
		},
	}
}

func (c *Call) close() (models.Message, error) {
	n, claims, err := c.needFor(models.RightClose, "error.not_allowed.close")
	if err != nil {
		return models.Message{}, err
	}
	reason := models.CloseReason(c.Args.Text("reason"))
	anyReason := models.RightCloseReason.Can(c.Actor.Person.Roles, 0)
	if n.State.Allows(models.ActClose) && (reason == "" || !anyReason && !slices.Contains(models.OwnCloseReasons(), reason)) {
		return models.Message{Key: "close.ask", About: n.Entity()}, nil
	}
	live, holders, err := c.live(claims)
	if err != nil {
		return models.Message{}, err
	}
	if err := n.Close(reason, live, holders, c.Now); err != nil {
		return models.Message{}, refusedAbout(err, n.Entity(), map[string]string{"state_closed": "close.already"})
	}
	c.saveClaims(live, holders)
	if err := c.changed(n, "closed"); err != nil {
		return models.Message{}, err
	}
	if err := c.tellOthers(models.Message{Key: "close.helper_told", About: n.Entity()}, ids(holders)...); err != nil {
		return models.Message{}, err
	}
	return models.Message{Key: "close.done", About: n.Entity()},
		c.tellOthers(models.Message{Key: "close.neighbor_told", About: n.Entity()}, n.PersonID, n.FilerID)
}

// closeButtons offers the team all reasons, and a neighbor the two that are
// theirs to give.
func closeButtons(v *View) {
	reasons := models.OwnCloseReasons()
	prefix := "close.own."
	if models.RightCloseReason.Can(v.actor.Person.Roles, 0) {
		reasons, prefix = models.CloseReasons(), "close.reason."
	}
	for _, r := range reasons {
		v.button(prefix+string(r), "close "+v.need.Ref().String()+" "+string(r))
	}
}

func (c *Call) offerFor(right models.Right) (*models.Offer, error) {
	ref := c.Args.Ref("ref")
	o, err := c.Offer(ref)
	if err != nil {
		return nil, notFound(err, ref)
	}
	if !right.Can(c.Actor.Person.Roles, models.OfferRelation(o, c.Actor.Person.ID)) {
		return nil, mistakeAbout("error.not_allowed.offer", o.Entity())
	}
	return o, nil
}

func (c *Call) withdraw() (models.Message, error) {
	o, err := c.offerFor(models.RightClose)
	if err != nil {
		return models.Message{}, err
	}
	if err := o.Close(c.Now); err != nil {
		return models.Message{}, refusedAbout(err, o.Entity(), nil)
	}
	c.Save(o)
	c.Record(o.Entity(), "withdrawn")
	return models.Message{Key: "offer.withdrawn", About: o.Entity()}, c.Show(o.Entity())
}
