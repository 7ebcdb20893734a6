package main

import (
	"context"
	"net/http"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// discord is the platform, over the data folder in use.
func (s *settings) discord(ctx context.Context, d *data, registry *commands.Registry, clock bot.Clock) (bot.Platform, error) {
	token, err := s.discordToken()
	if err != nil {
		return nil, err
	}
	transport, err := discordTransport()
	if err != nil {
		return nil, err
	}
	return discord.New(discord.Options{
		Token: token, Registry: registry, Clock: clock, Log: d.log, Transport: transport, Zone: s.Zone, Lang: s.lang(),
		Connected: func(name string) {
			s.connected(ctx, d, "Discord", discord.Name, name, "program.discord_next")
		},
	})
}

// discordTransport is how requests get to Discord; nil is the usual way. Tests
// put their own Discord in its place.
var discordTransport = func() (http.RoundTripper, error) { return nil, nil }
