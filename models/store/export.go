package store

import (
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Everything is what the database has about one person, without the private
// values of their needs and offers (see [Reader.Private]).
type Everything struct {
	Person    *models.Person
	Accounts  []*models.Account
	Needs     []*models.Need // that they asked for, or typed for somebody else
	Offers    []*models.Offer
	Claims    []*models.Claim
	KeepAways []*models.KeepAway // their own list
	Looks     []*models.Look     // at their needs
	Looked    []*models.Look     // by them
	History   []*models.History  // of their needs and offers, and of what they did
	Reactions []*models.Reaction
	Inbox     []*models.Inbox  // what they did lately
	Members   []*models.Member // where they were seen, with which of a platform's roles
	Dialog    *models.Dialog   // what they are in the middle of
}

// Everything reads what there is about a person: of each kind the newest, at
// most limit.
func (r Reader) Everything(person models.ID, limit int) (*Everything, error) {
	e := &Everything{}
	var err error
	if e.Person, err = r.Person(person); err != nil {
		return nil, err
	}
	if e.Dialog, err = r.Dialog(person); err != nil {
		return nil, err
	}
	const (
		theirNeeds    = "SELECT id FROM need WHERE person_id = ? OR filer_id = ?"
		theirOffers   = "SELECT id FROM offer WHERE person_id = ?"
		theirAccounts = "SELECT id FROM account WHERE person_id = ?"
		newest        = " ORDER BY id DESC LIMIT ?"
	)
	for _, ask := range []func() error{
		asked(&e.Accounts, r.query, "accounts", "person_id = ?"+newest, person, limit),
		asked(&e.Needs, r.query, "needs", "(person_id = ? OR filer_id = ?)"+newest, person, person, limit),
		asked(&e.Offers, r.query, "offers", "person_id = ?"+newest, person, limit),
		asked(&e.Claims, r.query, "claims", "person_id = ?"+newest, person, limit),
		asked(&e.KeepAways, r.query, "keep-away list", "person_id = ?"+newest, person, limit),
		asked(&e.Looks, r.query, "looks", "need_id IN ("+theirNeeds+")"+newest, person, person, limit),
		asked(&e.Looked, r.query, "looks", "person_id = ?"+newest, person, limit),
		asked(&e.History, r.query, "history", "(person_id = ? OR kind = 'need' AND entity_id IN ("+theirNeeds+") OR kind = 'offer' AND entity_id IN ("+theirOffers+"))"+newest,
			person, person, person, person, limit),
		asked(&e.Reactions, r.query, "reactions", "account_id IN ("+theirAccounts+") ORDER BY at DESC LIMIT ?", person, limit),
		asked(&e.Members, r.query, "members", "account_id IN ("+theirAccounts+") ORDER BY at DESC LIMIT ?", person, limit),
		asked(&e.Inbox, r.query, "events", "(platform, account) IN (SELECT platform, remote FROM account WHERE person_id = ?) ORDER BY at DESC LIMIT ?", person, limit),
	} {
		if err := ask(); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func asked[T any](into *[]*T, q query, what, where string, args ...any) func() error {
	return func() (err error) {
		*into, err = all[T](q, what, where, args...)
		return err
	}
}
