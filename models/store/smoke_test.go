package store

import (
	"context"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	now := time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)
	s, err := Open(ctx, Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	who := Who{"terminal", "terminal", "you", "you"}
	if err := s.Update(ctx, now, func(tx *Tx) error {
		tx.Found(models.Coalition{Name: "x", Zone: "UTC", Language: "en"}, who, models.Room{Remote: "#board", Name: "#board", IsBoard: true})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var id models.ID
	if err := s.Update(ctx, now, func(tx *Tx) error {
		if err := tx.Act(who); err != nil {
			return err
		}
		p := tx.Actor.Person
		n := &models.Need{ID: tx.ID(), CoalitionID: p.CoalitionID, State: models.NeedDraft, What: "a", Category: "food", People: 1, Slots: 1, PersonID: p.ID, FilerID: p.ID, CreatedAt: tx.Now}
		num, err := tx.NextNumber(models.KindNeed)
		if err != nil {
			return err
		}
		if err := n.Post(num, tx.Now); err != nil {
			return err
		}
		tx.Add(n)
		tx.Record(n.Entity(), "posted")
		id = n.ID
		if err := tx.Seal(n.Entity(), models.FieldContact, "413"); err != nil {
			return err
		}
		if err := tx.Tell(p.ID, models.Message{Key: "x", About: n.Entity(), Args: models.Args{"At": models.AtArg(now)}}); err != nil {
			return err
		}
		return tx.Show(n.Entity())
	}); err != nil {
		t.Fatal(err)
	}
	outs, err := s.Claim(ctx, now, "terminal", 10, time.Minute)
	if err != nil || len(outs) != 2 {
		t.Fatal(err, outs)
	}
	for _, o := range outs {
		t.Logf("%+v", o)
		if ok, err := s.Holds(ctx, o, now); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if err := s.Finish(ctx, o, now, Result{State: models.OutSent, RemoteID: "r"}); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Actor(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	r := s.Reader(ctx, a.Coalition.ID)
	n, err := r.NeedByID(id)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", n)
	pr, err := r.Private(n.Entity())
	t.Log(pr, err)
	_, err = r.Suggest(n, 0, 2)
	if err != nil {
		t.Fatal(err)
	}
}
