//go:build goolm

package matrixtest

import (
	"context"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// sent is what every method that sends has in common: it returns once the event
// came back, as somebody looks whether their message is there. Before that the
// homeserver says in some answers that it was never sent.
func (u *User) sent(room id.RoomID, do func(context.Context) (id.EventID, error)) id.EventID {
	u.t.Helper()
	event := must(u, do)
	u.WaitEvent(room, event)
	return event
}

// Send is [Client.Send].
func (u *User) Send(room id.RoomID, kind event.Type, content any) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.Send(ctx, room, kind, content) })
}

// SendPlain is [Client.SendPlain].
func (u *User) SendPlain(room id.RoomID, kind event.Type, content any) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) {
		return u.Client.SendPlain(ctx, room, kind, content)
	})
}

// Say is [Client.Say].
func (u *User) Say(room id.RoomID, text string) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.Say(ctx, room, text) })
}

// SayHTML is [Client.SayHTML].
func (u *User) SayHTML(room id.RoomID, text, html string) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.SayHTML(ctx, room, text, html) })
}

// SayTo is [Client.SayTo].
func (u *User) SayTo(room id.RoomID, text string, people ...id.UserID) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) {
		return u.Client.SayTo(ctx, room, text, people...)
	})
}

// Notice is [Client.Notice].
func (u *User) Notice(room id.RoomID, text string) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.Notice(ctx, room, text) })
}

// Reply is [Client.Reply].
func (u *User) Reply(room id.RoomID, to id.EventID, text string) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.Reply(ctx, room, to, text) })
}

// Thread is [Client.Thread].
func (u *User) Thread(room id.RoomID, under id.EventID, text string) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.Thread(ctx, room, under, text) })
}

// Edit is [Client.Edit].
func (u *User) Edit(room id.RoomID, message id.EventID, text string) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.Edit(ctx, room, message, text) })
}

// React is [Client.React].
func (u *User) React(room id.RoomID, message id.EventID, emoji string) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.React(ctx, room, message, emoji) })
}

// Redact is [Client.Redact].
func (u *User) Redact(room id.RoomID, message id.EventID) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.Redact(ctx, room, message) })
}

// SetState is [Client.SetState].
func (u *User) SetState(room id.RoomID, kind event.Type, key string, content any) id.EventID {
	u.t.Helper()
	return u.sent(room, func(ctx context.Context) (id.EventID, error) {
		return u.Client.SetState(ctx, room, kind, key, content)
	})
}
