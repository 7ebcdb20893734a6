package discordtest

import (
	"fmt"
	"slices"
)

// Methods of this file and of places.go are what people and admins do on
// Discord. They return ids. Something that cannot be done, because there is no
// such channel or person, is a violation: the test is wrong then.

// AddUser makes an account with a name that people see.
func (s *Server) AddUser(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addUser(name).id
}

func (s *Server) addUser(name string) *user {
	u := &user{id: s.newID(), display: name}
	u.name = fmt.Sprintf("user%s", u.id[len(u.id)-6:])
	s.users[u.id] = u
	return u
}

// RenameUser changes the name that people see.
func (s *Server) RenameUser(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[id]; u != nil {
		u.display = name
	}
}

// AddGuild makes a guild that has the bot in it, with what the bot asks for
// when it is invited, and an owner. It returns the ids of both.
func (s *Server) AddGuild(name string) (guildID, ownerID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.addGuild(name)
	s.dispatch(intentGuilds, "GUILD_CREATE", s.guildCreate(g))
	return g.id, g.owner
}

func (s *Server) addGuild(name string) *guild {
	g := &guild{id: s.newID(), name: name, roles: map[string]*role{}, members: map[string]*member{}, banned: map[string]bool{}}
	s.guilds[g.id] = g
	s.order = append(s.order, g.id)
	s.addRole(g, &role{id: g.id, name: "@everyone", permissions: Everyone})
	own := &role{id: s.newID(), name: "shirebot", permissions: BotDefault, managed: true}
	s.addRole(g, own)
	g.owner = s.addUser("Owner of " + name).id
	g.members[g.owner] = &member{user: g.owner, joined: s.clock.Now()}
	g.members[BotID] = &member{user: BotID, roles: []string{own.id}, joined: s.clock.Now()}
	return g
}

func (s *Server) addRole(g *guild, r *role) {
	g.roles[r.id] = r
	g.roleOrder = append(g.roleOrder, r.id)
}

// AddRole makes a role in a guild.
func (s *Server) AddRole(guildID, name string, permissions int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		s.violated("AddRole: no guild %s", guildID)
		return ""
	}
	r := &role{id: s.newID(), name: name, permissions: permissions}
	s.addRole(g, r)
	s.dispatch(intentGuilds, "GUILD_ROLE_CREATE", obj{"guild_id": g.id, "role": r.json(len(g.roleOrder) - 1)})
	return r.id
}

// DeleteRole takes a role away, and from everybody who had it.
func (s *Server) DeleteRole(guildID, roleID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.roles[roleID] == nil {
		s.violated("DeleteRole: no role %s in a guild %s", roleID, guildID)
		return
	}
	delete(g.roles, roleID)
	g.roleOrder = slices.DeleteFunc(g.roleOrder, func(id string) bool { return id == roleID })
	for _, m := range g.members {
		m.roles = slices.DeleteFunc(m.roles, func(id string) bool { return id == roleID })
	}
	s.dispatch(intentGuilds, "GUILD_ROLE_DELETE", obj{"guild_id": g.id, "role_id": roleID})
}

// SetBotPermissions replaces what the bot's own role may do in a guild.
func (s *Server) SetBotPermissions(guildID string, permissions int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.members[BotID] == nil {
		s.violated("SetBotPermissions: the bot is not in a guild %s", guildID)
		return
	}
	for i, id := range g.roleOrder {
		if r := g.roles[id]; r.managed {
			r.permissions = permissions
			s.dispatch(intentGuilds, "GUILD_ROLE_UPDATE", obj{"guild_id": g.id, "role": r.json(i)})
		}
	}
}

// AddMember has people join a guild, with roles.
func (s *Server) AddMember(guildID, userID string, roles ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, u := s.guilds[guildID], s.users[userID]
	if g == nil || u == nil || g.banned[userID] {
		s.violated("AddMember: user %s cannot join a guild %s", userID, guildID)
		return
	}
	m := &member{user: userID, roles: roles, joined: s.clock.Now()}
	g.members[userID] = m
	event := m.json(u)
	event["guild_id"] = g.id
	s.dispatch(intentMembers, "GUILD_MEMBER_ADD", event)
}

// Join makes an account that is a member of a guild.
func (s *Server) Join(guildID, name string, roles ...string) string {
	id := s.AddUser(name)
	s.AddMember(guildID, id, roles...)
	return id
}

// SetRoles replaces a member's roles.
func (s *Server) SetRoles(guildID, userID string, roles ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.members[userID] == nil {
		s.violated("SetRoles: user %s is not in a guild %s", userID, guildID)
		return
	}
	m := g.members[userID]
	m.roles = roles
	s.memberChanged(g, m)
}

// SetNick gives a member another name in a guild.
func (s *Server) SetNick(guildID, userID, nick string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.members[userID] == nil {
		s.violated("SetNick: user %s is not in a guild %s", userID, guildID)
		return
	}
	g.members[userID].nick = nick
	s.memberChanged(g, g.members[userID])
}

func (s *Server) memberChanged(g *guild, m *member) {
	event := m.json(s.users[m.user])
	event["guild_id"] = g.id
	if m.user == BotID {
		s.dispatch(intentGuilds, "GUILD_MEMBER_UPDATE", event) // of itself a bot always hears
		return
	}
	s.dispatch(intentMembers, "GUILD_MEMBER_UPDATE", event)
}

// Leave has somebody leave a guild.
func (s *Server) Leave(guildID, userID string) { s.remove(guildID, userID, false) }

// Ban removes somebody from a guild for good.
func (s *Server) Ban(guildID, userID string) { s.remove(guildID, userID, true) }

func (s *Server) remove(guildID, userID string, ban bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.members[userID] == nil {
		s.violated("user %s is not in a guild %s", userID, guildID)
		return
	}
	delete(g.members, userID)
	g.banned[userID] = ban
	s.dispatch(intentMembers, "GUILD_MEMBER_REMOVE", obj{"guild_id": g.id, "user": s.users[userID].json()})
	s.change()
}

// CloseDMs has somebody take no more direct messages; OpenDMs the opposite.
func (s *Server) CloseDMs(userID string) { s.setClosed(userID, true) }

// OpenDMs has somebody take direct messages again.
func (s *Server) OpenDMs(userID string) { s.setClosed(userID, false) }

func (s *Server) setClosed(userID string, closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[userID]; u != nil {
		u.closed = closed
	}
}
