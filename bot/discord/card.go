package discord

import (
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// bodyOf is a message without anything in it yet, that names nobody.
func bodyOf(content string) *messageBody {
	return &messageBody{Content: content, Embeds: []embed{}, Components: []component{}, AllowedMentions: allowedMentions{Parse: []string{}, Users: []string{}}}
}

// compose makes the messages that show a rendered text, a card, or a text with
// a card below. A card's first line is content, for notifications and for those who have
// embeds switched off; all other lines are one embed's description, without any of
// the ornaments that an embed can have.
func compose(content string, card *commands.CardText) []*messageBody {
	if card != nil {
		if content != "" {
			content += "\n"
		}
		content += renderTitle(card.Title, card.Emoji)
	}
	var bodies []*messageBody
	for _, part := range split(content, maxContent) {
		bodies = append(bodies, bodyOf(part))
	}
	if card == nil {
		return bodies
	}
	if lines := shorten(renderCard(card.Lines), maxDescription); lines != "" {
		bodies[len(bodies)-1].Embeds = []embed{{Description: lines}}
	}
	return bodies
}

// replyBody is an answer that only the one who acted sees. What has no room in
// one message follows in others; what can be pressed is below the last.
func replyBody(r *commands.Reply, l labels) (first *messageBody, more []*messageBody) {
	bodies := compose(renderText(r.Text), r.Card)
	for _, b := range bodies {
		b.Flags = flagEphemeral
	}
	buttons := r.Buttons
	if r.Asking && !r.Choosing && l.Answer != "" {
		buttons = append([]commands.Button{{Label: l.Answer, Form: answerForm}}, buttons...)
	}
	bodies[len(bodies)-1].Components = buttonRows(r.Coalition, r.Selects, buttons, l)
	return bodies[0], bodies[1:]
}
