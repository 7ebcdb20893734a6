package commands

import (
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// becomes makes somebody known, with the roles given; a volunteer is one whom
// an organizer welcomed.
func (w *world) becomes(name string, roles models.Roles) models.ID {
	w.t.Helper()
	var id models.ID
	err := w.reg.store.Update(w.t.Context(), w.clock(), func(tx *store.Tx) error {
		if err := tx.Act(w.who(name)); err != nil {
			return err
		}
		p := tx.Actor.Person
		p.Roles, p.Welcomed = roles, roles.Any(models.Volunteer)
		tx.Save(p)
		id = p.ID
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// cast makes those known who play in most stories: Sam, Dee and Kofi help, Lee
// organizes.
func (w *world) cast() *world {
	w.t.Helper()
	for _, name := range []string{"sam", "dee", "kofi"} {
		w.becomes(name, models.Volunteer)
	}
	w.becomes("lee", models.Organizer)
	return w
}

// settings changes the coalition without anybody typing.
func (w *world) settings(change func(*models.Coalition)) {
	w.t.Helper()
	err := w.reg.store.Update(w.t.Context(), w.clock(), func(tx *store.Tx) error {
		if err := tx.Act(w.who("you")); err != nil {
			return err
		}
		change(tx.Actor.Coalition)
		tx.Save(tx.Actor.Coalition)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) actor(name string) *models.Actor {
	w.t.Helper()
	actor, err := w.reg.store.Actor(w.t.Context(), w.who(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return actor
}

func (w *world) reader() store.Reader {
	return w.reg.store.Reader(w.t.Context(), w.actor("you").Coalition.ID)
}

func (w *world) need(ref string) *models.Need {
	w.t.Helper()
	r, _ := models.ParseRef(ref)
	n, err := w.reader().Need(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

var anyRef = regexp.MustCompile(`\b[NO]\d+\b`)

// posts has somebody ask for or offer something in one line and post it at
// once. It returns the reference.
func (w *world) posts(name, line string) string {
	w.t.Helper()
	reply := w.reply(name, line)
	if reply.Mistake || len(reply.Buttons) == 0 {
		w.t.Fatalf("%s: %s: no preview but %q", name, line, shown(reply))
	}
	posted := w.presses(name, "answer post")
	if strings.Contains(posted, "the same words") {
		posted = w.presses(name, "answer post_anyway")
	}
	ref := anyRef.FindString(posted)
	if ref == "" {
		w.t.Fatalf("%s: %s: nothing was posted", name, line)
	}
	return ref
}

// asks is a need of Rosa's that anybody may take.
func (w *world) asks() string {
	w.t.Helper()
	return w.posts("rosa", `need milk and bread category:food when:anytime contact:413-555-0142`)
}

// presses has somebody press a button.
func (w *world) presses(name, line string) string {
	w.t.Helper()
	reply, err := w.reg.Run(w.t.Context(), Invocation{EventID: w.event(), Who: w.who(name), Text: line, Button: true})
	if err != nil {
		w.t.Fatalf("%s presses %s: %v", name, line, err)
	}
	return shown(reply)
}

// hears has somebody type a line and checks the answer.
func (w *world) hears(name, line string, parts ...string) string {
	w.t.Helper()
	reply := w.reply(name, line)
	if reply.Mistake {
		w.t.Errorf("%s: %s: refused with %q", name, line, shown(reply))
	}
	holds(w.t, name+": "+line, shown(reply), parts...)
	return shown(reply)
}

// refused does the same where nothing is to be done.
func (w *world) refused(name, line string, parts ...string) string {
	w.t.Helper()
	reply := w.reply(name, line)
	if !reply.Mistake {
		w.t.Errorf("%s: %s: not refused, but answered %q", name, line, shown(reply))
	}
	holds(w.t, name+": "+line, shown(reply), parts...)
	return shown(reply)
}

// sent is what was delivered since it was asked last, by who or where it was.
type sent map[string][]string

func (w *world) sent() sent {
	w.t.Helper()
	s := sent{}
	for _, message := range w.delivered() {
		to, text, _ := strings.Cut(message, ": ")
		s[to] = append(s[to], text)
	}
	return s
}

// told checks that somebody got exactly one message, and what it says.
func (s sent) told(t *testing.T, name string, parts ...string) {
	t.Helper()
	if len(s[name]) != 1 {
		t.Errorf("%s was sent %q instead of one message", name, s[name])
		return
	}
	holds(t, "to "+name, s[name][0], parts...)
}

// toldEach checks several messages to one person, a part of each, in order.
func (s sent) toldEach(t *testing.T, name string, parts ...string) {
	t.Helper()
	if len(s[name]) != len(parts) {
		t.Errorf("%s was sent %q instead of %d messages", name, s[name], len(parts))
		return
	}
	for i, part := range parts {
		holds(t, "to "+name, s[name][i], part)
	}
}

// only checks that nobody else was written to.
func (s sent) only(t *testing.T, names ...string) {
	t.Helper()
	left := map[string]bool{}
	for _, name := range names {
		left[name] = true
	}
	for name, messages := range s {
		if !left[name] {
			t.Errorf("%s was sent %q, and nothing was expected", name, messages)
		}
	}
}

func holds(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s\n got %q\nwithout %q", what, text, part)
		}
	}
}

func lacks(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%s\n got %q\nwith %q", what, text, part)
		}
	}
}

func contains(text, part string) bool { return strings.Contains(text, part) }

// count counts the rows of a table.
func (w *world) count(row interface{ TableName() string }) (n int64) {
	w.t.Helper()
	if err := w.database().QueryRowContext(w.t.Context(), "SELECT count(*) FROM "+row.TableName()).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// database opens the file beside the store, to look at what no question asks
// for.
func (w *world) database() *sql.DB {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.reg.store.Dir(), "shirebot.db")+"?mode=ro")
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = db.Close() })
	return db
}
