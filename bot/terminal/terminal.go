// Package terminal is the chat in a terminal, and the platform of scripts that
// read lines from a pipe. One human drives it and sees everything, in the role
// of one person or of several.
package terminal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Options are what a terminal needs.
type Options struct {
	In  io.Reader
	Out io.Writer
	// Interactive shows a banner and a prompt, and what others write as it
	// comes. Without it every line is repeated and carried out to its end
	// before the next one is read: the same lines give the same output.
	Interactive bool
	Registry    *commands.Registry
	// Space is the id of the coalition's space, such as "terminal". It is the
	// platform's name as well: in a database with several coalitions each has a
	// terminal of its own, and nothing of one is shown in that of another.
	Space string
	Name  string // who types at first, as for [Who]
	// Lang is the language of the banner; empty is the coalition's.
	Lang models.Lang
	// Version and DataDir are for the banner, as is First, which says that the
	// program runs for the first time on its data.
	Version, DataDir string
	First            bool
	// AsAllowed lets the one who types act as others, which is right only where
	// nobody else could be these others.
	AsAllowed bool
}

// Terminal is the platform. New makes it.
type Terminal struct {
	o       Options
	cat     *catalogue.Catalogue
	lines   *lines
	screen  *screen
	session string // makes ids of events and posts differ from other runs'
	failed  atomic.Bool

	// Run's own: who types, where (nil is the private chat), and what so far.
	who    store.Who
	room   *models.Room
	events int

	// Under the screen's lock: the id of what was sent under a key, and what
	// stands under an id.
	sent     map[string]string
	standing map[string]string
}

// Who is the account of the person of a name in a space: another way to write
// the same name, in capitals or without accents, is the same account. The error
// is a *commands.TextError, for a name that is empty or too long or has
// something in it that cannot be shown.
func Who(space, name string) (store.Who, error) {
	clean, err := commands.Clean(name, models.MaxName)
	if err != nil {
		return store.Who{}, err
	}
	return store.Who{Platform: space, Space: space, Account: catalogue.Fold(clean), Name: clean}, nil
}

// New makes a terminal. The coalition of the space has to be founded before it
// runs. The error is that of [Who].
func New(o Options) (*Terminal, error) {
	who, err := Who(o.Space, o.Name)
	if err != nil {
		return nil, fmt.Errorf("the name of who types: %w", err)
	}
	return &Terminal{
		o: o, who: who, cat: o.Registry.Catalogue(), lines: newLines(o.In), screen: &screen{out: o.Out},
		session: strings.ToLower(rand.Text()[:12]), sent: map[string]string{}, standing: map[string]string{},
	}, nil
}

// Name is the platform's name: the space.
func (t *Terminal) Name() string { return t.o.Space }

// sameKey is longer than any process lives. What an earlier process may have
// shown when it was killed is shown again: on a screen that does no harm.
const sameKey = 100 * 365 * 24 * time.Hour

// Features are those of a terminal: numbers for buttons, one thing at a time.
func (t *Terminal) Features() bot.Features {
	return bot.Features{Parallel: 1, Local: true, OnDemand: !t.o.Interactive, SameKey: sameKey}
}

// Failed reports whether a line did not do what it says: because it was refused
// or not understood, or because something went wrong.
func (t *Terminal) Failed() bool { return t.failed.Load() }

// Run reads lines and carries them out until there are no more, the one who
// types leaves, or the context ends. It fails if lines can no longer be read or
// answers no longer be written.
func (t *Terminal) Run(ctx context.Context, in bot.Receiver) error {
	if err := t.begin(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	// What is left over from an earlier run comes first.
	if err := t.settle(ctx, in); err != nil {
		return err
	}
	for {
		t.await(ctx)
		ln, err := t.lines.next(ctx)
		t.awaited()
		switch {
		case ctx.Err() != nil, errors.Is(err, io.EOF):
			return t.leave(ctx, "\n")
		case err != nil:
			return err
		}
		leaves, err := t.carryOut(ctx, in, ln)
		if err != nil {
			return err
		}
		if leaves {
			return t.leave(ctx, "")
		}
	}
}

// begin finds the place to start in, and greets.
func (t *Terminal) begin(ctx context.Context) error {
	actor, err := t.o.Registry.Store().Actor(ctx, t.who)
	if err != nil {
		return fmt.Errorf("who types in the terminal: %w", err)
	}
	rooms, err := t.rooms(ctx)
	if err != nil {
		return err
	}
	for _, room := range rooms {
		if t.room == nil || room.IsBoard && !t.room.IsBoard {
			t.room = room
		}
	}
	if !t.o.Interactive {
		return nil
	}
	id := "terminal.banner_no_as"
	switch {
	case t.o.First:
		id = "terminal.banner"
	case t.o.AsAllowed:
		id = "terminal.banner_again"
	}
	lang := t.o.Lang
	if lang == "" {
		lang = actor.Coalition.Language
	}
	banner := t.text(lang, id, fields{"Version": t.o.Version, "Data": t.o.DataDir, "Coalition": actor.Coalition.Name, "Name": t.who.Name, "Room": t.place(lang)})
	return t.show(strings.TrimSpace(banner) + "\n\n")
}

// leave says goodbye to a human.
func (t *Terminal) leave(ctx context.Context, before string) error {
	if !t.o.Interactive {
		return nil
	}
	return t.show(before + t.text(t.lang(context.WithoutCancel(ctx)), "terminal.bye", nil) + "\n")
}

// settle shows all that is due. A script needs it to show anything; for a human
// it makes what follows from a line stand before the next prompt.
func (t *Terminal) settle(ctx context.Context, in bot.Receiver) error {
	if err := in.Settle(ctx, t.Name()); err != nil && ctx.Err() == nil {
		return fmt.Errorf("show what is due: %w", err)
	}
	return nil
}

// await shows the prompt and awaited takes it back.
func (t *Terminal) await(ctx context.Context) {
	if !t.o.Interactive {
		return
	}
	prompt := t.prompt(ctx)
	t.screen.Lock()
	defer t.screen.Unlock()
	// If the screen is gone, the next answer says so.
	_ = t.screen.write(prompt)
	t.screen.prompt = prompt
}

func (t *Terminal) awaited() {
	t.screen.Lock()
	defer t.screen.Unlock()
	t.screen.prompt = ""
}

// show writes the terminal's own words.
func (t *Terminal) show(text string) error {
	t.screen.Lock()
	defer t.screen.Unlock()
	return t.screen.show(text)
}
