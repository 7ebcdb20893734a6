//go:build goolm

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// measureMatrix measures the platform on a real homeserver, which is a process
// of its own. Where there can be none, nothing is measured.
func measureMatrix(ctx context.Context, s settings) (_ []figure, err error) {
	dir, remove, err := temp()
	if err != nil {
		return nil, err
	}
	defer remove()
	server, err := matrixtest.Open(ctx, matrixtest.Options{Folder: dir, Building: func() {
		fmt.Fprintln(os.Stderr, "bench: building the homeserver first, which takes minutes")
	}})
	if errors.Is(err, matrixtest.ErrNoHomeserver) {
		fmt.Fprintln(os.Stderr, "bench: matrix is left out:", err)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	var all []figure
	for _, part := range []func(context.Context, *matrixtest.Server, settings) ([]figure, error){measureMatrixTown, measureMatrixRooms} {
		figures, err := part(ctx, server, s)
		if err != nil {
			return nil, err
		}
		all = append(all, figures...)
	}
	return all, nil
}

// measureMatrixTown has the people of one coalition write to the bot, and again
// while it is away.
func measureMatrixTown(ctx context.Context, server *matrixtest.Server, s settings) (_ []figure, err error) {
	people := 40
	if s.quick {
		people = 8
	}
	t, err := buildTown(ctx, server, people)
	if t != nil {
		defer func() { err = errors.Join(err, t.close()) }()
	}
	if err != nil {
		return nil, err
	}
	replies, err := t.measureReplies(ctx)
	if err != nil {
		return nil, fmt.Errorf("replies: %w", err)
	}
	missed, err := t.measureCatchUp(ctx)
	if err != nil {
		return nil, fmt.Errorf("catch-up: %w", err)
	}
	return append(replies, missed...), nil
}

// matrixBot is the program with Matrix as its platform.
type matrixBot struct {
	*started
	stop func() error
}

// matrixLogin is what the program needs to log in. It travels to another process
// as JSON.
type matrixLogin struct {
	URL, User, Password string
	Dir                 string // of the data
}

// runs starts the platform over a program, and waits until it is connected. On an
// error the program is closed.
func (l matrixLogin) runs(ctx context.Context, p *started) (*matrixBot, error) {
	connected := make(chan struct{}, 1)
	m, err := matrix.New(matrix.Options{
		Homeserver: l.URL, User: l.User, Password: l.Password, Dir: l.Dir, Registry: p.registry, Zone: "America/New_York", Lang: models.English,
		Connected: func(string) {
			select {
			case connected <- struct{}{}:
			default:
			}
		},
	})
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- bot.New(p.registry, bot.SystemClock{}, slog.New(slog.DiscardHandler), m).Run(ctx) }()
	b := &matrixBot{started: p, stop: func() error {
		cancel()
		return errors.Join(<-ended, p.Close())
	}}
	select {
	case <-connected:
		return b, nil
	case err := <-ended:
		cancel()
		return nil, errors.Join(errors.New("the platform ended"), err, p.Close())
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), b.stop())
	}
}

// starts opens the data and starts the platform over them.
func (l matrixLogin) starts(ctx context.Context) (*matrixBot, error) {
	p, err := start(ctx, l.Dir)
	if err != nil {
		return nil, err
	}
	return l.runs(ctx, p)
}

// matrixWho is somebody in a space of Matrix.
func matrixWho(space matrixtest.RoomID, account matrixtest.UserID) store.Who {
	return store.Who{Platform: matrix.Name, Space: space.String(), Account: account.String(), Name: account.Localpart()}
}

// founds begins a coalition in a space with a board.
func (p *started) founds(ctx context.Context, space, board matrixtest.RoomID, owner matrixtest.UserID) error {
	_, err := p.registry.Found(ctx, commands.Founding{
		Who: matrixWho(space, owner), Zone: "America/New_York", Lang: models.English, Rooms: []string{board.String()},
		Now: []commands.RoomNow{{Remote: board.String(), Name: "#board", Kind: models.RoomText}},
	})
	return err
}

// posts has somebody post a need.
func (p *started) posts(ctx context.Context, who store.Who, line string) error {
	for _, text := range []string{line, "Post it"} {
		reply, err := p.say(ctx, who, "", text)
		if err != nil {
			return err
		}
		if reply.Mistake {
			return fmt.Errorf("%q was refused: %s", text, reply.Text.Plain())
		}
	}
	return nil
}

// cardsShown waits until so many open cards are shown as they are, and returns
// them.
func (p *started) cardsShown(ctx context.Context, n int) (cards []commands.OpenCard, err error) {
	err = eventually(ctx, func() (bool, error) {
		var err error
		cards, err = p.registry.OpenCards(ctx, matrix.Name)
		shown := 0
		for _, c := range cards {
			if c.Message != "" && !c.Pending {
				shown++
			}
		}
		return shown >= n, err
	})
	return cards, err
}

// eventually waits for something that may take minutes. It does not look too
// often, as looking costs time as well.
func eventually(ctx context.Context, holds func() (bool, error)) error {
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(10 * time.Minute)
	for {
		if there, err := holds(); there || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return errors.New("what was waited for did not come")
		case <-again.C:
		}
	}
}
