//go:build goolm

package matrixtest

import (
	"context"
	"fmt"
	"maps"
	"net/http"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// Room is a room to be made. The zero value is one that nobody can find, for
// invited people, in plain text.
type Room struct {
	Name, Topic string
	Encrypted   bool
	Public      bool // everybody may join
	Space       bool
	Direct      bool // a direct chat with the first who is invited
	Invite      []id.UserID
	// Levels are power levels other than 0; the maker has 100.
	Levels map[id.UserID]int
	// Parent is a space of the maker's that gets the room.
	Parent id.RoomID
}

// CreateRoom makes a room and enters it.
func (c *Client) CreateRoom(ctx context.Context, r Room) (id.RoomID, error) {
	wish := &mautrix.ReqCreateRoom{
		Name: r.Name, Topic: r.Topic, Invite: r.Invite, IsDirect: r.Direct,
		Visibility: "private", Preset: "private_chat", CreationContent: map[string]any{},
	}
	if r.Public {
		wish.Preset = "public_chat"
	}
	if r.Direct {
		wish.Preset = "trusted_private_chat"
	}
	if r.Space {
		wish.CreationContent["type"] = event.RoomTypeSpace
	}
	if r.Encrypted {
		wish.InitialState = append(wish.InitialState, initial(event.StateEncryption, "", megolm()))
	}
	if r.Parent != "" {
		wish.InitialState = append(wish.InitialState, initial(event.StateSpaceParent, r.Parent.String(), c.via()))
	}
	if len(r.Levels) > 0 {
		levels := map[id.UserID]int{c.ID: 100}
		maps.Copy(levels, r.Levels)
		wish.PowerLevelOverride = &event.PowerLevelsEventContent{Users: levels}
	}
	made, err := c.api.CreateRoom(ctx, wish)
	if err != nil {
		return "", fmt.Errorf("make a room: %w", err)
	}
	if r.Parent != "" {
		_, err = c.AddChild(ctx, r.Parent, made.RoomID)
		return made.RoomID, err
	}
	return made.RoomID, nil
}

// initial is a piece of state that a room begins with.
func initial(kind event.Type, key string, content any) *event.Event {
	return &event.Event{Type: kind, StateKey: &key, Content: event.Content{Parsed: content}}
}

// megolm is the usual encryption.
func megolm() *event.EncryptionEventContent {
	return &event.EncryptionEventContent{Algorithm: id.AlgorithmMegolmV1}
}

// via says which server knows a room.
func (c *Client) via() map[string]any { return map[string]any{"via": []string{c.ID.Homeserver()}} }

// SetState sets a piece of a room's state.
func (c *Client) SetState(ctx context.Context, room id.RoomID, kind event.Type, key string, content any) (id.EventID, error) {
	answer, err := c.api.SendStateEvent(ctx, room, kind, key, content)
	if err != nil {
		return "", fmt.Errorf("set %s of %s: %w", kind.Type, room, err)
	}
	return answer.EventID, nil
}

// Encrypt turns encryption on. It cannot be turned off.
func (c *Client) Encrypt(ctx context.Context, room id.RoomID) (id.EventID, error) {
	return c.SetState(ctx, room, event.StateEncryption, "", megolm())
}

// AddChild puts a room into a space.
func (c *Client) AddChild(ctx context.Context, space, room id.RoomID) (id.EventID, error) {
	return c.SetState(ctx, space, event.StateSpaceChild, room.String(), c.via())
}

// RemoveChild takes a room out of a space.
func (c *Client) RemoveChild(ctx context.Context, space, room id.RoomID) (id.EventID, error) {
	return c.SetState(ctx, space, event.StateSpaceChild, room.String(), map[string]any{})
}

// SetLevels changes a room's power levels, beginning with those that it has.
func (c *Client) SetLevels(ctx context.Context, room id.RoomID, change func(*event.PowerLevelsEventContent)) (id.EventID, error) {
	var levels event.PowerLevelsEventContent
	if err := c.api.StateEvent(ctx, room, event.StatePowerLevels, "", &levels); err != nil {
		return "", fmt.Errorf("read the power levels of %s: %w", room, err)
	}
	change(&levels)
	return c.SetState(ctx, room, event.StatePowerLevels, "", &levels)
}

// SetLevel gives somebody a power level.
func (c *Client) SetLevel(ctx context.Context, room id.RoomID, user id.UserID, level int) (id.EventID, error) {
	return c.SetLevels(ctx, room, func(levels *event.PowerLevelsEventContent) {
		if levels.Users == nil {
			levels.Users = map[id.UserID]int{}
		}
		levels.Users[user] = level
	})
}

// Join enters a room, invited or not.
func (c *Client) Join(ctx context.Context, room id.RoomID) error {
	if _, err := c.api.JoinRoomByID(ctx, room); err != nil {
		return fmt.Errorf("join %s: %w", room, err)
	}
	return nil
}

// AutoJoin accepts the invitations that wait, and those to come.
func (c *Client) AutoJoin(ctx context.Context) error {
	c.change(func() { c.autoJoin = true })
	for _, invite := range c.Invites() {
		if err := c.Join(ctx, invite.Room); err != nil {
			return err
		}
	}
	return nil
}

// Leave leaves a room, or declines an invitation.
func (c *Client) Leave(ctx context.Context, room id.RoomID) error {
	_, err := c.api.LeaveRoom(ctx, room)
	return about("leave", room, err)
}

// Invite invites somebody.
func (c *Client) Invite(ctx context.Context, room id.RoomID, user id.UserID) error {
	_, err := c.api.InviteUser(ctx, room, &mautrix.ReqInviteUser{UserID: user})
	return about("invite to", room, err)
}

// Kick puts somebody out.
func (c *Client) Kick(ctx context.Context, room id.RoomID, user id.UserID) error {
	_, err := c.api.KickUser(ctx, room, &mautrix.ReqKickUser{UserID: user})
	return about("kick from", room, err)
}

// Ban puts somebody out for good.
func (c *Client) Ban(ctx context.Context, room id.RoomID, user id.UserID) error {
	_, err := c.api.BanUser(ctx, room, &mautrix.ReqBanUser{UserID: user})
	return about("ban from", room, err)
}

// about adds what was being done to an error.
func about(what string, room id.RoomID, err error) error {
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, room, err)
	}
	return nil
}

// Upgrade replaces a room by a new one, to which the old one points.
func (c *Client) Upgrade(ctx context.Context, room id.RoomID, version string) (id.RoomID, error) {
	var answer struct {
		Room id.RoomID `json:"replacement_room"`
	}
	url := c.api.BuildClientURL("v3", "rooms", room, "upgrade")
	_, err := c.api.MakeRequest(ctx, http.MethodPost, url, map[string]string{"new_version": version}, &answer)
	return answer.Room, about("upgrade", room, err)
}
