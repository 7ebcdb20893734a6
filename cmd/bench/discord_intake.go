package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// measureIntake compares how fast events come in with what the library alone
// does: decoded, and handed on in order.
func measureIntake(ctx context.Context, s settings) (_ []figure, err error) {
	scene := fakeScene{Play: "intake", Guilds: 1, Channels: 2, People: 500, Events: 10_000}
	rounds := 5
	if s.quick {
		scene.Events, rounds = 500, 1
	}
	fake, err := startFake(ctx, scene)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, fake.stop()) }()
	bare := func(int) (float64, error) { return intakeRate(ctx, fake, scene.Events, listenBare) }
	ours := func(int) (float64, error) { return intakeRate(ctx, fake, scene.Events, listen) }
	_, rate, ratio, err := paired(rounds, bare, ours)
	if err != nil {
		return nil, err
	}
	return []figure{{name: "Events from Discord, decoded and in order", value: rate, unit: "/s", ratio: ratio, of: "the bare library", goal: ratioAtLeast(0.8)}}, nil
}

// listener connects to a Discord and counts the events that come in. It returns
// when it is connected, with what ends it.
type listener func(ctx context.Context, w fakeWorld, seen *atomic.Int64) (stop func(), err error)

func intakeRate(ctx context.Context, fake *fakeProcess, events int, l listener) (float64, error) {
	seen := &atomic.Int64{}
	stop, err := l(ctx, fake.fakeWorld, seen)
	if err != nil {
		return 0, err
	}
	defer stop()
	before := seen.Load()
	began := time.Now()
	if _, err := fake.play(); err != nil {
		return 0, err
	}
	if err := until(ctx, func() bool { return seen.Load()-before >= int64(events) }); err != nil {
		return 0, fmt.Errorf("%d of %d events came in: %w", seen.Load()-before, events, err)
	}
	return perSecond(events, time.Since(began)), nil
}

// listen takes events in as the program does.
func listen(ctx context.Context, w fakeWorld, seen *atomic.Int64) (func(), error) {
	connected := make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	o := discord.Options{Token: discordtest.TestToken, Transport: discordtest.TransportTo(w.URL), Connected: func(string) { connected <- struct{}{} }}
	go func() { ended <- discord.Listen(ctx, o, func() { seen.Add(1) }) }()
	stop := func() {
		cancel()
		<-ended //nolint:errcheck // it says that it was told to end
	}
	select {
	case <-connected:
		return stop, nil
	case err := <-ended:
		ended <- nil
		return nil, errors.Join(errors.New("the connection ended"), err)
	}
}

// listenBare takes them in with the library alone, each in its turn, as its own
// types.
func listenBare(_ context.Context, w fakeWorld, seen *atomic.Int64) (func(), error) {
	s, err := discordgo.New("Bot " + discordtest.TestToken)
	if err != nil {
		return nil, err
	}
	s.Client = &http.Client{Transport: discordtest.TransportTo(w.URL)}
	s.StateEnabled, s.SyncEvents = false, true
	s.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessageReactions | discordgo.IntentsDirectMessages
	ready := make(chan struct{}, 1)
	s.AddHandler(func(*discordgo.Session, *discordgo.Ready) { ready <- struct{}{} })
	s.AddHandler(func(*discordgo.Session, *discordgo.InteractionCreate) { seen.Add(1) })
	s.AddHandler(func(*discordgo.Session, *discordgo.MessageReactionAdd) { seen.Add(1) })
	if err := s.Open(); err != nil {
		return nil, err
	}
	<-ready
	return func() {
		s.ShouldReconnectOnError = false
		_ = s.Close()
	}, nil
}
