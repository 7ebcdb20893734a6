package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// languageCommand chooses the language in which a person is written to.
func languageCommand() *Command {
	codes := make([]string, 0, len(models.Langs()))
	for _, l := range models.Langs() {
		codes = append(codes, string(l))
	}
	return &Command{
		Name: "language", Group: GroupSettings, Right: models.RightUse,
		Params: []Param{{Name: "language", Type: TypeChoice, Prefix: "language.", Codes: codes}},
		Do: func(c *Call) (models.Message, error) {
			chosen := models.Lang(c.Args.Text("language"))
			switch {
			case chosen == "":
				return models.Message{Key: "language.ask"}, nil
			case chosen == c.Actor.Person.Language:
				return models.Message{Key: "language.same"}, nil
			}
			c.Actor.Person.Language, c.lang = chosen, chosen
			c.Save(c.Actor.Person)
			return models.Message{Key: "language.changed"}, nil
		},
		Says: map[string]Speech{"language.ask": {Buttons: func(v *View) {
			for _, l := range models.Langs() {
				v.button("language."+string(l), "language "+string(l))
			}
		}}},
	}
}
