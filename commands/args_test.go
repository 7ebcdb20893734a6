package commands

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// runs has a person run a command whose values come one by one.
func (w *world) runs(name, command string, args map[string]string) *Reply {
	w.t.Helper()
	return w.runsNamed(name, command, args, nil)
}

func (w *world) runsNamed(name, command string, args, named map[string]string) *Reply {
	w.t.Helper()
	if args == nil {
		args = map[string]string{}
	}
	reply, err := w.reg.Run(w.t.Context(), Invocation{EventID: w.event(), Who: w.who(name), Text: command, Args: args, Named: named})
	if err != nil {
		w.t.Fatalf("%s: %s %v: %v", name, command, args, err)
	}
	return reply
}

// What stands in a value means nothing but itself.
func TestValuesAreNotParsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, what := range []string{`a 5'10" board`, `"milk" and bread`, `category:food for two`, `when: soon`, `say “hi” at 2:00`, `cancel`, `back`, `need milk`} {
		reply := w.runs("rosa", "need", map[string]string{"what": what, "when": "anytime"})
		holds(t, what, shown(reply), `"`+what+`"`, "Post it")
		w.presses("rosa", "answer cancel")
	}
}

func TestValuesOfWritesAndReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	ref := w.asks()
	holds(t, "claim", shown(w.runs("sam", "claim", map[string]string{"need": ref})), "You took "+ref)
	holds(t, "board", shown(w.runs("sam", "board", nil)), "No needs are open")
	holds(t, "board", shown(w.runs("sam", "board", map[string]string{"category": "food", "page": "1"})), "No needs like that")
	holds(t, "show", shown(w.runs("sam", "show", map[string]string{"ref": ref})), "milk and bread")
	holds(t, "missing", shown(w.runs("sam", "claim", nil)), "claim")
	holds(t, "blank", shown(w.runs("sam", "claim", map[string]string{"need": "  "})), "claim")
}

// A command comes as one although a question is open that takes any text.
func TestValuesAreNoAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("rosa", "need")
	holds(t, "board", shown(w.runs("rosa", "board", nil)), "No needs are open")
	if d, err := w.reader().Dialog(w.actor("rosa").Person.ID); err != nil || d == nil || d.Step != "what" {
		t.Errorf("the open question is %+v, %v", d, err)
	}
}

func TestValuesRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.asks()
	for _, test := range []struct {
		command string
		args    map[string]string
		part    string
	}{
		{"show", map[string]string{"reff": ref}, "ref"},
		{"show", map[string]string{"ref": "twelve"}, "twelve"},
		{"edit", map[string]string{"ref": ref, "people": "0"}, "99"},
		{"edit", map[string]string{"ref": ref, "what": strings.Repeat("x", 201)}, "200"},
		{"edit", map[string]string{"ref": ref, "what": "a\x1b[31m"}, "characters"},
		{"offer", map[string]string{"for": "other"}, "for"},
		{"nosuch", map[string]string{"a": "b"}, "nosuch"},
		{"setup", map[string]string{"name": "x"}, "admin"},
	} {
		reply := w.runs("rosa", test.command, test.args)
		if !reply.Mistake {
			t.Errorf("%s %v: not refused, but answered %q", test.command, test.args, shown(reply))
		}
		holds(t, test.command, shown(reply), test.part)
	}
}

// The same event again is answered again and not acted on twice.
func TestValuesRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	ref := w.asks()
	inv := Invocation{EventID: "again", Who: w.who("sam"), Text: "claim", Args: map[string]string{"need": ref}}
	for i := range 2 {
		reply, err := w.reg.Run(t.Context(), inv)
		if err != nil || reply.Repeat != (i == 1) {
			t.Fatalf("run %d: %+v, %v", i, reply, err)
		}
		holds(t, "claim", shown(reply), "You took "+ref)
	}
}

// Platforms send the names that commands are declared with: those say nothing
// about the language of whoever uses them.
func TestValuesTeachNoLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, command := range []string{"board", "offer"} {
		w.runs("rosa", command, nil)
		if lang := w.actor("rosa").Person.Language; lang != "" {
			t.Errorf("%s taught the language %q", command, lang)
		}
	}
	w.hears("rosa", "/tablero")
	if lang := w.actor("rosa").Person.Language; lang != models.Spanish {
		t.Errorf("a typed command taught the language %q", lang)
	}
}

// Whoever is in danger is answered, in whichever field they wrote it.
func TestDangerInAnyValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, field := range []string{"what", "contact"} {
		reply := w.runs("rosa", "need", map[string]string{"what": "milk", field: "I want to kill myself"})
		holds(t, field, shown(reply), "988")
		if d, err := w.reader().Dialog(w.actor("rosa").Person.ID); err != nil || d != nil {
			t.Errorf("%s: a draft was begun: %+v, %v", field, d, err)
		}
	}
	reply := w.runs("rosa", "need", map[string]string{"what": "me quiero matar"})
	holds(t, "in Spanish", shown(reply), "AYUDA")
}

// Somebody can be named as the platform names them, before they ever wrote.
func TestNamedByThePlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	args := map[string]string{"action": "grant", "role": "organizer", "person": "<@4711>"}
	named := map[string]string{"4711": "Lee\u202e  Marsh"}

	reply := w.runsNamed("you", "role", args, nil)
	if !reply.Mistake {
		t.Errorf("an account that the platform does not vouch for: %q", shown(reply))
	}
	reply = w.runsNamed("rosa", "role", args, named)
	if !reply.Mistake {
		t.Errorf("a neighbor grants a role: %q", shown(reply))
	}
	if p, err := w.reader().PersonAt("terminal", "4711"); err != nil || p != nil {
		t.Errorf("who was named by somebody who may not is known: %+v, %v", p, err)
	}
	holds(t, "grant", shown(w.runsNamed("you", "role", args, named)), "Lee Marsh")
	lee := w.actor("4711").Person
	if !lee.Roles.Any(models.Organizer) || lee.Name != "Lee Marsh" {
		t.Errorf("Lee is %+v", lee)
	}
	w.sent().told(t, "4711", "organizer")

	args["action"] = "remove"
	holds(t, "remove", shown(w.runsNamed("you", "role", args, nil)), "Lee Marsh")
	w.hears("you", "role grant volunteer <@!4711>", "Lee Marsh")
	if again := w.actor("4711").Person; again.ID != lee.ID {
		t.Error("Lee was made known twice")
	}
}

// An account is looked for in one's own coalition.
func TestNamedStaysInTheCoalition(t *testing.T) {
	t.Parallel()
	first, second := twoCoalitions(t)
	second.becomes("4711", models.Volunteer)
	args := map[string]string{"action": "grant", "role": "organizer", "person": "<@4711>"}
	if reply := first.runsNamed("you", "role", args, nil); !reply.Mistake {
		t.Errorf("somebody of another coalition was found: %q", shown(reply))
	}
	first.runsNamed("you", "role", args, map[string]string{"4711": "Lee"})
	if one, other := first.actor("4711").Person, second.actor("4711").Person; one.ID == other.ID || other.Roles.Any(models.Organizer) {
		t.Errorf("%+v and %+v are one", one, other)
	}
}

func TestMentioned(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"<@1>": "1", "<@!22>": "22", "<@&3>": "", "<@x>": "", "<@1": "", "@1": "", "<@>": "", "<@-1>": ""} {
		if got, ok := mentioned(name); ok != (want != "") || ok && got != want {
			t.Errorf("%s is %q, %v", name, got, ok)
		}
	}
}

// A line that is made of values says the same when it is typed.
func TestLineOfValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	show, board := w.reg.find("show"), w.reg.find("board")
	for _, test := range []struct {
		command *Command
		args    map[string]string
		want    string
	}{
		{show, map[string]string{"ref": "N12"}, "show ref:N12"},
		{board, map[string]string{"area": "Quarry Falls", "page": "2"}, `board page:2 area:"Quarry Falls"`},
		{board, map[string]string{"area": `5" Hill`}, ""},
		{w.reg.find("details"), map[string]string{"need": "N1", "reason": "x"}, ""},
		{board, map[string]string{"area": " "}, "board"},
	} {
		if got := lineOf(test.command, test.args); got != test.want {
			t.Errorf("%v is %q instead of %q", test.args, got, test.want)
		}
	}
}

// Whatever is filled in, nobody sees an error of ours, and there is one draft at
// most.
func FuzzArgs(f *testing.F) {
	for _, seed := range [][5]string{
		{"milk", "food", "Stonebridge", "tomorrow at 3", "413-555-0142"}, {"", "?", "", "", ""}, {"<@1> \ue000", "<@1>", "~1", "2026-13-01", "\x00"},
		{"call 413-555-0142", "\"", "413-555-0142", "any time", "\u202e"}, {"soup because I have cancer", "other", "a:b", "when", "x"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4])
	}
	f.Fuzz(func(t *testing.T, what, category, area, when, contact string) {
		w := newWorld(t)
		for _, command := range []string{"need", "offer", "need", "board", "add", "answer"} {
			args := fiveParts(what, category, area, when, contact)
			switch command {
			case "board":
				args = map[string]string{"category": category, "area": area, "page": when}
			case "add":
				args = map[string]string{"address": contact, "note": what}
			case "answer":
				args = map[string]string{"text": what}
			}
			reply := w.runs("rosa", command, args)
			if reply.Text == "" {
				t.Errorf("%s %q is not answered", command, args)
			}
			if n := w.drafts(); n > 1 {
				t.Errorf("%s %q leaves %d drafts", command, args, n)
			}
		}
	})
}
