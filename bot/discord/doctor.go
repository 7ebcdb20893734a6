package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Name is the platform's name, under which spaces and accounts are kept.
const Name = name

// Finding is what one check came to: a text of the catalogue, and whether
// somebody has to look.
type Finding struct {
	Look   bool
	ID     string
	Fields map[string]any
}

// ExamineOptions are what the checks need.
type ExamineOptions struct {
	Token     string
	Transport http.RoundTripper // nil is the usual one
	Clock     bot.Clock
	Registry  *commands.Registry
	Spaces    []store.SpaceRooms // the servers that the database knows
}

// examination is one run of the checks.
type examination struct {
	rest     *rest
	o        ExamineOptions
	findings []Finding
}

// Examine asks Discord about everything that the bot needs, and changes
// nothing. The error is for what keeps it from asking at all but the network
// and the token, which are findings.
func Examine(ctx context.Context, o ExamineOptions) ([]Finding, error) {
	e := &examination{o: o, rest: newREST(restOptions{Token: o.Token, Transport: o.Transport, Clock: o.Clock, Log: slog.New(slog.DiscardHandler)})}
	app, err := e.rest.application(ctx)
	if err != nil {
		return []Finding{{true, tokenFinding(err), map[string]any{"Text": err.Error()}}}, ctx.Err()
	}
	me, err := e.rest.me(ctx)
	if err != nil {
		return []Finding{{true, tokenFinding(err), map[string]any{"Text": err.Error()}}}, ctx.Err()
	}
	e.fine("discord.doctor.token", map[string]any{"Name": me.Username})
	e.fine("discord.doctor.invite", map[string]any{"Link": InviteLink(app.ID)})
	e.application(app)
	for _, check := range []func(context.Context, *application, *user) error{e.sessions, e.commands, e.spaces} {
		if err := check(ctx, app, me); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			e.look("discord.doctor.unreachable", map[string]any{"Text": err.Error()})
		}
	}
	return e.findings, nil
}

func (e *examination) fine(id string, fields map[string]any) {
	e.findings = append(e.findings, Finding{false, id, fields})
}

func (e *examination) look(id string, fields map[string]any) {
	e.findings = append(e.findings, Finding{true, id, fields})
}

func tokenFinding(err error) string {
	var api *apiError
	if errors.As(err, &api) && api.Status == http.StatusUnauthorized {
		return "discord.doctor.token_bad"
	}
	return "discord.doctor.unreachable"
}

// InviteLink is where an admin of a server adds the bot, with exactly the
// permissions that it needs.
func InviteLink(application string) string {
	q := url.Values{
		"client_id":        {application},
		"scope":            {"bot applications.commands"},
		"permissions":      {strconv.FormatUint(needed(), 10)},
		"integration_type": {"0"}, // to a server
	}
	return "https://discord.com/oauth2/authorize?" + q.Encode()
}

// needed are the permissions that the bot asks for.
func needed() uint64 {
	var all uint64
	for _, p := range permissions {
		all |= p.bit
	}
	return all
}

// inThreads lets the bot work in the posts of a forum.
const inThreads = 1 << 38

// permissions are what the bot needs, by the catalogue id of their names in
// Discord's own settings. Without an optional one it works, but less well.
var permissions = []struct {
	bit      uint64
	id       string
	optional bool
}{
	{1 << 10, "discord.permission.view", false},
	{1 << 11, "discord.permission.send", false},
	{1 << 14, "discord.permission.embed", false},
	{1 << 16, "discord.permission.history", false},
	{1 << 6, "discord.permission.react", false},
	{inThreads, "discord.permission.threads", false},
	{1 << 13, "discord.permission.manage", true}, // takes people's reactions off
	{1 << 51, "discord.permission.pin", true},
}

// The privileged intents, in the flags of an application; each has a second
// flag for applications in few servers.
const privilegedFlags = 1<<12 | 1<<13 | 1<<14 | 1<<15 | 1<<18 | 1<<19

func (e *examination) application(app *application) {
	if app.Flags&privilegedFlags != 0 {
		e.look("discord.doctor.intents_extra", nil)
	} else {
		e.fine("discord.doctor.intents", nil)
	}
	if app.BotPublic {
		e.look("discord.doctor.public", nil)
	}
}

// fewSessions is when to warn: a bot that starts anew for ever comes to an end
// of its day's sessions, and then loses its token.
const fewSessions = 100

func (e *examination) sessions(ctx context.Context, _ *application, _ *user) error {
	info, err := e.rest.gatewayInfo(ctx)
	if err != nil {
		return err
	}
	if info.Limit.Remaining < fewSessions {
		e.look("discord.doctor.sessions_few", map[string]any{"Count": info.Limit.Remaining})
	}
	return nil
}

func (e *examination) commands(ctx context.Context, app *application, _ *user) error {
	published, err := e.rest.commands(ctx, app.ID)
	if err != nil {
		return err
	}
	if !sameCommands(published, declare(e.o.Registry)) {
		e.look("discord.doctor.commands_old", nil)
		return nil
	}
	e.fine("discord.doctor.commands", map[string]any{"Count": len(published)})
	return nil
}

func (e *examination) spaces(ctx context.Context, _ *application, me *user) error {
	if len(e.o.Spaces) == 0 {
		e.look("discord.doctor.no_server", nil)
	}
	for _, space := range e.o.Spaces {
		g, err := e.rest.guild(ctx, space.Remote)
		if cannotSee(err) {
			e.look("discord.doctor.server_gone", map[string]any{"Name": space.Name})
			continue
		}
		if err != nil {
			return err
		}
		self, err := e.rest.member(ctx, g.ID, me.ID)
		if err != nil {
			return err
		}
		if len(space.Boards) == 0 {
			e.look("discord.doctor.no_board", map[string]any{"Name": g.Name})
		}
		for _, room := range space.Boards {
			if err := e.room(ctx, g, self, me.ID, room.Remote); err != nil {
				return err
			}
		}
	}
	return nil
}

func cannotSee(err error) bool {
	var api *apiError
	return errors.As(err, &api) && (api.Status == http.StatusForbidden || api.Status == http.StatusNotFound)
}

func (e *examination) room(ctx context.Context, g *guild, self *member, me, id string) error {
	c, err := e.rest.channel(ctx, id)
	if cannotSee(err) {
		e.look("discord.doctor.room_gone", map[string]any{"Name": g.Name})
		return nil
	}
	if err != nil {
		return err
	}
	name := fmt.Sprintf("#%s (%s)", c.Name, g.Name)
	have := permissionsIn(g, self, me, c)
	for _, optional := range []bool{false, true} {
		var missing []string
		for _, p := range permissions {
			if p.optional == optional && have&p.bit == 0 && (c.Type == channelForum || p.bit != inThreads) {
				missing = append(missing, p.id)
			}
		}
		switch {
		case len(missing) == 0 && !optional:
			e.fine("discord.doctor.room", map[string]any{"Name": name})
		case len(missing) > 0 && optional:
			e.look("discord.doctor.room_lacks_some", map[string]any{"Name": name, "Missing": slices.Clip(missing)})
		case len(missing) > 0:
			e.look("discord.doctor.room_lacks", map[string]any{"Name": name, "Missing": slices.Clip(missing)})
		}
	}
	return nil
}
