//go:build goolm

package matrixtest

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/gofrs/flock"
)

// Options make a server. The zero value is good for most tests.
type Options struct {
	// Limit is the homeserver's rate limit; none if nil.
	Limit *Limit
	// Folder is where the data is put; in memory where there is room, else
	// where temporary files are, if empty.
	Folder string
	// Building is told when the homeserver is built first, which takes minutes.
	// Without it that is done only where no test may be skipped.
	Building func()
}

// Server is a homeserver. All methods may be called at the same time.
type Server struct {
	opts    Options
	name    string // the part of a Matrix ID after the colon
	program string
	folder  string
	address string
	secret  string // with which accounts are registered
	lock    *flock.Flock
	people  atomic.Int64 // how many names were given out
	front   *front       // nil for one that is not shared
	marker  marker       // sends marks

	mu      sync.Mutex
	running *process
}

// prefix begins the names of data folders.
const prefix = "shirebot-homeserver-"

// Open starts a homeserver with nobody on it. The error wraps
// [ErrNoHomeserver] if this machine cannot have one.
func Open(ctx context.Context, opts Options) (*Server, error) {
	name, err := program(ctx, opts.Building)
	if err != nil {
		return nil, err
	}
	if opts.Folder == "" {
		opts.Folder = cmp.Or(fastFolder(), os.TempDir())
	}
	sweep(opts.Folder)
	folder, err := os.MkdirTemp(opts.Folder, prefix)
	if err != nil {
		return nil, err
	}
	s := &Server{opts: opts, name: "homeserver.test", program: name, folder: folder, secret: rand.Text()}
	s.lock = flock.New(filepath.Join(folder, "lock"))
	if _, err := s.lock.TryLock(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.configure(); err != nil {
		return nil, errors.Join(fmt.Errorf("configure the homeserver: %w", err), s.Close())
	}
	// The port may be taken between finding it and starting: try others.
	for range 3 {
		if s.address, err = freeAddress(ctx); err == nil {
			err = s.Start(ctx)
		}
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// sweep removes the data folders of tests that were killed: nobody holds
// their locks any more.
func sweep(where string) {
	found, err := filepath.Glob(filepath.Join(where, prefix+"*", "lock"))
	if err != nil {
		return
	}
	for _, name := range found {
		lock := flock.New(name)
		if free, err := lock.TryLock(); err != nil || !free {
			continue
		}
		// Best effort: what cannot be removed now is tried by the next test.
		os.RemoveAll(filepath.Dir(name)) //nolint:errcheck // see above
		lock.Unlock()                    //nolint:errcheck // the file is gone
	}
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close() //nolint:errcheck // nothing was accepted
	return l.Addr().String(), nil
}

// URL is where clients find the homeserver.
func (s *Server) URL() string {
	if s.front != nil {
		return "http://" + s.front.address
	}
	return "http://" + s.address
}

// Name is the part of its users' ids after the colon.
func (s *Server) Name() string { return s.name }

// Start starts the homeserver again after [Server.Stop] or [Server.Kill], at
// the same address with the same data.
func (s *Server) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		return errors.New("the homeserver is running")
	}
	p, err := launch(s.program, s.folder, s.address)
	if err != nil {
		return err
	}
	if err := p.ready(ctx, s.URL()); err != nil {
		p.kill()
		return fmt.Errorf("%w\n%s", err, s.tail())
	}
	s.running = p
	return nil
}

// Stop ends the homeserver in order.
func (s *Server) Stop(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		return nil
	}
	p := s.running
	s.running = nil
	return p.stop(ctx)
}

// Kill ends the homeserver as a power cut does.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		s.running.kill()
		s.running = nil
	}
}

// Restart stops the homeserver and starts it again.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Stop(ctx); err != nil {
		return err
	}
	return s.Start(ctx)
}

// Close ends the homeserver and removes its data.
func (s *Server) Close() error {
	s.Kill()
	var ended error
	if s.front != nil {
		ended = s.front.close()
	}
	return errors.Join(ended, os.RemoveAll(s.folder), s.lock.Unlock())
}
