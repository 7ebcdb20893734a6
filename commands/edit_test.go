package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestEditInOneLine(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, said, card string }{
		{`edit N1 what:"three loaves of bread"`, "N1 is changed. The card shows it now.", `"three loaves of bread"`},
		{`edit N1 category:rides`, "The card shows it", "N1: Ride"},
		{`edit N1 area:Stonebridge`, "The card shows it", "N1: Groceries, Stonebridge"},
		{`edit N1 when:"tomorrow at 9 AM"`, "The card shows it", "When: Tuesday, December 8, 9:00 AM (tomorrow)\nPriority: urgent"},
		{`edit N1 when:tomorrow at 9 AM people:3`, "The card shows it", "For 3 people."},
		{`edit N1 slots:2`, "The card shows it", "Open. 2 volunteers needed."},
		{`edit N1 languages:español,inglés`, "The card shows it", "Speaks Spanish and English."},
		{`editar N1 qué:"tres panes" tipo:compras personas:2`, "The card shows it", `"tres panes"`},
		{`edit N1 contact:413-555-0199`, "N1 is changed. It's private, so the card stays the same.", ""},
		{`edit N1 address:"14 Mill Lane"`, "It's private", ""},
		{`edit N1 note:"ring twice"`, "It's private", ""},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).cast()
			w.asks()
			w.sent()
			w.hears("rosa", test.line, test.said)
			out := w.sent()
			if test.card == "" {
				out.only(t)
				return
			}
			out.told(t, "#board", test.card)
			out.only(t, "#board")
		})
	}
}

// Each field can be chosen from the list and asked for alone, in both languages.
func TestEditByQuestions(t *testing.T) {
	t.Parallel()
	answers := map[string]string{"what": "bread", "category": "rides", "area": "Stonebridge", "when": "tomorrow", "people": "3", "slots": "2",
		"languages": "en, es", "contact": "413-555-0199", "address": "14 Mill Lane", "note": "ring twice"}
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).cast()
			n1 := w.asks()
			o1 := w.posts("rosa", "offer two coats category:supplies")
			w.says("rosa", "language "+lang)
			for _, ref := range []string{n1, o1} {
				kind := map[string]models.Kind{n1: models.KindNeed, o1: models.KindOffer}[ref]
				for _, field := range fields(kind) {
					w.says("rosa", "edit "+ref)
					label, err := w.reg.cat.Text(models.Lang(lang), "field."+field, nil)
					if err != nil {
						t.Fatal(err)
					}
					w.hears("rosa", label, "?")
					w.hears("rosa", answers[field], ref)
				}
			}
			if d, err := w.reader().Dialog(w.actor("rosa").Person.ID); err != nil || d != nil {
				t.Errorf("a question is still open: %+v %v", d, err)
			}
			if n := w.need(n1); n.What != "bread" || n.People != 3 || n.Slots != 2 || n.Category != "rides" || n.Languages != "en,es" {
				t.Errorf("after all changes: %+v", n)
			}
		})
	}
}

func TestEditTellsWhoHelps(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.says("sam", "language es")
	w.sent()
	w.says("rosa", `edit N1 address:"14 Mill Lane"`)
	out := w.sent()
	out.told(t, "sam", "El N1 cambió: dirección. Usted lo tomó; por favor mírelo otra vez.")
	lacks(t, "the value itself is never pushed", out["sam"][0], "Mill Lane")
	w.says("lee", "edit N1 when:tomorrow")
	w.sent().told(t, "sam", "El N1 cambió: cuándo.")
}

func TestEditCanBeLeft(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"cancel", "cancelar"} {
		w := newWorld(t)
		n1 := w.asks()
		w.hears("rosa", "edit "+n1, "What do you want to change in N1?", "1 What it is", "10 Private note")
		w.hears("rosa", word, "All right, nothing changed.")
		w.says("rosa", "edit "+n1)
		w.says("rosa", "1")
		w.hears("rosa", word, "All right, nothing changed.")
		if n := w.need(n1); n.What != "milk and bread" {
			t.Errorf("%s: it says %q now", word, n.What)
		}
	}
}

// The words that questions are left out and gone back with are never an answer.
func TestEditBackAndSkip(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"back", "skip", "atrás", "saltar"} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			n1 := w.asks()
			w.says("rosa", "edit "+n1)
			w.says("rosa", "1")
			w.says("rosa", word)
			if n := w.need(n1); n.What != "milk and bread" {
				t.Errorf("it says %q now", n.What)
			}
		})
	}
}

func TestEditRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.asks()
	o1 := w.posts("rosa", "offer two coats category:supplies")
	w.says("rosa", "close "+n2+" no_longer_needed")
	w.sent()
	w.refused("sam", "edit "+n1, "Whoever asked for N1 or an organizer can change it. Nothing changed. You can ask lee.")
	w.refused("sam", "edit "+o1+" what:x", "Whoever offers O1 or an organizer can change that.")
	w.refused("rosa", "edit "+n2, "N2 is closed, so that can't be done now.")
	w.refused("rosa", "edit "+o1+" people:2", `I don't know "people" here.`)
	w.refused("rosa", "edit "+n1+" people:0", `I need a number from 1 to 99 for people. I read "0".`)
	w.refused("rosa", "edit "+n1+" people:many", `I read "many".`)
	w.refused("rosa", "edit "+n1+" languages:Klingon", `"Klingon" doesn't fit languages.`, "English, Spanish")
	w.refused("rosa", "edit "+n1+" when:yesterday", "is past already")
	w.refused("rosa", "edit "+n1+` when:"some time or other"`, "I can't tell which time")
	w.refused("rosa", "edit "+n1+" peple:2", `I don't know "peple" here. Did you mean people? Nothing was saved.`)
	w.refused("rosa", "edit "+n1+" people:2 people:3", "people is there twice.")
	w.sent().only(t)
}

// A right that ended while the question was open is not used any more.
func TestEditAfterTheRightEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("lee", "edit "+n1)
	w.says("lee", "1")
	w.becomes("lee", 0)
	w.refused("lee", "something else", "Whoever asked for N1 or an organizer can change it.")
	w.says("rosa", "edit "+n1)
	w.says("rosa", "1")
	w.presses("rosa", "close "+n1+" no_longer_needed")
	w.refused("rosa", "something else", "N1 is closed")
	if n := w.need(n1); n.What != "milk and bread" {
		t.Errorf("it says %q now", n.What)
	}
}
