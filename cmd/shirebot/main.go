// Command shirebot is a chat bot for mutual aid coalitions. This package only
// puts the others together: what people can say is in package commands, how it
// travels in package bot, and what is kept in package models/store.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones are known on a machine without a zone database

	"github.com/alecthomas/kong"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// What the program ends with.
const (
	exitFailed = 1 // it could not do what it was asked
	exitUsage  = 2 // it was asked wrongly, or is not set up
)

// cli is the command line. Settings come from flags, the environment and a
// file, in that order of strength; see config.go.
type cli struct {
	settings `embed:""`

	Run     runCommand  `cmd:"" default:"1" help:"Run the bot on every platform that is set up. With none, on a terminal, open a chat. This is what happens without a subcommand."`
	Chat    chatCommand `cmd:"" help:"Open a chat in the terminal, or read one from a pipe. It ends with 1 if a line of a pipe failed."`
	Migrate struct {
		Status statusCommand `cmd:"" help:"List the steps of the database's schema. It changes nothing, and ends with 1 if some are not applied yet."`
		Up     upCommand     `cmd:"" help:"Apply what is missing, after a copy of the database. Starting the bot does the same."`
	} `cmd:"" help:"See to the database's schema."`
	Purge purgeCommand `cmd:"" help:"Erase what was kept long enough, as the running bot does each hour."`
	Keys  struct {
		Status keyStatusCommand `cmd:"" help:"List the keys and how many private details are sealed with each. It ends with 1 if a key is missing."`
		Rotate rotateCommand    `cmd:"" help:"Add a new key to the key file. The bot then seals everything with it, and takes the old one out."`
	} `cmd:"" help:"See to the key that private details are sealed with."`
	Doctor  doctorCommand  `cmd:"" help:"Check the data folder, the key and what could not be delivered. It changes nothing, and ends with 1 if somebody has to look."`
	Docs    docsCommand    `cmd:"" help:"Write docs/commands.md, docs/configuration.md and the command table in README.md anew."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

const about = `A chat bot for mutual aid coalitions: people ask for help and offer it, volunteers take it on, and nothing gets lost.`

func main() { os.Exit(start(os.Args[1:], bot.SystemClock{})) }

// start runs the program with its arguments and returns the code to end with.
func start(args []string, clock bot.Clock) int {
	// The first signal stops in order; after that the second one ends at once.
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer release()
	context.AfterFunc(ctx, release)

	var c cli
	parser, err := newParser(&c)
	if err != nil {
		fmt.Fprintln(os.Stderr, "shirebot:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "shirebot: %v\nFor help: shirebot --help\n", err)
		return exitUsage
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.BindTo(clock, (*bot.Clock)(nil))
	parsed.Bind(&c.settings)
	err = parsed.Run()
	switch {
	case err == nil, ctx.Err() != nil && errors.Is(err, context.Canceled): // done, or told to stop
		return 0
	case errors.Is(err, errTold):
		return exitFailed
	}
	fmt.Fprintln(os.Stderr, c.settings.explain(err))
	if errors.Is(err, errNothingToRun) {
		return exitUsage
	}
	return exitFailed
}

func newParser(c *cli) (*kong.Kong, error) {
	return kong.New(c, kong.Name("shirebot"), kong.Description(about), kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 100}))
}
