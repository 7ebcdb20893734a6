package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
)

// publishCommands has Discord show exactly these commands. They are sent only if
// others are published, as Discord counts what is created; it reports whether
// they were.
func publishCommands(ctx context.Context, r *rest, appID string, want []command) (bool, error) {
	published, err := r.commands(ctx, appID)
	if err != nil {
		return false, fmt.Errorf("read the published commands: %w", err)
	}
	if sameCommands(published, want) {
		return false, nil
	}
	if err := r.overwriteCommands(ctx, appID, want); err != nil {
		return false, fmt.Errorf("publish the commands: %w", err)
	}
	return true, nil
}

// sameCommands reports whether two sets of commands are the same to those who
// use them, whatever ids, order and empty fields Discord adds.
func sameCommands(published, want []command) bool {
	one, err := json.Marshal(sorted(published))
	if err != nil {
		return false
	}
	other, err := json.Marshal(sorted(want))
	return err == nil && bytes.Equal(one, other)
}
