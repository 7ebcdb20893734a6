//go:build goolm

package main

import (
	"database/sql"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// check waits until all is done, ends the program in order, and looks for what
// was lost, shown twice or left half done.
func (w *killTown) check() {
	w.Helper()
	w.settle()
	w.stop()
	db := w.look()
	defer func() { _ = db.Close() }()
	for _, i := range invariants {
		for _, found := range column(w.T, db, i.query) {
			w.Errorf("%s: %s", i.what, found)
		}
	}
	checkOnce(w.T, db)
	w.checkCards(db)
	w.checkSaid(db)
	w.checkFiles()
}

// checkCards compares the cards with the database.
func (w *killTown) checkCards(db *sql.DB) {
	w.Helper()
	w.people["Ana"].Fence(w.board)
	needs := column(w.T, db, `SELECT 'N' || number || ' ' || CASE WHEN state = 'done' THEN 'Done.' WHEN claimed >= slots THEN 'Taken.' ELSE 'Open.' END FROM need WHERE number > 0`)
	for _, need := range needs {
		ref, words, _ := strings.Cut(need, " ")
		cards := w.cards(ref)
		if len(cards) != 1 || !strings.Contains(cards[0].Body, words) || !cards[0].Encrypted || !cards[0].Signed {
			w.Errorf("%s should say %q on one card, and there is %+v", ref, words, cards)
		}
	}
	if len(needs) == 0 {
		w.Error("nothing was posted: the test shows nothing")
	}
}

// checkSaid makes sure that each message of the bot's is the answer to a line, or
// belongs to one row of the outbox, and that each of those has one.
func (w *killTown) checkSaid(db *sql.DB) {
	w.Helper()
	want := map[string]string{} // what it is, by the message's key or id
	for _, remote := range column(w.T, db, "SELECT remote_id FROM outbox WHERE kind <> 'unreact' AND remote_id <> ''") {
		want[remote] = "a row of the outbox"
	}
	optional := map[string]bool{}
	for _, p := range w.people {
		for _, line := range p.lines {
			want[keyOf(line.event, "1")] = p.Name + "'s line " + line.text
			for _, part := range []string{"room", "2", "3"} {
				optional[keyOf(line.event, part)] = true
			}
		}
	}
	rooms := map[matrixtest.RoomID]*matrixtest.User{w.board: w.people["Ana"].User}
	for _, p := range w.people {
		if p.chat != "" {
			p.Fence(p.chat)
			rooms[p.chat] = p.User
		}
	}
	seen := map[string]int{}
	for room, u := range rooms {
		for _, said := range w.saidTo(u, room) {
			switch {
			case want[said.id] != "":
				seen[said.id]++
			case want[said.key] != "", optional[said.key]:
				seen[said.key]++
			default:
				w.Errorf("%s reads what nobody asked for: %q", u.Name, said.body)
			}
			if said.key != "" && seen[said.key] > 1 {
				w.Errorf("%s reads twice: %q", u.Name, said.body)
			}
		}
	}
	for key, what := range want {
		if seen[key] != 1 {
			w.Errorf("%s has %d messages", what, seen[key])
		}
	}
}

// checkFiles looks for what is private in the program's own files.
func (w *killTown) checkFiles() {
	w.Helper()
	err := filepath.WalkDir(w.data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, secret := range append([]string{w.account.Password}, w.sealed...) {
			if strings.Contains(string(content), secret) {
				w.Errorf("%s has %q in it", entry.Name(), secret)
			}
		}
		return err
	})
	if err != nil {
		w.Error(err)
	}
}

// rooms are all that the town's people and the bot are in.
func (w *killTown) rooms() []matrixtest.RoomID {
	rooms := []matrixtest.RoomID{w.board}
	for _, p := range w.people {
		if p.chat != "" {
			rooms = append(rooms, p.chat)
		}
	}
	return rooms
}

// checkSecret makes sure that the homeserver has no word of what is private, and
// nothing in the encrypted rooms of the towns that is not encrypted.
func checkSecret(t testing.TB, server *matrixtest.Server, towns []*killTown) {
	t.Helper()
	stored, err := server.Stored(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rooms, private := map[matrixtest.RoomID]bool{}, map[string]bool{}
	for _, w := range towns {
		for _, room := range w.rooms() {
			rooms[room] = true
		}
		for _, words := range w.private {
			private[words] = true
		}
	}
	encrypted, open := 0, []string{"m.reaction", "m.room.redaction", "test.fence"}
	for _, e := range stored {
		for words := range private {
			escaped, _ := json.Marshal(words) //nolint:errchkjson // a text always can be
			if strings.Contains(e.JSON, strings.Trim(string(escaped), `"`)) {
				t.Errorf("the homeserver has %q in an event of type %s", words, e.Type)
			}
		}
		switch {
		case !rooms[e.Room] || e.StateKey != nil:
		case e.Type == "m.room.encrypted":
			encrypted++
		case !slices.Contains(open, e.Type):
			t.Errorf("the homeserver has an event of type %s in an encrypted room: %s", e.Type, e.Content)
		}
	}
	if len(towns) > 0 && encrypted < 20 {
		t.Errorf("%d encrypted events are stored: that is not the whole story", encrypted)
	}
	for words := range private {
		if files, err := server.Files(words); err != nil || len(files) > 0 {
			t.Errorf("the homeserver has %q in %v, %v", words, files, err)
		}
	}
}
