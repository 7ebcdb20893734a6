package discord

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// The events of the benchmark: what a busy evening is made of. Each has the
// fields that Discord sends, used or not.
const someUser = `{"username":"maria","public_flags":0,"primary_guild":null,"id":"310000000000000001","global_name":"María","discriminator":"0",` +
	`"display_name_styles":null,"collectibles":null,"clan":null,"avatar_decoration_data":null,"avatar":null}`

const someMember = `{"user":` + someUser + `,"unusual_dm_activity_until":null,"roles":["320000000000000001","320000000000000002"],"premium_since":null,` +
	`"permissions":"2248473465835073","pending":false,"nick":null,"mute":false,"joined_at":"2025-11-02T15:00:00.000000+00:00","flags":0,"deaf":false,` +
	`"communication_disabled_until":null,"banner":null,"avatar":null}`

var intakeEvents = []struct{ kind, data string }{
	{"INTERACTION_CREATE", `{"version":1,"type":2,"token":"aW50ZXJhY3Rpb246MTMwMDAwMDAwMDAwMDAwMDAwMDpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1haYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo",` +
		`"member":` + someMember + `,"locale":"es-ES","id":"1300000000000000000","guild_locale":"en-US","guild_id":"330000000000000001",` +
		`"guild":{"locale":"en-US","id":"330000000000000001","features":["COMMUNITY","NEWS"]},"entitlements":[],"entitlement_sku_ids":[],` +
		`"data":{"type":1,"options":[{"value":"leche y pan","type":3,"name":"what"},{"value":"norte","type":3,"name":"area"}],"name":"need","id":"340000000000000001"},` +
		`"context":0,"channel_id":"350000000000000001","channel":{"type":0,"topic":null,"theme_color":null,"rate_limit_per_user":0,"position":3,` +
		`"permissions":"2248473465835073","parent_id":"360000000000000001","nsfw":false,"name":"needs","last_message_id":"1299999999999999999",` +
		`"id":"350000000000000001","guild_id":"330000000000000001","flags":0},"authorizing_integration_owners":{"0":"330000000000000001"},` +
		`"attachment_size_limit":10485760,"application_id":"100000000000000000","app_permissions":"2248473465835073"}`},
	{"MESSAGE_REACTION_ADD", `{"user_id":"310000000000000001","type":0,"message_id":"1300000000000000001","message_author_id":"100000000000000000",` +
		`"member":` + someMember + `,"emoji":{"name":"✋","id":null},"channel_id":"350000000000000001","burst":false,"guild_id":"330000000000000001"}`},
	{"INTERACTION_CREATE", `{"version":1,"type":3,"token":"aW50ZXJhY3Rpb246MTMwMDAwMDAwMDAwMDAwMDAwMDpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1haYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo",` +
		`"message":{"webhook_id":null,"type":0,"tts":false,"timestamp":"2026-11-02T15:00:00.000000+00:00","pinned":false,"mentions":[],"mention_roles":[],` +
		`"mention_everyone":false,"id":"1300000000000000001","flags":0,"embeds":[{"type":"rich","description":"N-12 · leche y pan","content_scan_version":0}],` +
		`"edited_timestamp":null,"content":"N-12","components":[{"type":1,"id":1,"components":[{"type":2,"style":1,"label":"I can do it","id":2,"custom_id":"1r1:claim N-12"}]}],` +
		`"channel_id":"350000000000000001","author":` + someUser + `,"attachments":[],"application_id":"100000000000000000"},` +
		`"member":` + someMember + `,"locale":"es-ES","id":"1300000000000000002","guild_locale":"en-US","guild_id":"330000000000000001",` +
		`"data":{"id":2,"custom_id":"1r1:claim N-12","component_type":2},"context":0,"channel_id":"350000000000000001","application_id":"100000000000000000"}`},
	{"MESSAGE_REACTION_REMOVE", `{"user_id":"310000000000000001","type":0,"message_id":"1300000000000000001","emoji":{"name":"✋","id":null},` +
		`"channel_id":"350000000000000001","burst":false,"guild_id":"330000000000000001"}`},
}

// pipedGateway sends prepared frames, as fast as they are read, to whoever
// connects.
type pipedGateway struct {
	*scripted
	from chan []byte
}

func newPipedGateway(b testing.TB) *pipedGateway {
	b.Helper()
	p := &pipedGateway{from: make(chan []byte, 16)}
	p.scripted = newScripted(b, func(_ int, c *scriptedConn) {
		c.begin("x")
		go func() { _ = c.hold() }() // the heartbeats; it ends with the connection
		raw := c.NetConn()
		for batch := range p.from {
			if _, err := raw.Write(batch); err != nil {
				return
			}
		}
		_ = c.WriteMessage(websocket.CloseMessage, nil) // the other side may be gone
	})
	return p
}

// send sends n events after the number seq.
func (p *pipedGateway) send(seq, n int) {
	var batch []byte
	for i := range n {
		e := intakeEvents[i%len(intakeEvents)]
		text := fmt.Sprintf(`{"t":%q,"s":%d,"op":0,"d":%s}`, e.kind, seq+i+1, e.data)
		if batch = append(batch, serverFrame(0x81, text)...); len(batch) > 60_000 {
			p.from <- batch
			batch = nil
		}
	}
	p.from <- batch
}

// BenchmarkIntake compares what it takes to have an event read, decoded and
// queued with the library alone, which decodes into its own types. The goal
// is 0.8 of it.
func BenchmarkIntake(b *testing.B) {
	const batch = 4000 // fits into the queues
	var ours, bare float64
	b.Run("ours", func(b *testing.B) {
		server := newPipedGateway(b)
		q := newQueues(128, quiet())
		done, ready := make(chan bool), make(chan bool, 1)
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		seen := 0
		g := newGateway(gatewayOptions{
			Token: secretToken, Transport: server, Clock: bot.SystemClock{}, Log: quiet(),
			Ready: func(readyEvent) { ready <- true },
			Handle: func(e event) {
				switch v, err := decode(e); v := v.(type) {
				case *interaction:
					q.do(ctx, v.who().ID+fmt.Sprint(seen%50), func(context.Context) {})
				case *reactionChange:
					q.do(ctx, v.UserID+fmt.Sprint(seen%50), func(context.Context) {})
				default:
					b.Errorf("%s is %T: %v", e.Type, v, err)
				}
				if seen++; seen%batch == 0 {
					done <- true
				}
			},
		})
		go func() { _ = g.run(ctx) }() // ends with the context
		<-ready
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			server.send(1+n*batch, batch)
			<-done
			q.wait()
			n++
		}
		ours = float64(n*batch) / b.Elapsed().Seconds()
		b.ReportMetric(ours, "events/s")
		close(server.from)
	})
	b.Run("bare", func(b *testing.B) {
		server := newPipedGateway(b)
		lib, err := discordgo.New("Bot " + secretToken)
		if err != nil {
			b.Fatal(err)
		}
		lib.Client = &http.Client{Transport: server}
		lib.SyncEvents, lib.StateEnabled, lib.ShouldReconnectOnError, lib.Compress = true, false, false, false
		done := make(chan bool)
		seen := 0
		count := func() {
			if seen++; seen%batch == 0 {
				done <- true
			}
		}
		lib.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) { count() })
		lib.AddHandler(func(_ *discordgo.Session, r *discordgo.MessageReactionAdd) { count() })
		lib.AddHandler(func(_ *discordgo.Session, r *discordgo.MessageReactionRemove) { count() })
		if err := lib.Open(); err != nil {
			b.Fatal(err)
		}
		defer func() { _ = lib.Close() }()
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			server.send(1+n*batch, batch)
			<-done
			n++
		}
		bare = float64(n*batch) / b.Elapsed().Seconds()
		b.ReportMetric(bare, "events/s")
		close(server.from)
	})
	if bare > 0 {
		b.Logf("ours is %.2f of the bare library", ours/bare)
	}
}

// Nothing is kept about a guild here: the goal is under 2 MiB for a thousand
// of thirty channels, with what others keep.
func TestIntakeKeepsNothing(t *testing.T) {
	const guilds = 1000
	server := newScripted(t, func(_ int, c *scriptedConn) {
		c.begin("x")
		for i := range guilds {
			c.event(2+i, "GUILD_CREATE", bigGuild(i))
		}
		c.event(2+guilds, "GUILD_DELETE", `{"id":"1"}`)
		_ = c.hold()
	})
	r := runGateway(t, server, secretToken, nil)
	wait(t, "READY", r.ready)
	before := heap()
	full := 0
	for e := wait(t, "an event", r.events); e.Type != "GUILD_DELETE"; e = wait(t, "an event", r.events) {
		got, err := decode(e)
		if g, ok := got.(*guildSeen); err != nil || !ok || len(g.Channels) != 30 {
			t.Fatalf("a guild is %T: %v", got, err)
		}
		full++
	}
	after := heap()
	if kept := after - before; full != guilds || kept > 1<<20 {
		t.Errorf("%d guilds, %d bytes kept", full, kept)
	}
}

func bigGuild(i int) string {
	channels := make([]string, 30)
	for c := range channels {
		channels[c] = fmt.Sprintf(`{"version":1,"type":0,"topic":null,"rate_limit_per_user":0,"position":%d,"permission_overwrites":[{"type":0,"id":"2%d","deny":"1024","allow":"0"}],`+
			`"parent_id":null,"name":"channel-%d","last_message_id":"1300000000000000000","id":"4%03d%03d","flags":0}`, c, i, c, i, c)
	}
	return fmt.Sprintf(`{"id":"3%06d","name":"Server %d","owner_id":"310000000000000001","roles":[{"id":"3%06d","name":"@everyone","permissions":"1"}],"channels":[%s],"threads":[],"members":[]}`,
		i, i, i, strings.Join(channels, ","))
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
