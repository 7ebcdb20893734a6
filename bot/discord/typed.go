package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// chat is a line that somebody typed in a direct chat.
type chat struct {
	d         *Discord
	m         *message
	inv       commands.Invocation
	coalition models.ID
	done      bool
	parts     int
}

// The types of messages that people write.
const (
	messageWritten = 0
	messageReply   = 19
)

// typed takes a line in that somebody wrote to the bot. It only enqueues.
func (d *Discord) typed(ctx context.Context, m *message) {
	if m.Author.Bot || m.Type != messageWritten && m.Type != messageReply {
		return
	}
	c := &chat{d: d, m: m, inv: commands.Invocation{EventID: m.ID, Text: m.Content,
		Who: store.Who{Platform: name, Account: m.Author.ID, Name: nameOf(nil, m.Author)}}}
	if d.events.do(ctx, m.Author.ID, c.within((*chat).deal)) {
		return
	}
	d.events.do(ctx, "full."+m.Author.ID, c.within(func(c *chat, ctx context.Context) {
		c.say(ctx, d.o.Registry.TooFast(ctx, c.inv, perKey, fullFor, false))
	}))
}

func (c *chat) within(work func(*chat, context.Context)) func(context.Context) {
	return func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), visitFor)
		defer cancel()
		defer func() {
			if p := recover(); p != nil {
				c.say(ctx, c.d.o.Registry.Apology(ctx, c.inv, panicked(p), c.done))
			}
		}()
		work(c, ctx)
	}
}

func (c *chat) deal(ctx context.Context) {
	p, err := c.d.direct(ctx, &c.inv, 0)
	switch {
	case err != nil:
		c.say(ctx, c.d.o.Registry.Apology(ctx, c.inv, err, false))
		return
	case p.refusal != "":
		c.sayText(ctx, p.refusal, p.fields)
		return
	case p.ask != nil:
		c.d.asked.put(c.inv.Who.Account, asking{m: c.m, at: c.d.o.Clock.Now()})
		c.send(ctx, c.d.which(c.lang(ctx, ""), p.ask))
		return
	}
	c.coalition = p.coalition
	if c.showsPrivate() {
		c.offer(ctx, c.inv.Text)
		return
	}
	c.done = true
	answer := c.d.in.Receive(ctx, c.inv)
	c.d.learn(c.inv.Who, answer.Lang)
	if answer.Private {
		c.offer(ctx, answer.Again)
	} else if !c.say(ctx, answer.Reply) {
		return
	}
	var shown []models.ID
	for _, w := range answer.Waiting {
		if !c.say(ctx, &commands.Reply{Text: w.Text, Card: w.Card, Buttons: w.Buttons, Coalition: answer.Coalition, Lang: w.Lang}) {
			break
		}
		shown = append(shown, w.ID)
	}
	c.d.shown(ctx, shown)
}

// showsPrivate reports whether a line asks for what only its writer may see, and
// for which it must not be carried out before they look. More words than such a
// command has are an answer to a question.
func (c *chat) showsPrivate() bool {
	command := c.d.o.Registry.CommandOf(c.inv.Text)
	words := strings.Fields(c.inv.Text)
	for _, known := range c.d.o.Registry.Commands() {
		if known.Name != command || !known.Private {
			continue
		}
		if command != "details" {
			return len(words) <= 2
		}
		if len(words) < 2 {
			return false
		}
		_, isRef := models.ParseRef(words[1])
		return isRef
	}
	return false
}

// offer shows a button instead of private words: what it opens is for the one
// who presses it alone, and not on a locked screen.
func (c *chat) offer(ctx context.Context, line string) {
	lang := c.lang(ctx, "")
	id := ""
	if line != "" {
		id = action{actionShow, c.coalition, line}.customID()
	}
	if id == "" {
		c.sayText(ctx, "discord.use_slash", nil)
		return
	}
	body := bodyOf(renderText(commands.Text(c.d.text(lang, "discord.see_text", nil))))
	button := component{Type: componentButton, Style: styleSecondary, Label: c.d.text(lang, "discord.see", nil), CustomID: id}
	body.Components = []component{{Type: componentRow, Components: []component{button}}}
	c.send(ctx, body)
}

// say answers with messages, and reports whether they were shown. An answer that
// is lost is given again when the line is repeated.
func (c *chat) say(ctx context.Context, reply *commands.Reply) bool {
	if reply.Empty() {
		return true
	}
	first, more := replyBody(reply, c.d.labels(c.lang(ctx, reply.Lang)))
	if !c.send(ctx, first) {
		return false
	}
	for _, body := range more {
		if !c.send(ctx, body) {
			return false
		}
	}
	return true
}

func (c *chat) sayText(ctx context.Context, id string, fields map[string]any) {
	c.say(ctx, &commands.Reply{Text: commands.Text(c.d.text(c.lang(ctx, ""), id, fields))})
}

func (c *chat) lang(ctx context.Context, lang models.Lang) models.Lang {
	if lang != "" {
		return lang
	}
	return c.d.langOf(ctx, c.inv)
}

// send shows one message. Its nonce is that of the line: if that comes twice, it
// is answered once.
func (c *chat) send(ctx context.Context, body *messageBody) bool {
	plain := *body
	plain.Flags = 0
	sum := sha256.Sum256([]byte(c.m.ID + " " + strconv.Itoa(c.parts)))
	plain.Nonce, plain.EnforceNonce = hex.EncodeToString(sum[:])[:24], true
	c.parts++
	// A chat takes five messages in five seconds; who waits for an answer waits.
	ctx = withPatience(ctx, visitFor)
	if _, err := c.d.rest.createMessage(ctx, c.m.ChannelID, &plain); err != nil {
		c.d.o.Log.Warn("an answer in a direct chat was not shown", "message", c.m.ID, "err", err)
		return false
	}
	return true
}
