//go:build goolm

package matrix

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

func TestConformancePlain(t *testing.T) {
	t.Parallel()
	platformtest.Run(t, func(t *testing.T) platformtest.Harness { return newCrowd(t, false) })
}

func TestConformanceEncrypted(t *testing.T) {
	t.Parallel()
	platformtest.Run(t, func(t *testing.T) platformtest.Harness { return newCrowd(t, true) })
}

// crowd are people on a homeserver who write to the bot in their encrypted
// chats with it.
type crowd struct {
	t       *testing.T
	s       *matrixtest.Server
	account *matrixtest.Account
	url     string // of a proxy in front of it
	dir     string // of the crypto store
	space   id.RoomID
	rooms   []id.RoomID // the board first

	mu      sync.Mutex
	m       *Matrix
	ready   chan struct{} // closed when the bot reads
	people  map[string]*matrixtest.User
	directs map[string]id.RoomID

	newcomers []*matrixtest.User // who are not called by their names alone
	private   []string           // words that the homeserver may not have: see unseen
}

const runsIt = "Ana"

// stories are those that are told at the same time. The homeserver's database
// takes one writer at a time and refuses who waits for too long.
var stories = make(chan struct{}, 3)

// newCrowd makes a space with a board room, which is encrypted or not, and one
// that is no board. The bot is there.
func newCrowd(t *testing.T, encrypted bool) *crowd {
	t.Helper()
	stories <- struct{}{}
	t.Cleanup(func() { <-stories })
	return newCrowdOn(t, matrixtest.Start(t), encrypted)
}

func newCrowdOn(t *testing.T, s *matrixtest.Server, encrypted bool) *crowd {
	t.Helper()
	c := &crowd{t: t, s: s, dir: t.TempDir(), people: map[string]*matrixtest.User{}, directs: map[string]id.RoomID{}}
	t.Cleanup(c.unseen)
	c.url = c.s.Proxy(t).URL()
	c.account = c.s.Account(t, "shirebot")
	ana := c.s.UserWith(t, runsIt, matrixtest.ClientOptions{URL: c.url})
	c.people[runsIt] = ana
	power := map[id.UserID]int{c.account.UserID: 50}
	c.space = ana.CreateRoom(matrixtest.Room{Name: "Larch County", Space: true, Public: true, Levels: power})
	for _, name := range []string{"board", "general"} {
		c.rooms = append(c.rooms, ana.CreateRoom(matrixtest.Room{Name: name, Public: true, Encrypted: encrypted, Parent: c.space, Levels: power}))
	}
	// Another device of the bot's comes in before the bot runs: a space that it is
	// not in would be gone.
	device, err := c.account.Client(t.Context(), matrixtest.ClientOptions{URL: c.url})
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range append([]id.RoomID{c.space}, c.rooms...) {
		if err := device.Join(t.Context(), room); err != nil {
			t.Fatal(err)
		}
	}
	if err := device.Close(); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *crowd) Founding() commands.Founding {
	board, general := c.rooms[0].String(), c.rooms[1].String()
	return commands.Founding{
		Who:  store.Who{Platform: Name, Space: c.space.String(), Account: c.people[runsIt].ID.String(), Name: runsIt},
		Zone: "America/New_York", Lang: models.English, Rooms: []string{board, general},
		Now: []commands.RoomNow{{Remote: board, Name: "#board", Kind: models.RoomText}, {Remote: general, Name: "#general", Kind: models.RoomText}},
	}
}

func (c *crowd) Start(t *testing.T, r *commands.Registry) bot.Platform {
	t.Helper()
	ready := make(chan struct{})
	once := sync.OnceFunc(func() { close(ready) })
	m, err := New(Options{
		Homeserver: c.url, User: c.account.UserID.String(), Password: c.account.Password, Dir: c.dir, Registry: r,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), EditEvery: -1, Connected: func(string) { once() },
	})
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m, c.ready = m, ready
	return m
}

// bot is the bot, once it reads.
func (c *crowd) bot() *Matrix {
	c.t.Helper()
	c.mu.Lock()
	m, ready := c.m, c.ready
	c.mu.Unlock()
	select {
	case <-ready:
	case <-bot.SystemClock{}.After(time.Minute):
		c.t.Fatal("the bot does not come up")
	}
	return m
}

// person is somebody, who comes to the board room when they are first named, and
// their chat with the bot.
func (c *crowd) person(who string) (*matrixtest.User, id.RoomID) {
	c.t.Helper()
	m := c.bot()
	c.mu.Lock()
	defer c.mu.Unlock()
	u, ok := c.people[who]
	if !ok {
		u = c.s.UserWith(c.t, who, matrixtest.ClientOptions{URL: c.url})
		u.Join(c.rooms[0])
		c.people[who] = u
	}
	chat, ok := c.directs[who]
	if !ok {
		chat = u.Direct(c.account.UserID)
		u.WaitMember(chat, c.account.UserID, event.MembershipJoin)
		c.until("the bot to know the chat", func() bool { _, private := m.places.looksPrivate(chat); return private })
		c.directs[who] = chat
	}
	return u, chat
}

// until waits for something that only the bot knows.
func (c *crowd) until(what string, holds func() bool) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	for !holds() {
		select {
		case <-ctx.Done():
			c.t.Fatalf("waited in vain for %s", what)
		case <-bot.SystemClock{}.After(2 * time.Millisecond):
		}
	}
}

// done waits until the bot has dealt with an event.
func (c *crowd) done(u *matrixtest.User, room id.RoomID, sent id.EventID) {
	c.t.Helper()
	m := c.bot()
	c.until("an event to be dealt with", func() bool {
		_, seen := m.intake.seen.get(sent.String())
		rows, err := m.o.Registry.Store().Undecryptable(c.t.Context(), "")
		return seen && err == nil && len(rows) == 0 && m.intake.inbox.idle()
	})
}

func (c *crowd) Say(t *testing.T, who, line string) {
	t.Helper()
	u, chat := c.person(who)
	c.done(u, chat, u.Say(chat, line))
}

// choice is a numbered line.
var choice = regexp.MustCompile(`(?m)^(\d+) (.+)$`)

func (c *crowd) Press(t *testing.T, who, label string) {
	t.Helper()
	u, chat := c.person(who)
	c.reads(u, chat)
	for _, m := range slices.Backward(u.Messages(chat)) {
		if m.Sender != c.account.UserID {
			continue
		}
		for _, found := range choice.FindAllStringSubmatch(unmarked(m.Body), -1) {
			if found[2] == label {
				c.Say(t, who, found[1])
				return
			}
		}
	}
	t.Fatalf("%s sees no choice %q", who, label)
}

// reads waits until somebody has read all that the bot wrote in a room before. The
// key for a message can come after it.
func (c *crowd) reads(u *matrixtest.User, room id.RoomID) {
	u.Fence(room)
	u.Wait("the keys for what the bot wrote", func() bool {
		return !slices.ContainsFunc(u.Messages(room), func(m matrixtest.Message) bool { return m.Sender == c.account.UserID && m.Unreadable != nil })
	})
}

func (c *crowd) card(t *testing.T, ref string) matrixtest.Message {
	t.Helper()
	ana, board := c.people[runsIt], c.rooms[0]
	c.reads(ana, board)
	for _, m := range slices.Backward(ana.Messages(board)) {
		if m.Sender == c.account.UserID && strings.HasPrefix(m.Body, ref+":") {
			return m
		}
	}
	t.Fatalf("there is no card of %s", ref)
	return matrixtest.Message{}
}

func (c *crowd) React(t *testing.T, who, emoji string, present bool, ref string) {
	t.Helper()
	u, _ := c.person(who)
	card, board := c.card(t, ref), c.rooms[0]
	if present {
		c.done(u, board, u.React(board, card.ID, emoji))
		return
	}
	for _, r := range card.Reactions {
		if r.Sender == u.ID && commands.BareEmoji(r.Key) == commands.BareEmoji(emoji) {
			c.done(u, board, u.Redact(board, r.ID))
		}
	}
}

func (c *crowd) Delete(t *testing.T, ref string) {
	t.Helper()
	ana, board := c.people[runsIt], c.rooms[0]
	c.done(ana, board, ana.Redact(board, c.card(t, ref).ID))
}

// Private is all that was ever shown, also what was taken back since.
func (c *crowd) Private(who string) []platformtest.Shown {
	u, chat := c.person(who)
	c.reads(u, chat)
	var shown []platformtest.Shown
	for _, e := range u.Timeline(chat) {
		if content, ok := e.Content.Parsed.(*event.MessageEventContent); ok && e.Sender == c.account.UserID && content.NewContent == nil {
			shown = append(shown, platformtest.Shown{Text: unmarked(content.Body), Pings: pingsOf(content.Mentions)})
		}
	}
	return shown
}

func (c *crowd) Room(name string) []platformtest.Shown {
	ana, room := c.people[runsIt], id.RoomID(name)
	c.reads(ana, room)
	var shown []platformtest.Shown
	for _, m := range ana.Messages(room) {
		if m.Sender == c.account.UserID {
			shown = append(shown, platformtest.Shown{Text: unmarked(m.Body), Pings: pingsOf(&event.Mentions{UserIDs: m.Mentions, Room: m.MentionsRoom})})
		}
	}
	return shown
}

// unmarked are words without the invisible marks that keep clients from making
// mentions of them.
func unmarked(s string) string { return strings.ReplaceAll(s, breaker, "") }

func pingsOf(m *event.Mentions) []string {
	if m == nil {
		return []string{"whoever a client finds in the words"}
	}
	var pings []string
	for _, user := range m.UserIDs {
		pings = append(pings, user.String())
	}
	if m.Room {
		pings = append(pings, "@room")
	}
	return pings
}

// idle reports whether nothing is being worked on.
func (q *inbox) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.lanes) == 0
}
