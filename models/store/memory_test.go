package store

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// What the writer remembers must not outlive a transaction that was rolled
// back: here somebody new, whom a batch that failed had read back.
func TestMemoryForgetsWhatWasRolledBack(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		runs := 0
		first := w.as("bea", func(*Tx) error {
			if runs++; runs > 1 {
				return errOwn // tried again, it comes to nothing
			}
			return nil
		})
		impossible := w.as("ann", func(tx *Tx) error {
			n, err := newNeed(tx, func(n *models.Need) { n.Claimed = 2 })
			tx.Add(n)
			return err
		})
		errs := inOneBatch(t, w.Store, first, w.as("bea", func(*Tx) error { return nil }), impossible)
		if runs < 2 || errs[0] == nil || errs[1] != nil || errs[2] == nil {
			t.Errorf("after %d runs: %v", runs, errs)
		}
		if err := w.Update(t.Context(), noon, w.as("bea", func(*Tx) error { return nil })); err != nil {
			t.Errorf("she is not known again: %v", err)
		}
		if people, accounts := count(t, w.Store, "person", "name = 'Ann'"), count(t, w.Store, "account", "remote = 'bea'"); people != 2 || accounts != 1 {
			t.Errorf("%d people and %d accounts of hers", people-1, accounts)
		}
	})
}

// Who acts is a private copy: what a refused unit does to it is not seen by
// the next.
func TestMemoryIsNotShared(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.act(mark(w, "known"))
		spoil := w.as("ann", func(tx *Tx) error {
			tx.Actor.Coalition.Name, tx.Actor.Account.Remote, tx.Actor.Person.Name = "Mordor", "sauron", "Sauron"
			return errOwn
		})
		look := w.as("ann", func(tx *Tx) error {
			if a := tx.Actor; a.Coalition.Name != "shire" || a.Account.Remote != "ann" || a.Person.Name != "Ann" {
				t.Errorf("the actor is %q of %q, %q", a.Person.Name, a.Coalition.Name, a.Account.Remote)
			}
			return nil
		})
		errs := inOneBatch(t, w.Store, spoil, look)
		wantErr(t, "the refused unit", errs[0], errOwn)
		if errs[1] != nil {
			t.Error(errs[1])
		}
		w.do(look)
	})
}

func TestMemoryFollowsChanges(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		zone := func(want string) func(*Tx) error {
			return w.as("ann", func(tx *Tx) error {
				if got := tx.Actor.Coalition.Zone; got != want {
					t.Errorf("the zone is %s, want %s", got, want)
				}
				return nil
			})
		}
		change := w.as("ann", func(tx *Tx) error {
			tx.Actor.Coalition.Zone = "America/Chicago"
			tx.Save(tx.Actor.Coalition)
			return nil
		})
		w.do(zone("America/New_York"))
		for i, err := range inOneBatch(t, w.Store, zone("America/New_York"), change, zone("America/Chicago")) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
		w.do(zone("America/Chicago"))
		// An account that moves to another person, as when two are linked.
		var eve models.ID
		w.act(func(tx *Tx) error {
			p := &models.Person{ID: tx.ID(), CoalitionID: tx.coalition, Name: "Eve"}
			eve = p.ID
			moved := *tx.Actor.Account
			moved.PersonID = p.ID
			tx.Add(p)
			tx.Save(&moved)
			return nil
		})
		w.act(func(tx *Tx) error {
			if tx.Actor.Person.ID != eve || tx.Actor.Person.Name != "Eve" {
				t.Errorf("the actor is still %q", tx.Actor.Person.Name)
			}
			return nil
		})
	})
}
