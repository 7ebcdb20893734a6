package discord

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// deferAfter is how long an interaction may go unanswered before it is told
// that an answer will come. Discord gives up after three seconds; what is done
// within one is shown at once.
const deferAfter = time.Second

// stage says how far the answer to an interaction is.
type stage int

const (
	unanswered stage = iota
	announced        // Discord knows that an answer will come
	answered
	lost // it can be shown no more: the interaction expired, or somebody else answered it
)

// answer is the way back to the one who acted: a first answer within Discord's
// deadline, and what follows it. It may be used from several goroutines.
type answer struct {
	rest  *rest
	clock bot.Clock
	log   *slog.Logger
	i     *interaction
	// onto says that a button on an answer of ours was pressed: that answer
	// becomes the next one.
	onto bool

	ended chan struct{} // closed when nothing more is to be said

	mu    sync.Mutex
	stage stage
}

func newAnswer(r *rest, clock bot.Clock, log *slog.Logger, i *interaction) *answer {
	onto := i.Type != interactionCommand && i.Message != nil && i.Message.Flags&flagEphemeral != 0
	return &answer{rest: r, clock: clock, log: log, i: i, onto: onto, ended: make(chan struct{})}
}

// watch announces an answer that is not there in time, counted from now on. What
// it returns is to be run; it ends when that is done, the interaction is over, or
// the context ends.
func (a *answer) watch(ctx context.Context) func() {
	late := a.clock.After(deferAfter)
	return func() {
		select {
		case <-a.ended:
		case <-ctx.Done():
		case <-late:
			a.announce(ctx)
		}
	}
}

func (a *answer) announce(ctx context.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stage != unanswered {
		return
	}
	r := &response{Type: answerLater, Data: &deferral{Flags: flagEphemeral}}
	if a.onto {
		r = &response{Type: answerNothing}
	}
	if a.given(a.respond(ctx, r)) {
		a.stage = announced
	}
}

// end is called once the interaction is dealt with.
func (a *answer) end() { close(a.ended) }

// show gives the answer, and reports whether it was shown. Instead says that it
// takes the place of the answer whose button was pressed.
func (a *answer) show(ctx context.Context, first *messageBody, more []*messageBody, instead bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.first(ctx, first, instead && a.onto) {
		return false
	}
	for _, body := range more {
		if !a.follow(ctx, body) {
			return false
		}
	}
	return true
}

func (a *answer) first(ctx context.Context, body *messageBody, instead bool) bool {
	kind := answerMessage
	if instead {
		// An edit cannot change who sees a message.
		plain := *body
		plain.Flags, body, kind = 0, &plain, answerUpdate
	}
	switch a.stage {
	case unanswered:
		err := a.respond(ctx, &response{Type: kind, Data: body})
		if isBadRequest(err) { // the words are what matters
			err = a.respond(ctx, &response{Type: kind, Data: bare(body)})
		}
		return a.given(err)
	case announced:
		if a.onto && !instead {
			a.stage = answered
			return a.follow(ctx, body)
		}
		return a.edit(ctx, body)
	case answered:
		return a.follow(ctx, body)
	}
	return false
}

// edit gives the answer that was announced.
func (a *answer) edit(ctx context.Context, body *messageBody) bool {
	plain := *body
	plain.Flags = 0
	try := func(body *messageBody) error {
		return a.twice(func() error { return a.rest.editAnswer(ctx, a.i.ApplicationID, a.i.Token, body) })
	}
	err := try(&plain)
	if isBadRequest(err) {
		err = try(bare(&plain))
	}
	return a.given(err)
}

// given notes that the answer is given, or why it is not.
func (a *answer) given(err error) bool {
	if err != nil {
		a.failed("answering", err)
		return false
	}
	a.stage = answered
	return true
}

// bare is a message with nothing but its words.
func bare(body *messageBody) *messageBody {
	b := bodyOf(body.Content)
	b.Flags = body.Flags
	return b
}

func isBadRequest(err error) bool {
	var api *apiError
	return errors.As(err, &api) && api.Status == http.StatusBadRequest && !hasCode(err, alreadyAnswered)
}

// more says something after the answer, and reports whether it was shown.
func (a *answer) more(ctx context.Context, body *messageBody) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stage == answered && a.follow(ctx, body)
}

// follow is not tried twice: what was shown once must not be there twice.
func (a *answer) follow(ctx context.Context, body *messageBody) bool {
	if err := a.rest.followUp(ctx, a.i.ApplicationID, a.i.Token, body); err != nil {
		a.failed("following up", err)
		return false
	}
	return true
}

// nothing ends a press after which there is nothing to see, and reports whether
// that was possible: an answer that was announced has to say something.
func (a *answer) nothing(ctx context.Context) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.stage == announced:
		return a.onto
	case a.stage != unanswered:
		return true
	case a.i.Type == interactionCommand || a.i.Message == nil:
		return false
	}
	a.given(a.respond(ctx, &response{Type: answerNothing}))
	return true
}

// form opens a form, and reports whether it could: it must be the first answer.
func (a *answer) form(ctx context.Context, form *formBody) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stage == unanswered && a.i.Type != interactionForm && a.given(a.respond(ctx, &response{Type: answerWithForm, Data: form}))
}

func (a *answer) suggest(ctx context.Context, choices []choice) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if choices == nil {
		choices = []choice{}
	}
	if a.stage == unanswered {
		a.given(a.respond(ctx, &response{Type: answerSuggest, Data: &suggestions{Choices: choices}}))
	}
}

// respond gives the first answer.
func (a *answer) respond(ctx context.Context, r *response) error {
	return a.twice(func() error { return a.rest.respond(ctx, a.i.ID, a.i.Token, r) })
}

// twice tries once more what got no answer from Discord: if the first try did
// arrive, Discord says so.
func (a *answer) twice(try func() error) error {
	err := try()
	if err == nil || !unheard(err) {
		return err
	}
	if err = try(); hasCode(err, alreadyAnswered) {
		return nil
	}
	return err
}

// unheard reports an error after which it is open whether something was done.
func unheard(err error) bool {
	var api *apiError
	if errors.As(err, &api) {
		return api.Status >= 500
	}
	return true
}

// failed notes that an answer was not shown. What was done stays done; who
// presses again is answered from the state that holds then. An interaction that
// expired is never used again.
func (a *answer) failed(doing string, err error) {
	var permanent *bot.PermanentError
	note := a.log.Warn
	if errors.As(classify(err), &permanent) && (permanent.Code == codeExpired || permanent.Code == codeAnswered) {
		a.stage, note = lost, a.log.Debug
	}
	note("an answer was not shown", "doing", doing, "interaction", a.i.ID, "err", err)
}
