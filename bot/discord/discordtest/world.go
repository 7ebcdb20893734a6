package discordtest

import (
	"fmt"
	"time"
)

// Kind is a type of channel, by Discord's numbers.
type Kind int

// The types of channels that there are here.
const (
	Text         Kind = 0
	DM           Kind = 1
	Announcement Kind = 5
	Thread       Kind = 11
	Forum        Kind = 15
)

// world is everything that people on Discord see.
type world struct {
	users    map[string]*user
	guilds   map[string]*guild
	channels map[string]*channel
	messages map[string]*message
	order    []string              // the ids of guilds as they were added
	direct   map[string]string     // the direct chat of a user, by user
	opened   []time.Time           // when the bot opened new direct chats
	feeds    map[string][]string   // what only a user sees, by user
	versions map[string][]*Message // all that a user alone was shown, by user
	revoked  bool                  // the token is worth nothing any more
	private  bool                  // only the admin can add the bot to a server
}

func newWorld() world {
	w := world{
		users: map[string]*user{}, guilds: map[string]*guild{}, channels: map[string]*channel{},
		messages: map[string]*message{}, direct: map[string]string{}, feeds: map[string][]string{},
		versions: map[string][]*Message{},
	}
	w.users[BotID] = &user{id: BotID, name: "shirebot", display: "shirebot", bot: true}
	return w
}

type user struct {
	id, name, display string
	locale            string // of the client; empty is en-US
	bot, closed       bool   // closed: takes no direct messages
	form              *shown // the form that the user was shown last
}

type shown struct {
	form        obj
	interaction *Interaction
}

type guild struct {
	id, name, owner     string
	roles               map[string]*role
	members             map[string]*member
	banned              map[string]bool
	unavailable         bool
	roleOrder, channels []string
}

type role struct {
	id, name    string
	permissions int64
	managed     bool
}

type member struct {
	user, nick string
	roles      []string
	joined     time.Time
}

type channel struct {
	id, guild, name, parent, owner string
	kind                           Kind
	flags                          int
	overwrites                     map[string]*overwrite
	archived, locked               bool
	messages                       []string // ids, oldest first
	recipient                      string   // of a direct chat
}

func (c *channel) isThread() bool { return c.kind == Thread || c.kind == 10 || c.kind == 12 }

func (u *user) json() obj {
	return obj{
		"id": u.id, "username": u.name, "global_name": u.display, "discriminator": "0", "avatar": nil,
		"bot": u.bot, "public_flags": 0,
	}
}

func (m *member) json(u *user) obj {
	o := obj{
		"roles": orEmpty(m.roles), "nick": nil, "avatar": nil, "joined_at": m.joined.Format(time.RFC3339Nano), "premium_since": nil,
		"deaf": false, "mute": false, "pending": false, "flags": 0, "communication_disabled_until": nil,
	}
	if m.nick != "" {
		o["nick"] = m.nick
	}
	if u != nil {
		o["user"] = u.json()
	}
	return o
}

func (r *role) json(position int) obj {
	return obj{
		"id": r.id, "name": r.name, "permissions": fmt.Sprint(r.permissions), "position": position, "managed": r.managed, "color": 0,
		"hoist": false, "mentionable": false, "flags": 0, "icon": nil, "unicode_emoji": nil,
	}
}

func (s *Server) channelJSON(c *channel) obj {
	o := obj{"id": c.id, "type": int(c.kind), "flags": c.flags, "last_message_id": nil}
	if len(c.messages) > 0 {
		o["last_message_id"] = c.messages[len(c.messages)-1]
	}
	if c.kind == DM {
		o["recipients"] = []obj{s.users[c.recipient].json()}
		return o
	}
	o["guild_id"], o["name"], o["parent_id"] = c.guild, c.name, nil
	if c.parent != "" {
		o["parent_id"] = c.parent
	}
	if c.isThread() {
		o["owner_id"], o["message_count"], o["member_count"] = c.owner, len(c.messages), 1
		o["thread_metadata"] = obj{
			"archived": c.archived, "locked": c.locked, "auto_archive_duration": 4320,
			"archive_timestamp": s.clock.Now().Format(time.RFC3339Nano),
		}
		return o
	}
	o["position"], o["nsfw"], o["topic"] = 0, false, nil
	list := []obj{}
	for id, w := range c.overwrites {
		kind := 1
		if w.role {
			kind = 0
		}
		list = append(list, obj{"id": id, "type": kind, "allow": fmt.Sprint(w.allow), "deny": fmt.Sprint(w.deny)})
	}
	o["permission_overwrites"] = list
	if c.kind == Forum {
		o["available_tags"] = []obj{}
	}
	return o
}

func (s *Server) rolesJSON(g *guild) []obj {
	list := []obj{}
	for i, id := range g.roleOrder {
		list = append(list, g.roles[id].json(i))
	}
	return list
}

func (s *Server) guildJSON(g *guild) obj {
	return obj{
		"id": g.id, "name": g.name, "owner_id": g.owner, "roles": s.rolesJSON(g), "icon": nil, "emojis": []obj{}, "features": []string{},
		"preferred_locale": "en-US", "afk_timeout": 300, "verification_level": 0, "system_channel_id": nil, "nsfw_level": 0,
	}
}

// guildCreate is what the gateway says of a guild.
func (s *Server) guildCreate(g *guild) obj {
	o := s.guildJSON(g)
	channels, threads := []obj{}, []obj{}
	for _, id := range g.channels {
		if c := s.channels[id]; c.isThread() {
			if !c.archived {
				threads = append(threads, s.channelJSON(c))
			}
		} else {
			channels = append(channels, s.channelJSON(c))
		}
	}
	o["channels"], o["threads"], o["member_count"] = channels, threads, len(g.members)
	o["members"] = []obj{g.members[BotID].json(s.users[BotID])}
	o["joined_at"], o["large"], o["unavailable"] = g.members[BotID].joined.Format(time.RFC3339Nano), false, false
	o["voice_states"], o["presences"], o["stage_instances"], o["guild_scheduled_events"] = []obj{}, []obj{}, []obj{}, []obj{}
	return o
}
