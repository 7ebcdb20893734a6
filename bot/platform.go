// Package bot is the engine between the chat platforms and the commands.
//
// What people do comes in through a [Platform] as an invocation and goes
// through the registry; the answer goes back to the one who acted. What others
// are to see is in the outbox by then, in the same commit, and the delivery
// loop shows it: from the state that holds at that moment, outside of any
// transaction, and again until it is certain that it was shown, but never
// twice.
package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Platform is a chat service, or whatever stands in for one. Package
// platformtest has the suite that each has to pass. All methods may be called
// at the same time.
type Platform interface {
	// Name is the name under which spaces and accounts are kept.
	Name() string
	Features() Features
	// Run receives events and hands them to the engine until the context ends
	// (it then returns nil) or there is nothing more to receive. Any other end
	// is an error that an admin has to do something about.
	Run(ctx context.Context, in Receiver) error
	// Send shows something new and returns the platform's id of it. Sending
	// the same key again within the platform's window shows nothing new and
	// returns the same id.
	Send(ctx context.Context, p Post) (remoteID string, err error)
	// Edit makes the message that is there show something else. ErrGone says
	// that it is not there any more.
	Edit(ctx context.Context, p Post, remoteID string) error
	// Find looks among our last messages for one that was sent under a key.
	Find(ctx context.Context, p Post) (remoteID string, found bool, err error)
	// Unreact takes a person's reaction off a message. One that is not there
	// is no error.
	Unreact(ctx context.Context, room, message, account, emoji string) error
}

// Features are what a platform can do.
type Features struct {
	// Buttons says that buttons can be pressed. Without them each gets a
	// number, and the answer is the number or the label.
	Buttons bool
	// Parallel is how many things may be shown at once; order is kept per card
	// and per person.
	Parallel int
	// Local says that everybody who writes sits at this computer: nobody is
	// held back for writing a lot.
	Local bool
	// OnDemand says that nothing is shown by itself: the platform calls Settle.
	OnDemand bool
	// SameKey is for how long a key that was sent shows nothing new.
	SameKey time.Duration
}

// Receiver takes events in. The engine is the one there is.
type Receiver interface {
	// Receive runs an invocation and returns the answer for the one who acted.
	// What the answer says is committed.
	Receive(ctx context.Context, inv commands.Invocation) *Answer
	// Settle shows everything that is due on the platform, and returns when it
	// was tried.
	Settle(ctx context.Context, platform string) error
	// Shown is told which waiting messages an answer has shown.
	Shown(ctx context.Context, ids []models.ID) error
}

// Answer is a reply with the number of its first button.
type Answer struct {
	*commands.Reply
	First int
	// Failed says that the invocation could not be carried out; the text has
	// a code for the log.
	Failed bool
	// Held says that it was not carried out because too much came at once: a
	// reaction has to be read back after a wait of HeldFor.
	Held    bool
	HeldFor time.Duration
	// Waiting are messages that could not be written to the one who acted. They
	// are shown after the reply, where nobody else can read them; then Shown is
	// told their ids.
	Waiting []Waiting
}

// Waiting is a private message that comes with an answer. The text of the first
// one begins with how many there are.
type Waiting struct {
	ID      models.ID
	Text    commands.Text
	Card    *commands.CardText
	Buttons []commands.Button
	First   int // the number of the first button
	Lang    models.Lang
}

// Post is something to be shown on a platform.
type Post struct {
	// Key makes a repeat recognizable: at most 25 characters, which is what
	// Discord takes for a nonce.
	Key     string
	Room    string // the platform's id; or
	Account string // whom to write to in private
	// Kind says how things are posted in the room.
	Kind models.RoomKind
	// Coalition is whose post it is: buttons in a direct chat have to say so.
	Coalition models.ID
	// Mention is the platform's id of the one person who is named in a room and
	// notified; the only such notification there is.
	Mention string
	// Doubtful says that an earlier try may have shown it.
	Doubtful bool
	// Since is when the row was first tried or, before that, due: what is older
	// is not it.
	Since   time.Time
	Text    commands.Text
	Card    *commands.CardText
	Buttons []commands.Button
	First   int // the number of the first button
	Lang    models.Lang
}

// ErrGone says that a message is not there any more.
var ErrGone = errors.New("the message is gone")

// The codes of failures that something follows from.
const (
	CodeClosed   = "closed"    // the person takes no private messages
	CodeRoomGone = "room gone" // the room is not there any more
	CodeReadOnly = "read only" // the bot may not write there
)

// PermanentError is a failure that will not pass: a room that may not be
// written to, closed direct messages. Nothing was shown.
type PermanentError struct {
	Code string // short and without anything private
	Err  error
}

// Error describes the failure.
func (e *PermanentError) Error() string { return fmt.Sprintf("%s: %v", e.Code, e.Err) }

// Unwrap is the cause.
func (e *PermanentError) Unwrap() error { return e.Err }

// NotNowError is a failure after which nothing was shown for certain, and that
// will pass: too many requests, no connection. Any other error leaves it open
// whether something was shown.
type NotNowError struct {
	After time.Duration // how long to wait at least
	Err   error
}

// Error describes the failure.
func (e *NotNowError) Error() string { return fmt.Sprintf("not now: %v", e.Err) }

// Unwrap is the cause.
func (e *NotNowError) Unwrap() error { return e.Err }
