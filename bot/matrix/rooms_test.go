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
	"github.com/berkshire-mutual-aid/shirebot/models"
)

func (w *stage) row(room id.RoomID) *models.Room {
	w.t.Helper()
	row, err := w.reg.Store().RoomAt(w.t.Context(), Name, room.String())
	if err != nil {
		w.t.Fatal(err)
	}
	return row
}

// A room is its own space until it is in one that the bot is in as well; names,
// power levels and whether the bot is there are followed, missed changes too.
func TestRoomsAreFollowed(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	w := newStage(t, server).start()
	space := mara.CreateSpace("Larch County", w.home.account.UserID)
	w.comes(mara, space)
	board := w.enter(mara, matrixtest.Room{Name: "Board", Parent: space})
	talk := w.enter(mara, matrixtest.Room{Name: "Talk", Parent: space, Encrypted: true})
	alone := w.enter(mara, matrixtest.Room{Name: "Alone"})
	for room, want := range map[id.RoomID]id.RoomID{board: space, talk: space, alone: alone, space: space} {
		w.until("the space of a room", func() bool {
			got, err := w.i.rooms.spaceOf(t.Context(), room)
			return err == nil && got == want.String()
		})
	}
	w.found(mara, space)
	if b, k := w.row(board), w.row(talk); b == nil || k == nil || !b.IsBoard || b.Name != "#Board" || w.row(alone) != nil {
		t.Fatalf("%+v, %+v", b, k)
	}
	mara.SetState(board, event.StateRoomName, "", &event.RoomNameEventContent{Name: "Needs"})
	w.until("the name", func() bool { return w.row(board).Name == "#Needs" })
	mara.SetLevels(talk, func(l *event.PowerLevelsEventContent) { l.SetEventLevel(event.EventEncrypted, 50) })
	w.until("the levels", func() bool { return w.row(talk).ReadOnly })
	w.away(func() {
		mara.SetLevels(talk, func(l *event.PowerLevelsEventContent) { l.SetEventLevel(event.EventEncrypted, 0) })
		mara.Kick(board, w.home.account.UserID)
	})
	w.until("what was missed", func() bool { return !w.row(talk).ReadOnly && w.row(board).GoneAt != nil })
	mara.RemoveChild(space, talk)
	w.until("the room to go", func() bool { return w.row(talk).GoneAt != nil })
	mara.AddChild(space, talk)
	w.until("the room to come back", func() bool { return w.row(talk).GoneAt == nil })
	mara.Kick(space, w.home.account.UserID)
	w.until("the space to go", func() bool {
		spaces, err := w.reg.Spaces(t.Context(), Name)
		return err == nil && len(spaces) == 0
	})
}

// Somebody else's space takes over no room that belongs to a coalition.
func TestRoomStaysWhereItBelongs(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, eve := server.User(t, "Mara"), server.User(t, "Eve")
	w := newStage(t, server).start()
	room := w.enter(mara, matrixtest.Room{Name: "Board"})
	w.found(mara, room)
	space := eve.CreateSpace("Mine now", w.home.account.UserID)
	w.comes(eve, space)
	w.found(eve, space)
	eve.AddChild(space, room)
	w.until("the child", func() bool { return len(w.i.places.parents(room)) == 1 })
	if got, err := w.i.rooms.spaceOf(t.Context(), room); err != nil || got != room.String() {
		t.Errorf("it belongs to %s now: %v", got, err)
	}
	if row := w.row(room); row.GoneAt != nil || !row.IsBoard {
		t.Errorf("%+v", row)
	}
	member, err := w.i.rooms.memberOf(t.Context(), room.String(), eve.ID)
	if err != nil || !member.Absent || member.Manages {
		t.Errorf("eve is %+v there: %v", member, err)
	}
}

// Anybody's space can list any room, and takes none over that did not agree: what
// is asked there would be read by whoever runs the space.
func TestSpaceTakesNoRoomWithoutItsConsent(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, eve := server.User(t, "Mara"), server.User(t, "Eve")
	w := newStage(t, server).start()
	room := w.enter(mara, matrixtest.Room{Name: "Kitchen"})
	space := eve.CreateSpace("Mine now", w.home.account.UserID)
	w.comes(eve, space)
	w.found(eve, space)
	eve.AddChild(space, room)
	w.until("the child", func() bool { return len(w.i.places.parents(room)) == 1 })
	if got, err := w.i.rooms.spaceOf(t.Context(), room); err != nil || got != room.String() || w.row(room) != nil {
		t.Errorf("it belongs to %s: %v", got, err)
	}
	mara.SetState(room, event.StateSpaceParent, space.String(), &event.SpaceParentEventContent{Via: []string{eve.ID.Homeserver()}})
	w.until("the room to come in", func() bool { row := w.row(room); return row != nil && row.GoneAt == nil })
	if got, err := w.i.rooms.spaceOf(t.Context(), room); err != nil || got != space.String() {
		t.Errorf("it belongs to %s, although it says where it is: %v", got, err)
	}
}

// A room that is upgraded goes on in the new one, whoever has to let the bot in.
func TestUpgradesAreFollowed(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	w := newStage(t, server).start()
	room := w.enter(mara, matrixtest.Room{Name: "Board", Public: true})
	w.found(mara, room)
	next := mara.Upgrade(room)
	w.until("the new room", func() bool { row := w.row(next); return row != nil && row.IsBoard && w.row(room).GoneAt != nil })
	w.until("the space", func() bool {
		founded, err := w.reg.Founded(t.Context(), Name, next.String())
		return err == nil && founded
	})
}

// A room of a space is replaced in it, whether or not somebody adds the new one.
func TestUpgradeInASpace(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, eve := server.User(t, "Mara"), server.User(t, "Eve")
	w := newStage(t, server).start()
	space := mara.CreateSpace("Larch County", w.home.account.UserID)
	w.comes(mara, space)
	board := w.enter(mara, matrixtest.Room{Name: "Board", Parent: space, Public: true})
	w.until("the child", func() bool { return len(w.i.places.parents(board)) == 1 })
	w.found(mara, space)
	var next id.RoomID
	w.away(func() { next = mara.Upgrade(board) })
	moved := func() bool {
		row := w.row(next)
		return row != nil && row.IsBoard && row.GoneAt == nil && w.row(board).GoneAt != nil
	}
	w.until("the new room", moved)
	mara.AddChild(space, next)
	w.until("the child", func() bool { return len(w.i.places.parents(next)) == 1 })
	w.away(func() {})
	if !moved() {
		t.Errorf("%+v, %+v", w.row(board), w.row(next))
	}
	// A room that only says it is the next one is not.
	claims := eve.CreateRoom(matrixtest.Room{Name: "Board", Invite: []id.UserID{w.home.account.UserID}})
	w.comes(eve, claims)
	w.i.places.take(claims, &event.Event{Type: event.StateCreate, StateKey: new(string), Sender: eve.ID, Content: event.Content{
		Parsed: &event.CreateEventContent{Predecessor: &event.Predecessor{RoomID: next}}}})
	if former := w.i.rooms.former(claims); former != "" || w.i.places.latest(next) != next {
		t.Errorf("%s took the place of another", claims)
	}
}

// The bot comes to whom it may, and to nobody else.
func TestInvites(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, sam, eve := server.User(t, "Mara"), server.User(t, "Sam"), server.User(t, "Eve")
	w := newStage(t, server)
	w.allow = []string{mara.ID.String(), "*:example.org"}
	w.start()
	board := w.enter(mara, matrixtest.Room{Name: "Board", Invite: []id.UserID{sam.ID}})
	sam.Join(board)
	w.until("Sam", func() bool { return slices.Contains(w.i.rooms.peopleOf(board.String()), sam.ID) })
	refused := sam.CreateRoom(matrixtest.Room{Name: "Too early", Invite: []id.UserID{w.home.account.UserID}})
	sam.WaitMember(refused, w.home.account.UserID, event.MembershipLeave)
	w.found(mara, board)
	w.enter(sam, matrixtest.Room{Name: "Members may"})
	refused = eve.CreateRoom(matrixtest.Room{Name: "Strangers may not", Invite: []id.UserID{w.home.account.UserID}})
	eve.WaitMember(refused, w.home.account.UserID, event.MembershipLeave)
	w.away(func() {
		refused = eve.CreateRoom(matrixtest.Room{Name: "Not when it is away", Invite: []id.UserID{w.home.account.UserID}})
	})
	eve.WaitMember(refused, w.home.account.UserID, event.MembershipLeave)
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	for n, tt := range []struct {
		list []string
		user id.UserID
		want bool
	}{
		{nil, "@a:home.org", true},
		{nil, "@a:nothome.org", false},
		{[]string{"*:example.org"}, "@a:example.org", true},
		{[]string{"*:example.org"}, "@a:evil-example.org", false},
		{[]string{"*:example.org"}, "@a:example.org.evil.net", false},
		{[]string{"@mara:example.org"}, "@mara:example.org", true},
		{[]string{"mara:example.org"}, "@mara:example.org", true},
		{[]string{"@mara:example.org"}, "@mara2:example.org", false},
		{[]string{" @Mara:Example.org "}, "@mara:example.org", true},
		{[]string{"*:*.example.org"}, "@a:b.example.org", true},
		{[]string{"*:[::1]:8008"}, "@a:[::1]:8008", true},
		{[]string{"*:[::1]:8008"}, "@a::::1:8008", false},
		{[]string{"", "[", "?"}, "@a:home.org", false},
		{[]string{"*"}, "@a/b:anywhere.net", true},
		{[]string{"org-*-team:*.org"}, "@org-north-team:b.org", true},
		{[]string{"org-*-team:*.org"}, "@org-team:b.org", false},
		{[]string{"a*a:b.org"}, "@a:b.org", false},
	} {
		if got := allowed(tt.list, "@bot:home.org", tt.user); got != tt.want {
			t.Errorf("%d: %q and %s: %v", n, tt.list, tt.user, got)
		}
	}
}

// Levels of the space itself count, at once and without a word of whom they
// concern.
func TestPowerLevels(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara, sam := server.User(t, "Mara"), server.User(t, "Sam")
	w := newStage(t, server).start()
	space := mara.CreateSpace("Larch County", w.home.account.UserID)
	w.comes(mara, space)
	board := w.enter(mara, matrixtest.Room{Name: "Board", Parent: space, Invite: []id.UserID{sam.ID}, Levels: map[id.UserID]int{sam.ID: 100}})
	sam.Join(board)
	w.until("the child", func() bool { return slices.Contains(w.i.rooms.peopleOf(space.String()), sam.ID) })
	w.found(mara, space)
	w.runs(mara, space, "linkrole add navigator pl30")
	check := func(u *matrixtest.User, want string) {
		t.Helper()
		w.until(want, func() bool {
			m, err := w.i.rooms.memberOf(t.Context(), space.String(), u.ID)
			return err == nil && fmt.Sprintf("%v %v %v", m.Roles, m.Manages, m.Absent) == want
		})
	}
	check(mara, "[pl30 pl50 pl100] true false")
	check(sam, "[] false false") // it has all power in the room, and none in the space
	mara.SetLevel(space, sam.ID, 30)
	check(sam, "[pl30] false false")
	w.runs(sam, space, "board")
	roles := func() models.Roles {
		actor, err := w.reg.Store().Actor(t.Context(), who(sam, space))
		if err != nil {
			t.Fatal(err)
		}
		return actor.Person.Roles
	}
	if roles() != models.Navigator {
		t.Errorf("Sam has %v", roles())
	}
	mara.SetLevel(space, sam.ID, 0)
	w.until("the role to go", func() bool { return roles() == 0 })
	mara.SetLevel(space, sam.ID, 50)
	w.until("the role", func() bool { return roles() == models.Navigator })
	w.away(func() { sam.Leave(board) })
	w.until("the role to go with them", func() bool { return roles() == 0 })
	check(sam, "[] false true")
}

// A flood of invites is dealt with slowly, and whoever may invite waits for
// nobody of it.
func TestInviteFlood(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	w := newStage(t, server)
	w.allow = []string{mara.ID.String()}
	w.start()
	w.settled()
	if err := w.end(); err != nil {
		t.Fatal(err)
	}
	clock := platformtest.NewClock(time.Now()) //nolint:forbidigo // invites are dealt with by this clock
	w.i.clock = clock
	v := newInvites(w.i)
	for n := range 1000 {
		v.add(&invite{room: id.RoomID(fmt.Sprintf("!%d:flood.org", n)), from: "@eve:flood.org"})
	}
	v.add(&invite{room: "!mara:here.org", from: mara.ID, meant: true})
	next, _ := v.next()
	if next == nil || next.from != mara.ID {
		t.Fatalf("%+v comes first", next)
	}
	for n := range 30 { // each person who may has turns of their own
		friend := id.UserID(fmt.Sprintf("@friend%d:here.org", n))
		v.add(&invite{room: id.RoomID("!" + friend), from: friend, meant: true})
	}
	for range 30 {
		if next, _ := v.next(); next == nil || !next.meant {
			t.Fatalf("%+v comes before who may invite", next)
		}
	}
	dealt := 1
	for range 60 {
		for {
			next, wait := v.next()
			if next == nil {
				if wait <= 0 {
					t.Fatal("it does not wait")
				}
				break
			}
			dealt++
		}
		clock.Advance(time.Second)
	}
	if dealt < 6 || dealt > 10 {
		t.Errorf("%d invites in a minute", dealt)
	}
	if len(v.waiting) > invitesAtMost {
		t.Errorf("%d wait", len(v.waiting))
	}
}
