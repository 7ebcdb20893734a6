//go:build goolm

package matrix

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/id"
)

// The login is ended from elsewhere in the middle of the work, in both ways: the
// bot logs in again by itself, as a new device that is signed, and goes on.
func TestStoryLoginIsEnded(t *testing.T) {
	for name, end := range map[string]func(w *town, s *session) error{
		"token revoked":  func(w *town, s *session) error { return w.account.Revoke(w.t.Context(), s.client.AccessToken) },
		"device deleted": func(w *town, s *session) error { return w.account.DeleteDevice(w.t.Context(), s.client.DeviceID) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t).slow().founds("Sam")
			sam, samChat := w.person("Sam")
			rosa, rosaChat := w.person("Rosa")
			w.Say(t, "Rosa", "language en")
			w.asks("Rosa", "milk and bread", "413-555-0142")
			w.cardSays(w.rooms[0], "N1", "Open.")
			sam.Say(samChat, "claim N1")
			w.hearsOnce(sam, samChat, "You took N1")
			before := w.bot().session
			if err := end(w, before); err != nil {
				t.Fatal(err)
			}
			sam.Say(samChat, "release N1")
			rosa.Say(rosaChat, "mine")
			w.passes("another login", func() bool {
				s := w.bot().posts.now.Load()
				return s != nil && s.client.DeviceID != before.client.DeviceID
			})
			// Who wrote in between had no device of the bot's to write to.
			w.hearsOnce(sam, samChat, "I can't read that message")
			w.hearsOnce(rosa, rosaChat, "I can't read that message")
			sam.Say(samChat, "release N1")
			w.cardSays(w.rooms[0], "N1", "Open.")
			w.hearsOnce(sam, samChat, "You took N1")
			sam.Say(samChat, "claim N1")
			w.cardSays(w.rooms[0], "N1", "Taken.")
			device := w.bot().posts.now.Load().client.DeviceID
			if !rosa.Signed(w.account.UserID, device) {
				t.Error("the new device is not signed")
			}
			w.passes("both claims to be answered", func() bool { return w.heardOf(sam, samChat, "You took N1") == 2 })
			w.decent()
		})
	}
}

// With a token alone, or for an account that is no more, nobody can go on: the
// program ends and says why, without the token.
func TestStoryLoginIsOver(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		over  func(w *town, s *session) error
		token bool
		want  error
	}{
		"token alone": {func(w *town, s *session) error { return w.account.Revoke(w.t.Context(), s.client.AccessToken) }, true, ErrToken},
		"deactivated": {func(w *town, s *session) error {
			_, err := s.client.MakeRequest(w.t.Context(), "POST", s.client.BuildClientURL("v3", "account", "deactivate"), map[string]any{
				"auth": map[string]any{"type": mautrix.AuthTypePassword, "user": w.account.UserID, "password": w.account.Password,
					"identifier": mautrix.UserIdentifier{Type: mautrix.IdentifierTypeUser, User: w.account.UserID.String()}}}, nil)
			return err
		}, false, ErrPassword},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t).slow()
			var log bytes.Buffer
			made, err := w.account.Login(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			w.change = func(o *Options) {
				o.Log = slog.New(slog.NewTextHandler(&log, nil))
				if c.token {
					o.Token, o.Password = made.Token, ""
				}
			}
			w.start()
			s := w.bot().session
			if err := c.over(w, s); err != nil {
				t.Fatal(err)
			}
			w.passes("the end of the program", func() bool { return len(w.ended) > 0 })
			if err := <-w.ended; !errors.Is(err, c.want) {
				t.Errorf("it ended with %v", err)
			}
			w.ended <- nil
			w.stop()
			for _, secret := range []string{made.Token, s.client.AccessToken, w.account.Password} {
				if strings.Contains(log.String(), secret) {
					t.Error("the log has a token or the password")
				}
			}
		})
	}
}

// The keys are lost while the bot is away, in each way: what was said meanwhile
// cannot be read, which the bot says once in each room, and what is said then can.
func TestStoryKeysAreLost(t *testing.T) {
	for name, lose := range map[string]func(w *town, file string) error{
		"removed":    func(_ *town, file string) error { return os.Remove(file) },
		"zero bytes": func(_ *town, file string) error { return os.WriteFile(file, nil, 0o600) },
		"truncated":  func(_ *town, file string) error { return os.Truncate(file, 20_000) },
		"another's": func(w *town, file string) error {
			other := newHome(w.t, w.s)
			other.shut(other.open())
			return os.Rename(filepath.Join(other.o.Dir, cryptoFile), file)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t).slow().founds("Sam")
			board := w.rooms[0]
			sam, samChat := w.person("Sam")
			rosa, rosaChat := w.person("Rosa")
			w.Say(t, "Rosa", "language en")
			w.asks("Rosa", "milk and bread", "413-555-0142")
			w.recorded(w.cardSays(board, "N1", "Open.").ID)
			w.stop()
			for range 3 {
				sam.Say(samChat, "claim N1")
				sam.Say(board, "so much to say")
				rosa.Say(board, "and so little time")
			}
			rosa.Say(rosaChat, "mine")
			if err := lose(w, filepath.Join(w.dir, cryptoFile)); err != nil {
				t.Fatal(err)
			}
			w.start()
			w.hearsOnce(sam, samChat, "I can't read that message, because its key")
			w.hearsOnce(rosa, rosaChat, "I can't read that message, because its key")
			w.hearsOnce(rosa, board, "I can't read some messages here, because their keys")
			sam.Say(samChat, "claim N1")
			w.hearsOnce(sam, samChat, "You took N1")
			w.cardSays(board, "N1", "Taken.")
			if n := w.claims(1); n != 1 {
				t.Errorf("%d claims", n)
			}
			for _, room := range []id.RoomID{board, samChat, rosaChat} {
				rosa.Fence(board)
				if n := w.heardOf(sam, room, "I can't read"); n > 1 {
					t.Errorf("%s is told %d times", room, n)
				}
			}
			w.decent()
		})
	}
}

// Where the keys cannot be kept at all, the program ends and says so.
func TestStoryKeysCannotBeKept(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if err := os.Mkdir(filepath.Join(w.dir, cryptoFile), 0o700); err != nil {
		t.Fatal(err)
	}
	w.start()
	w.until("the end of the program", func() bool { return len(w.ended) > 0 })
	if err := <-w.ended; !errors.Is(err, ErrStore) {
		t.Errorf("it ended with %v", err)
	}
	w.ended <- nil
}

// Messages that cannot be read: 200 of one person's under 200 keys are told of
// once, and each acts once when its key comes, in whatever order.
func TestStoryFloodOfUnreadable(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds()
	rosa, chat := w.person("Rosa")
	w.Say(t, "Rosa", "idioma es")
	rosa.HoldKeys()
	need := rosa.Say(chat, `pedir qué:"leña" tipo:comida contacto:"413-555-0142"`)
	kept := func() int {
		rows, err := w.store.Undecryptable(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		return len(rows)
	}
	for range 199 {
		rosa.HoldKeys() // and a new key each time
		rosa.Say(chat, "mi-lista")
	}
	w.hearsOnce(rosa, chat, "su clave no me ha llegado")
	w.passes("all to be kept", func() bool { return kept() == 200 })
	for _, m := range rosa.Messages(chat) {
		if strings.Contains(unmarked(m.Body), "su clave no me ha llegado") && m.ReplyTo != need {
			t.Errorf("the bot answers %s, want the first", m.ReplyTo)
		}
	}
	rosa.ReleaseKeys()
	w.passes("all to be read", func() bool { return kept() == 0 && w.bot().intake.inbox.idle() })
	w.hearsOnce(rosa, chat, "Publicar")
	if n := w.heardOf(rosa, chat, "su clave no me ha llegado"); n > 3 {
		t.Errorf("told %d times", n)
	}
	w.decent()
}
