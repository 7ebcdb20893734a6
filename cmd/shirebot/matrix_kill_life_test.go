//go:build goolm

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// killLater says to the program that is killed how much later than the machine's
// its clock is.
const killLater = "SHIREBOT_KILL_LATER"

// TestMatrixKillChild is the program that TestMatrixKill kills: the real one, but
// for its clock.
func TestMatrixKillChild(t *testing.T) {
	later := os.Getenv(killLater)
	if later == "" {
		return // only TestMatrixKill has something to do for it
	}
	shift, err := time.ParseDuration(later)
	if err != nil {
		t.Fatal(err)
	}
	if code := start([]string{"run"}, shifted(shift)); code != 0 {
		t.Fatalf("it ended with %d", code)
	}
}

// killLife is a run of the program.
type killLife struct {
	cmd    *exec.Cmd
	ended  chan struct{} // closed when it has
	err    error         // how, then
	mu     sync.Mutex
	said   bytes.Buffer
	news   chan struct{} // closed and made anew when it says something
	killed bool
}

// Write takes in what the program says.
func (l *killLife) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.news)
	l.news = make(chan struct{})
	return l.said.Write(text)
}

func (l *killLife) text() (string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.String(), l.news
}

// start starts the program.
func (w *killTown) start() {
	w.Helper()
	l := &killLife{ended: make(chan struct{}), news: make(chan struct{})}
	l.cmd = exec.CommandContext(context.WithoutCancel(w.Context()), os.Args[0], "-test.run=^TestMatrixKillChild$", "-test.timeout=10m")
	l.cmd.Env = append(os.Environ(), killLater+"="+w.later.String(), "XDG_CONFIG_HOME="+w.data, "SHIREBOT_DATA="+w.data, "SHIREBOT_LOG_FILE=-",
		"LANG=en_US.UTF-8", "SHIREBOT_LOG_LEVEL=debug", "SHIREBOT_ZONE=America/New_York", "MATRIX_HOMESERVER="+w.proxy.URL(), "MATRIX_USER="+w.account.UserID.String(), "MATRIX_PASSWORD="+w.account.Password)
	l.cmd.Env = append(l.cmd.Env, w.env...)
	l.cmd.Stdout, l.cmd.Stderr = l, l
	if err := l.cmd.Start(); err != nil {
		w.Fatal(err)
	}
	go func() {
		defer close(l.ended)
		l.err = l.cmd.Wait()
	}()
	w.life, w.lives = l, append(w.lives, l)
	w.Cleanup(func() {
		if l.gone() {
			w.Errorf("the program ended by itself: %v", l.err)
		}
		if !l.killed {
			l.killed = true
			l.cmd.Process.Kill() //nolint:errcheck // the test has failed by now
			<-l.ended
		}
		if w.Failed() {
			text, _ := l.text()
			w.Logf("a life of the program, with its clock %s ahead:\n%s", w.later, text)
		}
	})
}

// gone reports whether the program ended and the test had no part in it.
func (l *killLife) gone() bool {
	select {
	case <-l.ended:
		return !l.killed
	default:
		return false
	}
}

// up starts the program and waits until it reads.
func (w *killTown) up() {
	w.Helper()
	w.start()
	w.says("Connected to Matrix as")
}

// says waits until the program says something, and returns all that it said.
func (w *killTown) says(words string) string {
	w.Helper()
	end := time.After(killPatience)
	for {
		text, news := w.life.text()
		if strings.Contains(text, words) {
			return text
		}
		select {
		case <-news:
		case <-w.life.ended:
			w.life.killed = true
			w.Fatalf("the program ended by itself: %v", w.life.err)
		case <-end:
			w.Fatalf("the program does not say %q", words)
		}
	}
}

// kill kills the program, and waits until nobody waits for what hangs. The next
// life begins when the leases of this one are over.
func (w *killTown) kill(hanging ...*matrixtest.Injected) {
	w.Helper()
	if err := w.life.cmd.Process.Kill(); err != nil {
		w.Fatal(err)
	}
	<-w.life.ended
	w.life.killed = true
	for _, in := range hanging {
		w.until("what hangs to be given up", func() bool { return in.Held() == 0 })
		in.Remove()
	}
	w.later += w.step
	w.quiet()
}

// stop ends the program in order.
func (w *killTown) stop() {
	w.Helper()
	if err := w.life.cmd.Process.Signal(os.Interrupt); err != nil {
		w.Fatal(err)
	}
	<-w.life.ended
	w.life.killed = true
	if w.life.err != nil {
		w.Errorf("the program ended with %v", w.life.err)
	}
	w.later += w.step
	w.quiet()
}

// quiet makes sure that the program complained of nothing and told nothing.
func (w *killTown) quiet() {
	w.Helper()
	text, _ := w.life.text()
	for _, bad := range append([]string{"level=ERROR", "panic: ", "fatal error: ", "DATA RACE", w.account.Password}, w.private...) {
		if strings.Contains(text, bad) {
			w.Errorf("%q is in what the program says:\n%s", bad, text)
		}
	}
}
