package commands

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// files is all that lies in the data folder but the key, in one piece.
func (w *world) files() []byte {
	w.t.Helper()
	var all []byte
	files, err := filepath.Glob(filepath.Join(w.reg.store.Dir(), "*"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, raw...)
	}
	return all
}

func (w *world) sweep() {
	w.t.Helper()
	if err := w.reg.Sweep(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// The card of a need that is closed has no words any more; one that is done
// keeps them until they are purged.
func TestClosedCardHasNoWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.asks()
	w.sent()
	w.hears("rosa", "close "+n1+" no_longer_needed")
	card := w.sent()["#board"]
	if len(card) != 1 {
		t.Fatal(card)
	}
	holds(t, "the card", card[0], "Closed.")
	lacks(t, "the card", card[0], "milk", `"`)
	lacks(t, "what a stranger is shown", w.says("kofi", "show "+n1), "milk")
	w.hears("rosa", "reopen "+n1)
	holds(t, "opened again", w.sent()["#board"][0], "milk")
	w.hears("rosa", "done "+n2)
	holds(t, "the card", w.sent()["#board"][0], "Done.", "milk")
}

func TestPurgeStory(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string]struct{ card, reopen, again, offer string }{
		"en": {"Done.", "The words of N1 were erased on Monday, December 21, so it can't be opened again. To ask again: need", "The words of N1 were erased", "To offer it again: offer"},
		"es": {"Hecho.", "Las palabras del N1 se borraron el lunes 21 de diciembre, así que no se puede reabrir. Para pedirlo otra vez: pedir", "Las palabras del N1 se borraron", "Para ofrecerlo otra vez: ofrecer"},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).cast()
			w.settings(func(c *models.Coalition) { c.Language = models.Lang(lang) })
			w.says("rosa", "language "+lang)
			n1 := w.posts("rosa", `need planted-milk category:food when:anytime contact:planted-phone address:"planted lane" note:planted-note`)
			o1 := w.posts("rosa", `offer planted-coats category:supplies contact:planted-mail`)
			w.says("sam", "claim "+n1)
			w.says("sam", "done "+n1)
			w.says("rosa", "close "+o1)
			w.sent()

			w.pass(14*24*time.Hour - time.Second)
			w.sweep()
			if n := w.need(n1); n.PurgedAt != nil || n.What == "" {
				t.Fatalf("it was purged too early: %+v", n)
			}
			w.pass(2 * time.Second)
			w.sweep()
			cards := strings.Join(w.sent()["#board"], "\n")
			holds(t, "the cards", cards, words.card)
			lacks(t, "the cards", cards, "planted")
			if got := bytes.Count(w.files(), []byte("planted")); got > 0 {
				t.Errorf("the words are %d times in the files", got)
			}
			if n := w.need(n1); n.Category != models.Category("food") || n.EndedAt == nil || n.PurgedAt == nil {
				t.Errorf("facts for counts are gone: %+v", n)
			}
			w.refused("rosa", "reopen "+n1, words.reopen)
			w.refused("rosa", "reopen "+o1, words.offer)
			w.refused("rosa", "followup "+n1, words.again)
			// What they say of how it went still counts.
			holds(t, "an answer", w.presses("rosa", "outcome "+n1+" still"), words.again)
			if n := w.need(n1); n.Outcome != models.OutcomeNotMet || n.State != models.NeedDone {
				t.Errorf("the answer was not kept: %+v", n)
			}
			before := w.tables()
			w.sweep()
			if after := w.tables(); after != before {
				t.Errorf("a second sweep changed something: %s, before %s", after, before)
			}
		})
	}
}

// write changes the database behind the store's back, which has to be closed.
func (w *world) write(statement string, args ...any) {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.reg.store.Dir(), "shirebot.db"))
	if err == nil {
		_, err = db.ExecContext(w.t.Context(), statement, args...)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
