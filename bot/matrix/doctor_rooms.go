//go:build goolm

package matrix

import (
	"context"
	"errors"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// room checks what the bot may do in a room.
func (e *examination) room(ctx context.Context, room id.RoomID, name string) error {
	fields := map[string]any{"Name": name}
	levels := &event.PowerLevelsEventContent{}
	self := &event.MemberEventContent{}
	err := e.client.StateEvent(ctx, room, event.StatePowerLevels, "", levels)
	if err == nil || errors.Is(err, mautrix.MNotFound) {
		err = e.client.StateEvent(ctx, room, event.StateMember, e.client.UserID.String(), self)
	}
	if errors.Is(err, mautrix.MForbidden) || errors.Is(err, mautrix.MNotFound) || err == nil && self.Membership != event.MembershipJoin {
		e.look("matrix.doctor.room_gone", map[string]any{"Name": name, "Prefix": prefix})
		return nil
	}
	if err != nil {
		return err
	}
	encryption := &event.EncryptionEventContent{}
	err = e.client.StateEvent(ctx, room, event.StateEncryption, "", encryption)
	if err != nil && !errors.Is(err, mautrix.MNotFound) {
		return err
	}
	message := event.EventMessage
	switch {
	case err != nil:
		e.fine("matrix.doctor.room_plain", fields)
	case encryption.Algorithm != id.AlgorithmMegolmV1:
		e.look("matrix.doctor.room_unknown_encryption", fields)
	default:
		message = event.EventEncrypted
	}
	// Who made a room of the newest versions may do everything there.
	if made, err := e.client.FullStateEvent(ctx, room, event.StateCreate, ""); err == nil && made != nil && made.Sender != "" {
		levels.CreateEvent = made
	}
	e.powers(levels, message, fields)
	return nil
}

// powers compares what the bot may do in a room with what it needs.
func (e *examination) powers(levels *event.PowerLevelsEventContent, message event.Type, fields map[string]any) {
	have := levels.GetUserLevel(e.client.UserID)
	var missing []string
	for _, need := range []struct {
		kind event.Type
		id   string
	}{
		{message, "matrix.permission.send"},
		{event.EventReaction, "matrix.permission.react"},
		{event.EventRedaction, "matrix.permission.take_back"},
	} {
		if have < levels.GetEventLevel(need.kind) {
			missing = append(missing, need.id)
		}
	}
	if len(missing) > 0 {
		e.look("matrix.doctor.room_lacks", map[string]any{"Name": fields["Name"], "Missing": missing})
		return
	}
	e.fine("matrix.doctor.room", fields)
	if have < levels.Redact() {
		e.look("matrix.doctor.room_lacks_some", map[string]any{"Name": fields["Name"], "Missing": []string{"matrix.permission.redact"}})
	}
}
