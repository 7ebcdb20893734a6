package main

import (
	"context"
	"os"

	"golang.org/x/term"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

type runCommand struct{}

// Run starts the bot. No platform can be set up yet, so that what is left is a
// chat for whoever sits at a terminal.
func (runCommand) Run(ctx context.Context, s *settings, clock bot.Clock) error {
	if !atTerminal() {
		return errNothingToRun
	}
	return s.chat(ctx, clock)
}

// atTerminal reports whether a person can read and answer.
func atTerminal() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd()))
}
