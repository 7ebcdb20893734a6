package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// A room that goes on as another one keeps what it was, and gets the open cards
// anew, once.
func TestRoomThatMoved(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board", "general")
	w.says("you", "setup")
	n1 := w.asks()
	w.sent()
	for _, posted := range []int{1, 0} {
		if err := w.reg.RoomMoved(t.Context(), "terminal", "id-board", "id-new"); err != nil {
			t.Fatal(err)
		}
		if old, now := w.room("id-board"), w.room("id-new"); old.GoneAt == nil || old.IsBoard || !now.IsBoard || !now.Usable() || now.Name != "#board" {
			t.Fatalf("%+v and %+v", old, now)
		}
		out := w.sent()
		if len(out["id-new"]) != posted {
			t.Errorf("%s is posted %q", n1, out)
		}
		out.only(t, "id-new")
	}
	for _, err := range []error{
		w.reg.RoomMoved(t.Context(), "terminal", "id-nowhere", "id-x"),
		w.reg.RoomMoved(t.Context(), "terminal", "id-general", "id-general"),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if w.room("id-general").GoneAt != nil {
		t.Error("another room is gone")
	}
}

// A room that was seen before it was known what it is takes the other's place.
func TestRoomThatMovedIsKnown(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board")
	w.sync(roomsNow("board", "other")...)
	if err := w.reg.RoomMoved(t.Context(), "terminal", "id-board", "id-other"); err != nil {
		t.Fatal(err)
	}
	if old, now := w.room("id-board"), w.room("id-other"); old.GoneAt == nil || !now.IsBoard || now.SpaceID != old.SpaceID {
		t.Errorf("%+v and %+v", old, now)
	}
}

// A room that is a space of its own takes it along.
func TestRoomThatMovedIsTheSpace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.space = "id-board"
	f := Founding{Who: w.who("you"), Zone: "America/New_York", Lang: models.English, SpaceName: "Larch County", Now: roomsNow("board")}
	if made, err := w.reg.Found(t.Context(), f); err != nil || !made {
		t.Fatal(made, err)
	}
	before := w.actor("you").Coalition.ID
	if err := w.reg.RoomMoved(t.Context(), "terminal", "id-board", "id-new"); err != nil {
		t.Fatal(err)
	}
	w.space = "id-new"
	if now := w.actor("you").Coalition.ID; now != before || !w.room("id-new").IsBoard {
		t.Errorf("coalition %v, before %v; the room %+v", now, before, w.room("id-new"))
	}
	if founded, err := w.reg.Founded(t.Context(), "terminal", "id-board"); founded || err != nil {
		t.Error("the old room is still a space", err)
	}
}
