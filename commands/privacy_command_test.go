package commands

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// look has somebody look at the details of a need, as a row.
func (w *world) looked(name, ref string, asTeam bool) {
	w.t.Helper()
	err := w.reg.store.Update(w.t.Context(), w.clock(), func(tx *store.Tx) error {
		if err := tx.Act(w.who(name)); err != nil {
			return err
		}
		tx.Add(&models.Look{ID: tx.ID(), CoalitionID: tx.Actor.Coalition.ID, NeedID: w.need(ref).ID, PersonID: tx.Actor.Person.ID, AsTeam: asTeam, At: tx.Now})
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestPrivacyShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.posts("rosa", "offer two coats category:supplies")
	w.looked("Sam", n1, false)
	w.looked("Lee", n1, true)
	w.hears("rosa", "privacy", "I keep your name here, rosa", "1 need that you asked for.", "1 offer of yours.", "Who can read what:",
		"14 days after something is over", "Who looked at your private details:", "N1: sam, Monday, December 7, 10:00 AM", "N1: the organizing team, ",
		"1 Copy of everything\n2 Be forgotten")
	w.hears("rosa", "privacidad ver", "I keep your name")
	got := w.hears("ana", "privacidad", "Guardo su nombre aquí, ana", "Quién puede leer qué:", "Nadie ha visto sus datos privados.")
	lacks(t, "somebody else's", got, "N1", "Sam", "pedido suyo")
}

func TestPrivacyExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", `need planted-milk category:food when:anytime contact:413-555-0142 note:planted-note`)
	w.posts("dee", `need others-words category:food when:anytime contact:413-555-0199`)
	w.looked("Sam", n1, false)
	w.reacts("rosa", "❓", true, n1)
	w.says("sam", "claim "+n1)
	w.sent()
	text := ""
	for page := 1; ; page++ {
		reply := w.reply("rosa", fmt.Sprintf("privacy export page:%d", page))
		if n := utf8.RuneCountInString(reply.Text.Plain()); n > 2000 {
			t.Errorf("page %d has %d characters", page, n)
		}
		head, body, _ := strings.Cut(reply.Text.Plain(), "\n")
		holds(t, "the head", head, fmt.Sprintf("page %d of", page))
		text += body + "\n"
		if len(reply.Buttons) == 0 {
			break
		}
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	holds(t, "the copy", text, "planted-milk", "413-555-0142", "planted-note", `"need": "N1"`, `"who": "sam"`, `"did": "posted"`, `"id": "rosa"`)
	lacks(t, "the copy", text, "others-words", "0199", "dee", "lee")
	// What is somebody's own words is marked in it.
	reply := w.reply("rosa", "privacy export")
	marked := false
	for _, span := range reply.Text.Spans() {
		marked = marked || span.User && span.Text == "planted-milk"
	}
	if !marked {
		t.Error("a person's words are not marked as theirs")
	}
	w.hears("rosa", "privacy export page:99", "The list has 1 page.")
	w.hears("ana", "privacidad exportar", "Una copia de lo que guardo de usted, página 1 de 1:", `"name": "ana"`)
}

// Every table is in the copy, or there is a reason why it has nothing of a
// person's own.
func TestExportKnowsEveryTable(t *testing.T) {
	t.Parallel()
	tables := map[string]string{
		"account": "accounts", "claim": "claims", "dialog": "in_the_middle_of", "history": "history", "inbox": "commands", "keep_away": "keep_away",
		"look": "your_looks", "need": "needs", "offer": "offers", "person": "name", "reaction": "reactions", "secret": "needs", "member": "server_roles",
		"area": "", "coalition": "", "room": "", "space": "", "role_link": "", "heartbeat": "", "ref_counter": "", // the coalition's
		"installation": "", "schema_info": "", "schema_migration": "", // the program's
		"card":        "",                                                                // where the bot showed a need or an offer
		"choice":      "",                                                                // what numbers stand for in the chat, for a day
		"direct":      "",                                                                // which coalition they speak to in a direct chat: this one
		"direct_room": "", "undecryptable": "", "reaction_event": "", "direct_shown": "", // where things are on a platform
		"installation_secret": "", "matrix_sync": "", // the bot's own account
		"join_code": "", // codes that they asked for, which are not kept
		"outbox":    "", // what was or will be said to them, as ids of texts
	}
	w := newWorld(t)
	rows, err := w.database().QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if _, known := tables[name]; !known {
			t.Errorf("%s is not in the copy, and nothing says why", name)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestPagedKeepsLinesWhole(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text  string
		limit int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one", 10, []string{"one"}},
		{"one\ntwo\nthree", 8, []string{"one\ntwo", "three"}},
		{"a line that is too long\nb", 8, []string{"a line that is too long", "b"}},
		{"ñ\nñ", 2, []string{"ñ", "ñ"}},
	} {
		if got := paged(tt.text, tt.limit); strings.Join(got, "|") != strings.Join(tt.want, "|") {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// Somebody who has something everywhere, and a live claim, is forgotten: who is
// concerned hears of it, and not a byte is left.
func TestForgetStory(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string]struct{ ask, done, kept string }{
		"en": {"This can't be undone.", "You are forgotten.", "All right. Everything stays as it is."},
		"es": {"Esto no se puede deshacer.", "Ya le olvidé.", "Está bien. Todo queda como está."},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).cast()
			w.becomes("planted", models.Volunteer)
			w.says("planted", "language "+lang)
			n1 := w.posts("planted", `need planted-milk category:food when:anytime contact:planted-phone note:planted-note`)
			o1 := w.posts("planted", "offer planted-coats category:supplies contact:planted-mail")
			n2 := w.asks()
			w.says("planted", "claim "+n2)
			w.says("planted", "details "+n2)
			w.says("sam", "claim "+n1)
			w.says("sam", "details "+n1)
			w.says("planted", "need planted-draft") // left open
			w.sent()

			w.hears("planted", "/privacy forget", words.ask)
			w.hears("planted", "/privacy forget no", words.kept)
			if w.need(n1).What == "" {
				t.Fatal("they were forgotten before they said so")
			}
			before := w.actor("planted").Person.ID
			if got := w.presses("planted", "privacy forget yes"); !contains(got, words.done) {
				t.Fatalf("the answer is %q", got)
			}
			if got := bytes.Count(w.files(), []byte("planted")); got > 0 {
				t.Errorf("what was theirs is %d times in the files", got)
			}
			out := w.sent()
			out.told(t, "sam", "N1 is closed")
			out.told(t, "rosa", n2+" is back on the board")
			lacks(t, "the cards", strings.Join(out["#board"], "\n"), "planted")
			if n := w.need(n1); n.State != models.NeedClosed || n.CloseReason != "no_longer_needed" || n.PurgedAt == nil {
				t.Errorf("%+v", n)
			}
			if n := w.need(n2); n.Claimed != 0 || n.State != models.NeedOpen {
				t.Errorf("%+v", n)
			}
			holds(t, "their offer", w.says("sam", "show "+o1), "No longer offered.")
			lacks(t, "history", w.says("lee", "history "+n2), "~", "planted")
			holds(t, "the neighbor", w.says("rosa", "privacy"), n2+": somebody who has left")
			// Nobody is there who could be asked, told or made something.
			w.refused("you", "/role grant organizer planted")
			// Whoever comes back is somebody new.
			if again := w.actor("planted"); again.Person.ID == before {
				t.Error("the account still leads to them")
			}
			w.hears("planted", "/mine")
			w.refused("planted", "/close "+n1+" no_longer_needed")
		})
	}
}

func TestForgetOfTheLastAdmin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refused("you", "privacy forget", "You are the one admin here")
	w.refused("you", "privacy forget yes", "You are the one admin here")
	w.becomes("kim", models.Admin)
	w.hears("you", "privacy forget yes", "You are forgotten.")
}

// Somebody whose first word is to be forgotten.
func TestForgetOfANewcomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if got := w.presses("planted", "privacy forget yes"); !contains(got, "You are forgotten.") {
		t.Error(got)
	}
	if bytes.Contains(w.files(), []byte("planted")) {
		t.Error("their name is kept")
	}
}

// The event of being forgotten that comes again forgets nobody, for nobody is
// there.
func TestForgetTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("rosa", "language en")
	inv := Invocation{EventID: "twice", Who: w.who("rosa"), Text: "privacy forget yes", Button: true}
	for range 2 {
		reply, err := w.reg.Run(t.Context(), inv)
		if err != nil || !contains(shown(reply), "You are forgotten.") {
			t.Errorf("%q, %v", shown(reply), err)
		}
	}
	if n := w.count(&models.Inbox{}); n != 0 {
		t.Errorf("%d of their events are kept", n)
	}
}

// A value that the key does not open is an error that says so, never nothing.
func TestDetailsWithAForeignValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("sam", "claim "+n1)
	w.pass(models.AddressWait)
	other := newWorld(t)
	other.asks()
	if err := other.reg.store.Close(); err != nil {
		t.Fatal(err)
	}
	var foreign []byte
	if err := other.database().QueryRowContext(t.Context(), "SELECT ciphertext FROM secret LIMIT 1").Scan(&foreign); err != nil {
		t.Fatal(err)
	}
	err := w.reg.store.Close()
	if err != nil {
		t.Fatal(err)
	}
	dir := w.reg.store.Dir()
	w.write("UPDATE secret SET ciphertext = ?", foreign)
	w = openWorld(t, store.Options{Dir: dir}, nil)
	w.events = 1000
	reply, err := w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: w.who("sam"), Text: "details " + n1})
	if !errors.Is(err, store.ErrKey) {
		t.Errorf("%v", err)
	}
	lacks(t, "the answer", shown(reply), "413", "has no")
	holds(t, "the answer", shown(reply), "code")
}
