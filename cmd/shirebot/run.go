package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

type runCommand struct{}

// Run starts the bot on every platform that is set up. Without any there is a
// chat for whoever sits at a terminal.
func (runCommand) Run(ctx context.Context, s *settings, clock bot.Clock) error {
	switch token, err := s.discordToken(); {
	case err != nil:
		return fmt.Errorf("the Discord token: %w", err)
	case token != "" || s.MatrixHomeserver != "":
		return s.serve(ctx, clock)
	case !atTerminal():
		return errNothingToRun
	}
	return s.chat(ctx, clock)
}

// discordToken is the token of the Discord bot, empty if none is set.
func (s *settings) discordToken() (string, error) {
	return readSecret(s.DiscordToken, s.DiscordTokenFile)
}

// serve runs the chat platforms until the context ends or one of them cannot go
// on.
func (s *settings) serve(ctx context.Context, clock bot.Clock) (err error) {
	d, err := s.open(ctx, store.Options{Now: clock.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	registry, err := commands.New(d.store, commands.Options{Log: d.log, Now: clock.Now})
	if err != nil {
		return d.logged(err)
	}
	platforms, err := s.platforms(ctx, d, registry, clock)
	if err != nil {
		return d.logged(err)
	}
	if d.store.KeyMade {
		fmt.Fprintln(os.Stderr, s.say("program.key_made", map[string]any{"Data": s.Data}))
	}
	fmt.Fprintln(os.Stderr, s.say("program.starting", map[string]any{"Version": version, "Data": s.logPath()}))
	d.log.Info("started", "version", version)
	if err = bot.New(registry, clock, d.log, platforms...).Run(ctx); err != nil && ctx.Err() == nil {
		return d.logged(err)
	}
	d.log.Info("stopped")
	fmt.Fprintln(os.Stderr, s.say("program.stopped", nil))
	return nil
}

// platforms are the ones that are set up.
func (s *settings) platforms(ctx context.Context, d *data, registry *commands.Registry, clock bot.Clock) ([]bot.Platform, error) {
	var list []bot.Platform
	token, err := s.discordToken()
	if err != nil {
		return nil, err
	}
	if token != "" {
		p, err := s.discord(ctx, d, registry, clock)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	if s.MatrixHomeserver != "" {
		p, err := s.matrix(ctx, d, registry, clock)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// connected tells the admin that a platform is there, and how to go on while no
// coalition is.
func (s *settings) connected(ctx context.Context, d *data, platform, id, account, next string) {
	fmt.Fprintln(os.Stderr, s.say("program.connected", map[string]any{"Name": account, "Platform": platform}))
	spaces, err := d.store.SpacesOn(ctx, id)
	if err != nil && ctx.Err() == nil {
		d.log.Error("it is not known whether a coalition is there", "err", err)
	}
	if err == nil && len(spaces) == 0 {
		fmt.Fprintln(os.Stderr, s.say(next, map[string]any{"Name": account, "Prefix": "!"}))
	}
}

// atTerminal reports whether a person can read and answer.
func atTerminal() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd()))
}
