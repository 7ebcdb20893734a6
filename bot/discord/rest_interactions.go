package discord

import (
	"context"
	"net/http"
)

// respond is the first answer to an interaction, which is due within three
// seconds.
func (r *rest) respond(ctx context.Context, interactionID, token string, answer *response) error {
	return r.ask(ctx, &restCall{name: "answer interaction", effect: doesAnswer, method: http.MethodPost, body: answer}, nil,
		"interactions", idPart(interactionID), tokenPart(token), "callback")
}

// editAnswer changes the first answer, or gives the one that was announced.
func (r *rest) editAnswer(ctx context.Context, appID, token string, body *messageBody) error {
	return r.ask(ctx, &restCall{name: "edit answer", effect: doesAnswer, method: http.MethodPatch, body: body}, nil,
		"webhooks", idPart(appID), tokenPart(token), "messages", "@original")
}

// followUp says something after the first answer.
func (r *rest) followUp(ctx context.Context, appID, token string, body *messageBody) error {
	return r.ask(ctx, &restCall{name: "follow up", effect: doesAnswer, method: http.MethodPost, body: body}, nil,
		"webhooks", idPart(appID), tokenPart(token))
}

// commands are the global commands as they are published.
func (r *rest) commands(ctx context.Context, appID string) ([]command, error) {
	var list []command
	err := r.ask(ctx, &restCall{name: "read commands", method: http.MethodGet, limit: listBytes}, &list,
		"applications", idPart(appID), "commands", "?with_localizations=true")
	return list, err
}

// overwriteCommands publishes exactly these global commands.
func (r *rest) overwriteCommands(ctx context.Context, appID string, list []command) error {
	if list == nil {
		list = []command{} // null is refused
	}
	return r.ask(ctx, &restCall{name: "publish commands", effect: doesChange, method: http.MethodPut, body: list, limit: listBytes}, nil,
		"applications", idPart(appID), "commands")
}
