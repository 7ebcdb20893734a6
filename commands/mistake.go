package commands

import (
	"errors"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Mistake is an error that a person can do something about: they are told what
// happened and what to do, and nothing is saved.
type Mistake struct {
	Message models.Message
	// Echo holds fields that are the person's own words. They are shown to that
	// person only and never kept.
	Echo map[string]string
	// Fill looks up further fields when it is shown.
	Fill func(*View) error
	// Buttons are offered with it.
	Buttons []mistakeButton
}

type mistakeButton struct {
	label string // a catalogue id
	line  string
}

// kept reports whether the message alone says all: then the event is recorded
// as dealt with.
func (m *Mistake) kept() bool { return m.Echo == nil && m.Fill == nil && m.Buttons == nil }

// Error names the message, for logs and tests.
func (m *Mistake) Error() string { return "mistake: " + m.Message.Key }

func mistake(key string, args models.Args) *Mistake {
	return &Mistake{Message: models.Message{Key: key, Args: args}}
}

// about makes a mistake about a need or an offer.
func mistakeAbout(key string, e models.Entity) *Mistake {
	return &Mistake{Message: models.Message{Key: key, About: e}}
}

func (m *Mistake) echo(field, words string) *Mistake {
	if m.Echo == nil {
		m.Echo = map[string]string{}
	}
	m.Echo[field] = words
	return m
}

// asMistake finds the person's mistake in an error, if it is one.
func asMistake(err error) (*Mistake, bool) {
	var m *Mistake
	if errors.As(err, &m) {
		return m, true
	}
	var text *TextError
	if errors.As(err, &text) {
		return textMistake(text), true
	}
	return nil, false
}

func textMistake(e *TextError) *Mistake {
	switch e.Code {
	case TextTooLong:
		return mistake("error.too_long", models.Args{"Limit": models.CountArg(e.Limit), "Length": models.CountArg(e.Length)})
	case TextEmpty:
		return mistake("error.empty", nil)
	case TextInvalid:
		return mistake("error.encoding", nil)
	}
	return mistake("error.control_characters", nil)
}

// refusedAbout turns a rule's no into a mistake about an entity, by a table of
// the rule's codes and catalogue ids; a code that is not there is internal.
func refusedAbout(err error, e models.Entity, keys map[string]string) error {
	var refusal *models.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	key, ok := keys[refusal.Code]
	if !ok {
		if key, ok = stateRefusals[refusal.Code]; !ok {
			return fmt.Errorf("no answer for a refusal: %w", err)
		}
	}
	return mistakeAbout(key, e)
}

// stateRefusals answer what cannot happen in a state, unless a command has
// better words.
var stateRefusals = map[string]string{
	"state_draft":          "error.state_draft",
	"state_open":           "error.state",
	"state_in_progress":    "error.state",
	"state_done":           "error.state",
	"state_needs_followup": "error.state",
	"state_closed":         "error.state",
	"state_available":      "error.state",
	"state_paused":         "error.state",
	"state_withdrawn":      "error.state",
	"state_expired":        "error.state",
	"purged":               "reopen.purged",
}

// notFound turns a missing row into a mistake.
func notFound(err error, ref models.Ref) error {
	if store.IsNotFound(err) {
		return mistake("error.not_found", models.Args{"Ref": models.RefArg(ref)})
	}
	return err
}

func lineMistake(err error) error {
	var text *TextError
	switch {
	case errors.Is(err, ErrQuotes):
		return mistake("error.quotes", nil)
	case errors.Is(err, ErrEmpty):
		return mistake("error.empty", nil)
	case errors.As(err, &text):
		return textMistake(text)
	}
	return err
}
