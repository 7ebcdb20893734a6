package discordtest

import "slices"

// AddChannel makes a channel in a guild.
func (s *Server) AddChannel(guildID, name string, kind Kind) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		s.violated("AddChannel: no guild %s", guildID)
		return ""
	}
	c := s.addChannel(g, name, kind)
	s.dispatch(intentGuilds, "CHANNEL_CREATE", s.channelJSON(c))
	return c.id
}

func (s *Server) addChannel(g *guild, name string, kind Kind) *channel {
	c := &channel{id: s.newID(), guild: g.id, name: name, kind: kind, overwrites: map[string]*overwrite{}}
	s.channels[c.id] = c
	g.channels = append(g.channels, c.id)
	return c
}

// AddThread has somebody open a thread in a text channel.
func (s *Server) AddThread(channelID, userID, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.inGuild("AddThread", channelID)
	if c == nil {
		return ""
	}
	t := s.addChannel(s.guilds[c.guild], name, Thread)
	t.parent, t.owner = c.id, userID
	s.dispatch(intentGuilds, "THREAD_CREATE", s.channelJSON(t))
	return t.id
}

// inGuild finds a guild's channel for something that a test does.
func (s *Server) inGuild(what, channelID string) *channel {
	c := s.channels[channelID]
	if c == nil || c.kind == DM {
		s.violated("%s: no channel %s in a guild", what, channelID)
		return nil
	}
	return c
}

// RenameChannel gives a channel another name.
func (s *Server) RenameChannel(channelID, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.inGuild("RenameChannel", channelID); c != nil {
		c.name = name
		s.channelChanged(c)
	}
}

func (s *Server) channelChanged(c *channel) {
	name := "CHANNEL_UPDATE"
	if c.isThread() {
		name = "THREAD_UPDATE"
	}
	s.dispatch(intentGuilds, name, s.channelJSON(c))
	s.change()
}

// SetArchived archives a thread or takes it out of the archive, as its
// participants or time do; and locks it, as moderators do.
func (s *Server) SetArchived(threadID string, archived, locked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.inGuild("SetArchived", threadID); c != nil {
		c.archived, c.locked = archived, locked
		s.channelChanged(c)
	}
}

// RequireTag has a forum take no post without a tag.
func (s *Server) RequireTag(forumID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.inGuild("RequireTag", forumID); c != nil {
		c.flags |= flagRequireTag
		s.channelChanged(c)
	}
}

const flagRequireTag = 1 << 4

// DeleteChannel deletes a channel or a thread.
func (s *Server) DeleteChannel(channelID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.inGuild("DeleteChannel", channelID); c != nil {
		s.deleteChannel(c)
	}
}

func (s *Server) deleteChannel(c *channel) {
	for _, t := range s.channels {
		if t.parent == c.id && t.isThread() {
			s.deleteChannel(t)
		}
	}
	event := s.channelJSON(c)
	delete(s.channels, c.id)
	for _, id := range c.messages {
		delete(s.messages, id)
	}
	g := s.guilds[c.guild]
	g.channels = slices.DeleteFunc(g.channels, func(id string) bool { return id == c.id })
	if c.isThread() {
		s.dispatch(intentGuilds, "THREAD_DELETE", obj{"id": c.id, "guild_id": c.guild, "parent_id": c.parent, "type": int(c.kind)})
	} else {
		s.dispatch(intentGuilds, "CHANNEL_DELETE", event)
	}
	s.change()
}

// SetReadOnly takes from the bot the right to write in a channel, or gives it
// back.
func (s *Server) SetReadOnly(channelID string, readOnly bool) {
	var deny int64
	if readOnly {
		deny = SendMessages | SendMessagesInThreads | CreatePublicThreads
	}
	s.SetOverwrite(channelID, BotID, 0, deny)
}

// Hide takes from the bot the right to see a channel.
func (s *Server) Hide(channelID string) { s.SetOverwrite(channelID, BotID, 0, ViewChannel) }

// SetOverwrite changes what a role or a member may do in a channel.
func (s *Server) SetOverwrite(channelID, id string, allow, deny int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.inGuild("SetOverwrite", channelID)
	if c == nil {
		return
	}
	c.overwrites[id] = &overwrite{role: s.guilds[c.guild].roles[id] != nil, allow: allow, deny: deny}
	s.channelChanged(c)
}

// KickBot removes the bot from a guild.
func (s *Server) KickBot(guildID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.guilds[guildID]; g != nil {
		delete(g.members, BotID)
		s.dispatch(intentGuilds, "GUILD_DELETE", obj{"id": g.id})
		s.change()
	}
}

// InviteBot brings the bot back into a guild that kicked it.
func (s *Server) InviteBot(guildID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.members[BotID] != nil {
		return
	}
	m := &member{user: BotID, joined: s.clock.Now()}
	for _, id := range g.roleOrder {
		if g.roles[id].managed {
			m.roles = append(m.roles, id)
		}
	}
	g.members[BotID] = m
	s.dispatch(intentGuilds, "GUILD_CREATE", s.guildCreate(g))
}

// RenameGuild gives a guild another name.
func (s *Server) RenameGuild(guildID, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.guilds[guildID]; g != nil {
		g.name = name
		s.dispatch(intentGuilds, "GUILD_UPDATE", s.guildJSON(g))
	}
}

// SetUnavailable makes a guild unavailable, which is Discord's trouble and not
// the end of it, or available again.
func (s *Server) SetUnavailable(guildID string, unavailable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.unavailable == unavailable {
		return
	}
	g.unavailable = unavailable
	if unavailable {
		s.dispatch(intentGuilds, "GUILD_DELETE", obj{"id": g.id, "unavailable": true})
	} else {
		s.dispatch(intentGuilds, "GUILD_CREATE", s.guildCreate(g))
	}
}
