//go:build goolm

package matrix

import (
	"slices"
	"strings"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// A room of no coalition says what can be done; only who runs it begins one or
// has it join another. That it is the board shows the welcome.
func TestFoundingAndJoining(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	self, board := w.account.UserID, w.rooms[0]
	ana := w.people[runsIt]
	rosa := w.comes("Rosa", board)
	w.bot()
	rosa.Say(board, "!setup")
	rosaChat := rosa.DirectWith(self)
	rosa.WaitText(rosaChat, "has no coalition yet")
	w.done(rosa, board, rosa.Say(board, "!join ABCD-EFGH-JKLM-NPQR"))
	w.done(rosa, rosaChat, rosa.Say(rosaChat, "need milk"))
	rosa.WaitText(rosaChat, "I don't know you from any room yet.")
	if founded, err := w.reg.Founded(t.Context(), Name, w.space.String()); err != nil || founded {
		t.Fatalf("founded by somebody who does not run the room: %t, %v", founded, err)
	}

	ana.Say(board, "!configurar")
	anaChat := ana.DirectWith(self)
	for _, step := range []struct{ asked, line string }{
		{"1 de 6.", "Larch"}, {"2 de 6.", "1"}, {"3 de 6.", "es"}, {"4 de 6.", "Eastmeadow"}, {"5 de 6.", "1"}, {"6 de 6.", "1"},
	} {
		ana.WaitText(anaChat, step.asked)
		ana.Say(anaChat, step.line)
	}
	welcome := ana.WaitText(board, "shirebot")
	if !strings.Contains(welcome.Body, "!pedir") || strings.Contains(welcome.Body, "/pedir") {
		t.Errorf("the welcome says %q", welcome.Body)
	}
	pinned := ana.State(board, event.StatePinnedEvents, "")
	ana.Wait("the welcome to be pinned", func() bool {
		pinned = ana.State(board, event.StatePinnedEvents, "")
		return pinned != nil && slices.Contains(pinned.Content.AsPinnedEvents().Pinned, welcome.ID)
	})
	rooms, err := w.reg.Store().RoomAt(t.Context(), Name, w.rooms[1].String())
	if err != nil || rooms == nil || rooms.IsBoard {
		t.Errorf("the space's other room is %+v, %v", rooms, err)
	}

	ana.Say(anaChat, "language en")
	ana.Say(anaChat, "join")
	code := strings.Fields(strings.TrimPrefix(ana.WaitText(anaChat, "Your code: ").Body, "Your code: "))[0]
	other := ana.CreateRoom(matrixtest.Room{Name: "Birch", Encrypted: true, Invite: []id.UserID{self}})
	ana.WaitMember(other, self, event.MembershipJoin)
	w.until("the bot to know the room", func() bool { return slices.Contains(w.bot().places.joined(), other) })
	ana.Say(other, "!join "+code)
	ana.Wait("the answer", func() bool {
		founded, err := w.reg.Founded(t.Context(), Name, other.String())
		return err == nil && founded
	})
}

// A homeserver that is away when the program starts, or that refuses the first
// tries, is waited for.
func TestHomeserverDownAtStart(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.proxy.Down()
	w.start()
	if err := w.proxy.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	rosa := w.comes("Rosa", w.rooms[0])
	rosa.Say(w.rooms[0], "!help")
	w.bot()
	w.done(rosa, w.rooms[0], rosa.Say(w.rooms[0], "!help"))
	rosa.WaitText(rosa.DirectWith(w.account.UserID), "has no coalition yet")
}

func TestDescriptions(t *testing.T) {
	t.Parallel()
	w := founded(t)
	m, ana := w.bot(), w.people[runsIt]
	board, general := w.rooms[0], w.rooms[1]
	described := func(room id.RoomID) map[string]map[string]any {
		state, err := m.session.client.State(t.Context(), room)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]map[string]any{}
		for _, e := range state[event.StateMSC4391BotCommand] {
			if name, ok := e.Content.Raw["command"].(string); ok {
				found[name] = e.Content.Raw
			}
		}
		return found
	}
	if err := m.describeIn(t.Context(), board); err != nil {
		t.Fatal(err)
	}
	ana.Fence(board)
	first := described(board)
	need, ok := first["need"]
	if !ok || first["answer"] != nil || !strings.Contains(strings.Join(aliases(need), " "), "pedir") {
		t.Errorf("described are %v", first)
	}
	if text := strings.ToLower(strings.Join(aliases(need), " ")); strings.Contains(text, "contact") {
		t.Errorf("need is described as %v", need)
	}
	before := len(ana.Timeline(board))
	if err := m.describeIn(t.Context(), board); err != nil {
		t.Fatal(err)
	}
	ana.Fence(board)
	if after := len(ana.Timeline(board)); after != before+1 { // the fence
		t.Errorf("%d events for descriptions that were there already", after-before-1)
	}

	ana.SetLevel(general, w.account.UserID, 0)
	w.until("the bot to know that it may not", func() bool { return !m.mayDescribe(general) })
	if err := m.describeIn(t.Context(), general); err != nil || len(described(general)) > 0 {
		t.Errorf("described %v where it may not, %v", described(general), err)
	}
}

func aliases(content map[string]any) []string {
	var list []string
	all, _ := content["aliases"].([]any)
	for _, alias := range all {
		if s, ok := alias.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

// Every description is one that clients accept, and none asks for anything
// private.
func TestDescriptionsAreValid(t *testing.T) {
	t.Parallel()
	registry, err := commands.New(openStore(t, t.TempDir()), commands.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range models.Langs() {
		list := descriptions(registry, lang)
		if len(list) < 20 {
			t.Errorf("%d commands are described", len(list))
		}
		for _, d := range list {
			if err := d.Validate(); err != nil {
				t.Errorf("%s: %v", d.Command, err)
			}
			for _, p := range d.Parameters {
				if slices.Contains([]string{"contact", "address", "note", "contacto", "dirección", "nota"}, p.Key) {
					t.Errorf("%s asks for %s in a room", d.Command, p.Key)
				}
			}
		}
	}
}
