package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// The language that a platform names is the one in which the bot writes to
// somebody later, unless they chose one or it is the coalition's own.
func TestLanguageIsHeardFromThePlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := func(name, line string, lang models.Lang) {
		t.Helper()
		if _, err := w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: w.who(name), Text: line, Args: map[string]string{}, Lang: lang}); err != nil {
			t.Fatal(err)
		}
	}
	run("rosa", "need", models.Spanish)
	run("max", "board", models.Spanish)
	run("kim", "need", models.English)
	w.says("lee", "language en")
	run("lee", "need", models.Spanish)
	for name, want := range map[string]models.Lang{"rosa": models.Spanish, "max": models.Spanish, "kim": "", "lee": models.English} {
		if got := w.actor(name).Person.Language; got != want {
			t.Errorf("%s is written to in %q, want %q", name, got, want)
		}
	}
}

// A question that has a button for every answer says so; one that is answered in
// words does not.
func TestQuestionsThatAreAChoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, step := range []struct {
		line     string
		choosing bool
	}{
		{"need", false}, {"milk and bread", false}, {"food", false}, {"?", false}, {"tomorrow", false}, {"-", true}, {"change", true}, {"what", false},
		{"milk", true}, {"need", true}, {"no", false},
	} {
		reply := w.reply("rosa", step.line)
		if !reply.Asking || reply.Choosing != step.choosing {
			t.Errorf("%q: asking is %v and choosing %v:\n%s", step.line, reply.Asking, reply.Choosing, shown(reply))
		}
	}
}
