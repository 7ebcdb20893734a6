package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// carded gives needs and offers a card each that was posted, in the first room.
func (w town) carded(entities ...models.Entity) {
	w.t.Helper()
	w.do(func(tx *Tx) error {
		tx.In(w.coalition)
		rooms, err := tx.Rooms()
		if err != nil {
			return err
		}
		for _, e := range entities {
			tx.addCard(e, rooms[0])
		}
		return nil
	})
}

// board makes a room of the town one that can be written to or not, or a board or
// not.
func (w town) board(change func(*models.Room)) {
	w.t.Helper()
	w.do(func(tx *Tx) error {
		tx.In(w.coalition)
		rooms, err := tx.Rooms()
		if err != nil {
			return err
		}
		before := rooms[0].Usable()
		change(rooms[0])
		tx.Save(rooms[0])
		if before && !rooms[0].Usable() {
			return tx.Shut(rooms[0])
		}
		return nil
	})
}

// catchUp catches up until there is nothing left, and reports each step.
func (w town) catchUp() (steps []int) {
	w.t.Helper()
	for n := 1; n > 0; {
		w.do(func(tx *Tx) (err error) {
			tx.In(w.coalition)
			rooms, err := tx.Rooms()
			if err == nil {
				n, err = tx.CatchUp(rooms[0].ID)
			}
			return err
		})
		steps = append(steps, n)
	}
	return steps
}

func TestCardsRestWhileTheirRoomIsShut(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		w, other := found(t, s, "shire"), found(t, s, "elsewhere")
		shown, pending, late := w.need(), w.need(), w.need()
		for _, x := range []struct {
			town
			need *models.Need
		}{{w, shown}, {w, pending}, {other, other.need()}} {
			x.act(func(tx *Tx) error { return tx.Show(x.need.Entity()) })
		}
		w.act(func(tx *Tx) error { // what is not a card does not wait
			cards, err := tx.Cards(pending.Entity())
			if err != nil {
				return err
			}
			tx.Unreact(cards[0], w.account, "✋")
			rooms, err := tx.Rooms()
			if err != nil {
				return err
			}
			tx.Say(rooms[0], models.Message{Key: "hello"})
			return tx.Tell(w.person, models.Message{Key: "hello"})
		})
		shut := func(r *models.Room) { r.ReadOnly = true }
		w.board(shut)
		w.act(func(tx *Tx) error { return errors.Join(tx.Show(shown.Entity()), tx.Show(late.Entity())) })
		for where, want := range map[string]int{
			"state = 'resting' AND kind = 'card'":   2,
			"state = 'pending' AND kind = 'card'":   1, // the other coalition's
			"state = 'pending' AND kind = 'direct'": 1,
			"state = 'pending'":                     2,
			"state = 'resting' AND wanted = 2":      1,
			"kind IN ('unreact', 'room')":           0,
			"card_id IN (SELECT id FROM card WHERE entity_id = " + fmt.Sprint(late.ID) + ")": 0,
		} {
			if got := count(t, s, "outbox", where); got != want {
				t.Errorf("%d rows with %s, want %d", got, where, want)
			}
		}
		if steps := w.catchUp(); len(steps) != 1 {
			t.Errorf("a room that is shut is filled: %v", steps)
		}
		if behind, err := w.reader().Behind(); err != nil || len(behind) != 0 {
			t.Errorf("%v %v", behind, err)
		}
		w.board(func(r *models.Room) { r.ReadOnly = false })
		if behind, err := w.reader().Behind(); err != nil || len(behind) != 1 {
			t.Errorf("%v %v", behind, err)
		}
		if steps := w.catchUp(); fmt.Sprint(steps) != "[2 1 0]" {
			t.Errorf("%v", steps)
		}
		if got := count(t, s, "outbox", "kind = 'card' AND state = 'pending'"); got != 4 {
			t.Errorf("%d cards are shown, want 4", got)
		}
		if behind, err := w.reader().Behind(); err != nil || len(behind) != 0 {
			t.Errorf("%v %v", behind, err)
		}
	})
}

// A unit that is refused shuts nothing.
func TestShutIsPartOfItsUnit(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n := w.need()
		w.act(func(tx *Tx) error { return tx.Show(n.Entity()) })
		err := w.Update(t.Context(), noon, func(tx *Tx) error {
			tx.In(w.coalition)
			rooms, err := tx.Rooms()
			return errors.Join(err, tx.Shut(rooms...), errOwn)
		})
		wantErr(t, "the unit", err, errOwn)
		if got := count(t, w.Store, "outbox", "state = 'pending'"); got != 1 {
			t.Error("the card rests")
		}
		// In one batch the card of the unit before rests too.
		n2 := w.need()
		for i, err := range inOneBatch(t, w.Store,
			w.as("ann", func(tx *Tx) error { return tx.Show(n2.Entity()) }),
			w.as("ann", func(tx *Tx) error {
				rooms, err := tx.Rooms()
				if err != nil {
					return err
				}
				rooms[0].ReadOnly = true
				tx.Save(rooms[0])
				return tx.Shut(rooms[0])
			}),
			w.as("ann", func(tx *Tx) error { return tx.Show(n.Entity()) })) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
		if got := count(t, w.Store, "outbox", "state = 'resting'"); got != 2 {
			t.Errorf("%d cards rest, want 2", got)
		}
	})
}

// Showing a card asks nothing about rooms: it is done with nearly every command.
func TestShowRemembersTheRooms(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		first := w.need()
		w.act(func(tx *Tx) error { return tx.Show(first.Entity()) })
		w.do(func(tx *Tx) error {
			if _, known := tx.batch.store.memory[key{"places", w.coalition, ""}]; !known {
				t.Error("the rooms are not remembered")
			}
			return nil
		})
		w.board(func(r *models.Room) { r.IsBoard = false })
		n := w.need()
		w.act(func(tx *Tx) error { return tx.Show(n.Entity()) })
		if got := count(t, w.Store, "card", "entity_id = ?", n.ID); got != 0 {
			t.Error("a card is posted in a room that is no board any more")
		}
	})
}
