//go:build goolm

package matrix

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

func TestTokenLogin(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	made, err := h.account.Login(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	password := h.o.Password
	h.o.Password, h.o.Token = "", made.Token
	// Most homeservers want the password for making the identity.
	proxy := server.Proxy(t)
	h.o.Homeserver = proxy.URL()
	refusal := proxy.Fail(matrixtest.Refused(http.StatusUnauthorized, "M_FORBIDDEN").On(http.MethodPost, `/device_signing/upload`))
	first := h.open()
	if first.client.DeviceID != made.Device {
		t.Errorf("device %s, want %s", first.client.DeviceID, made.Device)
	}
	if h.signed(first, mara) || len(h.shown) != 0 {
		t.Errorf("signed: %v, recovery keys shown: %d", h.signed(first, mara), len(h.shown))
	}
	h.shut(first)
	refusal.Remove()
	h.o.Password = password
	again := h.open()
	if again.client.DeviceID != made.Device || !h.signed(again, mara) || len(h.shown) != 1 {
		t.Errorf("device %s, signed: %v, recovery keys shown: %d", again.client.DeviceID, h.signed(again, mara), len(h.shown))
	}
	h.shut(again)
	h.o.Token = "not a token"
	if err := h.refused(); !errors.Is(err, ErrToken) {
		t.Errorf("with another token that is none: %v", err)
	}
	h.o.Token = ""
	if kept := h.open(); kept.client.DeviceID != made.Device {
		t.Errorf("without the token in the configuration, device %s", kept.client.DeviceID)
	}
}

// A token is of no use for a device whose keys another program has.
func TestTokenOfAnotherProgram(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	h := newHome(t, server)
	theirs := h.account.User(t, matrixtest.ClientOptions{})
	h.o.Password, h.o.Token = "", theirs.Client.API().AccessToken
	if err := h.refused(); !errors.Is(err, ErrDevice) {
		t.Errorf("got %v", err)
	}
}

// An account whose identity was made elsewhere is not given another one.
func TestIdentityMadeElsewhere(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	mara := server.User(t, "Mara")
	h := newHome(t, server)
	h.shut(h.open())
	master := func() id.Ed25519 {
		answer, err := mara.Client.API().QueryKeys(t.Context(), &mautrix.ReqQueryKeys{DeviceKeys: mautrix.DeviceKeysRequest{h.account.UserID: {}}})
		if err != nil {
			t.Fatal(err)
		}
		keys := answer.MasterKeys[h.account.UserID]
		return keys.FirstKey()
	}
	before := master()

	// The whole data directory is lost.
	h.o.Dir = t.TempDir()
	h.o.Store = openStore(t, h.o.Dir)
	unsigned := h.open()
	if h.signed(unsigned, mara) || master() != before || len(h.shown) != 1 {
		t.Errorf("signed: %v, the same identity: %v, recovery keys shown: %d", h.signed(unsigned, mara), master() == before, len(h.shown))
	}
	h.shut(unsigned)
	h.o.RecoveryKey = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"
	h.shut(h.open())
	h.o.RecoveryKey = h.shown[0]
	again := h.open()
	if !h.signed(again, mara) || master() != before || len(h.shown) != 1 {
		t.Errorf("with the recovery key: signed: %v, the same identity: %v, shown: %d", h.signed(again, mara), master() == before, len(h.shown))
	}
	if kept, err := h.o.Store.Sealed(t.Context(), sealedRecovery); err != nil || string(kept) != h.shown[0] {
		t.Errorf("the recovery key that worked is not kept: %v", err)
	}
}

func TestHomeserverIsDown(t *testing.T) {
	t.Parallel()
	server := matrixtest.Start(t)
	h := newHome(t, server)
	proxy := server.Proxy(t)
	h.o.Homeserver = proxy.URL()
	for name, fault := range map[string]matrixtest.Fault{
		"too many": matrixtest.TooMany(time.Second), "error": matrixtest.ServerError(), "HTML": matrixtest.HTML(200), "HTML error": matrixtest.HTML(404), "dropped": matrixtest.Dropped(),
	} {
		loginFails(t, server, proxy, name, fault)
		for _, path := range []string{`/keys/query`, `/keys/upload`, `/device_signing/upload`, `/account_data/`} {
			injected := proxy.Fail(fault.On("", path))
			s, err := openSession(t.Context(), h.o)
			if err == nil {
				h.shut(s)
			}
			for _, final := range []error{ErrConfig, ErrToken, ErrPassword, ErrDevice} {
				if errors.Is(err, final) {
					t.Errorf("%s on %s is taken for %v", name, path, err)
				}
			}
			injected.Remove()
		}
	}
	mara := server.User(t, "Mara")
	if s := h.open(); !h.signed(s, mara) || len(h.devices()) != 1 || len(h.shown) != 1 {
		t.Errorf("after all that: signed: %v, devices %v, recovery keys shown: %d", h.signed(s, mara), h.devices(), len(h.shown))
	}
}

// loginFails has a first login meet a fault, which passes.
func loginFails(t *testing.T, server *matrixtest.Server, proxy *matrixtest.Proxy, name string, fault matrixtest.Fault) {
	t.Helper()
	h := newHome(t, server)
	h.o.Homeserver = proxy.URL()
	injected := proxy.Fail(fault.On("POST", `/login`))
	s, err := openSession(t.Context(), h.o)
	if err == nil {
		h.shut(s)
		t.Errorf("%s: logged in all the same", name)
	}
	for _, final := range []error{ErrConfig, ErrToken, ErrPassword, ErrDevice} {
		if errors.Is(err, final) {
			t.Errorf("%s on /login is taken for %v", name, err)
		}
	}
	injected.Remove()
	if h.open(); len(h.devices()) != 1 {
		t.Errorf("%s: devices %v after it", name, h.devices())
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(o *sessionOptions){
		"no homeserver":      func(o *sessionOptions) { o.Homeserver = "" },
		"in the open":        func(o *sessionOptions) { o.Homeserver = "http://matrix.example.org" },
		"with a password":    func(o *sessionOptions) { o.Homeserver = "https://me:secret@example.org" },
		"no address":         func(o *sessionOptions) { o.Homeserver = "https://" },
		"an account's name":  func(o *sessionOptions) { o.Homeserver = "@me:example.org" },
		"a name with spaces": func(o *sessionOptions) { o.User = "the bot" },
		"half a name":        func(o *sessionOptions) { o.User = "@bot" },
		"no login":           func(o *sessionOptions) { o.Password = "" },
	} {
		o := sessionOptions{Homeserver: "https://127.0.0.1:1", User: "bot", Password: "x", Dir: t.TempDir()}
		o.Store = openStore(t, o.Dir)
		change(&o)
		if s, err := openSession(t.Context(), o); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}
