package terminal

import (
	"context"
	"fmt"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Send shows something new. If the screen refuses it, a try that comes later
// shows it whole.
func (t *Terminal) Send(ctx context.Context, p bot.Post) (string, error) {
	text := t.post(ctx, p, "")
	t.screen.Lock()
	defer t.screen.Unlock()
	if id, shown := t.sent[p.Key]; shown {
		return id, nil
	}
	if err := t.screen.show(text); err != nil {
		return "", &bot.NotNowError{Err: err}
	}
	id := fmt.Sprintf("%s-%d", t.session, len(t.sent)+1)
	t.sent[p.Key], t.standing[id] = id, body(text)
	return id, nil
}

// Edit shows a card again as it is now, if there is anything new in it. What was
// shown is never gone, so that there is no ErrGone.
func (t *Terminal) Edit(ctx context.Context, p bot.Post, remoteID string) error {
	text := t.post(ctx, p, "terminal.label_edited")
	t.screen.Lock()
	defer t.screen.Unlock()
	if t.standing[remoteID] == body(text) {
		return nil
	}
	if err := t.screen.show(text); err != nil {
		return &bot.NotNowError{Err: err}
	}
	t.standing[remoteID] = body(text)
	return nil
}

// Find knows what this process has shown.
func (t *Terminal) Find(_ context.Context, p bot.Post) (string, bool, error) {
	t.screen.Lock()
	defer t.screen.Unlock()
	id, shown := t.sent[p.Key]
	return id, shown, nil
}

// Unreact has nothing to do: reactions are typed, and none stands on the screen.
func (t *Terminal) Unreact(context.Context, string, string, string, string) error { return nil }

// post is how something is shown; label is the catalogue id of what is said of
// it beside its place.
func (t *Terminal) post(ctx context.Context, p bot.Post, label string) string {
	lang := p.Lang
	if lang == "" {
		lang = models.English
	}
	place := []string{strings.TrimPrefix(p.Room, t.o.Space+"/")}
	if p.Room == "" {
		who := store.Who{Platform: t.Name(), Space: t.o.Space, Account: p.Account, Name: p.Account}
		place = []string{t.text(lang, "terminal.label_private", fields{"Name": t.nameOf(ctx, who)})}
	}
	if label != "" {
		place = append(place, t.text(lang, label, nil))
	}
	return block(header(place...), p.Text, p.Card, t.o.Interactive, p.Buttons, p.First)
}

// body is what stands below the header.
func body(block string) string {
	_, rest, _ := strings.Cut(block, "\n")
	return rest
}

// nameOf is what a person calls themselves here; who is not known yet is called
// as given.
func (t *Terminal) nameOf(ctx context.Context, who store.Who) string {
	actor, err := t.o.Registry.Store().Actor(ctx, who)
	if err != nil {
		return who.Name
	}
	return actor.Person.Name
}
