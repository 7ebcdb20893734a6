package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const eraseDir = "SHIREBOT_ERASE_DIR"

const (
	eraseNeeds = 400
	planted    = "Unforgettable Lane" // in every private value and every line
)

// TestKillWhileErasing kills the program while it purges, seals everything anew
// and forgets a person, as often as it takes to get through: at the end nothing
// private of them is left, nothing of others is lost, and one key remains.
func TestKillWhileErasing(t *testing.T) {
	seed := number(t, "SHIREBOT_SEED", rand.Uint64())
	t.Logf("to repeat its choices: SHIREBOT_SEED=%d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	plantNeeds(t, dir)
	if _, err := store.RotateKey(store.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	kills := 0
	for !eraseUntil(t, dir, 1+rng.IntN(6)) {
		if kills++; kills > 500 {
			t.Fatal("it does not get through")
		}
	}
	t.Logf("killed %d times", kills)
	if kills < 3 {
		t.Errorf("killed only %d times: there was too little to do", kills)
	}
	checkErased(t, dir)
}

// plantNeeds makes needs of two people: Rosa's are over and long enough ago, or
// she will be forgotten; Ana's stay.
func plantNeeds(t *testing.T, dir string) {
	t.Helper()
	settle(t, dir)
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	long := eraseClock().AddDate(0, 0, -30)
	for i := range eraseNeeds {
		err := s.Update(t.Context(), long, func(tx *store.Tx) error {
			name := "rosa"
			if i%4 == 0 {
				name = "ana"
			}
			if err := tx.Act(who(name)); err != nil {
				return err
			}
			p := tx.Actor.Person
			n := &models.Need{ID: tx.ID(), CoalitionID: p.CoalitionID, State: models.NeedDraft, What: planted, Category: "food", People: 1, Slots: 1,
				PersonID: p.ID, FilerID: p.ID, CreatedAt: tx.Now}
			number, err := tx.NextNumber(models.KindNeed)
			if err != nil {
				return err
			}
			if err := n.Post(number, tx.Now); err != nil {
				return err
			}
			if name == "rosa" && i%2 == 1 {
				if err := n.Done(nil, nil, tx.Now); err != nil {
					return err
				}
			}
			tx.Add(n)
			return errors.Join(tx.Seal(n.Entity(), models.FieldAddress, planted), tx.Show(n.Entity()))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func eraseClock() time.Time { return time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC) }

// eraseUntil runs the child and kills it after some steps; it reports whether
// the child got to its end before.
func eraseUntil(t *testing.T, dir string, steps int) bool {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestEraseChild$", "-test.timeout=2m")
	child.Env = append(os.Environ(), eraseDir+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	done := false
	for lines := bufio.NewScanner(out); lines.Scan() && !done; {
		switch {
		case lines.Text() == "through":
			done = true
		case strings.HasPrefix(lines.Text(), "step"):
			if steps--; steps == 0 {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		case strings.HasPrefix(lines.Text(), "error"):
			t.Fatal(lines.Text())
		}
	}
	_ = child.Wait() // killed, or at its end
	return done
}

// TestEraseChild is the program that is killed: it only runs as a child.
func TestEraseChild(t *testing.T) {
	dir := os.Getenv(eraseDir)
	if dir == "" {
		return
	}
	if err := erase(t.Context(), dir); err != nil {
		fmt.Println("error:", err)
		return
	}
	fmt.Println("through")
}

func erase(ctx context.Context, dir string) error {
	s, err := store.Open(ctx, store.Options{Dir: dir, Now: eraseClock})
	if err != nil {
		return err
	}
	fmt.Println("step: open")
	for more := true; more; {
		n, err := s.Purge(ctx, eraseClock())
		if err != nil {
			return err
		}
		more = n > 0
		fmt.Println("step: purged", n)
	}
	if err := eraseRosa(ctx, s); err != nil {
		return err
	}
	if _, err := s.Reseal(ctx); err != nil {
		return err
	}
	fmt.Println("step: sealed anew")
	return errors.Join(s.Scrub(ctx), s.Close())
}

func eraseRosa(ctx context.Context, s *store.Store) error {
	actor, err := s.Actor(ctx, who("rosa"))
	if err != nil {
		return err
	}
	first := actor.Person.ID != 0 // else her account is forgotten already
	for more := true; more; {
		err := s.Update(ctx, eraseClock(), func(tx *store.Tx) error {
			tx.In(actor.Coalition.ID)
			var p *models.Person
			var err error
			if first {
				p, err = tx.Person(actor.Person.ID)
			} else {
				p, err = tx.StillForgetting()
			}
			if more = p != nil; err != nil || !more {
				return err
			}
			_, err = tx.Forget(p, eraseClock())
			return err
		})
		if err != nil {
			return err
		}
		first = false
		fmt.Println("step: forgot some")
	}
	return nil
}

func checkErased(t *testing.T, dir string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Now: eraseClock})
	if err != nil {
		t.Fatal(err)
	}
	actor, err := s.Actor(t.Context(), who("ana"))
	if err != nil {
		t.Fatal(err)
	}
	r := s.Reader(t.Context(), actor.Coalition.ID)
	kept := 0
	for number := range int64(eraseNeeds) {
		n, err := r.Need(models.Ref{Kind: models.KindNeed, Number: number + 1})
		if err != nil {
			t.Fatal(err)
		}
		values, err := r.Private(n.Entity())
		if err != nil {
			t.Fatalf("%s cannot be opened: %v", n.Ref(), err)
		}
		if n.PersonID == actor.Person.ID {
			kept++
			if n.What != planted || values[models.FieldAddress] != planted || n.State != models.NeedOpen {
				t.Errorf("%s of Ana was changed: %+v, %v", n.Ref(), n, values)
			}
		} else if n.What != "" || len(values) > 0 || n.PurgedAt == nil {
			t.Errorf("%s of Rosa is left: %+v, %v", n.Ref(), n, values)
		}
	}
	if kept != eraseNeeds/4 {
		t.Errorf("%d needs of Ana, want %d", kept, eraseNeeds/4)
	}
	if _, err := commands.New(s, commands.Options{}); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// Ana's lines are not sealed, so only how often the words stand there tells.
	raw, err := os.ReadFile(filepath.Join(dir, "shirebot.db"))
	if err != nil {
		t.Fatal(err)
	}
	if found := strings.Count(string(raw), planted); found != kept {
		t.Errorf("the words stand in the file %d times, want %d", found, kept)
	}
	key, err := os.ReadFile(filepath.Join(dir, "key"))
	if err != nil || strings.Count(string(key), `"keyId"`) != 1 {
		t.Errorf("the key file holds %d keys, %v", strings.Count(string(key), `"keyId"`), err)
	}
}
