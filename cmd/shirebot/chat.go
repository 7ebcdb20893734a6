package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/terminal"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

type chatCommand struct{}

// Run opens a chat in the terminal.
func (chatCommand) Run(ctx context.Context, s *settings, clock bot.Clock) error {
	return s.chat(ctx, clock)
}

// rooms are a coalition's in the terminal; the first is the board.
var rooms = []string{"#board", "#general"}

// who is the person in the terminal. Each coalition has a space of its own.
func (s *settings) who() (store.Who, error) {
	space := "terminal"
	if s.Coalition != "" {
		space += ":" + s.Coalition
	}
	return terminal.Who(space, s.Name)
}

// chat runs the terminal alone until its input or the context ends.
func (s *settings) chat(ctx context.Context, clock bot.Clock) (err error) {
	d, err := s.open(ctx, store.Options{Now: clock.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	registry, err := commands.New(d.store, commands.Options{Log: d.log, Now: clock.Now})
	if err != nil {
		return d.logged(err)
	}
	t, err := s.terminal(ctx, d, registry)
	if err != nil {
		return d.logged(err)
	}
	d.log.Info("started", "version", version)
	err = bot.New(registry, clock, d.log, t).Run(ctx)
	switch {
	case err != nil:
		return d.logged(err)
	case ctx.Err() != nil: // told to stop, which is no failure
	case t.Failed() && !atTerminal():
		err = errTold
	}
	d.log.Info("stopped")
	return err
}

// terminal opens the terminal, and founds its coalition if there is none yet.
func (s *settings) terminal(ctx context.Context, d *data, registry *commands.Registry) (*terminal.Terminal, error) {
	who, err := s.who()
	if err != nil {
		return nil, err
	}
	if _, err := registry.Found(ctx, commands.Founding{Who: who, Zone: s.Zone, Lang: s.lang(), Rooms: rooms}); err != nil {
		return nil, err
	}
	if d.store.KeyMade && !atTerminal() { // at a terminal the banner says it
		fmt.Fprintln(os.Stderr, s.say("program.key_made", map[string]any{"Data": s.Data}))
	}
	return terminal.New(terminal.Options{
		In: os.Stdin, Out: os.Stdout, Interactive: atTerminal(), Registry: registry,
		Space: who.Space, Name: s.Name, Lang: s.lang(),
		Version: version, DataDir: s.Data, First: d.store.KeyMade,
		// There is no other platform yet on which somebody could be these others.
		AsAllowed: true,
	})
}
