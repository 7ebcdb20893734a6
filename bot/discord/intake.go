package discord

import (
	"context"
	"time"
)

// handle takes one event in. It runs where the connection is read, so it only
// decodes and enqueues: the events of one person in their order, those of one
// server in theirs.
func (d *Discord) handle(ctx context.Context, e event) {
	what, err := decode(e)
	if err != nil {
		d.o.Log.Warn("an event of Discord could not be read", "event", e.Type) // the error may quote people
		return
	}
	switch what := what.(type) {
	case nil:
	case *interaction:
		d.interact(ctx, what)
	case *message:
		d.typed(ctx, what)
	case *reactionChange:
		if what.Change == reactionsCleared || what.Change == reactionsOfCleared {
			d.posts.reseed(what.MessageID)
		}
		d.reactions.take(ctx, e.id(), what)
	case *messageGone:
		d.reactions.gone(ctx, what)
	default:
		d.place(ctx, what)
	}
}

// placeFor is how long one event of a server may be worked on.
const placeFor = time.Minute

// place takes in what happened to a server, its channels or its roles.
func (d *Discord) place(ctx context.Context, what any) {
	guild, ok := placeKey(what)
	if !ok {
		return
	}
	done := d.events.do(ctx, "server."+guild, func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, placeFor)
		defer cancel()
		if gone, ok := what.(*roleGone); ok {
			if err := d.o.Registry.RoleGone(ctx, name, gone.GuildID, gone.RoleID); err != nil && ctx.Err() == nil {
				d.o.Log.Error("that a role was deleted was not recorded", "err", err)
			}
		}
		if now, ok := what.(*guildSeen); ok {
			if err := d.members.guild(ctx, now); err != nil && ctx.Err() == nil {
				d.o.Log.Error("the roles of a server were not compared with those that are known", "err", err)
			}
		}
		if err := d.places.take(ctx, what); err != nil && ctx.Err() == nil {
			d.o.Log.Error("a change of a server was not taken in; it is with the next connection", "server", guild, "err", err)
		}
	})
	if !done {
		d.o.Log.Warn("too much happens in a server; a change was not taken in", "server", guild)
	}
}

// ready begins a session: what was missed before it is looked for, and the
// commands are published if they are not as this version has them.
func (d *Discord) ready(ctx context.Context, r readyEvent) {
	d.places.meet(r.User.ID)
	d.reactions.ready(ctx, r.User.ID)
	d.events.do(ctx, "servers", func(ctx context.Context) {
		if err := d.places.ready(ctx, r); err != nil && ctx.Err() == nil {
			d.o.Log.Error("the servers were not all compared with those that are known", "err", err)
		}
	})
	d.events.do(ctx, "commands", func(ctx context.Context) {
		sent, err := publishCommands(ctx, d.rest, r.Application.ID, declare(d.o.Registry))
		switch {
		case sent:
			d.o.Log.Info("the commands were published")
		case err != nil && ctx.Err() == nil:
			d.o.Log.Error("the commands were not published; they are with the next connection", "err", err)
		}
	})
	if d.o.Connected != nil {
		d.o.Connected(r.User.Username)
	}
}
