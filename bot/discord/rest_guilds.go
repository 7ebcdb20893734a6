package discord

import (
	"context"
	"net/http"
)

func (r *rest) me(ctx context.Context) (*user, error) {
	return fetch[user](ctx, r, &restCall{name: "read own account", method: http.MethodGet}, "users", "@me")
}

func (r *rest) application(ctx context.Context) (*application, error) {
	return fetch[application](ctx, r, &restCall{name: "read application", method: http.MethodGet}, "applications", "@me")
}

func (r *rest) gatewayInfo(ctx context.Context) (*gatewayInfo, error) {
	return fetch[gatewayInfo](ctx, r, &restCall{name: "read gateway", method: http.MethodGet}, "gateway", "bot")
}

func (r *rest) guild(ctx context.Context, guildID string) (*guild, error) {
	return fetch[guild](ctx, r, &restCall{name: "read guild", method: http.MethodGet, limit: listBytes}, "guilds", idPart(guildID))
}

func (r *rest) guildChannels(ctx context.Context, guildID string) ([]channel, error) {
	var list []channel
	err := r.ask(ctx, &restCall{name: "read channels", method: http.MethodGet, limit: listBytes}, &list, "guilds", idPart(guildID), "channels")
	return list, err
}

func (r *rest) guildRoles(ctx context.Context, guildID string) ([]role, error) {
	var list []role
	err := r.ask(ctx, &restCall{name: "read roles", method: http.MethodGet, limit: listBytes}, &list, "guilds", idPart(guildID), "roles")
	return list, err
}

func (r *rest) member(ctx context.Context, guildID, userID string) (*member, error) {
	return fetch[member](ctx, r, &restCall{name: "read member", method: http.MethodGet}, "guilds", idPart(guildID), "members", idPart(userID))
}

func (r *rest) channel(ctx context.Context, channelID string) (*channel, error) {
	return fetch[channel](ctx, r, &restCall{name: "read channel", method: http.MethodGet}, "channels", idPart(channelID))
}

// unarchive opens a thread again, so that its messages can be changed.
func (r *rest) unarchive(ctx context.Context, threadID string) error {
	body := struct {
		Archived bool `json:"archived"`
	}{}
	return r.ask(ctx, &restCall{name: "reopen thread", effect: doesChange, method: http.MethodPatch, body: body}, nil, "channels", idPart(threadID))
}

// createForumPost opens a thread in a forum with its first message, which is
// returned in the thread. Discord knows no nonce for it.
func (r *rest) createForumPost(ctx context.Context, forumID, name string, first *messageBody) (*channel, error) {
	plain := *first
	plain.Nonce, plain.EnforceNonce = "", false
	body := struct {
		Name    string       `json:"name"`
		Message *messageBody `json:"message"`
	}{name, &plain}
	return fetch[channel](ctx, r, &restCall{name: "create forum post", effect: doesPost, method: http.MethodPost, body: body},
		"channels", idPart(forumID), "threads")
}

// activeThreads are the threads of a guild that are not archived.
func (r *rest) activeThreads(ctx context.Context, guildID string) ([]channel, error) {
	var all struct {
		Threads []channel `json:"threads"`
	}
	err := r.ask(ctx, &restCall{name: "read threads", method: http.MethodGet, limit: listBytes}, &all, "guilds", idPart(guildID), "threads", "active")
	return all.Threads, err
}
