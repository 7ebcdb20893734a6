package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

type (
	statusCommand struct{}
	upCommand     struct{}
)

// Run lists what was applied, without applying or making anything.
func (statusCommand) Run(ctx context.Context, s *settings, clock bot.Clock) error {
	exists, err := s.hasDatabase()
	if err != nil {
		return err
	}
	if !exists {
		fmt.Println(s.say("program.no_database", map[string]any{"Data": s.Data}))
		return nil
	}
	return s.migrations(ctx, store.Options{Now: clock.Now, NoMigrate: true})
}

// Run applies what is missing, and lists all.
func (upCommand) Run(ctx context.Context, s *settings, clock bot.Clock) error {
	return s.migrations(ctx, store.Options{Now: clock.Now})
}

func (s *settings) migrations(ctx context.Context, o store.Options) (err error) {
	d, err := s.open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	list, err := d.store.Migrations(ctx)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.AppliedAt == nil {
			continue // none is left once the store is open
		}
		at := m.AppliedAt.UTC().Format(time.DateTime) + " UTC"
		fmt.Println(s.say("program.migration", map[string]any{"Count": m.Version, "Name": m.Name, "At": at}))
	}
	fmt.Println(s.say("program.up_to_date", map[string]any{"Data": s.Data}))
	if d.store.KeyMade {
		fmt.Println(s.say("program.key_made", map[string]any{"Data": s.Data}))
	}
	return nil
}
