//go:build goolm

package main

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// killPatience is how long anything is waited for that has to happen.
const killPatience = 2 * time.Minute

// killTowns are those at the same time: each has a program and people of its own.
var killTowns = make(chan struct{}, 3)

// killTown is a coalition in an encrypted room, and the program that it uses,
// which is killed and started again.
type killTown struct {
	*testing.T
	server  *matrixtest.Server
	proxy   *matrixtest.Proxy // between the program and the homeserver
	account *matrixtest.Account
	data    string
	env     []string
	later   time.Duration // by how much the clock of the next life is ahead
	step    time.Duration // by how much more with each life
	life    *killLife     // the last one
	lives   []*killLife   // all of them
	board   matrixtest.RoomID
	people  map[string]*killPerson
	private []string // what nobody but those concerned may read
	sealed  []string // what stands nowhere as it is on the program's own disk
}

// killPerson is somebody with their private chat with the bot.
type killPerson struct {
	*matrixtest.User
	chat  matrixtest.RoomID
	mu    sync.Mutex
	lines []killLine
}

// killLine is something that they wrote to the bot.
type killLine struct {
	event matrixtest.EventID
	text  string
}

func newKillTown(t *testing.T, server *matrixtest.Server) *killTown {
	t.Helper()
	killTowns <- struct{}{}
	t.Cleanup(func() { <-killTowns })
	w := &killTown{T: t, server: server, proxy: server.Proxy(t), account: server.Account(t, "shirebot"), data: t.TempDir(), step: later, people: map[string]*killPerson{}}
	t.Cleanup(w.recall)
	return w
}

// until waits for something that the proxy notices or that is in the database.
func (w *killTown) until(what string, holds func() bool) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), killPatience)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		if w.life != nil && w.life.gone() {
			w.Fatalf("the program ended by itself, while waiting for %s: %v", what, w.life.err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			w.Fatalf("waited in vain for %s", what)
		}
	}
}

// hold has requests of a kind hang, after some that pass.
func (w *killTown) hold(method, path string, after bool, skip int) *matrixtest.Injected {
	fault := matrixtest.Silent().On(method, path)
	fault.After, fault.Skip = after, skip
	return w.proxy.Fail(fault)
}

// killAt kills the program at the first request that hangs.
func (w *killTown) killAt(in *matrixtest.Injected) {
	w.Helper()
	w.until("a request to hang", func() bool { return in.Held() > 0 })
	w.kill(in)
}

// sends is what the program asks for to say something in a room, and redacts to
// take something back there.
func sends(room matrixtest.RoomID) string {
	return regexp.QuoteMeta("/rooms/" + room.String() + "/send/m.room.encrypted/")
}

func redacts(room matrixtest.RoomID) string {
	return regexp.QuoteMeta("/rooms/" + room.String() + "/redact/")
}

// newcomer is somebody who is invited to the board.
func (w *killTown) newcomer(name string) *killPerson {
	w.Helper()
	p := &killPerson{User: w.server.User(w.T, name)}
	w.people[name] = p
	return p
}

// found makes the coalition: an encrypted room, which Ana runs, with volunteers
// and neighbors in it.
func (w *killTown) found(volunteers, neighbors []string) {
	w.Helper()
	ana := w.newcomer("Ana")
	invited := []matrixtest.UserID{w.account.UserID}
	for _, name := range slices.Concat(volunteers, neighbors) {
		invited = append(invited, w.newcomer(name).ID)
	}
	w.board = ana.CreateRoom(matrixtest.Room{Name: "needs", Encrypted: true, Invite: invited})
	w.up()
	ana.WaitMember(w.board, w.account.UserID, "join")
	for _, name := range slices.Concat(volunteers, neighbors) {
		w.people[name].Join(w.board)
	}
	w.inRoom("Ana", "!setup")
	w.answered("Ana")
	w.say("Ana", "Larch")
	w.say("Ana", "cancel")
	for _, name := range slices.Concat(volunteers, neighbors) {
		w.inRoom(name, "!language en")
	}
	w.answered(slices.Collect(maps.Keys(w.people))...)
	for _, p := range w.people {
		w.sentAway(p.lines[0])
	}
	for _, name := range volunteers {
		w.say("Ana", "role grant volunteer "+w.people[name].ID.String())
	}
	w.settle()
}

// inRoom has somebody write to the bot on the board, and say in their chat.
func (w *killTown) inRoom(who, line string) {
	w.Helper()
	p := w.people[who]
	p.wrote(p.Say(w.board, line), line)
}

// sentAway waits until the board says that what somebody wrote there is answered
// in their chat. That comes after the answer, and is not to be taken for something
// else that the bot says on the board.
func (w *killTown) sentAway(line killLine) {
	w.Helper()
	ana := w.people["Ana"]
	ana.Wait("the board to say where the answer is to "+line.text, func() bool {
		return slices.ContainsFunc(w.saidTo(ana.User, w.board), func(said killSaid) bool { return said.key == keyOf(line.event, "room") })
	})
}

func (w *killTown) say(who, line string) {
	w.Helper()
	p := w.people[who]
	p.wrote(p.Say(w.chat(who), line), line)
}

func (p *killPerson) wrote(event matrixtest.EventID, line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, killLine{event, line})
}

// chat is the chat that the bot opened with somebody, who accepts the invitation.
// It is looked for in the database: not every invitation is in the homeserver's
// answer to a sync.
func (w *killTown) chat(who string) matrixtest.RoomID {
	w.Helper()
	p := w.people[who]
	if p.chat != "" {
		return p.chat
	}
	db := w.look()
	defer func() { _ = db.Close() }()
	w.until("a chat with "+who, func() bool {
		for _, room := range column(w.T, db, "SELECT room FROM direct_room WHERE remote = ?", p.ID) {
			p.chat = matrixtest.RoomID(room)
		}
		return p.chat != ""
	})
	w.accepts(p)
	return p.chat
}

// accepts has somebody go into their chat as soon as they are invited.
func (w *killTown) accepts(p *killPerson) {
	w.Helper()
	w.until("the invitation of "+p.Name, func() bool { return p.Client.Join(w.Context(), p.chat) == nil })
	p.WaitMember(p.chat, p.ID, "join")
}

// asks has somebody post a need.
func (w *killTown) asks(who, what, contact string) {
	w.Helper()
	w.private, w.sealed = append(w.private, what, contact), append(w.sealed, contact)
	w.say(who, `need what:"`+what+`" category:food contact:"`+contact+`"`)
	w.answered(who)
	w.say(who, "Post it")
}
