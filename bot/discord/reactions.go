package discord

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// reactions takes reactions in as levels: as they come, and read back from the
// cards where it is in doubt what came. It owns one goroutine, run.
type reactions struct {
	reactionOptions
	started string // makes ids of what is read back differ from other runs'
	read    atomic.Int64

	mu   sync.Mutex
	self string // our own account; empty before the first session
	live bool   // there is a connection
	// due are the cards that are to be read back, by message, and backlog all
	// that are open, after a gap.
	due     map[string]*readBack
	backlog []readBack
	all     int // how long the backlog was
	// reading is the card that is being read back. Whoever changes something
	// there meanwhile is in touched: what was read of them may be older.
	reading string
	touched map[string]bool
	changed chan struct{} // tells run of more
}

// reactionOptions are what reactions need.
type reactionOptions struct {
	REST     *rest
	Registry *commands.Registry
	Members  *members
	Events   *queues
	Clock    bot.Clock
	Log      *slog.Logger
	// In is where invocations go.
	In bot.Receiver
	// Pause is the time between two cards that are read back, so that nobody
	// who waits for an answer waits for them.
	Pause time.Duration
}

// readBack is a card that is to be read back.
type readBack struct {
	message string
	at      time.Time
	tries   int
}

func newReactions(o reactionOptions) *reactions {
	return &reactions{reactionOptions: o, started: o.Clock.Now().UTC().Format("20060102150405.000"),
		due: map[string]*readBack{}, touched: map[string]bool{}, changed: make(chan struct{}, 1)}
}

// take takes in what happened to reactions. It only enqueues: ctx is that of the
// platform, and id names the event.
func (r *reactions) take(ctx context.Context, id string, c *reactionChange) {
	if c.GuildID == "" { // no card is in a direct chat
		return
	}
	emoji := commands.BareEmoji(c.Emoji.Name)
	switch {
	case c.Change == reactionsCleared:
		r.cleared(ctx, c.MessageID)
		return
	case c.Emoji.ID != "" || !r.Registry.Reacts(emoji):
		return // a server's own emoji, or one that means nothing here
	case c.Change == reactionsOfCleared:
		r.cleared(ctx, c.MessageID, emoji)
		return
	case r.isSelf(c.UserID) || c.Member != nil && c.Member.User != nil && c.Member.User.Bot:
		return
	}
	inv := commands.Invocation{
		EventID: id, Who: store.Who{Platform: name, Space: c.GuildID, Account: c.UserID},
		React: &commands.React{Word: emoji, Present: c.Change == reactionAdded, Message: c.MessageID},
	}
	if c.Member != nil && c.Member.User != nil {
		inv.Who.Name = nameOf(c.Member, c.Member.User)
		inv.Member = r.Members.saw(c.GuildID, c.UserID, c.Member)
	}
	r.mu.Lock()
	if r.reading == c.MessageID {
		r.touched[c.UserID+" "+emoji] = true
	}
	r.mu.Unlock()
	ours := c.AuthorID != "" && r.isSelf(c.AuthorID)
	if !r.Events.do(ctx, c.UserID, func(ctx context.Context) { r.apply(ctx, inv, ours) }) {
		r.later(c.MessageID, whenFull)
	}
}

const (
	// whenFull is when a card is read back on which more happened than could be
	// taken in.
	whenFull = 30 * time.Second
	// whenNew is when a message of ours is looked at again of which it is not
	// known yet that it is a card: reactions can be faster than the record of
	// what was posted.
	whenNew = 5 * time.Second
	// whenFailed is when a card is read back after something failed.
	whenFailed = time.Minute
)

// apply hands one level to the engine. What is known already ends here, and so
// does whatever is on a message that is no card: nobody is made known by it.
func (r *reactions) apply(ctx context.Context, inv commands.Invocation, ours bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), visitFor)
	defer cancel()
	react := inv.React
	news, card, err := r.Registry.ReactionNews(ctx, name, inv.Who.Account, react.Message, react.Word, react.Present)
	switch {
	case err != nil:
		r.Log.Error("a reaction could not be looked up", "err", err)
		r.later(react.Message, whenFailed)
		return
	case !card && ours:
		r.later(react.Message, whenNew)
		return
	case !news && card:
		// Usually it is our own doing. But it may have overtaken what came before
		// it, and the level that is known then is the wrong one.
		r.later(react.Message, whenNew)
		return
	case !news:
		return
	}
	if react.Present && inv.Member == nil {
		if inv.Member, err = r.Members.fresh(ctx, inv.Who.Space, inv.Who.Account); err != nil {
			// Nothing is granted by what was known before.
			r.Log.Warn("it is not known whether somebody who reacted is still there", "err", err)
			r.later(react.Message, whenFailed)
			return
		}
	}
	switch answer := r.In.Receive(ctx, inv); {
	case answer.Held:
		r.later(react.Message, max(answer.HeldFor, time.Second))
	case answer.Failed:
		r.later(react.Message, whenFailed)
	}
}

// gone takes in that messages were deleted. Nothing ends by it.
func (r *reactions) gone(ctx context.Context, m *messageGone) {
	if m.GuildID == "" {
		return
	}
	for _, id := range m.IDs {
		if !r.Events.do(ctx, "message."+id, func(ctx context.Context) { r.cardGone(ctx, id) }) {
			r.later(id, whenFull)
		}
	}
}

func (r *reactions) cardGone(ctx context.Context, message string) {
	found, err := r.Registry.CardGone(ctx, name, message)
	switch {
	case err != nil:
		r.Log.Error("that a card was deleted was not recorded", "err", err)
		r.later(message, whenFailed)
	case found:
		r.Log.Info("a card was deleted; it is posted anew when it changes next", "message", message)
	}
}

// cleared takes in that somebody took off others' reactions.
func (r *reactions) cleared(ctx context.Context, message string, emojis ...string) {
	done := r.Events.do(ctx, "message."+message, func(ctx context.Context) {
		if err := r.Registry.Cleared(ctx, name, message, emojis...); err != nil {
			r.Log.Error("that reactions were cleared was not recorded", "err", err)
			r.later(message, whenFailed)
		}
	})
	if !done {
		r.later(message, whenFull)
	}
}

func (r *reactions) isSelf(account string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return account == r.self
}

// later has a card read back after a wait. A card that waits already is read
// once, at the later of the two times.
func (r *reactions) later(message string, wait time.Duration) { r.again(message, wait, 0) }

func (r *reactions) again(message string, wait time.Duration, tries int) {
	at := r.Clock.Now().Add(wait)
	r.mu.Lock()
	if was := r.due[message]; was == nil {
		r.due[message] = &readBack{message, at, tries}
	} else {
		was.tries = max(was.tries, tries)
		if was.at.Before(at) {
			was.at = at
		}
	}
	r.mu.Unlock()
	r.wake()
}

func (r *reactions) wake() {
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// keyOf names the reaction of somebody, of whichever skin tone.
func keyOf(k commands.KnownReaction) string {
	return strings.Join([]string{k.Account, k.Emoji}, " ")
}
