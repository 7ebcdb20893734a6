//go:build goolm

package matrix

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// What is in a space in a space belongs to the outermost one, its rooms, its
// people and their levels; a space that leaves takes its rooms along.
func TestSpacesInSpaces(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, sam := server.User(t, "Mara"), server.User(t, "Sam")
	w := newStage(t, server).start()
	county := mara.CreateSpace("Larch County", w.home.account.UserID)
	w.comes(mara, county)
	town := mara.CreateSpace("Eastmeadow", w.home.account.UserID)
	w.comes(mara, town)
	mara.AddChild(county, town)
	mara.AddChild(town, county) // they are in each other for a while
	board := w.enter(mara, matrixtest.Room{Name: "Board", Parent: county})
	street := w.enter(mara, matrixtest.Room{Name: "Mill Lane", Parent: town, Invite: []id.UserID{sam.ID}})
	sam.Join(street)
	belongs := func(room id.RoomID, want id.RoomID) {
		t.Helper()
		w.until("the space of "+room.String(), func() bool {
			got, err := w.i.rooms.spaceOf(t.Context(), room)
			return err == nil && got == want.String()
		})
	}
	w.until("both children", func() bool { return len(w.i.places.inside(county)) == 2 && len(w.i.places.inside(town)) == 2 })
	mara.RemoveChild(town, county)
	for _, room := range []id.RoomID{board, street, town} {
		belongs(room, county)
	}
	w.found(mara, county)
	w.until("the rooms", func() bool { return w.row(board) != nil && w.row(street) != nil })
	w.until("Sam", func() bool { return slices.Contains(w.i.rooms.peopleOf(county.String()), sam.ID) })
	if m, err := w.i.rooms.memberOf(t.Context(), county.String(), sam.ID); err != nil || m.Absent || m.Manages {
		t.Errorf("Sam is %+v: %v", m, err)
	}
	mara.AddChild(town, county)
	mara.SetState(board, event.StateRoomName, "", &event.RoomNameEventContent{Name: "Needs"})
	w.until("the change", func() bool { return w.row(board).Name == "#Needs" })
	belongs(street, county) // where it belongs already
	mara.RemoveChild(county, town)
	w.until("the town to leave", func() bool { return w.row(street).GoneAt != nil && w.row(board).GoneAt == nil })
	w.away(func() { mara.AddChild(county, town) })
	w.until("the town to be back", func() bool { return w.row(street).GoneAt == nil })
}

// Spaces are followed no deeper than is useful, whatever they list.
func TestSpacesAreBounded(t *testing.T) {
	t.Parallel()
	p := newPlaces("@bot:here.org")
	child := func(in, room string) {
		key := room
		p.take(id.RoomID(in), &event.Event{Type: event.StateSpaceChild, StateKey: &key, Content: event.Content{Parsed: &event.SpaceChildEventContent{Via: []string{"here.org"}}}})
	}
	joins := func(room string, kind event.RoomType) {
		empty, self := "", "@bot:here.org"
		p.take(id.RoomID(room), &event.Event{Type: event.StateCreate, StateKey: &empty, Content: event.Content{Parsed: &event.CreateEventContent{Type: kind}}})
		p.take(id.RoomID(room), &event.Event{Type: event.StateMember, StateKey: &self, Content: event.Content{Parsed: &event.MemberEventContent{Membership: event.MembershipJoin}}})
	}
	const deep = 30
	for n := range deep {
		joins(fmt.Sprint("!s", n), event.RoomTypeSpace)
		child(fmt.Sprint("!s", n), fmt.Sprint("!s", (n+1)%deep)) // the last one lists the first
		child(fmt.Sprint("!s", n), fmt.Sprint("!r", n))
		joins(fmt.Sprint("!r", n), "")
	}
	if got := len(p.parents("!r29")); got != depthAtMost {
		t.Errorf("%d spaces around a room", got)
	}
	if got := len(p.inside("!s0")); got != depthAtMost {
		t.Errorf("%d rooms in a space", got)
	}
	if top := p.top(p.parents("!r29")); top != "!s29" {
		t.Errorf("the outermost of a ring is %s", top)
	}
}

// noHours is a clock on which no hour ever passes, though what is waited for
// comes in its own time.
type noHours struct{ *platformtest.Clock }

func (noHours) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Invites that wait when the program ends are dealt with after it: the homeserver
// tells of each only once.
func TestInvitesSurviveAStop(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, eve := server.User(t, "Mara"), server.User(t, "Eve")
	w := newStage(t, server)
	w.allow = []string{mara.ID.String()}
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
	w.clock = noHours{clock}
	w.start()
	self := w.home.account.UserID
	var flood, meant []id.RoomID
	for range inviteBurst + 2 {
		flood = append(flood, eve.CreateRoom(matrixtest.Room{Invite: []id.UserID{self}}))
	}
	declined := func(rooms []id.RoomID) (n int) {
		for _, room := range rooms {
			if m := eve.State(room, event.StateMember, self.String()); m != nil && m.Content.AsMember().Membership == event.MembershipLeave {
				n++
			}
		}
		return n
	}
	eve.Wait("the first to be declined", func() bool { return declined(flood) == inviteBurst })
	for range inviteBurst + 2 {
		meant = append(meant, mara.CreateRoom(matrixtest.Room{Invite: []id.UserID{self}}))
	}
	w.until("the others to wait", func() bool {
		w.i.invites.mu.Lock()
		defer w.i.invites.mu.Unlock()
		return len(w.i.invites.waiting) == 4
	})
	w.away(func() {})
	for _, room := range meant {
		mara.WaitMember(room, self, event.MembershipJoin)
	}
	eve.Wait("the others to be declined", func() bool { return declined(flood) == len(flood) })
}

// A room that a late failure made look closed is open again before long.
func TestRoomIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	w := founded(t)
	board := w.rooms[0]
	actor, err := w.store.Actor(t.Context(), w.Founding().Who)
	if err != nil {
		t.Fatal(err)
	}
	err = w.store.Update(t.Context(), actor.Coalition.CreatedAt, func(tx *store.Tx) error {
		tx.In(actor.Coalition.ID)
		rooms, err := tx.Rooms()
		if err != nil {
			return err
		}
		for _, room := range rooms {
			if room.Remote == board.String() {
				return commands.RoomFailed(tx, &models.Out{RoomID: room.ID, CoalitionID: actor.Coalition.ID}, "read only")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.bot().rooms.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.asks("Rosa", "milk and bread", "413-555-0142")
	w.onBoard(board, "N1", "Open.")
}
