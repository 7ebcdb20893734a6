package store

import (
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Who names the sender of an event as the platform does.
type Who struct {
	Platform string
	Space    string // the platform's id of the guild or space
	Account  string // the platform's id of the user
	Name     string // as they name themselves there
}

// Act finds out who acts, and makes them known if they are not yet: everyone
// in a coalition's space is a neighbor. ErrNotFound says that the space belongs
// to no coalition.
func (t *Tx) Act(who Who) error {
	if err := t.batch.settle(key{what: "spaces"}); err != nil {
		return err
	}
	c, err := recall(t, key{"space", 0, who.Platform + "\x00" + who.Space}, func() (*models.Coalition, error) { return coalitionOf(t.db, who) })
	if err != nil {
		return err
	}
	return t.actIn(c, who)
}

func (t *Tx) actIn(c *models.Coalition, who Who) error {
	t.coalition = c.ID
	t.loaded[key{"coalition", c.ID, ""}] = c
	account, err := recall(t, key{"account", c.ID, who.Platform + "\x00" + who.Account}, func() (*models.Account, error) { return t.account(who) })
	if err != nil {
		return err
	}
	if account == nil {
		return t.welcome(c, who)
	}
	if err := t.batch.settle(key{"person", account.PersonID, ""}); err != nil {
		return err
	}
	person, err := t.query.Person(account.PersonID)
	if err != nil {
		return err
	}
	t.Actor = &models.Actor{Coalition: c, Person: person, Account: account}
	return nil
}

func (t *Tx) welcome(c *models.Coalition, who Who) error {
	person := &models.Person{ID: t.ID(), CoalitionID: c.ID, Name: who.Name, CreatedAt: t.Now}
	account := &models.Account{ID: t.ID(), CoalitionID: c.ID, PersonID: person.ID, Platform: who.Platform, Remote: who.Account, CreatedAt: t.Now}
	kept, err := t.recognize(person, who)
	if err != nil {
		return err
	}
	t.newcomer = append([]any{person, account}, kept...)
	t.Add(t.newcomer...)
	t.Actor = &models.Actor{Coalition: c, Person: person, Account: account}
	return nil
}

func (q query) account(who Who) (*models.Account, error) {
	return oneOrNil[models.Account](q, "account", "platform = ? AND remote = ?", who.Platform, who.Account)
}

// Found makes a coalition with one space, its rooms, and the actor as its
// first admin. It is how an installation begins.
func (t *Tx) Found(c models.Coalition, who Who, rooms ...models.Room) error {
	return t.FoundNamed(c, who, "", rooms...)
}

// FoundNamed does the same in a space of which the platform says the name.
func (t *Tx) FoundNamed(c models.Coalition, who Who, name string, rooms ...models.Room) error {
	c.ID, c.CreatedAt = t.ID(), t.Now
	t.coalition = c.ID
	t.Add(&c)
	t.addSpace(who, name, rooms)
	if c.PurgeDays == 0 {
		c.PurgeDays = models.DefaultPurgeDays
	}
	if err := t.welcome(&c, who); err != nil {
		return err
	}
	t.Actor.Person.Roles = models.Admin
	return nil
}
