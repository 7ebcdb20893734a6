package discord

import (
	"encoding/json"
	"errors"
	"fmt"
)

// event is one thing that Discord's gateway tells.
type event struct {
	Type    string
	Session string // READY's session_id
	Seq     int64  // its number in the session
	Data    json.RawMessage
}

// id names the event: another one with it is the same.
func (e event) id() string { return fmt.Sprintf("%s.%d", e.Session, e.Seq) }

// readyEvent begins a session.
type readyEvent struct {
	SessionID   string      `json:"session_id"`
	User        user        `json:"user"`
	Application application `json:"application"`
	// Guilds are all that the bot is in; each then comes as a guildSeen once it
	// is available.
	Guilds []readyGuild `json:"guilds"`
}

type readyGuild struct {
	ID          string `json:"id"`
	Unavailable bool   `json:"unavailable"`
}

// What decode returns for an event, beside *interaction, *reactionChange,
// *message, *messageGone, *threadGone and *roleGone.
type (
	// guildSeen is a guild as it is now: new, changed, or available again. Its
	// channels come only if Full.
	guildSeen struct {
		guild
		Threads []channel `json:"threads"` // that the bot can see; only if Full
		Members []member  `json:"members"` // the bot itself, and few more; only if Full
		Full    bool      `json:"-"`
	}
	// guildGone is a guild that the bot is not in any more or, if Unavailable,
	// that Discord cannot reach just now.
	guildGone struct {
		ID          string `json:"id"`
		Unavailable bool   `json:"unavailable"`
	}
	// channelSeen is a channel or a thread as it is now: new or changed.
	channelSeen struct{ channel }
	// channelGone is a channel that was deleted.
	channelGone struct{ channel }
	// roleSeen is a role as it is now: new or changed.
	roleSeen struct {
		GuildID string `json:"guild_id"`
		Role    role   `json:"role"`
	}
	// selfSeen is a member as they are now. Without a privileged intent it comes
	// for the bot itself alone.
	selfSeen struct {
		GuildID string   `json:"guild_id"`
		User    user     `json:"user"`
		Roles   []string `json:"roles"`
	}
	// reactionChange is what happened to the reactions of a message. Who and
	// which emoji are empty where it happened to all.
	reactionChange struct {
		reactionEvent
		Change changeKind `json:"-"`
	}
)

type changeKind int

const (
	reactionAdded changeKind = iota + 1
	reactionRemoved
	reactionsCleared   // all of a message
	reactionsOfCleared // all of one emoji
)

const eventReady = "READY"

// eventNames are the events that are of use here, by the names under which
// the library hands them on; see packets.go.
var eventNames = func() map[string]string {
	names := map[string]string{}
	for _, name := range []string{
		eventReady, "INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK",
		"MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_REACTION_REMOVE_EMOJI",
		"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "GUILD_MEMBER_UPDATE",
		"CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "THREAD_UPDATE", "THREAD_DELETE",
	} {
		names[string(name[0]|0x20)+name[1:]] = name
	}
	return names
}()

var errEvent = errors.New("an event is not as Discord describes it")

// decode reads what an event says: nil if it is of no concern here, such as a
// message in a server, whose text does not come anyway. Ids that are used in
// addresses of requests are known to be numbers then.
func decode(e event) (any, error) {
	switch e.Type {
	case "INTERACTION_CREATE":
		return decodeInteraction(e.Data)
	case "MESSAGE_CREATE":
		m, err := read[message](e.Data)
		if err != nil || m.GuildID != "" || m.Author == nil {
			return nil, err
		}
		return checked(m, m.ID, m.ChannelID, m.Author.ID)
	case "MESSAGE_DELETE", "MESSAGE_DELETE_BULK":
		return decodeGone(e.Data)
	case "MESSAGE_REACTION_ADD":
		return decodeReaction(e.Data, reactionAdded)
	case "MESSAGE_REACTION_REMOVE":
		return decodeReaction(e.Data, reactionRemoved)
	case "MESSAGE_REACTION_REMOVE_ALL":
		return decodeReaction(e.Data, reactionsCleared)
	case "MESSAGE_REACTION_REMOVE_EMOJI":
		return decodeReaction(e.Data, reactionsOfCleared)
	}
	return decodePlace(e)
}

// decodePlace reads what an event says about guilds, channels and roles.
func decodePlace(e event) (any, error) {
	switch e.Type {
	case "GUILD_CREATE", "GUILD_UPDATE":
		g, err := read[guildSeen](e.Data)
		if err != nil {
			return nil, err
		}
		g.Full = e.Type == "GUILD_CREATE" && !g.Unavailable
		return checked(g, g.ID)
	case "GUILD_DELETE":
		g, err := read[guildGone](e.Data)
		if err != nil {
			return nil, err
		}
		return checked(g, g.ID)
	case "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE":
		r, err := read[roleSeen](e.Data)
		if err != nil {
			return nil, err
		}
		return checked(r, r.GuildID, r.Role.ID)
	case "GUILD_ROLE_DELETE":
		r, err := read[roleGone](e.Data)
		if err != nil {
			return nil, err
		}
		return checked(r, r.GuildID, r.RoleID)
	case "GUILD_MEMBER_UPDATE":
		m, err := read[selfSeen](e.Data)
		if err != nil {
			return nil, err
		}
		return checked(m, m.GuildID, m.User.ID)
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_UPDATE":
		c, err := read[channelSeen](e.Data)
		if err != nil {
			return nil, err
		}
		return checked(c, c.ID)
	case "CHANNEL_DELETE":
		c, err := read[channelGone](e.Data)
		if err != nil {
			return nil, err
		}
		return checked(c, c.ID)
	case "THREAD_DELETE":
		t, err := read[threadGone](e.Data)
		if err != nil {
			return nil, err
		}
		return checked(t, t.ID)
	}
	return nil, nil
}

func decodeInteraction(data json.RawMessage) (any, error) {
	i, err := read[interaction](data)
	if err != nil {
		return nil, err
	}
	who := i.who()
	if who == nil || i.Token == "" {
		return nil, errEvent
	}
	if i.ChannelID != "" && !snowflake(i.ChannelID) || i.GuildID != "" && !snowflake(i.GuildID) {
		return nil, errEvent
	}
	return checked(i, i.ID, i.ApplicationID, who.ID)
}

func decodeReaction(data json.RawMessage, change changeKind) (any, error) {
	r, err := read[reactionEvent](data)
	if err != nil {
		return nil, err
	}
	if change == reactionAdded || change == reactionRemoved {
		if !snowflake(r.UserID) {
			return nil, errEvent
		}
	}
	return checked(&reactionChange{*r, change}, r.ChannelID, r.MessageID)
}

// decodeGone reads which messages were deleted; they are always in IDs.
func decodeGone(data json.RawMessage) (any, error) {
	m, err := read[messageGone](data)
	if err != nil {
		return nil, err
	}
	if m.ID != "" {
		m.IDs = append(m.IDs, m.ID)
	}
	return checked(m, append(m.IDs, m.ChannelID)...)
}

func decodeReady(data json.RawMessage) (readyEvent, error) {
	r, err := read[readyEvent](data)
	if err != nil {
		return readyEvent{}, err
	}
	if r.SessionID == "" || len(r.SessionID) > 100 || !snowflake(r.User.ID) {
		return readyEvent{}, fmt.Errorf("%w: READY", errEvent)
	}
	return *r, nil
}

// read decodes what is known. A field of another type than it should have is
// left empty, and does not void the rest: the id of a component, which is a
// number, stands where a command has its own.
func read[T any](data json.RawMessage) (*T, error) {
	v := new(T)
	var field *json.UnmarshalTypeError
	if err := json.Unmarshal(data, v); err != nil && !errors.As(err, &field) {
		return nil, fmt.Errorf("%w: %w", errEvent, err)
	}
	return v, nil
}

// checked returns what was read if all of its ids are ids.
func checked(v any, ids ...string) (any, error) {
	for _, id := range ids {
		if !snowflake(id) {
			return nil, errEvent
		}
	}
	return v, nil
}

// snowflake reports that a text is an id of Discord's: a number of 64 bits.
func snowflake(id string) bool {
	if id == "" || len(id) > 20 {
		return false
	}
	for _, r := range []byte(id) {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
