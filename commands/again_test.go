package commands

import (
	"fmt"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

const secretWord = "UNSEENBYOTHERS"

// secretWorld is one with a need whose contact, address and note are secret, that
// Sam took, and with a draft and an offer that have some too.
func secretWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t).cast()
	w.becomes("ana", models.Navigator)
	w.becomes("all", everyRole)
	private := ` contact:"` + secretWord + `1" note:"` + secretWord + `2"`
	w.posts("rosa", `need milk and bread category:food when:anytime address:"`+secretWord+`3"`+private)
	w.posts("rosa", `offer two coats category:supplies`+private)
	w.hears("sam", "claim N1")
	w.says("sam", "answer no")
	w.hears("rosa", `need a ride category:rides when:anytime address:"`+secretWord+`4"`+private)
	w.sent()
	return w
}

// Whatever shows a private value says so, to whomever and by whichever command.
func TestPrivateIsSaid(t *testing.T) {
	t.Parallel()
	w := secretWorld(t)
	shownTo := map[string]bool{}
	look := func(what string, reply *Reply) {
		text := string(reply.Text)
		if reply.Card != nil {
			text += reply.Card.Plain(true)
		}
		for _, b := range reply.Buttons {
			text += b.Label + b.Line
		}
		for _, s := range reply.Selects {
			text += fmt.Sprint(s)
		}
		if !strings.Contains(text, secretWord) {
			return
		}
		if !reply.Private {
			t.Errorf("%s shows something private and does not say so: %q", what, text)
		}
		shownTo[what] = true
	}
	for _, c := range w.reg.Commands() {
		for _, who := range []string{"rosa", "sam", "dee", "ana", "lee", "you", "all"} {
			if c.Name == "privacy" && who != "rosa" {
				continue // the others' have nothing of it
			}
			for _, tail := range []string{"", " N1", " O1", " rosa", " list", " show", " export", " N1 reason:why", " N1 note:new", " O1 what:coats", " 1"} {
				look(who+" /"+c.Name+tail, w.reply(who, "/"+c.Name+tail))
				look(who+" again", w.runs(who, againName, nil))
			}
		}
	}
	for _, want := range []string{"rosa /details N1", "lee /details N1 reason:why", "rosa /privacy export", "rosa again"} {
		if !shownTo[want] {
			t.Errorf("%s shows nothing private: the test sees nothing", want)
		}
	}
}

// A command that is for showing private values is known as one from its line, and
// no other shows them without a question being open.
func TestShowsPrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for line, want := range map[string]bool{
		"details N1": true, "/details N1": true, "!detalles N1": true, "privacidad": true, "privacy export": true,
		"show N1": false, "mine": false, "need milk": false, "": false, "no details": false, `details "`: false,
	} {
		if w.reg.ShowsPrivate(line) != want {
			t.Errorf("%q shows private values: %v", line, !want)
		}
	}
}

// Again shows the same once more, and changes nothing.
func TestAgain(t *testing.T) {
	t.Parallel()
	w := secretWorld(t)
	for _, test := range []struct{ who, line, again string }{
		{"sam", "board", "board"}, {"sam", "/tablero", "/tablero"}, {"sam", "show N1", "show N1"}, {"sam", "show N99", ""},
		{"sam", "details N1", ""}, {"sam", "nosuch", ""}, {"dee", "claim N99", ""}, {"kofi", "need", againName},
	} {
		if reply := w.reply(test.who, test.line); reply.Again != test.again {
			t.Errorf("%s: %s: again is %q", test.who, test.line, reply.Again)
		}
	}
	if reply := w.runs("sam", "show", map[string]string{"ref": "N1"}); reply.Again != "show ref:N1" || shown(w.reply("sam", reply.Again)) != shown(reply) {
		t.Errorf("of values again is %q", reply.Again)
	}
	if reply := w.runs("nobody", againName, nil); !reply.Mistake {
		t.Errorf("nothing is asked again: %q", shown(reply))
	}
}

// Every question can be asked again, whatever is being asked.
func TestEveryQuestionAgain(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{
		"the five":        {"/need", "milk", "food", "Stonebridge", "tomorrow", "skip", "change", "What it is"},
		"address":         {"/need milk", "2", "14 Mill Lane"},
		"held":            {"/need milk, 413-555-0142"},
		"for another":     {"/need milk for:other", "phone"},
		"a draft":         {"/need milk", "/need"},
		"an offer":        {"/offer", "coats"},
		"edit":            {"/edit N1", "What it is"},
		"giving back":     {"/claim N2", "/release N2", "leave_note"},
		"setup":           {"/setup", "Larch", "America/New_York", "English", "Stonebridge", "#board"},
		"setup once more": {"/setup name:x"},
		"looking":         {"/details N2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).cast()
			w.becomes("rosa", everyRole)
			w.asks()
			w.posts("zoe", "need soup category:food when:anytime")
			for _, line := range lines {
				reply := w.reply("rosa", line)
				if !reply.Asking {
					continue
				}
				before := w.actorDialog("rosa")
				again := w.runs("rosa", reply.Again, nil)
				if again.Mistake || shown(again) == "" || !again.Asking {
					t.Errorf("after %q again is answered %q", line, shown(again))
				}
				if after := w.actorDialog("rosa"); before == nil || after == nil || before.Step != after.Step || before.Name != after.Name {
					t.Errorf("after %q the question was %+v and is %+v", line, before, after)
				}
				if err := w.reg.NumberAnswer(t.Context(), w.who("rosa"), again.Buttons); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func (w *world) actorDialog(name string) *models.Dialog {
	w.t.Helper()
	d, err := w.reader().Dialog(w.actor(name).Person.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// All that can be wrong in a form has its words, in both languages.
func TestEveryAgainIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.posts("rosa", "need milk")
	w.posts("rosa", "offer coats")
	n := w.need("N1")
	o, err := w.reader().Offer(models.Ref{Kind: models.KindOffer, Number: 1})
	if err != nil {
		t.Fatal(err)
	}
	c := &Call{reg: w.reg}
	for _, it := range []item{needItem{n}, offerItem{o}} {
		for _, p := range itemParams(it.Entity().Kind) {
			whys := []string{"", "_" + whyAnew}
			switch p.Type {
			case TypeText:
				whys = append(whys, "_long")
			case TypeWhen:
				whys = append(whys, "_past", "_unclear")
			}
			for _, why := range whys {
				for _, lang := range models.Langs() {
					v := w.reg.view(t.Context(), &viewer{actor: w.actor("rosa"), lang: lang, now: w.clock()})
					if err := v.render(c.askAgain(it, p.Name+why), nil, nil); err != nil || shown(v.reply()) == "" {
						t.Errorf("%s %s%s in %s: %v", it.prefix(), p.Name, why, lang, err)
					}
				}
			}
		}
	}
}
