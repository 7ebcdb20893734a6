package store

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestNumbersHaveNoGaps(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		w, other := found(t, s, "shire"), found(t, s, "elsewhere")
		file := func(w town, outcome string) func(*Tx) error {
			return w.as("ann", func(tx *Tx) error {
				n, err := newNeed(tx)
				if err != nil {
					return err
				}
				tx.Add(n)
				switch outcome {
				case "refused":
					return errOwn
				case "panics":
					panic("a mistake")
				case "impossible":
					n.Claimed = -1
				case "twice":
					second, err := newNeed(tx)
					tx.Add(second)
					return err
				}
				return nil
			})
		}
		filed := 0
		for range 3 {
			units := []func(*Tx) error{file(w, ""), file(w, "refused"), file(other, ""), file(w, "twice"), file(w, "panics"),
				file(w, ""), file(other, "impossible"), file(other, ""), file(w, "refused"), file(w, "")}
			inOneBatch(t, w.Store, units...)
			filed += 5
		}
		for _, town := range []struct {
			town
			want int
		}{{w, filed}, {other, 6}} {
			if got := count(t, w.Store, "need", "coalition_id = ?", town.coalition); got != town.want {
				t.Errorf("%s filed %d needs, want %d", town.who.Space, got, town.want)
			}
			for number := 1; number <= town.want; number++ {
				if _, err := town.reader().Need(models.Ref{Kind: models.KindNeed, Number: int64(number)}); err != nil {
					t.Errorf("%s: %v", town.who.Space, err)
				}
			}
		}
	})
}

// Nor do numbers or changes of the same row make a batch fail, which would be
// right in the end, and slow.
func TestBatchGoesThroughAtOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		logged := &warnings{}
		w := found(t, open(t, func(o *Options) { o.Log = slog.New(logged) }), "shire")
		units := make([]func(*Tx) error, maxBatch)
		for i := range units {
			units[i] = w.as(fmt.Sprint("caller ", i%20), func(tx *Tx) error {
				n, err := newNeed(tx)
				if err != nil {
					return err
				}
				tx.Add(n)
				tx.Record(n.Entity(), "posted")
				tx.Actor.Person.Name = fmt.Sprint("name ", i)
				tx.Save(tx.Actor.Person)
				return tx.Show(n.Entity())
			})
		}
		for i, err := range inOneBatch(t, w.Store, units...) {
			if err != nil {
				t.Errorf("unit %d: %v", i, err)
			}
		}
		if n := logged.n.Load(); n > 0 {
			t.Errorf("the batch was halved %d times", n)
		}
	})
}
