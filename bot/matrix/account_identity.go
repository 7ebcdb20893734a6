//go:build goolm

package matrix

import (
	"context"
	"errors"
	"fmt"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/crypto/signatures"
	"maunium.net/go/mautrix/crypto/ssss"
	"maunium.net/go/mautrix/id"
)

// Reasons why the device is not signed. The bot works without, but people see a
// warning beside what it writes, and some of their apps share no keys with it.
var (
	errNoRecoveryKey  = errors.New("the account's identity was made elsewhere, and its recovery key is not here")
	errNoPassword     = errors.New("the homeserver wants the password for making the account's identity")
	errWrongRecovery  = errors.New("the recovery key is not the account's")
	errNotYetAccepted = errors.New("the homeserver does not show the signature of the device")
)

// identity is what the homeserver has of an account's identity.
type identity struct {
	Made   bool // there is one
	Signed bool // the device is signed by it
}

// identityIn reads the state of an account's identity from the homeserver's
// answer about its keys. The crypto store is not asked: it holds also what was
// never published.
func identityIn(answer *mautrix.RespQueryKeys, user id.UserID, device id.DeviceID) identity {
	master, self := answer.MasterKeys[user], answer.SelfSigningKeys[user]
	found := identity{Made: len(master.Keys) > 0 && len(self.Keys) > 0}
	keys, ok := answer.DeviceKeys[user][device]
	if !found.Made || !ok {
		return found
	}
	key := self.FirstKey()
	if _, ok := keys.Signatures[user][id.NewKeyID(id.KeyAlgorithmEd25519, key.String())]; ok {
		valid, err := signatures.VerifySignatureJSON(keys, user, key.String(), key)
		found.Signed = err == nil && valid
	}
	return found
}

// identify makes sure that the device is signed by its account's identity, and
// makes that if there is none. That it cannot be signed is told in the log, and
// no error; only what may pass is.
func (s *session) identify(ctx context.Context) error {
	answer, err := s.queryOwn(ctx)
	if err != nil {
		return err
	}
	// The library reads the account's keys from its store.
	if _, err := s.machine.FetchKeys(ctx, []id.UserID{s.client.UserID}, true); err != nil {
		return fmt.Errorf("ask for our own keys: %w", err)
	}
	found := identityIn(answer, s.client.UserID, s.client.DeviceID)
	switch {
	case found.Signed:
	case found.Made:
		err = s.signDevice(ctx)
	default:
		err = s.makeIdentity(ctx)
	}
	for _, lasting := range []error{errNoRecoveryKey, errNoPassword, errWrongRecovery, errNotYetAccepted} {
		if errors.Is(err, lasting) {
			s.o.Log.Warn("the bot's Matrix device is not signed; shirebot doctor matrix says what to do", "err", err)
			return nil
		}
	}
	if err != nil {
		return err
	}
	return s.showRecoveryKey(ctx)
}

// signDevice signs the device with the identity that is there. The keys for
// that are on the homeserver, and the recovery key opens them.
func (s *session) signDevice(ctx context.Context) error {
	kept, err := s.o.Store.Sealed(ctx, sealedRecovery)
	if err != nil {
		return err
	}
	err = errNoRecoveryKey
	for _, recoveryKey := range []string{string(kept), s.o.RecoveryKey} {
		if recoveryKey == "" {
			continue
		}
		if err = s.useRecoveryKey(ctx, recoveryKey); !errors.Is(err, errWrongRecovery) {
			break
		}
	}
	if err != nil {
		return err
	}
	if err := s.machine.SignOwnDevice(ctx, s.machine.OwnIdentity()); err != nil {
		return fmt.Errorf("sign the device: %w", err)
	}
	if err := s.machine.SignOwnMasterKey(ctx); err != nil {
		return fmt.Errorf("sign the identity: %w", err)
	}
	answer, err := s.queryOwn(ctx)
	if err != nil {
		return err
	}
	if !identityIn(answer, s.client.UserID, s.client.DeviceID).Signed {
		return errNotYetAccepted
	}
	s.o.Log.Info("the bot's Matrix device is signed by its identity")
	return nil
}

// useRecoveryKey opens the account's identity. A key that does is kept.
func (s *session) useRecoveryKey(ctx context.Context, recoveryKey string) error {
	opened, err := s.openStorage(ctx, recoveryKey)
	if err != nil {
		return err
	}
	if err := s.machine.FetchCrossSigningKeysFromSSSS(ctx, opened); err != nil {
		if temporary(err) {
			return fmt.Errorf("fetch the identity's keys: %w", err)
		}
		return fmt.Errorf("%w: %w", errWrongRecovery, err)
	}
	// A homeserver could give out another identity than it shows.
	keys := s.machine.CrossSigningKeys.PublicKeys()
	answer, err := s.queryOwn(ctx)
	if err != nil {
		return err
	}
	if shown := answer.MasterKeys[s.client.UserID]; len(shown.Keys) > 0 && shown.FirstKey() != keys.MasterKey {
		return fmt.Errorf("%w: it opens an identity that was replaced", errWrongRecovery)
	}
	if recoveryKey != s.o.RecoveryKey {
		return nil
	}
	// Whoever gave it has it already.
	if err := s.o.Store.SetSealed(ctx, sealedRecoveryShown, []byte("yes")); err != nil {
		return err
	}
	return s.o.Store.SetSealed(ctx, sealedRecovery, []byte(recoveryKey))
}

// openStorage opens the account's secret storage on the homeserver.
func (s *session) openStorage(ctx context.Context, recoveryKey string) (*ssss.Key, error) {
	name, about, err := s.machine.SSSS.GetDefaultKeyData(ctx)
	if err == nil {
		var opened *ssss.Key
		if opened, err = about.VerifyRecoveryKey(name, recoveryKey); err == nil || errors.Is(err, ssss.ErrUnverifiableKey) {
			return opened, nil
		}
	}
	if temporary(err) {
		return nil, fmt.Errorf("look for the identity's keys: %w", err)
	}
	return nil, fmt.Errorf("%w: %w", errWrongRecovery, err)
}

// temporary reports whether a request failed in a way that may pass.
func temporary(err error) bool {
	var web mautrix.HTTPError
	return errors.As(err, &web) && !errors.Is(err, mautrix.MNotFound)
}

// makeIdentity makes the account's identity, and signs the device with it. The
// recovery key is kept before anything is published: there is no moment at
// which it could be lost.
func (s *session) makeIdentity(ctx context.Context) error {
	kept, err := s.o.Store.Sealed(ctx, sealedRecovery)
	if err != nil {
		return err
	}
	// Stopped before it was published, or lost by the homeserver: the same one
	// is better than another.
	if len(kept) > 0 {
		err = s.useRecoveryKey(ctx, string(kept))
	}
	if len(kept) == 0 || errors.Is(err, errWrongRecovery) {
		err = s.storeIdentity(ctx)
	}
	if err != nil {
		return err
	}
	asked := false
	err = s.machine.PublishCrossSigningKeys(ctx, s.machine.CrossSigningKeys, func(ui *mautrix.RespUserInteractive) any {
		asked = true
		if s.o.Password == "" {
			return nil
		}
		return &mautrix.ReqUIAuthLogin{BaseAuthData: mautrix.BaseAuthData{Type: mautrix.AuthTypePassword, Session: ui.Session},
			User: s.client.UserID.String(), Password: s.o.Password}
	})
	var web mautrix.HTTPError
	switch {
	case err != nil && asked && s.o.Password == "":
		return fmt.Errorf("%w: %w", errNoPassword, err)
	case errors.Is(err, mautrix.MForbidden), asked && errors.As(err, &web) && web.IsStatus(401):
		return fmt.Errorf("%w: %w", errNoPassword, err)
	case err != nil:
		return fmt.Errorf("publish the identity: %w", err)
	}
	return s.signDevice(ctx)
}

// storeIdentity makes the keys of a new identity, and stores them on the
// homeserver under a new recovery key.
func (s *session) storeIdentity(ctx context.Context) error {
	recovery, err := ssss.NewKey("")
	if err != nil {
		return fmt.Errorf("make a recovery key: %w", err)
	}
	if err := s.o.Store.SetSealed(ctx, sealedRecoveryShown, nil); err != nil {
		return err
	}
	if err := s.o.Store.SetSealed(ctx, sealedRecovery, []byte(recovery.RecoveryKey())); err != nil {
		return err
	}
	if err := s.machine.SSSS.SetKeyData(ctx, recovery.ID, recovery.Metadata); err != nil {
		return fmt.Errorf("store the identity: %w", err)
	}
	keys, err := s.machine.GenerateCrossSigningKeys()
	if err != nil {
		return fmt.Errorf("make the identity: %w", err)
	}
	if err := s.machine.UploadCrossSigningKeysToSSSS(ctx, recovery, keys); err != nil {
		return fmt.Errorf("store the identity: %w", err)
	}
	if err := s.machine.SSSS.SetDefaultKeyID(ctx, recovery.ID); err != nil {
		return fmt.Errorf("store the identity: %w", err)
	}
	s.machine.CrossSigningKeys = keys
	return nil
}

// showRecoveryKey shows the recovery key once, after it has become the
// account's.
func (s *session) showRecoveryKey(ctx context.Context) error {
	shown, err := s.o.Store.Sealed(ctx, sealedRecoveryShown)
	if err != nil || len(shown) > 0 {
		return err
	}
	recoveryKey, err := s.o.Store.Sealed(ctx, sealedRecovery)
	if err != nil || len(recoveryKey) == 0 || s.o.ShowRecoveryKey == nil {
		return err
	}
	s.o.ShowRecoveryKey(string(recoveryKey))
	return s.o.Store.SetSealed(ctx, sealedRecoveryShown, []byte("yes"))
}
