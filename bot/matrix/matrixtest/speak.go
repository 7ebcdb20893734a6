//go:build goolm

package matrixtest

import (
	"context"
	"fmt"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// Send sends an event to a room, encrypted where the room is.
func (c *Client) Send(ctx context.Context, room id.RoomID, kind event.Type, content any) (id.EventID, error) {
	c.sending.Lock()
	defer c.sending.Unlock()
	kind, sealed, err := c.encrypt(ctx, room, kind, content)
	if err != nil {
		return "", fmt.Errorf("write to %s: %w", room, err)
	}
	return c.SendPlain(ctx, room, kind, sealed)
}

// SendPlain sends an event as it is, also to an encrypted room.
func (c *Client) SendPlain(ctx context.Context, room id.RoomID, kind event.Type, content any) (id.EventID, error) {
	answer, err := c.api.SendMessageEvent(ctx, room, kind, content, mautrix.ReqSendEvent{DontEncrypt: true})
	if err != nil {
		return "", fmt.Errorf("write to %s: %w", room, err)
	}
	return answer.EventID, nil
}

// said is what somebody types: nobody is mentioned.
func said(text string) *event.MessageEventContent {
	return &event.MessageEventContent{MsgType: event.MsgText, Body: text, Mentions: &event.Mentions{}}
}

// Say writes to a room.
func (c *Client) Say(ctx context.Context, room id.RoomID, text string) (id.EventID, error) {
	return c.Send(ctx, room, event.EventMessage, said(text))
}

// SayHTML writes to a room with a formatted body.
func (c *Client) SayHTML(ctx context.Context, room id.RoomID, text, html string) (id.EventID, error) {
	content := said(text)
	content.Format, content.FormattedBody = event.FormatHTML, html
	return c.Send(ctx, room, event.EventMessage, content)
}

// SayTo writes to a room and mentions people. Their names are in the text
// only if the caller puts them there.
func (c *Client) SayTo(ctx context.Context, room id.RoomID, text string, people ...id.UserID) (id.EventID, error) {
	content := said(text)
	content.Mentions.UserIDs = people
	return c.Send(ctx, room, event.EventMessage, content)
}

// Notice writes to a room as bots do.
func (c *Client) Notice(ctx context.Context, room id.RoomID, text string) (id.EventID, error) {
	content := said(text)
	content.MsgType = event.MsgNotice
	return c.Send(ctx, room, event.EventMessage, content)
}

// Reply writes an answer to a message.
func (c *Client) Reply(ctx context.Context, room id.RoomID, to id.EventID, text string) (id.EventID, error) {
	content := said(text)
	content.RelatesTo = &event.RelatesTo{InReplyTo: &event.InReplyTo{EventID: to}}
	return c.Send(ctx, room, event.EventMessage, content)
}

// Thread writes into the thread under a message.
func (c *Client) Thread(ctx context.Context, room id.RoomID, under id.EventID, text string) (id.EventID, error) {
	content := said(text)
	content.RelatesTo = (&event.RelatesTo{}).SetThread(under, under)
	return c.Send(ctx, room, event.EventMessage, content)
}

// Edit gives one's own message another text.
func (c *Client) Edit(ctx context.Context, room id.RoomID, message id.EventID, text string) (id.EventID, error) {
	content := said(text)
	content.SetEdit(message)
	return c.Send(ctx, room, event.EventMessage, content)
}

// React puts an emoji under a message. Reactions are never encrypted.
func (c *Client) React(ctx context.Context, room id.RoomID, message id.EventID, emoji string) (id.EventID, error) {
	return c.SendPlain(ctx, room, event.EventReaction, &event.ReactionEventContent{
		RelatesTo: event.RelatesTo{Type: event.RelAnnotation, EventID: message, Key: emoji},
	})
}

// Redact takes a message or a reaction back.
func (c *Client) Redact(ctx context.Context, room id.RoomID, message id.EventID) (id.EventID, error) {
	answer, err := c.api.RedactEvent(ctx, room, message)
	if err != nil {
		return "", fmt.Errorf("redact %s: %w", message, err)
	}
	return answer.EventID, nil
}
