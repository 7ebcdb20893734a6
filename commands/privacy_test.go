package commands

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// tables is how many rows each table has.
func (w *world) tables() string {
	w.t.Helper()
	var counts []string
	for _, row := range []interface{ TableName() string }{
		&models.Person{}, &models.Account{}, &models.Area{}, &models.Need{}, &models.Offer{}, &models.Claim{}, &models.Secret{}, &models.Look{},
		&models.Dialog{}, &models.Choice{}, &models.Card{}, &models.Reaction{}, &models.History{}, &models.Out{}, &models.Inbox{},
	} {
		counts = append(counts, fmt.Sprint(row.TableName(), " ", w.count(row)))
	}
	return strings.Join(counts, ", ")
}

// Private words, typed in every way there is, are nowhere but sealed: in no
// other row, no log, no message that the bot starts, and no file in the clear.
func TestPrivateWordsStaySealed(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	dir := t.TempDir()
	w := openWorld(t, store.Options{Dir: dir}, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))).cast()
	n1 := w.posts("rosa", `need milk category:food when:anytime contact:4135550001 address:"Zinnia Lane" note:"gate-code-77"`)
	w.says("ana", "pedir")
	for _, line := range []string{"sopa", "compras", "Stonebridge", "mañana", "4135550002", "2", "Wisteria Court", "llave-bajo-la-maceta", "1"} {
		w.says("ana", line)
	}
	w.says("dee", "offer a sofa contact:4135550003")
	w.says("dee", "1")
	w.says("sam", "claim "+n1)
	lacks(t, "before the neighbor could refuse", w.hears("sam", "details "+n1, "4135550001", "gate-code-77"), "Zinnia")
	w.pass(models.AddressWait)
	w.hears("sam", "details "+n1, "4135550001", "Zinnia Lane", "gate-code-77")
	w.hears("lee", "details "+n1+" reason:calls-from-larkspur", "4135550001", "Zinnia Lane")
	w.hears("lee", "details "+n1, "Why do you need them?")
	w.hears("lee", "aster-street-again", "4135550001", "Zinnia Lane")
	w.says("rosa", "edit "+n1+" note:ring-bell-88")
	w.says("rosa", "edit "+n1+" contact:"+strings.Repeat("4135550004 ", 200)) // too long
	w.says("rosa", `edit N1 address:"Peony Street`)                           // a quotation mark is open
	w.says("rosa", "edit N1 addres:Peony")
	w.says("sam", "release "+n1)
	w.says("sam", "handoff-words-99")
	w.says("kofi", `devolver N1 nota:"not-mine-66"`)
	w.reacts("kofi", "❓", true, n1)
	w.says("lee", "done "+n1)
	private := []string{"4135550001", "Zinnia", "gate-code-77", "4135550002", "Wisteria", "llave-bajo", "4135550003", "ring-bell-88", "4135550004", "Peony", "handoff-words-99", "not-mine-66", "larkspur", "aster-street"}

	lacks(t, "what the bot sent of its own accord", strings.Join(w.delivered(), "\n"), private...)
	lacks(t, "the log", log.String(), private...)
	if err := w.reg.store.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	found := false
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lacks(t, file, string(raw), private...)
		found = found || strings.Contains(string(raw), "milk")
	}
	if !found {
		t.Error("not even what is public is in the files: the test looks in the wrong place")
	}
}

// A handler that fails, whatever way, tells nothing of why and leaves nothing.
func TestInternalErrorsTellNothing(t *testing.T) {
	t.Parallel()
	said := regexp.MustCompile(`^That didn't work, and it's not your fault\. Nothing was saved or posted\. .* give an organizer this code: ([A-Z0-9]{3}-[A-Z0-9]{3})$`)
	half := func(c *Call) {
		c.Actor.Person.Roles = models.Admin
		c.Save(c.Actor.Person)
		c.Add(&models.Area{ID: c.ID(), CoalitionID: c.Actor.Coalition.ID, Name: "half", Folded: "half"})
	}
	tests := []struct {
		name  string
		spoil func(r *Registry)
		line  string
	}{
		{"a writing handler panics", func(r *Registry) {
			r.find("claim").Do = func(c *Call) (models.Message, error) { half(c); panic("the inner secret") }
		}, "claim N1"},
		{"a writing handler fails", func(r *Registry) {
			r.find("claim").Do = func(c *Call) (models.Message, error) {
				half(c)
				return models.Message{}, errors.New("the inner secret")
			}
		}, "claim N1"},
		{"a reading handler panics", func(r *Registry) {
			r.find("board").Read = func(*View, Values) error { panic("the inner secret") }
		}, "board"},
		{"a reading handler fails", func(r *Registry) {
			r.find("board").Read = func(*View, Values) error { return errors.New("the inner secret") }
		}, "board"},
		{"a text is missing", func(r *Registry) {
			r.find("board").Read = func(v *View, _ Values) error { v.say("the inner secret"); return nil }
		}, "board"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			w := openWorld(t, store.Options{Dir: t.TempDir()}, slog.New(slog.NewTextHandler(&log, nil))).cast()
			w.asks()
			test.spoil(w.reg)
			before := w.tables()
			reply, err := w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: w.who("sam"), Text: "/" + test.line, Lang: models.English})
			if err == nil {
				t.Fatalf("no error, but %q", shown(reply))
			}
			code := said.FindStringSubmatch(shown(reply))
			if code == nil {
				t.Fatalf("the answer is %q", shown(reply))
			}
			holds(t, "the log", log.String(), code[1], "the inner secret")
			if after := w.tables(); after != before {
				t.Errorf("something was kept: %s, before %s", after, before)
			}
			if w.actor("sam").Person.Roles != models.Volunteer {
				t.Error("a change of somebody was kept")
			}
			w.hears("sam", "mine", "Nothing here yet.")
		})
	}
}
