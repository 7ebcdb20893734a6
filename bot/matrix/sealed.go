//go:build goolm

package matrix

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"maunium.net/go/mautrix/id"
)

// The names under which the installation keeps sealed what Matrix needs.
const (
	sealedLogin         = "matrix.login"
	sealedPickle        = "matrix.pickle_key"
	sealedRecovery      = "matrix.recovery_key"
	sealedRecoveryShown = "matrix.recovery_key_shown"
)

// login is the bot's device on its homeserver. A device without a token is one
// that is being logged in: killed there, the next start takes the same name, so
// that a start that keeps failing does not leave a device behind each time.
type login struct {
	Homeserver string      `json:"homeserver"` // as it is configured
	User       id.UserID   `json:"user"`
	Device     id.DeviceID `json:"device"`
	Token      string      `json:"token"`
	// Given is a hash of the configured token that this login came from. Another
	// one in the configuration takes its place.
	Given string `json:"given,omitempty"`
}

// keptLogin is the login that is kept, nil if there is none for this homeserver
// and account: a token goes to no other homeserver than the one it is from.
func (s *session) keptLogin(ctx context.Context) (*login, error) {
	raw, err := s.o.Store.Sealed(ctx, sealedLogin)
	if err != nil || raw == nil {
		return nil, err
	}
	return readLogin(raw, s.o.Homeserver, s.o.User)
}

func readLogin(raw []byte, homeserver, user string) (*login, error) {
	kept := &login{}
	if err := json.Unmarshal(raw, kept); err != nil {
		return nil, fmt.Errorf("the kept login: %w", err)
	}
	if kept.Homeserver != homeserver || !sameUser(kept.User, user) {
		return nil, nil
	}
	return kept, nil
}

func (s *session) keepLogin(ctx context.Context, l login) error {
	raw, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return s.o.Store.SetSealed(ctx, sealedLogin, raw)
}

// pickleKey is what the crypto store's rows are encrypted with.
func (s *session) pickleKey(ctx context.Context) ([]byte, error) {
	key, err := s.o.Store.Sealed(ctx, sealedPickle)
	if err != nil || len(key) > 0 {
		return key, err
	}
	key = make([]byte, 32)
	_, _ = rand.Read(key) // never fails, by its own documentation
	return key, s.o.Store.SetSealed(ctx, sealedPickle, key)
}

// fingerprint stands for a token without being it.
func fingerprint(token string) string {
	sum := sha256.Sum256([]byte("shirebot matrix token " + token))
	return hex.EncodeToString(sum[:])
}

// newDevice is a name for a device that no device ever had.
func newDevice() id.DeviceID {
	name := make([]byte, 8)
	_, _ = rand.Read(name) // never fails, by its own documentation
	return id.DeviceID("SHIRE" + hexUpper(name))
}

func hexUpper(b []byte) string { return fmt.Sprintf("%X", b) }
