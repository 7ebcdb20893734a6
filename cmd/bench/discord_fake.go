package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// fakeDiscord is what the program runs as in another process: a Discord with
// people on it. It prints its address, waits for a line on its input, plays a
// scene, and prints what it measured.
type fakeDiscord struct {
	*discordtest.Server
	scene fakeScene
}

// fakeScene says what is played; it travels as JSON in an argument.
type fakeScene struct {
	Play     string // interactions, intake or nothing
	Guilds   int
	Channels int // in each guild
	People   int // in the first guild
	Rate     int // interactions a second
	Seconds  int
	Events   int
}

// fakeWorld tells the other side what is there.
type fakeWorld struct {
	URL   string
	Guild string
	Owner string
	Board string
	Rooms []string
}

// fakeResult is what came of a scene.
type fakeResult struct {
	Millis     []float64 // from an interaction to its answer, each
	Lost       int       // never answered, or too late
	Violations []string
}

const fakeArgument = "fake-discord"

// runFake is the other process.
func runFake(ctx context.Context, argument string, in io.Reader, out io.Writer) error {
	f := &fakeDiscord{}
	if err := json.Unmarshal([]byte(argument), &f.scene); err != nil {
		return err
	}
	var err error
	if f.Server, err = discordtest.Start(discordtest.Options{Limits: f.scene.Play == "interactions"}); err != nil { //nolint:contextcheck // Close ends it
		return err
	}
	defer f.Close()
	w := fakeWorld{URL: f.URL()}
	for i := range f.scene.Guilds {
		guild, owner := f.AddGuild(fmt.Sprintf("Server %d", i))
		for j := range f.scene.Channels {
			room := f.AddChannel(guild, fmt.Sprintf("channel-%d", j), discordtest.Text)
			if i == 0 {
				w.Rooms = append(w.Rooms, room)
			}
		}
		if i == 0 {
			w.Guild, w.Owner = guild, owner
		}
	}
	people := make([]string, f.scene.People)
	for i := range people {
		people[i] = f.Join(w.Guild, fmt.Sprintf("Person %d", i))
	}
	lines := bufio.NewScanner(in)
	say := json.NewEncoder(out)
	if err := say.Encode(w); err != nil {
		return err
	}
	for lines.Scan() {
		result := &fakeResult{}
		switch f.scene.Play {
		case "interactions":
			if err := f.Until(ctx, func() bool { return f.Published("need") != nil }); err != nil {
				return err
			}
			result = f.interactions(ctx, people, w.Rooms)
		case "intake":
			f.intake(people, w)
		}
		result.Violations = f.TakeViolations()
		if err := say.Encode(result); err != nil {
			return err
		}
	}
	return lines.Err()
}

// interactions has people do things at a steady rate, each in an order that
// makes sense: ask, post, look at what is theirs.
func (f *fakeDiscord) interactions(ctx context.Context, people, rooms []string) *fakeResult {
	var mu sync.Mutex
	var all sync.WaitGroup
	result := &fakeResult{}
	one := func(act func() *discordtest.Interaction) *discordtest.Interaction {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		began := time.Now()
		i := act()
		err := i.Wait(ctx)
		took := millis(time.Since(began))
		mu.Lock()
		defer mu.Unlock()
		if err != nil || i.State() == discordtest.Failed || i.State() == discordtest.Waiting {
			result.Lost++
		} else {
			result.Millis = append(result.Millis, took)
		}
		return i
	}
	total := f.scene.Rate * f.scene.Seconds
	each := time.NewTicker(time.Second * 3 / time.Duration(f.scene.Rate))
	defer each.Stop()
	for n := range total / 3 {
		person, room := people[n%len(people)], rooms[1+n%(len(rooms)-1)]
		all.Go(func() {
			asked := one(func() *discordtest.Interaction {
				return f.Slash(person, room, "need", map[string]any{"what": fmt.Sprintf("milk and bread, number %d", n), "category": "food"})
			})
			if m := asked.Message(); m != nil {
				one(func() *discordtest.Interaction { return f.Press(person, m.ID, "Post it") })
			}
			one(func() *discordtest.Interaction { return f.Slash(person, room, "mine", nil) })
		})
		<-each.C
	}
	all.Wait()
	return result
}

// intake sends events as fast as the connection takes them.
func (f *fakeDiscord) intake(people []string, w fakeWorld) {
	for i := range f.scene.Events {
		name, pattern := "INTERACTION_CREATE", intakeEvent
		if i%2 == 1 {
			name, pattern = "MESSAGE_REACTION_ADD", intakeReaction
		}
		f.Emit(name, json.RawMessage(fmt.Sprintf(pattern, people[i%len(people)], w.Guild, w.Rooms[0])))
	}
}

// Events as Discord sends them, with all that it adds.
const (
	intakeEvent = `{"id":"1300000000000000001","application_id":"200000000000000000","type":2,"token":"aW50ZXJhY3Rpb246MTMwMDAwMDAwMDAwMDAwMDAwMTp0b2tlbg","version":1,
"user":null,"member":{"user":{"id":"%[1]s","username":"rosa","global_name":"Rosa","avatar":null,"discriminator":"0","public_flags":0},"nick":null,"roles":["1200000000000000001","1200000000000000002"],
"joined_at":"2026-01-01T00:00:00.000000+00:00","permissions":"2248473465835073","deaf":false,"mute":false,"pending":false,"flags":0,"avatar":null,"premium_since":null},
"guild_id":"%[2]s","guild":{"id":"%[2]s","locale":"en-US","features":[]},"channel_id":"%[3]s","channel":{"id":"%[3]s","type":0,"name":"board","guild_id":"%[2]s","parent_id":null,"position":1,"permissions":"2248473465835073","flags":0,"nsfw":false,"topic":null,"rate_limit_per_user":0},
"locale":"en-US","guild_locale":"en-US","app_permissions":"2248473465835073","entitlements":[],"entitlement_sku_ids":[],"authorizing_integration_owners":{"0":"%[2]s"},"context":0,"attachment_size_limit":10485760,
"data":{"id":"1300000000000000009","name":"need","type":1,"options":[{"name":"what","type":3,"value":"milk and bread"},{"name":"category","type":3,"value":"food"}]}}`
	intakeReaction = `{"user_id":"%[1]s","type":0,"message_id":"1300000000000000003","message_author_id":"100000000000000000","burst":false,"guild_id":"%[2]s","channel_id":"%[3]s",
"member":{"user":{"id":"%[1]s","username":"rosa","global_name":"Rosa","avatar":null,"discriminator":"0","public_flags":0},"nick":null,"roles":["1200000000000000001"],"joined_at":"2026-01-01T00:00:00.000000+00:00","deaf":false,"mute":false,"pending":false,"flags":0},
"emoji":{"id":null,"name":"✋"}}`
)

// fakeProcess is the other process, seen from this one.
type fakeProcess struct {
	fakeWorld
	in   io.WriteCloser
	out  *json.Decoder
	wait func() error
}
