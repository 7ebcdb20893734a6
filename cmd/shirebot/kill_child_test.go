package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to look into the database

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// How the child finds its data and what number of life it has. The pipes are
// its first two extra files.
const (
	childDir  = "SHIREBOT_KILL_CHILD"
	childLife = "SHIREBOT_KILL_LIFE"
)

const callers = 64

// TestKillChild is the program that TestKill kills: registry and engine over a
// data directory, with a platform that is the other process.
func TestKillChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		return // only TestKill has something to do for it
	}
	life, err := strconv.Atoi(os.Getenv(childLife))
	if err != nil {
		t.Fatal(err)
	}
	clock := laterClock(life)
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Log: log, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	r, err := commands.New(s, commands.Options{Log: log, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	p := &piped{in: os.NewFile(3, "in"), out: json.NewEncoder(os.NewFile(4, "out")), store: s, clock: clock, waiting: map[int]chan answer{}}
	go p.listen()
	if err := bot.New(r, clock, log, p).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// later is how much later than the one before a life begins by its clock: the
// leases that were held at its end are over.
const later = 2 * time.Minute

type shifted time.Duration

func laterClock(life int) shifted { return shifted(time.Duration(life) * later) }

func (c shifted) Now() time.Time                         { return time.Now().UTC().Add(time.Duration(c)) }
func (c shifted) After(d time.Duration) <-chan time.Time { return time.After(d) }

// message is what the child asks of the other process, answer what that says.
// Asking for work tells the outcome of the work before.
type message struct {
	ID      int
	Op      string // work, send, edit, unreact
	Done    *outcome
	Key     string
	Place   string
	Remote  string
	Content string
}

type outcome struct {
	Event     string
	Text      string
	Failed    bool
	Repeat    bool
	Command   string // as recorded with the event; empty for what was not recorded
	MessageID string
}

func (o outcome) recorded() bool { return o.Command != "" || o.MessageID != "" }

type answer struct {
	ID     int
	Remote string
	Gone   bool
	Work   *work
}

// work is something that a person does.
type work struct {
	Event, Account, Text string
	React                *commands.React
}

// piped is a platform at the other end of a pipe.
type piped struct {
	in      io.Reader
	store   *store.Store
	clock   shifted
	mu      sync.Mutex
	out     *json.Encoder
	last    int
	waiting map[int]chan answer
}

func (*piped) Name() string { return platform }
func (*piped) Features() bot.Features {
	// A key is known for longer than the whole test takes by the child's clock.
	return bot.Features{Buttons: true, Local: true, Parallel: 16, SameKey: 10_000 * time.Hour}
}

func (p *piped) listen() {
	for lines := json.NewDecoder(bufio.NewReader(p.in)); ; {
		var a answer
		if lines.Decode(&a) != nil {
			return
		}
		p.mu.Lock()
		p.waiting[a.ID] <- a
		delete(p.waiting, a.ID)
		p.mu.Unlock()
	}
}

// ask sends a message and waits for its answer.
func (p *piped) ask(ctx context.Context, m message) (answer, error) {
	heard := make(chan answer, 1)
	p.mu.Lock()
	p.last++
	m.ID = p.last
	p.waiting[m.ID] = heard
	err := p.out.Encode(m)
	p.mu.Unlock()
	if err != nil {
		return answer{}, err
	}
	select {
	case a := <-heard:
		return a, nil
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
}

// Run has 64 callers do what the other process says, until there is nothing
// more and everything is shown.
func (p *piped) Run(ctx context.Context, in bot.Receiver) error {
	errs := make([]error, callers)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() { errs[i] = p.call(ctx, in) })
	}
	wg.Wait()
	return errors.Join(append(errs, p.settled(ctx))...)
}

func (p *piped) call(ctx context.Context, in bot.Receiver) error {
	var done *outcome
	for {
		a, err := p.ask(ctx, message{Op: "work", Done: done})
		if err != nil || a.Work == nil {
			return err
		}
		inv := commands.Invocation{EventID: a.Work.Event, Who: who(a.Work.Account), Text: a.Work.Text, React: a.Work.React}
		got := in.Receive(ctx, inv)
		done = &outcome{Event: a.Work.Event, Text: got.Text.Plain(), Failed: got.Failed, Repeat: got.Repeat}
		seen, err := p.store.Reader(ctx, got.Coalition).Seen(platform, a.Work.Account, a.Work.Event)
		if err != nil {
			return err
		}
		if seen != nil {
			done.Command, done.MessageID = seen.Command, seen.Message.Key
		}
	}
}

// patience is how long the outbox may stand still before that counts as stuck.
const patience = time.Minute

// settled waits until nothing is left in the outbox.
func (p *piped) settled(ctx context.Context) error {
	db, err := openLook(p.store.Dir())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for before, since := -1, time.Now(); ; {
		var pending int
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM outbox WHERE state = 'pending'").Scan(&pending); err != nil || pending == 0 {
			return err
		}
		if pending != before {
			before, since = pending, time.Now()
		}
		if time.Since(since) > patience {
			return fmt.Errorf("%d rows stay in the outbox", pending)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func openLook(dir string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+filepath.Join(dir, "shirebot.db")+"?mode=ro&_timezone=UTC&_pragma=busy_timeout(5000)")
}

func (p *piped) Send(ctx context.Context, post bot.Post) (string, error) {
	a, err := p.ask(ctx, message{Op: "send", Key: post.Key, Place: post.Room + "@" + post.Account, Content: content(post.Text, post.Card, post.Buttons)})
	return a.Remote, err
}

func (p *piped) Edit(ctx context.Context, post bot.Post, remote string) error {
	a, err := p.ask(ctx, message{Op: "edit", Key: post.Key, Remote: remote, Content: content(post.Text, post.Card, post.Buttons)})
	if err == nil && a.Gone {
		err = bot.ErrGone
	}
	return err
}

func (p *piped) Find(ctx context.Context, post bot.Post) (string, bool, error) {
	return "", false, errors.New("nothing has to be looked for while keys are known")
}

func (p *piped) Unreact(ctx context.Context, room, remote, account, emoji string) error {
	_, err := p.ask(ctx, message{Op: "unreact", Remote: remote, Place: account, Content: emoji})
	return err
}

// content is all that people see of a post.
func content(text commands.Text, card *commands.CardText, buttons []commands.Button) string {
	s := text.Plain()
	if card != nil {
		s += card.Plain(true)
	}
	for _, b := range buttons {
		s += "\n[" + b.Label + ": " + b.Line + "]"
	}
	return s
}
