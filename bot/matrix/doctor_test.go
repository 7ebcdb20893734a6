//go:build goolm

package matrix

import (
	"slices"
	"strings"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// examine runs the checks and lists what they found, what somebody has to look
// at with a mark.
func (h *home) examine(boards ...id.RoomID) []string {
	h.t.Helper()
	o := ExamineOptions{Homeserver: h.o.Homeserver, User: h.o.User, Password: h.o.Password, Token: h.o.Token, Sealed: h.o.Store.Sealed}
	if len(boards) > 0 {
		space := store.SpaceRooms{Space: models.Space{Name: "Shire"}}
		for _, room := range boards {
			space.Boards = append(space.Boards, models.Room{Remote: room.String(), Name: "board"})
		}
		o.Spaces = append(o.Spaces, space)
	}
	found, err := Examine(h.t.Context(), o)
	if err != nil {
		h.t.Fatal(err)
	}
	list := make([]string, len(found))
	for i, f := range found {
		list[i] = strings.TrimPrefix(f.ID, "matrix.doctor.")
		if f.Look {
			list[i] += "!"
		}
		if missing, ok := f.Fields["Missing"].([]string); ok {
			list[i] += strings.ReplaceAll(" "+strings.Join(missing, " "), "matrix.permission.", "")
		}
	}
	return list
}

func (h *home) wantFindings(name string, have []string, want ...string) {
	h.t.Helper()
	if !slices.Equal(have, want) {
		h.t.Errorf("%s: found %q, want %q", name, have, want)
	}
}

func TestExamine(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	h.wantFindings("before the first start", h.examine(), "not_yet!")
	s := h.open()
	h.wantFindings("without a room", h.examine(), "login", "device", "signed", "recovery", "no_room!", "pace")

	levels := map[id.UserID]int{mara.ID: 100, h.account.UserID: 50}
	secret := mara.CreateRoom(matrixtest.Room{Name: "board", Encrypted: true, Invite: []id.UserID{h.account.UserID}, Levels: levels})
	open := mara.CreateRoom(matrixtest.Room{Name: "open", Invite: []id.UserID{h.account.UserID}})
	join(t, s, secret)
	join(t, s, open)
	always := []string{"login", "device", "signed", "recovery"}
	h.wantFindings("in two rooms", h.examine(secret, open), append(slices.Clone(always), "room", "room_plain", "room", "room_lacks_some! redact", "pace")...)
	mara.SetLevels(secret, func(l *event.PowerLevelsEventContent) {
		l.Events = map[string]int{"m.room.encrypted": 60, "m.reaction": 60, "m.room.power_levels": 100}
	})
	h.wantFindings("in a room that is read only", h.examine(secret), append(slices.Clone(always), "room_lacks! send react", "pace")...)
	mara.Kick(open, h.account.UserID)
	h.wantFindings("in a room that it is not in", h.examine(open), append(slices.Clone(always), "room_gone!", "pace")...)

	if err := h.o.Store.SetSealed(t.Context(), sealedRecovery, []byte("EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d")); err != nil {
		t.Fatal(err)
	}
	h.wantFindings("with a wrong recovery key", h.examine(secret)[:4], "login", "device", "signed", "recovery_wrong!")
	theirs := h.account.User(t, matrixtest.ClientOptions{})
	h.wantFindings("with another device", h.examine(secret)[:4], "login", "device", "signed", "other_devices!")
	h.o.Token = theirs.Client.API().AccessToken
	h.wantFindings("with a token of a device that is not signed", h.examine(secret)[:4], "login", "device", "unsigned!", "other_devices!")
	if h.devices(); len(h.devices()) != 2 {
		t.Errorf("the checks left devices: %v", h.devices())
	}
}

func TestExamineLogin(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	h := newHome(t, server)
	s := h.open()
	h.shut(s)
	if err := h.account.Revoke(t.Context(), s.client.AccessToken); err != nil {
		t.Fatal(err)
	}
	h.wantFindings("revoked, with a password", h.examine(), "login_ended!")
	h.o.Password = ""
	h.wantFindings("revoked, without", h.examine(), "token_bad!")
	h.o.Token = "wrong"
	h.wantFindings("a wrong token", h.examine(), "token_bad!")
	other := newHome(t, server)
	h.o.Token = other.open().client.AccessToken
	h.wantFindings("somebody else's", h.examine(), "other_account!")
	h.o.Token, h.o.User = "", "somebody"
	h.wantFindings("nothing", h.examine(), "no_login!")
	h.o.User = "@half"
	h.wantFindings("half a name", h.examine(), "settings!")
	h.o.User, h.o.Homeserver = "bot", "http://example.org"
	h.wantFindings("in the open", h.examine(), "settings!")
	proxy := server.Proxy(t)
	h.o.Homeserver = proxy.URL()
	proxy.Fail(matrixtest.HTML(502))
	h.wantFindings("a broken homeserver", h.examine(), "unreachable!")
}
