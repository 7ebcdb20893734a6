package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

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
		Says: map[string]Speech{"error.not_allowed.reopen": {Fill: fillTeam}},
	}
}

func (c *Call) reoffer() (models.Message, error) {
	o, err := c.offerFor(models.RightReopen)
	if err != nil {
		return models.Message{}, err
	}
	if err := o.Reopen(); err != nil {
		return models.Message{}, refusedAbout(err, o.Entity(), map[string]string{"state_available": "reopen.already"})
	}
	c.Save(o)
	c.Record(o.Entity(), "reopened")
	return models.Message{Key: "offer.reopened", About: o.Entity()}, c.Show(o.Entity())
}
