package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// claim is a unit in which somebody takes a need.
func claim(w town, account string, ref models.Ref) func(*Tx) error {
	return w.as(account, func(tx *Tx) error {
		n, err := tx.Need(ref)
		if err != nil {
			return err
		}
		live, err := tx.LiveClaims(n.ID)
		if err != nil {
			return err
		}
		c, err := n.Claim(tx.ID(), tx.Actor, live, false, tx.Now)
		if err != nil {
			return err
		}
		tx.Add(c)
		tx.Save(n, tx.Actor.Person)
		return nil
	})
}

func TestManyClaimOneSlot(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n := w.need()
		const callers = 64
		answers := make([]error, callers)
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				<-start
				answers[i] = w.Update(t.Context(), noon, claim(w, fmt.Sprintf("caller %d", i), n.Ref()))
			})
		}
		close(start)
		wg.Wait()
		winners := 0
		for i, err := range answers {
			var refusal *models.Refusal
			switch {
			case err == nil:
				winners++
			case !errors.As(err, &refusal) || refusal.Code != "second":
				t.Errorf("caller %d is answered with %v", i, err)
			}
		}
		if winners != 1 {
			t.Errorf("%d winners", winners)
		}
		got, err := w.reader().NeedByID(n.ID)
		if err != nil || got.Claimed != 1 || got.Version != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		if live := count(t, w.Store, "claim", "state = 'live'"); live != 1 || count(t, w.Store, "claim", "true") != 1 {
			t.Errorf("%d live claims", live)
		}
		if got := count(t, w.Store, "person", "live_claims = 1"); got != 1 {
			t.Errorf("%d people have a claim", got)
		}
	})
}

// The rules refuse all of this before; the database refuses it too.
func TestDatabaseIsTheNetUnderTheRules(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n := w.need()
		newClaim := func(tx *Tx, state models.ClaimState) *models.Claim {
			return &models.Claim{ID: tx.ID(), CoalitionID: tx.coalition, NeedID: n.ID, PersonID: w.person, AccountID: w.account, State: state}
		}
		saveNeed := func(claimed int) func(tx *Tx) error {
			return func(tx *Tx) error {
				n, err := tx.NeedByID(n.ID)
				if err != nil {
					return err
				}
				n.Claimed = claimed
				tx.Save(n)
				return nil
			}
		}
		tests := []struct {
			name string
			run  func(tx *Tx) error
			want error // nil: any
		}{
			{"two live claims of one person at once", func(tx *Tx) error {
				tx.Add(newClaim(tx, models.ClaimLive), newClaim(tx, models.ClaimLive))
				return nil
			}, gorm.ErrDuplicatedKey},
			{"a claim on a need that is not there", func(tx *Tx) error {
				c := newClaim(tx, models.ClaimLive)
				c.NeedID = 1
				tx.Add(c)
				return nil
			}, gorm.ErrForeignKeyViolated},
			{"more claims than slots", saveNeed(2), nil},
			{"fewer claims than none", saveNeed(-1), nil},
			{"fewer claims of a person than none", func(tx *Tx) error {
				tx.Actor.Person.LiveClaims = -1
				tx.Save(tx.Actor.Person)
				return nil
			}, nil},
			{"one platform user twice", func(tx *Tx) error {
				tx.Add(&models.Account{ID: tx.ID(), CoalitionID: tx.coalition, PersonID: w.person, Platform: "terminal", Remote: "ann"})
				return nil
			}, gorm.ErrDuplicatedKey},
		}
		for _, tt := range tests {
			err := w.Update(t.Context(), noon, w.as("ann", tt.run))
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		if got := count(t, w.Store, "claim", "true"); got != 0 {
			t.Errorf("%d claims were written", got)
		}

		w.act(func(tx *Tx) error {
			tx.Add(newClaim(tx, models.ClaimReleased), newClaim(tx, models.ClaimLive))
			return nil
		})
		err := w.Update(t.Context(), noon, w.as("ann", func(tx *Tx) error { tx.Add(newClaim(tx, models.ClaimLive)); return nil }))
		wantErr(t, "a second live claim", err, gorm.ErrDuplicatedKey)
	})
}
