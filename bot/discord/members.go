package discord

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// memberFor is how long what Discord said of somebody's roles is taken to hold.
// Whoever loses a role or is banned keeps nothing for longer than that.
const memberFor = 5 * time.Minute

// members knows with which roles people were seen last, where an event does not
// say it: direct chats, and reactions that were read back.
type members struct {
	rest  *rest
	reg   *commands.Registry
	clock bot.Clock
	log   *slog.Logger
	known *memory[memberSeen] // by server and user
}

type memberSeen struct {
	roles  []string
	absent bool
	at     time.Time
}

func newMembers(r *rest, reg *commands.Registry, clock bot.Clock, log *slog.Logger) *members {
	return &members{rest: r, reg: reg, clock: clock, log: log, known: newMemory[memberSeen](remembered)}
}

// saw notes what an event says of somebody's roles, and returns it for the
// engine. Permissions come with interactions alone.
func (m *members) saw(guild, user string, now *member) *commands.Member {
	m.known.put(guild+" "+user, memberSeen{roles: now.Roles, at: m.clock.Now()})
	return &commands.Member{Roles: slices.Clone(now.Roles)}
}

// fresh is what Discord says of somebody's place in a server, not longer ago
// than five minutes. An error says that Discord does not say it: then nothing
// may be granted by what was known before.
func (m *members) fresh(ctx context.Context, guild, user string) (*commands.Member, error) {
	key := guild + " " + user
	seen, ok := m.known.get(key)
	if ok && m.clock.Now().Sub(seen.at) < memberFor {
		return &commands.Member{Roles: slices.Clone(seen.roles), Absent: seen.absent}, nil
	}
	now, err := m.rest.member(ctx, guild, user)
	switch {
	case hasCode(err, unknownMember, unknownUser):
		m.known.put(key, memberSeen{absent: true, at: m.clock.Now()})
		return m.left(ctx, guild, user), nil
	case err != nil:
		return nil, fmt.Errorf("asking for a member: %w", err)
	}
	return m.saw(guild, user, now), nil
}

// left is somebody who is not in a server any more. The roles that it gave them
// go at once, even if what they want now is refused for another reason.
func (m *members) left(ctx context.Context, guild, user string) *commands.Member {
	absent := &commands.Member{Absent: true}
	err := m.reg.TakeMember(ctx, store.Who{Platform: name, Space: guild, Account: user}, absent)
	if err != nil {
		m.log.Error("that somebody left a server was not recorded", "err", err)
	}
	return absent
}

// guild takes in which roles a server has: those that were deleted while nobody
// looked stand for nothing any more.
func (m *members) guild(ctx context.Context, g *guildSeen) error {
	if !g.Full || len(g.Roles) == 0 { // there is always one, so that it was not said
		return nil
	}
	links, err := m.reg.Links(ctx, name, g.ID)
	if err != nil {
		return fmt.Errorf("what roles stand for: %w", err)
	}
	for _, l := range links {
		if slices.ContainsFunc(g.Roles, func(r role) bool { return r.ID == l.Remote }) {
			continue
		}
		if err := m.reg.RoleGone(ctx, name, g.ID, l.Remote); err != nil {
			return fmt.Errorf("a role that was deleted: %w", err)
		}
	}
	return nil
}

// unknownMember is Discord's code for somebody who is not in a server.
const unknownMember = 10007
