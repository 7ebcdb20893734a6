package commands

import (
	"context"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Refresh has the card shown anew that is a message, as a button of an older
// version was pressed there. It reports whether the message is a card of the
// coalition of the one who pressed.
func (r *Registry) Refresh(ctx context.Context, who store.Who, message string) (bool, error) {
	card, err := r.store.CardOn(ctx, who.Platform, message)
	if err != nil || card == nil {
		return false, err
	}
	found := false
	err = r.store.Update(ctx, r.now(), func(tx *store.Tx) error {
		found = false
		if err := tx.Act(who); err != nil || tx.Actor.Coalition.ID != card.CoalitionID {
			return err
		}
		found = true
		return tx.Show(models.Entity{Kind: card.Kind, ID: card.EntityID})
	})
	return found && err == nil, err
}

// Apology is the answer where a platform failed at its own part, before anything
// was done or after it. The log has the cause under the code in the text.
func (r *Registry) Apology(ctx context.Context, inv Invocation, cause error, done bool) *Reply {
	code := newCode()
	r.log.Error("a platform failed at an invocation", "code", code, "platform", inv.Who.Platform, "event", inv.EventID, "err", cause)
	if done {
		cause = errSaved
	}
	return r.apology(ctx, inv, cause, code)
}

// CommandOf is the name of the command that a line begins with, in whichever
// language it is written; empty if it is none.
func (r *Registry) CommandOf(text string) string {
	line, err := r.vocab.parse(text)
	if command := r.vocab.command(line.Name); err == nil && command != nil {
		return command.Name
	}
	return ""
}
