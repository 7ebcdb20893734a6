//go:build goolm

package matrixtest

import (
	"context"
	"slices"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// CreateRoom is [Client.CreateRoom], and waits until the room is known.
func (u *User) CreateRoom(r Room) id.RoomID {
	u.t.Helper()
	room := must(u, func(ctx context.Context) (id.RoomID, error) { return u.Client.CreateRoom(ctx, r) })
	u.WaitMember(room, u.ID, event.MembershipJoin)
	return room
}

// CreateSpace makes a space.
func (u *User) CreateSpace(name string, invite ...id.UserID) id.RoomID {
	u.t.Helper()
	return u.CreateRoom(Room{Name: name, Space: true, Invite: invite})
}

// Direct opens an encrypted direct chat with somebody.
func (u *User) Direct(with id.UserID) id.RoomID {
	u.t.Helper()
	return u.CreateRoom(Room{Direct: true, Encrypted: true, Invite: []id.UserID{with}})
}

// AddChild is [Client.AddChild], and waits until it is known.
func (u *User) AddChild(space, room id.RoomID) {
	u.t.Helper()
	u.sent(space, func(ctx context.Context) (id.EventID, error) { return u.Client.AddChild(ctx, space, room) })
}

// RemoveChild is [Client.RemoveChild], and waits until it is known.
func (u *User) RemoveChild(space, room id.RoomID) {
	u.t.Helper()
	u.sent(space, func(ctx context.Context) (id.EventID, error) { return u.Client.RemoveChild(ctx, space, room) })
}

// Encrypt is [Client.Encrypt], and waits until it is known.
func (u *User) Encrypt(room id.RoomID) {
	u.t.Helper()
	u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.Encrypt(ctx, room) })
}

// SetLevel is [Client.SetLevel], and waits until it is known.
func (u *User) SetLevel(room id.RoomID, user id.UserID, level int) {
	u.t.Helper()
	u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.SetLevel(ctx, room, user, level) })
}

// SetLevels is [Client.SetLevels], and waits until it is known.
func (u *User) SetLevels(room id.RoomID, change func(*event.PowerLevelsEventContent)) {
	u.t.Helper()
	u.sent(room, func(ctx context.Context) (id.EventID, error) { return u.Client.SetLevels(ctx, room, change) })
}

// Upgrade is [Client.Upgrade], to a newer version of rooms, and waits until the
// new one is known.
func (u *User) Upgrade(room id.RoomID) id.RoomID {
	u.t.Helper()
	made := must(u, func(ctx context.Context) (id.RoomID, error) { return u.Client.Upgrade(ctx, room, "11") })
	u.WaitMember(made, u.ID, event.MembershipJoin)
	return made
}

// Join is [Client.Join], and waits until the room is known.
func (u *User) Join(room id.RoomID) {
	u.t.Helper()
	u.try(func(ctx context.Context) error { return u.Client.Join(ctx, room) })
	u.WaitMember(room, u.ID, event.MembershipJoin)
}

// AutoJoin is [Client.AutoJoin].
func (u *User) AutoJoin() {
	u.t.Helper()
	u.try(u.Client.AutoJoin)
}

// Leave is [Client.Leave], and waits until it is known.
func (u *User) Leave(room id.RoomID) {
	u.t.Helper()
	u.try(func(ctx context.Context) error { return u.Client.Leave(ctx, room) })
	u.Wait("the room to be left", func() bool {
		return !slices.Contains(u.Rooms(), room) && !slices.ContainsFunc(u.Invites(), func(i Invite) bool { return i.Room == room })
	})
}

// Invite is [Client.Invite], and waits until it is known.
func (u *User) Invite(room id.RoomID, user id.UserID) {
	u.t.Helper()
	u.try(func(ctx context.Context) error { return u.Client.Invite(ctx, room, user) })
	u.Wait("the invitation", func() bool {
		place := u.Members(room)[user]
		return place == event.MembershipInvite || place == event.MembershipJoin
	})
}

// Kick is [Client.Kick], and waits until it is known.
func (u *User) Kick(room id.RoomID, user id.UserID) {
	u.t.Helper()
	u.try(func(ctx context.Context) error { return u.Client.Kick(ctx, room, user) })
	u.WaitMember(room, user, event.MembershipLeave)
}

// Ban is [Client.Ban], and waits until it is known.
func (u *User) Ban(room id.RoomID, user id.UserID) {
	u.t.Helper()
	u.try(func(ctx context.Context) error { return u.Client.Ban(ctx, room, user) })
	u.WaitMember(room, user, event.MembershipBan)
}

// DirectWith is [Client.DirectWith].
func (u *User) DirectWith(user id.UserID) id.RoomID {
	u.t.Helper()
	return must(u, func(ctx context.Context) (id.RoomID, error) { return u.Client.DirectWith(ctx, user) })
}

// Wait is [Client.Wait].
func (u *User) Wait(what string, holds func() bool) {
	u.t.Helper()
	u.try(func(ctx context.Context) error { return u.Client.Wait(ctx, what, holds) })
}

// WaitMessage is [Client.WaitMessage].
func (u *User) WaitMessage(room id.RoomID, what string, fits func(Message) bool) Message {
	u.t.Helper()
	return must(u, func(ctx context.Context) (Message, error) {
		return u.Client.WaitMessage(ctx, room, what, fits)
	})
}

// WaitText is [Client.WaitText].
func (u *User) WaitText(room id.RoomID, text string) Message {
	u.t.Helper()
	return must(u, func(ctx context.Context) (Message, error) { return u.Client.WaitText(ctx, room, text) })
}

// WaitEvent is [Client.WaitEvent].
func (u *User) WaitEvent(room id.RoomID, wanted id.EventID) {
	u.t.Helper()
	u.try(func(ctx context.Context) error { return u.Client.WaitEvent(ctx, room, wanted) })
}

// WaitMember is [Client.WaitMember].
func (u *User) WaitMember(room id.RoomID, user id.UserID, place event.Membership) {
	u.t.Helper()
	u.try(func(ctx context.Context) error { return u.Client.WaitMember(ctx, room, user, place) })
}

// WaitInvite is [Client.WaitInvite].
func (u *User) WaitInvite(from id.UserID) Invite {
	u.t.Helper()
	return must(u, func(ctx context.Context) (Invite, error) { return u.Client.WaitInvite(ctx, from) })
}

// Fence is [Client.Fence].
func (u *User) Fence(room id.RoomID) {
	u.t.Helper()
	u.try(func(ctx context.Context) error { return u.Client.Fence(ctx, room) })
}
