package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestReferencesThatNameNothing(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.need()
		w.need(func(n *models.Need) { n.State, n.Number = models.NeedDraft, 0 })
		r := w.reader()
		for _, ref := range []models.Ref{{}, {Kind: models.KindNeed}, {Kind: models.KindNeed, Number: -1}, {Kind: models.KindNeed, Number: 3}, {Kind: models.KindOffer, Number: 1}} {
			if n, err := r.Need(ref); n != nil || !IsNotFound(err) {
				t.Errorf("need %v: %v, %v", ref, n, err)
			}
			if o, err := r.Offer(ref); o != nil || !IsNotFound(err) {
				t.Errorf("offer %v: %v, %v", ref, o, err)
			}
		}
		if o, err := r.Offer(models.Ref{Kind: models.KindNeed, Number: 1}); o != nil || !IsNotFound(err) {
			t.Errorf("an offer with a need's reference: %v, %v", o, err)
		}
		if a, err := r.Area(0); a != nil || err != nil {
			t.Errorf("no area: %v, %v", a, err)
		}
		if a, err := r.Area(7); a != nil || err != nil {
			t.Errorf("an area that is gone: %v, %v", a, err)
		}
		if there, err := r.Reaction(1, 2, "✋"); there || err != nil {
			t.Errorf("a reaction never seen: %v, %v", there, err)
		}
	})
}

func TestHistory(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n, other := w.need(), w.need()
		for i := range 5 {
			w.act(func(tx *Tx) error {
				tx.Record(n.Entity(), fmt.Sprint("change ", i))
				tx.Record(other.Entity(), "elsewhere")
				return nil
			})
		}
		// What nobody does is shirebot's own.
		w.do(func(tx *Tx) error {
			tx.In(w.coalition)
			if _, err := tx.NeedByID(n.ID); err != nil {
				return err
			}
			tx.Record(n.Entity(), "by itself")
			return nil
		})
		list, err := w.reader().History(n.Entity(), 3)
		if err != nil {
			t.Fatal(err)
		}
		var verbs []string
		for _, h := range list {
			verbs = append(verbs, h.Verb)
			want := w.person
			if h.Verb == "by itself" {
				want = 0
			}
			if h.PersonID != want || !h.At.Equal(noon) || h.CoalitionID != w.coalition {
				t.Errorf("%+v, want it by %d", h, want)
			}
		}
		if want := []string{"change 3", "change 4", "by itself"}; !slices.Equal(verbs, want) {
			t.Errorf("the newest three are %q, want %q", verbs, want)
		}
	})
}

func TestTeam(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire") // Ann is an admin
		w.act(func(tx *Tx) error {
			for name, roles := range map[string]models.Roles{"neighbor": 0, "volunteer": models.Volunteer, "navigator": models.Navigator | models.Volunteer, "organizer": models.Organizer} {
				tx.Add(&models.Person{ID: tx.ID(), CoalitionID: tx.coalition, Name: name, Roles: roles})
			}
			return nil
		})
		for roles, want := range map[models.Roles][]string{
			models.Organizer: {"organizer"}, models.Team: {"navigator", "organizer"}, models.Team | models.Admin: {"Ann", "navigator", "organizer"},
		} {
			team, err := w.reader().Team(roles)
			var names []string
			for _, p := range team {
				names = append(names, p.Name)
			}
			slices.Sort(names)
			if err != nil || !slices.Equal(names, want) {
				t.Errorf("%s: %q, %v; want %q", roles, names, err, want)
			}
		}
	})
}
