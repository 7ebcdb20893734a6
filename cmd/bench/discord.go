package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// startFake starts this program once more, as a Discord.
func startFake(ctx context.Context, scene fakeScene) (*fakeProcess, error) {
	argument, err := json.Marshal(scene)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, self, fakeArgument, string(argument))
	c.Stderr = os.Stderr
	p := &fakeProcess{wait: c.Wait}
	if p.in, err = c.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = json.NewDecoder(out)
	if err := c.Start(); err != nil {
		return nil, err
	}
	return p, p.out.Decode(&p.fakeWorld)
}

// play has the scene played, and returns what came of it.
func (p *fakeProcess) play() (*fakeResult, error) {
	if _, err := fmt.Fprintln(p.in, "go"); err != nil {
		return nil, err
	}
	result := &fakeResult{}
	if err := p.out.Decode(result); err != nil {
		return nil, err
	}
	if len(result.Violations) > 0 {
		return nil, fmt.Errorf("refused by Discord: %s, and %d more", result.Violations[0], len(result.Violations)-1)
	}
	return result, nil
}

func (p *fakeProcess) stop() error { return errors.Join(p.in.Close(), p.wait()) }

// measureDiscord measures the platform against a Discord in another process.
func measureDiscord(ctx context.Context, s settings) ([]figure, error) {
	var all []figure
	for _, part := range []func(context.Context, settings) ([]figure, error){measureServers, measureIntake, measureInteractions} {
		figures, err := part(ctx, s)
		if err != nil {
			return nil, err
		}
		all = append(all, figures...)
	}
	return all, nil
}

// discordBot is the program with Discord as its platform.
type discordBot struct {
	*started
	connected chan struct{}
	stop      func() error
}

func startDiscord(ctx context.Context, dir string, w fakeWorld) (*discordBot, error) {
	p, err := start(ctx, dir)
	if err != nil {
		return nil, err
	}
	rooms := make([]commands.RoomNow, len(w.Rooms))
	for i, id := range w.Rooms {
		rooms[i] = commands.RoomNow{Remote: id, Name: fmt.Sprintf("channel-%d", i), Kind: models.RoomText}
	}
	who := store.Who{Platform: discord.Name, Space: w.Guild, Account: w.Owner, Name: "Ana"}
	if _, err := p.registry.Found(ctx, commands.Founding{Who: who, Zone: "America/New_York", Lang: models.English, SpaceName: "Server", Now: rooms}); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	b := &discordBot{started: p, connected: make(chan struct{}, 100)}
	d, err := discord.New(discord.Options{
		Token: discordtest.TestToken, Registry: p.registry, Transport: discordtest.TransportTo(w.URL), Zone: "America/New_York", Lang: models.English,
		Connected: func(string) { b.connected <- struct{}{} },
	})
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- bot.New(p.registry, bot.SystemClock{}, slog.New(slog.DiscardHandler), d).Run(ctx) }()
	b.stop = func() error {
		cancel()
		return errors.Join(<-ended, p.Close())
	}
	select {
	case <-b.connected:
	case err := <-ended:
		return nil, errors.Join(errors.New("the platform ended"), err)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return b, nil
}

// measureInteractions times commands and buttons from Discord to the answer
// there, with the store on disk.
func measureInteractions(ctx context.Context, s settings) (_ []figure, err error) {
	scene := fakeScene{Play: "interactions", Guilds: 1, Channels: 400, People: 2000, Rate: 200, Seconds: 30}
	if s.quick {
		scene.People, scene.Seconds = 100, 2
	}
	fake, err := startFake(ctx, scene)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, fake.stop()) }()
	dir, remove, err := temp()
	if err != nil {
		return nil, err
	}
	defer remove()
	b, err := startDiscord(ctx, dir, fake.fakeWorld)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.stop()) }()
	result, err := fake.play()
	if err != nil {
		return nil, err
	}
	late := 0
	for _, ms := range result.Millis {
		if ms > 3000 {
			late++
		}
	}
	n := fmt.Sprintf("%d interactions/s", scene.Rate)
	return []figure{
		{name: n + ", to the answer, p50", value: percentile(result.Millis, 50), unit: "ms"},
		{name: n + ", to the answer, p99", value: percentile(result.Millis, 99), unit: "ms", goal: under(250, "ms")},
		{name: n + ", longer than 3 s", value: float64(late), unit: fmt.Sprintf("of %d", len(result.Millis)), goal: exactly(0)},
		{name: n + ", lost", value: float64(result.Lost), goal: exactly(0)},
	}, nil
}

// measureServers says how much memory servers take that the bot is in.
func measureServers(ctx context.Context, s settings) (_ []figure, err error) {
	scene := fakeScene{Play: "nothing", Guilds: 1000, Channels: 30, People: 1}
	if s.quick {
		scene.Guilds = 50
	}
	few, err := heapWith(ctx, fakeScene{Play: "nothing", Guilds: 1, Channels: 30, People: 1})
	if err != nil {
		return nil, err
	}
	many, err := heapWith(ctx, scene)
	if err != nil {
		return nil, err
	}
	mib := (many - few) / (1 << 20) * 1000 / float64(scene.Guilds)
	return []figure{{name: "Memory per 1,000 servers of 30 channels", value: max(0, mib), unit: "MiB", goal: under(2, "MiB")}}, nil
}

func heapWith(ctx context.Context, scene fakeScene) (_ float64, err error) {
	fake, err := startFake(ctx, scene)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, fake.stop()) }()
	seen := &atomic.Int64{}
	l, err := listen(ctx, fake.fakeWorld, seen)
	if err != nil {
		return 0, err
	}
	defer l()
	if err := until(ctx, func() bool { return seen.Load() >= int64(scene.Guilds) }); err != nil {
		return 0, err
	}
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc), nil
}

// until waits for something that another goroutine brings about.
func until(ctx context.Context, holds func() bool) error {
	each := time.NewTicker(time.Millisecond)
	defer each.Stop()
	deadline := time.After(2 * time.Minute)
	for !holds() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return errors.New("what was waited for did not come")
		case <-each.C:
		}
	}
	return nil
}
