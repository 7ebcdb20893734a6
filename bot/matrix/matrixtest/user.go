//go:build goolm

package matrixtest

import (
	"context"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// User is a [Client] in a test: what goes wrong fails the test, and everything
// is given up after a minute. Its methods belong to the test's goroutine;
// elsewhere use the client's. What a client can do without asking the server,
// such as [Client.Messages], is called on the user too.
type User struct {
	ID     id.UserID
	Name   string
	Client *Client
	t      testing.TB
}

// User is somebody new on the server, with a device that follows what happens
// until the end of the test.
func (s *Server) User(t testing.TB, name string) *User {
	t.Helper()
	return s.UserWith(t, name, ClientOptions{})
}

// UserWith is like [Server.User], with options.
func (s *Server) UserWith(t testing.TB, name string, opts ClientOptions) *User {
	t.Helper()
	return s.Account(t, name).User(t, opts)
}

// User logs a new device of an account in.
func (a *Account) User(t testing.TB, opts ClientOptions) *User {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := a.Client(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close the client of %s: %v", c.ID, err)
		}
	})
	return &User{ID: c.ID, Name: c.Name, Client: c, t: t}
}

// SecondDevice logs another device of the same person in.
func (u *User) SecondDevice() *User {
	u.t.Helper()
	return u.Client.account.User(u.t, ClientOptions{})
}

// try does something that may fail, with the test's patience.
func (u *User) try(do func(context.Context) error) {
	u.t.Helper()
	ctx, cancel := context.WithTimeout(u.t.Context(), patience)
	defer cancel()
	if err := do(ctx); err != nil {
		u.t.Fatal(err)
	}
}

// must is try for what has a result.
func must[T any](u *User, do func(context.Context) (T, error)) T {
	u.t.Helper()
	var result T
	u.try(func(ctx context.Context) (err error) {
		result, err = do(ctx)
		return err
	})
	return result
}

// CrossSign is [Client.CrossSign].
func (u *User) CrossSign() {
	u.t.Helper()
	u.try(u.Client.CrossSign)
}

// Signed is [Client.Signed].
func (u *User) Signed(user id.UserID, device id.DeviceID) bool {
	u.t.Helper()
	return must(u, func(ctx context.Context) (bool, error) { return u.Client.Signed(ctx, user, device) })
}

// HoldKeys is [Client.HoldKeys].
func (u *User) HoldKeys() {
	u.t.Helper()
	u.try(u.Client.HoldKeys)
}

// ReleaseKeys is [Client.ReleaseKeys].
func (u *User) ReleaseKeys() {
	u.t.Helper()
	u.try(u.Client.ReleaseKeys)
}

// LoseKeys is [Client.LoseKeys].
func (u *User) LoseKeys() {
	u.t.Helper()
	u.try(u.Client.LoseKeys)
}

// Rooms is [Client.Rooms].
func (u *User) Rooms() []id.RoomID { return u.Client.Rooms() }

// Invites is [Client.Invites].
func (u *User) Invites() []Invite { return u.Client.Invites() }

// Messages is [Client.Messages].
func (u *User) Messages(room id.RoomID) []Message { return u.Client.Messages(room) }

// Message is [Client.Message].
func (u *User) Message(room id.RoomID, message id.EventID) (Message, bool) {
	return u.Client.Message(room, message)
}

// Pings is [Client.Pings].
func (u *User) Pings(of id.UserID) []Message { return u.Client.Pings(of) }

// Timeline is [Client.Timeline].
func (u *User) Timeline(room id.RoomID) []*event.Event { return u.Client.Timeline(room) }

// State is [Client.State].
func (u *User) State(room id.RoomID, kind event.Type, key string) *event.Event {
	return u.Client.State(room, kind, key)
}

// Members is [Client.Members].
func (u *User) Members(room id.RoomID) map[id.UserID]event.Membership { return u.Client.Members(room) }

// Encrypted is [Client.Encrypted].
func (u *User) Encrypted(room id.RoomID) bool { return u.Client.Encrypted(room) }
