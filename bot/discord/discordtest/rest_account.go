package discordtest

import (
	"slices"
	"strings"
	"time"
)

// accountRoutes are what is not part of a guild or a channel.
func (s *Server) accountRoutes(on func(string, handler)) {
	ws := "ws" + strings.TrimPrefix(s.url, "http") + "/ws"
	on("GET /gateway", func(*call) (any, *failure) { return obj{"url": ws}, nil })
	on("GET /gateway/bot", func(*call) (any, *failure) {
		return obj{"url": ws, "shards": 1, "session_start_limit": obj{
			"total": 1000, "remaining": max(0, 1000-len(s.gateway.identifies)), "reset_after": 86400000, "max_concurrency": 1,
		}}, nil
	})
	on("GET /users/@me", func(*call) (any, *failure) { return s.users[BotID].json(), nil })
	on("GET /users/@me/guilds", func(*call) (any, *failure) {
		list := []obj{}
		for _, id := range s.order {
			if g := s.guilds[id]; g.members[BotID] != nil {
				list = append(list, obj{"id": g.id, "name": g.name, "icon": nil, "owner": false, "features": []string{},
					"permissions": jsonInt(s.permissions(BotID, g, nil))})
			}
		}
		return list, nil
	})
	on("DELETE /users/@me/guilds/{guild}", func(c *call) (any, *failure) {
		g, f := s.guild(c)
		if f == nil {
			delete(g.members, BotID)
			s.dispatch(intentGuilds, "GUILD_DELETE", obj{"id": g.id})
		}
		return nil, f
	})
	on("GET /users/{user}", func(c *call) (any, *failure) {
		if u := s.users[c.PathValue("user")]; u != nil {
			return u.json(), nil
		}
		return nil, fail(404, 10013, "Unknown User")
	})
	application := func(*call) (any, *failure) { return s.applicationJSON(), nil }
	on("GET /applications/@me", application)
	on("GET /oauth2/applications/@me", application)
	on("POST /users/@me/channels", s.openDirect)
}

func (s *Server) applicationJSON() obj {
	flags := 0
	for intent, flag := range map[int]int{intentPresences: 1 << 13, intentMembers: 1 << 15, intentContent: 1 << 19} {
		if s.opts.Privileged&intent != 0 {
			flags |= flag
		}
	}
	return obj{
		"id": ApplicationID, "name": "shirebot", "icon": nil, "description": "", "bot_public": !s.private, "bot_require_code_grant": false,
		"verify_key": strings.Repeat("0", 64), "flags": flags, "team": nil, "summary": "",
	}
}

// SetPublic says whether anybody can add the bot to a server of theirs.
func (s *Server) SetPublic(public bool) { s.locked(func() { s.private = !public }) }

// openDirect opens the direct chat with a user, which is always the same one.
func (s *Server) openDirect(c *call) (any, *failure) {
	var k checker
	k.only("a direct chat", c.body, "recipient_id")
	if f := k.failure(); f != nil {
		return nil, f
	}
	u := s.users[str(c.body, "recipient_id")]
	if u == nil {
		return nil, fail(400, 50033, "Invalid Recipient(s)")
	}
	if u.bot {
		return nil, fail(400, 50007, "Cannot send messages to this user")
	}
	if s.direct[u.id] == "" {
		s.opened = append(s.opened, s.clock.Now())
	}
	return s.channelJSON(s.directWith(u.id)), nil
}

func (s *Server) directWith(userID string) *channel {
	if id := s.direct[userID]; id != "" {
		return s.channels[id]
	}
	c := &channel{id: s.newID(), kind: DM, recipient: userID}
	s.channels[c.id] = c
	s.direct[userID] = c.id
	return c
}

// NewDirects are the moments at which the bot opened a chat with somebody it
// had none with.
func (s *Server) NewDirects() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.opened)
}

// reachable answers as Discord does when somebody cannot be written to.
func (s *Server) reachable(c *channel) *failure {
	u := s.users[c.recipient]
	if u.closed {
		return fail(403, 50007, "Cannot send messages to this user")
	}
	for _, g := range s.guilds {
		if g.members[u.id] != nil && g.members[BotID] != nil {
			return nil
		}
	}
	return fail(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
}
