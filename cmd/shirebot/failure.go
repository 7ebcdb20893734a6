package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

var (
	// errTold ends the program with 1 without a word: what there is to say was
	// said already.
	errTold = errors.New("told already")
	// errNothingToRun ends it with 2: it is not set up for what it was asked.
	errNothingToRun = errors.New("no platform is set up, and this is no terminal")
)

// loggedError is an error after the start. Its cause is in the log, because it
// is for whoever mends the program and not for whoever runs it.
type loggedError struct{ cause error }

// Error is the cause's text.
func (e *loggedError) Error() string { return e.cause.Error() }

// Unwrap is the cause.
func (e *loggedError) Unwrap() error { return e.cause }

// explanations are the sentences for what somebody can do something about.
var explanations = []struct {
	err error
	id  string
}{
	{errNothingToRun, "program.nothing_to_run"},
	{discord.ErrToken, "program.discord_token"},
	{matrix.ErrConfig, "program.matrix_config"},
	{matrix.ErrToken, "program.matrix_token"},
	{matrix.ErrPassword, "program.matrix_token"},
	{matrix.ErrDevice, "program.matrix_device"},
	{matrix.ErrStore, "program.read_only"},
	{store.ErrLocked, "program.locked"},
	{store.ErrCorrupt, "program.corrupt"},
	{store.ErrNewer, "program.newer"},
	{store.ErrReadOnly, "program.read_only"},
	{store.ErrFull, "program.full"},
	{store.ErrKeyGiven, "program.key_given"},
	{store.ErrKey, "program.key"},
	{fs.ErrPermission, "program.read_only"},
}

// explain says what happened and what to do, in the language of who started
// the program.
func (s *settings) explain(err error) string {
	fields := map[string]any{"Data": s.Data}
	var pending *store.ErrMigrationsPending
	if errors.As(err, &pending) {
		fields["Count"] = pending.Pending
		return s.say("program.pending", fields)
	}
	elsewhere := s.KeyFile != "" || os.Getenv(keyVariable) != ""
	if errors.Is(err, store.ErrKey) && elsewhere {
		return s.say("program.key_elsewhere", fields)
	}
	for _, known := range explanations {
		if errors.Is(err, known.err) {
			return s.say(known.id, fields)
		}
	}
	if errors.Is(err, discord.ErrRefused) {
		return s.say("program.discord_refused", map[string]any{"Text": err.Error()})
	}
	var logged *loggedError
	if errors.As(err, &logged) {
		return s.say("program.failed", map[string]any{"Data": s.logPath()})
	}
	return s.say("program.failed_early", map[string]any{"Text": err.Error()})
}

// say is a text of the catalogue.
func (s *settings) say(id string, fields map[string]any) string {
	cat, err := catalogue.New()
	if err == nil {
		var text string
		if text, err = cat.Text(s.lang(), id, fields); err == nil {
			return text
		}
	}
	return fmt.Sprintf("shirebot: %s: %v", id, err)
}
