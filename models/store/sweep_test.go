package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

const day = 24 * time.Hour

// sweep erases until there is nothing left to erase, and reports how much was.
func (w town) sweep(at time.Time) (erased []int64) {
	w.t.Helper()
	for range 10 {
		n, err := w.Sweep(w.t.Context(), at, day)
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			return erased
		}
		erased = append(erased, n)
	}
	w.t.Fatalf("it does not end: %v", erased)
	return nil
}

func TestSweepErasesDrafts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		towns := []town{found(t, s, "shire"), found(t, s, "elsewhere")}
		private := map[models.PrivateField]string{models.FieldContact: "413-555-0142"}
		draft := func(created time.Time) func(*models.Need) {
			return func(n *models.Need) { n.State, n.Number, n.PostedAt, n.CreatedAt = models.NeedDraft, 0, nil, created }
		}
		kept := map[string]models.Entity{}
		for _, w := range towns {
			old := w.need(draft(noon.Add(-time.Microsecond)))
			young := w.need(draft(noon))
			posted := w.need(func(n *models.Need) { n.CreatedAt = noon.Add(-9 * day) })
			for _, n := range []*models.Need{old, young, posted} {
				w.seal(n.Entity(), private)
			}
			w.act(func(tx *Tx) error {
				offer := func(state models.OfferState, created time.Time) *models.Offer {
					return &models.Offer{ID: tx.ID(), CoalitionID: tx.coalition, State: state, PersonID: w.person, CreatedAt: created}
				}
				gone, stays := offer(models.OfferDraft, noon.Add(-day)), offer(models.OfferAvailable, noon.Add(-day))
				tx.Add(gone, stays, offer(models.OfferDraft, noon))
				kept[w.who.Space+"'s offer"] = stays.Entity()
				for _, o := range []*models.Offer{gone, stays} {
					if err := tx.Seal(o.Entity(), models.FieldContact, private[models.FieldContact]); err != nil {
						return err
					}
				}
				return nil
			})
			kept[w.who.Space+"'s young draft"], kept[w.who.Space+"'s need"] = young.Entity(), posted.Entity()
		}
		if got := towns[0].sweep(noon.Add(day)); len(got) != 1 || got[0] != 8 {
			t.Errorf("erased %v rows, want two drafts with a private value each, in two coalitions", got)
		}
		for i, w := range towns {
			if needs, offers := count(t, s, "need", "coalition_id = ?", w.coalition), count(t, s, "offer", "coalition_id = ?", w.coalition); needs != 2 || offers != 2 {
				t.Errorf("coalition %d keeps %d needs and %d offers", i, needs, offers)
			}
		}
		for name, e := range kept {
			for _, w := range towns {
				if count(t, s, "secret", "row_id = ? AND coalition_id = ?", e.ID, w.coalition) == 0 {
					continue
				}
				w.wantPrivate(name, e, private)
			}
		}
		if got := count(t, s, "secret", "true"); got != len(kept) {
			t.Errorf("%d private values are kept, want %d", got, len(kept))
		}
	})
}

func TestSweepErasesConversations(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		w.do(w.as("bea", func(tx *Tx) error {
			tx.Add(&models.Dialog{PersonID: tx.Actor.Person.ID, CoalitionID: tx.coalition, Name: "need", Step: "what", UpdatedAt: noon},
				&models.Dialog{PersonID: w.person, CoalitionID: tx.coalition, Name: "offer", Step: "what", UpdatedAt: noon.Add(-time.Microsecond)},
				&models.Choice{AccountID: w.account, Number: 1, CoalitionID: tx.coalition, At: noon.Add(-time.Microsecond)},
				&models.Choice{AccountID: w.account, Number: 2, CoalitionID: tx.coalition, At: noon})
			return nil
		}))
		if got := w.sweep(noon.Add(day)); len(got) != 1 || got[0] != 2 {
			t.Errorf("erased %v rows, want 2", got)
		}
		if count(t, w.Store, "dialog", "name = 'need'") != 1 || count(t, w.Store, "choice", "number = 2") != 1 {
			t.Error("what is young was erased")
		}
	})
}

func TestSweepForgetsWhatWasSentAndSeen(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		now := noon.Add(40 * day)
		w.act(func(tx *Tx) error {
			for i, ago := range []time.Duration{sentLasts + 1000, sentLasts} {
				for _, state := range []models.OutState{models.OutSent, models.OutPending, models.OutFailed, models.OutUncertain} {
					out := newOut(tx, fmt.Sprintf("a/%s/%d", state, i), noon)
					sent := now.Add(-ago)
					out.State, out.SentAt = state, &sent
					tx.Add(out)
				}
			}
			for i, ago := range []time.Duration{inboxLasts + 1000, inboxLasts} {
				tx.Add(&models.Inbox{Platform: "terminal", Account: "ann", EventID: fmt.Sprint("e", i), CoalitionID: tx.coalition, At: now.Add(-ago)})
			}
			return nil
		})
		if got := w.sweep(now); len(got) != 1 || got[0] != 2 {
			t.Errorf("erased %v rows, want 2", got)
		}
		if count(t, w.Store, "outbox", "true") != 7 || count(t, w.Store, "outbox", "dedup_key = 'a/sent/0'") != 0 {
			t.Error("the wrong rows of the outbox were erased")
		}
		if count(t, w.Store, "inbox", "event_id = 'e1'") != 1 || count(t, w.Store, "inbox", "true") != 1 {
			t.Error("the wrong rows of the inbox were erased")
		}
	})
}

// One transaction erases only so much, for others wait for it.
func TestSweepGoesInSteps(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		const rows = sweepAtOnce + 50
		w.act(func(tx *Tx) error {
			for i := range rows {
				tx.Add(&models.Inbox{Platform: "terminal", Account: "ann", EventID: fmt.Sprint("e", i), CoalitionID: tx.coalition, At: noon})
			}
			return nil
		})
		if got := w.sweep(noon.Add(inboxLasts + day)); len(got) != 2 || got[0] != sweepAtOnce || got[1] != 50 {
			t.Errorf("erased %v rows, want %d and 50", got, sweepAtOnce)
		}
	})
}
