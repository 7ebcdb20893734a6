package store

import (
	"errors"
	"slices"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestFoundingACoalition(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		who := Who{Platform: "terminal", Space: "shire", Account: "ann", Name: "Ann"}
		if err := s.Update(t.Context(), noon, func(tx *Tx) error {
			return tx.Found(models.Coalition{Name: "Shire", Zone: "America/New_York", Language: models.Spanish}, who,
				models.Room{Remote: "r1", Name: "#board", IsBoard: true}, models.Room{Remote: "r2", Name: "#team"})
		}); err != nil {
			t.Fatal(err)
		}
		a, err := s.Actor(t.Context(), who)
		if err != nil || a.Coalition.Name != "Shire" || a.Coalition.Language != models.Spanish || a.Person.Roles != models.Admin || a.Person.Name != "Ann" || a.Account.PersonID != a.Person.ID {
			t.Fatalf("%+v, %v", a, err)
		}
		rooms, err := s.Reader(t.Context(), a.Coalition.ID).Rooms()
		if err != nil || len(rooms) != 2 || rooms[0].Name != "#board" || !rooms[0].IsBoard || rooms[1].Name != "#team" || rooms[1].IsBoard || rooms[1].Platform != "terminal" {
			t.Errorf("rooms %v, %v", rooms, err)
		}
		w := found(t, s, "elsewhere")
		all, err := s.Coalitions(t.Context())
		if err != nil || !slices.EqualFunc(all, []models.ID{a.Coalition.ID, w.coalition}, func(c *models.Coalition, id models.ID) bool { return c.ID == id }) {
			t.Errorf("coalitions %v, %v", all, err)
		}
		// A space belongs to one coalition.
		err = s.Update(t.Context(), noon, func(tx *Tx) error {
			return tx.Found(models.Coalition{Name: "Mordor", Zone: "UTC", Language: models.English}, who)
		})
		if err == nil || count(t, s, "coalition", "true") != 2 {
			t.Errorf("a space was given to a second coalition: %v", err)
		}
	})
}

func TestActMakesSomebodyKnownOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		who := Who{Platform: "terminal", Space: "shire", Account: "bea", Name: "Bea"}
		before, err := w.Actor(t.Context(), who)
		if err != nil || before.Person.ID != 0 || before.Person.Name != "Bea" || before.Person.Roles != 0 || before.Coalition.ID != w.coalition {
			t.Errorf("before: %+v, %v", before, err)
		}
		if got := count(t, w.Store, "person", "true"); got != 1 {
			t.Errorf("asking who acts made %d people", got-1)
		}
		var ids []models.ID
		act := func(tx *Tx) error {
			if err := tx.Act(who); err != nil {
				return err
			}
			ids = append(ids, tx.Actor.Person.ID)
			return nil
		}
		for i, err := range inOneBatch(t, w.Store, act, act, act) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
		after, err := w.Actor(t.Context(), who)
		if err != nil || after.Person.ID == 0 || after.Person.Name != "Bea" || after.Person.Roles != 0 || after.Account.Remote != "bea" {
			t.Fatalf("after: %+v, %v", after, err)
		}
		if want := []models.ID{after.Person.ID, after.Person.ID, after.Person.ID}; !slices.Equal(ids, want) {
			t.Errorf("the units saw the people %v, want %v", ids, want)
		}
	})
}

// One user of a platform in two coalitions is two people.
func TestOneUserInTwoCoalitions(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		w, other := found(t, s, "shire"), found(t, s, "elsewhere")
		if w.person == other.person || w.account == other.account {
			t.Fatal("they share a person")
		}
		other.act(func(tx *Tx) error { return rename(tx, nil) })
		for _, tt := range []struct {
			town
			name string
		}{{w, "Ann"}, {other, "Anna"}} {
			if a, err := s.Actor(t.Context(), tt.who); err != nil || a.Person.Name != tt.name || a.Person.ID != tt.person {
				t.Errorf("in %s: %+v, %v", tt.who.Space, a, err)
			}
		}
	})
}

func TestSpaceOfNoCoalition(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		for _, who := range []Who{{Platform: "terminal", Space: "nowhere"}, {Platform: "discord", Space: "shire"}, {}} {
			_, err := w.Actor(t.Context(), who)
			wantErr(t, "asking who acts", err, ErrNotFound)
			err = w.Update(t.Context(), noon, func(tx *Tx) error { return tx.Act(who) })
			wantErr(t, "acting", err, ErrNotFound)
			if !IsNotFound(err) || IsNotFound(errors.New("not found")) {
				t.Errorf("IsNotFound does not tell %v", err)
			}
		}
	})
}
