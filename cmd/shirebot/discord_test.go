package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// discordVariable is the address of the Discord of a script.
const discordVariable = "STORY_DISCORD"

func init() {
	discordTransport = func() (http.RoundTripper, error) {
		address := os.Getenv(discordVariable)
		if address == "" {
			return nil, fmt.Errorf("a script reached for Discord without %s", discordVariable)
		}
		return discordtest.TransportTo(address), nil
	}
}

// scriptDiscord is the Discord of one script.
type scriptDiscord struct {
	*discordtest.Server
	guild, owner, board string
}

// scriptPatience is how long a script waits for what has to come.
const scriptPatience = 20 * time.Second

// playDiscord is a script's command: what happens on Discord.
func playDiscord(ts *testscript.TestScript, args []string) error {
	ctx, cancel := context.WithTimeout(ts.Value(scriptContext{}).(context.Context), scriptPatience)
	defer cancel()
	d, _ := ts.Value(scriptPlace{}).(*scriptDiscord)
	switch args[0] {
	case "begin":
		return d.begin(ts)
	case "setup":
		return d.setup(ctx)
	case "readonly":
		d.SetReadOnly(d.board, true)
	case "writable":
		d.SetReadOnly(d.board, false)
	case "unreachable":
		d.SetUnreachable(true)
	case "reachable":
		d.SetUnreachable(false)
		return d.WaitReady(ctx)
	case "revoke":
		d.Revoke()
	default:
		return fmt.Errorf("nothing on Discord is called %q", args[0])
	}
	return nil
}

type scriptPlace struct{}

// begin starts a Discord with one server and one channel.
func (d *scriptDiscord) begin(ts *testscript.TestScript) (err error) {
	if d.Server, err = discordtest.Start(discordtest.Options{}); err != nil {
		return err
	}
	ts.Defer(func() {
		for _, v := range d.TakeViolations() {
			ts.Logf("Discord's rules: %s", v)
		}
		d.Close()
	})
	d.SetPublic(false)
	d.guild, d.owner = d.AddGuild("Larch County")
	d.board = d.AddChannel(d.guild, "board", discordtest.Text)
	ts.Setenv(discordVariable, d.URL())
	ts.Setenv("DISCORD_TOKEN", d.Token())
	return nil
}

// setup has the server's owner set the coalition up, with what is suggested.
func (d *scriptDiscord) setup(ctx context.Context) error {
	if err := d.WaitReady(ctx); err != nil {
		return err
	}
	if err := d.Until(ctx, func() bool { return d.Published("setup") != nil }); err != nil {
		return err
	}
	i := d.Slash(d.owner, d.board, "setup", nil)
	if err := i.Wait(ctx); err != nil {
		return err
	}
	for _, answer := range []string{"Larch County Mutual Aid", "keep", "English", "Stonebridge, Quarry Falls", "keep", "keep"} {
		i = d.Press(d.owner, i.Message().ID, "Answer")
		if err := i.Wait(ctx); err != nil {
			return err
		}
		i = d.Submit(d.owner, map[string]string{"Your answer": answer})
		if err := i.Wait(ctx); err != nil {
			return err
		}
	}
	return d.Until(ctx, func() bool { return len(d.Channel(d.board)) > 0 })
}
