package discord

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// reactorsPage is how many reactions come at once.
const reactorsPage = 100

// createMessage posts a message. An error that is no *apiError with a status
// below 500 leaves it open whether it was posted, unless classify says so.
func (r *rest) createMessage(ctx context.Context, channelID string, body *messageBody) (*message, error) {
	return fetch[message](ctx, r, &restCall{name: "create message", effect: doesPost, method: http.MethodPost, body: body},
		"channels", idPart(channelID), "messages")
}

func (r *rest) editMessage(ctx context.Context, channelID, messageID string, body *messageBody) (*message, error) {
	return fetch[message](ctx, r, &restCall{name: "edit message", effect: doesEdit, method: http.MethodPatch, body: body},
		"channels", idPart(channelID), "messages", idPart(messageID))
}

func (r *rest) deleteMessage(ctx context.Context, channelID, messageID string) error {
	return r.ask(ctx, &restCall{name: "delete message", effect: doesChange, method: http.MethodDelete}, nil,
		"channels", idPart(channelID), "messages", idPart(messageID))
}

func (r *rest) message(ctx context.Context, channelID, messageID string) (*message, error) {
	return fetch[message](ctx, r, &restCall{name: "read message", method: http.MethodGet},
		"channels", idPart(channelID), "messages", idPart(messageID))
}

// messages are the newest messages of a channel, the newest first.
func (r *rest) messages(ctx context.Context, channelID string, limit int) ([]message, error) {
	var list []message
	c := &restCall{name: "read messages", method: http.MethodGet}
	err := r.ask(ctx, c, &list, "channels", idPart(channelID), "messages", queryPart(url.Values{"limit": {strconv.Itoa(limit)}}))
	return list, err
}

func (r *rest) pin(ctx context.Context, channelID, messageID string) error {
	return r.ask(ctx, &restCall{name: "pin message", effect: doesChange, method: http.MethodPut}, nil,
		"channels", idPart(channelID), "messages", "pins", idPart(messageID))
}

func (r *rest) react(ctx context.Context, channelID, messageID, emoji string) error {
	return r.ask(ctx, &restCall{name: "react", effect: doesChange, method: http.MethodPut}, nil,
		"channels", idPart(channelID), "messages", idPart(messageID), "reactions", emojiPart(emoji), "@me")
}

// unreact takes off the reaction of a user, or our own ("@me").
func (r *rest) unreact(ctx context.Context, channelID, messageID, emoji, userID string) error {
	who := idPart(userID)
	if userID == "@me" {
		who = "@me"
	}
	return r.ask(ctx, &restCall{name: "remove reaction", effect: doesChange, method: http.MethodDelete}, nil,
		"channels", idPart(channelID), "messages", idPart(messageID), "reactions", emojiPart(emoji), who)
}

// reactors are those who reacted with an emoji, a page at a time: those whose
// id comes after another's, from the beginning if that is empty.
func (r *rest) reactors(ctx context.Context, channelID, messageID, emoji, after string) ([]user, error) {
	q := url.Values{"limit": {strconv.Itoa(reactorsPage)}}
	if after != "" {
		q.Set("after", after)
	}
	page := queryPart(q)
	if after != "" && idPart(after) == "" {
		page = ""
	}
	var list []user
	err := r.ask(ctx, &restCall{name: "read reactions", method: http.MethodGet}, &list,
		"channels", idPart(channelID), "messages", idPart(messageID), "reactions", emojiPart(emoji), page)
	return list, err
}

// openDirect is the direct chat with somebody. It is the same one each time,
// and they notice nothing of it.
func (r *rest) openDirect(ctx context.Context, userID string) (*channel, error) {
	body := struct {
		Recipient string `json:"recipient_id"`
	}{userID}
	c := &restCall{name: "open direct chat", effect: doesChange, method: http.MethodPost, body: body}
	if idPart(userID) == "" {
		return nil, c.bad()
	}
	return fetch[channel](ctx, r, c, "users", "@me", "channels")
}
