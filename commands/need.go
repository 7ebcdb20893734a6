package commands

import (
	"maps"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// needCommand asks for something: in five questions, or as one line that is
// shown for a look before it is posted.
func needCommand() *Command {
	says := itemSpeech("need")
	maps.Copy(says, sharedItemSpeech())
	return &Command{
		Name: "need", Group: GroupAsk, Right: models.RightUse, Params: itemParams(models.KindNeed), Says: says,
		Do: func(c *Call) (models.Message, error) { return c.begin(c.newNeed) },
	}
}

func (c *Call) newNeed() item {
	person := c.Actor.Person
	return needItem{&models.Need{ID: c.ID(), CoalitionID: person.CoalitionID, State: models.NeedDraft, Category: models.CategoryOther,
		Priority: models.PriorityAnytime, People: 1, Slots: 1, Languages: string(c.lang),
		PersonID: person.ID, FilerID: person.ID, CreatedAt: c.Now}}
}
