package commands

import (
	"context"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// TooFast is the answer to somebody who sends too much at once: how much was
// done, and after how long they can go on. In a room that is too lively nobody
// in particular was too fast. Nothing is written.
func (r *Registry) TooFast(ctx context.Context, inv Invocation, did int, wait time.Duration, room bool) *Reply {
	lang := models.English
	reply := &Reply{Mistake: true}
	if actor, err := r.store.Actor(ctx, inv.Who); err == nil {
		lang = r.langOf(actor, inv)
		reply.Account, reply.Coalition = actor.Account.ID, actor.Coalition.ID
	} else if inv.Lang != "" {
		lang = inv.Lang
	}
	id := "pace.account"
	if room {
		id = "pace.room"
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	text, err := r.cat.Text(lang, id, map[string]any{"Some": did, "Count": seconds})
	if err != nil {
		r.log.Error("there is no text for who is too fast", "err", err)
	}
	reply.Text, reply.Lang = Text(text), lang
	return reply
}
