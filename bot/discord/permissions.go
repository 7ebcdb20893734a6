package discord

import (
	"strconv"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// What the bot needs in a room, of Discord's permissions.
const (
	mayReact         = 1 << 6
	mayView          = 1 << 10
	maySend          = 1 << 11 // in a forum: create posts
	mayEmbed         = 1 << 14
	mayReadHistory   = 1 << 16
	mayAdministrate  = 1 << 3
	mayEverything    = ^uint64(0)
	neededInEachRoom = mayView | maySend | mayEmbed | mayReadHistory | mayReact
)

// The types of overwrites.
const (
	overwriteRole   = 0
	overwriteMember = 1
)

// roomKind is how things are posted in a channel, false if cards cannot be
// posted there.
func roomKind(c *channel) (models.RoomKind, bool) {
	switch c.Type {
	case channelText:
		return models.RoomText, true
	case channelAnnouncement:
		return models.RoomAnnouncement, true
	case channelForum:
		return models.RoomForum, true
	}
	return "", false
}

// canPost reports whether cards can be posted, changed and reacted to with the
// permissions given.
func canPost(have uint64) bool { return have&neededInEachRoom == neededInEachRoom }

// standing is what the bot may do in a guild, before what its channels change:
// all that is kept of a guild.
type standing struct {
	owner bool
	// roles are the permissions of the bot's roles, and of @everyone under the
	// guild's id.
	roles map[string]uint64
}

// standingOf works out the bot's standing in a guild, of which the roles are
// known.
func standingOf(g *guild, self *member, me string) standing {
	s := standing{owner: g.OwnerID == me, roles: map[string]uint64{g.ID: 0}}
	for _, id := range self.Roles {
		s.roles[id] = 0
	}
	for _, role := range g.Roles {
		if _, own := s.roles[role.ID]; own {
			s.roles[role.ID] = bits(role.Permissions)
		}
	}
	return s
}

// in works out what the bot may do in a channel, as Discord does: the roles
// together, then what the channel changes for @everyone, for the roles, and for
// the bot itself.
func (s standing) in(guild, me string, c *channel) uint64 {
	var have uint64
	for _, some := range s.roles {
		have |= some
	}
	if s.owner || have&mayAdministrate != 0 {
		return mayEverything
	}
	var allow, deny, allowMe, denyMe uint64
	for _, o := range c.Overwrites {
		switch _, own := s.roles[o.ID]; {
		case o.Type == overwriteRole && o.ID == guild:
			have = have&^bits(o.Deny) | bits(o.Allow)
		case o.Type == overwriteRole && own:
			allow, deny = allow|bits(o.Allow), deny|bits(o.Deny)
		case o.Type == overwriteMember && o.ID == me:
			allowMe, denyMe = bits(o.Allow), bits(o.Deny)
		}
	}
	have = have&^deny | allow
	have = have&^denyMe | allowMe
	if have&mayView == 0 {
		return 0 // who cannot see a channel can do nothing in it
	}
	return have
}

// permissionsIn works out what the bot may do in a channel of a guild, of which
// the roles are known.
func permissionsIn(g *guild, self *member, me string, c *channel) uint64 {
	return standingOf(g, self, me).in(g.ID, me, c)
}

// bits reads a set of permissions; one that is none allows nothing.
func bits(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
