package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// fiveParts is a form as it is filled in.
func fiveParts(what, category, area, when, contact string) map[string]string {
	return map[string]string{"what": what, "category": category, "area": area, "when": when, "contact": contact}
}

// drafts counts what people have begun.
func (w *world) drafts() (n int) {
	w.t.Helper()
	people, err := w.reader().Known(100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range people {
		asked, err := w.reader().Asked(p.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		offered, err := w.reader().Offered(p.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, a := range asked {
			if a.State == models.NeedDraft {
				n++
			}
		}
		for _, o := range offered {
			if o.State == models.OfferDraft {
				n++
			}
		}
	}
	return n
}

func TestFormToPreview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("you", `setup areas:"Stonebridge, Quarry Falls"`)
	reply := w.runs("rosa", "need", fiveParts("round trip to the clinic", "rides", "Quarry Falls", "Thursday at 2 PM", "413-555-0142"))
	holds(t, "preview", shown(reply), "Ride, Quarry Falls", `"round trip to the clinic"`, "December 10, 2:00 PM", "Priority: soon", "phone 413-555-0142", "Post it")
	if !reply.Private || reply.Again != againName || !reply.Asking {
		t.Errorf("private %v, again %q, asking %v", reply.Private, reply.Again, reply.Asking)
	}
	holds(t, "posted", w.presses("rosa", "answer post"), "N1")
	if n := w.need("N1"); n.PersonID != w.actor("rosa").Person.ID || n.ForOther {
		t.Errorf("posted is %+v", n)
	}
}

// Not being sure of the kind is no mistake: what the line says is shown for a
// look.
func TestFormNotSure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	holds(t, "guess", shown(w.runs("rosa", "need", fiveParts("a ride to the clinic", "?", "", "", ""))), "This is what the board will show:\nRide\n")
	holds(t, "none", shown(w.runs("rosa", "need", fiveParts("something", "?", "", "", ""))), "Other help")
}

// What is wrong is asked again, with why; the rest is kept.
func TestFormAsksAgain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		values map[string]string
		asked  []string // parts of each question in turn
		answer []string
		shown  []string
	}{
		{"a time nobody can read", fiveParts("milk", "food", "", "blursday", "413-555-0142"), []string{"couldn't read the time"}, []string{"tomorrow at 2 PM"},
			[]string{"Groceries", `"milk"`, "December 8, 2:00 PM", "413-555-0142"}},
		{"a time that is over", fiveParts("milk", "food", "", "2026-12-01 10:00", ""), []string{"That time is over"}, []string{"any time"}, []string{"milk", "any time"}},
		{"a time that is two", fiveParts("milk", "food", "", "tomorrow at 3", "413-555-0142"), []string{"which one?"}, []string{"3:00 PM"}, []string{"3:00 PM", "413-555-0142"}},
		{"an area that there is not", fiveParts("milk", "food", "Atlantis", "tomorrow", ""), []string{"don't know that area"}, []string{"Stonebridge"}, []string{"Groceries, Stonebridge", "December 8"}},
		{"a kind that there is not", fiveParts("milk", "dragons", "Stonebridge", "tomorrow", ""), []string{"don't know that kind"}, []string{"food"}, []string{"Groceries, Stonebridge"}},
		{"no words", fiveParts(" ", "food", "Stonebridge", "tomorrow", "413-555-0142"), []string{"still empty"}, []string{"milk"}, []string{`"milk"`, "Groceries, Stonebridge", "413-555-0142"}},
		{"too many words", fiveParts(strings.Repeat("milk ", 60), "food", "Stonebridge", "tomorrow", ""), []string{"at most 200"}, []string{"milk"}, []string{`"milk"`, "December 8"}},
		{"all of it", fiveParts("\x1b", "dragons", "Atlantis", "blursday", "\x00"),
			[]string{"still empty", "kind of help", "that area", "read the time", "How to reach you: I couldn't read that"},
			[]string{"milk", "food", "Stonebridge", "tomorrow", "413-555-0142"}, []string{`"milk"`, "Groceries, Stonebridge", "December 8", "413-555-0142"}},
		{"a skip", fiveParts("milk", "dragons", "Atlantis", "tomorrow", ""), []string{"kind of help", "that area"}, []string{"skip", "skip"}, []string{`"milk"`, "December 8"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.hears("you", `setup areas:"Stonebridge, Quarry Falls"`)
			w.settings(func(c *models.Coalition) { c.SetUpAt = &monday })
			text := shown(w.runs("rosa", "need", test.values))
			for i, part := range test.asked {
				holds(t, "question "+number(i+1), text, part)
				lacks(t, "question "+number(i+1), text, "Post it")
				text = shown(w.runs("rosa", "answer", map[string]string{"text": test.answer[i]}))
			}
			holds(t, "preview", text, append(test.shown, "Post it")...)
			if w.drafts() != 1 {
				t.Errorf("there are %d drafts", w.drafts())
			}
		})
	}
}

// What cannot be left open cannot be skipped, and there is no way back into a
// form; who cancels leaves nothing.
func TestFormStepsOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runs("rosa", "need", fiveParts("", "food", "", "blursday", ""))
	w.refused("rosa", "skip", "need an answer")
	w.refused("rosa", "back", "first question")
	w.hears("rosa", "/need", "started one already")
	holds(t, "go on", w.presses("rosa", "answer go_on"), "still empty")
	w.hears("rosa", "milk", "read the time")
	holds(t, "again", shown(w.runs("rosa", againName, nil)), "read the time")
	w.hears("rosa", "cancel", "erased")
	if w.drafts() != 0 {
		t.Error("a draft is left")
	}
}

// What is private in a public line is asked about first, and what else was wrong
// afterwards.
func TestFormHoldsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text := shown(w.runs("rosa", "need", fiveParts("milk, call 413-555-0199", "food", "", "blursday", "")))
	holds(t, "held", text, "phone number in that line", "Keep the phone private")
	lacks(t, "held", text, "0199")
	text = w.presses("rosa", "answer keep_phone")
	holds(t, "then", text, "read the time")
	w.hears("rosa", "tomorrow", "(private)", "413-555-0199", "December 8")

	w.runs("rosa", "need", fiveParts("bread, call 413-555-0199", "food", "", "blursday", ""))
	text = w.presses("rosa", "answer write_again")
	holds(t, "write again", text, "What do you need?")
	w.hears("rosa", "bread", "read the time")
	w.hears("rosa", "tomorrow", `"bread"`, "December 8")
	lacks(t, "preview", w.says("rosa", "again"), "0199")

	holds(t, "hint", shown(w.runs("rosa", "need", fiveParts("soup because I have cancer", "food", "", "tomorrow", ""))), "don't have to mention")
	holds(t, "taken out", w.presses("rosa", "answer take_out"), `"soup"`, "Post it")
}

// A form takes the place of what was begun: there is one draft, with what only
// the preview knew, and no words of before.
func TestFormReplacesTheDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runs("rosa", "need", fiveParts("milk", "food", "Stonebridge", "tomorrow", "413-555-0142"))
	w.runs("rosa", "add", map[string]string{"address": "14 Mill Lane", "note": "ring twice"})
	w.pass(time.Hour)
	text := shown(w.runs("rosa", "need", fiveParts("a ride", "rides", "", "", "rosa@example.org")))
	holds(t, "preview", text, "Ride", `"a ride"`, "rosa@example.org", "14 Mill Lane", "ring twice")
	lacks(t, "preview", text, "milk", "Stonebridge", "December 8", "0142")
	if w.drafts() != 1 {
		t.Errorf("there are %d drafts", w.drafts())
	}
	lacks(t, "no contact", shown(w.runs("rosa", "need", fiveParts("a ride", "rides", "", "", ""))), "rosa@example.org")
	w.runs("rosa", "need", fiveParts("a ride", "rides", "", "", "413-555-0142"))
	holds(t, "options say nothing of it", shown(w.runs("rosa", "need", map[string]string{"what": "bread"})), "413-555-0142", `"bread"`)

	text = shown(w.runs("rosa", "offer", fiveParts("two coats", "supplies", "", "", "")))
	holds(t, "offer", text, "two coats")
	lacks(t, "offer", text, "0142", "Mill Lane")
	if w.drafts() != 1 {
		t.Errorf("with an offer there are %d drafts", w.drafts())
	}
}

// A need for somebody else asks for their consent, and has nothing of a draft
// for oneself; nor the other way round.
func TestFormForSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runs("lee", "need", fiveParts("milk", "food", "", "", "413-555-0142"))
	w.runs("lee", "add", map[string]string{"address": "14 Mill Lane"})
	values := fiveParts("clear snow", "garden", "", "blursday", "Mr. Olsen, 413-555-0150")
	values["for"] = "other"
	holds(t, "consent", shown(w.runs("lee", "need", values)), "have they agreed?", "By phone")
	holds(t, "then", w.presses("lee", "answer phone"), "read the time")
	text := w.hears("lee", "tomorrow", "clear snow", "For someone else", "Agreed by phone", "0150")
	lacks(t, "preview", text, "0142", "Mill Lane", "milk")
	if w.drafts() != 1 {
		t.Errorf("there are %d drafts", w.drafts())
	}
	text = shown(w.runs("lee", "need", fiveParts("bread", "food", "", "", "")))
	lacks(t, "for oneself again", text, "0150", "For someone else", "agreed")
	holds(t, "for oneself again", text, "bread", "Post it")
}

// A form in the middle of other questions takes their place.
func TestFormInADialog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.asks()
	w.hears("rosa", "edit "+ref)
	w.hears("rosa", "What it is")
	holds(t, "preview", shown(w.runs("rosa", "need", fiveParts("bread", "food", "", "", ""))), "bread", "Post it")
	if w.need(ref).What != "milk and bread" {
		t.Error("the form became an answer")
	}
}

func TestFormOfADraftThatExpired(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runs("rosa", "need", fiveParts("milk", "food", "", "", "413-555-0142"))
	w.runs("rosa", "add", map[string]string{"address": "14 Mill Lane"})
	w.pass(draftLasts)
	reply := w.runs("rosa", "add", map[string]string{"note": "ring twice"})
	holds(t, "expired", shown(reply), "24 hours")
	w.runs("rosa", "need", fiveParts("milk", "food", "", "", "413-555-0142"))
	w.runs("rosa", "add", map[string]string{"address": "14 Mill Lane"})
	w.pass(draftLasts)
	lacks(t, "anew", shown(w.runs("rosa", "need", fiveParts("bread", "food", "", "", ""))), "Mill Lane", "0142")
}

// Who is blocked cannot post by a form either.
func TestFormOfTheBlocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("rosa", 0)
	w.hears("lee", "block rosa")
	reply := w.runs("rosa", "need", fiveParts("milk", "food", "", "", ""))
	if !reply.Mistake || w.drafts() != 0 {
		t.Errorf("a form of somebody blocked is answered %q", shown(reply))
	}
}

// An address and a note go to the draft at its preview. What is blank changes
// nothing.
func TestAddPrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if reply := w.runs("rosa", "add", map[string]string{"address": "14 Mill Lane"}); !reply.Mistake {
		t.Errorf("without a draft: %q", shown(reply))
	}
	w.runs("rosa", "need", fiveParts("milk", "food", "", "", ""))
	reply := w.runs("rosa", "add", map[string]string{"address": `14 "Mill" Lane`, "note": " "})
	holds(t, "preview", shown(reply), `14 "Mill" Lane`, "Post it")
	if !reply.Private {
		t.Error("the preview with an address is not private")
	}
	reply = w.runs("rosa", "add", map[string]string{"address": "", "note": "ring: twice"})
	holds(t, "preview", shown(reply), `14 "Mill" Lane`, "ring: twice")

	w.says("rosa", "add address or note")
	holds(t, "at its question", shown(w.runs("rosa", "add", map[string]string{"address": "15 Mill Lane"})), "15 Mill Lane", "Post it")

	w.runs("rosa", "offer", fiveParts("two coats", "supplies", "", "", ""))
	if reply := w.runs("rosa", "add", map[string]string{"address": "15 Mill Lane"}); !reply.Mistake {
		t.Errorf("an offer has an address: %q", shown(reply))
	}
	holds(t, "note", shown(w.runs("rosa", "add", map[string]string{"note": "size L"})), "size L")
}

// Of what was filled in nothing private is anywhere but sealed.
func TestFormKeepsPrivateSealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runs("rosa", "need", fiveParts("milk", "food", "", "blursday", "SECRETONE"))
	w.runs("rosa", "answer", map[string]string{"text": "tomorrow"})
	w.runs("rosa", "add", map[string]string{"address": "SECRETTWO", "note": "SECRETTHREE"})
	w.presses("rosa", "answer post")
	for _, table := range []string{"need", "inbox", "outbox", "history", "dialog", "choice", "secret"} {
		if found := w.holding(table, "SECRET"); found {
			t.Errorf("something private stands in %s", table)
		}
	}
	values, err := w.reader().Private(w.need("N1").Entity())
	if err != nil || values[models.FieldContact] != "SECRETONE" || values[models.FieldAddress] != "SECRETTWO" || values[models.FieldNote] != "SECRETTHREE" {
		t.Errorf("sealed is %v, %v", values, err)
	}
}

// holding reports whether a text stands in any column of a table.
func (w *world) holding(table, text string) bool {
	w.t.Helper()
	rows, err := w.database().QueryContext(w.t.Context(), "SELECT * FROM "+table)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		w.t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([][]byte, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			w.t.Fatal(err)
		}
		for _, v := range values {
			if strings.Contains(string(v), text) {
				return true
			}
		}
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return false
}
