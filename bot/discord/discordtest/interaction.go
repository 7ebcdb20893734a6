package discordtest

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Interaction is what a person did and what they saw of it.
type Interaction struct {
	s             *Server
	id, token     string
	kind          int
	user, channel string
	guild         string
	made          time.Time
	payload       obj
	source        *message // that was pressed on
	original      *message // the first answer
	more          []*message
	form          obj
	choices       []Choice
	state         State
	reason        string
	expired       bool
}

// State is what a person sees of what they did.
type State int

// What a person sees of what they did.
const (
	Waiting   State = iota // nothing yet
	Deferred               // "thinking"
	Noted                  // nothing, but it arrived
	Shown                  // a message
	Updated                // the message that they pressed on became another
	FormShown              // a form
	Suggested              // suggestions
	Failed                 // that the bot did not answer; or Discord did not let them
)

// The kinds of interactions.
const (
	kindCommand   = 2
	kindComponent = 3
	kindSuggest   = 4
	kindForm      = 5
)

// answerTime is how long a bot has for its first answer, and tokenLife for all
// of them.
const (
	answerTime = 3 * time.Second
	tokenLife  = 15 * time.Minute
)

// Choice is a suggestion.
type Choice struct{ Name, Value string }

// interactions are those that were sent.
type interactions struct {
	byID    map[string]*Interaction
	byToken map[string]*Interaction
	gone    map[string]bool // tokens that were answered with 404
	fails   int
	late    int // the next so many come too late
}

// current is the state by now. The lock is held.
func (i *Interaction) current() State {
	age := i.s.clock.Now().Sub(i.made)
	if i.state == Waiting && (age > answerTime || i.expired) {
		i.state, i.reason = Failed, "the bot did not answer within 3 seconds"
		i.s.sent.fails++
	}
	return i.state
}

// State is what the person sees now.
func (i *Interaction) State() State {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	return i.current()
}

// ID is the interaction's own id, which is the event's id too.
func (i *Interaction) ID() string { return i.id }

// Token is what an answer has to show.
func (i *Interaction) Token() string { return i.token }

// Reason says why it failed.
func (i *Interaction) Reason() string {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	return i.reason
}

// Wait waits until the person has an answer. It is an error if there is none in
// time, and if Discord did not let the person do it.
func (i *Interaction) Wait(ctx context.Context) error {
	for {
		i.s.mu.Lock()
		state, reason, changed, closed := i.current(), i.reason, i.s.changed, i.s.closed
		left := i.made.Add(answerTime + time.Millisecond).Sub(i.s.clock.Now())
		i.s.mu.Unlock()
		switch {
		case state == Failed:
			return errors.New(reason)
		case state != Waiting && state != Deferred:
			return nil
		case closed:
			return errors.New("the fake Discord was closed before the answer came")
		}
		var late <-chan time.Time
		if state == Waiting {
			late = i.s.clock.After(left)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer to the interaction: %w", context.Cause(ctx))
		case <-changed:
		case <-late:
		}
	}
}

// Message is the first answer as it is now, or the message that was updated.
// It is nil if there is none.
func (i *Interaction) Message() *Message {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	if i.original == nil || i.original.deleted {
		return nil
	}
	return i.s.view(i.original)
}

// FollowUps are the answers after the first.
func (i *Interaction) FollowUps() []*Message {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	var list []*Message
	for _, m := range i.more {
		if !m.deleted {
			list = append(list, i.s.view(m))
		}
	}
	return list
}

// Choices are the suggestions that were shown.
func (i *Interaction) Choices() []Choice {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	return i.choices
}

// Text is what the person sees, in plain words: the answer, a form, or
// suggestions.
func (i *Interaction) Text() string {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	switch i.current() {
	case FormShown:
		return i.s.renderForm(i.form)
	case Suggested:
		return renderChoices(i.choices)
	case Failed:
		return "(" + i.reason + ")"
	case Deferred:
		return "(thinking)"
	}
	if i.original == nil || i.state == Noted {
		return ""
	}
	return i.s.render(i.original)
}

// refused is an interaction that Discord does not let happen.
func (s *Server) refused(userID, format string, args ...any) *Interaction {
	return &Interaction{s: s, user: userID, state: Failed, reason: fmt.Sprintf(format, args...), made: s.clock.Now()}
}

// wrong is an interaction that a test wants and that cannot be.
func (s *Server) wrong(userID, format string, args ...any) *Interaction {
	i := s.refused(userID, format, args...)
	s.violated("%s", i.reason)
	return i
}

// Unanswered counts the interactions for which the person saw that the bot did
// not answer. Only those that a test looked at or that were answered late count.
func (s *Server) Unanswered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.sent.byID {
		i.current()
	}
	return s.sent.fails
}

// Forget drops the interactions that are over. A benchmark that makes many
// calls it from time to time.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, i := range s.sent.byID {
		if i.current() != Waiting && i.state != Deferred {
			delete(s.sent.byID, id)
			delete(s.sent.byToken, i.token)
		}
	}
}
