package discordtest

// Permissions, as Discord's documentation names them.
const (
	Administrator         = 1 << 3
	ManageChannels        = 1 << 4
	ManageGuild           = 1 << 5
	AddReactions          = 1 << 6
	ViewChannel           = 1 << 10
	SendMessages          = 1 << 11
	ManageMessages        = 1 << 13
	EmbedLinks            = 1 << 14
	ReadMessageHistory    = 1 << 16
	MentionEveryone       = 1 << 17
	ManageRoles           = 1 << 28
	UseCommands           = 1 << 31
	ManageThreads         = 1 << 34
	CreatePublicThreads   = 1 << 35
	SendMessagesInThreads = 1 << 38
	PinMessages           = 1 << 51 // no longer part of ManageMessages since February 2026
	everything            = 1<<53 - 1
)

// Everyone is what the people of a new guild may do, and BotDefault what the
// bot's own role adds.
const (
	Everyone   = ViewChannel | SendMessages | AddReactions | ReadMessageHistory | UseCommands | CreatePublicThreads | SendMessagesInThreads
	BotDefault = ViewChannel | SendMessages | EmbedLinks | AddReactions | ReadMessageHistory | ManageMessages | PinMessages |
		SendMessagesInThreads | CreatePublicThreads | ManageThreads
)

// overwrite changes what a role or a member may do in one channel.
type overwrite struct {
	role        bool
	allow, deny int64
}

// permissions are what a member may do in a channel, or in the guild if there
// is no channel. In a direct chat both may do what can be done there.
func (s *Server) permissions(user string, g *guild, c *channel) int64 {
	if c != nil && c.kind == DM {
		return ViewChannel | SendMessages | EmbedLinks | AddReactions | ReadMessageHistory | UseCommands | PinMessages
	}
	m := g.members[user]
	if m == nil {
		return 0
	}
	if g.owner == user {
		return everything
	}
	base := g.roles[g.id].permissions
	for _, id := range m.roles {
		if r := g.roles[id]; r != nil {
			base |= r.permissions
		}
	}
	if base&Administrator != 0 {
		return everything
	}
	if c == nil {
		return base
	}
	if parent := s.channels[c.parent]; c.isThread() && parent != nil {
		c = parent
	}
	return applyOverwrites(base, g, m, c)
}

func applyOverwrites(base int64, g *guild, m *member, c *channel) int64 {
	if o := c.overwrites[g.id]; o != nil {
		base = base&^o.deny | o.allow
	}
	var allow, deny int64
	for _, id := range m.roles {
		if o := c.overwrites[id]; o != nil {
			allow |= o.allow
			deny |= o.deny
		}
	}
	base = base&^deny | allow
	if o := c.overwrites[m.user]; o != nil {
		base = base&^o.deny | o.allow
	}
	if base&ViewChannel == 0 {
		return 0 // who does not see a channel can do nothing there
	}
	return base
}

// may answers 50001 or 50013 if the bot lacks a permission in a channel.
func (s *Server) may(c *channel, needed int64) *failure {
	has := s.permissions(BotID, s.guilds[c.guild], c)
	if has&ViewChannel == 0 {
		return fail(403, 50001, "Missing Access")
	}
	if has&needed != needed {
		return fail(403, 50013, "Missing Permissions")
	}
	return nil
}

// sendRight is the permission to write, which is another one in threads.
func sendRight(c *channel) int64 {
	if c.isThread() {
		return SendMessagesInThreads
	}
	return SendMessages
}
