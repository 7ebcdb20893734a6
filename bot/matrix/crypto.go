//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/crypto/olm"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// openCrypto opens the crypto store, and makes sure that the homeserver has
// this device's keys and no others.
func (s *session) openCrypto(ctx context.Context) error {
	for try := 0; ; try++ {
		err := s.loadCrypto(ctx)
		if !errors.Is(err, errForeignStore) || try > 0 {
			return err
		}
		s.o.Log.Warn("the Matrix crypto store cannot be used", "err", err)
		if err := s.renew(ctx); err != nil {
			return err
		}
	}
}

// loadCrypto fails with errForeignStore if the homeserver has other keys of
// this device than the crypto store.
func (s *session) loadCrypto(ctx context.Context) error {
	if s.keys != nil {
		if err := s.keys.close(); err != nil {
			return fmt.Errorf("crypto store: %w", err)
		}
		s.keys = nil
	}
	pickleKey, err := s.pickleKey(ctx)
	if err != nil {
		return err
	}
	keys, err := openCryptoStore(ctx, s.o.Dir, s.client.DeviceID, pickleKey)
	if errors.Is(err, errForeignStore) {
		// Whether another can be made shows the homeserver: a device that never
		// had keys can have some.
		s.o.Log.Warn("the Matrix crypto store does not open, and is moved aside", "err", err)
		if err := setAside(s.o.Dir); err != nil {
			return err
		}
		keys, err = openCryptoStore(ctx, s.o.Dir, s.client.DeviceID, pickleKey)
	}
	if err != nil {
		return err
	}
	s.keys = keys
	s.client.StateStore = keys.state
	s.machine = crypto.NewOlmMachine(s.client, nil, keys.SQLCryptoStore, keys.state)
	s.machine.SetBackgroundCtx(s.life) //nolint:contextcheck // what it does by itself ends with the session
	s.machine.SessionReceived = s.arrived.add
	s.machine.DisableRatchetTracking = true
	if err := s.machine.Load(ctx); err != nil {
		return fmt.Errorf("load the device's keys: %w", err)
	}
	return s.publishKeys(ctx)
}

// publishKeys makes sure that the homeserver has this device's keys.
func (s *session) publishKeys(ctx context.Context) error {
	answer, err := s.queryOwn(ctx)
	if err != nil {
		return err
	}
	account := s.machine.GetAccount()
	device, published := answer.DeviceKeys[s.client.UserID][s.client.DeviceID]
	published = published && len(device.Keys) > 0
	switch {
	case published && device.Keys.GetEd25519(s.client.DeviceID) != account.SigningKey():
		return fmt.Errorf("%w: the homeserver has other keys of this device", errForeignStore)
	case published && !account.Shared: // stopped before that was noted
		// One-time keys went with them. Published again, one could be given out twice.
		account.Internal.MarkKeysAsPublished()
		account.Shared = true
		if err := s.keys.PutAccount(ctx, account); err != nil {
			return fmt.Errorf("note that the device's keys are published: %w", err)
		}
	case !published && account.Shared: // the homeserver has lost them
		account.Shared = false
	}
	if err := s.machine.ShareKeys(ctx, -1); err != nil {
		return fmt.Errorf("publish the device's keys: %w", err)
	}
	return s.keys.flush(ctx)
}

// queryOwn asks which keys the homeserver has of this account.
func (s *session) queryOwn(ctx context.Context) (*mautrix.RespQueryKeys, error) {
	answer, err := s.client.QueryKeys(ctx, &mautrix.ReqQueryKeys{DeviceKeys: mautrix.DeviceKeysRequest{s.client.UserID: mautrix.DeviceIDList{}}, Timeout: 10_000})
	if err != nil {
		return nil, fmt.Errorf("ask for our own keys: %w", err)
	}
	return answer, nil
}

// What is wrong with an event that cannot be read.
var (
	// errNoKey says that the key has not come yet, or was withheld.
	errNoKey = errors.New("the key of this message is not here")
	// errForged says that a message is not from whom it says.
	errForged = errors.New("the message is not from whom it says")
)

// decrypt reads an encrypted event. The error wraps errNoKey if its key may
// still come, and errForged if it is somebody else's.
func (s *session) decrypt(ctx context.Context, seen *event.Event) (_ *event.Event, err error) {
	defer caught(&err)
	if seen.Content.Parsed == nil {
		if err := seen.Content.ParseRaw(seen.Type); err != nil {
			return nil, fmt.Errorf("an encrypted event: %w", err)
		}
	}
	read, err := s.read(ctx, seen)
	var withheld *event.RoomKeyWithheldEventContent
	// A key that came later than the message may begin behind it, as the one that
	// somebody's app gives a new device of ours.
	if errors.Is(err, crypto.ErrNoSessionFound) || errors.Is(err, olm.ErrUnknownMessageIndex) || errors.As(err, &withheld) {
		return nil, fmt.Errorf("%w: %w", errNoKey, err)
	}
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w", err)
	}
	if err := s.checkSender(ctx, seen, read); err != nil {
		return nil, err
	}
	return read, nil
}

func (s *session) read(ctx context.Context, seen *event.Event) (*event.Event, error) {
	s.trust.Lock()
	defer s.trust.Unlock()
	return s.machine.DecryptMegolmEvent(ctx, seen)
}

// checkSender makes sure that an event's key came from whom the event is said
// to be from. The library decrypts it either way.
func (s *session) checkSender(ctx context.Context, seen, read *event.Event) error {
	switch read.Mautrix.TrustState {
	case id.TrustStateDeviceKeyMismatch:
		return errForged
	case id.TrustStateUnknownDevice: // logged out since, or never theirs
		key, err := s.keys.GetGroupSession(ctx, seen.RoomID, seen.Content.AsEncrypted().SessionID)
		if err != nil {
			return fmt.Errorf("whose key it is: %w", err)
		}
		if key == nil || key.SourceUser != "" && key.SourceUser != seen.Sender {
			return errForged
		}
	}
	return nil
}

// caught makes an error of a panic: what comes from a homeserver can be
// anything.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the homeserver's answer cannot be understood: %v", p)
	}
}
