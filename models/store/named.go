package store

import "github.com/berkshire-mutual-aid/shirebot/models"

// PersonAt finds the person of an account, nil if nobody of this coalition has
// it.
func (q query) PersonAt(platform, remote string) (*models.Person, error) {
	account, err := q.account(Who{Platform: platform, Account: remote})
	if err != nil || account == nil {
		return nil, err
	}
	return q.Person(account.PersonID)
}

// PersonAt is the same question inside a unit of work.
func (t *Tx) PersonAt(platform, remote string) (*models.Person, error) {
	who := Who{Platform: platform, Account: remote}
	account, err := recall(t, key{"account", t.coalition, platform + "\x00" + remote}, func() (*models.Account, error) { return t.account(who) })
	if err != nil || account == nil {
		return nil, err
	}
	return t.Person(account.PersonID)
}

// Introduce makes somebody known who has not written yet, but was named by
// somebody who did. Who is known already stays as they are.
func (t *Tx) Introduce(who Who) error {
	known, err := t.PersonAt(who.Platform, who.Account)
	if err != nil || known != nil {
		return err
	}
	person := &models.Person{ID: t.ID(), CoalitionID: t.coalition, Name: who.Name, CreatedAt: t.Now}
	account := &models.Account{ID: t.ID(), CoalitionID: t.coalition, PersonID: person.ID, Platform: who.Platform, Remote: who.Account, CreatedAt: t.Now}
	kept, err := t.recognize(person, who)
	if err != nil {
		return err
	}
	t.Add(person, account)
	t.Add(kept...)
	return nil
}
