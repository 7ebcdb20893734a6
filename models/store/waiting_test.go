package store

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// hold keeps the writer inside a unit of work until free is called, which
// returns that unit's answer.
func hold(t *testing.T, s *Store) (free func() error) {
	t.Helper()
	held, release, answer := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		answer <- s.Update(context.WithoutCancel(t.Context()), noon, func(*Tx) error { close(held); <-release; return nil })
	}()
	<-held
	return func() error { close(release); return <-answer }
}

// queued waits until so many units wait for the writer.
func queued(s *Store, units int) {
	for len(s.jobs) < units {
		runtime.Gosched()
	}
}

func TestCanceledBeforeIsNotDone(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		free := hold(t, w.Store)
		for range 100 {
			err := w.Update(ctx, noon, func(*Tx) error {
				t.Error("the unit was carried out")
				return nil
			})
			wantErr(t, "the caller", err, context.Canceled)
		}
		if n := len(w.jobs); n > 0 {
			t.Errorf("%d units were queued", n)
		}
		if err := free(); err != nil {
			t.Error(err)
		}
		w.act(everything)
	})
}

func TestCanceledInTheQueueIsWithdrawn(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		free := hold(t, w.Store)
		ctx, cancel := context.WithCancel(t.Context())
		answer := make(chan error, 1)
		go func() { answer <- w.Update(ctx, noon, mark(w, "withdrawn")) }()
		queued(w.Store, 1)
		other := make(chan error, 1)
		go func() { other <- w.Update(t.Context(), noon, mark(w, "kept")) }()
		queued(w.Store, 2)
		cancel()
		err := <-answer
		wantErr(t, "who gave up", err, context.Canceled)
		if err := free(); err != nil {
			t.Error(err)
		}
		if err := <-other; err != nil {
			t.Errorf("who waited behind: %v", err)
		}
		wantMarks(t, w, map[string]int{"withdrawn": 0, "kept": 1})
	})
}

func TestCanceledUnderWayIsNotRolledBack(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		ctx, cancel := context.WithCancel(t.Context())
		begun, release, answer := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		go func() {
			answer <- w.Update(ctx, noon, func(tx *Tx) error {
				close(begun)
				<-release
				return mark(w, "under way")(tx)
			})
		}()
		<-begun
		cancel()
		close(release)
		if err := <-answer; err != nil {
			t.Errorf("who gave up too late is told %v, and it was done", err)
		}
		w.act(mark(w, "after"))
		wantMarks(t, w, map[string]int{"under way": 1, "after": 1})
	})
}

func TestCanceledBeforeAFullQueue(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		free := hold(t, w.Store)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for range cap(w.jobs) {
			j := &job{now: noon, done: make(chan error, 1)}
			j.state.Store(jobGivenUp)
			w.jobs <- j
		}
		answer := make(chan error, 1)
		go func() { answer <- w.Update(ctx, noon, mark(w, "too late")) }()
		cancel()
		wantErr(t, "who gave up", <-answer, context.Canceled)
		if err := free(); err != nil {
			t.Error(err)
		}
		w.act(mark(w, "after"))
		wantMarks(t, w, map[string]int{"too late": 0, "after": 1})
	})
}

// Whoever is told that their work is done finds it done, and whoever is told
// that the store is closed does not.
func TestCloseWhileCallersWait(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		s := open(t)
		w := found(t, s, "shire")
		free := hold(t, s)
		const callers = 40
		answers := make([]error, callers)
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() { answers[i] = s.Update(t.Context(), noon, mark(w, fmt.Sprint("caller ", i))) })
		}
		queued(s, callers)
		closing := make(chan error, 1)
		go func() { closing <- s.Close() }()
		<-s.closed
		wantErr(t, "who comes later", s.Update(t.Context(), noon, mark(w, "later")), ErrClosed)
		if err := free(); err != nil {
			t.Errorf("what was under way: %v", err)
		}
		wg.Wait()
		if err := <-closing; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("closed again: %v", err)
		}
		again := open(t, in(s.Dir()))
		for i, err := range answers {
			want := 1
			if err != nil {
				wantErr(t, fmt.Sprint("caller ", i), err, ErrClosed)
				want = 0
			}
			if got := count(t, again, "history", "verb = ?", fmt.Sprint("caller ", i)); got != want {
				t.Errorf("caller %d was answered %v and has %d rows", i, err, got)
			}
		}
		wantMarks(t, town{Store: again}, map[string]int{"later": 0})
	})
}

func TestClosedStore(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		wantErr(t, "a unit", w.Update(t.Context(), noon, func(*Tx) error { return nil }), ErrClosed)
		if _, _, err := w.reader().Board(Filter{}, 0, 10); err == nil {
			t.Error("the board of a closed store is read")
		}
		if _, err := w.Claim(t.Context(), noon, "terminal", 1, lease); err == nil {
			t.Error("the outbox of a closed store is claimed")
		}
	})
}

func TestNowIsUTCInMicroseconds(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open opener) {
		w := found(t, open(t), "shire")
		given := noon.Add(123456789).In(newYork(t))
		if err := w.Update(t.Context(), given, func(tx *Tx) error {
			if want := noon.Add(123456000); tx.Now != want {
				t.Errorf("now is %v, want %v", tx.Now, want)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		// A unit of one caller alone changes nothing of another's.
		w.act(func(tx *Tx) error {
			if tx.Actor.Person.ID != w.person || tx.Actor.Coalition.ID != w.coalition || tx.Actor.Person.Roles != models.Admin {
				t.Errorf("the actor is %+v", tx.Actor.Person)
			}
			return nil
		})
	})
}
