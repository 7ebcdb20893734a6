package matrix

import (
	"context"
	"net/http"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Finding is what one check came to: a text of the catalogue, and whether
// somebody has to look.
type Finding struct {
	Look   bool
	ID     string
	Fields map[string]any
}

// ExamineOptions are what the checks need.
type ExamineOptions struct {
	Homeserver, User, Password, Token string

	Transport http.RoundTripper // nil is the usual one
	Clock     bot.Clock
	// Sealed opens what the installation keeps sealed under a name; nil if there
	// is no database yet.
	Sealed func(ctx context.Context, name string) ([]byte, error)
	Spaces []store.SpaceRooms // the rooms that the database knows
}
