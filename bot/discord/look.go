package discord

import (
	"context"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Find looks among our last messages. See bot.Platform.
func (p *posts) Find(ctx context.Context, post bot.Post) (string, bool, error) {
	me, err := p.self(ctx)
	if err != nil {
		return "", false, err
	}
	if post.Kind == models.RoomForum && post.Account == "" {
		return p.findForum(ctx, post, me)
	}
	channel := post.Room
	if post.Account != "" {
		if channel, err = p.openDirect(ctx, post.Account); err != nil {
			return "", false, err
		}
	}
	last, err := p.REST.messages(ctx, channel, lookBack)
	if err != nil {
		return "", false, classify(err)
	}
	body := p.bodies(post)[0]
	for _, m := range last {
		if m.Author == nil || m.Author.ID != me || tooOld(m.ID, post.Since) {
			continue
		}
		// Where Discord still knows the nonce, that is certain.
		key := strings.Trim(string(m.Nonce), `"`)
		if key == post.Key || (key == "" || key == "null") && isPost(&m, body, post) {
			return m.ID, true, nil
		}
	}
	return "", false, nil
}

// lookBack is among how many of the last messages one is looked for: a page.
const lookBack = 100

// clocksDiffer is by how much our clock and Discord's may.
const clocksDiffer = time.Minute

func tooOld(id string, since time.Time) bool {
	at, ok := snowflakeTime(id)
	return !ok || at.Before(since.Add(-clocksDiffer))
}

// isPost reports whether a message is what was posted: a card by its reference,
// since it may show what held before, and all else by its words and buttons.
func isPost(m *message, body *messageBody, post bot.Post) bool {
	if post.Card != nil && post.Account == "" {
		ref, _, ok := strings.Cut(body.Content, ":")
		return ok && strings.HasPrefix(m.Content, ref+":")
	}
	return strings.TrimSpace(m.Content) == strings.TrimSpace(body.Content) && descriptionOf(m.Embeds) == descriptionOf(body.Embeds) && labelsOf(m.Components) == labelsOf(body.Components)
}

func descriptionOf(embeds []embed) string {
	if len(embeds) == 0 {
		return ""
	}
	return strings.TrimSpace(embeds[0].Description)
}

func labelsOf(components []component) string {
	var b strings.Builder
	for _, c := range components {
		if c.Type == componentButton {
			b.WriteString(c.Label + "\n")
		}
		b.WriteString(labelsOf(c.Components))
	}
	return b.String()
}

// self is the bot's own id.
func (p *posts) self(ctx context.Context) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.me == "" {
		me, err := p.REST.me(ctx)
		if err != nil {
			return "", classify(err)
		}
		p.me = me.ID
	}
	return p.me, nil
}
