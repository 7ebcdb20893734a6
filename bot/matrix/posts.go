//go:build goolm

package matrix

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// posts shows what the engine wants shown: in rooms, and to one person in their
// encrypted direct chat.
type posts struct {
	postsOptions
	pace    *pace
	invites *pace // of people to whom the bot writes for the first time
	direct  *directs
	shown   *memory[shownPost] // by the message's id
	seeding *seeding
	now     atomic.Pointer[session]

	unsure *memory[bool]                  // transactions of which it is not known whether they were shown
	before *memory[map[string]id.EventID] // what earlier logins said in a room, by the transaction
}

type postsOptions struct {
	Store  *store.Store
	Clock  bot.Clock
	Log    *slog.Logger
	Pacing pacing
	// Seeds are the reactions that the bot puts on cards; nil is the usual ones,
	// and an empty list none.
	Seeds []string
}

// shownPost is what a message is known to show.
type shownPost struct {
	content [sha256.Size]byte
	known   bool      // content is
	at      time.Time // when this run posted it; zero if another did
	// seeds are the bot's own reactions on it, by the emoji.
	seeds  map[string]id.EventID
	seeded bool // seeds is all of them
	// unpinned says that the card was pinned and is no longer.
	unpinned bool
}

func newPosts(o postsOptions) *posts {
	p := &posts{postsOptions: o, pace: newPace(o.Pacing), invites: newPace(invitePacing(o.Pacing)), shown: newMemory[shownPost]()}
	p.unsure, p.before = newMemory[bool](), newMemory[map[string]id.EventID]()
	p.direct = newDirects(p)
	p.seeding = newSeeding()
	return p
}

// use tells with which session things are shown from now on.
func (p *posts) use(s *session) { p.now.Store(s) }

// waitForSession is how long to wait while nobody is logged in.
const waitForSession = 2 * time.Second

// session is the one that is open, or an error that says to wait for it.
func (p *posts) session() (*session, error) {
	if s := p.now.Load(); s != nil {
		return s, nil
	}
	return nil, notNow(errors.New("nobody is logged in yet"), waitForSession)
}

// once keeps the library from waiting and trying by itself: whoever calls knows
// better what can wait, and for how long.
func once(ctx context.Context) context.Context { return mautrix.WithMaxRetries(ctx, 0) }

// keyField is the field of a message that says under which key it was sent. In
// an encrypted room it is encrypted with the rest.
const keyField = "io.github.berkshire-mutual-aid.shirebot.key"

// txnOf makes a repeat of the nth part recognizable for the homeserver.
func txnOf(key string, n int) string {
	sum := sha256.Sum256([]byte(key + " " + strconv.Itoa(n)))
	return "sb" + hex.EncodeToString(sum[:16])
}

func sayingOf(post bot.Post) *saying {
	s := &saying{Text: post.Text, Card: post.Card, Buttons: post.Buttons, First: post.First}
	if post.Account == "" {
		s.First = 0 // a card in a room has no numbers
		if user := id.UserID(post.Mention); isUser(user) {
			s.Mention = user
		}
	}
	return s
}

// isUser reports whether an id can be somebody's.
func isUser(user id.UserID) bool {
	_, _, err := user.ParseAndValidateRelaxed()
	return err == nil && seen(string(user)) == string(user)
}

// Send shows something new. See bot.Platform.
func (p *posts) Send(ctx context.Context, post bot.Post) (string, error) {
	ctx = once(ctx)
	s, err := p.session()
	if err != nil {
		return "", err
	}
	room, err := p.roomOf(ctx, post)
	if err != nil {
		return "", err
	}
	if wait := p.pace.take("post "+post.Key, rankPost, p.Clock.Now()); wait > 0 {
		return "", notNow(errors.New("too much is written at once"), wait)
	}
	contents := sayingOf(post).contents(post.Account == "" && post.Card != nil)
	first := id.EventID("")
	for i, content := range contents {
		message, err := p.sendPart(ctx, s, room, post, i, content)
		if err = p.failed(ctx, s, room, post, err); err != nil {
			return "", partly(i, err)
		}
		if i == 0 {
			first = message
		}
	}
	// What may be a repeat shows what was posted at first.
	if !post.Doubtful && len(contents) == 1 {
		p.shown.put(first.String(), shownPost{content: sumOf(contents[0]), known: true, at: p.Clock.Now(), seeded: true})
	}
	p.adorn(ctx, s, post, room, first, true)
	return first.String(), nil
}

// sendPart sends the nth part of a post. One that an earlier try may have shown
// is looked for before: not every homeserver knows a transaction again after its
// own restart.
func (p *posts) sendPart(ctx context.Context, s *session, room id.RoomID, post bot.Post, n int, content *event.MessageEventContent) (id.EventID, error) {
	if post.Doubtful {
		there, err := p.findTxn(ctx, s, room, txnOf(post.Key, n))
		if there != "" || err != nil && !isForbidden(err) && !errors.Is(err, bot.ErrGone) {
			return there, notShown(err)
		}
	}
	return p.put(ctx, s, room, post.Key, n, content)
}

// partly is an error of the nth part. Of what is shown in part it is not certain
// that it is not shown.
func partly(n int, err error) error {
	var later *bot.NotNowError
	if n > 0 && errors.As(err, &later) {
		return errors.New("shown in part: " + err.Error())
	}
	return err
}

// roomOf is where something is posted.
func (p *posts) roomOf(ctx context.Context, post bot.Post) (id.RoomID, error) {
	if post.Account == "" {
		return id.RoomID(post.Room), nil
	}
	d, err := p.direct.roomFor(ctx, id.UserID(post.Account), false)
	return d.Room, err
}

// put sends the nth part of what has a key. In an encrypted room nothing leaves
// in the clear: encrypt refuses where it cannot.
func (p *posts) put(ctx context.Context, s *session, room id.RoomID, key string, n int, content *event.MessageEventContent) (id.EventID, error) {
	return p.putMarked(ctx, s, room, txnOf(key, n), content)
}

func (p *posts) putMarked(ctx context.Context, s *session, room id.RoomID, txn string, content *event.MessageEventContent) (id.EventID, error) {
	marked := &event.Content{Parsed: content, Raw: map[string]any{keyField: txn}}
	return p.putEvent(ctx, s, room, txn, event.EventMessage, marked)
}

func (p *posts) putEvent(ctx context.Context, s *session, room id.RoomID, txn string, kind event.Type, content any) (id.EventID, error) {
	kind, sealed, err := s.encrypt(ctx, room, kind, content)
	if err != nil {
		return "", notShown(p.heard(classify("encrypt", doesRead, err)))
	}
	answer, err := s.client.SendMessageEvent(ctx, room, kind, sealed, mautrix.ReqSendEvent{TransactionID: txn, DontEncrypt: true})
	if err = p.heard(classify("send", doesPost, err)); err != nil {
		return "", err
	}
	if answer.EventID == "" {
		return "", errors.New("send: the answer is none of a homeserver")
	}
	return answer.EventID, nil
}

// heard has the pace learn from an answer, and returns the error.
func (p *posts) heard(err error) error {
	f := faultOf("", err)
	switch {
	case err == nil:
		p.pace.took(p.Clock.Now())
	case f != nil && f.Code == codeTooManyRequests:
		p.pace.refused(f.After, p.Clock.Now())
	}
	return err
}

// failed says what an error of writing to a room means. Where we may not write,
// we may not be in the room at all.
func (p *posts) failed(ctx context.Context, s *session, room id.RoomID, post bot.Post, err error) error {
	var final *bot.PermanentError
	if !errors.As(err, &final) || final.Code != bot.CodeReadOnly && final.Code != bot.CodeRoomGone {
		return err
	}
	if post.Account != "" {
		return p.direct.failed(ctx, s, id.UserID(post.Account), room, err)
	}
	place, placeErr := ownPlace(ctx, s, room)
	switch {
	case placeErr != nil:
		return notShown(placeErr)
	case place != event.MembershipJoin:
		return permanent(bot.CodeRoomGone, final.Err)
	}
	return err
}

// ownPlace is our own membership of a room; of one that is not there, or that we
// may not look into, it is none.
func ownPlace(ctx context.Context, s *session, room id.RoomID) (event.Membership, error) {
	var member event.MemberEventContent
	err := s.client.StateEvent(ctx, room, event.StateMember, s.client.UserID.String(), &member)
	if isForbidden(err) || isMissing(err) {
		return event.MembershipLeave, nil
	}
	return member.Membership, classify("look for our place in a room", doesRead, err)
}
