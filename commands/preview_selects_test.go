package commands

import (
	"testing"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func (w *world) choose(name string, r *Reply, label, option string) *Reply {
	w.t.Helper()
	for _, s := range r.Selects {
		for _, o := range s.Options {
			if s.Label == label && o.Label == option {
				reply, err := w.reg.Run(w.t.Context(), Invocation{EventID: w.event(), Who: w.who(name), Text: o.Line, Button: true})
				if err != nil {
					w.t.Fatal(err)
				}
				return reply
			}
		}
	}
	w.t.Fatalf("%q has no option %q: %+v", label, option, r.Selects)
	return nil
}

// chosen are what the lists show, by their labels.
func chosen(r *Reply) map[string]string {
	shown := map[string]string{}
	for _, s := range r.Selects {
		shown[s.Label] = ""
		if s.Chosen >= 0 {
			shown[s.Label] = s.Options[s.Chosen].Label
		}
	}
	return shown
}

func TestSelectsAtThePreview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("you", `setup areas:"Stonebridge, Quarry Falls"`)
	reply := w.reply("rosa", "need bring this to my door")
	want := map[string]string{"Kind of help": "Something else", "Area": "", "For how many people": "For 1 person", "Language": "English"}
	for label, option := range want {
		if got, there := chosen(reply)[label]; !there || got != option {
			t.Errorf("%s shows %q", label, got)
		}
	}
	reply = w.choose("rosa", reply, "Kind of help", "Groceries or a meal")
	holds(t, "kind", shown(reply), "Groceries", "Post it")
	reply = w.choose("rosa", reply, "Area", "Quarry Falls")
	holds(t, "area", shown(reply), "Groceries, Quarry Falls")
	reply = w.choose("rosa", reply, "For how many people", "For 4 people")
	holds(t, "people", shown(reply), "For 4 people")
	reply = w.choose("rosa", reply, "Language", "Spanish")
	holds(t, "language", shown(reply), "Speaks Spanish")
	got := chosen(reply)
	if got["Area"] != "Quarry Falls" || got["For how many people"] != "For 4 people" || got["Language"] != "Spanish" {
		t.Errorf("the lists show %v", got)
	}
	if w.drafts() != 1 || !reply.Asking {
		t.Errorf("%d drafts, asking %v", w.drafts(), reply.Asking)
	}
}

// The lists of an offer have what an offer has, and without areas there is none
// of them.
func TestSelectsOfAnOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reply := w.reply("sam", "offer two coats category:supplies")
	if len(reply.Selects) != 1 || reply.Selects[0].Label != "Kind of help" || chosen(reply)["Kind of help"] == "" {
		t.Errorf("the lists are %v", chosen(reply))
	}
	if b := reply.Buttons[1]; b.Form != FormNote {
		t.Errorf("%q opens %q", b.Label, b.Form)
	}
	if b := w.reply("rosa", "need milk").Buttons[1]; b.Form != FormPrivate {
		t.Errorf("%q opens %q", b.Label, b.Form)
	}
}

// Lists fit into what Discord takes, in both languages.
func TestSelectsFit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	areas := ""
	for i := range 26 {
		areas += "Area " + number(i) + ","
	}
	for _, lang := range models.Langs() {
		w.hears("rosa", "/language "+string(lang))
		reply := w.reply("rosa", "/need milk area:Stonebridge")
		if lang == models.Spanish {
			w.hears("you", `setup areas:"`+areas+`"`)
			reply = w.reply("rosa", "/again")
			if len(reply.Selects) != 3 {
				t.Errorf("with 26 areas there are %v", chosen(reply))
			}
		}
		if len(reply.Selects) == 0 || len(reply.Selects) > 4 {
			t.Fatalf("there are %d lists", len(reply.Selects))
		}
		for _, s := range reply.Selects {
			if s.Label == "" || utf8.RuneCountInString(s.Label) > 100 || len(s.Options) == 0 || len(s.Options) > MaxChoices || s.Chosen >= len(s.Options) {
				t.Errorf("%s: %+v", lang, s)
			}
			for _, o := range s.Options {
				if o.Label == "" || utf8.RuneCountInString(o.Label) > 100 || utf8.RuneCountInString(o.Line) > 85 {
					t.Errorf("%s: %+v", lang, o)
				}
			}
		}
		w.says("rosa", "cancel")
	}
}

// The same words can be typed where there are no lists, in either language.
func TestNewValueTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("rosa", "need milk")
	w.hears("rosa", "category:rides", "Ride", "Post it")
	w.hears("rosa", "personas: 3", "For 3 people")
	w.hears("rosa", "contact: 413-555-0142", "phone 413-555-0142")
	w.hears("rosa", "zona:Quarry Falls", "Ride, Quarry Falls")
	w.hears("rosa", "what: milk, call 413-555-0199", "phone number in that line")
	w.hears("rosa", "1", "(private)", "Post it")
	w.hears("rosa", "when:", "When?")
	w.hears("rosa", "tomorrow", "December 8", "Post it")
	w.refused("rosa", "category:dragons", "dragons")
	w.refused("rosa", "nosuch:food", "from 1 to 4")
	w.refused("rosa", "people:0", "99")
	w.hears("rosa", "1", "Posted")
}

// A button or a list of an older message does not become the answer to a question
// that takes any text.
func TestStrayButtonIsNoAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("rosa", "need milk")
	w.hears("rosa", "2", "address")
	for _, line := range []string{"answer category:food", "answer post"} {
		holds(t, line, w.presses("rosa", line), "What is the address?")
	}
	w.hears("rosa", "14 Mill Lane")
	w.hears("rosa", "skip", "14 Mill Lane")
	holds(t, "posted", w.presses("rosa", "answer post"), "Posted")

	w.cast().hears("sam", "claim N1")
	w.says("sam", "release N1")
	for range 2 { // pressed twice in a row
		holds(t, "leave a note", w.presses("sam", "answer leave_note"), "next person")
	}
	if reply := w.presses("rosa", "answer category:food"); contains(reply, "Post it") {
		t.Errorf("a list of a posted need is answered %q", reply)
	}
}
