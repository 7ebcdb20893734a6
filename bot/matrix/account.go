//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// deviceName is what people see among the account's devices.
const deviceName = "shirebot"

// sessionOptions are what a session needs.
type sessionOptions struct {
	Homeserver string // a URL, or a server's name
	User       string // @name:server, or the name alone
	Password   string
	Token      string
	// RecoveryKey is for an account whose identity was made elsewhere. Without
	// it the one that is kept does.
	RecoveryKey     string
	Store           *store.Store
	Dir             string            // where the crypto store lies
	Transport       http.RoundTripper // nil is the usual one
	Clock           bot.Clock
	Log             *slog.Logger
	ShowRecoveryKey func(string)
}

// session is one logged-in device with its keys. openSession makes it, and
// close has to be called in the end. Its methods may be called at the same time.
type session struct {
	client *mautrix.Client
	began  time.Time

	o       sessionOptions
	machine *crypto.OlmMachine
	// trust is held where the library works out whose keys are signed: what it
	// remembers of that is not for several at once.
	trust   sync.Mutex
	keys    *cryptoStore
	rooms   knownRooms
	arrived lateKeys

	life  context.Context // until close
	end   context.CancelFunc
	owned sync.WaitGroup
}

// openSession logs in, or takes up the login that is kept, and makes sure that
// the device can encrypt and is signed by its account's identity. An error that
// wraps ErrConfig, ErrToken, ErrPassword or ErrDevice will not pass by itself;
// any other may.
func openSession(ctx context.Context, o sessionOptions) (_ *session, err error) {
	if o.Clock == nil {
		o.Clock = bot.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	client, err := newClient(ctx, o.Homeserver, o.Transport)
	if err != nil {
		return nil, err
	}
	s := &session{client: client, began: o.Clock.Now(), o: o, rooms: newKnownRooms()}
	s.life, s.end = context.WithCancel(context.WithoutCancel(ctx))
	s.arrived = newLateKeys()
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if err := s.logIn(ctx); err != nil {
		return nil, err
	}
	if err := s.openCrypto(ctx); err != nil {
		return nil, err
	}
	if err := s.identify(ctx); err != nil {
		return nil, err
	}
	s.owned.Go(func() { s.arrived.pass(s.life) })
	return s, nil
}

// close ends what the session started and closes its files. The device stays
// logged in.
func (s *session) close() error {
	s.end()
	s.owned.Wait()
	if s.machine != nil {
		s.machine.Destroy()
	}
	s.client.Client.CloseIdleConnections()
	if s.keys == nil {
		return nil
	}
	return s.keys.close()
}

// logIn takes up the login that is kept, or makes one.
func (s *session) logIn(ctx context.Context) error {
	if err := checkUser(s.o.User); err != nil {
		return err
	}
	kept, err := s.keptLogin(ctx)
	if err != nil {
		return err
	}
	given := ""
	if s.o.Token != "" {
		given = fingerprint(s.o.Token)
	}
	switch {
	case given != "" && (kept == nil || kept.Given != given):
		return s.useToken(ctx, given)
	case kept != nil && kept.Token != "":
		return s.resume(ctx, kept)
	case kept != nil && s.o.Password != "":
		return s.usePassword(ctx, kept.Device)
	case s.o.Password != "":
		return s.usePassword(ctx, newDevice())
	}
	return fmt.Errorf("%w: set a password, or an access token", ErrConfig)
}

// resume goes on with a login that is kept. If it was ended from elsewhere, the
// password makes another.
func (s *session) resume(ctx context.Context, kept *login) error {
	s.client.UserID, s.client.DeviceID, s.client.AccessToken = kept.User, kept.Device, kept.Token
	me, err := s.client.Whoami(ctx)
	if tokenRefused(err) {
		if s.o.Password == "" {
			return fmt.Errorf("%w: %w", ErrToken, err)
		}
		// After a soft logout the device is still there.
		device := newDevice()
		if softLogout(err) {
			device = kept.Device
		}
		s.o.Log.Warn("the homeserver ended the bot's login; logging in again", "new_device", device != kept.Device)
		return s.usePassword(ctx, device)
	}
	if err != nil {
		return fmt.Errorf("ask who we are: %w", err)
	}
	if me.UserID != kept.User || me.DeviceID != "" && me.DeviceID != kept.Device {
		return fmt.Errorf("%w: the token belongs to another account or device than it did", ErrToken)
	}
	return nil
}

func softLogout(err error) bool {
	var told mautrix.RespError
	if !errors.As(err, &told) {
		return false
	}
	soft, _ := told.ExtraData["soft_logout"].(bool)
	return soft
}

// useToken takes over a token from the configuration.
func (s *session) useToken(ctx context.Context, given string) error {
	s.client.AccessToken = strings.TrimSpace(s.o.Token)
	me, err := s.client.Whoami(ctx)
	switch {
	case tokenRefused(err):
		return fmt.Errorf("%w: %w", ErrToken, err)
	case err != nil:
		return fmt.Errorf("ask who we are: %w", err)
	case me.DeviceID == "":
		return fmt.Errorf("%w: the token belongs to no device, so that nothing can be encrypted with it", ErrConfig)
	case s.o.User != "" && !sameUser(me.UserID, s.o.User):
		return fmt.Errorf("%w: the token belongs to another account than the one that is set", ErrConfig)
	}
	s.client.UserID, s.client.DeviceID = me.UserID, me.DeviceID
	return s.keepLogin(ctx, login{Homeserver: s.o.Homeserver, User: me.UserID, Device: me.DeviceID, Token: s.client.AccessToken, Given: given})
}

// usePassword logs a device in. Its name is kept before it is used.
func (s *session) usePassword(ctx context.Context, device id.DeviceID) error {
	given := ""
	if s.o.Token != "" { // it is no more use
		given = fingerprint(s.o.Token)
	}
	l := login{Homeserver: s.o.Homeserver, User: id.UserID(s.o.User), Device: device, Given: given}
	if err := s.keepLogin(ctx, l); err != nil {
		return err
	}
	s.client.AccessToken = ""
	got, err := s.client.Login(ctx, &mautrix.ReqLogin{
		Type:       mautrix.AuthTypePassword,
		Identifier: mautrix.UserIdentifier{Type: mautrix.IdentifierTypeUser, User: s.o.User},
		Password:   s.o.Password, DeviceID: device, InitialDeviceDisplayName: deviceName,
	})
	switch {
	case errors.Is(err, mautrix.MForbidden), errors.Is(err, mautrix.MUserDeactivated):
		return fmt.Errorf("%w: %w", ErrPassword, err)
	case err != nil:
		return fmt.Errorf("log in: %w", err)
	case !sameUser(got.UserID, s.o.User) || got.DeviceID == "" || got.AccessToken == "":
		return errors.New("log in: the homeserver's answer is not about this account")
	}
	l.User, l.Device, l.Token = got.UserID, got.DeviceID, got.AccessToken
	s.client.UserID, s.client.DeviceID, s.client.AccessToken = l.User, l.Device, l.Token
	s.o.Log.Info("logged in to Matrix")
	return s.keepLogin(ctx, l)
}

// renew makes another device, for one whose keys are not here. The same one
// cannot get new keys: nobody would trust it.
func (s *session) renew(ctx context.Context) error {
	if s.o.Password == "" {
		return ErrDevice
	}
	s.o.Log.Warn("the keys of the bot's Matrix device are lost; it gets a new device")
	// The old one would go on getting keys that nobody can read.
	if _, err := s.client.Logout(ctx); err != nil && !errors.Is(err, mautrix.MUnknownToken) {
		return fmt.Errorf("log the old device out: %w", err)
	}
	return s.usePassword(ctx, newDevice())
}

// wholeRequestFor is for how long a request may take in all. The longest are those
// that wait for something to happen.
const wholeRequestFor = 2 * time.Minute

// longestAnswer is how many bytes of an answer are read: the state of many big
// rooms comes in one.
const longestAnswer = 64 << 20
