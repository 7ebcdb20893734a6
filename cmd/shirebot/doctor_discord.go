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
	spaces, err := s.discordSpaces(ctx)
	if err != nil {
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
		if missing, ok := f.Fields["Missing"].([]string); ok {
			f.Fields["Missing"] = s.listed(missing)
		}
		findings[i] = finding{f.Look, f.ID, f.Fields}
	}
	return s.report(findings)
}

// discordSpaces are the servers that the database knows, none if there is no
// database yet.
func (s *settings) discordSpaces(ctx context.Context) (spaces []store.SpaceRooms, err error) {
	look, err := store.Inspect(ctx, s.storeOptions(store.Options{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, look.Close()) }()
	if pending, err := look.Pending(); err != nil || pending > 0 {
		return nil, errors.Join(err, &store.ErrMigrationsPending{Pending: pending})
	}
	return look.Spaces(discord.Name)
}

// listed is a list of texts in one line.
func (s *settings) listed(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = s.say(id, nil)
	}
	return strings.Join(names, ", ")
}
