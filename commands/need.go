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
	maps.Copy(says, heldSpeech())
	maps.Copy(says, otherSpeech())
	maps.Copy(says, twiceSpeech())
	return &Command{
		Name: "need", Group: GroupAsk, Right: models.RightUse, Says: says,
		Params: append(itemParams(models.KindNeed), Param{Name: "for", Type: TypeChoice, Named: true, Prefix: "for.", Codes: []string{"self", "other"}}),
		Do:     func(c *Call) (models.Message, error) { return c.begin(c.newNeed) },
		Fill:   func(c *Call, f filling) (models.Message, error) { return c.fillItem(c.newNeed, f) },
	}
}

func (c *Call) newNeed() item {
	person := c.Actor.Person
	return needItem{&models.Need{ID: c.ID(), CoalitionID: person.CoalitionID, State: models.NeedDraft, Category: models.CategoryOther,
		Priority: models.PriorityAnytime, People: 1, Slots: 1, Languages: string(c.lang),
		PersonID: person.ID, FilerID: person.ID, CreatedAt: c.Now}}
}
