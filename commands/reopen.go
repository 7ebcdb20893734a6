package commands

import (
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// reopenCommand puts a need or an offer back.
func reopenCommand() *Command {
	return &Command{
		Name: "reopen", Group: GroupYours, Right: models.RightReopen,
		Params: []Param{{Name: "ref", Type: TypeRef, Required: true}},
		Do: func(c *Call) (models.Message, error) {
			if c.Args.Ref("ref").Kind == models.KindOffer {
				return c.reoffer()
			}
			n, _, err := c.needFor(models.RightReopen, "error.not_allowed.reopen")
			if err != nil {
				return models.Message{}, err
			}
			if err := n.Reopen(); err != nil {
				return models.Message{}, refusedAbout(err, n.Entity(), map[string]string{
					"state_open": "reopen.already", "state_in_progress": "reopen.already"})
			}
			if err := c.changed(n, "reopened"); err != nil {
				return models.Message{}, err
			}
			return models.Message{Key: "reopen.done", About: n.Entity()},
				c.tellOthers(models.Message{Key: "reopen.neighbor_told", About: n.Entity()}, n.PersonID, n.FilerID)
		},
		Says: map[string]Speech{
			"error.not_allowed.reopen": {Fill: fillTeam},
			"reopen.purged":            {Fill: fillPurged},
			"reopen.purged_offer":      {Fill: fillPurged},
		},
	}
}

// fillPurged sets Date to the day on which the words were erased.
func fillPurged(v *View) error {
	var at *time.Time
	switch {
	case v.need != nil:
		at = v.need.PurgedAt
	case v.offer != nil:
		at = v.offer.PurgedAt
	}
	v.set("Date", "")
	if at != nil {
		v.set("Date", catalogue.Date(v.lang, *at, v.now, v.zone()))
	}
	return nil
}

func (c *Call) reoffer() (models.Message, error) {
	o, err := c.offerFor(models.RightReopen)
	if err != nil {
		return models.Message{}, err
	}
	if err := o.Reopen(); err != nil {
		return models.Message{}, refusedAbout(err, o.Entity(), map[string]string{"state_available": "reopen.already", "purged": "reopen.purged_offer"})
	}
	c.Save(o)
	c.Record(o.Entity(), "reopened")
	return models.Message{Key: "offer.reopened", About: o.Entity()}, c.Show(o.Entity())
}
