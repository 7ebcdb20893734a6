package commands

import (
	"fmt"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// roomsNow are text rooms as a platform has them; a "!" before the name says that the
// bot may not write there.
func roomsNow(names ...string) []RoomNow {
	list := make([]RoomNow, len(names))
	for i, name := range names {
		if list[i].ReadOnly = name[0] == '!'; list[i].ReadOnly {
			name = name[1:]
		}
		list[i].Remote, list[i].Name, list[i].Kind = "id-"+name, "#"+name, models.RoomText
	}
	return list
}

// newServer is a coalition that began in a server with these rooms.
func newServer(t *testing.T, rooms ...string) *world {
	t.Helper()
	w := newWorld(t)
	w.space = "guild"
	f := Founding{Who: w.who("you"), Zone: "America/New_York", Lang: models.English, SpaceName: "Larch County", Now: roomsNow(rooms...)}
	if made, err := w.reg.Found(t.Context(), f); err != nil || !made {
		t.Fatal(made, err)
	}
	return w
}

func (w *world) sync(rooms ...RoomNow) {
	w.t.Helper()
	if err := w.reg.SyncSpace(w.t.Context(), "terminal", w.space, "Larch County", rooms); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) room(remote string) *models.Room {
	w.t.Helper()
	room, err := w.reg.store.RoomAt(w.t.Context(), "terminal", remote)
	if err != nil || room == nil {
		w.t.Fatal(room, err)
	}
	return room
}

// version changes with each commit.
func (w *world) version() func() int64 {
	w.t.Helper()
	db := w.database()
	db.SetMaxOpenConns(1)
	return func() (n int64) {
		w.t.Helper()
		if err := db.QueryRowContext(w.t.Context(), "PRAGMA data_version").Scan(&n); err != nil {
			w.t.Fatal(err)
		}
		return n
	}
}

func TestFoundInAServer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		board string
		rooms []string
	}{
		{"id-help-needs", []string{"general", "help-needs", "memes"}},
		{"id-Tablero", []string{"general", "Tablero"}},
		{"id-general", []string{"!rules", "general", "keyboards"}},
		{"id-chat", []string{"chat", "!board"}},
		{"", []string{"!rules"}},
	} {
		w := newServer(t, tt.rooms...)
		a := w.actor("you")
		if a.Coalition.Name != "Larch County" || a.Coalition.VolunteersOpen || a.Person.Roles != models.Admin {
			t.Errorf("%+v of %+v", a.Person, a.Coalition)
		}
		rooms, err := w.reader().RoomsIn("terminal", "guild")
		if err != nil || len(rooms) != len(tt.rooms) {
			t.Fatal(rooms, err)
		}
		for _, room := range rooms {
			if room.IsBoard != (room.Remote == tt.board) {
				t.Errorf("%v: %s is a board: %v", tt.rooms, room.Remote, room.IsBoard)
			}
		}
	}
}

// GUILD_CREATE comes for every server at each start: where nothing differs,
// nothing is written.
func TestSyncWritesOnlyWhatDiffers(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board", "general")
	version := w.version()
	before := version()
	w.sync(roomsNow("general", "board")...)
	w.space = "elsewhere"
	w.sync(roomsNow("board")...)
	for _, err := range []error{
		w.reg.SyncRoom(t.Context(), "terminal", "elsewhere", roomsNow("x")[0]),
		w.reg.SyncRoom(t.Context(), "terminal", "guild", roomsNow("board")[0]),
		w.reg.RoomGone(t.Context(), "terminal", "nowhere"),
		w.reg.SpaceGone(t.Context(), "terminal", "elsewhere"),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if version() != before {
		t.Error("something was written")
	}
	if founded, err := w.reg.Founded(t.Context(), "terminal", "elsewhere"); founded || err != nil {
		t.Error(founded, err)
	}
	w.space = "guild"
	renamed := roomsNow("board", "general", "new")
	renamed[0].Name, renamed[1].Kind = "#the \uE000board", models.RoomForum
	w.sync(renamed...)
	if version() == before {
		t.Error("nothing was written")
	}
	if board, forum := w.room("id-board"), w.room("id-general"); board.Name != "#the board" || !board.IsBoard || forum.Kind != models.RoomForum || w.room("id-new").IsBoard {
		t.Errorf("%+v %+v", board, forum)
	}
}

func TestBoardThatCannotBeWrittenTo(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board", "general").cast()
	n1 := w.asks()
	w.sent().told(t, "id-board", n1)
	w.hears("rosa", "edit "+n1+" what:cheese") // its card is still to be changed
	for range 2 {
		w.sync(roomsNow("!board", "general")...)
	}
	told := w.sent()
	told.told(t, "lee", "I can't post in #board any more. The needs are safe", "setup board:#room")
	told.told(t, "you", "I can't post in #board any more.")
	told.only(t, "lee", "you")

	n2 := w.asks()
	w.hears("sam", "claim "+n1)
	n3 := w.asks()
	w.hears("rosa", "close "+n3+" no_longer_needed")
	w.sent().only(t, "sam", "rosa")

	if err := w.reg.SyncRoom(t.Context(), "terminal", "guild", roomsNow("board")[0]); err != nil {
		t.Fatal(err)
	}
	back := w.sent()
	back.toldEach(t, "id-board", n1+": Groceries", n2+": Groceries") // and nothing of what is over
	holds(t, "the old card", back["id-board"][0], "Taken.", "cheese")
	w.hears("rosa", "close "+n2+" no_longer_needed")
	w.sent().told(t, "id-board", "Closed.")
}

func TestBoardThatIsDeleted(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board", "general").cast()
	w.settings(func(c *models.Coalition) { at := w.clock(); c.SetUpAt = &at })
	n1 := w.asks()
	n2 := w.posts("rosa", "offer two coats category:supplies")
	w.sent()
	for range 2 {
		if err := w.reg.RoomGone(t.Context(), "terminal", "id-board"); err != nil {
			t.Fatal(err)
		}
	}
	told := w.sent()
	told.told(t, "lee", "#board was deleted, so I can't post needs there any more.")
	told.only(t, "lee", "you")
	w.refused("you", "setup board:#board", "#board", "#general")
	w.hears("you", "setup board:<#id-general>", "Saved. Needs are posted in: #general.")
	board := w.sent()
	board.toldEach(t, "id-general", "neighbors helping neighbors", n1+": Groceries", n2+": ")
	board.only(t, "id-general")
	w.hears("you", "setup board:#general", "Saved.")
	w.sent().told(t, "id-general", "neighbors") // the welcome is brought up to date, nothing is posted twice
}

// What a stop of the program cut short is gone on with, and nobody waits for a
// whole board in one transaction.
func TestBoardIsFilledInSteps(t *testing.T) {
	t.Parallel()
	w := newServer(t, "!board")
	const needs = 60
	for range needs {
		w.posts("you", "need milk category:food when:anytime contact:413-555-0142")
		w.pass(time.Minute)
	}
	w.sent()
	w.write("UPDATE room SET read_only = false, is_board = true WHERE remote = 'id-board'")
	coalition, room := w.actor("you").Coalition.ID, w.room("id-board")
	step := func() (n int) {
		err := w.reg.store.Update(t.Context(), w.clock(), func(tx *store.Tx) (err error) {
			tx.In(coalition)
			n, err = tx.CatchUp(room.ID)
			return err
		})
		if err != nil || n > 25 {
			t.Fatal(n, err)
		}
		return n
	}
	if n := step(); n == 0 {
		t.Fatal("nothing was posted")
	}
	w.sweep()
	if n := step(); n != 0 {
		t.Errorf("the sweep left %d", n)
	}
	posted := w.sent()["id-board"]
	if len(posted) != needs {
		t.Fatalf("%d cards", len(posted))
	}
	w.sweep()
	w.sent().only(t)
	for i, card := range posted {
		holds(t, "in their order", card, fmt.Sprintf("N%d:", i+1))
	}
}

func TestServerThatSentTheBotAway(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board").cast()
	n1 := w.asks()
	for range 2 {
		if err := w.reg.SpaceGone(t.Context(), "terminal", "guild"); err != nil {
			t.Fatal(err)
		}
	}
	w.sent().only(t) // the card was not sent yet, and nobody is told
	if spaces, err := w.reg.Spaces(t.Context(), "terminal"); err != nil || len(spaces) != 1 || spaces[0] != "terminal" {
		t.Errorf("%v %v", spaces, err)
	}
	if err := w.reg.SyncRoom(t.Context(), "terminal", "guild", roomsNow("board")[0]); err != nil || w.room("id-board").Usable() {
		t.Errorf("a room came back alone: %v", err)
	}
	w.sync(roomsNow("board")...)
	w.sent().told(t, "id-board", n1)
	w.hears("sam", "claim "+n1, "You took")
	w.space = "terminal"
	w.hears("you", "board", "No needs are open")
}

// A delivery that fails at its room says so once for all.
func TestRoomThatADeliveryFailsIn(t *testing.T) {
	t.Parallel()
	for code, said := range map[string]string{codeRoomGone: "#board was deleted", codeReadOnly: "I can't post in #board any more."} {
		w := newServer(t, "board").cast()
		refs := []string{w.asks(), w.asks(), w.asks()}
		for range 2 { // the second was claimed before the first failed
			outs, err := w.reg.store.Claim(t.Context(), w.clock(), "terminal", 2, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			for _, out := range outs {
				if out.Kind != models.OutCard {
					continue
				}
				err := w.reg.store.Finish(t.Context(), out, w.clock(), store.Result{State: models.OutFailed, NotShown: true, Error: code,
					Also: func(tx *store.Tx) error { return RoomFailed(tx, out, code) }})
				if err != nil {
					t.Error(err)
				}
			}
		}
		w.pass(time.Hour) // leases end
		told := w.sent()
		told.told(t, "lee", said)
		told.told(t, "you", said)
		told.only(t, "lee", "you", "rosa")
		w.sync(roomsNow("board")...)
		w.sent().toldEach(t, "id-board", refs...)
	}
}
