//go:build goolm

package matrix

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"maunium.net/go/mautrix"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// What cannot be read is told once for each key, and read once the key comes,
// after another start too.
func TestLateKeys(t *testing.T) {
	for name, away := range map[string]bool{"running": false, "stopped in between": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := matrixtest.Start(t)
			mara := server.User(t, "Mara")
			w := newStage(t, server)
			clock := platformtest.NewClock(time.Now()) //nolint:forbidigo // the homeserver has the real time
			w.clock = clock
			w.start()
			room := w.enter(mara, matrixtest.Room{Name: "Board", Encrypted: true})
			mara.HoldKeys()
			first := mara.Say(room, "one")
			mara.Say(room, "two")
			kept := func() int {
				rows, err := w.reg.Store().Undecryptable(t.Context(), "")
				if err != nil {
					t.Fatal(err)
				}
				return len(rows)
			}
			w.until("both to be kept", func() bool { return kept() == 2 })
			tell := func() {
				w.until("the room to be told", func() bool {
					clock.Advance(time.Second)
					w.mu.Lock()
					defer w.mu.Unlock()
					return len(w.unread) > 0
				})
			}
			if tell(); !slices.Contains(w.unread, first) {
				t.Errorf("told of %s, want %s", w.unread, first)
			}
			if away {
				w.away(func() {})
			}
			mara.ReleaseKeys()
			w.hears("one", "two")
			w.until("nothing to be kept", func() bool { clock.Advance(time.Minute); return kept() == 0 })
			w.mu.Lock()
			defer w.mu.Unlock()
			if len(w.unread) != 1 || len(w.said) != 2 {
				t.Errorf("told %d times, heard %d", len(w.unread), len(w.said))
			}
		})
	}
}

// TestEndWhileKeysAreAwaited makes sure that the program's end is no error for what
// waits for keys.
func TestEndWhileKeysAreAwaited(t *testing.T) {
	t.Parallel()
	reg, err := commands.New(openStore(t, t.TempDir()), commands.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	i := newIntake(intakeOptions{Client: &mautrix.Client{UserID: "@shirebot:homeserver.test"}, Registry: reg, Clock: bot.SystemClock{}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	i.unread.start(ctx)
	i.unread.retry(ctx, "a key")
	if log.Len() > 0 {
		t.Errorf("at the end it complains: %s", log.String())
	}
}
