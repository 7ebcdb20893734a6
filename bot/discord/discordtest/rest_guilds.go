package discordtest

import "strconv"

func jsonInt(n int64) string { return strconv.FormatInt(n, 10) }

// guild finds the guild of a request. One that the bot is not in is as good as
// none.
func (s *Server) guild(c *call) (*guild, *failure) {
	g := s.guilds[c.PathValue("guild")]
	if g == nil {
		return nil, fail(404, 10004, "Unknown Guild")
	}
	if g.members[BotID] == nil {
		return nil, fail(403, 50001, "Missing Access")
	}
	if g.unavailable {
		return nil, fail(503, 130000, "API resource is currently overloaded. Try again a little later")
	}
	return g, nil
}

func (s *Server) guildRoutes(on func(string, handler)) {
	on("GET /guilds/{guild}", func(c *call) (any, *failure) {
		g, f := s.guild(c)
		if f != nil {
			return nil, f
		}
		return s.guildJSON(g), nil
	})
	on("GET /guilds/{guild}/channels", func(c *call) (any, *failure) {
		g, f := s.guild(c)
		if f != nil {
			return nil, f
		}
		list := []obj{}
		for _, id := range g.channels {
			if ch := s.channels[id]; !ch.isThread() {
				list = append(list, s.channelJSON(ch))
			}
		}
		return list, nil
	})
	on("GET /guilds/{guild}/roles", func(c *call) (any, *failure) {
		g, f := s.guild(c)
		if f != nil {
			return nil, f
		}
		return s.rolesJSON(g), nil
	})
	on("GET /guilds/{guild}/members/{user}", func(c *call) (any, *failure) {
		g, f := s.guild(c)
		if f != nil {
			return nil, f
		}
		u := s.users[c.PathValue("user")]
		if u == nil {
			return nil, fail(404, 10013, "Unknown User")
		}
		if g.members[u.id] == nil {
			return nil, fail(404, 10007, "Unknown Member")
		}
		return g.members[u.id].json(u), nil
	})
	on("GET /guilds/{guild}/threads/active", func(c *call) (any, *failure) {
		g, f := s.guild(c)
		if f != nil {
			return nil, f
		}
		list := []obj{}
		for _, id := range g.channels {
			ch := s.channels[id]
			if ch.isThread() && !ch.archived && s.permissions(BotID, g, ch)&ViewChannel != 0 {
				list = append(list, s.channelJSON(ch))
			}
		}
		return obj{"threads": list, "members": []obj{}, "has_more": false}, nil
	})
}
