//go:build goolm

package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// inOneGo is how many lines somebody writes in a slice. The engine holds back who
// writes more than ten in all of a sudden.
const inOneGo = 4

// way is one way of asking: where the line is written, where the answer comes,
// and what the answer is.
type way struct {
	room, answer matrixtest.RoomID
	line         string
	is           func(matrixtest.Heard) bool
}

// measureReplies times lines until their answer is read, of the bot and of an
// echo bot by turns: in private chats, and from rooms that are not encrypted.
func (t *town) measureReplies(ctx context.Context) ([]figure, error) {
	if err := t.postAll(ctx); err != nil {
		return nil, err
	}
	figures := make([]figure, 0, 2)
	for _, kind := range []struct {
		name string
		echo func(*townsman) way
		ours func(*townsman) way
	}{
		{
			"Command to reply, encrypted chat, p50",
			func(p *townsman) way { return t.echoed(p.echo) },
			func(p *townsman) way { return way{p.chat, p.chat, lookAt, t.answered} },
		},
		{
			"Command in a plain room to private reply, p50",
			func(p *townsman) way { return t.echoed(p.plainEcho) },
			func(p *townsman) way { return way{p.plainChat, p.chat, "!" + lookAt, t.answered} },
		},
	} {
		// The first lines make keys, and are not timed.
		for _, p := range t.people {
			for _, w := range []way{kind.echo(p), kind.ours(p)} {
				if _, err := p.times(ctx, w, 1); err != nil {
					return nil, fmt.Errorf("%s: the first line: %w", kind.name, err)
				}
			}
		}
		_, took, ratio, err := paired(len(t.people),
			func(i int) (float64, error) { return t.people[i].times(ctx, kind.echo(t.people[i]), inOneGo) },
			func(i int) (float64, error) { return t.people[i].times(ctx, kind.ours(t.people[i]), inOneGo) })
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind.name, err)
		}
		figures = append(figures, figure{name: kind.name, value: took, unit: "ms", ratio: ratio, of: "a bare echo", goal: ratioAtMost(1.5)})
	}
	return figures, nil
}

// echoed is the way to an echo.
func (t *town) echoed(room matrixtest.RoomID) way {
	return way{room, room, lookAt, func(h matrixtest.Heard) bool {
		return h.Sender == t.echo.ID && strings.HasPrefix(h.Body, matrixtest.EchoPrefix)
	}}
}

// times asks several times, and returns the median in ms.
func (p *townsman) times(ctx context.Context, w way, n int) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if _, err := p.Read(ctx); err != nil {
		return 0, err
	}
	took := make([]time.Duration, n)
	for i := range took {
		var err error
		if took[i], err = p.Ask(ctx, w.room, w.line, func(h matrixtest.Heard) bool { return h.Room == w.answer && w.is(h) }); err != nil {
			return 0, err
		}
	}
	return millis(median(took)), nil
}
