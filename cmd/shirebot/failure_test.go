package main

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Each fault that somebody can do something about has a sentence of its own in
// each language, which names the folder and keeps the cause to itself.
func TestExplain(t *testing.T) {
	t.Parallel()
	cause := errors.New("a cause in technical words")
	faults := []error{store.ErrLocked, store.ErrCorrupt, store.ErrNewer, store.ErrReadOnly, store.ErrFull, store.ErrKey, &store.ErrMigrationsPending{Pending: 2}}
	for _, lang := range models.Langs() {
		s := settings{Lang: string(lang), Data: "/srv/larch"}
		seen := map[string]error{}
		for _, fault := range faults {
			said := s.explain(fmt.Errorf("open: %w: %w", fault, cause))
			if !strings.Contains(said, "/srv/larch") || strings.Contains(said, cause.Error()) || strings.Contains(said, "program.") {
				t.Errorf("%v in %s: %s", fault, lang, said)
			}
			if other, twice := seen[said]; twice {
				t.Errorf("%v and %v are told alike: %s", fault, other, said)
			}
			seen[said] = fault
		}
		if got, want := s.explain(fmt.Errorf("log: %w", fs.ErrPermission)), s.explain(store.ErrReadOnly); got != want {
			t.Errorf("no permission in %s: %s", lang, got)
		}
	}
}

// What nobody foresaw is in the log, with its stack; the screen says where.
func TestExplainUnforeseen(t *testing.T) {
	t.Parallel()
	s := settings{Lang: "en", Data: "/srv/larch"}
	said := s.explain(&loggedError{fmt.Errorf("panic: boom\n%s", debug.Stack())})
	if strings.Contains(said, "boom") || strings.Contains(said, "goroutine") || !strings.Contains(said, s.logPath()) {
		t.Errorf("after the start: %s", said)
	}
	if said := s.explain(errors.New("no home directory")); said != "That didn't work: no home directory" {
		t.Errorf("before the start: %s", said)
	}
}
