package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// doctorDiscord checks what the bot needs in Discord, a line each. It changes
// nothing, there or here.
func (s *settings) doctorDiscord(ctx context.Context, clock bot.Clock) error {
	token, err := s.discordToken()
	if err != nil {
		return err
	}
	if token == "" {
		return s.report([]finding{amiss("discord.doctor.none", nil)})
	}
	transport, err := discordTransport()
	if err != nil {
		return err
	}
	spaces, _, end, err := s.known(ctx, discord.Name)
	if err != nil {
		return err
	}
	if err := end(); err != nil {
		return err
	}
	registry, err := commands.New(nil, commands.Options{}) // for its declarations
	if err != nil {
		return err
	}
	found, err := discord.Examine(ctx, discord.ExamineOptions{Token: token, Transport: transport, Clock: clock, Registry: registry, Spaces: spaces})
	if err != nil {
		return err
	}
	findings := make([]finding, len(found))
	for i, f := range found {
		findings[i] = finding{f.Look, f.ID, s.named(f.Fields)}
	}
	return s.report(findings)
}

// known are the spaces of a platform that the database knows, none if there is
// no database yet. The database stays open for the look until end is called.
func (s *settings) known(ctx context.Context, platform string) (spaces []store.SpaceRooms, look *store.Inspection, end func() error, err error) {
	look, err = store.Inspect(ctx, s.storeOptions(store.Options{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, func() error { return nil }, nil
	}
	if err != nil {
		return nil, nil, nil, err
	}
	pending, err := look.Pending()
	if err == nil && pending > 0 {
		err = &store.ErrMigrationsPending{Pending: pending}
	}
	if err == nil {
		spaces, err = look.Spaces(platform)
	}
	if err != nil {
		return nil, nil, nil, errors.Join(err, look.Close())
	}
	return spaces, look, look.Close, nil
}

// listed is a list of texts in one line.
func (s *settings) listed(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = s.say(id, nil)
	}
	return strings.Join(names, ", ")
}
