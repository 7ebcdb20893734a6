//go:build goolm

package matrix

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// reactions takes reactions in as levels: as they come, and read back from the
// cards where it is in doubt what came. What happens to the cards of one room is
// dealt with in order, reading them back included.
type reactions struct {
	i       *intake
	clock   bot.Clock
	log     *slog.Logger
	started string // makes ids of what is read back differ from other runs'
	read    atomic.Int64
	ours    *memory[bool] // messages of our own

	mu      sync.Mutex
	live    bool
	greet   bool // a connection is there that was not taken note of
	fill    bool // all open cards are to be read back
	due     map[string]*readBack
	backlog []readBack
	all     int // how long the backlog was
	changed chan struct{}
}

// readBack is a card that is to be read back.
type readBack struct {
	room, message string
	at            time.Time
	tries         int
}

const (
	// whenNew is when a message of ours is looked at again of which it is not
	// known yet that it is a card: reactions can be faster than the record of
	// what was posted.
	whenNew = 5 * time.Second
	// whenFailed is when a card is read back after something failed.
	whenFailed = time.Minute
	// reactFor is how long one reaction may be worked on.
	reactFor = time.Minute
)

func newReactions(i *intake) *reactions {
	return &reactions{i: i, clock: i.clock, log: i.log, started: i.clock.Now().UTC().Format("20060102150405.000"),
		ours: newMemory[bool](), fill: true, due: map[string]*readBack{}, changed: make(chan struct{}, 1)}
}

// put takes in that somebody put a reaction on a message.
func (r *reactions) put(ctx context.Context, e *event.Event) error {
	if r.i.isRedacted(e) { // it was taken back before it was looked at
		return nil
	}
	known := r.annotation(e)
	if known == nil {
		return nil
	}
	return r.level(ctx, known)
}

// annotation is what a reaction says, nil if it is one that means nothing here.
func (r *reactions) annotation(e *event.Event) *store.ReactionEvent {
	content, ok := e.Content.Parsed.(*event.ReactionEventContent)
	if !ok || content.RelatesTo.GetAnnotationID() == "" {
		return nil
	}
	emoji := commands.BareEmoji(content.RelatesTo.Key)
	if !slices.Contains(r.i.Registry.Emojis(), emoji) {
		return nil
	}
	return &store.ReactionEvent{Event: e.ID.String(), Room: e.RoomID.String(), Message: content.RelatesTo.EventID.String(),
		Account: e.Sender.String(), Emoji: emoji, At: r.clock.Now()}
}

// level takes in a reaction that is there. What is on a message that is no card
// ends here: nobody is made known by it.
func (r *reactions) level(ctx context.Context, known *store.ReactionEvent) error {
	kept, err := r.i.Registry.Store().KeepReaction(ctx, Name, *known)
	if err != nil {
		return fmt.Errorf("a reaction: %w", err)
	}
	if !kept {
		if _, ours := r.ours.get(known.Message); ours {
			r.later(known.Room, known.Message, whenNew)
		}
		return nil
	}
	return r.hand(ctx, known, known.Event, true)
}

// taken takes in that an event was taken back: a reaction, or a card.
func (r *reactions) taken(ctx context.Context, e *event.Event) error {
	gone := redacts(e)
	if gone == "" {
		return nil
	}
	reg := r.i.Registry
	known, err := reg.Store().ReactionOf(ctx, gone.String())
	if err != nil {
		return fmt.Errorf("a reaction that was taken back: %w", err)
	}
	if known == nil {
		return r.other(ctx, e, gone)
	}
	if known.Room != e.RoomID.String() {
		return nil // events of another room take nothing back here
	}
	if err := r.end(ctx, known, e.ID.String(), e.Sender); err != nil {
		return err
	}
	return reg.Store().DropReaction(ctx, gone.String())
}

// end takes in that a reaction is not there any more. Only who put it there ends
// anything by taking it back.
func (r *reactions) end(ctx context.Context, known *store.ReactionEvent, eventID string, by id.UserID) error {
	reg := r.i.Registry
	others, err := reg.Store().ReactionsOn(ctx, known.Message)
	if err != nil {
		return fmt.Errorf("the reactions on a card: %w", err)
	}
	for _, o := range others {
		if o.Event != known.Event && o.Account == known.Account && o.Emoji == known.Emoji {
			return nil // they put it there twice
		}
	}
	if by.String() == known.Account {
		return r.hand(ctx, known, eventID, false)
	}
	return reg.Forget(ctx, Name, known.Message, []commands.KnownReaction{{Account: known.Account, Emoji: known.Emoji}})
}

// other takes in that something else was taken back: a card of ours, or a message
// whose key never came.
func (r *reactions) other(ctx context.Context, e *event.Event, gone id.EventID) error {
	if e.Sender == r.i.self {
		return nil
	}
	if r.i.Gone != nil {
		r.i.Gone(gone)
	}
	reg := r.i.Registry
	card, err := reg.Store().CardOn(ctx, Name, gone.String())
	if err != nil {
		return fmt.Errorf("a message that was taken back: %w", err)
	}
	if card == nil {
		return reg.Store().DropUndecryptable(ctx, gone.String())
	}
	here, err := reg.Store().RoomAt(ctx, Name, e.RoomID.String())
	if err != nil || here == nil || here.ID != card.RoomID {
		return err
	}
	if _, err := reg.CardGone(ctx, Name, gone.String()); err != nil {
		return fmt.Errorf("a card that was taken back: %w", err)
	}
	r.log.Info("a card was taken back; it is posted anew when it changes next", "message", gone)
	return nil
}

// hand hands a level to the engine, if it is news.
func (r *reactions) hand(ctx context.Context, known *store.ReactionEvent, eventID string, present bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reactFor)
	defer cancel()
	reg := r.i.Registry
	news, _, err := reg.ReactionNews(ctx, Name, known.Account, known.Message, known.Emoji, present)
	if err != nil {
		return fmt.Errorf("a reaction: %w", err)
	}
	if !news {
		return nil
	}
	room, user := id.RoomID(known.Room), id.UserID(known.Account)
	space, err := r.i.rooms.spaceOf(ctx, room)
	if err != nil {
		return fmt.Errorf("a reaction: %w", err)
	}
	inv := commands.Invocation{
		EventID: eventID, Who: store.Who{Platform: Name, Space: space, Account: known.Account, Name: r.i.nameOf(room, user)},
		React: &commands.React{Word: known.Emoji, Present: present, Room: known.Room, Message: known.Message},
	}
	if inv.Member, err = r.i.rooms.memberOf(ctx, space, user); err != nil {
		return fmt.Errorf("a reaction: %w", err)
	}
	switch answer := r.i.In.Receive(ctx, inv); {
	case answer.Held:
		r.later(known.Room, known.Message, max(answer.HeldFor, time.Second))
	case answer.Failed:
		r.later(known.Room, known.Message, whenFailed)
	}
	return nil
}

// redactor is who took an event back, as far as it says.
func redactor(e *event.Event) id.UserID {
	if e.Unsigned.RedactedBecause != nil {
		return e.Unsigned.RedactedBecause.Sender
	}
	return ""
}

// nameOf is how somebody calls themselves in a room.
func (i *intake) nameOf(room id.RoomID, user id.UserID) string {
	if name := i.places.name(room, user); name != "" {
		return name
	}
	return user.Localpart()
}
