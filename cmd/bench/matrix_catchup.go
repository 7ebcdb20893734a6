//go:build goolm

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// cards is how many needs are on the board.
const cards = 10

// each is how many commands, and how many reactions, somebody sends meanwhile:
// together no more than the engine takes from one person at once.
const each = 5

// postAll has the owner post the needs.
func (t *town) postAll(ctx context.Context) error {
	for i := range cards {
		line := fmt.Sprintf(`need what:"soup and bread for day %d" category:food slots:20`, i)
		if err := t.bot.posts(ctx, t.who(t.owner.ID), line); err != nil {
			return err
		}
	}
	_, err := t.bot.cardsShown(ctx, cards)
	return err
}

// measureCatchUp stops the bot, has people write and react, and starts it again.
func (t *town) measureCatchUp(ctx context.Context) ([]figure, error) {
	shown, err := t.bot.cardsShown(ctx, cards)
	if err != nil {
		return nil, err
	}
	if err := t.settled(ctx); err != nil {
		return nil, err
	}
	before, err := t.bot.MatrixSync(ctx, t.self.String())
	if err != nil {
		return nil, err
	}
	if err := t.bot.stop(); err != nil {
		return nil, err
	}
	t.bot = nil
	if _, err := t.second.Read(ctx); err != nil {
		return nil, err
	}
	for i, p := range t.people {
		if _, err := p.Read(ctx); err != nil {
			return nil, err
		}
		for n := range each {
			card := shown[(i*each+n)%len(shown)]
			err := errors.Join(p.Say(ctx, p.chat, lookAt), p.React(ctx, matrixtest.RoomID(card.Room), matrixtest.EventID(card.Message), "✋"))
			if err != nil {
				return nil, err
			}
		}
	}
	total := len(t.people) * each
	where, reading, err := t.timeBareRead(ctx, 2*total)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if t.bot, err = t.login.starts(ctx); err != nil {
		return nil, err
	}
	if err := t.caughtUp(ctx, before, total); err != nil {
		return nil, err
	}
	acted := time.Since(began)
	if err := t.settled(ctx); err != nil {
		return nil, err
	}
	all := time.Since(began)
	answering, err := t.timeBareAnswers(ctx, where)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%d missed events", 2*total)
	return []figure{
		{
			name: name + ", acted on and answered", value: acted.Seconds(), unit: "s",
			ratio: acted.Seconds() / (reading + answering).Seconds(), of: "a bare client's answers",
		},
		{name: name + ", everything shown", value: all.Seconds(), unit: "s"},
	}, t.allAnswered(ctx)
}

// timeBareRead times another device of the bot's account that reads and decrypts
// what was missed, and returns in which rooms something was asked.
func (t *town) timeBareRead(ctx context.Context, events int) (where []matrixtest.RoomID, took time.Duration, err error) {
	began := time.Now()
	read := 0
	err = eventually(ctx, func() (bool, error) {
		list, err := t.second.Read(ctx)
		for _, h := range list {
			if h.Sender == t.self || h.Type != "m.reaction" && h.Body == "" {
				continue
			}
			read++
			if h.Body != "" {
				where = append(where, h.Room)
			}
		}
		return read >= events, err
	})
	return where, time.Since(began), err
}

// timeBareAnswers times the same device writing as many answers, one after the
// other.
func (t *town) timeBareAnswers(ctx context.Context, where []matrixtest.RoomID) (time.Duration, error) {
	began := time.Now()
	for _, room := range where {
		if err := t.second.Say(ctx, room, "an answer"); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// caughtUp waits until all that was missed was dealt with: the bot has recorded
// that it read on, which it does after the last answer, and every reaction is a
// claim.
func (t *town) caughtUp(ctx context.Context, before string, claims int) error {
	db, err := openRaw(t.login.Dir)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	return eventually(ctx, func() (bool, error) {
		now, err := t.bot.MatrixSync(ctx, t.self.String())
		if err != nil || now == before {
			return false, err
		}
		live, err := count(ctx, db, "SELECT count(*) FROM claim WHERE state = 'live'")
		return live >= claims, err
	})
}

// settled waits until nothing is left to be shown.
func (t *town) settled(ctx context.Context) error {
	db, err := openRaw(t.login.Dir)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	return eventually(ctx, func() (bool, error) {
		left, err := count(ctx, db, "SELECT count(*) FROM outbox WHERE state IN ('pending', 'uncertain') AND due_at <= datetime('now')")
		return left == 0, err
	})
}

func count(ctx context.Context, db *sql.DB, query string) (n int, err error) {
	err = db.QueryRowContext(ctx, query).Scan(&n)
	return n, err
}

// allAnswered makes sure that everybody has each answer once.
func (t *town) allAnswered(ctx context.Context) error {
	for i, p := range t.people {
		got := 0
		err := eventually(ctx, func() (bool, error) {
			list, err := p.Read(ctx)
			for _, h := range list {
				if h.Room == p.chat && h.Sender == t.self && strings.HasPrefix(h.Body, asked+":") {
					got++
				}
			}
			return got >= each, err
		})
		if err != nil {
			return fmt.Errorf("person %d, with %d answers to %d commands: %w", i, got, each, err)
		}
		if got != each {
			return fmt.Errorf("person %d has %d answers to %d commands", i, got, each)
		}
	}
	return nil
}
