//go:build goolm

package matrixtest

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"maunium.net/go/mautrix/id"
)

// patience is how long a test waits for anything: far more than a busy machine
// under the race detector needs, and less than go test gives.
const patience = time.Minute

// shared is the server that the tests of one binary have in common.
var shared struct {
	sync.Mutex
	server *Server
	users  int
	keep   bool // until the end of Main
}

// Main runs a package's tests and keeps the shared server until they are done.
// Call it in TestMain; without, the shared server ends when no test has it.
func Main(m *testing.M) int {
	shared.Lock()
	shared.keep = true
	shared.Unlock()
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		if err := shared.server.Close(); err != nil && code == 0 {
			code = 1
		}
	}
	return code
}

// Start is the server that the tests of this binary share. Each test uses
// users and rooms of its own, and leaves the server running. Where there can be
// no homeserver the test is skipped, or fails under SHIREBOT_NO_SKIP.
func Start(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		// Not the test's context: the server outlives the test.
		server, err := Open(context.WithoutCancel(t.Context()), Options{})
		orSkip(t, err)
		if server.front, err = openFront(context.WithoutCancel(t.Context()), server.URL()); err != nil {
			t.Fatal(err)
		}
		shared.server = server
	}
	shared.users++
	server := shared.server
	t.Cleanup(func() {
		server.report(t)
		leave()
	})
	return server
}

// leave ends the shared server after the last test that has it.
func leave() {
	shared.Lock()
	defer shared.Unlock()
	shared.users--
	if shared.users > 0 || shared.keep {
		return
	}
	// What cannot be removed here is swept by the next server.
	shared.server.Close() //nolint:errcheck // see above
	shared.server = nil
}

// StartPrivate is a server for one test alone, which may stop and kill it.
func StartPrivate(t testing.TB, opts Options) *Server {
	t.Helper()
	s, err := Open(t.Context(), opts)
	orSkip(t, err)
	t.Cleanup(func() {
		s.report(t)
		if err := s.Close(); err != nil {
			t.Errorf("end the homeserver: %v", err)
		}
	})
	return s
}

// report shows what the homeserver said, if the test failed.
func (s *Server) report(t testing.TB) {
	t.Helper()
	if t.Failed() {
		t.Logf("the homeserver's last words:\n%s", s.tail())
	}
}

// orSkip ends the test if there is no homeserver.
func orSkip(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if errors.Is(err, ErrNoHomeserver) && os.Getenv("SHIREBOT_NO_SKIP") == "" {
		t.Skipf("SKIPPED: %v", err)
	}
	t.Fatal(err)
}

// Account registers somebody whom the test logs in itself.
func (s *Server) Account(t testing.TB, name string) *Account {
	t.Helper()
	a, err := s.Register(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// StoredIn is what [Server.Stored] has of one room.
func (s *Server) StoredIn(t testing.TB, room id.RoomID) []Event {
	t.Helper()
	all, err := s.Stored(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var found []Event
	for _, event := range all {
		if event.Room == room {
			found = append(found, event)
		}
	}
	return found
}
