package store

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// everything notes a row in most tables, uses a number up and queues messages.
func everything(tx *Tx) error {
	n, err := newNeed(tx)
	if err != nil {
		return err
	}
	tx.Add(n, &models.Inbox{Platform: "terminal", Account: "ann", EventID: "e1", CoalitionID: tx.coalition, At: tx.Now})
	tx.Record(n.Entity(), "posted")
	if err := tx.Seal(n.Entity(), models.FieldContact, "413-555-0142"); err != nil {
		return err
	}
	if err := tx.Tell(tx.Actor.Person.ID, models.Message{Key: "need.posted", About: n.Entity()}); err != nil {
		return err
	}
	return tx.Show(n.Entity())
}

func TestErrorLeavesNothingBehind(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		before := total(t, w.Store)
		// Somebody new too: who was refused is not known either.
		err := w.Update(t.Context(), noon, w.as("new", func(tx *Tx) error {
			if err := everything(tx); err != nil {
				return err
			}
			return errOwn
		}))
		wantErr(t, "the unit", err, errOwn)
		if after := total(t, w.Store); !maps.Equal(before, after) {
			t.Errorf("rows before %v, after %v", before, after)
		}
		select {
		case <-w.Woken():
			t.Error("the delivery loop was woken for nothing")
		default:
		}
		w.act(everything)
		if got := count(t, w.Store, "need", "number = 1"); got != 1 {
			t.Error("the number of the refused need is lost")
		}
		if got := count(t, w.Store, "outbox", "true"); got != 2 {
			t.Errorf("%d rows in the outbox, want a card and a message", got)
		}
		select {
		case <-w.Woken():
		default:
			t.Error("the delivery loop was not woken")
		}
	})
}

func TestPanicIsAnError(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		before := total(t, w.Store)
		err := w.Update(t.Context(), noon, w.as("ann", func(tx *Tx) error {
			if err := everything(tx); err != nil {
				return err
			}
			panic("a mistake in a handler")
		}))
		if err == nil || !strings.Contains(err.Error(), "a mistake in a handler") || !strings.Contains(err.Error(), "unit_test.go") {
			t.Errorf("the panic is answered with %v, want its words and where it was", err)
		}
		if after := total(t, w.Store); !maps.Equal(before, after) {
			t.Errorf("rows before %v, after %v", before, after)
		}
		err = w.Update(t.Context(), noon, func(tx *Tx) error { tx.Add("no row"); return nil })
		if err == nil || !strings.Contains(err.Error(), "string is no row") {
			t.Errorf("what is no row is answered with %v", err)
		}
		w.act(everything)
		if after := total(t, w.Store); maps.Equal(before, after) {
			t.Error("the next unit wrote nothing")
		}
	})
}

func TestDiscardKeepsWhatFollows(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		for _, account := range []string{"ann", "new"} {
			w.do(w.as(account, func(tx *Tx) error {
				if err := everything(tx); err != nil {
					return err
				}
				tx.Discard()
				if got, err := tx.NextNumber(models.KindOffer); err != nil || got != 1 {
					return fmt.Errorf("offer number %d, %w", got, err)
				}
				tx.Discard()
				tx.Add(&models.Inbox{Platform: "terminal", Account: account, EventID: "e2", CoalitionID: tx.coalition, At: tx.Now},
					&models.Dialog{PersonID: tx.Actor.Person.ID, CoalitionID: tx.coalition, Name: "need", Step: "what", UpdatedAt: tx.Now})
				return tx.Tell(tx.Actor.Person.ID, models.Message{Key: "refused"})
			}))
		}
		for table, want := range map[string]int{"need": 0, "card": 0, "secret": 0, "history": 0, "ref_counter": 0, "inbox": 2, "dialog": 2, "outbox": 2, "person": 2, "account": 2} {
			if got := count(t, w.Store, table, "true"); got != want {
				t.Errorf("%s has %d rows, want %d", table, got, want)
			}
		}
		if got := count(t, w.Store, "inbox", "event_id = 'e2' AND coalition_id = ?", w.coalition); got != 2 {
			t.Error("the rows after Discard are not the town's")
		}
	})
}

func TestRowAddedThenSavedInOneUnit(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.act(func(tx *Tx) error {
			n, err := newNeed(tx)
			if err != nil {
				return err
			}
			tx.Add(n)
			n.What = "Groceries for three"
			tx.Save(n)
			n.People = 3 // what comes after Save is written too
			tx.Add(n)
			return nil
		})
		n, err := w.reader().Need(models.Ref{Kind: models.KindNeed, Number: 1})
		if err != nil || n.What != "Groceries for three" || n.People != 3 || n.Version != 0 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

func TestRowSavedTwiceInOneUnit(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.need()
		w.act(func(tx *Tx) error {
			ref := models.Ref{Kind: models.KindNeed, Number: 1}
			a, err := tx.Need(ref)
			if err != nil {
				return err
			}
			a.People = 7
			tx.Save(a)
			b, err := tx.NeedByID(a.ID)
			if err != nil {
				return err
			}
			if a != b {
				return fmt.Errorf("two loads of one row give two values")
			}
			b.What = "Groceries for seven"
			tx.Save(b)
			return nil
		})
		n, err := w.reader().Need(models.Ref{Kind: models.KindNeed, Number: 1})
		if err != nil || n.What != "Groceries for seven" || n.People != 7 || n.Version != 1 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

func TestRemove(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n := w.need()
		choice := func(tx *Tx, number int) *models.Choice {
			return &models.Choice{AccountID: w.account, Number: number, CoalitionID: tx.coalition, Label: "Post it", Line: "post", At: tx.Now}
		}
		w.act(func(tx *Tx) error { tx.Add(choice(tx, 1), choice(tx, 2)); return nil })
		w.act(func(tx *Tx) error {
			added := choice(tx, 3)
			tx.Add(added)
			tx.Remove(added)         // never was
			tx.Remove(choice(tx, 1)) // is replaced
			tx.Add(choice(tx, 1))
			tx.Remove(choice(tx, 2))
			return nil
		})
		if got := count(t, w.Store, "choice", "number = 1"); got != 1 || count(t, w.Store, "choice", "true") != 1 {
			t.Errorf("choices left: %v", total(t, w.Store)["choice"])
		}
		w.act(func(tx *Tx) error {
			again, err := tx.NeedByID(n.ID)
			if err != nil {
				return err
			}
			again.People = 9
			tx.Save(again)
			tx.Remove(again)
			return nil
		})
		if got := count(t, w.Store, "need", "true"); got != 0 {
			t.Error("the removed need is there")
		}
	})
}

// Rows are written whole: a value set back to zero is not passed over.
func TestZeroValuesAreSaved(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		ended := noon
		n := w.need(func(n *models.Need) {
			n.State, n.Outcome, n.CloseReason, n.EndedAt, n.Languages = models.NeedClosed, "met", "other", &ended, "en,es"
		})
		w.act(func(tx *Tx) error {
			n, err := tx.NeedByID(n.ID)
			if err != nil {
				return err
			}
			n.Languages, n.People = "", 0
			tx.Save(n)
			return n.Reopen()
		})
		got, err := w.reader().NeedByID(n.ID)
		if err != nil || got.Outcome != "" || got.CloseReason != "" || got.EndedAt != nil || got.Languages != "" || got.People != 0 || got.State != models.NeedOpen {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// A dialog keeps the time that its handler gave it.
func TestDialogIsReplacedAndSaved(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		want := &models.Dialog{PersonID: w.person, CoalitionID: w.coalition, Name: "need", Step: "when", UpdatedAt: noon.AddDate(0, 0, 3)}
		add := func(d models.Dialog) { w.act(func(tx *Tx) error { tx.Add(&d); return nil }) }
		check := func(what string) {
			t.Helper()
			if got, err := w.reader().Dialog(w.person); err != nil || got == nil || got.Step != want.Step || !got.UpdatedAt.Equal(want.UpdatedAt) {
				t.Errorf("%s: %+v, %v; want %+v", what, got, err, want)
			}
		}
		add(models.Dialog{PersonID: w.person, CoalitionID: w.coalition, Name: "offer", Step: "what", UpdatedAt: noon})
		add(*want)
		check("added in the place of another")
		w.act(func(tx *Tx) error {
			d, err := tx.Dialog()
			if err != nil {
				return err
			}
			d.Step, d.UpdatedAt = "post", noon.AddDate(0, 0, 4)
			tx.Save(d)
			return nil
		})
		want.Step, want.UpdatedAt = "post", noon.AddDate(0, 0, 4)
		check("saved")
	})
}
