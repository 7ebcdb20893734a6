package store

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestRowAddedInABatchIsChangedInPlace(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		ref := models.Ref{Kind: models.KindNeed, Number: 1}
		more := w.as("ann", func(tx *Tx) error {
			n, err := tx.Need(ref)
			if err != nil {
				return err
			}
			n.People++
			tx.Save(n)
			return nil
		})
		add := w.as("ann", func(tx *Tx) error {
			n := &models.Need{ID: tx.ID(), CoalitionID: tx.coalition, State: models.NeedDraft, What: "Rides", People: 1, Slots: 1, PersonID: w.person, FilerID: w.person}
			tx.Add(n)
			number, err := tx.NextNumber(models.KindNeed)
			if err != nil {
				return err
			}
			return n.Post(number, tx.Now) // changed after it was noted
		})
		for i, err := range inOneBatch(t, w.Store, add, more, more, more) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
		n, err := w.reader().Need(ref)
		if err != nil || n.People != 4 || n.Version != 3 {
			t.Errorf("%+v, %v; want 4 people in version 3", n, err)
		}
	})
}

func TestUnitsOfABatchSeeTheWorldAsIfAlone(t *testing.T) {
	for _, tt := range sightings {
		t.Run(tt.what, func(t *testing.T) {
			eachDatabase(t, func(t *testing.T, open opener) {
				w := found(t, open(t), "shire")
				n := w.need()
				var seen any
				errs := inOneBatch(t, w.Store,
					w.as("ann", func(tx *Tx) error { return tt.change(tx, n) }),
					w.as("ann", func(tx *Tx) (err error) { seen, err = tt.look(tx, n); return err }))
				for i, err := range errs {
					if err != nil {
						t.Errorf("unit %d: %v", i, err)
					}
				}
				if got := fmt.Sprint(seen); got != tt.want {
					t.Errorf("the second unit sees %s, want %s", got, tt.want)
				}
			})
		})
	}
}

// A question that a unit of work has only by embedding query is answered without
// what earlier units of its batch have noted.
func TestUnitsAskNothingPastTheirBatch(t *testing.T) {
	t.Parallel()
	for method := range reflect.TypeFor[*Tx]().Methods() {
		pc := method.Func.Pointer()
		if file, _ := runtime.FuncForPC(pc).FileLine(pc); strings.HasPrefix(file, "<") {
			t.Errorf("Tx has %s from query alone", method.Name)
		}
	}
}

func TestUnitThatPanicsInABatchFailsAlone(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		errs := inOneBatch(t, w.Store, mark(w, "a"), w.as("ann", func(tx *Tx) error {
			tx.Record(models.Entity{Kind: models.KindNeed, ID: 1}, "panicked")
			panic("a mistake")
		}), mark(w, "b"))
		if errs[0] != nil || errs[1] == nil || errs[2] != nil {
			t.Errorf("answers %v", errs)
		}
		wantMarks(t, w, map[string]int{"a": 1, "panicked": 0, "b": 1})
	})
}

func TestConflictInABatchFailsAlone(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n := w.need()
		saveVersion := func(version int64) func(*Tx) error {
			return w.as("ann", func(tx *Tx) error {
				tx.Record(n.Entity(), fmt.Sprintf("version %d", version))
				stale := *n
				stale.Version, stale.People = version, 99
				tx.Save(&stale)
				return nil
			})
		}
		err := w.Update(t.Context(), noon, saveVersion(7))
		wantErr(t, "alone", err, ErrConflict)

		errs := inOneBatch(t, w.Store, mark(w, "a"), saveVersion(8), mark(w, "b"), mark(w, "c"), saveVersion(9))
		for i, want := range []error{nil, ErrConflict, nil, nil, ErrConflict} {
			wantErr(t, fmt.Sprintf("unit %d", i), errs[i], want)
		}
		wantMarks(t, w, map[string]int{"a": 1, "b": 1, "c": 1, "version 7": 0, "version 8": 0, "version 9": 0})
		if got, err := w.reader().NeedByID(n.ID); err != nil || got.People != n.People || got.Version != 0 {
			t.Errorf("the need is %+v, %v", got, err)
		}
	})
}

func TestImpossibleUnitInABatchFailsAlone(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		impossible := map[string]func(tx *Tx) error{
			"more claims than slots": func(tx *Tx) error {
				n, err := newNeed(tx, func(n *models.Need) { n.Claimed = 2 })
				tx.Add(n)
				return err
			},
			"a person who is not there": func(tx *Tx) error {
				n, err := newNeed(tx, func(n *models.Need) { n.PersonID = 1 })
				tx.Add(n)
				return err
			},
			"a number that is taken": func(tx *Tx) error {
				n, err := newNeed(tx, func(n *models.Need) { n.Number = 1 })
				tx.Add(n)
				return err
			},
			"a direct statement that fails": func(tx *Tx) error {
				return tx.batch.direct(func(db *gorm.DB) error { return db.Exec("UPDATE need SET claimed = 99").Error })
			},
		}
		w.need() // number 1
		for name, run := range impossible {
			var units []func(*Tx) error
			want := map[string]int{name: 0}
			const bad = 11
			for i := range 20 {
				verb := fmt.Sprintf("%s %d", name, i)
				if i == bad {
					units = append(units, w.as("ann", func(tx *Tx) error {
						tx.Record(models.Entity{Kind: models.KindNeed, ID: 1}, name)
						return run(tx)
					}))
					continue
				}
				units = append(units, mark(w, verb))
				want[verb] = 1
			}
			for i, err := range inOneBatch(t, w.Store, units...) {
				if (err != nil) != (i == bad) {
					t.Errorf("%s: unit %d is answered with %v", name, i, err)
				}
			}
			wantMarks(t, w, want)
		}
		if got := count(t, w.Store, "need", "true"); got != 1 {
			t.Errorf("%d needs, want 1", got)
		}
	})
}

// What a unit removes without having loaded it is gone, though an earlier unit
// of its batch had added it.
func TestRemoveAfterAddInOneBatch(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		choice := func(number int) *models.Choice {
			return &models.Choice{AccountID: w.account, Number: number, CoalitionID: w.coalition, Label: "Post it", Line: "post", At: noon}
		}
		for i, err := range inOneBatch(t, w.Store,
			w.as("ann", func(tx *Tx) error { tx.Add(choice(1), choice(2)); return nil }),
			w.as("ann", func(tx *Tx) error { tx.Remove(choice(1)); return nil })) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
		if count(t, w.Store, "choice", "number = 2") != 1 || count(t, w.Store, "choice", "true") != 1 {
			t.Errorf("%d choices are left, want the second alone", count(t, w.Store, "choice", "true"))
		}
		show := func(choices ...any) func(*Tx) error {
			return w.as("ann", func(tx *Tx) error { tx.ClearChoices(w.account); tx.Add(choices...); return nil })
		}
		for i, err := range inOneBatch(t, w.Store, show(choice(1), choice(2), choice(3)), show(choice(2), choice(1)), show(choice(1)),
			w.as("ann", func(tx *Tx) error {
				if list, err := tx.Choices(w.account, noon); err != nil || len(list) != 1 {
					t.Errorf("shown last: %d choices, %v", len(list), err)
				}
				return nil
			})) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
		if n := count(t, w.Store, "choice", "true"); n != 1 {
			t.Errorf("%d choices are left of those shown last", n)
		}
	})
}

// mark is a unit that leaves one row of history with a verb of its own.
func mark(w town, verb string) func(*Tx) error {
	return w.as("ann", func(tx *Tx) error {
		tx.Record(models.Entity{Kind: models.KindNeed, ID: 1}, verb)
		return nil
	})
}

func wantMarks(t *testing.T, w town, want map[string]int) {
	t.Helper()
	for verb, n := range want {
		if got := count(t, w.Store, "history", "verb = ?", verb); got != n {
			t.Errorf("%d rows %q, want %d", got, verb, n)
		}
	}
}
