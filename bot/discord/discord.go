// Package discord is the platform Discord: slash commands, forms, cards with
// buttons and reactions, and answers that only the one who acted sees.
package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// name is the platform's, under which spaces and accounts are kept.
const name = "discord"

const (
	// sendAtOnce is how much is shown at once. Discord takes 50 requests a
	// second altogether.
	sendAtOnce = 8
	// workAtOnce is how many people's events are worked on at once: most of
	// the time is spent waiting for Discord.
	workAtOnce = 128
	// sameKey is for how long Discord certainly recognizes a nonce: it says "a
	// few minutes".
	sameKey = 3 * time.Minute
	// readBackPause is the time between two cards that are read back after a
	// gap: each takes several of the 50 requests a second.
	readBackPause = 200 * time.Millisecond
)

// Options are what the platform needs.
type Options struct {
	Token     string
	Registry  *commands.Registry
	Clock     bot.Clock
	Log       *slog.Logger
	Transport http.RoundTripper // nil is the usual one
	// EditEvery is the time between two edits in a room; 0 is a second, and
	// less than that holds nothing back, which is for tests.
	EditEvery time.Duration
	// Zone and Lang are those of a coalition that begins in a server.
	Zone string
	Lang models.Lang
	// Connected is told the bot's name whenever a connection is there; it may be
	// nil.
	Connected func(name string)
}

// Discord is the platform. New makes it.
type Discord struct {
	o      Options
	rest   *rest
	posts  *posts
	events *queues
	// quick has what changes nothing and is of no use when it is late: it must
	// not wait until others' work is done.
	quick *queues
	forms *forms
	// where is whereIs, which a test can make slow.
	where func(context.Context, *interaction, *commands.Invocation, models.ID) (*placing, error)

	asked      *memory[asking]      // by account
	langs      *memory[models.Lang] // by space and account
	coalitions *memory[models.ID]   // by space

	places  *rooms
	members *members
	// From Run on:
	reactions *reactions
	in        bot.Receiver

	owned sync.WaitGroup
}

// New makes the platform. It reaches Discord only when it is used. The error is
// for a token that cannot be one.
func New(o Options) (*Discord, error) {
	o.Token = strings.TrimPrefix(strings.TrimSpace(o.Token), "Bot ")
	if o.Token == "" || strings.ContainsAny(o.Token, " \t\r\n") {
		return nil, errors.New("the Discord token is empty or has spaces in it: copy it again from the page of the application, under Bot")
	}
	if o.Clock == nil {
		o.Clock = bot.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Lang == "" {
		o.Lang = models.English
	}
	d := &Discord{
		o: o, rest: newREST(restOptions{Token: o.Token, Transport: o.Transport, Clock: o.Clock, Log: o.Log}),
		events: newQueues(workAtOnce, o.Log), quick: newQueues(workAtOnce, o.Log), forms: newForms(o.Registry),
		asked: newMemory[asking](remembered), langs: newMemory[models.Lang](remembered), coalitions: newMemory[models.ID](remembered),
	}
	d.where = d.whereIs
	d.members = newMembers(d.rest, o.Registry, o.Clock, o.Log)
	d.places = newRooms(o.Registry, d.rest)
	d.posts = newPosts(postsOptions{REST: d.rest, Clock: o.Clock, Log: o.Log, Labels: d.labels, Pacing: pacingOf(o.EditEvery)})
	return d, nil
}

func pacingOf(every time.Duration) pacing {
	p := usualPacing()
	switch {
	case every < 0:
		return pacing{}
	case every > 0:
		p.Edit = every
	}
	return p
}

// Name is the platform's name.
func (d *Discord) Name() string { return name }

// Features are those of Discord.
func (d *Discord) Features() bot.Features {
	return bot.Features{Buttons: true, Parallel: sendAtOnce, SameKey: sameKey}
}

// Send shows something new. See [bot.Platform].
func (d *Discord) Send(ctx context.Context, p bot.Post) (string, error) { return d.posts.Send(ctx, p) }

// Edit changes what is there. See [bot.Platform].
func (d *Discord) Edit(ctx context.Context, p bot.Post, remoteID string) error {
	return d.posts.Edit(ctx, p, remoteID)
}

// Find looks for what was sent. See [bot.Platform].
func (d *Discord) Find(ctx context.Context, p bot.Post) (string, bool, error) {
	return d.posts.Find(ctx, p)
}

// Unreact takes a reaction off. See [bot.Platform].
func (d *Discord) Unreact(ctx context.Context, room, message, account, emoji string) error {
	return d.posts.Unreact(ctx, room, message, account, emoji)
}

// Run receives events until the context ends. It goes on trying when Discord
// cannot be reached. The error is for what only an admin can mend, such as a
// token that was revoked, and says how.
func (d *Discord) Run(ctx context.Context, in bot.Receiver) error {
	d.in = in
	d.reactions = newReactions(reactionOptions{REST: d.rest, Registry: d.o.Registry, Members: d.members, Events: d.events,
		Clock: d.o.Clock, Log: d.o.Log, In: in, Pause: readBackPause})
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		d.events.wait()
		d.quick.wait()
		d.owned.Wait()
	}()
	d.owned.Go(func() { d.reactions.run(ctx) })
	d.owned.Go(func() { d.posts.seedLate(ctx, d.reactions.settled) })
	g := newGateway(gatewayOptions{
		Token: d.o.Token, Transport: d.rest.transport(), Clock: d.o.Clock, Log: d.o.Log,
		Handle: func(e event) { d.handle(ctx, e) },
		Ready:  func(r readyEvent) { d.ready(ctx, r) },
		Lost:   func() { d.reactions.lost() },
	})
	d.owned.Go(func() {
		select {
		case <-ctx.Done():
		case <-d.rest.revoked():
			cancel()
		}
	})
	err := g.run(ctx)
	select {
	case <-d.rest.revoked():
		return &finalError{http.StatusUnauthorized, badToken}
	default:
		return err
	}
}

// panicked is an error about a panic. It quotes nothing that people wrote.
func panicked(p any) error { return fmt.Errorf("panic: %s\n%s", panicText(p), debug.Stack()) }

// text is a text of the catalogue. One that is missing shows its id: a test
// goes through all of them.
func (d *Discord) text(lang models.Lang, id string, fields map[string]any) string {
	text, err := d.o.Registry.Catalogue().Text(lang, id, fields)
	if err != nil {
		d.o.Log.Error("a text could not be made", "id", id, "err", err)
		return id
	}
	return strings.TrimSpace(text)
}

func (d *Discord) labels(lang models.Lang) labels {
	if lang == "" {
		lang = d.o.Lang
	}
	return labels{Answer: d.text(lang, "discord.answer", nil), Choose: d.text(lang, "discord.choose", nil)}
}

// learn remembers in which language somebody was answered.
func (d *Discord) learn(who store.Who, lang models.Lang) {
	if lang != "" {
		d.langs.put(who.Space+" "+who.Account, lang)
	}
}

// lastLang is the language in which somebody was answered last, or that Discord
// says they read: what is known without looking it up.
func (d *Discord) lastLang(inv commands.Invocation) models.Lang {
	if lang, ok := d.langs.get(inv.Who.Space + " " + inv.Who.Account); ok {
		return lang
	}
	if inv.Lang != "" {
		return inv.Lang
	}
	return d.o.Lang
}

// langOf is the language of the one who acts, for what the platform itself says.
func (d *Discord) langOf(ctx context.Context, inv commands.Invocation) models.Lang {
	actor, err := d.o.Registry.Store().Actor(ctx, inv.Who)
	switch {
	case err != nil:
		return d.lastLang(inv)
	case actor.Person.Language != "":
		return actor.Person.Language
	case inv.Lang != "":
		return inv.Lang
	}
	return actor.Coalition.Language
}

// shown tells the engine which waiting messages were shown.
func (d *Discord) shown(ctx context.Context, ids []models.ID) {
	if len(ids) == 0 {
		return
	}
	if err := d.in.Shown(ctx, ids); err != nil {
		d.o.Log.Error("messages that waited were shown and may come again", "err", err)
	}
}
