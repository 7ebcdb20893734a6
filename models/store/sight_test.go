package store

import (
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// sightings are what a unit of work can see, each with a change by an earlier
// unit that has to be seen. The need is on the board since before.
var sightings = []struct {
	what   string
	change func(tx *Tx, n *models.Need) error
	look   func(tx *Tx, n *models.Need) (any, error)
	want   string
}{
	{"a need by its reference", changeNeed, func(tx *Tx, n *models.Need) (any, error) {
		n, err := tx.Need(n.Ref())
		if err != nil {
			return nil, err
		}
		return n.What, nil
	}, "changed"},
	{"a need by its id", changeNeed, func(tx *Tx, n *models.Need) (any, error) {
		n, err := tx.NeedByID(n.ID)
		if err != nil {
			return nil, err
		}
		return n.What, nil
	}, "changed"},
	{"an offer by its reference", addOffer, func(tx *Tx, _ *models.Need) (any, error) {
		o, err := tx.Offer(models.Ref{Kind: models.KindOffer, Number: 1})
		if err != nil {
			return nil, err
		}
		return o.What, nil
	}, "seeds"},
	{"an offer by its id", addOffer, func(tx *Tx, n *models.Need) (any, error) {
		o, err := tx.OfferByID(n.ID + 1)
		if err != nil {
			return nil, err
		}
		return o.What, nil
	}, "seeds"},
	{"claims", func(tx *Tx, n *models.Need) error {
		tx.Add(&models.Claim{ID: tx.ID(), CoalitionID: tx.coalition, NeedID: n.ID, PersonID: tx.Actor.Person.ID, AccountID: tx.Actor.Account.ID, State: models.ClaimLive})
		return nil
	}, func(tx *Tx, n *models.Need) (any, error) {
		live, err := tx.LiveClaims(n.ID)
		return len(live), err
	}, "1"},
	{"what a person has taken", func(tx *Tx, n *models.Need) error {
		tx.Add(&models.Claim{ID: tx.ID(), CoalitionID: tx.coalition, NeedID: n.ID, PersonID: tx.Actor.Person.ID, AccountID: tx.Actor.Account.ID, State: models.ClaimLive})
		return nil
	}, func(tx *Tx, n *models.Need) (any, error) {
		taken, err := tx.TakenBy(tx.Actor.Person.ID)
		if err != nil || len(taken) == 0 {
			return nil, err
		}
		claims, err := tx.Claims(n.ID)
		return err == nil && taken[0] == claims[0], err
	}, "true"},
	{"who keep apart", keepApart, func(tx *Tx, n *models.Need) (any, error) { return tx.Apart(n.ID+1, tx.Actor.Person.ID) }, "true"},
	{"whom a person keeps away", keepApart, func(tx *Tx, _ *models.Need) (any, error) {
		list, err := tx.KeepAways(tx.Actor.Person.ID)
		return len(list), err
	}, "1"},
	{"looks by a role", func(tx *Tx, n *models.Need) error {
		tx.Add(&models.Look{ID: tx.ID(), CoalitionID: tx.coalition, NeedID: n.ID, PersonID: tx.Actor.Person.ID, AsTeam: true, At: tx.Now})
		return nil
	}, func(tx *Tx, n *models.Need) (any, error) {
		looks, err := tx.Looks(n.ID)
		if err != nil {
			return nil, err
		}
		mine, err := tx.TeamLooksSince(tx.Actor.Person.ID, tx.Now.Add(-time.Hour))
		return len(looks) + len(mine), err
	}, "2"},
	{"the actor", rename, func(tx *Tx, _ *models.Need) (any, error) { return tx.Actor.Person.Name, nil }, "Anna"},
	{"a person", addBea, func(tx *Tx, n *models.Need) (any, error) {
		p, err := tx.Person(n.ID + 1)
		if err != nil {
			return nil, err
		}
		return p.Name, nil
	}, "Bea"},
	{"people by their name", rename, func(tx *Tx, _ *models.Need) (any, error) {
		found, err := tx.PeopleNamed(strings.ToLower, "ANNA")
		return len(found), err
	}, "1"},
	{"the team", addBea, func(tx *Tx, _ *models.Need) (any, error) {
		team, err := tx.Team(models.Organizer)
		return len(team), err
	}, "1"},
	{"the dialog", func(tx *Tx, _ *models.Need) error {
		tx.Add(&models.Dialog{PersonID: tx.Actor.Person.ID, CoalitionID: tx.coalition, Step: "when"})
		return nil
	}, func(tx *Tx, _ *models.Need) (any, error) {
		d, err := tx.Dialog()
		if err != nil || d == nil {
			return nil, err
		}
		return d.Step, nil
	}, "when"},
	{"areas", func(tx *Tx, _ *models.Need) error {
		tx.Add(&models.Area{ID: tx.ID(), CoalitionID: tx.coalition, Name: "Lee", Folded: "lee"})
		return nil
	}, func(tx *Tx, _ *models.Need) (any, error) {
		areas, err := tx.Areas()
		return len(areas), err
	}, "1"},
	{"areas no longer offered", func(tx *Tx, _ *models.Need) error {
		tx.Add(&models.Area{ID: tx.ID(), CoalitionID: tx.coalition, Name: "Lee", Folded: "lee", Position: -1})
		return nil
	}, func(tx *Tx, _ *models.Need) (any, error) {
		all, err := tx.AllAreas()
		if err != nil {
			return nil, err
		}
		offered, err := tx.Areas()
		return len(all) - len(offered), err
	}, "1"},
	{"rooms", func(tx *Tx, _ *models.Need) error {
		rooms, err := tx.Rooms()
		if err != nil {
			return err
		}
		rooms[0].Name = "#needs"
		tx.Save(rooms[0])
		return nil
	}, func(tx *Tx, _ *models.Need) (any, error) {
		rooms, err := tx.Rooms()
		if err != nil {
			return nil, err
		}
		return rooms[0].Name, nil
	}, "#needs"},
	{"cards", func(tx *Tx, n *models.Need) error { return tx.Show(n.Entity()) }, func(tx *Tx, n *models.Need) (any, error) {
		cards, err := tx.Cards(n.Entity())
		return len(cards), err
	}, "1"},
	{"the card that is a message", func(tx *Tx, n *models.Need) error {
		if err := tx.Show(n.Entity()); err != nil {
			return err
		}
		cards, err := tx.Cards(n.Entity())
		if err != nil {
			return err
		}
		cards[0].RemoteID = "m1"
		return nil
	}, func(tx *Tx, n *models.Need) (any, error) {
		rooms, err := tx.Rooms()
		if err != nil {
			return nil, err
		}
		card, err := tx.CardAt("terminal", rooms[0].Remote, "m1")
		if err != nil || card == nil {
			return nil, err
		}
		return card.EntityID == n.ID, nil
	}, "true"},
	{"reactions", func(tx *Tx, n *models.Need) error {
		if err := tx.Show(n.Entity()); err != nil {
			return err
		}
		cards, err := tx.Cards(n.Entity())
		if err != nil {
			return err
		}
		tx.Add(&models.Reaction{CardID: cards[0].ID, AccountID: tx.Actor.Account.ID, Emoji: "✋", CoalitionID: tx.coalition, Present: true})
		return nil
	}, func(tx *Tx, n *models.Need) (any, error) {
		cards, err := tx.Cards(n.Entity())
		if err != nil {
			return nil, err
		}
		mine, err := tx.Reaction(cards[0].ID, "✋")
		if err != nil {
			return nil, err
		}
		named, err := tx.ReactionOf(cards[0].ID, tx.Actor.Account.ID, "✋")
		return mine && named, err
	}, "true"},
	{"the inbox", func(tx *Tx, _ *models.Need) error {
		tx.Add(&models.Inbox{Platform: "terminal", Account: "ann", EventID: "e1", CoalitionID: tx.coalition, Command: "board"})
		return nil
	}, func(tx *Tx, _ *models.Need) (any, error) {
		seen, err := tx.Seen("terminal", "ann", "e1")
		if err != nil || seen == nil {
			return nil, err
		}
		return seen.Command, nil
	}, "board"},
	{"choices", func(tx *Tx, _ *models.Need) error {
		tx.Add(&models.Choice{AccountID: tx.Actor.Account.ID, Number: 1, CoalitionID: tx.coalition, At: tx.Now})
		return nil
	}, func(tx *Tx, _ *models.Need) (any, error) {
		list, err := tx.Choices(tx.Actor.Account.ID, tx.Now)
		return len(list), err
	}, "1"},
	{"private values", func(tx *Tx, n *models.Need) error { return tx.Seal(n.Entity(), models.FieldNote, "ring twice") },
		func(tx *Tx, n *models.Need) (any, error) {
			values, err := tx.Opened(n.Entity())
			return len(values), err
		}, "1"},
	{"the coalition", func(tx *Tx, _ *models.Need) error {
		tx.Actor.Coalition.Name = "The Shire"
		tx.Save(tx.Actor.Coalition)
		return nil
	}, func(tx *Tx, _ *models.Need) (any, error) { return tx.Actor.Coalition.Name, nil }, "The Shire"},
	{"whom a message goes to", addBea, func(tx *Tx, n *models.Need) (any, error) {
		err := tx.Tell(n.ID+1, models.Message{Key: "hello"})
		return len(tx.outs), err
	}, "1"},
}

func changeNeed(tx *Tx, n *models.Need) error {
	n, err := tx.NeedByID(n.ID)
	if err != nil {
		return err
	}
	n.What = "changed"
	tx.Save(n)
	return nil
}

func addOffer(tx *Tx, n *models.Need) error {
	o := &models.Offer{ID: n.ID + 1, CoalitionID: tx.coalition, State: models.OfferDraft, What: "seeds", PersonID: tx.Actor.Person.ID}
	tx.Add(o)
	return o.Post(1, tx.Now)
}

func addBea(tx *Tx, n *models.Need) error {
	p := &models.Person{ID: n.ID + 1, CoalitionID: tx.coalition, Name: "Bea", Roles: models.Organizer}
	tx.Add(p, &models.Account{ID: n.ID + 1, CoalitionID: tx.coalition, PersonID: p.ID, Platform: "terminal", Remote: "bea"})
	return nil
}

func rename(tx *Tx, _ *models.Need) error {
	tx.Actor.Person.Name = "Anna"
	tx.Save(tx.Actor.Person)
	return nil
}

func keepApart(tx *Tx, n *models.Need) error {
	if err := addBea(tx, n); err != nil {
		return err
	}
	tx.Add(&models.KeepAway{ID: tx.ID(), CoalitionID: tx.coalition, PersonID: tx.Actor.Person.ID, OtherID: n.ID + 1, CreatedAt: tx.Now})
	return nil
}
