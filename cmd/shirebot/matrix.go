package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// matrixOptions are the settings of the Matrix account; without a homeserver
// there is none.
func (s *settings) matrixOptions() (matrix.Options, error) {
	password, err := readSecret(s.MatrixPassword, s.MatrixPasswordFile)
	if err != nil {
		return matrix.Options{}, fmt.Errorf("the Matrix password: %w", err)
	}
	token, err := readSecret(s.MatrixToken, s.MatrixTokenFile)
	if err != nil {
		return matrix.Options{}, fmt.Errorf("the Matrix token: %w", err)
	}
	o := matrix.Options{
		Homeserver: s.MatrixHomeserver, User: s.MatrixUser, Password: password, Token: token, RecoveryKey: s.MatrixRecoveryKey.clean(), Dir: s.Data,
		Allow: s.MatrixAllow, Zone: s.Zone, Lang: s.lang(),
	}
	if o.Seeds, err = s.seeds(); err != nil {
		return matrix.Options{}, err
	}
	return o, nil
}

// seeds are the reactions that the bot puts on cards: nil is all that a card
// has, and an empty list none.
func (s *settings) seeds() ([]string, error) {
	some := []string{}
	for _, word := range s.MatrixSeeds {
		word = commands.BareEmoji(strings.TrimSpace(word))
		switch {
		case len(s.MatrixSeeds) == 1 && word == "all":
			return nil, nil
		case len(s.MatrixSeeds) == 1 && word == "none":
			return some, nil
		case !slices.Contains([]string{commands.EmojiClaim, commands.EmojiDone, commands.EmojiDetails}, word):
			return nil, fmt.Errorf("%q is on no card; there are ✋, ✅ and ❓, or all, or none", word)
		}
		some = append(some, word)
	}
	return some, nil
}

// matrix is the platform, over the data folder in use.
func (s *settings) matrix(ctx context.Context, d *data, registry *commands.Registry, clock bot.Clock) (bot.Platform, error) {
	o, err := s.matrixOptions()
	if err != nil {
		return nil, err
	}
	o.Registry, o.Clock, o.Log = registry, clock, d.log
	if o.Transport, err = matrixTransport(); err != nil {
		return nil, err
	}
	o.Connected = func(name string) {
		s.connected(ctx, d, "Matrix", matrix.Name, name, "program.matrix_next")
	}
	o.ShowRecoveryKey = func(key string) {
		fmt.Fprintln(os.Stderr, s.say("program.recovery_key", map[string]any{"Text": key}))
	}
	return matrix.New(o)
}

// matrixTransport is how requests get to the homeserver; nil is the usual way.
var matrixTransport = func() (http.RoundTripper, error) { return nil, nil }
