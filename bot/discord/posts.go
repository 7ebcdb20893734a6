package discord

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// posts shows what the engine wants shown: in rooms, in forums, and to one
// person in private. An announcement channel is a room like any other: what is
// published from there goes to servers that are not the coalition's, and could
// not be kept true in them.
type posts struct {
	postsOptions
	pace   *pace
	shown  *memory[shownPost] // by the message's id
	direct *memory[string]    // the direct chat, by the person's id
	guilds *memory[string]    // the server, by the forum's id
	late   *lateCards

	mu sync.Mutex
	me string
}

type postsOptions struct {
	REST   *rest
	Clock  bot.Clock
	Log    *slog.Logger
	Labels func(models.Lang) labels
	Pacing pacing
}

// shownPost is what a message is known to show.
type shownPost struct {
	content [sha256.Size]byte
	known   bool // content is
	seeds   []string
	title   string // of a forum post
	forum   bool
}

// remembered is how many messages and direct chats are remembered, twice at
// most.
const remembered = 5000

func newPosts(o postsOptions) *posts {
	return &posts{postsOptions: o, pace: newPace(o.Pacing), shown: newMemory[shownPost](remembered), direct: newMemory[string](remembered), guilds: newMemory[string](remembered), late: newLateCards()}
}

// Send shows something new. See bot.Platform.
func (p *posts) Send(ctx context.Context, post bot.Post) (string, error) {
	if post.Kind == models.RoomForum && post.Account == "" {
		return p.sendForum(ctx, post)
	}
	channel, err := p.channelOf(ctx, post)
	if err != nil {
		return "", err
	}
	first := ""
	bodies := p.bodies(post)
	for i, body := range bodies {
		body.Nonce, body.EnforceNonce = nonce(post.Key, i), true
		m, err := p.REST.createMessage(ctx, channel, body)
		if err != nil {
			return "", p.sendFailed(err, post)
		}
		if first == "" {
			first = m.ID
		}
		// What may be a repeat shows what was posted at first.
		if !post.Doubtful && len(bodies) == 1 {
			p.shown.put(m.ID, shownPost{content: contentOf(body), known: true})
		}
	}
	if post.Card != nil && post.Card.Pin && post.Account == "" {
		p.pin(ctx, channel, first)
	}
	p.adorn(ctx, post, channel, first, nil)
	return first, nil
}

// nonce makes a repeat of the nth part recognizable.
func nonce(key string, n int) string {
	if n == 0 {
		return key
	}
	sum := sha256.Sum256([]byte(key + " " + strconv.Itoa(n)))
	return hex.EncodeToString(sum[:])[:24]
}

// sendFailed says what an error of sending means. A direct chat that Discord
// does not know any more is opened anew the next time.
func (p *posts) sendFailed(err error, post bot.Post) error {
	if post.Account != "" && hasCode(err, unknownChannel) {
		p.direct.forget(post.Account)
		return &bot.NotNowError{Err: err}
	}
	return classify(err)
}

// channelOf is where something is posted. A direct chat is opened if it was not
// yet, and not too many at once.
func (p *posts) channelOf(ctx context.Context, post bot.Post) (string, error) {
	if post.Account == "" {
		return post.Room, nil
	}
	if id, ok := p.direct.get(post.Account); ok {
		return id, nil
	}
	if wait := p.pace.newcomer(post.Account, p.Clock.Now()); wait > 0 {
		return "", &bot.NotNowError{After: wait, Err: errors.New("too many new direct chats at once")}
	}
	return p.openDirect(ctx, post.Account)
}

func (p *posts) openDirect(ctx context.Context, account string) (string, error) {
	if id, ok := p.direct.get(account); ok {
		return id, nil
	}
	c, err := p.REST.openDirect(ctx, account)
	if err != nil {
		err = classify(err)
		if isUnsure(err) { // an open chat shows nothing
			err = &bot.NotNowError{Err: err}
		}
		return "", err
	}
	p.direct.put(account, c.ID)
	return c.ID, nil
}

// isUnsure reports that an error leaves it open whether something was done.
func isUnsure(err error) bool {
	var permanent *bot.PermanentError
	var notNow *bot.NotNowError
	return !errors.Is(err, bot.ErrGone) && !errors.As(err, &permanent) && !errors.As(err, &notNow)
}

// bodies are the messages that show a post: one, unless a text is long.
func (p *posts) bodies(post bot.Post) []*messageBody {
	content, named := renderText(post.Text), []string{}
	if _, ok := snowflakeTime(post.Mention); ok && post.Account == "" {
		content, named = renderNaming(post.Text, post.Mention), []string{post.Mention}
	}
	bodies := compose(content, post.Card)
	bodies[0].AllowedMentions.Users = named
	bodies[len(bodies)-1].Components = buttonRows(post.Coalition, nil, post.Buttons, p.Labels(post.Lang))
	return bodies
}

// contentOf tells two messages apart that do not show the same.
func contentOf(b *messageBody) [sha256.Size]byte {
	same := *b
	same.Nonce, same.EnforceNonce = "", false
	raw, err := json.Marshal(same)
	if err != nil { // texts and numbers always can be
		return [sha256.Size]byte{}
	}
	return sha256.Sum256(raw)
}

// Edit makes a message show something else. See bot.Platform.
func (p *posts) Edit(ctx context.Context, post bot.Post, remote string) error {
	if post.Kind == models.RoomForum && post.Account == "" {
		return p.editForum(ctx, post, remote)
	}
	channel, err := p.channelOf(ctx, post)
	if err != nil {
		return err
	}
	err = p.editIn(ctx, channel, post, remote)
	if !hasCode(err, oldMessageEdits) {
		return p.editFailed(err, remote)
	}
	// Discord lets it be edited no more for now: a new card takes its place.
	if err := p.REST.deleteMessage(ctx, channel, remote); err != nil {
		return p.editFailed(err, remote)
	}
	p.shown.forget(remote)
	return fmt.Errorf("superseded: %w", bot.ErrGone)
}

func (p *posts) editFailed(err error, remote string) error {
	if err == nil {
		return nil
	}
	if err = classify(err); errors.Is(err, bot.ErrGone) {
		p.shown.forget(remote)
	}
	return err
}

// editIn edits a message in its channel when it is the room's turn. What would
// change nothing is not sent.
func (p *posts) editIn(ctx context.Context, channel string, post bot.Post, remote string) error {
	body := p.bodies(post)[0]
	was, _ := p.shown.get(remote)
	if was.known && was.content == contentOf(body) {
		p.adorn(ctx, post, channel, remote, nil)
		return nil
	}
	if wait := p.pace.edit(cmp.Or(post.Room, channel), remote, p.Clock.Now()); wait > 0 {
		return &bot.NotNowError{After: wait, Err: errors.New("the room's turn to be edited has not come")}
	}
	now := was
	now.known = false // until it is certain
	p.shown.put(remote, now)
	m, err := p.REST.editMessage(ctx, channel, remote, body)
	if err != nil {
		return err
	}
	now.content, now.known = contentOf(body), true
	p.shown.put(remote, now)
	p.adorn(ctx, post, channel, remote, m.Reactions)
	return nil
}
