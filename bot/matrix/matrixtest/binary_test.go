//go:build goolm

package matrixtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProgramIsFoundInTheCache(t *testing.T) {
	t.Setenv(Variable, "")
	t.Setenv("SHIREBOT_NO_SKIP", "1") // which is when it is built
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	if at, err := os.UserCacheDir(); err != nil || at != cache {
		t.Skip("the cache is elsewhere on this system")
	}
	// Nothing that builds can be found: only what is in the cache counts.
	t.Setenv("PATH", t.TempDir())
	if name, err := program(t.Context(), nil); err == nil {
		t.Fatalf("it was built at %s without a compiler", name)
	}
	t.Setenv("SHIREBOT_NO_SKIP", "")
	told := false
	if name, err := program(t.Context(), func() { told = true }); err == nil || !told {
		t.Errorf("that it is built was told: %v; it is at %s", told, name)
	}
	locks, err := filepath.Glob(filepath.Join(cache, "shirebot", built+"*.lock"))
	if err != nil || len(locks) != 1 {
		t.Fatalf("the locks of builds are %v, %v", locks, err)
	}
	kept := strings.TrimSuffix(locks[0], ".lock")
	if err := os.WriteFile(kept, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if name, err := program(t.Context(), nil); err != nil || name != kept {
		t.Errorf("found %s, %v", name, err)
	}
	named := filepath.Join(cache, "named")
	if err := os.WriteFile(named, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv(Variable, named)
	if name, err := program(t.Context(), nil); err != nil || name != named {
		t.Errorf("found %s, %v", name, err)
	}
}
