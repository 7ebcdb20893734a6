package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// startCommand says that a need is under way.
func startCommand() *Command {
	return &Command{
		Name: "start", Group: GroupHelp, Right: models.RightStart, Params: []Param{paramNeed()},
		Do: func(c *Call) (models.Message, error) {
			n, claims, err := c.needFor(models.RightStart, "error.not_allowed.start")
			if err != nil {
				return models.Message{}, err
			}
			if err := n.Start(); err != nil {
				return models.Message{}, refusedAbout(err, n.Entity(), map[string]string{"state_in_progress": "start.already"})
			}
			if err := c.changed(n, "started"); err != nil {
				return models.Message{}, err
			}
			done := models.Message{Key: "start.done", About: n.Entity()}
			if models.ClaimOf(claims, c.Actor.Person.ID) == nil {
				return done, nil
			}
			told := models.Message{Key: "start.neighbor_told", About: n.Entity(), Args: models.Args{"Helper": models.PersonArg(c.Actor.Person.ID)}}
			return done, c.tellOthers(told, n.PersonID, n.FilerID)
		},
		Says: map[string]Speech{"start.done": {Buttons: doneButton}, "start.already": {Buttons: doneButton}},
	}
}

func doneButton(v *View) { v.button("button.done", "done "+v.need.Ref().String()) }
