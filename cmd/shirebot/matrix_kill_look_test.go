//go:build goolm

package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// keyOf is what the bot writes into what it says in answer to an event: whoever
// gets it twice sees the same key twice.
func keyOf(event matrixtest.EventID, part string) string {
	sum := sha256.Sum256([]byte(event.String() + " " + part + " 0"))
	return "sb" + hex.EncodeToString(sum[:16])
}

// killSaid is a message of the bot's.
type killSaid struct{ id, key, body string }

// saidTo is all that the bot ever said in a room, as somebody there reads it,
// also what it took back since. Edits are no messages of their own.
func (w *killTown) saidTo(u *matrixtest.User, room matrixtest.RoomID) []killSaid {
	var said []killSaid
	for _, e := range u.Timeline(room) {
		if e.Sender != w.account.UserID || e.Type.Type != "m.room.message" {
			continue
		}
		relation, _ := e.Content.Raw["m.relates_to"].(map[string]any)
		if relation["rel_type"] == "m.replace" {
			continue
		}
		key, _ := e.Content.Raw["io.github.berkshire-mutual-aid.shirebot.key"].(string)
		body, _ := e.Content.Raw["body"].(string)
		said = append(said, killSaid{e.ID.String(), key, strings.ReplaceAll(body, "\u2060", "")})
	}
	return said
}

// answers are the messages in somebody's chat that answer a line of theirs.
func (w *killTown) answers(p *killPerson, line killLine) (n int) {
	for _, said := range w.saidTo(p.User, p.chat) {
		if said.key == keyOf(line.event, "1") {
			n++
		}
	}
	return n
}

// answered waits until all that people wrote is answered.
func (w *killTown) answered(names ...string) {
	w.Helper()
	for _, name := range names {
		p := w.people[name]
		w.chat(name)
		p.mu.Lock()
		lines := slices.Clone(p.lines)
		p.mu.Unlock()
		for _, line := range lines {
			p.Wait("the answer to "+line.text, func() bool { return w.answers(p, line) > 0 })
		}
	}
}

// settle waits until all is answered and shown.
func (w *killTown) settle() {
	w.Helper()
	for name, p := range w.people {
		if len(p.lines) > 0 {
			w.answered(name)
		}
	}
	db := w.look()
	defer func() { _ = db.Close() }()
	w.until("everything to be shown", func() bool { return w.pending(db) == 0 })
}

// pending is how much is still to be shown.
func (w *killTown) pending(db *sql.DB) int {
	w.Helper()
	return len(column(w.T, db, "SELECT id FROM outbox WHERE state = 'pending'"))
}

func (w *killTown) look() *sql.DB {
	w.Helper()
	db, err := openLook(w.data)
	if err != nil {
		w.Fatal(err)
	}
	return db
}

// onBoard waits for the one card of a need to say something.
func (w *killTown) onBoard(ref, words string) matrixtest.Message {
	w.Helper()
	var found matrixtest.Message
	w.people["Ana"].Wait(ref+": "+words, func() bool {
		cards := w.cards(ref)
		if len(cards) != 1 || !strings.Contains(cards[0].Body, words) {
			return false
		}
		found = cards[0]
		return true
	})
	return found
}

func (w *killTown) cards(ref string) []matrixtest.Message {
	return slices.DeleteFunc(w.people["Ana"].Messages(w.board), func(m matrixtest.Message) bool {
		return m.Sender != w.account.UserID || !strings.HasPrefix(m.Body, ref+":")
	})
}

// told makes sure that somebody was told something so many times.
func (w *killTown) told(who, words string, times int) {
	w.Helper()
	p := w.people[who]
	p.Wait(fmt.Sprintf("%q, %d times", words, times), func() bool { return w.count(who, words) >= times })
	p.Fence(p.chat)
	if n := w.count(who, words); n != times {
		w.Errorf("%s was told %q %d times, want %d", who, words, n, times)
	}
}

// count is how often somebody was told something.
func (w *killTown) count(who, words string) (n int) {
	for _, said := range w.saidTo(w.people[who].User, w.chat(who)) {
		if strings.Contains(said.body, words) {
			n++
		}
	}
	return n
}

// forgetsProgress keeps the program from recording how far it has read, from now
// on or not any more: as if it were killed each time just before.
func (w *killTown) forgetsProgress(on bool) {
	w.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.data, "shirebot.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	statement := "DROP TRIGGER forgets"
	if on {
		statement = "CREATE TRIGGER forgets BEFORE INSERT ON matrix_sync BEGIN SELECT RAISE(IGNORE); END"
	}
	if _, err := db.ExecContext(w.Context(), statement); err != nil {
		w.Fatal(err)
	}
}

// recall shows what was said in the rooms, where the test has failed, and at the
// end what is missing.
func (w *killTown) recall() {
	if !w.Failed() {
		return
	}
	for name, p := range w.people {
		for _, room := range []matrixtest.RoomID{w.board, p.chat} {
			if room == "" || room == w.board && name != "Ana" {
				continue
			}
			for _, e := range p.Timeline(room) {
				body, said := e.Content.Raw["body"].(string)
				if !said {
					continue
				}
				w.Logf("%s reads in %s: %s %s %.100q", name, room, e.Sender.Localpart(), e.Type.Type, body)
			}
		}
	}
	for name, p := range w.people {
		if p.chat == "" {
			continue
		}
		for _, m := range p.Messages(p.chat) {
			if m.Unreadable != nil {
				w.Logf("%s cannot read %s of %s: %v", name, m.ID, m.At.Format(time.StampMilli), m.Unreadable)
			}
		}
		for _, line := range p.lines {
			if w.answers(p, line) == 0 {
				w.Logf("%s has no answer to %s, %q", name, line.event, line.text)
			}
		}
	}
	for _, l := range w.lives {
		text, _ := l.text()
		for line := range strings.Lines(text) {
			if strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR") {
				w.Logf("a life of the program complained: %.300s", strings.TrimSpace(line))
			}
		}
	}
	if w.life != nil {
		text, _ := w.life.text()
		w.Logf("the last life ended with %v, and said at last: %s", w.life.err, text[max(0, len(text)-500):])
	}
}
