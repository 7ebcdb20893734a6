package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// offerCommand shares time, skills or things.
func offerCommand() *Command {
	return &Command{
		Name: "offer", Group: GroupHelp, Right: models.RightUse, Params: itemParams(models.KindOffer), Says: itemSpeech("offer"),
		Do:   func(c *Call) (models.Message, error) { return c.begin(c.newOffer) },
		Fill: func(c *Call, f filling) (models.Message, error) { return c.fillItem(c.newOffer, f) },
	}
}

func (c *Call) newOffer() item {
	person := c.Actor.Person
	return offerItem{&models.Offer{ID: c.ID(), CoalitionID: person.CoalitionID, State: models.OfferDraft, Category: models.CategoryOther,
		Languages: string(c.lang), PersonID: person.ID, CreatedAt: c.Now}}
}
