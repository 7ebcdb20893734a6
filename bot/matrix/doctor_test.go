//go:build goolm

package matrix

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
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
	return h.examined(o)
}

// examined lists what the checks found, and makes sure that all of it is said in
// each language.
func (h *home) examined(o ExamineOptions) []string {
	h.t.Helper()
	found, err := Examine(h.t.Context(), o)
	if err != nil {
		h.t.Fatal(err)
	}
	texts, err := catalogue.New()
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range found {
		for _, lang := range models.Langs() {
			if text, err := texts.Text(lang, f.ID, f.Fields); err != nil || text == "" {
				h.t.Errorf("%s in %s is %q: %v", f.ID, lang, text, err)
			}
		}
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
	h.wantFindings("without a room", h.examine(), "login", "device", "signed", "recovery", "no_room!", "pace_unknown")

	levels := map[id.UserID]int{mara.ID: 100, h.account.UserID: 50}
	secret := mara.CreateRoom(matrixtest.Room{Name: "board", Encrypted: true, Invite: []id.UserID{h.account.UserID}, Levels: levels})
	open := mara.CreateRoom(matrixtest.Room{Name: "open", Invite: []id.UserID{h.account.UserID}})
	join(t, s, secret)
	join(t, s, open)
	always := []string{"login", "device", "signed", "recovery"}
	h.wantFindings("in two rooms", h.examine(secret, open), append(slices.Clone(always), "room", "room_plain", "room", "room_lacks_some! redact", "pace_unknown")...)
	mara.SetLevels(secret, func(l *event.PowerLevelsEventContent) {
		l.Events = map[string]int{"m.room.encrypted": 60, "m.reaction": 60, "m.room.power_levels": 100}
	})
	h.wantFindings("in a room that is read only", h.examine(secret), append(slices.Clone(always), "room_lacks! send react", "pace_unknown")...)
	mara.Kick(open, h.account.UserID)
	h.wantFindings("in a room that it is not in", h.examine(open), append(slices.Clone(always), "room_gone!", "pace_unknown")...)

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

// What the homeserver was found to take is said, with what can be done where it
// is little; nothing is made up before anything was written.
func TestExaminePace(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	h := newHome(t, server)
	h.shut(h.open())
	last := func() string {
		list := h.examine()
		return list[len(list)-1]
	}
	if got := last(); got != "pace_unknown" {
		t.Errorf("before anything was written: %q", got)
	}
	for want, raw := range map[string]string{
		"pace_free":    `{"homeserver":"` + h.o.Homeserver + `","rate":50}`,
		"pace":         `{"homeserver":"` + h.o.Homeserver + `","rate":2,"refused":true}`,
		"pace_slow!":   `{"homeserver":"` + h.o.Homeserver + `","rate":0.2,"refused":true}`,
		"pace_unknown": `{"homeserver":"https://elsewhere.org","rate":0.2,"refused":true}`,
	} {
		if err := h.o.Store.SetSealed(t.Context(), sealedPace, []byte(raw)); err != nil {
			t.Fatal(err)
		}
		if got := last(); got != want {
			t.Errorf("%s: %q", raw, got)
		}
	}
	pace := newPace(usualPacing())
	if _, known := pace.learned(); known {
		t.Error("something is known before anything was written")
	}
	now := time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)
	pace.took(now)
	pace.refused(20*time.Second, now)
	if kept, known := pace.learned(); !known || !kept.Refused || kept.Rate > 0.1 {
		t.Errorf("learned %+v, %t", kept, known)
	}
}

// What is not there yet, or was lost, is said with what makes it.
func TestExamineWhatIsMissing(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	h := newHome(t, server)
	h.shut(h.open())
	o := ExamineOptions{Homeserver: h.o.Homeserver, User: h.o.User, Sealed: h.o.Store.Sealed,
		Spaces: []store.SpaceRooms{{Space: models.Space{Name: "Shire"}}}}
	h.wantFindings("without a board", h.examined(o), "login", "device", "signed", "recovery", "no_board!", "pace_unknown")
	o.Sealed = func(ctx context.Context, name string) ([]byte, error) {
		if name == sealedRecovery {
			return nil, nil
		}
		return h.o.Store.Sealed(ctx, name)
	}
	h.wantFindings("without the recovery key", h.examined(o)[:4], "login", "device", "signed", "recovery_missing!")
	fresh := server.Account(t, "fresh")
	logged, err := fresh.Login(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o = ExamineOptions{Homeserver: h.o.Homeserver, User: fresh.UserID.String(), Token: logged.Token}
	h.wantFindings("an account that never encrypted", h.examined(o)[:2], "login", "device_without_keys!")
}
