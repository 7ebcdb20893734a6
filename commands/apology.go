package commands

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// recovered turns a panic into an error: one line that we cannot answer must not
// end the program for everybody.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}
}

// codeSigns are for codes that can be read out on the phone: no letters or
// digits that sound or look alike.
const codeSigns = "ACDEFHJKMNPQRTUVWXY34679"

// newCode makes a short code.
func newCode() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails, by its own documentation
	for i := range b {
		b[i] = codeSigns[int(b[i])%len(codeSigns)]
	}
	return string(b[:3]) + "-" + string(b[3:])
}

// apology is what a person is shown when something failed that they cannot
// mend.
func (r *Registry) apology(ctx context.Context, inv Invocation, cause error, code string) *Reply {
	lang := models.English
	var account models.ID
	if actor, err := r.store.Actor(ctx, inv.Who); err == nil {
		lang, account = r.langOf(actor, inv), actor.Account.ID
	} else if inv.Lang != "" {
		lang = inv.Lang
	}
	id := "error.internal"
	switch {
	case errors.Is(cause, errSaved):
		id = "error.saved"
	case errors.Is(cause, store.ErrFull):
		id = "error.storage_full"
	case errors.Is(cause, store.ErrReadOnly):
		id = "error.storage_read_only"
	case errors.Is(cause, store.ErrLocked):
		id = "error.busy"
	case errors.Is(cause, store.ErrClosed):
		id = "error.stopping"
	}
	text, err := r.cat.Text(lang, id, map[string]any{"Code": code})
	if err != nil {
		r.log.Error("the apology has no text", "err", err)
	}
	return &Reply{Text: Text(text), Account: account, Lang: lang}
}
