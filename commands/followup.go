package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// followupCommand asks the organizing team to look at a need again.
func followupCommand() *Command {
	return &Command{
		Name: "followup", Group: GroupYours, Right: models.RightFollowup, Params: []Param{paramNeed()},
		Do: func(c *Call) (models.Message, error) {
			n, claims, err := c.needFor(models.RightFollowup, "error.not_allowed.followup")
			if err != nil {
				return models.Message{}, err
			}
			if err := n.Followup(); err != nil {
				return models.Message{}, refusedAbout(err, n.Entity(), map[string]string{"state_needs_followup": "followup.already"})
			}
			if err := c.changed(n, "followup"); err != nil {
				return models.Message{}, err
			}
			_, holders, err := c.live(claims)
			if err != nil {
				return models.Message{}, err
			}
			if err := c.tellOthers(models.Message{Key: "followup.helper_told", About: n.Entity()}, ids(holders)...); err != nil {
				return models.Message{}, err
			}
			return models.Message{Key: "followup.done", About: n.Entity()},
				c.tellTeam(models.Organizer|models.Admin, models.Message{Key: "followup.team_told", About: n.Entity()})
		},
		Says: map[string]Speech{
			"error.not_allowed.followup": {Fill: fillTeam},
			"followup.team_told": {Buttons: func(v *View) {
				v.button("button.more", "show "+v.need.Ref().String())
			}},
		},
	}
}
