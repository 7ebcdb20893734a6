package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// notebook is a keeper that notes what it is told, of the servers founded.
type notebook struct {
	founded []string
	asked   int
	notes   []string
	quiet   bool
}

func (n *notebook) Founded(_ context.Context, _, space string) (bool, error) {
	n.asked++
	return slices.Contains(n.founded, space), nil
}

func (n *notebook) Spaces(context.Context, string) ([]string, error) { return n.founded, nil }

func (n *notebook) note(format string, args ...any) {
	if !n.quiet {
		n.notes = append(n.notes, fmt.Sprintf(format, args...))
	}
}

func (n *notebook) SyncSpace(_ context.Context, platform, space, title string, rooms []commands.RoomNow) error {
	var names []string
	for _, r := range rooms {
		names = append(names, roomText(r))
	}
	n.note("%s %s %s: %s", platform, space, title, strings.Join(names, " "))
	return nil
}

func roomText(r commands.RoomNow) string {
	text := r.Remote + r.Name
	if r.Kind != "text" {
		text += "(" + string(r.Kind) + ")"
	}
	if r.ReadOnly {
		text += "!"
	}
	return text
}

func (n *notebook) SyncRoom(_ context.Context, _, space string, now commands.RoomNow) error {
	n.note("%s %s", space, roomText(now))
	return nil
}

func (n *notebook) RoomGone(_ context.Context, _, remote string) error {
	n.note("room %s gone", remote)
	return nil
}

func (n *notebook) SpaceGone(_ context.Context, _, space string) error {
	n.note("space %s gone", space)
	return nil
}

// drain returns what was noted since the last time.
func (n *notebook) drain() string {
	notes := strings.Join(n.notes, "; ")
	n.notes = nil
	return notes
}

// atlas is Discord, as far as rooms read from it.
type atlas struct {
	g        guild
	roles    []string
	channels []channel
	reads    int
	fails    error
}

func (a *atlas) guild(context.Context, string) (*guild, error) {
	a.reads++
	g := a.g
	return &g, a.fails
}

func (a *atlas) guildChannels(context.Context, string) ([]channel, error) {
	a.reads++
	return slices.Clone(a.channels), nil
}

func (a *atlas) member(_ context.Context, _, user string) (*member, error) {
	a.reads++
	if user != "9" {
		return nil, errors.New("not the bot")
	}
	return &member{Roles: a.roles}, nil
}

// tell takes in an event as the gateway sends it.
func tell(t *testing.T, r *rooms, kind string, data any) error {
	t.Helper()
	raw, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := decode(event{Type: kind, Data: raw})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := placeKey(seen); !ok {
		return nil
	}
	return r.take(t.Context(), seen)
}

type object map[string]any

func guildObject(id, everyone string, channels ...object) object {
	return object{"id": id, "name": "Larch", "owner_id": "5", "channels": channels,
		"roles":   []object{{"id": id, "permissions": everyone}, {"id": "22", "permissions": "0"}, {"id": "33", "permissions": "8"}},
		"members": []object{{"user": object{"id": "77"}, "roles": []string{"33"}}, {"user": object{"id": "9"}, "roles": []string{"22"}}}}
}

func channelObject(id string, kind, position int, name string, overwrites ...object) object {
	return object{"id": id, "guild_id": "1", "type": kind, "position": position, "name": name, "permission_overwrites": overwrites}
}

var allNeeded = bitText(neededInEachRoom)

func newRoomsTest() (*rooms, *notebook, *atlas) {
	n := &notebook{founded: []string{"1"}}
	a := &atlas{g: guild{ID: "1", Name: "Larch", OwnerID: "5", Roles: []role{{ID: "1", Permissions: allNeeded}, {ID: "22", Permissions: "0"}}},
		roles: []string{"22"}, channels: []channel{{ID: "10", Name: "board", Type: channelText}}}
	r := newRooms(n, a)
	r.meet("9")
	return r, n, a
}

func TestRoomsFollowAServer(t *testing.T) {
	t.Parallel()
	r, n, a := newRoomsTest()
	hidden := object{"id": "1", "type": 0, "allow": "0", "deny": bitText(mayView)}
	opened := object{"id": "22", "type": 0, "allow": bitText(mayView), "deny": "0"}
	created := guildObject("1", allNeeded, channelObject("12", 15, 2, "needs"), channelObject("10", 0, 0, "rules", hidden),
		channelObject("13", 2, 3, "voice"), channelObject("11", 5, 1, "news", hidden, opened), channelObject("14", 4, 0, "a category"))
	for _, step := range []struct {
		what string
		kind string
		data any
		want string
	}{
		{"all of it comes", "GUILD_CREATE", created, "discord 1 Larch: 10#rules! 11#news(announcement) 12#needs(forum)"},
		{"a channel is renamed", "CHANNEL_UPDATE", channelObject("12", 15, 2, "asks"), "1 12#asks(forum)"},
		{"one is closed", "CHANNEL_UPDATE", channelObject("11", 5, 1, "news", hidden), "1 11#news(announcement)!"},
		{"one is made", "CHANNEL_CREATE", channelObject("15", 0, 4, "new"), "1 15#new"},
		{"one for voices is made", "CHANNEL_CREATE", channelObject("16", 2, 4, "talk"), ""},
		{"a thread changes", "THREAD_UPDATE", channelObject("17", 11, 4, "thread"), ""},
		{"one is deleted", "CHANNEL_DELETE", channelObject("12", 15, 2, "asks"), "room 12 gone"},
		{"somebody's role changes", "GUILD_ROLE_UPDATE", object{"guild_id": "1", "role": object{"id": "33", "permissions": "0"}}, ""},
		{"its role changes its color", "GUILD_ROLE_UPDATE", object{"guild_id": "1", "role": object{"id": "22", "permissions": "0"}}, ""},
		{"everyone's role changes", "GUILD_ROLE_UPDATE", object{"guild_id": "1", "role": object{"id": "1", "permissions": "0"}}, "discord 1 Larch: 10#board"},
		{"its own role changes", "GUILD_ROLE_UPDATE", object{"guild_id": "1", "role": object{"id": "22", "permissions": "8"}}, "discord 1 Larch: 10#board"},
		{"somebody's role is deleted", "GUILD_ROLE_DELETE", object{"guild_id": "1", "role_id": "33"}, ""},
		{"its own role is deleted", "GUILD_ROLE_DELETE", object{"guild_id": "1", "role_id": "22"}, "discord 1 Larch: 10#board"},
		{"it gets a nickname", "GUILD_MEMBER_UPDATE", object{"guild_id": "1", "user": object{"id": "9"}, "roles": []string{"22"}}, ""},
		{"it gets a role", "GUILD_MEMBER_UPDATE", object{"guild_id": "1", "user": object{"id": "9"}, "roles": []string{"33", "22"}}, "discord 1 Larch: 10#board"},
		{"somebody else does", "GUILD_MEMBER_UPDATE", object{"guild_id": "1", "user": object{"id": "8"}, "roles": []string{"33"}}, ""},
		{"the server is renamed", "GUILD_UPDATE", object{"id": "1", "name": "Larch"}, "discord 1 Larch: 10#board"},
		{"Discord cannot reach it", "GUILD_DELETE", object{"id": "1", "unavailable": true}, ""},
		{"it is not there at all", "GUILD_CREATE", object{"id": "1", "unavailable": true}, ""},
		{"it sends the bot away", "GUILD_DELETE", object{"id": "1"}, "space 1 gone"},
	} {
		if err := tell(t, r, step.kind, step.data); err != nil {
			t.Errorf("%s: %v", step.what, err)
		}
		if got := n.drain(); got != step.want {
			t.Errorf("%s:\n got %s\nwant %s", step.what, got, step.want)
		}
	}
	if len(r.known) != 0 {
		t.Error("the server is remembered")
	}
	a.fails = errors.New("no connection")
	if err := tell(t, r, "CHANNEL_UPDATE", channelObject("12", 15, 2, "asks")); !errors.Is(err, a.fails) || n.drain() != "" {
		t.Errorf("what could not be read is taken in: %v", err)
	}
}

// Of a server without a coalition nothing is kept, read or written.
func TestRoomsLeaveOtherServersAlone(t *testing.T) {
	t.Parallel()
	r, n, a := newRoomsTest()
	n.founded = nil
	r.known["1"] = standing{}
	for kind, data := range map[string]any{
		"GUILD_CREATE": guildObject("1", allNeeded), "GUILD_UPDATE": object{"id": "1"}, "CHANNEL_CREATE": channelObject("10", 0, 0, "x"),
		"GUILD_ROLE_UPDATE": object{"guild_id": "1", "role": object{"id": "1", "permissions": "0"}},
	} {
		before := n.asked
		if err := tell(t, r, kind, data); err != nil {
			t.Error(err)
		}
		if n.asked > before+1 {
			t.Errorf("%s: asked %d times", kind, n.asked-before)
		}
	}
	if got := n.drain(); got != "" || a.reads != 0 || len(r.known) != 0 {
		t.Errorf("%s; %d reads, %d known", got, a.reads, len(r.known))
	}
}

// Where the bot was sent away while it was not connected, it is not in the list
// that a new session begins with. A server that is not available is.
func TestRoomsCompareServersAtReady(t *testing.T) {
	t.Parallel()
	r, n, _ := newRoomsTest()
	n.founded = []string{"1", "2", "3"}
	ready := readyEvent{User: user{ID: "9"}, Guilds: []readyGuild{{ID: "1", Unavailable: true}, {ID: "3"}, {ID: "4"}}}
	if err := r.ready(t.Context(), ready); err != nil || n.drain() != "space 2 gone" {
		t.Error(n.notes, err)
	}
}

func TestRoomsReadAServer(t *testing.T) {
	t.Parallel()
	r, n, a := newRoomsTest()
	a.channels = []channel{{ID: "30", Name: "b", Position: 2}, {ID: "4", Name: "c", Position: 2}, {ID: "31", Name: "a", Position: 1, Type: channelForum}, {ID: "5", Type: 2}}
	g, list, err := r.now(t.Context(), "1")
	var got []string
	for _, room := range list {
		got = append(got, roomText(room))
	}
	if want := "31#a(forum) 4#c 30#b"; err != nil || g.Name != "Larch" || strings.Join(got, " ") != want {
		t.Errorf("%v %v, want %s", got, err, want)
	}
	// The next event about a channel there needs no question.
	reads := a.reads
	if err := tell(t, r, "CHANNEL_UPDATE", channelObject("4", 0, 0, "c")); err != nil || n.drain() != "1 4#c" || a.reads != reads {
		t.Error(err, n.notes, a.reads)
	}
}

// A thousand servers of thirty channels stay under 2 MiB.
func TestRoomsKeepNextToNothing(t *testing.T) {
	n := &notebook{quiet: true}
	r := newRooms(n, &atlas{})
	r.meet("9")
	channels := make([]object, 30)
	for i := range channels {
		channels[i] = channelObject(fmt.Sprint(100+i), 0, i, strings.Repeat("n", 90), object{"id": "1", "type": 0, "allow": "1", "deny": "2"})
	}
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = fmt.Sprintf("10%016d", i)
		n.founded = ids
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for _, id := range ids {
		if err := tell(t, r, "GUILD_CREATE", guildObject(id, allNeeded, channels...)); err != nil {
			t.Fatal(err)
		}
	}
	after := heap()
	if len(r.known) != len(ids) {
		t.Fatalf("%d are known", len(r.known))
	}
	if kept := int64(after) - int64(before); kept > 2<<20 {
		t.Errorf("%d bytes are kept", kept)
	} else {
		t.Logf("%d bytes a server", kept/int64(len(ids)))
	}
	runtime.KeepAlive(r)
}
