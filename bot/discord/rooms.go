package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// keeper keeps which servers and rooms there are: the registry.
type keeper interface {
	Founded(ctx context.Context, platform, space string) (bool, error)
	Spaces(ctx context.Context, platform string) ([]string, error)
	SyncSpace(ctx context.Context, platform, space, name string, rooms []commands.RoomNow) error
	SyncRoom(ctx context.Context, platform, space string, now commands.RoomNow) error
	RoomGone(ctx context.Context, platform, remote string) error
	SpaceGone(ctx context.Context, platform, space string) error
}

// placeReader reads servers and rooms from Discord.
type placeReader interface {
	guild(ctx context.Context, guildID string) (*guild, error)
	guildChannels(ctx context.Context, guildID string) ([]channel, error)
	member(ctx context.Context, guildID, userID string) (*member, error)
}

// rooms follows the servers and their channels. Next to nothing is kept of a
// server, and of one without a coalition nothing: the bot can be in thousands.
type rooms struct {
	keeper keeper
	rest   placeReader

	mu    sync.Mutex
	me    string // the bot's own id
	known map[string]standing
}

func newRooms(k keeper, rest placeReader) *rooms {
	return &rooms{keeper: k, rest: rest, known: map[string]standing{}}
}

// meet takes in who the bot is. It is called before anything of a session is
// taken in.
func (r *rooms) meet(me string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.me = me
}

// placeKey is the guild that something which decode returned is about, false if
// it is of no concern to rooms. What is about one guild is taken in order.
func placeKey(seen any) (guild string, ok bool) {
	switch e := seen.(type) {
	case *guildSeen:
		return e.ID, true
	case *guildGone:
		return e.ID, true
	case *channelSeen:
		_, ok = roomKind(&e.channel)
		return e.GuildID, ok && e.GuildID != ""
	case *channelGone:
		_, ok = roomKind(&e.channel)
		return e.GuildID, ok && e.GuildID != ""
	case *roleSeen:
		return e.GuildID, true
	case *roleGone:
		return e.GuildID, true
	case *selfSeen:
		return e.GuildID, true
	}
	return "", false
}

// ready compares the servers that the bot is in with those that are known:
// where it is not any more, it was sent away while it was not connected.
func (r *rooms) ready(ctx context.Context, ready readyEvent) error {
	r.meet(ready.User.ID)
	in := map[string]bool{}
	for _, g := range ready.Guilds {
		in[g.ID] = true
	}
	spaces, err := r.keeper.Spaces(ctx, name)
	if err != nil {
		return fmt.Errorf("compare the servers with those that are known: %w", err)
	}
	for _, space := range spaces {
		if !in[space] {
			err = errors.Join(err, r.gone(ctx, space))
		}
	}
	return err
}

// take takes in what happened to a server, a channel or a role.
func (r *rooms) take(ctx context.Context, seen any) error {
	guild, ok := placeKey(seen)
	if !ok {
		return nil
	}
	switch e := seen.(type) {
	case *guildGone:
		if e.Unavailable {
			return nil // Discord cannot reach it; that is not being sent away
		}
		return r.gone(ctx, guild)
	case *channelGone:
		return r.keeper.RoomGone(ctx, name, e.ID)
	case *roleSeen:
		before, own := r.standing(guild).roles[e.Role.ID]
		if !own || before == bits(e.Role.Permissions) {
			return nil
		}
	case *roleGone:
		if _, own := r.standing(guild).roles[e.RoleID]; !own {
			return nil
		}
	case *selfSeen:
		if !r.changed(e) {
			return nil
		}
	case *guildSeen:
		if e.Unavailable {
			return nil
		}
	}
	founded, err := r.keeper.Founded(ctx, name, guild)
	if err != nil {
		return err
	}
	if !founded {
		r.forget(guild)
		return nil
	}
	switch e := seen.(type) {
	case *guildSeen:
		if e.Full {
			return r.whole(ctx, e)
		}
	case *channelSeen:
		if s := r.standing(guild); s.roles != nil {
			now, _ := roomNow(s, guild, r.self(), &e.channel)
			return r.keeper.SyncRoom(ctx, name, guild, now)
		}
	}
	return r.refresh(ctx, guild)
}

// whole takes in a server as it comes with all of its channels.
func (r *rooms) whole(ctx context.Context, e *guildSeen) error {
	me := r.self()
	i := slices.IndexFunc(e.Members, func(m member) bool { return m.User != nil && m.User.ID == me })
	if i < 0 {
		return r.refresh(ctx, e.ID)
	}
	return r.keeper.SyncSpace(ctx, name, e.ID, e.guild.Name, r.list(&e.guild, &e.Members[i], e.Channels))
}

// refresh asks Discord how a server is now, after a change that touches each of
// its channels. They are rare.
func (r *rooms) refresh(ctx context.Context, guild string) error {
	g, list, err := r.now(ctx, guild)
	if err != nil {
		return err
	}
	return r.keeper.SyncSpace(ctx, name, guild, g.Name, list)
}

// now asks Discord for a server and its rooms, in the order in which they are
// shown there.
func (r *rooms) now(ctx context.Context, guildID string) (*guild, []commands.RoomNow, error) {
	g, err := r.rest.guild(ctx, guildID)
	if err != nil {
		return nil, nil, fmt.Errorf("read a server: %w", err)
	}
	self, err := r.rest.member(ctx, guildID, r.self())
	if err != nil {
		return nil, nil, fmt.Errorf("read the bot's own roles: %w", err)
	}
	channels, err := r.rest.guildChannels(ctx, guildID)
	if err != nil {
		return nil, nil, fmt.Errorf("read a server's channels: %w", err)
	}
	return g, r.list(g, self, channels), nil
}

// list are the rooms of a guild. The bot's standing there is remembered, for
// events about one channel that say nothing of it.
func (r *rooms) list(g *guild, self *member, channels []channel) []commands.RoomNow {
	me := r.self()
	s := standingOf(g, self, me)
	r.mu.Lock()
	r.known[g.ID] = s
	r.mu.Unlock()
	slices.SortFunc(channels, func(a, b channel) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	var list []commands.RoomNow
	for i := range channels {
		if now, ok := roomNow(s, g.ID, me, &channels[i]); ok {
			list = append(list, now)
		}
	}
	return list
}

func roomNow(s standing, guild, me string, c *channel) (commands.RoomNow, bool) {
	kind, ok := roomKind(c)
	return commands.RoomNow{Remote: c.ID, Name: "#" + c.Name, Kind: kind, ReadOnly: !canPost(s.in(guild, me, c))}, ok
}

func (r *rooms) gone(ctx context.Context, guild string) error {
	r.forget(guild)
	return r.keeper.SpaceGone(ctx, name, guild)
}

// changed reports whether the bot's own roles are not those that are known.
func (r *rooms) changed(e *selfSeen) bool {
	s := r.standing(e.GuildID)
	if e.User.ID != r.self() || s.roles == nil {
		return false
	}
	own := maps.Clone(s.roles)
	delete(own, e.GuildID)
	return !slices.Equal(slices.Sorted(maps.Keys(own)), slices.Sorted(slices.Values(e.Roles)))
}

func (r *rooms) self() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.me
}

func (r *rooms) standing(guild string) standing {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known[guild]
}

func (r *rooms) forget(guild string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, guild)
}
