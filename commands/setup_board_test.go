package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Each server has a board of its own.
func TestSetupChoosesTheBoardOfItsServer(t *testing.T) {
	t.Parallel()
	w := newServer(t, "chat", "general", "!rules")
	reply, err := w.reg.JoinSpace(t.Context(), Founding{Who: store.Who{Platform: "terminal", Space: "other", Account: "max", Name: "max"}, Now: []RoomNow{{Remote: "o1", Name: "#needs"}, {Remote: "o2", Name: "#general"}}}, w.code())
	if err != nil || reply.Mistake {
		t.Fatal(reply, err)
	}
	w.refused("you", "setup board:#needs", "#needs", "#chat and #general")
	w.refused("you", "setup board:<#o1>", "#chat and #general")
	w.refused("you", "setup board:#rules", "I can't post in #rules. Nothing was saved.")
	w.hears("you", "setup board:#general", "Needs are posted in: #general.")
	if !w.room("o1").IsBoard || w.room("o2").IsBoard || w.room("id-chat").IsBoard || !w.room("id-general").IsBoard {
		t.Error("the wrong rooms are boards")
	}
	n1 := w.asks()
	out := w.sent()
	out.told(t, "id-general", n1)
	out.told(t, "o1", n1)
	w.space = "other"
	w.refused("max", "setup board:#general", "setup is for admins")
	w.hears("you", "setup board:#general", "Needs are posted in: #general.")
	if w.room("o1").IsBoard || !w.room("o2").IsBoard || !w.room("id-general").IsBoard {
		t.Error("the wrong rooms are boards")
	}
	w.sent().told(t, "o2", n1)
}

func TestSetupSuggestsABoard(t *testing.T) {
	t.Parallel()
	w := newServer(t, "!board", "!general")
	to5 := func() {
		w.says("you", "setup")
		for range 4 {
			w.says("you", "keep")
		}
	}
	to5()
	w.says("you", "keep")
	w.hears("you", "keep", "I have no room to post needs in yet. To choose one: setup board:#room")
	w.sync(roomsNow("general", "our-board", "!board")...)
	w.says("you", "setup")
	w.says("you", "yes")
	for range 3 {
		w.says("you", "keep")
	}
	w.says("you", "Stonebridge")
	w.hears("you", "keep", "Noted: #our-board.")
	w.hears("you", "keep", "Saved. The welcome post is in #our-board.")
	w.sent().told(t, "id-our-board", "neighbors helping neighbors")
}
