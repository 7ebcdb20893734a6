package discord

import (
	"context"
)

// Listen connects and takes events in as Run does, up to the queue of whom each
// is of, but does nothing with them: each is called instead, by several at
// once. It is there to measure the way in without what comes behind it.
func Listen(ctx context.Context, o Options, each func()) error {
	d, err := New(o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		d.events.wait()
	}()
	g := newGateway(gatewayOptions{Token: d.o.Token, Transport: d.rest.transport(), Clock: d.o.Clock, Log: d.o.Log, Handle: func(e event) {
		what, err := decode(e)
		if err != nil || what == nil {
			return
		}
		d.events.do(ctx, queueOf(what), func(context.Context) { each() })
	}, Ready: func(r readyEvent) { o.Connected(r.User.Username) }})
	return g.run(ctx)
}

// queueOf is whose queue an event goes into.
func queueOf(what any) string {
	switch what := what.(type) {
	case *interaction:
		return what.who().ID
	case *reactionChange:
		return what.UserID
	case *message:
		return what.Author.ID
	}
	guild, _ := placeKey(what)
	return guild
}
