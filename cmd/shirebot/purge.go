package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

type purgeCommand struct {
	DryRun bool `help:"Erase nothing; print what would be erased. The bot may be running."`
}

// Run erases what was kept long enough, and says how much that was.
func (p purgeCommand) Run(ctx context.Context, s *settings, clock bot.Clock) error {
	exists, err := s.hasDatabase()
	if err != nil {
		return err
	}
	if !exists {
		fmt.Println(s.say("program.no_database", map[string]any{"Data": s.Data}))
		return nil
	}
	due, err := s.due(ctx, clock)
	if err != nil {
		return err
	}
	head := "purge.would"
	if !p.DryRun {
		if err := s.purge(ctx, clock); err != nil {
			return err
		}
		head = "purge.did"
	}
	s.printDue(head, due)
	return nil
}

func (s *settings) purge(ctx context.Context, clock bot.Clock) (err error) {
	d, err := s.open(ctx, store.Options{Now: clock.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	registry, err := commands.New(d.store, commands.Options{Log: d.log, Now: clock.Now})
	if err != nil {
		return d.logged(err)
	}
	if err := registry.Sweep(ctx); err != nil {
		return d.logged(err)
	}
	return nil
}

// due is how much is to be erased by now, by kind.
func (s *settings) due(ctx context.Context, clock bot.Clock) (due store.DueCounts, err error) {
	look, err := store.Inspect(ctx, s.storeOptions(store.Options{}))
	if err != nil {
		return due, err
	}
	defer func() { err = errors.Join(err, look.Close()) }()
	return look.Due(clock.Now(), commands.DraftLasts)
}

func (s *settings) printDue(head string, due store.DueCounts) {
	if due == (store.DueCounts{}) {
		fmt.Println(s.say("purge.nothing", nil))
		return
	}
	fmt.Println(s.say(head, nil))
	for _, line := range []struct {
		id    string
		count int64
	}{{"purge.needs", due.Needs}, {"purge.offers", due.Offers}, {"purge.values", due.Values}, {"purge.drafts", due.Drafts}} {
		fmt.Println(s.say(line.id, map[string]any{"Count": int(line.count)}))
	}
}
