//go:build goolm

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// town is one coalition on a homeserver, with an encrypted board, rooms that are
// not encrypted, people with a private chat with the bot each, and the same for
// an echo bot.
type town struct {
	server *matrixtest.Server
	remove func()
	login  matrixLogin
	self   matrixtest.UserID
	second *matrixtest.Device // of the bot's account, for what a bare client does
	bot    *matrixBot
	echo   *matrixtest.Echo

	owner  *matrixtest.Device
	space  matrixtest.RoomID
	board  matrixtest.RoomID
	people []*townsman
}

// townsman is somebody with their rooms: an encrypted chat with each bot, and a
// room with each bot and the owner that is not encrypted.
type townsman struct {
	*matrixtest.Device
	chat, echo           matrixtest.RoomID
	plainChat, plainEcho matrixtest.RoomID
}

func buildTown(ctx context.Context, server *matrixtest.Server, people int) (*town, error) {
	dir, remove, err := temp()
	if err != nil {
		return nil, err
	}
	t := &town{server: server, remove: remove}
	account, err := server.Register(ctx, "shirebot")
	if err != nil {
		return t, err
	}
	t.self, t.login = account.UserID, matrixLogin{URL: server.URL(), User: account.UserID.String(), Password: account.Password, Dir: dir}
	if t.echo, err = matrixtest.OpenEcho(ctx, server, matrixtest.EchoOptions{Database: filepath.Join(dir, "echo.db")}); err != nil {
		return t, err
	}
	if t.second, err = account.OpenDevice(ctx, filepath.Join(dir, "second.db")); err != nil {
		return t, err
	}
	if err := t.makeRooms(ctx); err != nil {
		return t, fmt.Errorf("make rooms: %w", err)
	}
	p, err := start(ctx, dir)
	if err != nil {
		return t, err
	}
	if err := p.founds(ctx, t.space, t.board, t.owner.ID); err != nil {
		return t, errors.Join(err, p.Close())
	}
	if t.bot, err = t.login.runs(ctx, p); err != nil {
		return t, err
	}
	for i := range people {
		if err := t.moveIn(ctx, i); err != nil {
			return t, fmt.Errorf("person %d: %w", i, err)
		}
	}
	return t, nil
}

func (t *town) makeRooms(ctx context.Context) (err error) {
	if t.owner, err = matrixtest.OpenDevice(ctx, t.server, "ana"); err != nil {
		return err
	}
	if t.space, err = t.owner.CreateRoom(ctx, matrixtest.Room{Name: "Larch County", Space: true, Public: true}); err != nil {
		return err
	}
	if err := t.second.Join(ctx, t.space); err != nil {
		return err
	}
	t.board, err = t.room(ctx, matrixtest.Room{Name: "board", Encrypted: true}, t.second)
	if err == nil {
		_, err = t.second.Read(ctx)
	}
	return err
}

// room makes a room of the coalition, with others in it.
func (t *town) room(ctx context.Context, r matrixtest.Room, others ...*matrixtest.Device) (matrixtest.RoomID, error) {
	r.Public, r.Parent = true, t.space
	room, err := t.owner.CreateRoom(ctx, r)
	for _, other := range others {
		if err == nil {
			err = other.Join(ctx, room)
		}
	}
	return room, err
}

// moveIn brings somebody to the board and makes their rooms.
func (t *town) moveIn(ctx context.Context, i int) error {
	d, err := matrixtest.OpenDevice(ctx, t.server, fmt.Sprintf("sam-%d-", i))
	if err != nil {
		return err
	}
	p := &townsman{Device: d}
	t.people = append(t.people, p)
	if err := d.Join(ctx, t.board); err != nil {
		return err
	}
	if p.plainChat, err = t.room(ctx, matrixtest.Room{Name: fmt.Sprintf("talk %d", i)}, t.second, d); err != nil {
		return err
	}
	if p.plainEcho, err = t.room(ctx, matrixtest.Room{Name: fmt.Sprintf("echo %d", i), Invite: []matrixtest.UserID{t.echo.ID}}, d); err != nil {
		return err
	}
	// The bot accepts only so many invites a minute; its other device does not.
	if p.chat, err = p.opens(ctx, t.self, t.second.Join); err != nil {
		return err
	}
	if p.echo, err = p.opens(ctx, t.echo.ID, nil); err != nil {
		return err
	}
	return t.trusts(ctx, d.ID)
}

// trusts makes somebody known to the coalition, as one who is not held back as
// newcomers are.
func (t *town) trusts(ctx context.Context, account matrixtest.UserID) error {
	for _, line := range []struct {
		who  store.Who
		text string
	}{{t.who(account), "language en"}, {t.who(t.owner.ID), "role grant navigator " + account.String()}} {
		reply, err := t.bot.say(ctx, line.who, "", line.text)
		if err != nil {
			return err
		}
		if reply.Mistake {
			return fmt.Errorf("%q was refused: %s", line.text, reply.Text.Plain())
		}
	}
	return nil
}

func (t *town) who(account matrixtest.UserID) store.Who { return matrixWho(t.space, account) }

// opens makes an encrypted chat with a bot, and waits until the bot is there.
// Join accepts for it, if there is one.
func (p *townsman) opens(ctx context.Context, with matrixtest.UserID, join func(context.Context, matrixtest.RoomID) error) (matrixtest.RoomID, error) {
	room, err := p.CreateRoom(ctx, matrixtest.Room{Direct: true, Encrypted: true, Invite: []matrixtest.UserID{with}})
	if err == nil && join != nil {
		err = join(ctx, room)
	}
	if err != nil {
		return "", err
	}
	return room, p.wait(ctx, func(h matrixtest.Heard) bool { return h.Room == room && h.Sender == with })
}

// wait reads until something is said, for a while.
func (p *townsman) wait(ctx context.Context, is func(matrixtest.Heard) bool) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	_, err := p.Wait(ctx, is)
	return err
}

// asked is the need that people look at, and lookAt how.
const (
	asked  = "N1"
	lookAt = "show " + asked
)

// answered reports whether something is the bot's answer to that.
func (t *town) answered(h matrixtest.Heard) bool {
	return h.Sender == t.self && !h.Edit && strings.Contains(h.Body, asked+":")
}

// close ends everything and removes the data.
func (t *town) close() error {
	var errs []error
	if t.bot != nil {
		errs = append(errs, t.bot.stop())
	}
	if t.echo != nil {
		errs = append(errs, t.echo.Close())
	}
	for _, d := range []*matrixtest.Device{t.second, t.owner} {
		if d != nil {
			errs = append(errs, d.Close())
		}
	}
	for _, p := range t.people {
		errs = append(errs, p.Close())
	}
	t.remove()
	return errors.Join(errs...)
}
