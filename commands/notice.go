package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// firstNotice tells somebody who can read what, once: before the first thing
// that they ask for, offer or take.
func (c *Call) firstNotice() error {
	person := c.Actor.Person
	if person.NoticedAt != nil {
		return nil
	}
	now := c.Now
	person.NoticedAt = &now
	c.Save(person)
	return c.Tell(person.ID, models.Message{Key: keyNotice})
}

const keyNotice = "notice.first"
