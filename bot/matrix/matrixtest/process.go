//go:build goolm

package matrixtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// startTime is what the homeserver may take until it answers; it takes half a
// second on an idle machine.
const startTime = time.Minute

// stopTime is what it may take to end when asked; then it is killed.
const stopTime = 20 * time.Second

// process is one running homeserver.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended
	err   error         // why, once ended
}

// launch starts the program. The goroutine stays on its thread until the
// process has ended: Linux kills the child when the thread that made it ends.
func launch(name, folder, address string) (*process, error) {
	log, err := os.OpenFile(filepath.Join(folder, "dendrite.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(name, "-config", filepath.Join(folder, "dendrite.yaml"), "-http-bind-address", address)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, log, log
	cmd.SysProcAttr = endsWithUs()
	p := &process{cmd: cmd, ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer log.Close() //nolint:errcheck // it is the child's to write
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// kill ends the process at once, and waits until it has.
func (p *process) kill() {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return
	}
	<-p.ended
}

// stop asks the process to end, waits, and kills it if it does not.
func (p *process) stop(ctx context.Context) error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the homeserver: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
		p.kill()
		return errors.New("the homeserver did not stop and was killed")
	}
}

// ready waits until the homeserver answers.
func (p *process) ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_matrix/client/versions", http.NoBody)
		if err != nil {
			return err
		}
		if answer, err := client.Do(req); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-again.C:
		case <-p.ended:
			return fmt.Errorf("the homeserver ended: %w", p.err)
		case <-ctx.Done():
			return fmt.Errorf("the homeserver does not answer: %w", ctx.Err())
		}
	}
}

// tailLines and tailWidth are how much of the homeserver's log a test that failed
// shows: what the test itself says is not to be lost above it.
const (
	tailLines = 12
	tailWidth = 240
)

// tail is the end of the homeserver's log, without what is said whenever a
// client gives a long poll up.
func (s *Server) tail() string {
	text, err := os.ReadFile(filepath.Join(s.folder, "dendrite.log"))
	if err != nil {
		return ""
	}
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(string(text)), "\n"), func(line string) bool {
		return strings.Contains(line, "context canceled") || strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "goroutine ")
	})
	lines = lines[max(0, len(lines)-tailLines):]
	for n, line := range lines {
		lines[n] = line[:min(len(line), tailWidth)]
	}
	return strings.Join(lines, "\n")
}
