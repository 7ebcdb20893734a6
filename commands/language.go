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

// learnLanguage takes the language of the first command whose name belongs to
// one language only as the person's, until they choose another.
func (c *Call) learnLanguage(name string, button bool) error {
	lang, ok := c.reg.vocab.langOf(name)
	if !ok || button || c.Actor.Person.Language != "" {
		return nil
	}
	c.Actor.Person.Language, c.lang = lang, lang
	c.Save(c.Actor.Person)
	return nil
}

// hearLanguage takes the language that the platform says the actor reads as
// theirs, until they choose another: what the bot writes to them later is then
// in the one they are answered in. The coalition's own needs no note.
func (c *Call) hearLanguage(lang models.Lang) {
	if person := c.Actor.Person; lang != "" && lang != c.Actor.Coalition.Language && person.Language == "" {
		person.Language = lang
		c.Save(person)
	}
}

// langOf is the language in which a person is answered: the one they chose, the
// one their platform names, or their coalition's.
func (r *Registry) langOf(a *models.Actor, inv Invocation) models.Lang {
	switch {
	case a.Person.Language != "":
		return a.Person.Language
	case inv.Lang != "":
		return inv.Lang
	}
	return a.Coalition.Language
}
