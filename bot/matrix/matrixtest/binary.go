//go:build goolm

package matrixtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

// Variable names the homeserver's program; a build in the user's cache folder
// is used without it, and made where no test may be skipped.
const Variable = "SHIREBOT_DENDRITE"

// built is how names in the cache folder begin. What the nested module pins
// makes the rest: another pin is another build.
const built = "dendrite-"

// buildTime is what a first build may take. It takes up to 190 s on a small
// machine with nothing in Go's build cache; go test gives up after 10 minutes.
const buildTime = 5 * time.Minute

// ErrNoHomeserver means that this machine has no homeserver and cannot build one.
var ErrNoHomeserver = errors.New("there is no homeserver to test with")

// program finds the homeserver's program, and builds it if need be. Building is
// told before it does, if there is one.
func program(ctx context.Context, building func()) (string, error) {
	if named := os.Getenv(Variable); named != "" {
		if _, err := os.Stat(named); err != nil {
			return "", fmt.Errorf("%w: %s: %w", ErrNoHomeserver, Variable, err)
		}
		return named, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoHomeserver, err)
	}
	folder := filepath.Join(cache, "shirebot")
	source, err := moduleFolder()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoHomeserver, err)
	}
	pins, err := os.ReadFile(filepath.Join(source, "go.sum"))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoHomeserver, err)
	}
	kept := filepath.Join(folder, fmt.Sprintf("%s%.6x", built, sha256.Sum256(pins)))
	if _, err := os.Stat(kept); err == nil {
		return kept, nil
	}
	switch {
	case building != nil:
		building()
	case os.Getenv("SHIREBOT_NO_SKIP") == "":
		// It takes minutes and hundreds of megabytes: only on being asked.
		return "", fmt.Errorf("%w: the Matrix tests were left out; make homeserver builds one", ErrNoHomeserver)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoHomeserver, err)
	}
	if err := build(ctx, source, kept); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoHomeserver, err)
	}
	return kept, nil
}

// build makes the program from the nested module. Tests of two packages may
// want it at the same time: the second waits, and finds it made.
func build(ctx context.Context, source, kept string) error {
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	lock := flock.New(kept + ".lock")
	if _, err := lock.TryLockContext(ctx, time.Second/4); err != nil {
		return fmt.Errorf("waiting for another build of it: %w", err)
	}
	defer lock.Unlock() //nolint:errcheck // the lock ends with the process
	if _, err := os.Stat(kept); err == nil {
		return nil
	}
	// Renamed when it is whole, so that an interrupted build leaves nothing
	// that looks like one.
	half := fmt.Sprintf("%s.%d", kept, os.Getpid())
	defer os.Remove(half) //nolint:errcheck // is gone when all went well
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-trimpath", "-o", half, "github.com/element-hq/dendrite/cmd/dendrite")
	cmd.Dir = source
	// The tags and flags of the tests are not the homeserver's, and it has no
	// need of a C compiler.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building it: %w\n%s", err, out)
	}
	return os.Rename(half, kept)
}

// moduleFolder is the folder of the nested module, beside this one.
func moduleFolder() (string, error) {
	if _, file, _, ok := runtime.Caller(0); ok {
		beside := filepath.Join(filepath.Dir(filepath.Dir(file)), "homeserver")
		if _, err := os.Stat(filepath.Join(beside, "go.mod")); err == nil {
			return beside, nil
		}
	}
	// Built with -trimpath: the source is somewhere above where the test runs.
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		folder := filepath.Join(at, "bot", "matrix", "homeserver")
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		if filepath.Dir(at) == at {
			return "", errors.New("the folder bot/matrix/homeserver is not here; build it there and set " + Variable)
		}
		at = filepath.Dir(at)
	}
}
