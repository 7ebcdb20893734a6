//go:build goolm

package matrixtest_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// TestHomeserverIsHere says whether the Matrix tests have what they need. make
// test shows what it says.
func TestHomeserverIsHere(t *testing.T) {
	if s := matrixtest.Start(t); s.URL() == "" {
		t.Error("the homeserver has no address")
	}
}

func TestRestartAndKillKeepTheData(t *testing.T) {
	t.Parallel()
	s := matrixtest.StartPrivate(t, matrixtest.Options{})
	mara := s.User(t, "Mara")
	room := mara.CreateRoom(matrixtest.Room{Encrypted: true})
	sayAndWait(mara, room, "before")
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	sayAndWait(mara, room, "between")
	s.Kill()
	if _, err := mara.Client.Say(t.Context(), room, "to nobody"); err == nil {
		t.Error("a server that was killed answers")
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	sayAndWait(mara, room, "after")
	if got := mara.Messages(room); len(got) != 3 || got[0].Body != "before" || got[2].Body != "after" {
		t.Errorf("it reads %+v", got)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.StoredIn(t, room); len(got) < 3 {
		t.Errorf("a stopped server has %d events", len(got))
	}
}

// sayAndWait says something and waits until it is back.
func sayAndWait(u *matrixtest.User, room id.RoomID, text string) {
	u.WaitEvent(room, u.Say(room, text))
}

func TestLimit(t *testing.T) {
	t.Parallel()
	s := matrixtest.StartPrivate(t, matrixtest.Options{Limit: &matrixtest.Limit{Threshold: 3, CoolOff: time.Minute}})
	login, err := s.Account(t, "shirebot").Login(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{http.StatusOK, http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
		if got := whoami(t, s, login.Token); got != want {
			t.Errorf("request %d: %d", i, got)
		}
	}
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	s := matrixtest.Start(t)
	a := s.Account(t, "shirebot")
	login, err := a.Login(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := a.Devices(t.Context()); err != nil || len(got) != 1 || got[0] != login.Device {
		t.Errorf("the devices are %v, %v", got, err)
	}
	if whoami(t, s, login.Token) != http.StatusOK {
		t.Error("the token is worth nothing")
	}
	if err := a.Revoke(t.Context(), login.Token); err != nil {
		t.Fatal(err)
	}
	if whoami(t, s, login.Token) != http.StatusUnauthorized {
		t.Error("a revoked token is good")
	}
}

// whoami is what the server answers to a token.
func whoami(t *testing.T, s *matrixtest.Server, token string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/_matrix/client/v3/account/whoami", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

// orphan tells the test binary to start a server and to wait to be killed.
const orphan = "MATRIXTEST_ORPHAN"

func TestServerEndsWithItsTest(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("only Linux ends the child of a process that was killed")
	}
	if folder := os.Getenv(orphan); folder != "" {
		s := matrixtest.StartPrivate(t, matrixtest.Options{Folder: folder})
		if err := os.WriteFile(filepath.Join(folder, "url"), []byte(s.URL()), 0o600); err != nil {
			t.Fatal(err)
		}
		<-t.Context().Done()
		return
	}
	matrixtest.Start(t) // where there is no homeserver the test is skipped here
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	folder := t.TempDir()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestServerEndsWithItsTest$")
	child.Env = append(os.Environ(), orphan+"="+folder)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var url string
	await(ctx, t, func() bool {
		text, err := os.ReadFile(filepath.Join(folder, "url"))
		url = string(text)
		return err == nil && url != ""
	})
	if !answers(ctx, url) {
		t.Fatal("the child's server does not answer")
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() //nolint:errcheck // it was killed
	await(ctx, t, func() bool { return !answers(ctx, url) })
	next, err := matrixtest.Open(ctx, matrixtest.Options{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close() //nolint:errcheck // the folder goes with the test
	if left, err := filepath.Glob(filepath.Join(folder, "shirebot-homeserver-*")); err != nil || len(left) != 1 {
		t.Errorf("the data of the killed one is still there: %v, %v", left, err)
	}
}

// answers tells whether a server answers.
func answers(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_matrix/client/versions", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(req)
	if err == nil {
		answer.Body.Close()
	}
	return err == nil
}

// await waits until something outside of this process holds.
func await(ctx context.Context, t *testing.T, holds func() bool) {
	t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatal(ctx.Err())
		}
	}
}

func TestWithoutHomeserver(t *testing.T) {
	t.Setenv(matrixtest.Variable, filepath.Join(t.TempDir(), "dendrite"))
	if s, err := matrixtest.Open(t.Context(), matrixtest.Options{}); err == nil {
		t.Errorf("there is %s", s.URL())
	}
	for _, strict := range []string{"", "1"} {
		t.Setenv("SHIREBOT_NO_SKIP", strict)
		var skipped, failed bool
		t.Run("inner", func(inner *testing.T) {
			fake := &recorder{TB: inner}
			func() {
				defer func() { _ = recover() }()
				matrixtest.StartPrivate(fake, matrixtest.Options{})
			}()
			skipped, failed = fake.skipped, fake.failed
		})
		if want := strict == ""; skipped != want || failed == want {
			t.Errorf("with SHIREBOT_NO_SKIP=%q: skipped %v, failed %v", strict, skipped, failed)
		}
	}
}

// recorder is a test that notes how it was ended.
type recorder struct {
	testing.TB
	skipped, failed bool
}

// Skipf ends the test.
func (r *recorder) Skipf(string, ...any) { r.skipped = true; panic("skipped") }

// Fatal ends the test.
func (r *recorder) Fatal(...any) { r.failed = true; panic("failed") }
