package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// shown is a town whose need has a card with one row in the outbox.
type shown struct {
	town
	need *models.Need
	card *models.Card
}

func showNeed(t *testing.T, open opener) shown {
	t.Helper()
	s := shown{town: found(t, open(t), "shire")}
	s.need = s.town.need()
	s.show(noon)
	cards, err := s.reader().Cards(s.need.Entity())
	if err != nil || len(cards) != 1 {
		t.Fatalf("%d cards, %v", len(cards), err)
	}
	s.card = cards[0]
	return s
}

// show has the card brought up to date, as a change of the need does.
func (s shown) show(at time.Time) {
	s.t.Helper()
	if err := s.Update(s.t.Context(), at, s.as("ann", func(tx *Tx) error { return tx.Show(s.need.Entity()) })); err != nil {
		s.t.Fatal(err)
	}
}

func (s shown) row() models.Out {
	s.t.Helper()
	if got := count(s.t, s.Store, "outbox", "true"); got != 1 {
		s.t.Fatalf("%d rows in the outbox, want the card's one", got)
	}
	return s.outRow(fmt.Sprintf("card:%d", s.card.ID))
}

// want compares what matters of the card's row.
func (s shown) want(what string, state models.OutState, wanted, shown int64, due, next time.Time, attempts int) {
	s.t.Helper()
	r := s.row()
	if r.State != state || r.Wanted != wanted || r.Shown != shown || !r.DueAt.Equal(due) || !r.NextAt.Equal(next) || r.Attempts != attempts {
		s.t.Errorf("%s: %s, wanted %d, shown %d, due %s, next %s, %d attempts; want %s, %d, %d, %s, %s, %d", what,
			r.State, r.Wanted, r.Shown, r.DueAt, r.NextAt, r.Attempts, state, wanted, shown, due, next, attempts)
	}
}

// one claims the card's row, the only one there is.
func (s shown) one(at time.Time) *models.Out {
	s.t.Helper()
	list := s.claimOut(at)
	if len(list) != 1 {
		s.t.Fatalf("claimed %d rows at %s", len(list), at)
	}
	return list[0]
}

func TestCardConverges(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := showNeed(t, open)
		at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
		s.want("new", models.OutPending, 1, 0, noon, noon, 0)
		s.show(at(1))
		s.want("changed while it waits", models.OutPending, 2, 0, noon, noon, 0)

		out := s.one(at(2))
		s.show(at(2))
		s.want("changed while it is sent", models.OutPending, 3, 0, noon, at(2).Add(lease), 1)
		if held, err := s.Holds(t.Context(), out, at(2)); err != nil || !held {
			t.Errorf("the lease is lost to a change: %v, %v", held, err)
		}
		s.wantClaimed(at(2))
		s.finish(out, at(2), Result{State: models.OutSent, RemoteID: "r1"})
		s.want("sent, and more is wanted", models.OutPending, 3, 2, at(2), at(2), 0)

		out = s.one(at(2))
		if out.Wanted != 3 || out.Shown != 2 {
			t.Errorf("claimed again: %+v", out)
		}
		s.finish(out, at(3), Result{State: models.OutSent, RemoteID: "r1"})
		s.want("sent", models.OutSent, 3, 3, at(2), at(3), 0)
		s.wantClaimed(at(60))
		if card, err := s.reader().Card(s.card.ID); err != nil || card.RemoteID != "r1" {
			t.Errorf("the card is %+v, %v", card, err)
		}

		s.show(at(4))
		s.want("changed after it was sent", models.OutPending, 4, 3, at(4), at(4), 0)
		s.one(at(4))
	})
}

func TestChangeWhileACardIsTriedAgain(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := showNeed(t, open)
		retry := noon.Add(time.Hour)
		s.finish(s.one(noon), noon, Result{State: models.OutPending, NextAt: retry, Error: "timeout"})
		s.show(noon.Add(time.Minute))
		s.want("in back-off", models.OutPending, 2, 0, noon, retry, 1)
		s.wantClaimed(noon.Add(time.Minute))
		out := s.one(retry)
		s.show(retry)
		s.finish(out, retry, Result{State: models.OutPending, NextAt: retry.Add(time.Hour), Error: "timeout"})
		s.want("in back-off again", models.OutPending, 3, 0, noon, retry.Add(time.Hour), 2)
	})
}

func TestChangeAfterACardWasGivenUp(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := showNeed(t, open)
		change := noon.Add(time.Hour)
		s.finish(s.one(noon), noon, Result{State: models.OutFailed, Error: "no such room", NotShown: true})
		s.show(change)
		s.want("failed, then changed", models.OutPending, 2, 0, change, change, 0)
		if out := s.one(change); !out.UncertainSince.Equal(change) {
			t.Errorf("tried anew, it is uncertain since %s, want since this try", out.UncertainSince)
		}
	})
}

func TestChangeWhileACardIsUncertain(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := showNeed(t, open)
		s.finish(s.one(noon), noon, Result{State: models.OutUncertain})
		s.show(noon.Add(time.Hour))
		if r := s.row(); r.State != models.OutUncertain || r.Wanted != 2 || !r.UncertainSince.Equal(noon) {
			t.Errorf("%+v; want it uncertain since noon, and the change counted", r)
		}
		s.wantClaimed(noon.Add(2 * time.Hour)) // it might be shown twice
	})
}

func TestShowIsCountedOnceAUnit(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := showNeed(t, open)
		twice := s.as("ann", func(tx *Tx) error {
			if err := tx.Show(s.need.Entity()); err != nil {
				return err
			}
			return tx.Show(s.need.Entity())
		})
		s.do(twice)
		s.want("shown twice in one unit", models.OutPending, 2, 0, noon, noon, 0)
		for i, err := range inOneBatch(t, s.Store, twice, twice, twice) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
		s.want("shown by three units of a batch", models.OutPending, 5, 0, noon, noon, 0)
	})
}

func TestShowPostsOneCardInEachBoardRoom(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		n := w.need()
		w.act(func(tx *Tx) error {
			rooms, err := tx.Rooms()
			if err != nil {
				return err
			}
			for name, board := range map[string]bool{"#second": true, "#team": false} {
				tx.Add(&models.Room{ID: tx.ID(), CoalitionID: tx.coalition, SpaceID: rooms[0].SpaceID, Platform: "terminal", Remote: name, Name: name, IsBoard: board})
			}
			return nil
		})
		show := w.as("ann", func(tx *Tx) error { return tx.Show(n.Entity()) })
		// Two first posts at once make no second card.
		for i, err := range inOneBatch(t, w.Store, show, show) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
		rows := w.claimOut(noon)
		if got := count(t, w.Store, "card", "entity_id = ?", n.ID); got != 2 || len(rows) != 2 {
			t.Errorf("%d cards and %d rows in the outbox, want 2 of each", got, len(rows))
		}
		for _, row := range rows {
			if row.Kind != models.OutCard || row.CardID == 0 || row.Wanted != 2 || row.CoalitionID != w.coalition {
				t.Errorf("%+v", row)
			}
		}
	})
}

func TestUnreactForgetsTheReaction(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := showNeed(t, open)
		s.act(func(tx *Tx) error {
			tx.Add(&models.Reaction{CardID: s.card.ID, AccountID: s.account, Emoji: "✋", CoalitionID: tx.coalition, Present: true, At: tx.Now})
			return nil
		})
		s.act(func(tx *Tx) error { tx.Unreact(s.card, s.account, "✋"); return nil })
		if there, err := s.reader().Reaction(s.card.ID, s.account, "✋"); err != nil || there {
			t.Errorf("the reaction is there: %v, %v", there, err)
		}
		// In a lane of its own: hundreds of them do not hold up the card.
		claimed := s.claimOut(noon)
		if len(claimed) != 2 || claimed[0].Kind != models.OutCard {
			t.Fatalf("%d rows, want the card and what is taken off it", len(claimed))
		}
		if card, out := claimed[0], claimed[1]; out.Kind != models.OutUnreact || out.CardID != s.card.ID || out.AccountID != s.account || out.Emoji != "✋" || out.Lane == card.Lane {
			t.Errorf("%+v", out)
		}
	})
}

func TestTellSomeoneWithoutAnAccount(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.act(func(tx *Tx) error {
			elder := &models.Person{ID: tx.ID(), CoalitionID: tx.coalition, Name: "Eve"}
			tx.Add(elder)
			return tx.Tell(elder.ID, models.Message{Key: "hello"})
		})
		if got := count(t, w.Store, "outbox", "true"); got != 0 {
			t.Errorf("%d messages to someone who phones", got)
		}
	})
}
