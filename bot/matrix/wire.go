// Package matrix is the platform Matrix: commands as text in rooms, cards that
// change, and everything private in encrypted chats of two. What needs the
// encryption library is behind the build tag goolm.
package matrix

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Name is the platform's, under which spaces and accounts are kept.
const Name = "matrix"

// Options are what the platform needs.
type Options struct {
	Homeserver string // its address, with https://
	User       string // the whole name, or what stands before the colon
	// Password or Token log in: the password once, then what the login gave is
	// kept sealed.
	Password, Token string
	// RecoveryKey is for an account whose identity was made elsewhere. Without
	// it the one that the bot made and keeps does.
	RecoveryKey string
	// Dir is where the crypto store lies, beside the database.
	Dir       string
	Registry  *commands.Registry
	Clock     bot.Clock
	Log       *slog.Logger
	Transport http.RoundTripper // nil is the usual one
	// Allow says whose invites are accepted, beside those of members of a
	// coalition's space: names of people, or of servers as *:server.
	Allow []string
	// Seeds are the reactions that the bot puts on cards: nil is the usual ones,
	// and an empty list none.
	Seeds []string
	// EditEvery is the time between two edits in a room; 0 is the usual one, and
	// less than that holds nothing back, which is for tests.
	EditEvery time.Duration
	// Zone and Lang are those of a coalition that begins in a room.
	Zone string
	Lang models.Lang
	// Connected is told the bot's name whenever a connection is there, and
	// ShowRecoveryKey the recovery key once, when it is made. Both may be nil.
	Connected       func(name string)
	ShowRecoveryKey func(string)
}
